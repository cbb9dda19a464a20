"""What a template can say: every field with its kind and meaning, and how a value becomes text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from loancrm.i18n import N_, _, language, listed, p_
from loancrm.numerals import format_money, format_rate
from loancrm.vocabulary import label

ENGLISH_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Field:
    """A field: ``kind`` is text, code, count, money, rate, date, or ``label:`` and a vocabulary.

    Amounts, rates, days and labels reach the template as text in its language; codes and counts as they
    are, so that a condition can compare them.
    """

    kind: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Group:
    """Fields that belong together. ``is_optional``: there may be none; ``is_list``: as many as there are."""

    meaning: str
    fields: Mapping[str, Field]
    is_optional: bool = False
    is_list: bool = False


_LOAN = {
    "number": Field("text", N_("number of the loan")),
    "product": Field("label:product", N_("product")),
    "principal": Field("money", N_("principal")),
    "outstanding": Field("money", N_("outstanding principal")),
    "rate": Field("rate", N_("rate a year")),
    "disbursed_on": Field("date", N_("day of disbursement")),
    "matures_on": Field("date", N_("day of maturity")),
    "days_to_maturity": Field("count", N_("days until then")),
    "next_due_on": Field("date", N_("next due day")),
    "next_due_amount": Field("money", N_("amount due then")),
    "days_to_due": Field("count", N_("days until then")),
    "days_past_due": Field("count", N_("days past due")),
    "overdue": Field("money", N_("overdue principal and interest")),
}
FIELDS: Mapping[str, Group] = {
    "draft": Group(
        N_("the draft itself"),
        {
            "on": Field("date", N_("day of the draft")),
            "reason": Field("code", N_("what it is for")),
            "channel": Field("code", N_("how it goes")),
            "about": Field("text", N_("what --about said, such as the name of a festival")),
            "signature": Field("text", N_("officer, branch and bank, as a letter ends")),
        },
    ),
    "bank": Group(N_("the bank"), {"name": Field("text", N_("the bank's name, from the config file"))}),
    "officer": Group(
        N_("the customer's lead officer"),
        {
            "code": Field("text", N_("code")),
            "name": Field("text", N_("name")),
            "branch": Field("text", N_("branch")),
            "email": Field("text", N_("e-mail")),
        },
        is_optional=True,
    ),
    "to": Group(
        N_("who is addressed: a person at the customer, or the customer"),
        {
            "name": Field("text", N_("name")),
            "salutation": Field("text", N_("the name as a letter begins")),
            "role": Field("label:person_role", N_("role at the customer")),
            "phone": Field("text", N_("phone, masked")),
            "email": Field("text", N_("e-mail, masked")),
        },
    ),
    "customer": Group(
        N_("the customer"),
        {
            "code": Field("text", N_("code")),
            "name": Field("text", N_("name")),
            "kind": Field("code", N_("enterprise, sole_proprietor or student")),
            "segment": Field("code", N_("segment")),
            "tier": Field("code", N_("tier")),
            "industry": Field("text", N_("industry")),
            "region": Field("text", N_("region")),
            "branch": Field("text", N_("branch")),
            "since_on": Field("date", N_("customer since")),
            "years": Field("count", N_("whole years since then")),
            "phone": Field("text", N_("phone, masked")),
            "email": Field("text", N_("e-mail, masked")),
            "bank_number": Field("text", N_("bank number")),
        },
    ),
    "loan": Group(N_("the loan that the draft is about"), _LOAN, is_optional=True),
    "loans": Group(N_("every live loan, by number"), _LOAN, is_list=True),
    "rate": Group(
        N_("a change of the rate of the loan"),
        {
            "on": Field("date", N_("day from which the new rate holds")),
            "old": Field("rate", N_("rate a year until then")),
            "new": Field("rate", N_("rate a year from then on")),
            "old_instalment": Field("money", N_("next instalment by the old rate")),
            "new_instalment": Field("money", N_("next instalment by the new rate")),
            "next_due_on": Field("date", N_("due day of the next instalment")),
            "matures_on": Field("date", N_("day of maturity")),
        },
        is_optional=True,
    ),
    "line": Group(
        N_("the credit line that expires first"),
        {
            "number": Field("text", N_("number")),
            "name": Field("text", N_("name")),
            "limit": Field("money", N_("limit")),
            "drawn": Field("money", N_("drawn")),
            "headroom": Field("money", N_("not drawn")),
            "expires_on": Field("date", N_("last day")),
            "days_left": Field("count", N_("days until then")),
        },
        is_optional=True,
    ),
    "promise": Group(
        N_("a promise to pay"),
        {
            "number": Field("text", N_("number")),
            "loan": Field("text", N_("number of the loan")),
            "on": Field("date", N_("day on which it was made")),
            "due_on": Field("date", N_("day promised")),
            "amount": Field("money", N_("amount promised")),
            "received": Field("money", N_("what came of it")),
            "missing": Field("money", N_("what is missing")),
            "state": Field("code", N_("what became of it, as a code")),
        },
        is_optional=True,
    ),
    "feedback": Group(
        N_("a ticket"),
        {
            "number": Field("text", N_("number")),
            "kind": Field("label:feedback_kind", N_("kind")),
            "on": Field("date", N_("day on which it came")),
            "text": Field("text", N_("what the customer said")),
            "status": Field("code", N_("open, answered or resolved")),
            "answer": Field("text", N_("the newest answer")),
            "due_on": Field("date", N_("the next deadline")),
        },
        is_optional=True,
    ),
    "statement": Group(
        N_("the newest financial statement"),
        {"period_end": Field("date", N_("end of its period"))},
        is_optional=True,
    ),
    "study": Group(
        N_("the studies of a student"),
        {
            "school": Field("text", N_("school")),
            "major": Field("text", N_("major")),
            "level": Field("label:study_level", N_("level")),
            "graduates_on": Field("date", N_("day of graduation")),
            "days_left": Field("count", N_("days until then")),
        },
        is_optional=True,
    ),
    "matter": Group(
        N_("what the day's list says of the customer: a document, an offer, points, a founding day"),
        {
            "number": Field("text", N_("number of the loan or offer that it is about")),
            "name": Field("text", N_("documents and conditions, the offer, or how many points")),
            "amount": Field("money", N_("amount")),
            "due_on": Field("date", N_("day")),
            "days_left": Field("count", N_("days until then; nothing once it has passed")),
            "years": Field("count", N_("years of a founding day")),
        },
        is_optional=True,
    ),
}


def as_words(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return facts as a template has them: texts in the language in use, nothing but what is declared."""
    words = {name: _group(group, facts.get(name)) for name, group in FIELDS.items()}
    words["to"]["salutation"] = _salutation(words["to"]["name"], words["customer"]["kind"])
    words["draft"]["signature"] = _signature(words["officer"], words["bank"], words["customer"])
    return words


