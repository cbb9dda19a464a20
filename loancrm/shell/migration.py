"""Where the loans of one day are on another, by class, on the command line."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from loancrm import parsing
from loancrm.errors import InvalidInput
from loancrm.i18n import N_, _
from loancrm.numerals import plain_money
from loancrm.render.columns import SCREEN_FORMATS, Column
from loancrm.shell.reports import basis_json, basis_words, by_words, group_words, grouping_of
from loancrm.shell.transitions import moved_words

if TYPE_CHECKING:
    from loancrm.context import Context
    from loancrm.reports.migration import Migration
    from loancrm.reports.two_days import Moved

COLUMNS = (
    Column("key", N_("group")),
    Column("name", N_("name"), table=False),
    Column("five_tier", N_("from"), "code", vocabulary="five_tier"),
    Column("loans", N_("loans"), "int", table=False),  # the next columns sum to it
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
# On a page, in groups: there is no room for every class.
IN_GROUPS = ("key", "five_tier", "loans", "opening_balance", "moved_down", "migration_rate")
TOTALS = (
    Column("since", N_("from"), "date"),
    Column("largest", N_("largest loans"), "nested"),
    Column("basis", N_("basis"), "nested"),
)
RULE = N_("migration rate: balance now in a worse class ÷ (opening − repaid or ended)")
FORMULAS = (
    RULE,
    N_("repaid or ended: opening − closing balance; of what ended all of it"),
    N_("class: the bank's where it is known, else ours; new loans count nowhere"),
    N_("loans that live and have no class by now count in no amount"),
    N_("groups: as the loans and their customers were on the earlier day"),
)


def show_migration(
    crm: Context,
    since: str,
    officer: str | None,
    *,
    by: str | None = None,
    digits: str | None = None,
    explain: bool = False,
) -> None:
    """Show where the loans of a day are now, with the migration rate of each class.

    Raises:
        InvalidInput: the day is not before the one that is looked at.
        UsageFault: loans cannot be grouped so.
    """
    from loancrm.reports.migration import migration

    start = parsing.day(since, "--since")
    with crm.view() as view:
        if start >= view.as_of:
            raise InvalidInput(_("--since is not before the day that is looked at"), field="--since")
        officer_id = crm.officer_id(view, officer) if officer else None
        grouping = grouping_of(by, digits)
        found = migration(view, crm.policy(view), start, officer_id, grouping=grouping, with_largest=explain)
    title = _("Migration from {since} to {day}").format(since=found.since, day=found.basis.as_of)
    if by is not None:
        title = _("{title} by {by}").format(title=title, by=by_words(by))
    is_page = crm.format in SCREEN_FORMATS
    rows = [asdict(line) for line in found.lines]
    if is_page and by is not None:
        rows = [{**row, "key": group_words(by, row)} for row in rows]
    crm.show(
        rows,
        _columns(by) if is_page else COLUMNS,
        title=title,
        header=[title, basis_words(found.basis), ""],
        footer=["", *_how(found, explain=explain)],
        totals={
            "since": found.since,
            "largest": [_plain(one) for one in found.largest],
            "basis": basis_json(found.basis),
        },
        totals_columns=TOTALS,
    )


def _columns(by: str | None) -> list[Column]:
    """Return the columns of a page; those that do not stand there can still be asked for by name."""
    if by is None:
        return [column for column in COLUMNS if column.key != "key"]
    return [replace(column, table=column.key in IN_GROUPS) for column in COLUMNS]


def _plain(one: Moved) -> dict[str, Any]:
    amounts = {name: plain_money(getattr(one, name)) for name in ("opening_balance", "closing_balance")}
    return {**asdict(one), **amounts}


def _how(found: Migration, *, explain: bool) -> list[str]:
    if not explain:
        return [_(RULE), _("how it is computed: --explain")]
    return [*(_(line) for line in FORMULAS), *moved_words(found.largest, "class")]
