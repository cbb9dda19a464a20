"""Data quality on the command line."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from loancrm.i18n import N_, _
from loancrm.render.columns import Column

if TYPE_CHECKING:
    from loancrm.context import Context

QUALITY = (
    Column("check", N_("check")),
    Column("meaning", N_("what it is"), fold=True),
    Column("count", N_("rows"), "int"),
    Column("examples", N_("examples"), "nested"),
    Column("first", N_("examples"), data=False),
)


def show_quality(crm: Context, officer: str | None) -> None:
    """Show what is contradictory or missing in the book."""
    from loancrm.reports.quality import quality

    with crm.view() as view:
        officer_id = crm.officer_id(view, officer) if officer else None
        found = quality(view, crm.policy(view), officer_id)
        title = _("Data quality on {day}").format(day=view.as_of)
    rows = [{**asdict(line), "first": ", ".join(line.examples[:2])} for line in found]
    footer = [] if rows else [_("nothing is contradictory or missing")]
    crm.show(rows, QUALITY, title=title, header=[title], footer=footer)
