"""From application to disbursement, and who stays by what they had said: by hand."""

from __future__ import annotations

from datetime import date

import pytest

from loancrm.reports.funnel import funnel, retention
from loancrm.reports.period import Period
from loancrm.services.pipeline import StageIn, move
from tests.agenda.test_more_mornings import apply_for
from tests.support import TODAY, Book

AUTUMN = Period(date(2026, 8, 21), TODAY)


def steps(book: Book, loan: str, **days: str) -> None:
    for stage, on in days.items():
        book.do(move, StageIn(loan=loan, stage=stage, on=date.fromisoformat(on)))


@pytest.fixture
def applied(book: Book) -> Book:
    """Four applications of the autumn, one of the summer: one is approved, one withdrawn after its review."""
    with book.batch():
        for name, on in (
            ("甲", "2026-09-01"),
            ("乙", "2026-09-02"),
            ("丙", "2026-09-03"),
            ("丁", "2026-11-19"),
            ("戊", "2026-08-20"),
        ):
            apply_for(book, book.customer(name=name), name, on)
        steps(book, "甲", investigation="2026-09-03", review="2026-09-08", approval="2026-09-10")
        steps(book, "乙", investigation="2026-09-08", review="2026-09-10", withdrawn="2026-09-12")
        steps(book, "丙", investigation="2026-09-07")
        steps(book, "戊", investigation="2026-08-21", review="2026-08-22")
    return book


def test_stages_count_who_got_there_or_further_and_how_long_they_took(applied: Book) -> None:
    found = {line.stage: line for line in applied.ask_policy(funnel, AUTUMN)}
    assert {name: (line.reached, line.of_all, line.of_previous) for name, line in found.items()} == {
        "application": (4, 1_000_000, None),
        "investigation": (3, 750_000, 750_000),
        "review": (2, 500_000, 666_667),
        "approval": (1, 250_000, 500_000),
        "contract": (0, 0, 0),
        "disbursement": (0, 0, None),
    }
    # 2, 6 and 4 days of the autumn's, and 1 of the one of the summer that left its stage in the autumn
    assert (found["application"].passed, found["application"].median_days) == (4, 2)


def test_who_complained_stays_less(book: Book) -> None:
    """Two complained in the year before; one of them paid off and has nothing since. The third was silent."""
    with book.batch():
        people = [book.customer(name=name) for name in ("甲", "乙", "丙")]
        for number, one in zip("ABC", people, strict=True):
            book.loan(one, number, disbursed="2025-01-10", matures="2027-01-10")
        for one in people[:2]:
            book.feedback(one, "complaint", "2026-05-01")
        book.close("A", on="2026-09-10")
    lines = {
        line.voice: (line.active, line.stayed, line.share)
        for line in book.ask_policy(retention, AUTUMN)
        if line.source == "feedback"
    }
    assert lines["complained"] == (2, 1, 500_000)
    assert lines["silent"] == (1, 1, 1_000_000)
