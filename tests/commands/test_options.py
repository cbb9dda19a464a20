"""Options: shared ones anywhere, what a change refuses, languages, did-you-mean, conflicts, two officers."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from loancrm.cli import TREE, build
from tests.conftest import Run

from .helpers import asked, rows_of

CHANGES = (
    "init",
    "officer add sun.li --name 孙丽",
    "customer add --kind student --name 张三",
    "customer edit C-00001 --region x",
    "contact log C-00001 --channel phone",
    "feedback record C-00001 --kind praise --text 好",
    "followup add C-00001 --on 2026-12-05 --what x",
    "loan close JJ-0001",
    "snapshot void JJ-0001 --on 2026-11-19",
    "classify",
)


def test_shared_options_stand_before_or_after_the_command(cli: Run, filled_book: Path) -> None:
    store = ("--store", str(filled_book))
    day, shown = ("--as-of", "2026-11-20"), ("--format", "json")
    expected = cli(*store, *day, "report", "portfolio", *shown)
    assert expected.json["as_of"] == "2026-11-20"
    assert cli("report", "portfolio", *shown, *day, *store).out == expected.out
    assert (
        cli("report", "portfolio", f"--store={filled_book}", "--as-of=2026-11-20", "-fjson").out
        == expected.out
    )


def test_the_option_nearest_to_the_command_wins(cli: Run, filled_book: Path) -> None:
    words = ("--as-of", "2026-10-01", "--store", filled_book, "report", "portfolio", "--as-of", "2026-11-20")
    assert cli(*words, "--format", "json").json["as_of"] == "2026-11-20"


@pytest.mark.parametrize(
    ("line", "option"),
    [*((line, "--as-of") for line in CHANGES), (CHANGES[0], "--known-at"), (CHANGES[-1], "--known-at")],
)
def test_looking_back_is_not_for_changes(cli: Run, untouched: Path, line: str, option: str) -> None:
    answer = cli("--store", untouched, *shlex.split(line), option, "2026-11-20", "--format", "json")
    assert (answer.code, answer.out) == (2, b"")
    assert "--on" in answer.error["message"]


def test_a_day_on_which_nothing_was_there_shows_nothing(cli: Run, filled_book: Path) -> None:
    words = ("--store", filled_book, "customer", "list", "--format", "json", "--as-of")
    assert cli(*words, "2026-01-14").json == []
    assert [row["code"] for row in cli(*words, "2026-01-15").json] == ["C-00001"]
    assert len(cli(*words, "2026-11-21").json) == 2


# ── languages ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("place", [0, 2, 3, 4])
def test_the_language_can_stand_anywhere(cli: Run, filled_book: Path, place: int) -> None:
    words = ["--store", str(filled_book), "officer", "list"]
    words[place:place] = ["--lang", "zh_CN"]
    answer = cli(*words, "--format", "table")
    assert answer.code == 0
    assert "李伟" in answer.text


@pytest.mark.parametrize("name", ["zh_CN", "zh", "zh-Hans", "中文", "en", "en_US.UTF-8"])
def test_a_language_has_several_names(cli: Run, name: str) -> None:
    assert cli("--lang", name, "--help").code == 0


@pytest.mark.parametrize("name", ["fr", "", "xx"])
def test_an_unknown_language_names_the_known_ones(cli: Run, name: str) -> None:
    answer = cli(f"--lang={name}", "--help")
    assert (answer.code, answer.out) == (2, b"")
    assert "en, zh_CN" in answer.err


def test_the_language_comes_from_option_then_variable_then_settings_then_locale(
    cli: Run, tmp_path: Path
) -> None:
    english, chinese = cli("--lang", "en", "--help").out, cli("--lang", "zh_CN", "--help").out
    assert english != chinese
    file = tmp_path / "c.yaml"
    file.write_text("lang: zh_CN\n", encoding="utf-8")
    assert cli("--help", env={"LANG": "zh_CN.UTF-8"}).out == chinese
    assert cli("--help", env={"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}).out == english
    assert cli("--config", file, "--help").out == chinese
    assert cli("--config", file, "--help", env={"LOANCRM_LANG": "en"}).out == english
    assert cli("--lang", "en", "--help", env={"LOANCRM_LANG": "zh_CN"}).out == english


@pytest.mark.parametrize("lang", ["en", "zh_CN"])
@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("custmer list", "customer"),
        ("customer lst", "list"),
        ("customer list --offcer li.wei", "--officer"),
        ("customer add --kind enterprize --name x", "enterprise"),
        ("report concentration --by industri", "industry"),
        ("officer list --sort naem", "name"),
        ("officer list --format jsno", "json"),
    ],
)
def test_a_slip_is_answered_with_what_was_meant(
    cli: Run, untouched: Path, line: str, meant: str, lang: str
) -> None:
    answer = cli("--store", untouched, "--lang", lang, *line.split())
    assert (answer.code, answer.out) == (2, b"")
    assert meant in answer.err.splitlines()[-1]


def test_every_command_has_help(cli: Run) -> None:
    def leaves(command: object, path: tuple[str, ...]) -> list[tuple[str, ...]]:
        if not hasattr(command, "list_commands"):
            return [path]
        names = command.list_commands(None)
        below = (leaves(command.get_command(None, name), (*path, name)) for name in names)
        return [path, *(one for found in below for one in found)]

    for path in leaves(build(), ()):
        for lang in ("en", "zh_CN") if len(path) < 2 else ("zh_CN",):
            answer = cli("--lang", lang, *path, "--help")
            assert (answer.code, answer.err) == (0, "")
            assert f"loancrm {' '.join(path)}".strip() in answer.text


def test_help_names_every_command(cli: Run) -> None:
    text = cli("--help").text
    assert [name for name in TREE if f"\n  {name} " not in text] == []
    assert cli().code == 2
    assert cli("--version").text == f"loancrm {__import__('loancrm').__version__}\n"


# ── two officers, retries, rehearsals ───────────────────────────────────────────────────────


def test_who_comes_second_learns_who_was_first_and_when(cli: Run, full: Path) -> None:
    seen = cli("--store", full, "customer", "show", "C-00001", "--format", "json").json["version"]
    edit = ("--store", full, "customer", "edit", "C-00001", "--expect-version", str(seen), "--format", "json")
    first = cli(*edit, "--region", "天津", "--me", "zhao.min")
    assert (first.code, first.json["version"]) == (0, seen + 1)
    second = cli(*edit, "--region", "重庆", "--me", "li.wei")
    assert (second.code, second.error["code"]) == (5, "changed_meanwhile")
    assert "zhao.min" in second.error["message"]
    assert "2026-11-21 10:00" in second.error["message"]  # ten in the morning in Shanghai
    assert asked(full, "select region from customer where number = 1") == [("天津",)]


def test_a_customer_is_named_by_code_number_or_part_of_the_name(cli: Run, filled_book: Path) -> None:
    for name in ("C-00001", "c-1", "C1", "8800123", "华达", "机械", " 华达机械有限公司 "):
        answer = cli("--store", filled_book, "customer", "show", name, "--format", "json")
        assert (answer.code, answer.json["code"]) == (0, "C-00001"), name


def test_a_whole_name_goes_before_a_part_of_another(cli: Run, book: Path) -> None:
    for name in ("华达", "华达机械"):
        cli("--store", book, "customer", "add", "--kind", "enterprise", "--name", name)
    assert cli("--store", book, "customer", "show", "华达", "--format", "json").json["code"] == "C-00001"


def test_a_likely_duplicate_is_added_and_said(cli: Run, full: Path) -> None:
    words = ("customer", "add", "--kind", "enterprise", "--name", "华达机械股份有限公司", "--format", "json")
    answer = cli("--store", full, *words)
    assert (answer.code, answer.json["similar"]) == (0, ["C-00001"])
    assert "C-00001" in answer.err
    assert cli("--store", full, *words, "--quiet").err == ""


def test_a_rehearsed_init_makes_no_book(cli: Run, tmp_path: Path) -> None:
    answer = cli("--store", "new/B.db", "init", "--dry-run", "--format", "json")
    assert (answer.code, answer.json["is_new"]) == (0, True)
    assert [file.name for file in tmp_path.iterdir()] == ["home"]


def test_init_leaves_a_book_that_is_there_as_it_is(cli: Run, untouched: Path) -> None:
    assert cli("--store", untouched, "init", "--format", "json").json["is_new"] is False
    other = cli("--store", untouched, "init", "--currency", "USD", "--format", "json")
    assert (other.code, other.error["code"]) == (5, "conflict")


def test_the_same_key_for_two_commands_is_a_conflict(cli: Run, full: Path) -> None:
    add = ("--store", full, "officer", "add", "--idempotency-key", "K7", "--format", "json")
    assert cli(*add, "sun.li", "--name", "孙丽").code == 0
    before = rows_of(full)
    assert cli(*add, "he.jun", "--name", "何军").error["code"] == "key_reused"
    assert rows_of(full) == before


def test_a_retry_on_another_day_is_still_the_first_result(cli: Run, full: Path) -> None:
    log = ("--store", full, "contact", "log", "C-00001", "--channel", "visit", "--idempotency-key", "K8")
    first = cli(*log, "--format", "json")
    again = cli(*log, "--format", "json", env={"LOANCRM_NOW": "2026-11-23T09:00+08:00"})
    assert again.json == first.json


def test_me_is_who_acts_and_whose_day_is_shown(cli: Run, full: Path) -> None:
    cli("--store", full, "--me", "zhao.min", "customer", "edit", "C-00001", "--region", "天津")
    last = cli("--store", full, "history", "C-00001", "--format", "json").json[-1]
    assert (last["actor"], last["field"], last["after"]) == ("zhao.min", "region", "天津")
    due = ("--store", full, "due", "--as-of", "2026-12-01", "--format", "json")
    assert {line["officer"] for line in cli(*due).json} == {"li.wei"}
    assert cli(*due, "--me", "zhao.min").json == []
    assert cli(*due, "--me", "zhao.min", "--officer", "li.wei").json == cli(*due).json


def test_a_file_of_settings_is_found_in_its_places(cli: Run, filled_book: Path, tmp_path: Path) -> None:
    (tmp_path / "loancrm.yaml").write_text(f"store: {filled_book}\nme: li.wei\n", encoding="utf-8")
    shown = {row["key"]: row for row in cli("config", "show", "--origin", "--format", "json").json}
    assert (shown["store"]["value"], shown["me"]["source"]) == (str(filled_book), "loancrm.yaml:2")
    assert cli("store", "path").text == f"{filled_book}\n"
    assert cli("store", "path", env={"LOANCRM_STORE": "other.db"}).text == "other.db\n"
    assert cli("--store", "third.db", "store", "path", env={"LOANCRM_STORE": "other.db"}).text == "third.db\n"
    assert cli("config", "check").code == 0
