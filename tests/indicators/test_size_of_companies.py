"""The size class of all companies of a book: by hand, the same cases as those of one company."""

from __future__ import annotations

from loancrm.reports.customer_page import page
from tests.indicators.file_cases import fact
from tests.lending.test_size_class import CASES
from tests.support import Book

WAN = 10_000  # 元


def test_it_is_computed_from_the_industry_the_staff_and_the_newest_year(book: Book) -> None:
    wanted = {}
    with book.batch():
        for industry, employees, revenue, assets, expected in CASES:
            code = book.customer(employees=employees, industry=industry or None)
            wanted[code] = (expected,)
            sums = {"revenue": revenue and round(revenue * WAN), "total_assets": assets and assets * WAN}
            if any(sums.values()):
                fact(book, "statement", code, period_end="2025-12-31", **sums)
    assert book.figures("size_class") == wanted


def test_what_the_bank_recorded_goes_before_and_half_a_year_is_no_year(book: Book) -> None:
    with book.batch():
        recorded = book.customer(industry="C34", employees=1000, size_class="small")
        computed = book.customer(industry="C34", employees=1000, since="2025-01-01")
        student = book.student()
        for code in (recorded, computed):
            fact(book, "statement", code, period_end="2025-12-31", revenue=40_000 * WAN)
            fact(book, "statement", code, period_end="2026-06-30", months=6, revenue=100 * WAN)
        too_old = book.customer(industry="C34", employees=1000)
        fact(book, "statement", too_old, period_end="2020-12-31", revenue=40_000 * WAN)
    assert book.figures("size_class") == {
        recorded: ("small",), computed: ("large",), student: (None,), too_old: (None,)
    }  # fmt: skip
    assert book.figures("size_class", as_of="2026-01-15")[computed] == ("large",)
    assert book.figures("size_class", as_of="2025-12-30")[computed] == (None,)
    pages = {code: book.ask_policy(page, code).file for code in (recorded, computed, too_old)}
    assert pages[computed].size_computed == "large"
    assert pages[recorded].size_computed is None  # there is nothing to compute
    assert pages[too_old].size_computed is None
