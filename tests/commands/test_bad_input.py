"""The table of bad input in the trust model: refused with exit 4, nothing written, the value not repeated."""

from __future__ import annotations

import os
import shlex
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.conftest import Answer, Run

from .helpers import asked, put

AMOUNTS = (
    "NaN", "Infinity", "1e5", "1_000", "0x10", "½", "٣", "１２３", "1.005", "100000000000000000",
    "1,234.56", "¥100", "12.5万", "-5", "+5", "1.2.3", ".5", "5.", " 5", "",
)  # fmt: skip
RATES = (
    "4.35",
    "435",
    "1",
    "-1%",
    "0.0345%%",
    "3.45 %",
    "1e-2",
    "NaN",
    "٣%",
    "0.00000001",
    "100%",
    "10000bp",
    "",
)
DATES = (
    "2026-02-30", "2026-13-01", "20260105", "05/06/2026", "0001-01-01", "1899-12-31", "2201-01-01",
    "2026-1-5", "2026-01-05T10:00", "2026-01-05 ", "２０２６-01-05", "yesterday", "86400", "",
)  # fmt: skip
HIDDEN = {
    "ESC": "\x1b[31m", "C1": "\x9b31m", "BEL": "\x07", "bidi": "\u202e", "isolate": "\u2066",
    "zero width": "\u200b", "joiner": "\u200d", "mark": "\ufeff", "newline": "\n", "tab": "\t",
    "return": "\r", "line": "\u2028", "private": "\ue000",
}  # fmt: skip
LOAN = "loan add C-00001 --product tuition"
ADD = "customer add --kind student --name 张三"


def refused(answer: Answer, field: str, value: str) -> None:
    """The answer is a refusal that names the field and does not repeat the value."""
    assert (answer.code, answer.out) == (4, b"")
    assert answer.error["field"] == field
    assert len(value) < 3 or value not in answer.err
    assert len(answer.err) < 500


def typed(cli: Run, store: Path, line: str, *more: str) -> Answer:
    return cli("--store", store, *shlex.split(line), *more, "--format", "json")


