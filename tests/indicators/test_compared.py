"""Figures that compare another one: with an earlier day, over periods, with the industry; counted by hand."""

from __future__ import annotations

from datetime import date

import pytest

from loancrm.errors import UsageFault
from loancrm.indicators.compared import comparison
from loancrm.indicators.figures import find
from loancrm.policy.conditions import Against
from loancrm.policy.parse import ConditionFault, from_text, from_yaml
from tests.indicators.case import fact
from tests.indicators.file_cases import LINES, statement
from tests.support import Book

ONE = 1_000_000


def deposits(book: Book, customer: str, on: str, average: int) -> None:
    fact(book, "turnover", customer, period_end=on, months="1", average_deposits=average)


def test_a_change_is_against_the_day_so_long_ago_and_a_difference_is_in_the_figures_own_unit(
    book: Book,
) -> None:
    firm, other = book.on("2025-01-05").customer(), book.customer()
    book.on("2026-11-20")
    deposits(book, firm, "2026-05-31", 400)
    deposits(book, firm, "2026-08-31", 250)
    deposits(book, firm, "2026-10-31", 300)
    names = ("average_deposits.change_3m", "average_deposits.difference_3m", "average_deposits.change_90d")
    # three months before 20 November is 20 August, 90 days before 22 August: 400 then, 300 now
    assert book.figures(*names) == {firm: (-250_000, -100_00, -250_000), other: (None, None, None)}
    assert book.figure(firm, "average_deposits.change_80d") == 200_000  # 1 September: 250


def test_a_fact_that_was_learned_later_is_not_seen_of_the_earlier_day_either(book: Book) -> None:
    firm = book.on("2025-01-05").customer()
    deposits(book.on("2026-11-05"), firm, "2026-10-31", 300)
    deposits(book.on("2026-11-15"), firm, "2026-05-31", 400)
    book.on("2026-11-20")
    assert book.figure(firm, "average_deposits.difference_3m") == -100_00
    assert book.figure(firm, "average_deposits.difference_3m", known_at="2026-11-14") is None


def test_a_trend_looks_at_the_ends_of_periods_and_breaks_where_one_did_not_fall(book: Book) -> None:
    falling, once, unknown = (book.on("2025-01-05").customer() for _ in range(3))
    book.on("2026-11-20")
    for day, a, b in (
        ("2026-07-31", 500, 500),
        ("2026-08-31", 400, 510),
        ("2026-09-30", 300, 400),
        ("2026-10-31", 200, 300),
    ):
        deposits(book, falling, day, a)
        deposits(book, once, day, b)
    deposits(book, falling, "2026-11-15", 900)  # the month is not over
    deposits(book, unknown, "2026-10-31", 100)
    names = (
        "average_deposits.falls_3_months",
        "average_deposits.falls_2_months",
        "average_deposits.rises_1_months",
    )
    assert {k: tuple(v) for k, v in book.figures(*names).items()} == {
        falling: (True, True, False), once: (False, True, False), unknown: (None, None, None),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "as_of", "days"),
    [
        ("x.falls_2_months", "2026-11-20", ("2026-10-31", "2026-09-30", "2026-08-31")),
        ("x.falls_1_months", "2026-11-30", ("2026-11-30", "2026-10-31")),
        ("x.rises_1_quarters", "2026-11-20", ("2026-09-30", "2026-06-30")),
        ("x.rises_1_quarters", "2026-12-31", ("2026-12-31", "2026-09-30")),
        ("x.falls_1_quarters", "2026-01-15", ("2025-12-31", "2025-09-30")),
        ("x.change_90d", "2026-03-31", ("2025-12-31",)),
        ("x.difference_1m", "2026-03-31", ("2026-02-28",)),
        ("x.falls_2_statements", "2026-03-31", ()),
    ],
)
def test_the_days_that_a_comparison_asks_for(name: str, as_of: str, days: tuple[str, ...]) -> None:
    one = comparison(name)
    assert one is not None
    assert one.days(date.fromisoformat(as_of)) == tuple(map(date.fromisoformat, days))


def test_a_trend_over_statements_takes_the_longer_of_a_day_and_no_ratio_that_is_missing(book: Book) -> None:
    falling, flat, two = (book.on("2023-01-05").customer() for _ in range(3))
    book.on("2026-11-20")
    for end, assets, others in (("2025-12-31", 500, 450), ("2026-03-31", 460, 450), ("2026-06-30", 450, 440)):
        statement(book, falling, end, **LINES | {"current_assets": assets})
        statement(book, flat, end, **LINES | {"current_assets": others})
    statement(book, falling, "2026-03-31", 3, **LINES | {"current_assets": 10})
    for end in ("2026-03-31", "2026-06-30"):
        statement(book, two, end, **LINES)
    found = book.figures("current_ratio.falls_2_statements", "current_ratio.falls_1_statements")
    assert found == {falling: (True, True), flat: (False, True), two: (False, False)}


def test_peers_are_ranked_by_nearest_rank_within_the_first_characters_of_the_industry(book: Book) -> None:
    book.on("2025-01-05")
    firms = [book.customer(industry=code) for code in ("C3411", "C3421", "C34", "C34", "C3411", "C3499")]
    elsewhere, nowhere = book.customer(industry="C30"), book.customer()
    book.on("2026-11-20")
    for firm, average in zip(
        (*firms, elsewhere, nowhere), (600, 100, 500, 200, 400, 300, 700, 800), strict=True
    ):
        deposits(book, firm, "2026-10-31", average)
    names = [f"average_deposits.{one}_of_industry" for one in ("lower_quartile", "median", "upper_quartile")]
    found = book.figures(*names)
    # of 100 … 600 the second, the third and the fifth: ⌈6/4⌉ = 2, ⌈6/2⌉ = 3, ⌈18/4⌉ = 5
    assert found == {
        **dict.fromkeys(firms, (200_00, 300_00, 500_00)),
        elsewhere: (None, None, None), nowhere: (None, None, None),
    }  # fmt: skip


def test_peers_of_one_customer_are_those_of_the_whole_book(book: Book) -> None:
    book.on("2025-01-05")
    firms = [book.customer(industry="C34") for _ in range(5)]
    book.on("2026-11-20")
    for firm, average in zip(firms, (1, 2, 3, 4, 5), strict=True):
        deposits(book, firm, "2026-10-31", average)
    assert book.figure(firms[0], "average_deposits.median_of_industry") == 3_00


def test_a_figure_is_compared_with_its_peers_in_yaml_and_in_text() -> None:
    name = "debt_to_assets.upper_quartile_of_industry"
    assert from_yaml({"debt_to_assets": f"> {name}"}) == from_text(f"debt_to_assets > {name}")
    condition = from_yaml({"debt_to_assets": f">= 120% * {name}"})
    assert isinstance(condition, Against)
    assert (condition.other, condition.factor) == (name, 1_200_000)


@pytest.mark.parametrize(
    "name",
    [
        "segment.change_3m",
        "nothing.change_3m",
        "days_past_due.falls_2_statements",
        "gpa.change_0m",
        "gpa.falls_7_months",
    ],
)
def test_what_cannot_be_compared_is_no_figure(name: str) -> None:
    with pytest.raises(UsageFault):
        find(name)
    with pytest.raises(ConditionFault):
        from_yaml({name: "> 1"})
