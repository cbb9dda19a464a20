"""The form that an officer takes along: whom to see and why, and empty columns that are imported back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from loancrm.i18n import N_, _
from loancrm.parsing import duration_days
from loancrm.render.columns import Column
from loancrm.shell.queries import record_look

if TYPE_CHECKING:
    from loancrm.context import Context

# exchange/profiles/visits.yaml reads the headings of both languages, and the keys of a CSV.
COLUMNS = (
    Column("customer", N_("customer")),
    Column("name", N_("name")),
    Column("region", N_("region"), table=False),
    Column("person", N_("person")),
    Column("phone", N_("phone"), mask="phone"),
    Column("why", N_("why"), below=True),
    Column("on", N_("day"), "date", fill=True),
    Column("channel", N_("channel"), "code", vocabulary="channel", fill=True),
    Column("purpose", N_("purpose"), "code", vocabulary="purpose", table=False, fill=True),
    Column("outcome", N_("outcome"), "code", vocabulary="outcome", fill=True),
    Column("note", N_("note"), table=False, fill=True),
    Column("next_on", N_("next day"), "date", table=False, fill=True),
    Column("next_what", N_("next step"), table=False, fill=True),
    Column("officer", N_("officer"), table=False),
)
EMPTY = dict.fromkeys(("on", "purpose", "outcome", "note", "next_on", "next_what"))


def show_form(
    crm: Context, customers: Sequence[str], *, officer: str | None, within: str | None, unmask: bool
) -> None:
    """Show the form: of the customers named, or of an officer's list."""
    from loancrm.reports.visits import visits

    days = duration_days(within, "--within") if within else 0
    if unmask:
        record_look(crm, None, "contact form")
    with crm.view() as view:
        officer_id = crm.officer_id(view, officer)
        found = visits(view, crm.policy(view), officer_id=officer_id, within=days, named=customers)
    rows = [{**asdict(one), **EMPTY, "channel": "visit"} for one in found]
    crm.show(rows, COLUMNS, title=_("visits"), footer=_footer(crm), whole=True)


def _footer(crm: Context) -> list[str]:
    words = _(
        "to fill it in: --output visits.xlsx; then loancrm import contacts visits.xlsx --profile visits"
    )
    return ["", words] if crm.format == "table" else []
