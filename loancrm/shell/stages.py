"""Showing the stages of loans on their way: how long they take, and what is stuck."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from loancrm import parsing
from loancrm.i18n import _
from loancrm.render.columns import Column
from loancrm.vocabulary import label

if TYPE_CHECKING:
    from loancrm.context import Context
    from loancrm.reports.pipeline import StageLine


_LEFT_OUT = ("target_days", "within_target")  # of a table that compares: it would be too wide


def show_stages(
    crm: Context, columns: Sequence[Column], officer: str | None, since: str | None, changed_on: str | None
) -> None:
    """Show the stages with what stands at each and how long each takes."""
    from loancrm.reports.pipeline import stages

    from_on = None if since is None else parsing.day(since, "--since")
    change = None if changed_on is None else parsing.day(changed_on, "--before-after")
    with crm.view() as view:
        officer_id = crm.officer_id(view, officer) if officer else None
        rows = stages(view, crm.policy(view), since=from_on, changed_on=change, officer_id=officer_id)
    if change is not None:
        columns = [replace(one, table=True) if one.key.startswith("median_") else one for one in columns]
        columns = [replace(one, table=one.table and one.key not in _LEFT_OUT) for one in columns]
    crm.show(rows, columns, title=_("stages"), footer=_words(rows))


def _words(rows: Sequence[StageLine]) -> list[str]:
    """Return which stage holds loans up most against its target, also before and after a change."""
    lines = []
    for name, words in (
        ("median_days", _("bottleneck: {stage}, {days} days against {target}")),
        ("median_before", _("bottleneck before: {stage}, {days} days against {target}")),
        ("median_after", _("bottleneck after: {stage}, {days} days against {target}")),
    ):
        late = [
            (getattr(row, name) - (row.target_days or 0), row)
            for row in rows
            if getattr(row, name) is not None
        ]
        over, row = max(late, key=lambda one: one[0], default=(0, None))
        if row is not None and over > 0:
            stage = label("pipeline_stage", row.stage)
            lines.append(words.format(stage=stage, days=getattr(row, name), target=row.target_days or 0))
    return [*lines, "loancrm loan stages --stuck"]


def show_stuck(crm: Context, columns: Sequence[Column], officer: str | None) -> None:
    """Show the loans that stand at a stage for longer than its target."""
    from loancrm.reports.pipeline import stuck

    with crm.view() as view:
        officer_id = crm.officer_id(view, officer) if officer else None
        crm.show(stuck(view, crm.policy(view), officer_id=officer_id), columns, title=_("stuck"))
