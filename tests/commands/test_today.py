"""The day's list on the command line: its answers, ``log N``, the agenda of a customer, and who stands in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run

NOW = {"LOANCRM_NOW": "2026-11-20T10:30+08:00"}
ME = ("--me", "li.wei")


@pytest.fixture
def morning(cli: Run, book: Path) -> Any:
    """Three customers of li.wei with steps for today, in their order."""

    def do(*words: str, code: int = 0, **more: Any) -> Any:
        answer = cli("--store", book, *words, env=NOW | more.pop("env", {}))
        assert answer.code == code, answer.err
        return answer

    for name in ("甲公司", "乙公司", "丙公司"):
        do("customer", "add", "--kind", "enterprise", "--name", name, "--officer", "li.wei")
    for n, what in enumerate(("要报表", "送合同", "对账"), 1):
        do("followup", "add", f"C-0000{n}", "--on", f"2026-11-{16 + n}", "--what", what)
    return do


def steps(do: Any, *words: str) -> list[str]:
    found = do(*ME, "today", *words, "--format", "json").json
    return [line["customer"] for line in found if line["kind"] == "follow_up"]


def test_a_number_means_the_line_of_the_list_that_was_looked_at(morning: Any) -> None:
    """After line 1 went, line 2 of the paper is still line 2."""
    shown = morning(*ME, "today", "--format", "table").text
    assert [shown.index(name) for name in ("甲公司", "乙公司", "丙公司")] == sorted(
        shown.index(name) for name in ("甲公司", "乙公司", "丙公司")
    )
    morning(*ME, "today", "done", "1")
    morning(*ME, "today", "snooze", "2", "--until", "周一", "--why", "出差")
    assert steps(morning) == ["C-00003"]
    assert steps(morning, "--as-of", "2026-11-23") == ["C-00003", "C-00002"]
    again = morning(*ME, "today", "done", "1", code=5)
    assert "done" in again.err


def test_a_number_without_an_officer_means_the_list_that_was_looked_at_last(morning: Any) -> None:
    """Whosever it is; a page for a file was not looked at, and a named officer's is that officer's."""
    morning("officer", "add", "sun.yan", "--name", "孙燕")
    morning("customer", "add", "--kind", "enterprise", "--name", "丁公司", "--officer", "sun.yan")
    morning("followup", "add", "C-00004", "--on", "2026-11-20", "--what", "回访")
    morning("today", "--officer", "li.wei", "--format", "table")
    morning("today", "--officer", "sun.yan", "--format", "table")
    morning("today", "--officer", "li.wei", "--format", "html")
    assert morning("log", "1", "说月底还", "--format", "json").json["customer"] == "C-00004"
    morning("today", "done", "2", "--officer", "li.wei")
    assert steps(morning) == ["C-00001", "C-00003"]


def test_numbers_mean_one_list_though_it_was_never_looked_at(morning: Any) -> None:
    """A script answers one line after the other: each number is that of the list before the first answer."""
    assert [
        morning("log", n, "已电话沟通", "--format", "json").json["customer"] for n in ("1", "2", "3")
    ] == ["C-00001", "C-00002", "C-00003"]


def test_a_conversation_is_logged_by_the_number_of_the_line_in_either_language(morning: Any) -> None:
    morning(*ME, "today", "--format", "table")
    receipt = morning(
        *ME, "log", "2", "说周五还款", "--next", "fri", "--channel", "微信", "--format", "json"
    ).json
    assert (receipt["customer"], receipt["next_due_on"], receipt["next_due_rule"]) == (
        "C-00002", "2026-11-27", "follow_up",
    )  # fmt: skip
    (contact,) = morning("contact", "list", "C-00002", "--format", "json").json
    assert (contact["channel"], contact["outcome"], contact["note"]) == ("wechat", "reached", "说周五还款")
    reach = morning("contact", "reach", "--by", "hour", "--format", "json").json
    assert [(line["key"], line["attempts"], line["reached"]) for line in reach] == [("10", 1, 1)]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("log", "9", "好"), 3, "lines"),
        (("log", "1"), 2, "say what"),
        (("log", "1", "好", "--next", "32d2"), 4, "--next"),
        (("today", "done", "0"), 4, "N"),
        (("today", "snooze", "1", "--until", "2026-11-20"), 4, "--until"),
        (("today", "--by", "colour"), 2, "--by"),
        (("today", "--kind", "nothing"), 2, "--kind"),
        (("today", "--explain", "99"), 3, "lines"),
        (("followup", "add", "C-00001", "--on", "2026-12-01", "--what", "x", "--every", "1h"), 4, "--every"),
        (
            ("followup", "add", "C-00001", "--on", "2026-12-01", "--what", "x", "--every", "1m",
             "--after-done", "1m"), 2, "--every",
        ),
        (("agenda", "hand-in", "--to", "li.wei", "--until", "fri"), 4, "--to"),
        (("agenda", "take-back", "A-00009"), 3, "A-00009"),
        (("contact", "reach", "--by", "colour"), 2, "--by"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_and_nothing_is_written(
    morning: Any, words: tuple[str, ...], code: int, said: str
) -> None:
    before = morning("undo", "--list", "--format", "json").json
    assert said in morning(*ME, *words, code=code).err
    assert morning("undo", "--list", "--format", "json").json == before


def test_a_number_that_the_list_did_not_have_is_refused(morning: Any) -> None:
    morning(*ME, "today", "--format", "table")
    morning(*ME, "followup", "add", "C-00003", "--on", "2026-11-20", "--what", "x")
    assert "no line 4" in morning(*ME, "log", "4", "好", code=3).err
    assert "lines" in morning(*ME, "today", "--open", "9", code=3).err


def test_help_says_the_options_of_the_list(morning: Any) -> None:
    shown = morning("today", "--help").text
    assert all(word in shown for word in ("--within", "--open", "--team", "snooze"))


def test_the_list_is_shown_by_reason_by_district_and_for_a_branch(morning: Any) -> None:
    morning("customer", "edit", "C-00001", "--region", "海淀")
    morning("customer", "edit", "C-00003", "--region", "朝阳")
    by_district = morning(*ME, "today", "--by", "district", "--format", "json").json
    assert [line["customer"] for line in by_district if line["kind"] == "follow_up"] == [
        "C-00003", "C-00001", "C-00002",
    ]  # fmt: skip
    morning("followup", "add", "C-00003", "--on", "2026-11-20", "--what", "再对账")
    by_reason = morning(*ME, "today", "--by", "reason", "--kind", "跟进事项", "--format", "json").json
    assert [line["customer"] for line in by_reason] == ["C-00001", "C-00002", "C-00003", "C-00003"]
    morning("officer", "edit", "li.wei", "--branch", "城东支行")
    team = morning(*ME, "today", "--team", "--format", "json").json
    assert [line["customer"] for line in team if line["kind"] == "follow_up"] == [
        "C-00001",
        "C-00002",
        "C-00003",
    ]
    morning("today", "--team", code=2)


def test_the_agenda_of_a_customer_looks_ahead(morning: Any) -> None:
    morning("followup", "add", "C-00001", "--on", "2027-01-10", "--what", "年审")
    near = morning("agenda", "C-00001", "--format", "json").json
    far = morning("agenda", "C-00001", "--within", "90d", "--format", "json").json
    assert [line["due_on"] for line in near if line["kind"] == "follow_up"] == ["2026-11-17"]
    assert [line["due_on"] for line in far if line["kind"] == "follow_up"] == ["2026-11-17", "2027-01-10"]


def test_who_stands_in_is_listed_until_it_is_over(morning: Any) -> None:
    morning("officer", "add", "zhao.min", "--name", "赵敏")
    said = morning(
        *ME, "agenda", "hand-in", "--to", "zhao.min", "--from", "mon", "--until", "fri", "--format", "json"
    )
    assert said.json == {
        "number": "A-00001", "officer": "li.wei", "stand_in": "zhao.min", "from_on": "2026-11-23",
        "until_on": "2026-11-27",
    }  # fmt: skip
    theirs = morning("--me", "zhao.min", "today", "--as-of", "2026-11-23", "--format", "json").json
    assert [line["customer"] for line in theirs if line["kind"] == "follow_up"] == [
        "C-00001",
        "C-00002",
        "C-00003",
    ]
    listed = morning("agenda", "stand-ins", "--format", "json").json
    assert [line["number"] for line in listed] == ["A-00001"]
    assert morning("agenda", "stand-ins", "--as-of", "2026-11-28", "--format", "json").json == []
    morning("agenda", "take-back", "A-00001")
    assert morning("agenda", "stand-ins", "--all", "--format", "json").json == []


def test_no_list_is_left_with_somebody_who_is_away(morning: Any) -> None:
    """zhao.min's work is li.wei's from Monday to Friday: li.wei cannot leave then."""
    for code in ("zhao.min", "chen.jie"):
        morning("officer", "add", code, "--name", code)
    week = ("--from", "mon", "--until", "fri")

    def refused(officer: str, to: str, *days: str) -> Any:
        line = ("agenda", "hand-in", "--officer", officer, "--to", to, *(days or week), "--format", "json")
        return morning(*line, code=5).error

    morning("agenda", "hand-in", "--officer", "zhao.min", "--to", "li.wei", *week)
    chained = refused("li.wei", "chen.jie")
    assert chained["code"] == "stands_in"
    assert "stands in for zhao.min on some of those days: A-00001" in chained["message"]
    assert "loancrm agenda take-back A-00001" in chained["hint"]
    away = refused("chen.jie", "zhao.min", "--from", "2026-11-27", "--until", "2026-12-04")
    assert away["code"] == "stand_in_away"
    assert "zhao.min is away on some of those days: A-00001" in away["message"]
    assert refused("zhao.min", "chen.jie")["code"] == "stood_in"
    morning(
        "agenda",
        "hand-in",
        "--officer",
        "li.wei",
        "--to",
        "chen.jie",
        "--from",
        "2026-11-28",
        "--until",
        "14d",
    )
    morning("agenda", "take-back", "A-00001")
    morning("agenda", "hand-in", "--officer", "zhao.min", "--to", "chen.jie", *week)
    morning(
        "agenda", "hand-in", "--officer", "li.wei", "--to", "chen.jie", *week
    )  # both with one who is there


def test_of_a_very_long_absence_it_is_said_and_of_one_that_is_over_it_is_refused(morning: Any) -> None:
    morning("officer", "add", "zhao.min", "--name", "赵敏")
    line = (*ME, "agenda", "hand-in", "--to", "zhao.min")
    past = morning(*line, "--from", "2026-11-02", "--until", "2026-11-06", "--format", "json", code=4)
    assert past.error["field"] == "--until"
    year = morning(*line, "--from", "2026-12-01", "--until", "2027-12-01")
    assert year.err == ""
    morning("agenda", "take-back", "A-00001")
    long = morning(*line, "--from", "2026-12-01", "--until", "2027-12-02")
    assert "longer than a year" in long.err
    assert "loancrm agenda take-back A-00002" in long.err


def test_the_kept_list_is_private_and_names_nobody(morning: Any, tmp_path: Path) -> None:
    state = tmp_path / "state"
    morning(*ME, "today", "--format", "table", env={"XDG_STATE_HOME": str(state)})
    files = list(state.rglob("*.json"))  # the officer's list, and the one that was looked at last
    assert [file.stat().st_mode & 0o777 for file in files] == [0o600] * 2
    for file in files:
        text = file.read_text("utf-8")
        assert "C-00001" in text
        assert "甲公司" not in text


def test_a_list_that_cannot_be_kept_is_shown_all_the_same(morning: Any) -> None:
    answer = morning(*ME, "today", "--format", "table", env={"XDG_STATE_HOME": "/dev/null/nowhere"})
    assert "甲公司" in answer.text
    morning(*ME, "today", "done", "1", env={"XDG_STATE_HOME": "/dev/null/nowhere"})
    assert steps(morning) == ["C-00002", "C-00003"]
