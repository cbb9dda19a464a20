"""Where the loans of one day are on another, by class, on the command line."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from loancrm import parsing
from loancrm.errors import InvalidInput
from loancrm.i18n import N_, _
from loancrm.render.columns import Column
from loancrm.shell.reports import basis_json, basis_words

if TYPE_CHECKING:
    from loancrm.context import Context

COLUMNS = (
    Column("five_tier", N_("from"), "code", vocabulary="five_tier"),
    Column("loans", N_("loans"), "int"),
    Column("normal", N_("normal"), "int"),
    Column("special_mention", N_("special mention"), "int"),
    Column("substandard", N_("substandard"), "int"),
    Column("doubtful", N_("doubtful"), "int"),
    Column("loss", N_("loss"), "int"),
    Column("ended", N_("ended"), "int"),
    Column("unknown", N_("unknown"), "int", table=False),
    Column("opening_balance", N_("opening balance"), "money", table=False),
    Column("reduced", N_("repaid"), "money", table=False),
    Column("moved_down", N_("moved down"), "money", table=False),
    Column("migration_rate", N_("migration rate"), "ratio"),
)
TOTALS = (Column("since", N_("from"), "date"), Column("basis", N_("basis"), "nested"))
RULE = N_("migration rate: balance now in a worse class ÷ (opening − repaid or ended)")


def show_migration(crm: Context, since: str, officer: str | None) -> None:
    """Show where the loans of a day are now, with the migration rate of each class.

    Raises:
        InvalidInput: the day is not before the one that is looked at.
    """
    from loancrm.reports.migration import migration

    start = parsing.day(since, "--since")
    with crm.view() as view:
        if start >= view.as_of:
            raise InvalidInput(_("--since is not before the day that is looked at"), field="--since")
        officer_id = crm.officer_id(view, officer) if officer else None
        found = migration(view, crm.policy(view), start, officer_id)
    title = _("Migration from {since} to {day}").format(since=found.since, day=found.basis.as_of)
    crm.show(
        [asdict(line) for line in found.lines],
        COLUMNS,
        title=title,
        header=[title, basis_words(found.basis), ""],
        footer=["", _(RULE)],
        totals={"since": found.since, "basis": basis_json(found.basis)},
        totals_columns=TOTALS,
    )
