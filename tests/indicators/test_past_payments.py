"""How loans were paid: of a loan that is serviced here by its ledger, of another by its snapshots."""

from __future__ import annotations

import random
from dataclasses import fields
from datetime import date, timedelta
from typing import Any

import pytest

from loancrm.lending.ledger import position
from loancrm.lending.running import owed
from loancrm.lending.schedule import monthly_payment, schedule
from loancrm.lending.terms import Frequency, Terms
from loancrm.reports import lookup
from loancrm.reports.ledger import Kept, kept, running
from loancrm.services.loan_changes import PrepayIn, WriteOffIn, prepay, write_off
from loancrm.services.loans import LoanIn
from loancrm.services.payments import PayIn, pay
from loancrm.services.pipeline import ApplyIn, StageIn, apply, disburse, move
from loancrm.unitofwork import UnitOfWork
from tests.support import Book

WORST = ("worst_days_past_due_3m", "worst_days_past_due_6m", "worst_days_past_due_12m",
         "worst_days_past_due_24m")  # fmt: skip
SPANS = (92, 183, 365, 730)
START, TODAY = date(2024, 3, 1), date(2026, 11, 21)


def paid_out(uow: UnitOfWork, customer: str, number: str, on: date, **terms: Any) -> None:
    """Carry a loan from the application to the disbursement on a day."""
    agreed = Terms(start_on=on, **terms)
    draw = LoanIn(customer=customer, product="working_capital", number=number, principal=agreed.principal)
    named = {field.name: getattr(agreed, field.name) for field in fields(Terms)}
    frequency = {1: "month", 3: "quarter", 12: "year"}[agreed.frequency.months]
    apply(uow, ApplyIn(loan=draw, terms=named, frequency=frequency, on=on))
    for stage in ("approval", "contract"):
        move(uow, StageIn(loan=number, stage=stage, on=on))
    disburse(uow, StageIn(loan=number, stage="disbursement", on=on))


def worst_by_hand(facts: Kept, ended_on: date, as_of: date, span: int) -> int | None:
    """Return the most days past due at the end of any day of the span before it ended, day by day."""
    last = ended_on - timedelta(days=1)
    first = max(as_of - timedelta(days=span - 1), facts.versions[0].on)
    days = (first + timedelta(days=n) for n in range((min(as_of, last) - first).days + 1))
    return max((_days_past_due(facts, day) for day in days), default=None)


def _days_past_due(facts: Kept, day: date) -> int:
    return position(facts.versions, facts.payments, day).days_past_due


def demands_by_hand(facts: Kept, ended_on: date, as_of: date) -> tuple[int, int]:
    """Return how many instalments fell due in the year before a day, and how many were paid by theirs."""
    told = on_time = 0
    for n in range(1, 365):
        day = as_of - timedelta(days=n)
        if day < facts.versions[0].on or day > ended_on:
            continue
        version = next(one for one in reversed(facts.versions) if one.on <= day)
        due = [row for row in version.rows if row.due_on == day and row.number and row.total_due]
        told += len(due)
        by_then = [one for one in facts.payments if one.on <= day]
        late = position(facts.versions, by_then, day + timedelta(days=1)).days_past_due
        on_time += len(due) * (late == 0)
    return told, on_time


@pytest.fixture
def lived(book: Book) -> dict[str, date]:
    """Thirty loans by chance, each of a customer of its own, with the day on which each ended.

    They are paid in time, late, in part, early or not at all; some are paid early in part, or written off.
    """
    rng, found = random.Random(20261121), {}
    book.on(TODAY)
    with book.unit() as uow:
        book._batch = uow
        for n in range(30):
            customer = book.student()
            live_through(uow, rng, customer, f"L{n}")
            if n % 5 == 4 and lookup.loan(uow.view(), f"L{n}").status == "live":
                write_off(uow, WriteOffIn(loan=f"L{n}", on=TODAY - timedelta(days=30)))
            found[customer] = lookup.loan(uow.view(), f"L{n}").closed_on or date.max
        book._batch = None
    return found