# ── values ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("value", AMOUNTS)
def test_an_amount_in_another_form_is_refused_naming_the_plain_form(
    cli: Run, untouched: Path, value: str
) -> None:
    answer = typed(cli, untouched, "loan add C-00001 --product tuition", f"--principal={value}")
    refused(answer, "--principal", value)
    assert "1234.56" in answer.error["message"]


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ("loan add C-00001 --product tuition --principal 0", "--principal"),
        ("loan add C-00001 --product tuition --principal 10000000000000", "--principal"),
        ("facility add C-00001 --limit-amount 1e5", "--limit-amount"),
        ("facility add C-00001 --limit-amount 0", "--limit-amount"),
        ("snapshot add JJ-0001 --outstanding 1_000", "--outstanding"),
        ("snapshot add JJ-0001 --outstanding 5 --overdue-principal 1.005", "--overdue-principal"),
        ("snapshot add JJ-0001 --outstanding 5 --overdue-principal 5.01", "--overdue-principal"),
        ("snapshot add JJ-0001 --outstanding 5 --unpaid-interest NaN", "--unpaid-interest"),
        ("snapshot add JJ-0001 --outstanding 5 --next-due-amount ½", "--next-due-amount"),
        ("snapshot add JJ-0001 --outstanding 5 --days-past-due 1.5", "--days-past-due"),
        ("snapshot add JJ-0001 --outstanding 5 --days-past-due 1e2", "--days-past-due"),
        ("snapshot add JJ-0001 --outstanding 5 --days-past-due=-1", "--days-past-due"),
        ("loan close JJ-0001 --status written_off --amount 1e5", "--amount"),
        ("loan close JJ-0001 --status written_off --amount 2000000.01", "--amount"),
        ("loan close JJ-0001 --status written_off", "--amount"),
        ("loan close JJ-0001 --status settled --amount 5", "--amount"),
        (f"{ADD} --resident-id 110105194912310021", "--resident-id"),
        (f"{ADD} --resident-id 3.10101E+17", "--resident-id"),
        (f"{ADD} --resident-id 110105204912310020", "--resident-id"),
        (f"{ADD} --phone 1.38001E+10", "--phone"),
        (f"{ADD} --phone 12345", "--phone"),
        (f"{ADD} --email 张三@", "--email"),
        (f"{ADD} --since 2026-11-22", "--since"),
        (f"{ADD} --industry C34", "--industry"),
        ("customer edit C-00001 --uscc 91110000600037341M", "--uscc"),
        ("customer edit C-00001 --employees 12.5", "--employees"),
        ("customer edit C-00001 --founded-on 2026-11-22", "--founded-on"),
        ("customer edit C-00001 --clear name", "--clear"),
        ("customer edit C-00001 --clear nosuch", "--clear"),
        ("customer edit C-00001 --expect-version one --region x", "--expect-version"),
        ("contact log C-00001 --channel phone --on 2026-11-22", "--on"),
        ("contact log C-00001 --channel phone --next 2026-11-20 --next-what x", "--next"),
        ("contact log C-00001 --channel phone --next-what x", "--next"),
        ("followup snooze U-00001 --until 2026-11-21", "--until"),
        ("feedback answer F-00002 --text x --on 2026-11-20", "--on"),
        ("feedback assign F-00002 --to zhao.min", "--to"),
        ("loan add C-00001 --product tuition --principal 5 --disbursed-on 2026-11-22", "--disbursed-on"),
        (f"{LOAN} --principal 5 --disbursed-on 2026-11-01 --matures-on 2026-11-01", "--matures-on"),
        ("snapshot add JJ-0001 --on 2026-01-14 --outstanding 5", "--on"),
        ("officer add Li.Wei --name x", "CODE"),
        ("today --within tomorrow", "--within"),
        ("today --limit 5.0", "--limit"),
        ("report concentration --digits 0", "--digits"),
        ("init --zone Mars/Olympus", "--zone"),
        ("init --currency yuan", "--currency"),
        ("officer add sun.li --name 孙丽 --me \x1b[31m", "--me"),
    ],
)  # fmt: skip
def test_a_value_that_cannot_be_taken_is_refused(cli: Run, untouched: Path, line: str, field: str) -> None:
    answer = typed(cli, untouched, line)
    assert (answer.code, answer.out, answer.error["field"]) == (4, b"", field)
    value = shlex.split(line)[-1].rpartition("=")[2]
    is_private = len(value) > 4 and not value.startswith("2026") and value not in ("written_off", "nosuch")
    assert not (is_private and value in answer.err)


@pytest.mark.parametrize("value", RATES)
def test_a_rate_is_a_percentage_or_basis_points_or_a_fraction(cli: Run, untouched: Path, value: str) -> None:
    answer = typed(cli, untouched, "loan add C-00001 --product tuition --principal 5", f"--rate={value}")
    refused(answer, "--rate", value if len(value) > 3 else "")
    assert "3.45%" in answer.error["message"]


@pytest.mark.parametrize(
    ("value", "stored"),
    [("3.45%", 34500), ("345bp", 34500), ("0.0345", 34500), ("0", 0), ("99.9999%", 999999)],
)
def test_the_same_rate_in_three_forms_is_the_same_rate(cli: Run, full: Path, value: str, stored: int) -> None:
    typed(cli, full, f"loan add C-00001 --number N-1 --product tuition --principal 5 --rate {value}")
    assert asked(full, "select annual_rate from loan where number = 'N-1'") == [(stored,)]


@pytest.mark.parametrize("value", DATES)
def test_a_date_in_another_form_is_refused_naming_the_plain_form(
    cli: Run, untouched: Path, value: str
) -> None:
    for line, field in (
        ("contact log C-00001 --channel phone", "--on"),
        ("officer list", "--as-of"),
    ):
        if value == "" and field == "--as-of":
            continue  # an empty option is none
        answer = typed(cli, untouched, line, f"{field}={value}")
        refused(answer, field, value)
        assert "YYYY-MM-DD" in answer.error["message"]


