"""How often customers are reached, on the command line."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, cast

from loancrm.errors import UsageFault
from loancrm.i18n import N_, _
from loancrm.parsing import day
from loancrm.render.columns import Column
from loancrm.reports.reached import By, Reached, reached
from loancrm.vocabulary import label

if TYPE_CHECKING:
    from loancrm.context import Context

REACHED = (
    Column("key", N_("by")),
    Column("attempts", N_("attempts"), "int"),
    Column("reached", N_("reached"), "int"),
    Column("rate", N_("rate"), "ratio"),
    Column("low", N_("at least"), "ratio"),
    Column("high", N_("at most"), "ratio"),
)
SHAPES = ("channel", "hour", "weekday")
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def show_reach(crm: Context, by: str, officer: str | None, since: str | None) -> None:
    """Show attempts, and how many of them reached somebody.

    Raises:
        UsageFault: an unknown way to tell them apart.
    """
    if by not in SHAPES:
        raise UsageFault(_("--by: one of {choices}").format(choices=", ".join(SHAPES)), field="--by")
    start = day(since, "--since") if since else None
    with crm.view() as view:
        officer_id = crm.officer_id(view, officer) if officer else None
        found = reached(view, crm.policy(view), by=cast("By", by), since=start, officer_id=officer_id)
    is_page = crm.format in ("table", "html")
    rows = [{**asdict(line), "key": _said(by, line) if is_page else line.key} for line in found]
    crm.show(rows, REACHED, title=_("reach"))


def _said(by: str, line: Reached) -> Any:
    if line.key is None:
        return _("not known")
    if by == "weekday":
        return _(_WEEKDAYS[int(line.key) - 1])
    return label("channel", str(line.key)) if by == "channel" else f"{line.key}:00"
