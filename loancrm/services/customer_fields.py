"""The fields of a customer's file as people type them: how each is read, and whose it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from loancrm import identity, parsing
from loancrm.errors import InvalidInput, UsageFault
from loancrm.i18n import _
from loancrm.vocabulary import code_of, codes_of


@dataclass(frozen=True, slots=True)
class Reading:
    """What is needed to read a value: the business day and the region of phone numbers."""

    today: date
    phone_region: str


Reader = Callable[[str, str, Reading], Any]
EVERYONE = frozenset({"enterprise", "sole_proprietor", "student"})
COMPANIES = frozenset({"enterprise", "sole_proprietor"})
PERSONS = frozenset({"sole_proprietor", "student"})
STUDENTS = frozenset({"student"})


def _text(text: str, field: str, reading: Reading) -> str:
    del reading
    return identity.clean_text(text, field)


def _name(text: str, field: str, reading: Reading) -> str:
    del reading
    return identity.clean_name(text, field)


def _code(vocabulary: str) -> Reader:
    return lambda text, field, reading: code_of(vocabulary, text, field)


def _day(text: str, field: str, reading: Reading) -> date:
    del reading
    return parsing.day(text, field)


def past_day(text: str, field: str, reading: Reading) -> date:
    """Return a day that is not still to come.

    Raises:
        InvalidInput: it is, or it is no day.
    """
    day = parsing.day(text, field)
    if day > reading.today:
        raise InvalidInput(_("{field}: that day is still to come").format(field=field), field=field)
    return day


def yes_no(text: str, field: str, reading: Reading) -> bool:
    """Return what yes or no means, in either language.

    Raises:
        UsageFault: it is neither.
    """
    del reading
    words = {"yes": True, "no": False, "true": True, "false": False, "是": True, "否": False}
    if text.strip().lower() not in words:
        raise UsageFault(_("{field} is yes or no").format(field=field), field=field)
    return words[text.strip().lower()]


def policy_tags(text: str, field: str) -> str:
    """Return the codes of the tags in a text, each once, in the vocabulary's order.

    Raises:
        UsageFault: one is not known.
    """
    parts = [part for part in text.replace("，", ",").replace("、", ",").split(",") if part.strip()]
    tags = {code_of("policy_tag", part, field) for part in parts}
    return ",".join(code for code in codes_of("policy_tag") if code in tags)


_READERS: Mapping[str, tuple[Reader, frozenset[str]]] = {
    "name": (_name, EVERYONE),
    "bank_number": (_text, EVERYONE),
    "uscc": (lambda t, f, r: identity.check_uscc(t, f), COMPANIES),
    "resident_id": (lambda t, f, r: identity.check_resident_id(t, f, r.today), PERSONS),
    "phone": (lambda t, f, r: identity.check_phone(t, f, r.phone_region), EVERYONE),
    "email": (lambda t, f, r: identity.check_email(t, f), EVERYONE),
    "region": (_text, EVERYONE),
    "industry": (_text, COMPANIES),
    "branch": (_text, EVERYONE),
    "service_tier": (_code("service_tier"), EVERYONE),
    "pipeline_stage": (_code("pipeline_stage"), EVERYONE),
    "source": (_text, EVERYONE),
    "size_class": (_code("size_class"), COMPANIES),
    "employees": (lambda t, f, r: parsing.count(t, f, 0, 10_000_000), COMPANIES),
    "founded_on": (past_day, COMPANIES),
    "legal_representative": (_name, COMPANIES),
    "actual_controller": (_name, COMPANIES),
    "school": (_text, STUDENTS),
    "study_level": (_code("study_level"), STUDENTS),
    "major": (_text, STUDENTS),
    "enrolled_on": (_day, STUDENTS),
    "graduates_on": (_day, STUDENTS),
    "career_direction": (_text, STUDENTS),
    "is_hardship": (yes_no, STUDENTS),
    "registration_number": (_text, COMPANIES),
    "development_stage": (_code("development_stage"), COMPANIES),
    "policy_tags": (lambda t, f, r: policy_tags(t, f), EVERYONE),
    "preferred_channel": (_code("channel"), EVERYONE),
    "family_income": (_code("income_band"), STUDENTS),
    "graduated_on": (past_day, STUDENTS),
    "employment": (_code("employment"), STUDENTS),
}
FIELDS = tuple(_READERS)
OPTIONS = {
    "study_level": "--level",
    "service_tier": "--tier",
    "size_class": "--size",
    "is_hardship": "--hardship",
}


def option(name: str) -> str:
    """Return how a field is called on the command line."""
    return OPTIONS.get(name, "--" + name.replace("_", "-"))


def kinds_of(name: str) -> frozenset[str]:
    """Return the kinds of customer that have a field."""
    return _READERS[name][1]


def read_fields(kind: str, typed: Mapping[str, str | None], reading: Reading) -> dict[str, Any]:
    """Return the typed fields as values, by column name; what was not typed is left out.

    Raises:
        InvalidInput: a value cannot be read, or the field is not one of this kind of customer.
    """
    values: dict[str, Any] = {}
    for name, text in typed.items():
        if text is None:
            continue
        read, kinds = _READERS[name]
        if kind not in kinds:
            message = _("{field} is not for this kind of customer").format(field=option(name))
            raise InvalidInput(message, field=option(name), code="wrong_kind")
        values[name] = read(text, option(name), reading)
    return values