@pytest.mark.parametrize("hidden", HIDDEN.values(), ids=HIDDEN)
def test_a_character_that_acts_is_refused_in_a_name(cli: Run, untouched: Path, hidden: str) -> None:
    value = f"张{hidden}三"
    refused(typed(cli, untouched, "customer add --kind student", f"--name={value}"), "--name", value)


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ("officer edit li.wei", "--name"),
        ("customer edit C-00001", "--region"),
        ("followup add C-00001 --on 2026-12-05", "--what"),
        ("contact void K-00001", "--why"),
        ("loan add C-00001 --product tuition --principal 5", "--number"),
        ("officer edit li.wei --name x", "--idempotency-key"),
        ("officer edit li.wei --name x", "--me"),
    ],
)
def test_a_character_that_acts_is_refused_in_short_texts(
    cli: Run, untouched: Path, line: str, field: str
) -> None:
    value = "张\u202e三"
    refused(typed(cli, untouched, line, f"{field}={value}"), field, value)


def test_a_note_may_have_lines_and_nothing_else_that_acts(cli: Run, full: Path) -> None:
    log = ("--store", full, "contact", "log", "C-00001", "--channel", "phone", "--note")
    assert cli(*log, "一\n二\t三").code == 0
    assert asked(full, "select note from contact order by id desc limit 1") == [("一\n二\t三",)]
    for hidden in ("\x1b", "\u202e", "\x00", "\u200b"):
        assert cli(*log, f"一{hidden}二").code == 4


@pytest.mark.parametrize(
    ("name", "exit_code"),
    [
        ("x" * 200, 0),
        ("名" * 200, 0),
        ("x" * 201, 4),
        ("x" * 1_000_000, 4),
        ("", 4),
        ("   ", 4),
        ("\u3000", 4),
    ],
    ids=["200", "200 Chinese", "201", "1 MB", "none", "blank", "wide blank"],
)
def test_a_name_has_at_most_200_characters(cli: Run, full: Path, name: str, exit_code: int) -> None:
    answer = cli("--store", full, "officer", "edit", "li.wei", "--name", name)
    assert (answer.code, len(answer.err) < 200) == (exit_code, True)


@pytest.mark.parametrize(
    ("size", "exit_code"), [(65_536, 0), (65_537, 4), (10_000_000, 4)], ids=["64 KiB", "more", "10 MB"]
)
def test_a_note_has_at_most_64_kib(cli: Run, full: Path, size: int, exit_code: int) -> None:
    words = ("--store", full, "contact", "log", "C-00001", "--channel", "phone", "--note", "-")
    answer = cli(*words, stdin=b"x" * size)
    assert (answer.code, len(answer.err) < 200) == (exit_code, True)


def test_a_note_that_is_not_utf8_is_refused(run: Run, untouched: Path) -> None:
    words = ("--store", untouched, "contact", "log", "C-00001", "--channel", "phone", "--note", "-")
    answer = run(*words, stdin="谈续贷".encode("gb18030"), env={"PYTHONIOENCODING": "utf-8:strict"})
    assert (answer.code, answer.out) == (4, b"")
    assert "--note" in answer.err


def test_an_argument_that_is_not_utf8_is_refused(run: Run, untouched: Path) -> None:
    answer = run("--store", untouched, "customer", "find", "华达".encode("gb18030"), "--format", "json")
    assert (answer.code, answer.error["code"]) == (4, "not_utf8")


def test_a_check_letter_may_be_typed_small(cli: Run, full: Path) -> None:
    typed(cli, full, "customer edit C-00002 --resident-id 11010519491231002x")
    assert asked(full, "select resident_id from customer where number = 2") == [("11010519491231002X",)]


