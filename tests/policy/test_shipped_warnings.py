"""The warnings of the example policy: of each a customer for whom it holds, and none for a calm one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from loancrm.policy.policy import example
from loancrm.reports.alerts import firing
from loancrm.services import promises
from loancrm.services.promises import PromiseIn
from tests.indicators.case import fact
from tests.support import Book

Happened = Callable[[Book, str], object]
SOUND = {
    "current_assets": 200, "current_liabilities": 100, "inventory": 0, "total_assets": 400,
    "total_liabilities": 100, "equity": 300, "revenue": 1000, "net_profit": 100,
}  # fmt: skip
HERE: dict[str, Happened] = {}
STUDENTS = ("studies_interrupted", "grades_fall", "job_market")


def holds(happened: Happened) -> Happened:
    HERE[happened.__name__] = happened
    return happened


def year(book: Book, c: str, end: str, **lines: Any) -> None:
    months = {"06-30": 6, "12-31": 12}[end[5:]]
    fact(book, "statement", c, period_end=end, months=months, **SOUND | lines)


def month(book: Book, c: str, end: str, **said: Any) -> None:
    fact(book, "turnover", c, period_end=end, months=1, **said)


def bureau(book: Book, c: str, on: str, **said: Any) -> None:
    consent = fact(book, "consent", c, person="张三", purpose="bureau_query", on="2025-01-01")
    fact(book, "bureau", c, on=on, consent=consent, **said)


def index(book: Book, name: str, before: str, now: str, key: str | None = None) -> None:
    for on, value in (("2025-10-31", before), ("2026-10-31", now)):
        fact(book, "series", None, name=name, key=key, on=on, value=value)


def lent(book: Book, c: str, number: str = "L1", *days: tuple[str, int], owed: int = 1000) -> None:
    book.loan(c, number, principal=1000, disbursed="2025-01-05", matures="2028-01-05")
    for on, dpd in days or (("2026-11-18", 0),):
        book.snapshot(number, on, outstanding=owed, dpd=dpd)


def peers(book: Book, c: str, **lines: Any) -> None:
    """Four more firms of the industry, all sound."""
    book.edit(c, industry="C30")
    for _n in range(4):
        other = book.customer(industry="C30")
        year(book, other, "2025-12-31", **lines)


@holds
def current_ratio_falls(book: Book, c: str) -> None:
    year(book, c, "2024-12-31", current_assets=160)
    year(book, c, "2025-12-31", current_assets=128)  # 1.28, a fifth less


@holds
def current_ratio_falls_on(book: Book, c: str) -> None:
    for end, assets in (("2024-12-31", 170), ("2025-06-30", 160), ("2025-12-31", 149)):
        year(book, c, end, current_assets=assets)


@holds
def debt_high(book: Book, c: str) -> None:
    year(book, c, "2025-12-31", total_liabilities=300, equity=100)


@holds
def debt_above_peers(book: Book, c: str) -> None:
    peers(book, c)
    year(book, c, "2024-12-31", total_liabilities=180, equity=220)
    year(book, c, "2025-12-31", total_liabilities=200, equity=200)  # 50 % against 25 %, a ninth more


@holds
def losses(book: Book, c: str) -> None:
    year(book, c, "2025-12-31", net_profit=-1)


@holds
def statement_late(book: Book, c: str) -> None:
    lent(book, c)
    year(book, c, "2025-12-31")  # 324 days ago


@holds
def newly_past_due(book: Book, c: str) -> None:
    lent(book, c, "L1", ("2026-10-15", 0), ("2026-11-18", 3))


@holds
def past_due_grows(book: Book, c: str) -> None:
    lent(book, c, "L1", ("2026-10-15", 0), ("2026-11-18", 30))


@holds
def sales_fall(book: Book, c: str) -> None:
    lent(book, c, "L1", ("2026-05-15", 0), ("2026-11-18", 0))
    month(book, c, "2025-10-31", sales_inflow=600)
    month(book, c, "2026-01-31", sales_inflow=400)  # 1.0 half a year ago, 0.4 now


@holds
def deposits_fall(book: Book, c: str) -> None:
    for end, average in (("2026-03-31", 300), ("2026-05-20", 250), ("2026-06-30", 200), ("2026-09-30", 100)):
        month(book, c, end, average_deposits=average)


@holds
def line_used_up(book: Book, c: str) -> None:
    book.facility(c, 1000, expires="2027-06-30", on="2026-01-01")
    lent(book, c, "L1", ("2026-08-15", 0), owed=700)
    book.snapshot("L1", "2026-11-18", outstanding=950, dpd=0)


@holds
def promises_broken(book: Book, c: str) -> None:
    book.loan(c, "L1")
    for on, dpd in (("2026-10-01", 5), ("2026-10-22", 26), ("2026-11-18", 53)):
        book.snapshot("L1", on=on, overdue=900, dpd=dpd)  # nothing came
    promised = {"loan": "L1", "amount": 100_00, "due_on": date(2026, 10, 20), "on": date(2026, 10, 5)}
    book.do(promises.add, PromiseIn(**promised))


@holds
def industry_falls(book: Book, c: str) -> None:
    book.edit(c, industry="C30")
    year(book, c, "2025-12-31", current_assets=119)
    index(book, "industry_index", "100", "90", "C")


@holds
def downturn(book: Book, c: str) -> None:
    peers(book, c)
    peers(book, c)  # of nine firms that at the lower quartile is sound
    year(book, c, "2025-12-31", current_assets=190)
    lent(book, c, "L1", ("2026-05-15", 0), ("2026-11-18", 0))
    month(book, c, "2025-10-31", sales_inflow=200)
    month(book, c, "2026-01-31", sales_inflow=800)
    index(book, "pmi", "50.5", "49.4")


@holds
def circle_past_due(book: Book, c: str) -> None:
    other = book.customer()
    for one in (c, other):
        fact(book, "connection", one, kind="guarantee_circle", name="甲担保圈")
    lent(book, other, "L2", ("2026-11-18", 31))


@holds
def guarantees_heavy(book: Book, c: str) -> None:
    year(book, c, "2025-12-31")
    bureau(book, c, "2026-11-10", guarantees_given=300)


@holds
def bad_elsewhere(book: Book, c: str) -> None:
    bureau(book, c, "2026-11-10", overdue_elsewhere=1)


@holds
def lines_cut_elsewhere(book: Book, c: str) -> None:
    bureau(book, c, "2025-11-10", lenders=3)
    bureau(book, c, "2026-11-10", lenders=2)


@holds
def studies_interrupted(book: Book, c: str) -> None:
    fact(book, "academic", c, on="2026-07-10", standing="suspended")


@holds
def grades_fall(book: Book, c: str) -> None:
    fact(book, "academic", c, on="2026-01-20", gpa="3.5")
    fact(book, "academic", c, on="2026-07-10", gpa="3.0")


@holds
def job_market(book: Book, c: str) -> None:
    book.edit(c, graduates_on=date(2027, 6, 30))
    index(book, "graduate_employment", "90", "87.3")


def held(book: Book, c: str) -> set[str]:
    def ask(view):  # type: ignore[no-untyped-def]
        return {row.rule for row in view.rows(firing(view, example())) if f"C-{row.customer_id:05d}" == c}

    return book.ask(ask)


def test_every_warning_that_is_shipped_has_a_customer_here() -> None:
    elsewhere = {"relief_again"}  # tests/commands/test_loan_changes.py counts what it reads
    assert {one.rule for one in example().warnings.rules} == set(HERE) | elsewhere


@pytest.mark.parametrize("rule", HERE)
def test_it_holds_for_whom_it_is_meant_and_not_for_a_calm_one(book: Book, rule: str) -> None:
    book.on("2024-01-05")
    new = book.student if rule in STUDENTS else book.customer
    found, calm = new(), new()
    book.on("2026-11-20")
    HERE[rule](book, found)
    assert rule in held(book, found)
    assert held(book, calm) == set()


def test_guarantees_are_heavy_on_who_has_no_equity_left(book: Book) -> None:
    c = book.customer()
    year(book, c, "2025-12-31", total_liabilities=500, equity=-100)
    assert "guarantees_heavy" not in held(book, c)
    bureau(book, c, "2026-11-10", guarantees_given=1)
    assert "guarantees_heavy" in held(book, c)
