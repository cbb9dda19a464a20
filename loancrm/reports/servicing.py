"""A loan that is serviced here, for the eye: its schedule with what was paid, and its statement."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import Row, select

from loancrm.errors import Conflict, NotFound
from loancrm.i18n import _
from loancrm.lending.ledger import Moved, Position, position
from loancrm.lending.schedule import Instalment
from loancrm.models import Contact, table
from loancrm.reports import lookup
from loancrm.reports.ledger import Kept, agreed, instalments, is_draw, kept, payments_of
from loancrm.view import View


@dataclass(frozen=True, slots=True)
class ScheduleLine:
    """An instalment and what was paid of it by the day; amounts in minor units.

    What is due of it is without ``moved``: principal and interest that the version shown, or one before it,
    took over into instalments of its own.
    """

    number: int
    due_on: date
    principal_due: int
    interest_due: int
    subsidised_interest: int
    total_due: int
    moved: int
    paid: int
    balance: int
    settled_on: date | None
    days_past_due: int
    version: int


@dataclass(frozen=True, slots=True)
class StatementLine:
    """What happened on a day, and what was outstanding after it; amounts in minor units.

    Of what was agreed: ``reason`` is the code of why there is a new version, ``note`` the word on it, and
    ``contact`` the code of the conversation in which it was explained.
    """

    on: date
    what: str
    payment: str | None
    amount: int
    principal: int
    interest: int
    penalty: int
    unallocated: int
    outstanding_principal: int
    reference: str | None
    payer: str | None
    reason: str | None = None
    note: str | None = None
    contact: str | None = None


def ledger_of(view: View, number: str) -> tuple[Row[Any], Kept]:
    """Return a loan with its ledger.

    Raises:
        NotFound: there is no such loan, or nothing was known of it yet.
        Conflict: it is kept elsewhere, or not paid out yet as of the day.
    """
    loan = lookup.loan_seen(view, number)
    facts = kept(view, loan.id)
    if facts is None or facts.terms[0].effective_on > view.as_of:
        raise Conflict(
            _("loan {number} has no schedule here as of {day}").format(number=loan.number, day=view.as_of),
            hint=_no_schedule(view, loan, facts),
            code="not_serviced",
        )
    return loan, facts


def _no_schedule(view: View, loan: Row[Any], facts: Kept | None) -> str:
    if facts is not None:
        return _("it was paid out on {day}: name that day or a later one with --as-of").format(
            day=facts.terms[0].effective_on
        )
    if agreed(view, loan.id, 0) is not None:
        return _("it is not paid out yet: loancrm loan disburse {number}").format(number=loan.number)
    return _("its balances come with loancrm snapshot add or import snapshots")


def schedule(view: View, number: str, version: int | None = None) -> tuple[list[ScheduleLine], str]:
    """Return a loan's instalments of the version in force, or of an earlier one, and what it says of itself.

    Raises:
        NotFound: there is no such version.
    """
    loan, facts = ledger_of(view, number)
    terms = facts.in_force(view.as_of) if version is None else _version(facts, view.as_of, version)
    owes = facts.owes(view.as_of)
    paid: dict[int, int] = defaultdict(int)
    for one in owes.allocations:
        if one.number is not None:
            paid[one.number] += one.amount
    last = facts.terms.index(terms)
    whose = {line: place for place, one in enumerate(facts.versions) for line in one.rows}
    moved = [one for one in owes.moved if one.version <= last]
    lines = [
        _line(line, _without_moved(line, whose[line], moved), facts.terms[whose[line]].version, owes, paid)
        for line in instalments(facts, last)
    ]
    words = _("version {n} of {day}").format(n=terms.version, day=terms.effective_on)
    return lines, f"{loan.number} · {words}"


def _without_moved(line: Instalment, place: int, moved: Sequence[Moved]) -> Instalment:
    """Return what stays due of an instalment of the version at ``place``.

    What is outstanding after it is more by the principal that moved to later days since.
    """
    own = [one for one in moved if one.row == line]
    later = [one for one in moved if one.version > place and one.row.due_on <= line.due_on]
    return replace(
        line,
        principal_due=line.principal_due - sum(one.principal for one in own),
        interest_due=line.interest_due - sum(one.interest for one in own),
        balance=line.balance + sum(one.principal for one in later),
    )


def _version(facts: Kept, as_of: date, version: int) -> Row[Any]:
    for row in facts.terms:
        if row.version == version and row.effective_on <= as_of:
            return row
    known = ", ".join(str(row.version) for row in facts.terms if row.effective_on <= as_of)
    raise NotFound(
        _("there is no version {n}; there are: {known}").format(n=version, known=known), field="--version"
    )


def _line(
    line: Instalment, due: Instalment, version: int, owes: Position, paid: dict[int, int]
) -> ScheduleLine:
    settled_on = owes.settled_on.get(line.number)
    return ScheduleLine(
        number=line.number,
        due_on=line.due_on,
        principal_due=due.principal_due,
        interest_due=due.interest_due,
        subsidised_interest=line.subsidised_interest,
        total_due=due.total_due,
        moved=line.total_due - due.total_due,
        paid=paid[line.number] if line.number else line.total_due,  # what is paid early is paid that day
        balance=due.balance,
        settled_on=settled_on,
        days_past_due=max((owes.on - line.due_on).days, 0) if settled_on is None and due.total_due else 0,
        version=version,
    )


def statement(view: View, number: str) -> Iterator[StatementLine]:
    """Yield what happened to a loan by the day, oldest first: paid out, agreed anew, paid."""
    loan, facts = ledger_of(view, number)
    rows = {row.id: row for row in payments_of(view, [loan.id]).get(loan.id, ())}
    events: list[tuple[date, int, Any]] = [
        (version.on, version.sequence, terms)
        for version, terms in zip(facts.versions, facts.terms, strict=True)
    ]
    events += [(one.on, one.sequence, one) for one in facts.payments]
    taken: list[Any] = []
    talks = _contacts(view, facts)
    for on, sequence, event in sorted(events, key=lambda one: one[:2]):
        if on > view.as_of:
            return
        is_payment = sequence in facts.keys
        taken += [event] if is_payment else []
        known = tuple(v for v in facts.versions if (v.on, v.sequence) <= (on, sequence))
        owes = position(known, taken, on, facts.misused)
        yield (
            _payment_line(rows[facts.keys[sequence]], sequence, owes)
            if is_payment
            else _terms_line(event, owes, talks.get(event.contact_id))
        )


def _contacts(view: View, facts: Kept) -> dict[int, str]:
    """Return by key the codes of the conversations that versions rest on."""
    rows = table(Contact)
    keys = [row.contact_id for row in facts.terms if row.contact_id is not None]
    found = view.rows(select(rows.c.id, rows.c.number).where(rows.c.id.in_(keys))) if keys else []
    return {row.id: lookup.contact_code(row.number) for row in found}


def _terms_line(terms: Row[Any], owes: Position, contact: str | None) -> StatementLine:
    return StatementLine(
        on=terms.effective_on,
        what="disbursed" if is_draw(terms) else "agreed",
        payment=None,
        amount=terms.drawn,
        principal=0,
        interest=0,
        penalty=0,
        unallocated=0,
        outstanding_principal=owes.outstanding_principal,
        reference=None,
        payer=None,
        reason=terms.reason,
        note=terms.note,
        contact=contact,
    )


def _payment_line(row: Row[Any], sequence: int, owes: Position) -> StatementLine:
    parts = dict.fromkeys(("principal", "interest", "penalty"), 0)
    for one in owes.allocations:
        if one.sequence == sequence:
            parts[one.what] += one.amount
    return StatementLine(
        on=row.effective_on,
        what=row.kind,
        payment=lookup.payment_code(row.number),
        amount=row.amount,
        unallocated=row.amount - sum(parts.values()),
        outstanding_principal=owes.outstanding_principal,
        reference=row.reference,
        payer=row.payer,
        principal=parts["principal"],
        interest=parts["interest"],
        penalty=parts["penalty"],
    )
