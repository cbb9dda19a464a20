"""What followed an event, on the screen: who came against who did not, and against who was not invited."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from loancrm.i18n import N_, _
from loancrm.render.columns import Column
from loancrm.shell.campaigns import FORMULAS

if TYPE_CHECKING:
    from loancrm.context import Context
    from loancrm.reports.events import EventResult
    from loancrm.reports.outcomes import OutcomeLine

RESULT = (
    Column("outcome", N_("what followed"), "code", vocabulary="campaign_outcome"),
    Column("attended", N_("attended"), "int", table=False),
    Column("attended_hits", N_("who came"), "int"),
    Column("attended_share", N_("share"), "ratio"),
    Column("against", N_("against"), "code", vocabulary="event_comparison"),
    Column("compared", N_("compared"), "int", table=False),
    Column("compared_hits", N_("others"), "int"),
    Column("compared_share", N_("share"), "ratio"),
    Column("difference", N_("difference"), "ratio", table=False),
    Column("low", N_("low end"), "ratio"),
    Column("high", N_("high end"), "ratio"),
    Column("cost_per_hit", N_("cost per one"), "money", table=False),
    Column("held_on", N_("held on"), "date", table=False),
    Column("until", N_("until"), "date", table=False),
    Column("is_over", N_("all days have passed"), "bool", table=False),
)


def show_event_result(crm: Context, event: str, within: str, *, explain: bool) -> None:
    """Show what followed an event, with how many that rests on."""
    from loancrm.parsing import duration_days
    from loancrm.reports.events import result

    with crm.view() as view:
        found = result(view, event, duration_days(within, "--within"))
    shared = {name: getattr(found, name) for name in ("held_on", "until", "is_over")}
    rows = [{**_row(against, line), **shared} for against, line in found.outcomes]
    if not found.is_held and crm.format not in ("table", "html"):
        crm.say(_to_come(found))
    said = [_(line) for line in FORMULAS[:2]] if explain else [_("how it is computed: --explain")]
    footer = (
        ["", *said] if rows else [_("who is invited: loancrm event guests {event}").format(event=found.event)]
    )
    crm.show(rows, RESULT, title=found.event, header=[*_header(found), ""], footer=footer)


def _row(against: str, line: OutcomeLine) -> dict[str, Any]:
    same = (
        "outcome",
        "compared",
        "compared_hits",
        "compared_share",
        "difference",
        "low",
        "high",
        "cost_per_hit",
    )
    return {
        **{name: getattr(line, name) for name in same},
        "against": against,
        "attended": line.members,
        "attended_hits": line.member_hits,
        "attended_share": line.member_share,
    }


def _to_come(found: EventResult) -> str:
    words = _("{event} is still to be held, on {day}: nobody is absent yet, nothing has followed")
    return words.format(event=found.event, day=found.held_on)


def _header(found: EventResult) -> list[str]:
    if not found.is_held:
        return [f"{found.event} {found.title} · {found.held_on}", _to_come(found)]
    when = _("{event} {title} · {day} to {until}")
    counts = _("{n} came, {absent} were invited and did not, {others} were not invited; none of them by lot")
    lines = [
        when.format(event=found.event, title=found.title, day=found.held_on, until=found.until),
        counts.format(n=found.attended, absent=found.absent, others=found.not_invited),
    ]
    if not found.is_over:
        lines.append(_("the {days} days are not over yet").format(days=found.days))
    return lines