def test_a_number_that_another_customer_has_is_a_conflict_without_the_number(
    cli: Run, untouched: Path
) -> None:
    line = "customer add --kind enterprise --name 别家公司 --uscc 91110000600037341L"
    answer = typed(cli, untouched, line)
    assert (answer.code, answer.error["code"], answer.error["field"]) == (5, "taken", "--uscc")
    assert "C-00001" in answer.error["message"]
    assert "9111" not in answer.err


# ── searching ───────────────────────────────────────────────────────────────────────────────


def test_searching_takes_every_character_literally(cli: Run, book: Path) -> None:
    names = (
        "百分之100%公司",
        "甲_乙公司",
        "甲\\乙公司",
        '引"号"公司',
        "NEAR(甲)公司",
        "O'Neil 公司",
        "普通公司",
    )
    for name in names:
        assert cli("--store", book, "customer", "add", "--kind", "enterprise", "--name", name).code == 0

    def found(text: str) -> list[str]:
        return [
            row["name"] for row in cli("--store", book, "customer", "find", text, "--format", "json").json
        ]

    assert found("%") == ["百分之100%公司"]
    assert found("_") == ["甲_乙公司"]
    assert found("\\") == ["甲\\乙公司"]
    assert found('"') == ['引"号"公司']
    assert found("NEAR(") == ["NEAR(甲)公司"]
    assert found("'") == ["O'Neil 公司"]
    assert found("' OR 1=1 --") == []
    assert len(found("公司")) == len(names)
    assert cli("--store", book, "customer", "show", "甲%乙").code == 3


# ── files ───────────────────────────────────────────────────────────────────────────────────


