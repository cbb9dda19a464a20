"""What a message or letter can say of a customer: the facts by the names that templates use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from dateutil.relativedelta import relativedelta
from sqlalchemy import Row, select

from loancrm.dossier import KINDS
from loancrm.errors import NotFound
from loancrm.i18n import _
from loancrm.indicators.facts import customer_ids, customers_at
from loancrm.indicators.tickets import ENDED
from loancrm.models import Officer, table
from loancrm.policy.policy import Policy
from loancrm.reports import dossier, lookup
from loancrm.reports.draft_matter import matter
from loancrm.reports.feedback import feedback
from loancrm.reports.loans import LoanLine, facilities, loans
from loancrm.reports.outreach import consented, held_back
from loancrm.reports.promises import promises
from loancrm.reports.rate_changes import rate_changes
from loancrm.reports.ticket import ticket
from loancrm.view import View

_SAID = ("answered", "progressed", "resolved", "closed")  # what of a ticket is told to the customer
MOST_LOANS = 50  # that a letter lists
_NAMED = (
    "name", "segment", "service_tier", "industry", "region", "branch", "phone", "email", "bank_number",
    "officer_id", "since_on", "preferred_channel", "school", "major", "study_level", "graduates_on",
    "legal_representative",
)  # fmt: skip
_ROLES = ("self", "contact", "legal_representative", "finance", "actual_controller")  # whom to address first


@dataclass(frozen=True, slots=True)
class About:
    """What a draft is about.

    Attributes:
        needs: the group of facts without which there is nothing to say, or None.
        loan_by: by what the first of several loans is found; None: none is asked for.
        kind: of a ``matter``: the kind of reason of the day's list.
        ref: the number of the loan, ticket, promise or credit line, None: the first one.
        version: of a change of the rate: the version of the terms, None: the newest change.
        rate: the change of the rate itself, where it is not stored yet.
        purposes: what the customer must have consented to; empty: nothing.
    """

    needs: str | None = None
    loan_by: str | None = None
    kind: str = ""
    ref: str | None = None
    version: int | None = None
    rate: Mapping[str, Any] | None = None
    purposes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DraftFacts:
    """The facts, and what decides how the draft goes.

    ``facts`` holds groups by name, amounts in minor units; ``consents`` every word about consent, the newest
    first; ``held_back`` the rules by which nothing is offered, where a consent is asked for.
    """

    customer: str
    segment: str | None
    preferred: str | None
    ref: str | None
    facts: Mapping[str, Any]
    consents: Sequence[dict[str, Any]]
    held_back: tuple[tuple[str, str], ...]


def draft_facts(view: View, policy: Policy, named: str, about: About) -> DraftFacts:
    """Return what a draft to one customer can say.

    Raises:
        NotFound: nobody is meant, or there is nothing of what the draft is about.
        Conflict: several customers are meant.
    """
    row = lookup.customer(view, named)
    scope = customer_ids(view, ids=[row.id])
    person = view.one(select(customers_at(view, *_NAMED, scope=scope)))
    if person is None:
        raise NotFound(_("on that day nothing was known of this customer yet"), field="CUSTOMER")
    code = lookup.customer_code(row.number)
    consents = list(dossier.facts_of(view, KINDS["consent"], row.id))
    to = _addressed(view, row, person, consents, about.purposes)
    owed = list(loans(view, policy, customer=code))
    facts: dict[str, Any] = {
        "officer": _officer(view, person.officer_id),
        "to": to,
        "customer": _customer(view, code, row.kind, person),
        "loans": [_loan(view, one) for one in owed[:MOST_LOANS]],
        "statement": _statement(view, row),
        "study": _study(view, row.kind, person),
    }
    facts |= _subject(view, policy, code, owed, about)
    if about.needs == "matter":
        facts["matter"] = matter(view, policy, scope, about.kind, about.ref)
    if about.needs is not None and facts.get(about.needs) is None:
        raise _nothing(about)
    found = facts.get(about.needs or "") or {}
    return DraftFacts(
        customer=code,
        segment=person.segment,
        preferred=to["preferred_channel"] or person.preferred_channel,
        ref=found.get("number") or (facts.get("loan") or {}).get("number"),
        facts=facts,
        consents=consents,
        held_back=held_back(view, policy, scope) if about.purposes else (),
    )


def _nothing(about: About) -> NotFound:
    words = {
        "loan": _("no loan of this customer is in that state"),
        "rate": _("no change of the rate is recorded of a loan of this customer that is serviced here"),
        "line": _("this customer has no credit line in force"),
        "promise": _("this customer has no promise to pay"),
        "feedback": _("this customer has no feedback"),
        "study": _("it is not known when this customer graduates"),
        "matter": _("this customer's agenda has nothing of that kind"),
    }
    return NotFound(
        words[about.needs or ""], field="--about" if about.ref else "--for", code="nothing_to_say"
    )


def _subject(view: View, policy: Policy, code: str, owed: list[LoanLine], about: About) -> dict[str, Any]:
    """Return the groups that only one reason asks for."""
    if about.loan_by == "rate_change":
        return _rate(view, policy, code, owed, about)
    if about.loan_by is not None:
        return {"loan": next((_loan(view, one) for one in _by(owed, about.loan_by, about.ref)), None)}
    read = {"line": _line, "promise": _promise, "feedback": _feedback}.get(about.needs or "")
    return {} if read is None else {str(about.needs): read(view, policy, code, about.ref)}


def _by(owed: list[LoanLine], name: str, ref: str | None) -> Iterator[LoanLine]:
    """Yield the loans that a reason can be about, the most pressing first: past due, or due soonest."""
    fitting = [one for one in owed if getattr(one, name) and ref in (None, one.number)]
    yield from sorted(fitting, key=lambda one: getattr(one, name), reverse=name == "days_past_due")


def _rate(view: View, policy: Policy, code: str, owed: list[LoanLine], about: About) -> dict[str, Any]:
    """Return the change of the rate that is meant, and its loan: live or ended."""
    lines = owed
    if about.ref is not None:
        lines = [one for one in loans(view, policy, number=about.ref) if one.customer == code]
    if about.rate is not None:
        return {"rate": about.rate, "loan": _loan(view, lines[0])}
    found = [
        (change, line)
        for line in lines
        for change in rate_changes(view, int(lookup.loan(view, line.number).id))
        if about.version in (None, change.version)
    ]
    if not found:
        return {}
    change, line = max(found, key=lambda one: (one[0].on, one[0].version))
    names = ("on", "old", "new", "old_instalment", "new_instalment", "next_due_on", "matures_on")
    return {"rate": {name: getattr(change, name) for name in names}, "loan": _loan(view, line)}


def _addressed(
    view: View, row: Row[Any], person: Row[Any], consents: Sequence[Any], purposes: Sequence[str]
) -> dict[str, Any]:
    """Return who is addressed: who consented before others, then by role; else the customer by its name."""
    people = list(dossier.facts_of(view, KINDS["person"], row.id)) if row.kind != "student" else []

    def place(one: Any) -> tuple[bool, int, str]:
        agreed = bool(purposes) and consented(consents, purposes, view.as_of, person=one["name"])
        role = one["role"]
        return not agreed, _ROLES.index(role) if role in _ROLES else len(_ROLES), one["number"]

    names = ("name", "role", "phone", "email", "preferred_channel")
    for one in sorted(people, key=place):
        if one["role"] in _ROLES:
            own = {name: one[name] for name in names}
            return own | {name: own[name] or person._mapping[name] for name in ("phone", "email")}
    own = {"name": person.name, "role": None, "phone": person.phone, "email": person.email}
    if row.kind == "enterprise" and person.legal_representative:
        own |= {"name": person.legal_representative, "role": "legal_representative"}
    return own | {"preferred_channel": None}


def _customer(view: View, code: str, kind: str, person: Row[Any]) -> dict[str, Any]:
    same = ("name", "segment", "industry", "region", "branch", "phone", "email", "bank_number", "since_on")
    return {
        "code": code,
        "kind": kind,
        "tier": person.service_tier,
        "years": relativedelta(view.as_of, person.since_on).years,
        **{name: person._mapping[name] for name in same},
    }


def _officer(view: View, officer_id: int | None) -> dict[str, Any] | None:
    rows = table(Officer)
    query = select(rows.c.code, rows.c.name, rows.c.branch, rows.c.email).where(rows.c.id == officer_id)
    found = None if officer_id is None else view.one(query)
    return None if found is None else found._asdict()


def _loan(view: View, line: LoanLine) -> dict[str, Any]:
    late = (line.overdue_principal or 0) + (line.unpaid_interest or 0)
    return {
        "number": line.number,
        "product": line.product,
        "principal": line.principal,
        "outstanding": line.outstanding_principal,
        "rate": line.annual_rate,
        "disbursed_on": line.disbursed_on,
        "matures_on": line.matures_on,
        "days_to_maturity": _days_until(view, line.matures_on),
        "next_due_on": line.next_due_on,
        "next_due_amount": line.next_due_amount,
        "days_to_due": _days_until(view, line.next_due_on),
        "days_past_due": line.days_past_due,
        "overdue": late or None,
    }


def _days_until(view: View, day: date | None) -> int | None:
    return None if day is None else (day - view.as_of).days


def _statement(view: View, row: Row[Any]) -> dict[str, Any] | None:
    kind = KINDS["statement"]
    if row.kind not in kind.kinds:
        return None
    found = next(iter(dossier.facts_of(view, kind, row.id)), None)
    return None if found is None else {"period_end": found["period_end"]}


def _study(view: View, kind: str, person: Row[Any]) -> dict[str, Any] | None:
    if kind != "student" or person.graduates_on is None:
        return None
    names = ("school", "major", "graduates_on")
    return {
        **{name: person._mapping[name] for name in names},
        "level": person.study_level,
        "days_left": _days_until(view, person.graduates_on),
    }


def _line(view: View, policy: Policy, code: str, ref: str | None) -> dict[str, Any] | None:
    for one in facilities(view, policy, customer=code):
        if one.expires_on is not None and ref in (None, one.number):
            return {
                "limit": one.limit_amount,
                **{name: getattr(one, name) for name in ("number", "name", "drawn", "headroom")},
                **{name: getattr(one, name) for name in ("expires_on", "days_left")},
            }
    return None


def _promise(view: View, policy: Policy, code: str, ref: str | None) -> dict[str, Any] | None:
    """Return the promise that is meant: the one named, else the first that is open or was not kept."""
    found = [
        one
        for one in promises(view, policy, customer=code, all_=ref is not None)
        if ref in (None, one.promise) or lookup.numbered(str(ref), "R") == lookup.numbered(one.promise, "R")
    ]
    if not found:
        return None
    one = found[0]
    names = ("loan", "on", "due_on", "amount", "received", "state")
    missing = max(0, one.amount - (one.received or 0))
    return {"number": one.promise, "missing": missing, **{name: getattr(one, name) for name in names}}


def _feedback(view: View, policy: Policy, code: str, ref: str | None) -> dict[str, Any] | None:
    """Return the ticket that is meant: the one named, else the newest, first of those not resolved."""
    del policy
    found = [
        one
        for one in feedback(view, customer=code)
        if ref is None or lookup.numbered(ref, "F") == lookup.numbered(one.feedback, "F")
    ]
    if not found:
        return None
    one = max(found, key=lambda line: (line.status not in ENDED, line.on, line.feedback))
    answers = [step.text for step in ticket(view, one.feedback).steps if step.action in _SAID and step.text]
    names = ("kind", "on", "text", "status", "due_on")
    return {
        "number": one.feedback,
        "answer": answers[-1] if answers else None,
        **{name: getattr(one, name) for name in names},
    }
