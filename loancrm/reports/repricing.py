"""Loans whose repricing day has come, and what the published rates make of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from sqlalchemy import func, select

from loancrm.errors import Conflict
from loancrm.indicators.facts import customers_at
from loancrm.lending.repricing import Floating, rate_now, repriced
from loancrm.lending.schedule import Instalment
from loancrm.models import Loan, LoanTerms, table
from loancrm.policy.policy import Policy
from loancrm.reports import lookup
from loancrm.reports.ledger import kept_of, running
from loancrm.reports.rates import Published
from loancrm.view import View

CHUNK = 500  # loans that are worked out at once
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Due:
    """A loan whose rate is to be looked up, and for which day."""

    loan_id: int
    loan: str
    customer_id: int
    on: date
    floating: Floating


@dataclass(frozen=True, slots=True)
class RepricingLine:
    """A loan whose repricing day has come: rates in millionths, amounts in minor units.

    ``published`` and what follows from it are missing where the value is not known; ``why`` says so.
    """

    loan: str
    customer: str
    name: str
    officer: str | None
    on: date
    reference: str
    spread: int
    published: int | None
    old_rate: int
    new_rate: int | None
    old_instalment: int | None
    new_instalment: int | None
    next_due_on: date | None
    why: str | None


def chunks(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    """Yield the items, as many at once as are worked out together."""
    return (items[start : start + CHUNK] for start in range(0, len(items), CHUNK))


def due_loans(view: View, numbers: Sequence[str] = ()) -> list[Due]:
    """Return the loans whose repricing day has come by the view's day, or those of them that are named."""
    terms, loan = table(LoanTerms), table(Loan)
    newer = table(LoanTerms).alias("newer")
    newest = (
        select(func.max(newer.c.version))
        .where(newer.c.loan_id == terms.c.loan_id, view.sees(newer))
        .correlate(terms)
        .scalar_subquery()
    )
    query = (
        select(
            loan.c.id, loan.c.number, loan.c.customer_id,
            terms.c.reprices_on, terms.c.reference, terms.c.spread, terms.c.repricing,
        )
        .join_from(terms, loan, loan.c.id == terms.c.loan_id)
        .where(terms.c.reprices_on <= view.as_of, view.sees(terms), terms.c.version == newest)
        .where(loan.c.status == "live")
        .order_by(loan.c.number)
    )  # fmt: skip
    if numbers:
        query = query.where(loan.c.id.in_([lookup.loan(view, number).id for number in numbers]))
    return [
        Due(row.id, row.number, row.customer_id, row.reprices_on,
            Floating(row.reference, row.spread, row.repricing))
        for row in view.rows(query)
    ]  # fmt: skip


def repricings(view: View, policy: Policy, numbers: Sequence[str] = ()) -> Iterator[RepricingLine]:
    """Yield the loans whose repricing day has come, each with its rate and instalment before and after."""
    published = Published(view)
    people = customers_at(view, "name", "officer_id")
    codes = lookup.officers(view)
    for chunk in chunks(due_loans(view, numbers)):
        ledgers = kept_of(view, [one.loan_id for one in chunk])
        keys = list({one.customer_id for one in chunk})
        query = select(people.c.id, people.c.number, people.c.name, people.c.officer_id)
        owners = {row.id: row for row in view.rows(query.where(people.c.id.in_(keys)))}
        for one in chunk:
            owner = owners[one.customer_id]
            runs = running(ledgers[one.loan_id], one.on)
            value, rate, why = _value(published, one, policy)
            after = None if rate is None else repriced(runs, one.on, rate)
            before, first = _next(runs.rows, one.on), _next(after.rows if after else (), one.on)
            yield RepricingLine(
                loan=one.loan,
                customer=lookup.customer_code(owner.number),
                name=owner.name,
                officer=codes.get(owner.officer_id),
                on=one.on,
                reference=one.floating.reference,
                spread=one.floating.spread,
                published=value,
                old_rate=rate_now(runs),
                new_rate=rate,
                old_instalment=before.total_due if before else None,
                new_instalment=first.total_due if first else None,
                next_due_on=before.due_on if before else None,
                why=why,
            )


def _value(published: Published, due: Due, policy: Policy) -> tuple[int | None, int | None, str | None]:
    try:
        value = published.at(due.floating.reference, due.on, policy)
    except Conflict as fault:
        return None, None, fault.message
    return value, due.floating.rate(value), None


def _next(rows: Sequence[Instalment], on: date) -> Instalment | None:
    return next((row for row in rows if row.due_on > on and row.total_due), None)
