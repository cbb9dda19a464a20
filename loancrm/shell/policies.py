"""Policies compared on the screen: how they differ, and what another one would do."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import TYPE_CHECKING, Any

from loancrm.i18n import N_, _
from loancrm.render.columns import Column
from loancrm.shell.classification import MOVE_COLUMNS, MOVES_SHOWN, labelled
from loancrm.vocabulary import label

if TYPE_CHECKING:
    from loancrm.context import Context
    from loancrm.reports.trial import Trial

DIFFERENCE_COLUMNS = (
    Column("section", N_("section"), table=False),
    Column("place", N_("place"), table=False),
    Column("change", N_("change"), table=False),
    Column("before", N_("before"), table=False),
    Column("after", N_("after"), table=False),
    Column("text", N_("difference"), fold=True),
)
TRIAL = (
    Column("moved", N_("moved"), "nested"),
    Column("scores", N_("scores"), "nested"),
    Column("follow_ups", N_("follow-ups"), "nested"),
    Column("customers", N_("customers"), "int"),
    Column("policy", N_("policy")),
    Column("tried", N_("tried")),
)


def show_differences(crm: Context, old: str, new: str) -> None:
    """Show how two policies differ."""
    from loancrm.policy.difference import differences
    from loancrm.policy.policy import choose

    with crm.view() as view:
        first, second = choose(view, old), choose(view, new)
    found = list(differences(first.data, second.data))
    same = [] if found else [_("the two policies say the same")]
    crm.show(found, DIFFERENCE_COLUMNS, title=_("policies"), header=same if crm.format == "table" else ())


def show_trial(crm: Context, file: str, officer: str | None) -> None:
    """Show what a policy would do in place of the one in force."""
    from loancrm.policy.policy import choose
    from loancrm.reports.trial import trial

    with crm.view() as view:
        ruling, tried = crm.policy(view), choose(view, file)
        officer_id = crm.officer_id(view, officer) if officer else None
        found = trial(view, ruling, tried, officer_id=officer_id)
    if crm.format in ("json", "jsonl"):
        names = {"customers": found.customers, "policy": ruling.name, "tried": tried.name}
        moved = found.moves.seen_as(_row)
        crm.show_one({"moved": moved, "scores": found.scores, "follow_ups": found.follow_ups, **names}, TRIAL)
        return
    rows: Iterable[Any] = (labelled(move.scheme, _row(move)) for move in found.moves)
    total = len(found.moves)
    notes = []
    if crm.format == "table" and crm.given.get("limit") is None and total > MOVES_SHOWN:
        notes = [_("{n} more: --format csv lists all").format(n=total - MOVES_SHOWN)]
        rows = islice(rows, MOVES_SHOWN)
    words = _("{customers} customers · {moved} would move · policy {policy}, tried {tried}")
    head = words.format(customers=found.customers, moved=total, policy=ruling.name, tried=tried.name)
    crm.show(
        rows, MOVE_COLUMNS, title=_("moves"), header=[head, *_due(found), *_scores(found), ""], footer=notes
    )


def _row(move: Any) -> dict[str, Any]:
    shared = {name: getattr(move, name) for name in ("scheme", "customer", "name", "rule", "reason")}
    return {**shared, "from": move.previous, "to": move.value}


def _due(found: Trial) -> list[str]:
    """Return how many lines the daily list would have, where that changes."""
    counted = found.follow_ups["customers"]
    words = _("daily list: {before} customers, {after} by the tried policy")
    lines = [words.format(**counted)]
    for kind, held in found.follow_ups["by_kind"].items():
        if held["before"] != held["after"]:
            lines.append(f"  {label('reason_kind', kind)} {held['before']} → {held['after']}")
    return lines


def _scores(found: Trial) -> list[str]:
    """Return a line for each scorecard that would be otherwise."""
    words = {
        "added": _("scorecard {card} is new: for {customers} customers"),
        "removed": _("scorecard {card} is gone: it was for {customers} customers"),
        "changed": _("scorecard {card}: {changed} of {customers} scores change, {graded} grades"),
    }
    return [
        words[one["change"]].format(
            card=card, graded=sum(move["customers"] for move in one.get("grades", ())), **one
        )
        for card, one in found.scores.items()
    ]
