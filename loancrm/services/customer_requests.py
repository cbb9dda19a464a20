"""From what was typed about a customer to a request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from loancrm import parsing
from loancrm.errors import InvalidInput, UsageFault, did_you_mean
from loancrm.i18n import _
from loancrm.services.customer_fields import FIELDS, Reading, read_fields
from loancrm.services.customers import CustomerEdit, CustomerIn
from loancrm.vocabulary import code_of


def new_customer(typed: Mapping[str, Any], reading: Reading, me: str | None) -> CustomerIn:
    """Return the request for a new customer; without an officer it is the acting one's.

    Raises:
        UsageFault: kind or name is missing.
        InvalidInput: a value cannot be read.
    """
    for name in ("kind", "name"):
        if not typed.get(name):
            raise UsageFault(_("--{name} is missing").format(name=name), field=f"--{name}", code="missing")
    kind = code_of("customer_kind", typed["kind"], "--kind")
    fields = read_fields(kind, {name: typed.get(name) for name in FIELDS}, reading)
    if typed.get("prospect"):
        fields.setdefault("pipeline_stage", "prospect")
    since = typed.get("since")
    return CustomerIn(
        kind=kind,
        fields=fields,
        officer=typed.get("officer") or me,
        second_officer=typed.get("second_officer"),
        since_on=parsing.day(since, "--since") if since else None,
    )


def changed_customer(kind: str, typed: Mapping[str, Any], reading: Reading) -> CustomerEdit:
    """Return the request for changes to a customer of ``kind``.

    Raises:
        InvalidInput: a value or a field's name cannot be read.
    """
    on, expected = typed.get("on"), typed.get("expect_version")
    return CustomerEdit(
        customer=typed["customer"],
        fields=read_fields(kind, {name: typed.get(name) for name in FIELDS}, reading),
        officer=typed.get("officer"),
        second_officer=typed.get("second_officer"),
        clear=tuple(_field(name) for name in typed.get("clear") or ()),
        on=parsing.day(on, "--on") if on else None,
        expect_version=parsing.count(expected, "--expect-version", 1) if expected else None,
    )


_ALIASES = {"officer": "officer_id", "second_officer": "second_officer_id"}


def _field(name: str) -> str:
    wanted = name.strip().replace("-", "_")
    wanted = _ALIASES.get(wanted, wanted)
    if wanted not in FIELDS and wanted not in _ALIASES.values():
        raise InvalidInput(
            _("--clear: there is no field {name}").format(name=name[:40]),
            field="--clear",
            hint=did_you_mean(wanted, FIELDS),
        )
    return wanted
