"""What a file of payments may bring: one replay of a life says of most loans what one a row would say."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from loancrm.lending.ledger import Payment
from loancrm.lending.schedule import schedule
from loancrm.lending.terms import Terms
from loancrm.reports.ledger import Kept, kept
from loancrm.services.too_much import problem, surely_fit
from tests.indicators.test_past_payments import paid_out
from tests.support import Book

ON = date(2025, 1, 15)
KINDS: tuple[dict[str, Any], ...] = (
    {"repayment": "level"},
    {"repayment": "equal_principal"},
    {"repayment": "bullet"},
    {"repayment": "flat"},
)


@pytest.fixture
def loans(book: Book) -> list[tuple[Terms, Kept]]:
    """A loan of each kind of repayment, paid out and not paid yet."""
    with book.unit() as uow:
        book._batch = uow
        for n, kind in enumerate(KINDS):
            terms = {"principal": 1_200_000, "annual_rate": 120_000, "instalments": 12, **kind}
            paid_out(uow, book.customer(), f"L{n}", ON, **terms)
        book._batch = None
    found = [book.ask(kept, n + 1) for n in range(len(KINDS))]
    return [
        (Terms(1_200_000, 120_000, 12, ON, kind["repayment"]), facts)
        for kind, facts in zip(KINDS, found, strict=True)
    ]


def one_by_one(facts: Kept, payments: list[Payment]) -> Iterator[str | None]:
    """Yield what is wrong with each payment, after those before it."""
    for one in payments:
        said = problem(facts, one.amount, one.on)
        if said is None:
            facts = replace(facts, payments=(*facts.payments, one))
        yield said


def test_a_life_paid_as_agreed_is_certain_at_once(loans: list[tuple[Terms, Kept]]) -> None:
    for terms, facts in loans:
        rows = schedule(terms)
        paid = [Payment(row.due_on, row.total_due, 9 + row.number) for row in rows]
        assert surely_fit(facts, paid)
        assert not surely_fit(facts, [*paid[:-1], replace(paid[-1], amount=paid[-1].amount + 1)])
        early = sum(row.principal_due for row in rows[6:])
        assert not surely_fit(facts, [*paid[:6], replace(paid[6], on=paid[5].on, amount=early)])


def test_what_is_certain_is_refused_of_no_row(loans: list[tuple[Terms, Kept]]) -> None:
    rng, seen = random.Random(20261128), set()
    for n in range(160):
        terms, facts = loans[n % len(loans)]
        payments = []
        for row in schedule(terms):
            on = max(row.due_on + timedelta(days=rng.choice((-40, -9, 0, 0, 0, 1, 30))), ON)
            amount = row.total_due * rng.choice((1, 1, 1, 1, 2, 3)) // rng.choice((1, 1, 1, 2))
            payments.append(Payment(on, max(amount, 1), 0))
        payments = payments[: rng.randint(1, 12)]
        if rng.random() < 0.4:  # somebody pays all of it, or nearly
            last = max(one.on for one in payments) + timedelta(days=rng.randint(0, 20))
            left = replace(facts, payments=tuple(payments)).owes(last).outstanding_principal
            payments.append(Payment(last, max(left + rng.randint(-2_000, 2_000), 1), 0))
        in_order = sorted(payments, key=lambda one: one.on)
        in_order = [replace(one, sequence=9 + place) for place, one in enumerate(in_order)]
        is_certain, said = surely_fit(facts, in_order), list(one_by_one(facts, in_order))
        assert not is_certain or said == [None] * len(said), in_order
        seen.add((is_certain, said == [None] * len(said)))
    assert seen >= {(True, True), (False, False)}
