"""The migration of classes, by hand: what was repaid leaves the denominator."""

from __future__ import annotations

from datetime import date

import pytest

from loancrm.errors import UsageFault
from loancrm.reports.grouping import Grouping
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


def two_regions(book: Book) -> None:
    """Of 1,000 in Beijing 100 are worse by now, of 600 200 stay; in Shanghai all 400 are worse; it moves."""
    book.on("2026-08-31")
    north, south = book.student(region="北京"), book.student(region="上海")
    for customer, number, owed in ((north, "A", 1000), (north, "B", 600), (south, "C", 400)):
        book.owing(customer, number, outstanding=owed)
    book.on("2026-09-30")
    book.snapshot("A", outstanding=100, dpd=40, overdue=1)
    book.snapshot("B", outstanding=200)
    book.snapshot("C", outstanding=400, dpd=100, overdue=1)
    book.edit(south, region="深圳")


def test_groups_are_those_of_the_earlier_day_and_sum_to_the_whole(book: Book) -> None:
    """Beijing: 900 + 400 of 1,600 are repaid, 100 ÷ 300; Shanghai: 400 ÷ 400."""
    two_regions(book)
    since = date(2026, 8, 31)
    found = book.ask_policy(migration, since, grouping=Grouping("region"))
    lines = [(one.key, one.five_tier, one.loans, one.moved_down, one.migration_rate) for one in found.lines]
    assert lines == [
        ("上海", "normal", 1, 400_00, 1_000_000),
        ("北京", "normal", 2, 100_00, 333_333),
    ]
    whole = book.ask_policy(migration, since).lines[0]
    assert sum(one.moved_down for one in found.lines) == whole.moved_down == 500_00
    assert sum(one.reduced for one in found.lines) == whole.reduced == 1300_00
    for by in ("five_tier", "status"):
        with pytest.raises(UsageFault):
            book.ask_policy(migration, since, grouping=Grouping(by))


def test_the_loans_behind_it_are_those_that_are_worse_the_largest_first(book: Book) -> None:
    two_regions(book)
    found = book.ask_policy(migration, date(2026, 8, 31), with_largest=True)
    assert [(one.loan, one.before, one.after, one.closing_balance) for one in found.largest] == [
        ("C", "normal", "substandard", 400_00),
        ("A", "normal", "special_mention", 100_00),
    ]
    assert sum(one.closing_balance for one in found.largest) == found.lines[0].moved_down
    assert book.ask_policy(migration, date(2026, 8, 31)).largest == ()
