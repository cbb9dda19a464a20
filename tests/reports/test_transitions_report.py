"""Roll rates between two days, by hand: shares of a row sum to one, new loans are left out."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from loancrm.errors import UsageFault
from loancrm.reports.grouping import Grouping
from loancrm.reports.roll_rates import roll_rates
from loancrm.reports.transitions import Transitions, transitions
from tests.support import Book

SINCE = date(2026, 8, 31)


@pytest.fixture
def moved(book: Book) -> Book:
    """31 August: A to D current with 1,000 + 500 + 300 + 200, S 20 days late with 100, X not known.

    30 September: A current with 600, B 40 days late with 450, C settled, D written off, S current, N is new.
    """
    book.on("2026-08-31")
    for number, owed in (("A", 1000), ("B", 500), ("C", 300), ("D", 200)):
        book.owing(book.student(), number, outstanding=owed)
    book.owing(book.student(), "S", outstanding=100, dpd=20, overdue=1)
    book.owing(book.student(), "X", outstanding=77, dpd=None)
    book.on("2026-09-30")
    book.snapshot("A", outstanding=600, dpd=0)
    book.snapshot("B", outstanding=450, dpd=40, overdue=1)
    book.close("C")
    book.close("D", status="written_off", amount=150)
    book.snapshot("S", outstanding=100, dpd=0)
    book.snapshot("X", outstanding=77, dpd=0)
    book.owing(book.student(), "N", outstanding=900, disbursed="2026-09-10")
    return book


def lines(found: Transitions) -> dict[tuple[str, str], tuple[str, int, int | None, int | None, int | None]]:
    return {
        (one.before, one.after): (
            one.direction, one.loans, one.opening_balance, one.closing_balance, one.share,
        )
        for one in found.lines
    }  # fmt: skip


def test_balances_counts_and_shares_between_buckets(moved: Book) -> None:
    found = moved.ask_policy(transitions, SINCE, "bucket")
    assert lines(found) == {
        ("0", "0"): ("same", 1, 1000_00, 600_00, 500_000),
        ("0", "31_60"): ("worse", 1, 500_00, 450_00, 250_000),
        ("0", "settled"): ("ended", 1, 300_00, 0, 150_000),
        ("0", "written_off"): ("ended", 1, 200_00, 0, 100_000),
        ("1_30", "0"): ("better", 1, 100_00, 100_00, 1_000_000),
        ("unknown", "0"): ("unknown", 1, 77_00, 77_00, 1_000_000),
    }
    assert [(one.before, one.share_of_loans) for one in found.lines][:2] == [("0", 250_000), ("0", 250_000)]
    assert (found.loans, found.opening_balance) == (6, 2177_00)
    # of 2,177.00: 100, 1,000, 500 and 500
    assert found.shares == {"better": 45_935, "same": 459_348, "worse": 229_674, "ended": 229_674}


@pytest.mark.parametrize(
    ("of", "pairs"),
    [
        ("class", {("normal", "normal"), ("normal", "special_mention"), ("special_mention", "normal")}),
        ("stage", {("1", "1"), ("1", "2")}),
    ],
)
def test_classes_and_stages_move_too(moved: Book, of: str, pairs: set[tuple[str, str]]) -> None:
    ends = {("normal" if of == "class" else "1", end) for end in ("settled", "written_off")}
    known = ("normal" if of == "class" else "1", "unknown")
    found = {pair for pair in lines(moved.ask_policy(transitions, SINCE, of)) if "unknown" not in pair}
    assert found == pairs | ends
    assert known not in found


def test_groups_are_those_of_the_earlier_day_and_the_one_that_fell_most_comes_first(book: Book) -> None:
    """Of 苏州, 400 current: 100 are late now. Of 杭州, 1,000: half is paid off. Its customer moves later."""
    book.on("2026-08-31")
    with book.batch():
        one, two = book.customer(branch="杭州支行"), book.customer(branch="苏州支行")
        for customer, number, owed in ((one, "A", 500), (one, "B", 500), (two, "C", 300), (two, "D", 100)):
            book.owing(customer, number, outstanding=owed)
    book.on("2026-09-30")
    with book.batch():
        book.edit(one, branch="苏州支行")
        for number, owed, dpd in (("A", 500, 0), ("C", 300, 0), ("D", 100, 40)):
            book.snapshot(number, outstanding=owed, dpd=dpd, overdue=1 if dpd else 0)
        book.close("B")
    found = book.ask_policy(transitions, SINCE, "bucket", grouping=Grouping("branch"))
    assert [
        (one.key, one.before, one.after, one.loans, one.opening_balance, one.share) for one in found.lines
    ] == [
        ("苏州支行", "0", "0", 1, 300_00, 750_000),
        ("苏州支行", "0", "31_60", 1, 100_00, 250_000),
        ("杭州支行", "0", "0", 1, 500_00, 500_000),
        ("杭州支行", "0", "settled", 1, 500_00, 500_000),
    ]
    assert (found.loans, found.opening_balance) == (4, 1400_00)
    with pytest.raises(UsageFault):
        book.ask_policy(transitions, SINCE, "class", grouping=Grouping("five_tier"))


def test_roll_rates_of_groups_pool_their_months(book: Book) -> None:
    """苏州: 100 of 400 rolls in September; in October 400 are current and stay, 杭州 has 100 from then on."""
    with book.batch():
        one, two = book.customer(branch="杭州支行"), book.customer(branch="苏州支行")
        book.owing(two, "C", on="2026-08-31", outstanding=300, disbursed="2026-01-05")
        book.owing(two, "D", on="2026-08-31", outstanding=100, disbursed="2026-01-05")
        book.owing(one, "A", on="2026-09-30", outstanding=100, disbursed="2026-09-10")
        book.snapshot("C", "2026-09-30", outstanding=300)
        book.snapshot("C", "2026-10-31", outstanding=300)
        book.snapshot("A", "2026-10-31", outstanding=100)
        book.snapshot("D", "2026-09-30", outstanding=100, dpd=20, overdue=1)
        book.snapshot("D", "2026-10-31", outstanding=100, dpd=0, overdue=0)
    found = book.ask_policy(roll_rates, 2, grouping=Grouping("branch"))
    assert [
        (one.key, one.before, one.after, one.opening_balance, one.share, one.months) for one in found.lines
    ] == [
        ("苏州支行", "0", "0", 600_00, 857_143, 2),
        ("苏州支行", "0", "1_30", 100_00, 142_857, 2),
        ("苏州支行", "1_30", "0", 100_00, 1_000_000, 1),
        ("杭州支行", "0", "0", 100_00, 1_000_000, 1),
    ]


@pytest.mark.parametrize("of", ["bucket", "class", "stage"])
def test_shares_of_a_row_sum_to_one(moved: Book, of: str) -> None:
    sums: Counter[str] = Counter()
    for line in moved.ask_policy(transitions, SINCE, of).lines:
        sums[line.before] += line.share or 0
    assert set(sums.values()) == {1_000_000}


def test_nothing_moves_in_an_empty_book(book: Book) -> None:
    found = book.ask_policy(transitions, SINCE, "class")
    assert (found.lines, found.loans, found.shares["same"]) == ((), 0, None)
