"""The facts behind a figure: those that it was drawn from, and no other, by number."""

from __future__ import annotations

import pytest

from loancrm.policy.policy import in_force
from loancrm.reports.indicators import CustomerFigures
from tests.indicators.case import fact
from tests.indicators.file_cases import rated
from tests.support import Book

Known = dict[str, str]  # what was recorded -> its number


def behind(book: Book, code: str, name: str) -> list[tuple[str, str]]:
    with book.view() as view:
        return [(one.fact, one.number) for one in CustomerFigures(view, in_force(view), code).facts(name)]


@pytest.fixture
def known(book: Book) -> Known:
    """A firm of many facts, of which each figure takes some."""
    with book.batch():
        firm = book.customer(industry="C34", employees=30, since="2024-01-01")
        found = {"firm": firm}
        for year, months in (("2024-12-31", 12), ("2025-09-30", 9), ("2025-12-31", 12), ("2026-06-30", 6)):
            found[year] = fact(
                book, "statement", firm, period_end=year, months=months, current_assets=int(year[3]) * 10,
                current_liabilities=10, revenue=100,
            )  # fmt: skip
        found["now"] = fact(
            book,
            "statement",
            firm,
            period_end="2026-09-30",
            months=9,
            current_assets=9,
            current_liabilities=10,
        )
        found["old turnover"] = fact(book, "turnover", firm, period_end="2025-06-30", sales_inflow=5)
        found["turnover"] = fact(book, "turnover", firm, period_end="2026-08-31", average_deposits=7)
        found["sales"] = fact(book, "turnover", firm, period_end="2026-09-30", sales_inflow=9)
        consent = fact(book, "consent", firm, person="张三", purpose="bureau_query", on="2025-01-01")
        fact(book, "bureau", firm, on="2026-02-01", consent=consent, lenders=9)
        found["bureau"] = fact(book, "bureau", firm, on="2026-11-10", consent=consent, lenders=3)
        found["collateral"] = fact(book, "collateral", firm, kind="equipment", description="车床")
        fact(book, "collateral", firm, kind="vehicle", description="货车", released_on="2026-11-20")
        clock = {"kind": "limitation", "started_on": "2023-01-01"}
        fact(book, "clock", firm, expires_on="2026-11-19", **clock)
        found["clock"] = fact(book, "clock", firm, expires_on="2026-12-30", **clock)
        found["circle"] = fact(book, "connection", firm, kind="guarantee_circle", name="甲担保圈")
        fact(book, "connection", firm, kind="group", name="甲集团")
        fact(book, "holding", firm, product="信用卡", closed_on="2026-11-20", opened_on="2026-01-01")
        found["holding"] = fact(book, "holding", firm, product="代发工资", opened_on="2026-01-01")
        fact(book, "series", None, name="pmi", key="C34", on="2026-09-30", value="49.5")
        found["series"] = fact(book, "series", None, name="pmi", key="C34", on="2026-10-31", value="50.5")
        rated(book, firm)
    return found


@pytest.mark.parametrize(
    ("figure", "facts"),
    [
        ("altman_z2", [("statement", "now")]),
        ("current_ratio_change", [("statement", "now"), ("statement", "2025-09-30")]),
        ("current_ratio_change_quarter", [("statement", "now"), ("statement", "2026-06-30")]),
        ("current_ratio_a_year_ago", [("statement", "2025-09-30")]),
        ("size_class", [("customer", "firm"), ("statement", "2025-12-31")]),
        ("current_ratio.change_3m", [("statement", "now"), ("statement", "2026-06-30")]),
        ("current_ratio.change_30d", [("statement", "now")]),  # the same then
        ("current_ratio.falls_2_statements",
         [("statement", "now"), ("statement", "2026-06-30"), ("statement", "2025-12-31")]),
        ("current_ratio.falls_2_quarters",
         [("statement", "now"), ("statement", "2026-06-30"), ("statement", "2025-12-31")]),
        ("average_deposits", [("turnover", "turnover")]),
        ("average_deposits.change_90d", [("turnover", "turnover")]),  # then there were none
        ("sales_returned_to_loans", [("turnover", "sales"), ("turnover", "turnover")]),
        ("lending_banks", [("bureau", "bureau")]),
        ("collateral_not_appraised", [("collateral", "collateral")]),
        ("days_to_legal_clock", [("clock", "clock")]),
        ("guarantee_circle_size", [("connection", "circle")]),
        ("products_held", [("holding", "holding")]),
        ("series.pmi", [("series", "series")]),
    ],
)  # fmt: skip
def test_a_figure_names_its_own_facts_the_newest_first(
    book: Book, known: Known, figure: str, facts: list[tuple[str, str]]
) -> None:
    assert behind(book, known["firm"], figure) == [(noun, known[name]) for noun, name in facts]


def test_a_rating_is_the_newest_of_its_criterion(book: Book, known: Known) -> None:
    with book.view() as view:
        (line,) = CustomerFigures(view, in_force(view), known["firm"]).facts("rating_credit_record")
    assert (line.fact, str(line.on)) == ("rating", "2026-11-01")
    assert line.values == {"criterion": "credit_record", "value": "4"}


def test_peers_are_said_by_how_many_they_are_and_their_quartiles(book: Book) -> None:
    """Of ratios of 1 to 12 the quartiles are the 3rd, the 6th and the 9th."""
    with book.batch():
        firms = [book.customer(industry="C34") for _ in range(12)]
        for ratio, firm in enumerate(firms, 1):
            fact(
                book, "statement", firm, period_end="2025-12-31", current_assets=ratio, current_liabilities=1
            )
    with book.view() as view:
        figures = CustomerFigures(view, in_force(view), firms[0])
        own, peers = figures.facts("current_ratio.median_of_industry")
    assert own.fact == "statement"
    assert (peers.fact, peers.number, peers.values) == (
        "peers", "C34", {"customers": "12", "lower_quartile": "3", "median": "6", "upper_quartile": "9"}
    )  # fmt: skip