def live_through(uow: UnitOfWork, rng: random.Random, customer: str, number: str) -> None:
    """Pay a loan as chance will have it, up to today at most."""
    on = START + timedelta(days=rng.randint(0, 700))
    terms: dict[str, Any] = {
        "principal": 1_200_000,
        "annual_rate": 60_000,
        "instalments": rng.randint(3, 12),
        "repayment": rng.choice(("level", "equal_principal", "bullet")),
        "frequency": Frequency(0, rng.choice((1, 1, 3))),
    }
    paid_out(uow, customer, number, on, **terms)
    until = TODAY - timedelta(days=31)
    for row in schedule(Terms(start_on=on, **terms)):
        when = row.due_on + timedelta(days=rng.choice((-9, -1, 0, 0, 0, 0, 1, 4, 40, 130)))
        loan = lookup.loan(uow.view(), number)
        if loan.status == "live" and on < when < until and rng.random() < 0.9:
            share = rng.choice((1, 1, 1, 2))
            pay(uow, PayIn(loan=number, amount=row.total_due // share, on=when))
    if rng.random() < 0.4 and lookup.loan(uow.view(), number).status == "live" and on < until:
        owes = owed(running(kept(uow.view(), lookup.loan(uow.view(), number).id), until), until)
        if owes.ahead > 1:
            prepay(uow, PrepayIn(loan=number, amount=owes.to_settle + owes.ahead // 2, on=until))


@pytest.mark.parametrize("as_of", [TODAY, date(2026, 5, 4), date(2025, 7, 1)])
def test_the_ledger_s_worst_days_are_those_of_its_days_one_by_one(
    book: Book, lived: dict[str, date], as_of: date
) -> None:
    figures = book.figures(*WORST, "on_time_share", as_of=as_of)
    for n, (customer, ended_on) in enumerate(lived.items()):
        facts = book.ask(lambda view, key=n + 1: kept(view, key))
        if facts.versions[0].on > as_of:
            continue
        expected = tuple(worst_by_hand(facts, ended_on, as_of, span) for span in SPANS)
        assert figures[customer][:4] == expected, customer
        told, on_time = demands_by_hand(facts, ended_on, as_of)
        share = None if not told else (on_time * 2_000_000 + told) // (2 * told)
        assert figures[customer][4] == share, customer


def test_both_kinds_of_loan_count_side_by_side(book: Book) -> None:
    """One loan is serviced here and paid 40 days late once, the other was 55 days past due in a snapshot."""
    customer = book.customer()
    book.on("2026-06-30").owing(customer, "S", dpd=55, overdue=1)
    book.on("2026-09-30").snapshot("S", dpd=0)
    book.on(TODAY)
    terms = {"principal": 300_000, "annual_rate": 0, "instalments": 3}
    with book.unit() as uow:
        paid_out(uow, customer, "H", date(2026, 6, 10), **terms)
        for on, amount in (("2026-07-10", 100_000), ("2026-09-20", 100_000), ("2026-09-21", 100_000)):
            pay(uow, PayIn(loan="H", amount=amount, on=date.fromisoformat(on)))
    # H: due 10 July (in time), 10 August (paid on 20 September), 10 September (paid on the 21st)
    assert book.figures(*WORST, "on_time_share")[customer] == (40, 55, 55, 55, 400_000)
    only_then = book.figures(*WORST, "on_time_share", as_of="2026-09-20")[customer]
    assert only_then == (55, 55, 55, 55, 250_000)
    assert book.figure(customer, "worst_days_past_due_3m", as_of="2026-09-05") == 55
    # a snapshot of a loan that is serviced here does not count beside its ledger
    book.snapshot("H", on="2026-08-31", dpd=90)
    assert book.figure(customer, "worst_days_past_due_6m") == 55


def test_what_falls_due_is_spread_over_the_months_of_its_period() -> None:
    quarter = Terms(1_200_000, 0, 4, date(2026, 1, 15), frequency=Frequency(0, 3))
    assert monthly_payment(schedule(quarter)) == 100_000  # 3,000.00 a quarter
    year = Terms(1_200_000, 0, 2, date(2026, 1, 15), frequency=Frequency(0, 12))
    assert monthly_payment(schedule(year)) == 50_000  # 6,000.00 a year
    fortnight = Terms(1_200_000, 0, 12, date(2026, 1, 15), frequency=Frequency(14, 0))
    assert monthly_payment(schedule(fortnight)) == 217_262  # 1,000.00 · 365 ÷ (12 · 14)
    bullet = Terms(1_200_000, 120_000, 12, date(2026, 1, 15), repayment="bullet")
    assert monthly_payment(schedule(bullet)) == 12_000  # the interest: nobody earns the principal in a month
    single = Terms(1_200_000, 0, 6, date(2026, 1, 15), repayment="single")
    assert monthly_payment(schedule(single)) == 200_000
    rising = Terms(1_200_000, 120_000, 13, date(2026, 1, 15), repayment="equal_principal", principal_grace=1)
    assert monthly_payment(schedule(rising)) == 112_000  # 1,000.00 and 120.00 of interest, after the grace
