"""What every report says of itself: the day, the data's own day, the policy."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select

from loancrm.indicators.facts import SNAPSHOT
from loancrm.policy.policy import Policy
from loancrm.view import View


@dataclass(frozen=True, slots=True)
class Basis:
    """What figures rest on: ``data_on`` is the newest snapshot's day, None without any."""

    as_of: date
    known_at: date | None
    data_on: date | None
    previous_data_on: date | None
    stale_after_days: int
    policy: str
    policy_digest: str


def basis(view: View, policy: Policy) -> Basis:
    """Return what a report as of the view's day rests on."""
    data_on = newest_data(view)
    return Basis(
        as_of=view.as_of,
        known_at=view.known_at,
        data_on=data_on,
        previous_data_on=newest_data(view, before=data_on) if data_on else None,
        stale_after_days=policy.terms.stale_after_days,
        policy=policy.name,
        policy_digest=policy.digest[:12],
    )


def newest_data(view: View, before: date | None = None) -> date | None:
    """Return the day of the newest snapshot that is seen, or of the newest before a day."""
    if before is not None:  # one bound, so that the index leads straight to it
        view = view.at(min(view.as_of, before - timedelta(days=1)))
    found: date | None = view.connection.scalar(
        select(func.max(SNAPSHOT.c.effective_on)).where(view.sees(SNAPSHOT))
    )
    return found
