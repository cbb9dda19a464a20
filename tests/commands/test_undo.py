"""Undo: every command that changes the book is taken back whole, and can then be done again."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from pathlib import Path

import pytest

from loancrm.engine import make_engine, reading
from loancrm.policy.policy import EXAMPLE
from loancrm.reports.digest import Rows, content
from loancrm.schema import as_place
from tests import places
from tests.conftest import Answer, Run

from .helpers import asked, put, rows_of
from .shapes import CHANGES

# ruff: noqa: E501 - one command a line

# Beside the changes whose receipts are pinned: what writes in further ways.
FURTHER = (
    "customer add --kind enterprise --name 宏远贸易有限公司 --uscc 91310000MA1FL0BC4X --bank-number 77",
    "customer add --kind student --name 李四 --resident-id 110105199001011232 --phone 13900139000",
    "customer edit C-00001 --clear phone --clear uscc --name 新华达有限公司 --employees 9 --founded-on 2011-01-01",
    "customer edit C-00002 --hardship no --graduates-on 2029-06-30 --phone 13700137000",
    "officer edit li.wei --inactive --name 李维 --email li.wei@example.com",
    "contact void K-00001",
    "feedback assign F-00002 --to li.wei",
    "loan close JJ-0002 --status written_off --amount 400000",
    "loan add C-00002 --number JJ-0009 --contract HT-09 --product tuition --principal 9000",
)
LOSS = "statement add C-00001 --period-end 2026-09-30 --revenue 100 --net-profit -20"
UNDOABLE = (*(line for line, _shape in CHANGES if line.split()[0] not in ("init", "undo")), *FURTHER)


def holds(path: Path) -> Mapping[str, Rows]:
    """Return the digests of what stands in a book."""
    engine = make_engine(as_place(places.place(path)))
    with reading(engine) as connection:
        found = content(connection)
    engine.dispose()
    return found


def words_of(line: str, tmp_path: Path) -> list[str]:
    policy = tmp_path / "policy.yaml"
    policy.write_text(EXAMPLE.read_text(encoding="utf-8") + "# changed\n", encoding="utf-8")
    return [str(policy) if word == "POLICY" else word for word in shlex.split(line)]


def done(answer: Answer) -> Answer:
    assert answer.code == 0, answer.err
    return answer


def test_the_digest_sees_a_change_of_one_value(full: Path, kept: list[Path]) -> None:
    kept.clear()
    before = holds(full)
    put(full, "update contact set note = '别的' where number = 1")
    after = holds(full)
    assert [name for name in before if before[name] != after[name]] == ["contact"]
    assert before["contact"].count == after["contact"].count == 2


@pytest.mark.parametrize("line", UNDOABLE)
def test_undo_leaves_what_was_there_before_and_the_same_can_be_done_again(
    cli: Run, full: Path, tmp_path: Path, line: str
) -> None:
    if line.startswith("classify"):  # somebody who will move
        done(cli("--store", full, "customer", "add", "--kind", "student", "--name", "新来的"))
    if line.startswith("warning scan"):  # somebody to be warned of
        done(cli("--store", full, *shlex.split(LOSS)))
    words, before = words_of(line, tmp_path), holds(full)
    done(cli("--store", full, *words, "--idempotency-key", "K7"))
    assert holds(full) != before
    done(cli("--store", full, "undo", "--yes"))
    assert holds(full) == before
    assert done(cli("--store", full, "store", "check")).out == b""
    done(cli("--store", full, *words, "--idempotency-key", "K7"))
    assert holds(full) != before


def test_the_whole_book_can_be_taken_back_command_by_command(cli: Run, full: Path) -> None:
    """From the last to the first; what is left is the book as it was made."""
    ids = [row[0] for row in asked(full, "select id from command where name <> 'init' order by id desc")]
    for command_id in ids:
        done(cli("--store", full, "undo", str(command_id), "--yes"))
    counts = {name: rows.count for name, rows in holds(full).items() if rows.count}
    assert counts == {"book": 1, "policy_version": 1}
    answer = cli("--store", full, "undo", "--yes", "--format", "json")
    assert (answer.code, answer.error["code"]) == (5, "not_undoable")


def test_without_an_id_each_undo_takes_back_one_more(cli: Run, book: Path) -> None:
    for name in ("甲", "乙"):
        done(cli("--store", book, "customer", "add", "--kind", "student", "--name", name))
    for left in (["C-00001"], []):
        done(cli("--store", book, "undo", "--yes"))
        rows = done(cli("--store", book, "customer", "list", "--format", "json")).json
        assert [row["code"] for row in rows] == left


def test_the_last_command_is_that_of_the_officer_who_acts(cli: Run, book: Path) -> None:
    done(cli("--store", book, "officer", "add", "zhao.min", "--name", "赵敏", "--me", "li.wei"))
    done(cli("--store", book, "officer", "add", "sun.li", "--name", "孙丽", "--me", "zhao.min"))
    receipt = done(cli("--store", book, "undo", "--yes", "--me", "li.wei", "--format", "json")).json
    assert (receipt["command"], receipt["actor"]) == ("officer add", "li.wei")
    rows = done(cli("--store", book, "officer", "list", "--format", "json")).json
    assert [row["code"] for row in rows] == ["li.wei", "sun.li"]
    nobody = cli("--store", book, "undo", "--yes", "--me", "nobody", "--format", "json")
    assert (nobody.code, nobody.error["code"]) == (3, "nothing_to_undo")


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ("customer add --kind student --name 钱七", "customer edit C-00003 --region 广州"),
        ("customer add --kind student --name 钱七", "contact log C-00003 --channel phone"),
        ("customer add --kind student --name 钱七", "loan add C-00003 --product tuition --principal 8000"),
        ("customer edit C-00001 --region 广州", "customer edit C-00001 --region 天津"),
        ("contact log C-00001 --channel phone", "contact void K-00003"),
        ("contact log C-00001 --channel phone --next 2026-12-09 --next-what 回访", "followup done U-00013"),
        ("officer add sun.li --name 孙丽", "customer edit C-00001 --officer sun.li"),
        ("officer add sun.li --name 孙丽", "officer edit sun.li --name 孙莉"),
        ("feedback record C-00001 --kind enquiry --text 何时", "feedback answer F-00004 --text 本周"),
        ("feedback answer F-00002 --text 本周放款", "feedback resolve F-00002 --text 已放款"),
        ("followup snooze U-00001 --until 2026-12-20", "followup done U-00001"),
        ("loan add C-00001 --number N1 --product green --principal 5 --disbursed-on 2026-11-01", "loan close N1"),
        ("loan add C-00001 --contract HT-77 --product green --principal 5", "loan add C-00001 --contract HT-77 --product green --principal 6"),
        ("snapshot void JJ-0001 --on 2026-11-19", "snapshot add JJ-0001 --on 2026-11-19 --outstanding 1"),
        ("customer edit C-00001 --clear uscc", "customer add --kind enterprise --name 同码有限公司 --uscc 91110000600037341L"),
        ("policy adopt POLICY", "classify"),
        ("facility add C-00001 --number SX-9 --limit-amount 9", "loan add C-00001 --facility SX-9 --contract HT-9 --product green --principal 5"),
    ],
)  # fmt: skip
def test_what_a_later_command_rests_on_is_refused_and_the_later_one_is_named(
    cli: Run, full: Path, tmp_path: Path, first: str, then: str
) -> None:
    before = holds(full)
    done(cli("--store", full, *words_of(first, tmp_path)))
    (mine,) = asked(full, "select max(id) from command")[0]
    if then == "classify":
        put(full, "update customer set segment = 'quality' where number = 1")
        put(full, "update customer_segment set segment = 'quality' where customer_id = 1")
    done(cli("--store", full, *words_of(then, tmp_path)))
    (later,) = asked(full, "select max(id) from command")[0]
    assert isinstance(mine, int)
    rows = rows_of(full)
    refused = cli("--store", full, "undo", str(mine), "--yes", "--format", "json")
    assert (refused.code, refused.error["code"]) == (5, "changed_since")
    assert (
        f"command {later} ({' '.join(then.split()[:2]) if then != 'classify' else then}"
        in refused.error["message"]
    )
    assert refused.error["hint"] == f"undo that first: loancrm undo {later}"
    assert rows_of(full) == rows
    done(cli("--store", full, "undo", str(later), "--yes"))
    done(cli("--store", full, "undo", str(mine), "--yes"))
    if then != "classify":
        assert holds(full) == before


def test_an_officer_that_a_customer_once_had_is_not_taken_back(cli: Run, full: Path) -> None:
    done(cli("--store", full, "officer", "add", "sun.li", "--name", "孙丽"))
    (mine,) = asked(full, "select max(id) from command")[0]
    done(cli("--store", full, "customer", "edit", "C-00001", "--officer", "sun.li", "--on", "2026-11-01"))
    done(cli("--store", full, "customer", "edit", "C-00001", "--officer", "li.wei"))
    assert cli("--store", full, "undo", str(mine), "--yes").code == 5


@pytest.mark.parametrize(
    ("line", "exit_code", "code"),
    [
        ("undo", 2, "needs_yes"),
        ("undo 3", 2, "needs_yes"),
        ("undo 999 --yes", 3, "not_found"),
        ("undo 0 --yes", 4, "invalid_input"),
        ("undo x --yes", 4, "invalid_input"),
        ("undo 1 --yes", 5, "not_undoable"),
        ("undo --yes --as-of 2026-11-20", 2, "usage"),
        ("undo --list --limit x", 4, "invalid_input"),
    ],
)
def test_what_cannot_be_undone_says_why_and_nothing_is_done(
    cli: Run, untouched: Path, line: str, exit_code: int, code: str
) -> None:
    answer = cli("--store", untouched, *line.split(), "--format", "json")
    assert (answer.code, answer.error["code"]) == (exit_code, code)


def test_an_undo_is_not_undone_and_nothing_is_undone_twice(cli: Run, book: Path) -> None:
    done(cli("--store", book, "officer", "add", "sun.li", "--name", "孙丽"))
    done(cli("--store", book, "undo", "3", "--yes"))
    for command_id in ("3", "4"):
        answer = cli("--store", book, "undo", command_id, "--yes", "--format", "json")
        assert (answer.code, answer.error["code"]) == (5, "not_undoable")


def test_a_command_that_changed_nothing_is_not_passed_over(cli: Run, full: Path) -> None:
    done(cli("--store", full, "customer", "edit", "C-00001", "--region", "上海"))  # as it is
    before = rows_of(full)
    answer = cli("--store", full, "undo", "--yes", "--format", "json")
    assert (answer.code, answer.error["code"]) == (5, "nothing_to_undo")
    assert rows_of(full) == before


def test_a_look_is_passed_over(cli: Run, full: Path) -> None:
    done(cli("--store", full, "officer", "add", "sun.li", "--name", "孙丽"))
    done(cli("--store", full, "customer", "show", "C-00002", "--unmask"))
    assert done(cli("--store", full, "undo", "--yes", "--format", "json")).json["command"] == "officer add"


def test_the_list_shows_what_was_undone_and_by_which_command(cli: Run, book: Path) -> None:
    done(cli("--store", book, "customer", "add", "--kind", "student", "--name", "甲"))
    done(cli("--store", book, "undo", "--yes"))
    rows = done(cli("--store", book, "undo", "--list", "--format", "json")).json
    assert [(r["command_id"], r["command"], r["customer"], r["state"], r["undoes"]) for r in rows] == [
        (4, "undo", "C-00001", "undo", 3),
        (3, "customer add", "C-00001", "undone", None),
        (2, "officer add", None, "done", None),
        (1, "init", None, "done", None),
    ]
    assert len(done(cli("--store", book, "undo", "--list", "--limit", "2", "--format", "json")).json) == 2


def test_the_history_of_a_customer_shows_the_undo_and_outlives_it(cli: Run, book: Path) -> None:
    words = ("customer", "add", "--kind", "student", "--name", "甲", "--phone", "13800138000")
    done(cli("--store", book, *words))
    done(cli("--store", book, "undo", "--yes"))
    assert cli("--store", book, "customer", "show", "C-00001").code == 3
    rows = done(cli("--store", book, "history", "C-00001", "--format", "json")).json
    undone = [(r["action"], r["field"], r["before"], r["after"]) for r in rows if r["command"] == "undo"]
    assert ("void", "name", "甲", None) in undone
    assert "13800138000" not in str(rows)


def test_a_retry_of_an_undo_undoes_nothing_more(cli: Run, book: Path) -> None:
    for code in ("sun.li", "qian.bo"):
        done(cli("--store", book, "officer", "add", code, "--name", "某人"))
    first = done(cli("--store", book, "undo", "--yes", "--idempotency-key", "K", "--format", "json"))
    again = done(cli("--store", book, "undo", "--yes", "--idempotency-key", "K", "--format", "json"))
    assert first.json == again.json
    rows = done(cli("--store", book, "officer", "list", "--format", "json")).json
    assert [row["code"] for row in rows] == ["li.wei", "sun.li"]
