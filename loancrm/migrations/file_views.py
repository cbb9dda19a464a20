"""The views of a customer's file: one for each kind of dated fact, written from its declaration."""

from __future__ import annotations

from collections.abc import Mapping

from loancrm import models
from loancrm.dossier import KINDS, FactKind
from loancrm.dossier.kinds import Field
from loancrm.models import table

_SHOWN = {
    "amount": "{money:%s}",
    "signed_amount": "{signed:%s}",
    "rate": "{rate:%s}",
    "ratio": "{ratio:%s}",
    "signed_ratio": "{ratio:%s}",
}


def _table(kind: FactKind) -> str:
    return table(getattr(models, kind.model)).name


def _column(kind: FactKind, field: Field) -> str:
    column = f"f.{kind.column(field)}"
    if field.reading == "loan":
        return f"(SELECT r.number FROM loan AS r WHERE r.id = {column}) AS {field.name}"  # noqa: S608 - our own names
    if field.reading == "officer":
        return f"(SELECT r.code FROM officer AS r WHERE r.id = {column}) AS {field.name}"  # noqa: S608 - our own names
    if field.is_reference:
        other = None if field.reading == "customer" else KINDS[field.reading.removeprefix("fact:")]
        rows, prefix = ("customer", "C") if other is None else (_table(other), other.prefix)
        code = f"{{code:{prefix},r.number}}"
        return f"(SELECT {code} FROM {rows} AS r WHERE r.id = {column}) AS {field.name}"  # noqa: S608 - our own names
    shown = _SHOWN.get(field.reading, "%s") % column
    return f"{shown} AS {_name(field)}"


def _name(field: Field) -> str:
    """Return the column's name; ``on`` and ``key`` are words of SQL."""
    return f'"{field.name}"' if field.name in ("on", "key") else field.name


def _view(kind: FactKind) -> str:
    whose = {"customer": "{of_customer}, ", "officer": "o.code AS officer, ", "book": ""}[kind.owner]
    join = {"customer": " {owner}", "officer": " {officer:f.officer_id}", "book": ""}[kind.owner]
    day = "" if any(field.name == "on" for field in kind.fields) else "f.effective_on, "
    columns = ", ".join(_column(kind, field) for field in kind.fields)
    return (
        f"SELECT {{code:{kind.prefix},f.number}} AS number, {whose}{day}{columns}"  # noqa: S608 - our own names
        f" FROM {_table(kind)} AS f{join} WHERE f.voided_at IS NULL"
    )


FILE_VIEWS: Mapping[str, str] = {f"v_{kind.name}": _view(kind) for kind in KINDS.values()}
FILE_MEANINGS: Mapping[str, str] = {
    f"v_{kind.name}": kind.help[0].lower() + kind.help[1:].rstrip(".") for kind in KINDS.values()
}
