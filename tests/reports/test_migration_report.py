"""The migration of classes, by hand: what was repaid leaves the denominator."""

from __future__ import annotations

from datetime import date

from loancrm.reports.migration import migration
from tests.support import Book


def test_what_was_repaid_or_ended_is_taken_off_the_opening_balance(book: Book) -> None:
    """Normal on 31 August: 1,000 + 500 + 300 + 200 = 2,000. By 30 September the first pays 400, the second is
    40 days late and owes 450, the third is settled, the fourth is new debt of 250.

    Taken off: 400 + 50 + 300 = 750; moved down: 450; rate 450 ÷ 1,250 = 36 %.
    """
    owed = {"A": (1000, 600, 0), "B": (500, 450, 40), "C": (300, None, 0), "D": (200, 250, 0)}
    book.on("2026-08-31")
    for number, (opening, _closing, _days) in owed.items():
        book.owing(book.student(), number, outstanding=opening)
    book.owing(book.student(), "S", outstanding=100, dpd=20, overdue=1)
    book.on("2026-09-30")
    for number, (_opening, closing, days) in owed.items():
        if closing is not None:
            book.snapshot(number, outstanding=closing, dpd=days, overdue=1 if days else 0)
    book.close("C")
    book.snapshot("S", outstanding=100, dpd=0)
    found = {line.five_tier: line for line in book.ask_policy(migration, date(2026, 8, 31)).lines}
    line = found["normal"]
    assert (line.loans, line.normal, line.special_mention, line.ended) == (4, 2, 1, 1)
    assert (line.opening_balance, line.reduced, line.moved_down) == (2000_00, 750_00, 450_00)
    assert line.migration_rate == 360_000
    better = found["special_mention"]
    assert (better.loans, better.normal, better.migration_rate) == (1, 1, 0)
    assert found["loss"].migration_rate is None
