"""Portfolio at risk at month ends and roll rates over months, by hand."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loancrm.errors import UsageFault
from loancrm.numerals import whole_parts
from loancrm.reports.delinquency import delinquency
from loancrm.reports.grouping import Grouping
from loancrm.reports.month_ends import month_ends
from loancrm.reports.par import ParLine, par
from loancrm.reports.portfolio import portfolio
from loancrm.reports.roll_rates import RollRates, roll_rates
from tests.support import Book


@pytest.fixture
def moved(book: Book) -> Book:
    """Three month ends of four loans.

    ======  =========  ===========  =============
    loan    31 August  30 September 31 October
    ======  =========  ===========  =============
    A       600 at 0   600 at 0     400 at 12
    B       300 at 0   300 at 20    300 at 50
    C       100 at 45  100 at 75    settled
    D                  1,000 at 0   1,000 at 0
    ======  =========  ===========  =============
    """
    book.on("2026-08-31")
    for number, owed, late, region in (("A", 600, 0, "江苏"), ("B", 300, 0, "江苏"), ("C", 100, 45, "浙江")):
        owner = book.customer(region=region)
        book.owing(owner, number, outstanding=owed, dpd=late, overdue=1 if late else 0)
    book.on("2026-09-30")
    book.snapshot("A", outstanding=600, dpd=0)
    book.snapshot("B", outstanding=300, dpd=20, overdue=1)
    book.snapshot("C", outstanding=100, dpd=75, overdue=1)
    book.owing(book.customer(region="浙江"), "D", outstanding=1000, disbursed="2026-09-10")
    book.on("2026-10-31")
    book.snapshot("A", outstanding=400, dpd=12, overdue=1)
    book.snapshot("B", outstanding=300, dpd=50, overdue=1)
    book.snapshot("D", outstanding=1000, dpd=0)
    book.close("C")
    return book


def shown(line: ParLine) -> tuple[str, str | None, int, int, int | None, int | None, int | None]:
    amount = line.outstanding_principal // 100
    return str(line.on), line.key, line.loans, amount, line.par_1, line.par_30, line.par_60


def test_par_of_the_day_and_of_the_month_ends_before_it(moved: Book) -> None:
    found = moved.ask_policy(par, None, 3)
    assert [shown(line) for line in found.lines] == [
        ("2026-08-31", None, 3, 1000, 100_000, 100_000, 0),  # C: 100 of 1,000
        ("2026-09-30", None, 4, 2000, 200_000, 50_000, 50_000),  # B and C: 400 of 2,000; C alone
        ("2026-10-31", None, 3, 1700, 411_765, 176_471, 0),  # A and B: 700 of 1,700; B: 300
    ]


def test_par_stands_beside_any_earlier_day(moved: Book) -> None:
    found = moved.ask_policy(par, None, 2, since=date(2026, 9, 15))
    assert [shown(line)[:4] for line in found.lines] == [
        ("2026-09-15", None, 3, 1000),  # D is lent, and in no extract yet
        ("2026-09-30", None, 4, 2000),
        ("2026-10-31", None, 3, 1700),
    ]


def test_par_is_the_same_on_every_page(moved: Book) -> None:
    """Of E no days past due are known: its balance is outstanding, 300 of 2,000 are at risk."""
    moved.owing(moved.customer(), "E", outstanding=300, dpd=None)
    (line,) = moved.ask_policy(par, None).lines
    late, page = moved.ask_policy(delinquency), moved.ask_policy(portfolio)
    assert (line.outstanding_principal, line.par_30) == (2000_00, 150_000)
    assert line.outstanding_principal == late.outstanding_principal == page.outstanding_principal
    for days in (1, 30, 60, 90):
        shares = {getattr(line, f"par_{days}"), late.par[days], getattr(page, f"par_{days}")}
        assert len(shares) == 1, days


def test_groups_come_with_the_most_at_risk_first(moved: Book) -> None:
    found = moved.on("2026-09-30").ask_policy(par, Grouping("region"))
    assert [shown(line) for line in found.lines] == [
        ("2026-09-30", "浙江", 2, 1100, 90_909, 90_909, 90_909),
        ("2026-09-30", "江苏", 2, 900, 333_333, 0, 0),
    ]
    with pytest.raises(UsageFault, match="--by"):
        moved.ask_policy(par, Grouping("weather"))


def rates(found: RollRates) -> dict[tuple[str, str], tuple[int, int, int | None, int | None, int | None]]:
    return {
        (one.before, one.after): (
            one.loans,
            one.opening_balance // 100,
            one.share,
            one.lowest,
            one.highest,
        )
        for one in found.lines
    }


def test_roll_rates_of_two_months_are_pooled_by_balance(moved: Book) -> None:
    """From 0: 900 in August and 1,600 in September, of which A and D stay: 600, then 1,000."""
    assert rates(moved.ask_policy(roll_rates, 2)) == {
        ("0", "0"): (2, 1600, 640_000, 625_000, 666_667),
        ("0", "1_30"): (2, 900, 360_000, 333_333, 375_000),  # B of 900, A of 1,600
        ("1_30", "31_60"): (1, 300, 1_000_000, 1_000_000, 1_000_000),
        ("31_60", "61_90"): (1, 100, 1_000_000, 1_000_000, 1_000_000),
        ("61_90", "settled"): (1, 100, 1_000_000, 1_000_000, 1_000_000),
    }


def test_rates_stand_beside_those_over_as_many_months_up_to_an_earlier_day(moved: Book) -> None:
    """September to October beside August to September; a state that was empty in one has no share in it."""
    found = moved.ask_policy(roll_rates, 1, since=date(2026, 10, 15))
    assert {(one.before, one.after): (one.share, one.share_before) for one in found.lines} == {
        ("0", "0"): (625_000, 666_667),  # D 1,000 of 1,600; A 600 of 900
        ("0", "1_30"): (375_000, 333_333),
        ("1_30", "31_60"): (1_000_000, None),
        ("61_90", "settled"): (1_000_000, None),
        ("31_60", "61_90"): (None, 1_000_000),
    }
    over = moved.ask_policy(roll_rates, 1, since=date(2026, 8, 31)).lines  # nothing is known of July
    assert {one.share_before for one in over} == {None}
    assert {one.share_before for one in moved.ask_policy(roll_rates, 1).lines} == {None}


def test_nothing_of_a_state_that_had_balances_moved_so(moved: Book) -> None:
    """A and B are current in November: of what was 1–30 and 31–60 days late all rose; none had before."""
    moved.on("2026-11-30")
    for number, owed in (("A", 400), ("B", 300), ("D", 1000)):
        moved.snapshot(number, outstanding=owed, dpd=0)
    found = moved.ask_policy(roll_rates, 1, since=date(2026, 10, 31))
    shares = {(one.before, one.after): (one.share, one.share_before) for one in found.lines}
    assert shares["0", "1_30"] == (0, 375_000)
    assert shares["0", "0"] == (1_000_000, 625_000)
    assert shares["1_30", "0"] == (1_000_000, 0)
    assert shares["1_30", "31_60"] == (0, 1_000_000)


@pytest.mark.parametrize("months_at_once", [1, 2])
def test_months_of_several_statements_are_pooled_alike(
    moved: Book, monkeypatch: pytest.MonkeyPatch, months_at_once: int
) -> None:
    """In July nothing was lent: nothing rolls in August. The others as above."""
    monkeypatch.setattr("loancrm.reports.roll_rates.MONTHS_AT_ONCE", months_at_once)
    found = moved.ask_policy(roll_rates, 3)
    assert [(str(one.on), one.opening_balance) for one in found.months] == [
        ("2026-08-31", 0),
        ("2026-09-30", 1000_00),
        ("2026-10-31", 2000_00),
    ]
    assert rates(found)["0", "0"] == (2, 1600, 640_000, 625_000, 666_667)
    assert rates(found)["0", "1_30"] == (2, 900, 360_000, 333_333, 375_000)


def test_a_month_counts_for_the_officer_who_has_the_customer_at_its_end(book: Book) -> None:
    """500 and 300 are 李伟's in August and September; the 300 roll, are 王芳's in October, and roll again."""
    book.officer("li.wei", "李伟")
    book.officer("wang.fang", "王芳")
    book.on("2026-08-31")
    stays, moves = (book.customer(officer="li.wei") for _n in range(2))
    for customer, number, owed in ((stays, "A", 500), (moves, "B", 300)):
        book.owing(customer, number, outstanding=owed, dpd=0)
    book.on("2026-09-30").snapshot("A", outstanding=500, dpd=0)
    book.snapshot("B", outstanding=300, dpd=20, overdue=1)
    book.on("2026-10-31").snapshot("A", outstanding=500, dpd=0)
    book.edit(moves, officer="wang.fang", on="2026-10-15")
    book.snapshot("B", outstanding=300, dpd=50, overdue=1)
    first, second = (
        rates(book.ask_policy(roll_rates, 2, "bucket", book.officer_id(code)))
        for code in ("li.wei", "wang.fang")
    )
    assert first == {
        ("0", "0"): (2, 1000, 769_231, 625_000, 1_000_000),  # 500 of 800, then 500 of 500
        ("0", "1_30"): (1, 300, 230_769, 0, 375_000),
    }
    assert second == {("1_30", "31_60"): (1, 300, 1_000_000, 1_000_000, 1_000_000)}


def test_groups_may_be_parts_of_a_key(moved: Book) -> None:
    """Of 江苏 900 in August and in September; of 浙江 100, then 1,100."""
    found = moved.ask_policy(roll_rates, 2, grouping=Grouping("region", 1))
    sums = Counter(dict.fromkeys(("江", "浙"), 0))
    for line in found.lines:
        sums[str(line.key)] += line.opening_balance // 100
    assert sums == {"江": 1800, "浙": 1200}


def test_a_month_in_which_none_of_a_state_moved_so_counts_with_nought(moved: Book) -> None:
    moved.on("2026-11-30").snapshot("A", outstanding=400, dpd=0)
    moved.snapshot("B", outstanding=300, dpd=80, overdue=1)
    moved.snapshot("D", outstanding=1000, dpd=0)
    found = rates(moved.ask_policy(roll_rates, 3))
    # from 1 to 30 days: B's 300 rolled on in October, A's 400 came back in November
    assert found["1_30", "0"] == (1, 400, 571_429, 0, 1_000_000)
    assert found["1_30", "31_60"] == (1, 300, 428_571, 0, 1_000_000)


@pytest.mark.parametrize("of", ["bucket", "class", "stage"])
def test_the_rows_of_a_roll_rate_matrix_sum_to_one(moved: Book, of: str) -> None:
    moved.on("2026-11-30").snapshot("A", outstanding=399, dpd=7, overdue=1)
    moved.close("B", "written_off", "2026-11-05", amount=300)
    moved.snapshot("D", outstanding=997, dpd=95, overdue=1)
    sums: Counter[str] = Counter()
    for line in moved.ask_policy(roll_rates, 3, of).lines:
        sums[line.before] += line.share or 0
    assert len(sums) > 1
    assert set(sums.values()) == {1_000_000}


def test_the_months_one_by_one(moved: Book) -> None:
    first, second = moved.ask_policy(roll_rates, 2).months
    assert (str(first.since), str(first.on), first.opening_balance) == ("2026-08-31", "2026-09-30", 1000_00)
    assert (first.same, first.worse, first.ended) == (600_000, 400_000, 0)
    assert (second.same, second.worse, second.ended) == (500_000, 450_000, 50_000)  # of 2,000


def test_an_unfinished_month_does_not_count(moved: Book) -> None:
    assert [str(one.on) for one in moved.on("2026-11-15").ask_policy(roll_rates, 2).months] == [
        "2026-09-30",
        "2026-10-31",
    ]


def test_nothing_rolls_in_an_empty_book(book: Book) -> None:
    assert book.ask_policy(roll_rates, 3).lines == ()
    assert book.ask_policy(par, None, 3).lines == ()


@pytest.mark.parametrize(
    ("day", "ends"),
    [
        ("2026-11-27", ["2026-08-31", "2026-09-30", "2026-10-31"]),
        ("2026-10-31", ["2026-08-31", "2026-09-30", "2026-10-31"]),
        ("2024-03-01", ["2023-12-31", "2024-01-31", "2024-02-29"]),
        ("2024-02-29", ["2023-12-31", "2024-01-31", "2024-02-29"]),
    ],
)
def test_month_ends_are_those_of_months_that_are_over(day: str, ends: list[str]) -> None:
    assert [str(end) for end in month_ends(date.fromisoformat(day), 3)] == ends


@given(st.dictionaries(st.text(max_size=3), st.integers(0, 10**15), min_size=1))
def test_parts_sum_to_one_and_none_is_off_by_a_millionth(parts: dict[str, int]) -> None:
    shares = whole_parts(parts)
    whole = sum(parts.values())
    if not whole:
        assert set(shares.values()) == {None}
        return
    known = Counter({key: share for key, share in shares.items() if share is not None})
    assert known.total() == 1_000_000
    assert all(abs(known[key] * whole - part * 1_000_000) < whole for key, part in parts.items())
