"""The loans behind the figures of the portfolio: what they count with sums to the figure."""

from __future__ import annotations

from datetime import date

import pytest

from loancrm.reports.portfolio import portfolio
from loancrm.reports.portfolio_flows import flows
from loancrm.reports.portfolio_loans import KNOWN, loans_behind
from loancrm.reports.roll_rates import roll_rates
from loancrm.reports.transitions import worse
from tests import places
from tests.conftest import Run
from tests.support import Book


@pytest.fixture
def lent(book: Book) -> Book:
    """A in order; B 45 days late, special mention; C 120 days late, substandard; D new; E, F ended."""
    book.officer("li.wei", "李伟")
    book.on("2026-10-31")
    mine = book.customer(name="华达机械有限公司", officer="li.wei")
    book.owing(mine, "A", outstanding=1000, five_tier="normal")
    book.owing(book.student(), "B", outstanding=500, five_tier="normal")
    book.owing(book.student(), "C", outstanding=300, dpd=90, overdue=300, five_tier="special_mention")
    book.owing(book.student(), "E", principal=700, outstanding=700, five_tier="normal")
    book.owing(book.student(), "F", principal=800, outstanding=800, five_tier="normal")
    book.on("2026-11-20")
    book.snapshot("A", outstanding=1000, five_tier="normal")
    book.snapshot("B", outstanding=500, dpd=45, overdue=50, interest=7, five_tier="special_mention")
    book.snapshot("C", outstanding=300, dpd=120, overdue=300, five_tier="substandard")
    book.owing(mine, "D", principal=200, disbursed="2026-11-10", outstanding=200)
    book.close("E")
    book.close("F", "written_off", amount=650)
    return book


BEHIND = {
    "live_loans": {"A": 1000, "B": 500, "C": 300, "D": 200},
    "outstanding_principal": {"A": 1000, "B": 500, "C": 300, "D": 200},
    "overdue_loans": {"C": 300, "B": 50},
    "arrears_rate": {"C": 300, "B": 50},
    "unpaid_interest": {"B": 7},
    "par_30": {"B": 500, "C": 300},
    "par_60": {"C": 300},
    "over_90_to_npl": {"C": 300},
    "npl_ratio": {"C": 300},
    "coverage": {"C": 300},
    "classified_loans": {"A": 1000, "B": 500, "C": 300},
    "disbursed_in_month": {"D": 200},
    "settled_in_month_loans": {"E": 700},
    "written_off_in_month": {"F": 650},
    "default_rate": {"F": 650},
    "new_overdue": {"B": 500},
    "loans_without_position": {},
}


@pytest.mark.parametrize("figure", BEHIND)
def test_a_figures_loans_with_what_they_count(lent: Book, figure: str) -> None:
    found = lent.ask_policy(loans_behind, figure)
    assert {one.loan: one.amount for one in found.lines} == {n: 100 * v for n, v in BEHIND[figure].items()}
    amounts = [one.amount for one in found.lines]
    assert amounts == sorted(amounts, reverse=True)


def test_they_sum_to_the_figure(lent: Book) -> None:
    page, moved = lent.ask_policy(portfolio), lent.ask_policy(flows)
    behind = {figure: lent.ask_policy(loans_behind, figure) for figure in KNOWN}
    for name in (
        "outstanding_principal", "live_disbursed", "overdue_principal", "unpaid_interest", "npl",
        "disbursed_in_month", "written_off_in_month",
    ):  # fmt: skip
        assert behind[name].total == getattr(page, name), name
    for name in (
        "live_loans",
        "overdue_loans",
        "settled",
        "written_off",
        "classified_loans",
        "loans_without_position",
    ):
        assert len(behind[name].lines) == getattr(page, name), name
    assert behind["new_overdue"].total == moved.new_overdue
    assert page.par_30 == behind["par_30"].total * 1_000_000 // behind["outstanding_principal"].total


def test_an_officers_are_of_the_officers_customers(lent: Book) -> None:
    with lent.view() as view:
        from loancrm.reports.lookup import officer

        me = officer(view, "li.wei").id
    found = lent.ask_policy(loans_behind, "live_loans", me)
    assert [(one.loan, one.officer, one.name) for one in found.lines] == [
        ("A", "li.wei", "华达机械有限公司"),
        ("D", "li.wei", "华达机械有限公司"),
    ]


def test_at_most_so_many_are_named(lent: Book) -> None:
    found = lent.ask_policy(loans_behind, "live_loans", most=2)
    assert [one.loan for one in found.lines] == ["A", "B"]


WORSE = [("B", "normal", "special_mention", 500_00), ("C", "special_mention", "substandard", 300_00)]


def test_the_loans_behind_transitions_stand_worse_than_on_the_earlier_day(lent: Book) -> None:
    found = lent.ask_policy(worse, date(2026, 10, 31))
    assert [(one.loan, one.before, one.after, one.closing_balance) for one in found] == WORSE
    by_bucket = lent.ask_policy(worse, date(2026, 10, 31), "bucket")
    assert [(one.loan, one.before, one.after) for one in by_bucket] == [
        ("B", "0", "31_60"),
        ("C", "61_90", "91_180"),
    ]


def test_the_loans_behind_roll_rates_are_those_of_the_last_month(lent: Book) -> None:
    lent.on("2026-11-30")
    found = lent.ask_policy(roll_rates, 1, "class", with_largest=True)
    assert [(one.loan, one.before, one.after, one.closing_balance) for one in found.worse] == WORSE
    assert lent.ask_policy(roll_rates, 1, "class").worse == ()


@pytest.mark.parametrize(
    "line",
    [
        "delinquency", "par", "five-tier", "roll-rates --of class --months 1",
        "transitions --since 2026-10-31", "migration --since 2026-10-31",
    ],
)  # fmt: skip
def test_how_a_report_is_computed_ends_with_the_largest_loans_behind_it(
    cli: Run, lent: Book, line: str
) -> None:
    lent.on("2026-11-30")
    words = ("--store", places.path_of(lent.store), "report", *line.split(), "--format", "table")
    now = {"LOANCRM_NOW": "2026-11-30T10:00+08:00"}
    explained = cli(*words, "--explain", env=now)
    assert explained.code == 0, explained.err
    _before, largest = explained.text.split("the largest of them:\n")
    assert largest.startswith("C of" if line == "five-tier" else "B ")
    assert "the largest of them:" not in cli(*words, env=now).text