def _salutation(name: str, kind: str) -> str:
    words = p_("student", "Dear {name}") if kind == "student" else _("Dear {name}")
    return words.format(name=name)


def _signature(officer: Any, bank: Any, customer: Any) -> str:
    """Return who signs, a line each: the officer, the branch, the bank."""
    named = _("{name}, loan officer").format(name=officer["name"]) if officer else None
    branch = (officer and officer["branch"]) or customer["branch"]
    return "\n".join(line for line in (named, branch, bank["name"]) if line)


def _group(group: Group, found: Any) -> Any:
    if group.is_list:
        return [_filled(group, one) for one in found or ()]
    return None if found is None else _filled(group, found)


def _filled(group: Group, found: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _text(field.kind, found.get(name)) for name, field in group.fields.items()}


def _text(kind: str, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(value, tuple):
        return listed(value)
    if kind == "money":
        return format_money(value)
    if kind == "rate":
        return format_rate(value)
    if kind == "date":
        return day_in_words(value)
    return label(kind.removeprefix("label:"), value) if kind.startswith("label:") else value


def day_in_words(day: date) -> str:
    """Return a day as letters write it in the language in use: 2026年11月30日, 30 November 2026."""
    if language() == "zh_CN":
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {ENGLISH_MONTHS[day.month - 1]} {day.year}"
