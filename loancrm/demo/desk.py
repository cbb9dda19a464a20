"""What happens to loans that are carried here, written through the services as an officer's commands are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields

from loancrm.demo import events as happened
from loancrm.demo.carried import DOCUMENT
from loancrm.lending.running import owed
from loancrm.lending.terms import Terms
from loancrm.reports import lookup
from loancrm.reports.ledger import kept, running
from loancrm.services import loan_changes, payments, pipeline, promises, relief
from loancrm.services.loans import LoanIn
from loancrm.unitofwork import UnitOfWork

PENALTY = 150  # per cent of the contract rate
_STEPS = ("investigation", "review", "approval", "contract", "declined", "withdrawn")


def apply(uow: UnitOfWork, event: happened.Applied, customer: str) -> None:
    """Take an application in, and ask for a document."""
    draw = LoanIn(
        customer=customer,
        number=event.number,
        product=event.product,
        security="unsecured",
        principal=event.terms.principal,
        annual_rate=event.terms.annual_rate,
        region=event.region,
        purpose=event.purpose,
    )
    asked = pipeline.ApplyIn(
        loan=draw,
        terms={field.name: getattr(event.terms, field.name) for field in fields(Terms)},
        frequency="month",
        penalty=PENALTY,
    )
    with _by(uow, event.officer):
        pipeline.apply(uow, asked)
        require(uow, event.number, DOCUMENT, "required", "document")


def require(uow: UnitOfWork, number: str, name: str, action: str, kind: str = "condition") -> None:
    """Ask for a document or a condition, or say that it is there."""
    pipeline.require(uow, pipeline.RequirementIn(loan=number, name=name, action=action, kind=kind))


def step(uow: UnitOfWork, event: happened.Staged) -> None:
    """Take an application a step further; the document is there before it is approved."""
    with _by(uow, event.officer):
        if event.step == "required":
            require(uow, event.loan, str(event.name), "required")
            return
        if event.step == "approval":
            require(uow, event.loan, DOCUMENT, "met")
        asked = pipeline.StageIn(loan=event.loan, stage=event.step)
        (pipeline.move if event.step in _STEPS else pipeline.disburse)(uow, asked)


def pay(uow: UnitOfWork, event: happened.Paid) -> None:
    """Take money in; without an amount it is what is due on the day, or all of it."""
    if event.kind in ("prepayment", "payoff"):
        loan_changes.prepay(uow, loan_changes.PrepayIn(loan=event.loan, amount=event.amount))
        return
    amount = event.amount
    if amount is None:
        amount = _due(uow, event.loan, interest_only=event.kind == "interest")
    payments.pay(uow, payments.PayIn(loan=event.loan, amount=amount))


def _due(uow: UnitOfWork, number: str, *, interest_only: bool) -> int:
    facts = kept(uow.view(), lookup.loan(uow.view(), number).id)
    assert facts is not None
    found = owed(running(facts, uow.today), uow.today)
    interest = found.due_interest + found.penalty
    return interest if interest_only else interest + found.due_principal


def promise(uow: UnitOfWork, event: happened.Promised, contact: str) -> None:
    """Record a promise to pay, made in a conversation."""
    promises.add(
        uow,
        promises.PromiseIn(loan=event.loan, amount=event.amount, due_on=event.due_on, contact=contact),
    )


def agree(uow: UnitOfWork, event: happened.Agreed, contact: str) -> None:
    """Give relief, explained in a conversation."""
    relief.relieve(
        uow,
        relief.ReliefIn(
            loan=event.loan, kind=event.kind, months=event.months, has_consent=True, contact=contact,
            why=event.why,
        ),
    )  # fmt: skip


@contextmanager
def _by(uow: UnitOfWork, officer: str) -> Iterator[None]:
    """Let an officer decide what follows."""
    actor, uow.actor = uow.actor, officer
    try:
        yield
    finally:
        uow.actor = actor
