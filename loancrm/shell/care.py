"""What may be one customer, what files lack, who hands over to whom: on a screen and to scripts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from loancrm.i18n import N_, _, listed, titled
from loancrm.render.columns import Column
from loancrm.shell.queries import say_left_out
from loancrm.vocabulary import label

if TYPE_CHECKING:
    from loancrm.context import Context

DUPLICATE_COLUMNS = (
    Column("customer", N_("code")),
    Column("name", N_("name")),
    Column("other", N_("other code")),
    Column("other_name", N_("other name")),
    Column("kind", N_("kind"), "code", vocabulary="customer_kind", table=False),
    Column("score", N_("score"), "int"),
    Column("signs", N_("signs"), "nested"),
    Column("why", N_("why"), below=True),
    Column("command", N_("next"), table=False),
)
HANDOVER_COLUMNS = (
    Column("customer", N_("code")),
    Column("name", N_("name")),
    Column("kind", N_("kind"), "code", vocabulary="customer_kind", table=False),
    Column("part", N_("part"), "code", vocabulary="part"),
    Column("segment", N_("segment"), "code", vocabulary="segment", table=False),
    Column("live_loans", N_("loans"), "int", table=False),
    Column("outstanding_principal", N_("outstanding"), "money"),
    Column("days_past_due", N_("days past due"), "int"),
    Column("last_contact_on", N_("last talk"), "date"),
    Column("last_outcome", N_("outcome"), "code", vocabulary="outcome", table=False),
    Column("last_note", N_("note"), table=False),
    Column("next_due_on", N_("next due"), "date", table=False),
    Column("matures_on", N_("matures"), "date", table=False),
    Column("open_points", N_("open points"), "nested"),
    Column("brief", N_("brief"), below=True, data=False),
)


def show_duplicates(crm: Context, named: str | None) -> None:
    """Show pairs of customers that may be one."""
    from loancrm.reports.duplicates import duplicates

    with crm.view() as view:
        found = duplicates(view, crm.policy(view), named)
    rows = [_duplicate(pair) for pair in found]
    title = _("perhaps one customer")
    crm.show(rows, DUPLICATE_COLUMNS, title=title, footer=_next(rows))


def _duplicate(pair: Any) -> dict[str, Any]:
    signs = [(sign.sign, label("duplicate_sign", sign.sign), sign.points) for sign in pair.signs]
    return {
        **{name: getattr(pair, name) for name in pair.__slots__ if name != "signs"},
        "signs": [{"sign": code, "reason": words, "points": points} for code, words, points in signs],
        "why": listed(f"{words} {points:+d}" for _code, words, points in signs),
        "command": f"loancrm customer merge {pair.customer} {pair.other}",
    }


def _next(rows: Sequence[dict[str, Any]]) -> Sequence[str]:
    """Return the next command of the first pair."""
    return [_("next: {command}").format(command=rows[0]["command"])] if rows else []


def merged(receipt: Any) -> list[str]:
    """Return in sentences what a merge did."""
    said = {"code": receipt.code, "merged": receipt.merged, "n": sum(receipt.moved.values())}
    lines = [_("{merged} is {code} now: rows that moved: {n}").format(**said)]
    if receipt.voided:
        n = sum(receipt.voided.values())
        lines.append(_("void, since {code} has the same: {n}").format(code=receipt.code, n=n))
    if receipt.filled:
        fields = listed(label("field", name) for name in receipt.filled)
        lines.append(_("taken over: {fields}").format(fields=fields))
    return lines


def hand_over(crm: Context, typed: dict[str, Any]) -> None:
    """Hand customers over and show a brief of each."""
    from loancrm.services.care_requests import hand_over_in
    from loancrm.services.handover import hand_over as work

    receipt = crm.change(work, hand_over_in(typed, crm.settings.policy), "customer handover")
    if crm.given.get("dry_run"):
        crm.say(_("dry run: nothing was stored"))
    said = {"source": receipt.source, "target": receipt.target, "day": receipt.on}
    head = _("from {source} to {target} from {day} on").format(**said)
    counts = {"n": len(receipt.customers), "steps": receipt.follow_ups, "tickets": receipt.feedback}
    header = [head, _("customers: {n} · next steps: {steps} · tickets: {tickets}").format(**counts), ""]
    rows = [{**brief.model_dump(), "brief": _brief(brief)} for brief in receipt.customers]
    for row in rows:
        row["open_points"] = [_point(point) for point in row["open_points"]]
    crm.show(rows, HANDOVER_COLUMNS, title=_("hand-over"), header=header)
    say_left_out(crm, receipt.undecided)


def _point(point: dict[str, Any]) -> dict[str, Any]:
    due = point["due_on"]
    return {**point, "due_on": due and due.isoformat()}


def _brief(brief: Any) -> str:
    """Return last talk, next dates and open points in words."""
    parts = []
    if brief.last_outcome:
        parts.append(titled(label("outcome", brief.last_outcome), brief.last_note or "–"))
    if brief.next_due_on:
        parts.append(_("due {day}").format(day=brief.next_due_on))
    if brief.matures_on:
        parts.append(_("matures {day}").format(day=brief.matures_on))
    parts += [f"{point.code} {point.due_on or ''} {point.what}" for point in brief.open_points]
    return " · ".join(parts)
