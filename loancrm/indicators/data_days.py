"""The days on which data came: of the newest, and of the data before it, from which news are counted."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import func, select

from loancrm.indicators.facts import SNAPSHOT
from loancrm.view import View


def newest_data(view: View, before: date | None = None) -> date | None:
    """Return the day of the newest snapshot that is seen, or of the newest before a day; asked once."""
    name = f"newest_data {before}"
    if name not in view.memo:
        # One bound, so that the index leads straight to it.
        seen = view if before is None else view.at(min(view.as_of, before - timedelta(days=1)))
        newest = select(func.max(SNAPSHOT.c.effective_on)).where(seen.sees(SNAPSHOT))
        view.memo[name] = view.connection.scalar(newest)
    found: date | None = view.memo[name]
    return found


def data_before(view: View) -> date | None:
    """Return the day from which news are counted: of the data before the newest; None with the first data.

    Where nothing but loans that are serviced here is kept, whose ledger knows every day: the day before.
    """
    newest = newest_data(view)
    if newest is not None:
        return newest_data(view, before=newest)
    return view.as_of - timedelta(days=1) if view.has_applications else None
