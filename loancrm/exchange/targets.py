"""What a column of a file can become: per kind of file, the targets, how each is read, which are needed.

The targets of a customer's dated facts follow from their declarations (``loancrm.dossier``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from loancrm.dossier import KINDS as FACTS
from loancrm.dossier import FactKind
from loancrm.services.customer_fields import FIELDS

FILES_OF_FACTS = {kind.plural: kind for kind in FACTS.values() if kind.is_imported}
KINDS = (
    *("customers", "loans", "snapshots", "payments", "contacts", "feedback", "officers", "rates"),
    *FILES_OF_FACTS,
    "indicators",
    "answers",
)
ANSWER = re.compile(r"answer\.[a-z][a-z0-9_]{0,39}(\.[a-z][a-z0-9_]{0,39})?")
FIGURE = re.compile(r"figure\.[a-z][a-z0-9_]{0,59}")
_FIELD_READINGS = {
    "name": "name",
    "bank_number": "identifier",
    "uscc": "uscc",
    "resident_id": "resident_id",
    "phone": "phone",
    "email": "email",
    "service_tier": "code:service_tier",
    "pipeline_stage": "code:pipeline_stage",
    "size_class": "code:size_class",
    "study_level": "code:study_level",
    "employees": "count",
    "founded_on": "date",
    "enrolled_on": "date",
    "graduates_on": "date",
    "legal_representative": "name",
    "actual_controller": "name",
    "is_hardship": "flag",
    "registration_number": "identifier",
    "development_stage": "code:development_stage",
    "policy_tags": "tags",
    "preferred_channel": "code:channel",
    "family_income": "code:income_band",
    "graduated_on": "past_date",
    "employment": "code:employment",
}


@dataclass(frozen=True, slots=True)
class Target:
    """Where a value goes. ``reading`` names how its text becomes a value; see ``values``."""

    reading: str
    is_needed: bool = False


_CUSTOMER: dict[str, Target] = {
    "customer.code": Target("identifier"),
    "customer.kind": Target("code:customer_kind"),
    **{f"customer.{name}": Target(_FIELD_READINGS.get(name, "text")) for name in FIELDS},
    "customer.officer": Target("text"),
    "customer.second_officer": Target("text"),
    "customer.since_on": Target("date"),
    "customer.on": Target("date"),
}
_WHO = {
    f"customer.{name}": Target(_CUSTOMER[f"customer.{name}"].reading)
    for name in ("code", "kind", "name", "bank_number", "uscc", "resident_id", "region")
}
_LOAN: dict[str, Target] = {
    "loan.number": Target("identifier", is_needed=True),
    "loan.contract": Target("identifier"),
    "loan.facility": Target("identifier"),
    "loan.renews": Target("identifier"),
    "loan.refinances": Target("identifier"),
    "loan.product": Target("code:product"),
    "loan.security": Target("code:security"),
    "loan.principal": Target("amount"),
    "loan.annual_rate": Target("rate"),
    "loan.disbursed_on": Target("date"),
    "loan.matures_on": Target("date"),
    "loan.term_months": Target("months"),
    "loan.industry": Target("text"),
    "loan.region": Target("text"),
    "loan.purpose": Target("text"),
    "loan.status": Target("status"),
    "loan.settled_on": Target("date"),
    "loan.written_off_on": Target("date"),
    "loan.written_off_amount": Target("amount"),
}
_SNAPSHOT: dict[str, Target] = {
    "snapshot.on": Target("date"),
    "snapshot.outstanding_principal": Target("amount"),
    "snapshot.overdue_principal": Target("amount"),
    "snapshot.unpaid_interest": Target("amount"),
    "snapshot.off_balance_interest": Target("amount"),
    "snapshot.days_past_due": Target("days"),
    "snapshot.interest_days_past_due": Target("days"),
    "snapshot.class": Target("code:five_tier"),
    "snapshot.bank_grade": Target("text"),
    "snapshot.annual_rate": Target("rate"),
    "snapshot.reprices_on": Target("date"),
    "snapshot.matures_on": Target("date"),
    "snapshot.next_due_on": Target("date"),
    "snapshot.next_due_amount": Target("amount"),
}
_CONTACT = {
    "contact.number": Target("identifier"),
    "contact.on": Target("date"),
    "contact.hour": Target("hour"),
    "contact.channel": Target("code:channel", is_needed=True),
    "contact.direction": Target("code:direction"),
    "contact.purpose": Target("code:purpose"),
    "contact.outcome": Target("code:outcome", is_needed=True),
    "contact.note": Target("note"),
    "contact.officer": Target("text"),
    "contact.next_on": Target("date"),
    "contact.next_what": Target("text"),
}
_FEEDBACK = {
    "feedback.number": Target("identifier"),
    "feedback.on": Target("date"),
    "feedback.channel": Target("code:channel", is_needed=True),
    "feedback.line": Target("code:business_line"),
    "feedback.product": Target("code:product"),
    "feedback.service_stage": Target("code:service_stage"),
    "feedback.department": Target("text"),
    "feedback.kind": Target("code:feedback_kind", is_needed=True),
    "feedback.importance": Target("code:level"),
    "feedback.urgency": Target("code:level"),
    "feedback.text": Target("note", is_needed=True),
    "feedback.about": Target("text"),
    "feedback.time": Target("time"),
    "feedback.cause": Target("code:feedback_cause"),
    "feedback.owner": Target("text"),
    "feedback.answered_on": Target("date"),
    "feedback.resolved_on": Target("date"),
    "feedback.rating": Target("count"),
}

_ANSWERS = {
    "answer.survey": Target("identifier", is_needed=True),
    "answer.invitation": Target("identifier"),
    "answer.on": Target("past_date"),
    "answer.channel": Target("code:channel"),
    "answer.comment": Target("note"),
}


def _of_facts(kind: FactKind) -> dict[str, Target]:
    """Return the targets of a file of facts: whose each is, its fields, and its day where no field has it."""
    owners: Mapping[str, Mapping[str, Target]] = {
        "customer": _WHO,
        "officer": {"officer.code": Target("text", is_needed=True)},
    }
    whose = owners.get(kind.owner, {})
    day = {} if kind.effective else {f"{kind.name}.on": Target("past_date")}
    fields = {
        f"{kind.name}.{field.name}": Target(
            "identifier" if field.is_reference else field.reading,
            is_needed=field.is_needed and field.name != kind.effective,
        )
        for field in kind.fields
    }
    return {**whose, **fields, **day}


TARGETS: Mapping[str, Mapping[str, Target]] = {
    "customers": _CUSTOMER,
    "loans": _LOAN | _CUSTOMER,
    "snapshots": _LOAN | _SNAPSHOT | _CUSTOMER,
    "contacts": _CONTACT | _WHO,
    "feedback": _FEEDBACK | _WHO,
    "payments": {
        "loan.number": Target("identifier"),
        "payment.on": Target("date"),
        "payment.amount": Target("amount", is_needed=True),
        "payment.reference": Target("text"),
        "payment.payer": Target("text"),
        "payment.balance": Target("amount"),
    },
    "officers": {
        "officer.code": Target("identifier", is_needed=True),
        "officer.name": Target("name"),
        "officer.branch": Target("text"),
        "officer.email": Target("email"),
        "officer.is_active": Target("flag"),
    },
    "rates": {
        "rate.series": Target("text", is_needed=True),
        "rate.on": Target("date", is_needed=True),
        "rate.annual_rate": Target("rate", is_needed=True),
    },
    **{plural: _of_facts(kind) for plural, kind in FILES_OF_FACTS.items()},
    "indicators": {**_WHO, "figure.on": Target("past_date")},
    "answers": {**_WHO, **_ANSWERS},
}
# Columns that have no name here are kept under one of these, by a name of the profile's choice.
EXTRAS: Mapping[str, tuple[str, ...]] = {
    "customers": ("customer.extra.",),
    "loans": ("loan.extra.", "customer.extra."),
    "snapshots": ("loan.extra.",),
}


def target(kind: str, name: str) -> Target | None:
    """Return the target ``name`` of a kind of file, or None."""
    if any(name.startswith(prefix) and len(name) > len(prefix) for prefix in EXTRAS.get(kind, ())):
        return Target("extra")
    if kind == "indicators" and name not in TARGETS[kind] and FIGURE.fullmatch(name):
        return Target("figure")
    if kind == "answers" and name not in TARGETS[kind] and ANSWER.fullmatch(name):
        return Target("note")
    return TARGETS[kind].get(name)
