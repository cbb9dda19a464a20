"""Figures whose names come from the book, and figures of the file as of other days."""

from __future__ import annotations

import re
from datetime import date

import pytest

from loancrm.errors import LoanCrmError, UsageFault
from loancrm.indicators.figures import Figures, find
from loancrm.models import ImportedFigure
from loancrm.policy.parse import from_text, from_yaml
from loancrm.policy.policy import example
from loancrm.reports.customers import customers
from loancrm.services.dossier import FactVoid, void_fact
from tests.indicators.case import ONE, fact
from tests.indicators.file_cases import LINES, statement
from tests.support import Book, figures_of, policy_of


def import_figure(
    book: Book, customer: str, name: str, value: int, on: str, known: str | None = None
) -> None:
    """Write a row as a file would bring it, in millionths."""
    key = int(customer.removeprefix("C-"))
    with book.unit() as uow:
        number = uow.next_number("imported_figure")
        uow.insert(
            ImportedFigure, number=number, customer_id=key, name=name, value=value,
            effective_on=date.fromisoformat(on), known_on=date.fromisoformat(known or on),
            live_key=f"{key}:{name}:{on}",
        )  # fmt: skip


def test_the_newest_imported_figure_of_a_name_counts(book: Book) -> None:
    customer, other = book.on("2025-01-05").customer(), book.customer()
    book.on("2026-11-20")
    import_figure(book, customer, "attr1", 250_000, "2025-12-31")
    import_figure(book, customer, "attr1", 300_000, "2026-06-30", known="2026-09-01")
    import_figure(book, customer, "attr2", 9 * ONE, "2026-06-30")
    assert book.figures("imported.attr1", "imported.attr2") == {
        customer: (300_000, 9 * ONE),
        other: (None, None),
    }
    assert book.figure(customer, "imported.attr1", as_of="2026-06-29") == 250_000
    assert book.figure(customer, "imported.attr1", known_at="2026-08-31") == 250_000
    assert book.figure(customer, "imported.attr1", as_of="2025-12-30") is None


