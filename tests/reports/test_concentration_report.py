"""The book in groups: shares, the index of concentration, default and loss rates, by hand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from loancrm.errors import UsageFault
from loancrm.models import Loan, LoanStatus, table
from loancrm.reports.concentration import concentration
from loancrm.reports.grouping import KEYS
from tests import places
from tests.support import Book


def shares(found: Any) -> dict[str | None, int | None]:
    return {line.key: line.share for line in found.lines}


def test_the_textbook_book_has_hhi_2500_and_four_effective_names(book: Book) -> None:
    with book.batch():
        for percent in (5, 35, 15, 25, 20):
            customer = book.customer(industry=f"C{percent}")
            book.owing(customer, f"L{percent}", outstanding=percent * 1_000)
    found = book.ask_policy(concentration, by="industry")
    assert shares(found) == {"C35": 350_000, "C25": 250_000, "C20": 200_000, "C15": 150_000, "C5": 50_000}
    assert [line.key for line in found.lines] == ["C35", "C25", "C20", "C15", "C5"]
    assert (found.hhi, found.effective_names) == (25_000, 40)  # tenths
    assert (found.total, found.loans) == (100_000_00, 5)
    assert book.ask_policy(concentration, by="industry", digits=1).hhi == 100_000


def test_426_written_off_of_1752_ended_is_a_default_rate_of_0_243151(book: Book) -> None:
    customer = book.customer(industry="C34")
    assert customer == "C-00001"
    book.loan(customer, "L0", principal=100)
    with book.unit() as uow:
        sql = uow.connection.exec_driver_sql
        columns = [c.name for c in table(Loan).c if c.name not in ("id", "uid", "number", "live_key")]
        names = ", ".join(columns)
        sql(
            f"with recursive n(i) as (select 1 union all select i + 1 from n where i < 1751) insert into loan"
            f" (uid, number, live_key, {names}) select 'u' || i, 'L' || i, 'L' || i, {names} from loan, n"
        )
        ends = [
            {"loan_id": key, "effective_on": book.today, "currency": "CNY",
             "status": "written_off" if key <= 426 else "settled", "amount": 50_00 if key <= 426 else None}
            for key in range(1, 1_753)
        ]  # fmt: skip
        uow.insert_many(LoanStatus, ends)
        sql(
            "update loan set (status, closed_on, written_off_amount) ="
            " (select status, effective_on, amount from loan_status where loan_id = loan.id)"
        )
    (line,) = book.ask_policy(concentration, by="industry").lines
    assert (line.settled, line.written_off, line.loans, line.live_loans) == (1_326, 426, 1_752, 0)
    assert line.default_rate == 243_151
    assert line.loss_rate == 121_575  # 426 × 50 of 1,752 × 100
    assert (line.disbursed, line.outstanding_principal, line.share) == (175_200_00, None, None)


def test_what_is_not_known_is_a_group_of_its_own_at_the_end(book: Book) -> None:
    with book.batch():
        book.owing(book.customer(region="北京"), "A", outstanding=100)
        book.owing(book.customer(), "B", outstanding=300)
        book.loan(book.customer(region="上海"), "C")  # without a position: no share
    found = book.ask_policy(concentration, by="region")
    assert shares(found) == {None: 750_000, "北京": 250_000, "上海": 0}
    assert [line.key for line in found.lines] == [None, "北京", "上海"]
    assert found.lines[2].outstanding_principal is None
    even = book.ask_policy(concentration, by="region", measure="loans")
    assert [line.key for line in even.lines] == ["上海", "北京", None]


def test_industry_and_region_are_lent_to_else_the_customers_own(book: Book) -> None:
    with book.batch():
        customer = book.customer(industry="C34", region="北京")
        book.loan(customer, "A", industry="K70", region="上海")
        book.snapshot("A", outstanding=100)
        book.owing(customer, "B", outstanding=100)
    assert shares(book.ask_policy(concentration, by="industry")) == {"C34": 500_000, "K70": 500_000}
    assert shares(book.ask_policy(concentration, by="region")) == {"上海": 500_000, "北京": 500_000}


def test_cancelled_loans_are_left_out_and_undrawn_ones_are_not_disbursed(book: Book) -> None:
    with book.batch():
        customer = book.customer(industry="C34")
        book.owing(customer, "A", principal=1_000, outstanding=100)
        book.loan(customer, "B", principal=5_000)
        book.close("B", "cancelled")
        book.loan(customer, "C", principal=7_000, disbursed=None)
    (line,) = book.ask_policy(concentration, by="industry", measure="disbursed").lines
    assert (line.loans, line.live_loans, line.disbursed) == (2, 1, 1_000_00)


def test_a_loan_that_was_not_recorded_yet_is_not_seen(book: Book) -> None:
    book.on("2026-11-01").customer(industry="C34")
    book.on("2026-11-10").loan("C-00001", "A", disbursed=None)
    assert book.ask_policy(concentration, by="industry", as_of="2026-11-09").lines == ()


@pytest.mark.parametrize(
    ("measure", "expected"),
    [
        ("outstanding", {"working_capital": 600_000, "tuition": 400_000}),
        ("disbursed", {"working_capital": 250_000, "tuition": 750_000}),
        ("overdue", {"working_capital": 0, "tuition": 1_000_000}),
        ("loans", {"working_capital": 333_333, "tuition": 666_667}),
    ],
)
def test_each_measure_is_shared_over_the_groups(book: Book, measure: str, expected: dict[str, int]) -> None:
    with book.batch():
        customer = book.customer()
        book.owing(customer, "A", principal=1_000, outstanding=600, overdue=0)
        book.owing(customer, "B", principal=1_500, outstanding=400, overdue=30, dpd=4, product="tuition")
        book.loan(customer, "C", principal=1_500, product="tuition")
        book.close("C")
    assert shares(book.ask_policy(concentration, by="product", measure=measure)) == expected


def test_customers_and_officers_are_named_by_code_and_name(book: Book) -> None:
    with book.batch():
        book.officer("li.wei", "李伟")
        book.owing(book.customer(name="华达", officer="li.wei"), "A", outstanding=100)
        book.owing(book.customer(name="新华"), "B", outstanding=300)
    by_customer = book.ask_policy(concentration, by="customer").lines
    assert [(line.key, line.name) for line in by_customer] == [("C-00002", "新华"), ("C-00001", "华达")]
    by_officer = book.ask_policy(concentration, by="officer").lines
    assert [(line.key, line.name) for line in by_officer] == [(None, None), ("li.wei", "李伟")]


def test_a_written_off_loan_is_lost_from_the_day_it_was(book: Book) -> None:
    with book.batch():
        book.owing(book.customer(industry="C34"), "A", principal=1_000, outstanding=800)
        book.close("A", "written_off", amount=600)
    (today,) = book.ask_policy(concentration, by="industry").lines
    assert (today.default_rate, today.loss_rate, today.live_loans) == (1_000_000, 600_000, 0)
    (before,) = book.ask_policy(concentration, by="industry", as_of="2026-11-19").lines
    assert (before.default_rate, before.loss_rate, before.live_loans) == (None, 0, 1)


@pytest.mark.parametrize("by", KEYS)
def test_every_key_accounts_for_every_loan(keyed: Book, by: str) -> None:
    found = keyed.ask_policy(concentration, by=by)
    assert sum(line.loans for line in found.lines) == found.loans == 5
    assert sum(line.outstanding_principal or 0 for line in found.lines) == found.total == 1_000_00
    assert sum(line.share or 0 for line in found.lines) in range(999_998, 1_000_003)


@pytest.fixture(scope="module")
def keyed(empty_store: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Book]:
    path = tmp_path_factory.mktemp("keyed") / "book.db"
    places.copy(empty_store, path)
    book = Book(places.opened(path))
    with book.batch():
        book.officer("li.wei", "李伟")
        company = book.customer(officer="li.wei", industry="C34", region="北京", size_class="small",
                                service_tier="key")  # fmt: skip
        student = book.student(school="复旦大学")
        for place, code in enumerate((company, company, student, student)):
            book.owing(
                code, f"L{place}", outstanding=100 * (place + 1), five_tier=("normal", None)[place % 2]
            )
        book.loan(company, "ended")
        book.close("ended")
        book.classify()
    yield book
    book.store.close()


def test_an_unknown_key_or_measure_suggests_the_nearest(book: Book) -> None:
    with pytest.raises(UsageFault) as fault:
        book.ask_policy(concentration, by="industy")
    assert fault.value.hint == "did you mean 'industry'?"
    with pytest.raises(UsageFault):
        book.ask_policy(concentration, by="industry", measure="amount")


def test_the_first_digits_of_our_own_numbers_and_codes_mean_nothing_and_are_refused(book: Book) -> None:
    for by in ("customer", "officer", "segment", "five_tier", "product"):
        with pytest.raises(UsageFault):
            book.ask_policy(concentration, by=by, digits=1)


def test_shares_stand_beside_those_of_an_earlier_day(book: Book) -> None:
    """30 September: 北京 600 of 800; 20 November: 北京 300 and 上海 700, 天津 paid off."""
    with book.batch():
        for region, number, then in (("北京", "A", 600), ("天津", "B", 200), ("上海", "C", 0)):
            book.loan(book.customer(region=region), number, disbursed="2026-01-05")
            book.snapshot(number, "2026-09-30", outstanding=then)
        book.snapshot("A", outstanding=300)
        book.snapshot("C", outstanding=700)
        book.snapshot("B", outstanding=0)
    found = book.ask_policy(concentration, by="region", since=date(2026, 9, 30))
    assert [(one.key, one.share, one.share_before) for one in found.lines] == [
        ("上海", 700_000, 0),
        ("北京", 300_000, 750_000),
        ("天津", 0, 250_000),
    ]
    assert (found.hhi, found.hhi_before) == (58_000, 62_500)  # 70² + 30², 75² + 25², in tenths
    alone = book.ask_policy(concentration, by="region")
    assert (alone.hhi_before, {one.share_before for one in alone.lines}) == (None, {None})
