"""What the book brings, in groups; RFM among the whole book; hints at the next product."""

from __future__ import annotations

import random

import pytest

from loancrm.errors import UsageFault
from loancrm.lending.ranks import ranks
from loancrm.policy.policy import example
from loancrm.reports.customer_value import customer_value
from loancrm.reports.next_products import next_products
from loancrm.reports.rfm import rfm
from loancrm.reports.value import value
from tests.indicators.case import fact
from tests.indicators.test_figures import thirty_nights_of_a_loan
from tests.support import Book


@pytest.fixture
def firms(book: Book) -> list[str]:
    """Two firms with thirty nights of a loan, 1,438.83 each; one without a snapshot; one prospect."""
    book.officer("li.wei")
    codes = [book.customer(officer="li.wei", region="北京"), book.customer(region="上海"),
             book.customer(region="上海"), book.customer(region="北京")]  # fmt: skip
    with book.batch():
        thirty_nights_of_a_loan(book, codes[0])
        thirty_nights_of_a_loan(book, codes[1])
        book.loan(codes[2], "NONE", disbursed="2026-05-20", product="fixed_asset")
    fact(book, "turnover", codes[1], period_end="2026-10-31", months=12, average_deposits=100_000)
    return codes


def test_groups_are_the_sums_of_their_customers(book: Book, firms: list[str]) -> None:
    own = {line.key: line for line in book.ask_policy(value, by="customer").lines}
    assert [own[code].contribution for code in firms] == [143_883, 143_883 + 110_000, None, 0]
    assert own[firms[2]].missing == ("interest", "expected_loss", "deposits")
    assert own[firms[1]].missing == ()
    groups = {line.key: line for line in book.ask_policy(value, by="region").lines}
    assert (groups["上海"].contribution, groups["上海"].customers, groups["上海"].unknown) == (253_883, 2, 1)
    assert (groups["北京"].contribution, groups["北京"].basis) == (143_883, "snapshot")
    (one, rest) = book.ask_policy(value, by="officer").lines
    assert (one.key, one.contribution, rest.contribution) == (None, 253_883, 143_883)
    assert rest.key == "li.wei"
    (whole,) = book.ask_policy(value).lines  # no segment yet
    assert (whole.key, whole.contribution, whole.unknown) == (None, 397_766, 1)


def test_products_have_no_conversations_and_no_deposits(book: Book, firms: list[str]) -> None:
    capital, asset = book.ask_policy(value, by="product").lines
    # twice 3,504.17 − 1,450.00 − 295.89, and once 480 · 60/365 = 78.90
    assert (capital.key, capital.customers) == ("working_capital", 2)
    assert capital.contribution == 2 * (350_417 - 145_000 - 29_589) - 7_890
    assert "deposits" in capital.missing
    assert (asset.key, asset.contribution, asset.interest) == ("fixed_asset", None, None)


def test_one_officers_customers_alone(book: Book, firms: list[str]) -> None:
    (line,) = book.ask_policy(value, by="customer", officer_id=book.officer_id("li.wei")).lines
    assert (line.key, line.contribution) == (firms[0], 143_883)


def test_what_loans_cannot_be_grouped_by_is_refused(book: Book) -> None:
    with pytest.raises(UsageFault):
        book.ask_policy(value, by="school")


def test_a_period_before_the_first_loan_brought_nothing(book: Book, firms: list[str]) -> None:
    lines = book.ask_policy(value, by="customer", as_of="2026-10-21", days=30).lines
    assert {line.key: line.contribution for line in lines}[firms[0]] == 0


def test_the_page_of_a_customer_says_the_same_and_looks_ahead(book: Book, firms: list[str]) -> None:
    found = book.ask_policy(customer_value, firms[0], "en")
    assert (found.contribution, found.lifetime_value, found.retention) == (143_883, 22_660, 600_000)
    # 1,438.83 · 0.6/1.1 = 784.82
    assert found.years[0].present_value == 78_482
    assert len(found.years) == example().value.shape.horizon_years
    assert book.ask_policy(customer_value, firms[0], "en", as_of="2025-01-01") is None


def test_ranks_in_sql_are_those_of_the_pure_ones(book: Book) -> None:
    rng = random.Random(11)
    with book.batch():
        for n in range(23):
            code = book.customer()
            for k in range(rng.randrange(4)):
                book.owing(code, f"L{n}-{k}", disbursed=f"2026-{rng.randrange(1, 11):02}-05",
                           outstanding=rng.choice((100_000, 200_000)))  # fmt: skip
            if rng.random() < 0.5:
                book.contact(code, f"2026-11-{rng.choice((3, 9, 9)):02}")
    lines = book.ask_policy(rfm)
    assert len(lines) == 23
    recency = ranks([line.recency for line in lines], inverted=True)
    assert [line.recency_rank for line in lines] == recency
    assert [line.frequency_rank for line in lines] == ranks([line.frequency for line in lines])
    assert [line.monetary_rank for line in lines] == ranks([line.monetary for line in lines])
    assert len({line.recency for line in lines}) < 23  # there are ties


def test_hints_name_rule_offer_and_reason_and_are_held_back(book: Book) -> None:
    good, late = book.customer(), book.customer()
    with book.batch():
        for code, days in ((good, 0), (late, 20)):
            book.owing(code, f"{code}-1", disbursed="2025-12-01", matures="2026-12-20", dpd=days,
                       overdue=100 if days else 0)  # fmt: skip
    found = book.ask_policy(next_products, "en")
    assert {one.customer for one in found} == {good}
    assert [one.rule for one in found] == ["deposits_elsewhere", "matures_soon"]
    (only,) = book.ask_policy(next_products, "zh_CN", rule="matures_soon")
    assert only.offer == "无还本续贷"