def test_a_series_is_read_by_industry_then_section_then_region_then_for_all(book: Book) -> None:
    def series(key: str, value: object, on: str = "2026-10-31") -> None:
        fact(book, "series", None, name="pmi", key=key, on=on, value=value)

    book.on("2026-01-05")
    by_industry = book.customer(industry="C34", region="北京")
    by_section = book.customer(industry="C35", region="北京")
    by_region = book.customer(industry="A01", region="北京")
    by_major = book.student(major="软件工程", region="北京")
    for_all = book.customer(industry="A01", region="上海")
    book.on("2026-11-20")
    for key, value in (("C34", 51), ("C", 50), ("北京", 49), ("软件工程", 47), ("", 48)):
        series(key, value)
    series("C34", "49.5", on="2026-09-30")
    expected = {by_industry: 51, by_section: 50, by_region: 49, by_major: 47, for_all: 48}
    found = book.figures("series.pmi")
    assert {code: value // ONE for code, (value,) in found.items()} == expected
    assert book.figure(by_industry, "series.pmi", as_of="2026-10-30") == 49_500_000


def test_a_series_changes_against_the_same_key_a_year_before(book: Book) -> None:
    customer, other = book.customer(industry="C34"), book.customer(industry="A01")
    for key, on, value in (("C34", "2025-10-31", 50), ("C34", "2026-10-31", 51), ("C34", "2024-10-31", 1),
                           ("", "2026-10-31", 48)):  # fmt: skip
        fact(book, "series", None, name="pmi", key=key, on=on, value=value)
    assert book.figure(customer, "series.pmi.change_1y") == 20_000  # 51 ÷ 50 − 1
    assert book.figure(other, "series.pmi.change_1y") is None  # none of the same key


@pytest.mark.parametrize(
    "name", ["imported.", "imported.Attr", "imported.a-b", "series.pmi.change_2y", "series", "imported.a.b"]
)
def test_a_name_of_another_form_is_none(name: str) -> None:
    with pytest.raises(UsageFault):
        find(name)


def test_conditions_take_names_with_dots_in_both_notations(book: Book) -> None:
    customer = book.customer()
    book.customer()
    import_figure(book, customer, "attr1", 250_000, "2025-12-31")
    yaml = from_yaml({"imported.attr1": ">= 0.25", "series.pmi.change_1y": "missing"})
    text = from_text("imported.attr1 >= 25% and series.pmi.change_1y is missing")
    assert yaml.indicators() == text.indicators() == {"imported.attr1", "series.pmi.change_1y"}
    for condition in (yaml, text):
        assert [line.code for line in book.ask_policy(customers, where=condition)] == [customer]


def test_a_policy_may_use_figures_that_the_book_names() -> None:
    rule = ('when: {days_past_due: ">= 7"}', 'when: {imported.attr1: ">= 0.25"}')
    assert policy_of(rule).schemes["segment"].enterprise[0].when.indicators() == {"imported.attr1"}


# ── the file as of other days ───────────────────────────────────────────────────────────────────


def test_a_statement_counts_from_the_day_it_covers_and_is_known_from_the_day_it_was_filed(book: Book) -> None:
    customer = book.on("2025-01-10").customer()
    book.on("2026-04-01")
    fact(book, "statement", customer, period_end="2024-12-31", filed_on="2025-03-20", equity=300)
    fact(book, "statement", customer, period_end="2025-12-31", filed_on="2026-03-20", equity=400)

    def equity(as_of: str, known_at: str | None = None) -> int | None:
        return book.figure(customer, "equity", as_of=as_of, known_at=known_at)

    assert equity("2026-04-01") == 40_000
    assert equity("2025-12-30") == 30_000
    assert equity("2026-03-01", known_at="2026-03-01") == 30_000
    assert equity("2026-04-01", known_at="2026-03-20") == 40_000


def test_a_voided_statement_gives_nothing_and_another_one_does(book: Book) -> None:
    customer = book.customer()
    statement(book, customer, "2025-09-30", 9, **LINES)
    wrong = fact(book, "statement", customer, period_end="2025-12-31", **LINES | {"current_assets": 999})
    assert book.figure(customer, "current_ratio") == 3_330_000
    book.do(void_fact, FactVoid(kind="statement", fact=wrong))
    assert book.figure(customer, "current_ratio") == 1_500_000


def test_without_a_limit_in_the_policy_a_statement_of_any_age_counts(book: Book) -> None:
    customer = book.customer()
    statement(book, customer, "2015-12-31", **LINES)
    old = policy_of(("  statement_stale_after_days: 550 #", "  # "))
    with book.view() as view:
        assert figures_of(view, example(), "current_ratio")[customer] == (None,)
        assert figures_of(view, old, "current_ratio")[customer] == (1_500_000,)


def test_a_policy_of_before_is_read_without_the_limit_on_statements() -> None:
    assert policy_of(("  statement_stale_after_days: 550 #", "  # ")).terms.statement_stale_after_days is None


# ── only what is asked for ──────────────────────────────────────────────────────────────────────


def relations(book: Book, *names: str) -> list[str]:
    """Return the common table expressions that the statement for some figures makes."""
    with book.view() as view:
        figures = Figures(view, example().terms, names)
        sql = str(figures.select(*figures.columns.values()).compile(view.connection))
    return sorted(re.findall(r"(\w+) AS (?:MATERIALIZED )?\n?\(SELECT", sql))


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("current_ratio", "altman_z2", "net_margin"), ["statement_by_customer"]),
        (("current_ratio_a_year_ago",), ["statement_a_year_ago_by_customer", "statement_by_customer"]),
        (("gpa", "credits_behind"), ["academic_by_customer"]),
        (("rating_overall", "rating_cooperation"), ["ratings_by_customer"]),
        (("guarantees_to_equity",), ["bureau_by_customer", "statement_by_customer"]),
        (("imported.attr1", "region"), ["imported_attr1_by_customer"]),
        (("products_held", "complaints_12m"), ["complaints_by_customer", "products_by_customer"]),
    ],
)  # fmt: skip
def test_a_figure_makes_its_own_relations_and_no_other(
    book: Book, names: tuple[str, ...], expected: list[str]
) -> None:
    assert relations(book, *names) == expected


def test_an_unknown_figure_in_a_condition_suggests_the_nearest() -> None:
    with pytest.raises(LoanCrmError) as fault:
        from_yaml({"curent_ratio": ">= 1"})
    assert "current_ratio" in str(fault.value.hint)