def store_of(kind: str, folder: Path, filled: Path) -> Path:
    """Make a wrong store."""
    path = folder / "wrong.db"
    if kind == "folder":
        path.mkdir()
    elif kind == "fifo":
        os.mkfifo(path)
    elif kind == "foreign SQLite":
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("create table customer (id integer)")
    elif kind == "text":
        path.write_text("name,phone\n" * 50, encoding="utf-8")
    elif kind == "empty":
        path.touch()
    elif kind != "missing":
        path.write_bytes(filled.read_bytes())
        if kind == "newer":
            put(path, "update alembic_version set version_num = '9999'")
        elif kind == "cut":
            os.truncate(path, path.stat().st_size // 2)
        elif kind == "cut in its header":
            os.truncate(path, 60)
    return path


@pytest.mark.sqlite_only("it is about files that are no store")
@pytest.mark.parametrize(
    ("kind", "exit_code", "code"),
    [
        ("missing", 3, "no_store"),
        ("folder", 4, "invalid_input"),
        ("fifo", 4, "invalid_input"),
        ("foreign SQLite", 8, "foreign"),
        ("text", 8, "foreign"),
        ("newer", 8, "newer_store"),
        ("empty", 7, "damaged"),
        ("cut", 7, "damaged"),
        ("cut in its header", 7, "damaged"),
    ],
)
def test_a_wrong_store_is_refused_and_not_touched(
    cli: Run, tmp_path: Path, filled_book: Path, kind: str, exit_code: int, code: str
) -> None:
    path = store_of(kind, tmp_path, filled_book)
    before = path.read_bytes() if path.is_file() else None
    (tmp_path / "home" / "o.csv").write_text("code,name\nsun.li,孙丽\n", encoding="utf-8")
    (tmp_path / "home" / "o.yaml").write_text(
        "kind: officers\ncolumns: {officer.code: code, officer.name: name}\n", encoding="utf-8"
    )
    for words in (
        ("customer", "list"),
        ("customer", "add", "--kind", "student", "--name", "张三"),
        ("import", "officers", "home/o.csv", "--profile", "home/o.yaml", "--apply"),
        ("import", "yesterday", "home", "--apply"),
        ("undo", "--yes"),
        ("changes",),
        ("report", "quality"),
        ("store", "backup", "COPY.db"),
        ("init",),
    ):
        if words == ("init",) and kind in ("missing", "empty"):
            continue  # these it makes
        answer = cli("--store", path, *words, "--format", "json")
        assert (answer.code, answer.out) == (exit_code, b""), words
        assert answer.error["code"] == code
        assert (path.read_bytes() if path.is_file() else None) == before
    there = [] if kind == "missing" else ["wrong.db"]
    assert [file.name for file in tmp_path.iterdir() if file.name != "home"] == there


@pytest.mark.parametrize(
    "address", ["mysql://li:secret@host/crm", "postgresql://li:secret@host:port/crm", "sqlite:///B.db"]
)
def test_an_address_of_something_else_is_refused_and_not_repeated(
    cli: Run, tmp_path: Path, address: str
) -> None:
    for words in (("init",), ("customer", "list")):
        answer = cli("--store", address, *words)
        assert answer.code == 4
        assert "secret" not in answer.err
    assert [file.name for file in tmp_path.iterdir()] == ["home"]


@pytest.mark.sqlite_only("it is about names of files")
@pytest.mark.parametrize("name", ["a?b=c#d%20e.db", "客户 名册.db", ":memory:", "-x.db", "file:x.db"])
def test_a_store_may_have_any_name(cli: Run, tmp_path: Path, kept: list[Path], name: str) -> None:
    path = tmp_path / name
    kept.append(path)
    assert cli(f"--store={name}", "init").code == 0
    assert cli(f"--store={name}", "officer", "add", "li.wei", "--name", "李伟").code == 0
    assert [file.name for file in tmp_path.iterdir() if file.name != "home"] == [name]


def config(tmp_path: Path, text: str, mode: int = 0o600) -> Path:
    path = tmp_path / "settings.yaml"
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return path


def test_an_unknown_setting_is_refused_with_its_place(cli: Run, untouched: Path, tmp_path: Path) -> None:
    file = config(tmp_path, "# mine\nme: li.wei\n  \ntable_rowz: 5\n")
    answer = cli("--store", untouched, "--config", file, "customer", "list", "--format", "json")
    assert (answer.code, answer.error["code"]) == (4, "invalid_file")
    assert (
        answer.error["message"] == "settings.yaml:4:1: table_rowz: unknown key (did you mean 'table_rows'?)"
    )


@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
def test_settings_that_others_may_write_are_refused_with_the_way_out(
    cli: Run, untouched: Path, tmp_path: Path, mode: int
) -> None:
    file = config(tmp_path, "me: li.wei\n", mode)
    answer = cli("--store", untouched, "--config", file, "customer", "list", "--format", "json")
    assert answer.code == 8
    assert answer.error["hint"] == f"run: chmod go-w {file}"


def test_a_store_that_was_never_finished_names_init(cli: Run, book: Path) -> None:
    put(book, "delete from book")
    answer = cli("--store", book, "customer", "list", "--format", "json")
    assert (answer.code, answer.error["code"]) == (3, "no_store")
    assert cli("--store", book, "init").code == 0
    assert cli("--store", book, "customer", "list").code == 0


def test_the_clock_must_be_an_instant(cli: Run, untouched: Path) -> None:
    for now in ("soon", "2026-02-30", "0001-01-01T00:00+08:00", "9999-12-31T23:59-12:00"):
        answer = cli("--store", untouched, "today", "--format", "json", env={"LOANCRM_NOW": now})
        assert (answer.code, answer.error["field"]) == (4, "LOANCRM_NOW")


def test_half_past_midnight_in_shanghai_is_that_day_wherever_the_host_is(cli: Run, book: Path) -> None:
    for now in ("2026-11-20T16:30+00:00", "2026-11-21T00:30+08:00", "2026-11-20T11:30-05:00"):
        for zone in ("UTC", "America/New_York"):
            report = cli(
                "--store", book, "report", "portfolio", "-f", "json", env={"LOANCRM_NOW": now, "TZ": zone}
            )
            assert report.json["as_of"] == "2026-11-21"
