"""Care that consent or the cap holds back: the list, a customer's agenda and data all say so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Answer, Run

NO_CONSENT = "1 line of care is held back: no consent to be contacted"
CAPPED = "1 line of care is held back: talked with often enough lately"
ME = ("--me", "li.wei")


@pytest.fixture
def founded(cli: Run, book: Path) -> Any:
    """A company that was founded on this day of 2010, and nobody has consented to anything."""

    def run(*words: str, **more: Any) -> Answer:
        answer = cli("--store", book, *words, **more)
        assert answer.code == 0, answer.err
        return answer

    words = ("--kind", "enterprise", "--name", "甲公司", "--officer", "li.wei", "--founded-on", "2010-11-21")
    run("customer", "add", *words)
    talk = ("--channel", "phone", "--purpose", "service", "--outcome", "reached", "--on", "2026-11-10")
    run("contact", "log", "C-00001", *talk)
    return run


@pytest.mark.parametrize("form", ["json", "tsv", "jsonl", "csv"])
@pytest.mark.parametrize(
    "line", [(*ME, "today"), ("today",), ("today", "--kind", "anniversary"), ("agenda", "C-00001")]
)
def test_beside_data_it_is_said_on_standard_error(founded: Any, form: str, line: tuple[str, ...]) -> None:
    answer = founded(*line, "--format", form)
    assert NO_CONSENT in answer.err.splitlines()
    assert NO_CONSENT not in answer.text
    assert founded(*line, "--format", form, "--quiet").err == ""


def test_the_agenda_of_the_customer_says_why_there_is_nothing_to_do(founded: Any) -> None:
    page = founded("agenda", "C-00001", "--format", "table")
    assert "nothing is due" in page.text
    assert NO_CONSENT in page.text
    assert page.err == ""


def test_with_a_consent_it_is_on_the_agenda_until_the_cap_holds_it(founded: Any) -> None:
    """The policy takes so many conversations of care in so many days: two in thirty."""
    words = ("--person", "王芳", "--purpose", "contact", "--on", "2026-11-01")
    founded("consent", "add", "C-00001", *words)
    given = founded("agenda", "C-00001", "--format", "json")
    assert [one["kind"] for one in given.json] == ["anniversary"]
    assert given.err == ""
    for day in ("2026-11-09", "2026-11-16"):
        log = f"contact log C-00001 --channel wechat --purpose care --outcome message_left --on {day}"
        founded(*log.split())
    capped = founded("agenda", "C-00001", "--format", "json")
    assert (capped.json, capped.err.strip()) == ([], CAPPED)


def test_of_what_is_no_care_nothing_is_said_and_reminders_stay_silent(founded: Any) -> None:
    assert founded("today", "--kind", "promise", "--format", "json").err == ""
    reminded = founded("remind")
    assert (reminded.text, reminded.err) == ("", "")
