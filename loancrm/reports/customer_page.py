"""A customer's page: who it is, what it owes, what was said, and what is due."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, Select, select

from loancrm.agenda.base import Scope
from loancrm.agenda.cadence import next_contact
from loancrm.agenda.due import due
from loancrm.agenda.reasons import Reason
from loancrm.errors import NotFound
from loancrm.i18n import _, language
from loancrm.indicators.facts import DATED, customer_ids, customers_at, loans_at
from loancrm.models import Contact, CustomerClass, CustomerSegment, Officer, table
from loancrm.policy.classes import TYPED
from loancrm.policy.policy import Policy
from loancrm.reports.assessments import ScoreOfCustomer, scores_of
from loancrm.reports.customer_file import CustomerFile, customer_file
from loancrm.reports.files import FileLine, file_of
from loancrm.reports.follow_ups import follow_ups
from loancrm.reports.lookup import contact_code, customer, customer_code
from loancrm.view import View
from loancrm.vocabulary.classes import SCHEME


@dataclass(frozen=True, slots=True)
class LoanOfCustomer:
    """A loan on the customer's page."""

    number: str
    product: str
    status: str
    principal: int
    outstanding_principal: int | None
    overdue_principal: int | None
    days_past_due: int | None
    five_tier: str | None
    disbursed_on: date | None
    matures_on: date | None
    next_due_on: date | None
    next_due_amount: int | None
    basis_on: date | None


@dataclass(frozen=True, slots=True)
class LastContact:
    """The newest conversation."""

    contact: str
    on: date
    channel: str
    outcome: str
    note: str | None
    officer: str | None


@dataclass(frozen=True, slots=True)
class ClassOfCustomer:
    """The class of a customer in a scheme, since when and by which rule: None where an officer typed it."""

    scheme: str
    value: str
    since: date | None
    rule: str | None
    treatment: str | None
    cadence: str | None
    benefits: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CustomerPage:
    """What an officer wants to know before a call."""

    code: str
    kind: str
    since_on: date
    version: int
    fields: dict[str, Any]
    officer: str | None
    second_officer: str | None
    segment: str | None
    segment_since: date | None
    segment_rule: str | None
    treatment: str | None
    classes: tuple[ClassOfCustomer, ...]
    scores: tuple[ScoreOfCustomer, ...]
    loans: tuple[LoanOfCustomer, ...]
    reasons: tuple[Reason, ...]
    follow_ups: tuple[Any, ...]
    last_contact: LastContact | None
    as_of: date
    next_contact_on: date | None
    next_contact_rule: str | None
    next_contact_undecided: tuple[str, ...]
    file: CustomerFile
    completeness: FileLine | None


def page(view: View, policy: Policy, named: str) -> CustomerPage:
    """Return the page of one customer.

    Raises:
        NotFound: nobody is meant, or was no customer yet on the day.
        Conflict: several are.
    """
    row = customer(view, named)
    ids = customer_ids(view, ids=[row.id])
    person = view.one(select(customers_at(view, *DATED, "since_on", "version", "segment", scope=ids)))
    if person is None:
        message = _("{code} was no customer yet on {day}").format(
            code=customer_code(row.number), day=view.as_of
        )
        raise NotFound(message, field="CUSTOMER", code="not_yet")
    assigned = _newest_segment(view, row.id)
    lines = due(view, policy, scope=Scope(ids), within=30)
    cadence = next_contact(view, policy, row.id)
    named_officers = _officers(view)
    owed = tuple(_loans(view, policy, ids))
    fields = {name: person._mapping[name] for name in DATED if not name.endswith("officer_id")}
    return CustomerPage(
        code=customer_code(row.number),
        kind=row.kind,
        as_of=view.as_of,
        since_on=min([person.since_on, *(loan.disbursed_on for loan in owed if loan.disbursed_on)]),
        version=person.version,
        fields=fields,
        officer=named_officers.get(person.officer_id),
        second_officer=named_officers.get(person.second_officer_id),
        segment=person.segment,
        segment_since=assigned.effective_on if assigned else None,
        segment_rule=assigned.rule if assigned else None,
        treatment=policy.treatment(person.segment, language()),
        classes=tuple(_classes(view, policy, row.id, {name: person._mapping[name] for name in TYPED})),
        scores=tuple(scores_of(view, policy, row.id)),
        loans=owed,
        reasons=lines[0].reasons if lines else (),
        follow_ups=tuple(follow_ups(view, customer=named)),
        last_contact=_last_contact(view, row.id, named_officers),
        next_contact_on=cadence.due_on,
        next_contact_rule=cadence.rule,
        next_contact_undecided=cadence.undecided,
        completeness=file_of(view, policy, row.id),
        file=customer_file(view, policy, row, fields),
    )


def _officers(view: View) -> dict[int, str]:
    officer = table(Officer)
    return {row.id: row.code for row in view.rows(select(officer.c.id, officer.c.code))}


def _newest_segment(view: View, customer_id: int) -> Row[Any] | None:
    rows = table(CustomerSegment)
    query = select(rows.c.effective_on, rows.c.rule).where(rows.c.customer_id == customer_id, view.sees(rows))
    return view.one(query.order_by(rows.c.effective_on.desc(), rows.c.id.desc()).limit(1))


def _classes(
    view: View, policy: Policy, customer_id: int, typed: Mapping[str, str | None]
) -> Iterator[ClassOfCustomer]:
    """Yield the classes of every scheme but the segment; where officers type one, what they typed."""
    rows = table(CustomerClass)
    query = select(rows).where(rows.c.customer_id == customer_id, view.sees(rows))
    newest = {row.scheme: row for row in view.rows(query.order_by(rows.c.effective_on, rows.c.id))}
    for scheme in SCHEME:
        row = newest.get(scheme)
        value = typed.get(scheme, row and row.value)
        if value is None:
            continue
        given = row if row is not None and row.value == value else None
        treated = policy.treatment_of(scheme, value, language())
        yield ClassOfCustomer(
            scheme=scheme,
            value=value,
            since=given and given.effective_on,
            rule=given and given.rule,
            treatment=treated.text if treated else None,
            cadence=treated.cadence if treated else None,
            benefits=treated.benefits if treated else (),
        )


def _loans(view: View, policy: Policy, ids: Select[Any]) -> Iterator[LoanOfCustomer]:
    loan = loans_at(view, stale_after_days=policy.terms.stale_after_days, scope=ids)
    names = LoanOfCustomer.__slots__
    query = select(*(loan.c[name] for name in names)).order_by(loan.c.is_live.desc(), loan.c.number)
    for row in view.rows(query):
        yield LoanOfCustomer(**row._mapping)


def _last_contact(view: View, customer_id: int, officers: dict[int, str]) -> LastContact | None:
    rows = table(Contact)
    query = select(rows).where(rows.c.customer_id == customer_id, view.sees(rows))
    row = view.one(query.order_by(rows.c.effective_on.desc(), rows.c.id.desc()).limit(1))
    if row is None:
        return None
    return LastContact(
        contact=contact_code(row.number),
        on=row.effective_on,
        channel=row.channel,
        outcome=row.outcome,
        note=row.note,
        officer=officers.get(row.officer_id),
    )
