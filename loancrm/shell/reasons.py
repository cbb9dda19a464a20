"""Reasons to talk with a customer on the command line: their columns and words, and all of one customer's."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from loancrm.i18n import N_, _, n_
from loancrm.numerals import plain_money
from loancrm.parsing import duration_days
from loancrm.render.columns import Column
from loancrm.vocabulary import label

if TYPE_CHECKING:
    from loancrm.agenda.reasons import Reason
    from loancrm.context import Context

REASON_COLUMNS = (
    Column("band", N_("band"), "int"),
    Column("points", N_("points"), "int"),
    Column("when", N_("when"), data=False),
    Column("kind", N_("kind"), "code", vocabulary="reason_kind", table=False),
    Column("due_on", N_("due"), "date"),
    Column("days_late", N_("days late"), "int", table=False),
    Column("rule", N_("rule")),
    Column("amount", N_("amount"), "money", table=False),
    Column("ref", N_("number"), table=False),
    Column("step", N_("step"), table=False),
    Column("reason_code", N_("reason code"), table=False),
    Column("reason", N_("why"), below=True),
    Column("command", N_("command"), table=False),
    Column("ranked_by", N_("points for"), "nested"),
)


def show_agenda(crm: Context, named: str, within: str) -> None:
    """Show every reason to talk with one customer, also those ahead."""
    from loancrm.reports.agenda import agenda_of

    days = duration_days(within, "--within")
    with crm.view() as view:
        person, reasons, held = agenda_of(view, crm.policy(view), named, days)
    rows = [
        {**reason_json(one), "due_on": one.due_on, "amount": one.amount,
         "when": when(crm.as_of, one.due_on, one.days_late, one.reason_code)}
        for one in reasons
    ]  # fmt: skip
    header = [f"{person.customer} {person.name}", ""] if crm.format in ("table", "html") else []
    nothing = [_("nothing is due; look further ahead: --within 90d")]
    footer = nothing if not rows else ["", reasons[0].command]
    footer += held_lines(crm, held)
    crm.show(rows, REASON_COLUMNS, title=person.customer, header=header, footer=footer)


def held_lines(crm: Context, held: Mapping[str, int]) -> list[str]:
    """Return for a page what is held back, a line each; beside data it is said on standard error."""
    lines = [_held(code, n) for code, n in sorted(held.items())]
    if crm.format in ("table", "html"):
        return lines
    for line in lines:
        crm.say(line)
    return []


def _held(code: str, n: int) -> str:
    if code == "no_consent":
        return n_(
            "{n} line of care is held back: no consent to be contacted",
            "{n} lines of care are held back: no consent to be contacted",
            n,
        ).format(n=n)
    return n_(
        "{n} line of care is held back: talked with often enough lately",
        "{n} lines of care are held back: talked with often enough lately",
        n,
    ).format(n=n)


def reason_json(reason: Reason) -> dict[str, Any]:
    """Return a reason as JSON shows it: days and amounts as text, its points by term."""
    return {
        **{name: getattr(reason, name) for name in reason.__slots__ if name != "theme"},
        "ranked_by": ranked_by(reason),
        "due_on": reason.due_on.isoformat(),
        "amount": plain_money(reason.amount),
    }


def when(as_of: date, due_on: date, days_late: int, reason_code: str) -> str:
    """Return the day in a word: new, today, 2 d late, in 3 d."""
    if reason_code == "newly_past_due":
        return _("new")
    if days_late:
        return _("{n} d late").format(n=days_late)
    ahead = (due_on - as_of).days
    return _("today") if ahead <= 0 else _("in {n} d").format(n=ahead)


def ranked_by(reason: Reason) -> list[dict[str, Any]]:
    """Return what the points are for, a term each."""
    return [{"term": term, "points": n} for term, n in reason.ranked_by]


def points_words(reason: Reason) -> list[str]:
    """Say what the points are for: ``60 points: key +10, the class is cut at the month's end +50``."""
    if not reason.ranked_by:
        return []
    parts = ", ".join(f"{label('rank_term', name)} +{n}" for name, n in reason.ranked_by)
    return [
        n_("{n} point: {parts}", "{n} points: {parts}", reason.points).format(n=reason.points, parts=parts)
    ]
