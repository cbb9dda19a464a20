"""From what was typed to a fact of a customer's file: each field by its own reading."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from loancrm import identity, parsing
from loancrm.dossier.kinds import FactKind, Field
from loancrm.errors import InvalidInput, did_you_mean
from loancrm.i18n import _
from loancrm.services.customer_fields import Reading, past_day, yes_no
from loancrm.services.dossier import FactIn, FactVoid
from loancrm.services.fact_edits import FactEdit
from loancrm.vocabulary import code_of

Reader = Callable[[str, str, Reading], Any]


def _signed_ratio(text: str, field: str, about: Reading) -> int:
    del about
    sign = -1 if text.startswith("-") else 1
    return sign * parsing.ratio(text.removeprefix("-"), field)


READERS: Mapping[str, Reader] = {
    "text": lambda text, field, about: identity.clean_text(text, field),
    "note": lambda text, field, about: identity.clean_note(text, field),
    "name": lambda text, field, about: identity.clean_name(text, field),
    "identifier": lambda text, field, about: identity.clean_text(text, field) if text else "",
    "date": lambda text, field, about: parsing.day(text, field),
    "past_date": past_day,
    "count": lambda text, field, about: parsing.count(text, field, 0, 999_999_999),
    "amount": lambda text, field, about: parsing.amount(text, field),
    "signed_amount": lambda text, field, about: parsing.amount(text, field, signed=True),
    "rate": lambda text, field, about: parsing.rate(text, field),
    "ratio": lambda text, field, about: parsing.ratio(text, field),
    "signed_ratio": _signed_ratio,
    "flag": yes_no,
    "phone": lambda text, field, about: identity.check_phone(text, field, about.phone_region),
    "email": lambda text, field, about: identity.check_email(text, field),
    "resident_id": lambda text, field, about: identity.check_resident_id(text, field, about.today),
}


def read_field(field: Field, text: str, about: Reading) -> Any:
    """Return the value of a field from its text; a reference stays as it was named.

    Raises:
        InvalidInput, UsageFault: it cannot be read.
    """
    if field.is_reference:
        return text.strip()
    if field.reading.startswith("code:"):
        return code_of(field.reading.removeprefix("code:"), text, field.option)
    return READERS[field.reading](text, field.option, about)


def read_default(field: Field) -> Any:
    """Return what a field is when nothing is said of it; None where it has no default."""
    about = Reading(today=date.max, phone_region="CN")  # no default is a day or a phone
    return None if field.default is None else read_field(field, field.default, about)


def fact_in(kind: FactKind, owner: str | None, typed: Mapping[str, Any], about: Reading) -> FactIn:
    """Return the fact that was typed; a field that was not has its default.

    Raises:
        InvalidInput: a field that is needed was not typed, or one cannot be read.
    """
    values: dict[str, Any] = {}
    for field in kind.fields:
        text = typed.get(field.name)
        if text is None:
            text = field.default
        if text is not None:
            values[field.name] = read_field(field, text, about)
        elif field.is_needed:
            raise InvalidInput(_("{field} is needed").format(field=field.option), field=field.option)
    on = typed.get("fact_on")
    return FactIn(
        kind=kind.name,
        owner=owner,
        on=None if on is None else parsing.day(on, "--on"),
        values=values,
        replaces=bool(typed.get("replace")),
    )


def fact_edit(kind: FactKind, typed: Mapping[str, Any], about: Reading) -> FactEdit:
    """Return what of a fact was typed anew.

    Raises:
        InvalidInput: a value cannot be read, or ``--clear`` names no field.
    """
    on, expected = typed.get("fact_on"), typed.get("expect_version")
    return FactEdit(
        kind=kind.name,
        fact=typed["fact"],
        on=None if on is None else parsing.day(on, "--on"),
        values={
            field.name: read_field(field, typed[field.name], about)
            for field in kind.fields
            if typed.get(field.name) is not None
        },
        clear=tuple(_cleared(kind, name) for name in typed.get("clear") or ()),
        expect_version=None if expected is None else parsing.count(expected, "--expect-version", 1),
    )


def _cleared(kind: FactKind, typed: str) -> str:
    """Return the field that ``--clear`` names: by its name, or as its option is written."""
    wanted = typed.strip().removeprefix("--").replace("-", "_")
    for field in kind.fields:
        if wanted in (field.name, field.option.removeprefix("--").replace("-", "_")):
            return field.name
    raise InvalidInput(
        _("--clear: there is no field {name}").format(name=typed.strip()[:40]),
        field="--clear",
        hint=did_you_mean(wanted, tuple(field.name for field in kind.fields)),
    )


def fact_void(kind: FactKind, fact: str, why: str | None) -> FactVoid:
    """Return which fact is void."""
    return FactVoid(kind=kind.name, fact=fact, why=None if why is None else identity.clean_text(why, "--why"))
