"""What every report says of itself: the day, the data's own day, the policy."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from loancrm.indicators.data_days import newest_data
from loancrm.models import LoanStatus, table
from loancrm.policy.policy import Policy
from loancrm.view import BEGINNING, View

SNAPSHOT_ONLY, LEDGER_TOO = "snapshot", "ledger_or_snapshot"


@dataclass(frozen=True, slots=True)
class Basis:
    """What figures rest on: ``data_on`` is the newest snapshot's day, None without any.

    ``position``: whether loans that are serviced here are among them, whose figures are the ledger's.
    ``undated_ends``: loans whose end has no day; their outcome counts on every day.
    """

    as_of: date
    known_at: date | None
    data_on: date | None
    previous_data_on: date | None
    stale_after_days: int
    undated_ends: int
    policy: str
    policy_digest: str
    position: str


def basis(view: View, policy: Policy) -> Basis:
    """Return what a report as of the view's day rests on; asked of a view once."""
    name = f"basis {policy.name} {policy.digest}"
    if name not in view.memo:
        view.memo[name] = _basis(view, policy)
    found: Basis = view.memo[name]
    return found


def _basis(view: View, policy: Policy) -> Basis:
    data_on = newest_data(view)
    return Basis(
        as_of=view.as_of,
        known_at=view.known_at,
        data_on=data_on,
        previous_data_on=newest_data(view, before=data_on) if data_on else None,
        stale_after_days=policy.terms.stale_after_days,
        undated_ends=_undated_ends(view),
        policy=policy.name,
        policy_digest=policy.digest[:12],
        position=LEDGER_TOO if view.has_applications else SNAPSHOT_ONLY,
    )


def _undated_ends(view: View) -> int:
    rows = table(LoanStatus)
    query = select(func.count()).select_from(rows).where(rows.c.effective_on == BEGINNING, view.knows(rows))
    return view.connection.scalar(query) or 0
