"""What customers complain of: tickets by cause, line, product, …, against the period before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import case, func, select

from loancrm.dialect import count_where
from loancrm.errors import InvalidInput
from loancrm.i18n import _
from loancrm.indicators.tickets import ENDED, FEEDBACK, STATE, is_newest, is_repeated
from loancrm.lending.rate_ratio import Ratio, rate_ratio
from loancrm.view import View

MILLION = 1_000_000
USUAL_DAYS = 90
SATISFIED = 4  # of 5: CSAT counts fours and fives
ENDLESS = 1e9  # a ratio above it is told as one without end
GROUPS = {
    "cause": "cause",
    "line": "business_line",
    "product": "product",
    "stage": "service_stage",
    "department": "department",
}


@dataclass(frozen=True, slots=True)
class Period:
    """Days from ``start`` to before ``end``."""

    start: date
    end: date

    @property
    def days(self) -> int:
        """Return how many days it has."""
        return (self.end - self.start).days

    @property
    def before(self) -> Period:
        """Return the period of the same length before it."""
        return Period(self.start - timedelta(days=self.days), self.start)

    def has(self, on: Any) -> Any:
        """Return the condition that a day is in it."""
        return on.between(self.start, self.end - timedelta(days=1))


@dataclass(frozen=True, slots=True)
class CauseLine:
    """The tickets of a group in the period and in the one before; ``key`` None: nobody said.

    ``share`` of all tickets of the period in millionths. ``ratio`` is the period ÷ the one before, in
    millionths, with its exact 95 % interval; ``high`` None: without end. ``trend`` says what the interval
    shows and no more.
    """

    by: str
    key: str | None
    tickets: int
    customers: int
    share: int | None
    open: int
    before: int
    ratio: int | None
    low: int | None
    high: int | None
    trend: str
    start: date
    end: date


def period_of(view: View, since: date | None, until: date | None) -> Period:
    """Return the period that is meant: by default the ninety days that end with the view's day.

    Raises:
        InvalidInput: it has no day, or ends after the view's day.
    """
    end = until or view.as_of + timedelta(days=1)
    start = since or end - timedelta(days=USUAL_DAYS)
    if start >= end:
        raise InvalidInput(_("--from is not before --to"), field="--from")
    if end > view.as_of + timedelta(days=1):
        raise InvalidInput(_("--to lies after the day that is looked at"), field="--to")
    return Period(start, end)


def causes(view: View, period: Period, *, by: str = "cause", kind: str = "complaint") -> list[CauseLine]:
    """Return the groups with the most tickets first; one that repeats another is not counted again."""
    key, before = STATE.c[GROUPS[by]], period.before
    now = period.has(FEEDBACK.c.effective_on)
    query = (
        select(
            key.label("key"),
            count_where(now).label("tickets"),
            func.count(case((now, FEEDBACK.c.customer_id)).distinct()).label("customers"),
            count_where(now & STATE.c.status.not_in(ENDED)).label("open"),
            count_where(~now).label("before"),
        )
        .select_from(FEEDBACK.join(STATE, is_newest(view)))
        .where(view.sees(FEEDBACK), FEEDBACK.c.kind == kind, ~is_repeated(view))
        .where(Period(before.start, period.end).has(FEEDBACK.c.effective_on))
        .group_by(key)
    )
    rows = view.rows(query)
    total = sum(row.tickets for row in rows)
    found = [_line(row, by, total, period) for row in rows]
    return sorted(found, key=lambda one: (-one.tickets, -one.before, one.key is None, one.key or ""))


def _line(row: Any, by: str, total: int, period: Period) -> CauseLine:
    ratio = rate_ratio(row.tickets, 1, row.before, 1)
    return CauseLine(
        by=by,
        key=row.key,
        tickets=row.tickets,
        customers=row.customers,
        share=row.tickets * MILLION // total if total else None,
        open=row.open,
        before=row.before,
        ratio=millionths(ratio.value) if ratio else None,
        low=millionths(ratio.low) if ratio else None,
        high=millionths(ratio.high) if ratio else None,
        trend=trend(ratio),
        start=period.start,
        end=period.end,
    )


def trend(ratio: Ratio | None) -> str:
    """Return what a ratio shows: fell or rose only where its whole interval lies on that side of 1."""
    if ratio is None:
        return "nothing_to_compare"
    return "fell" if ratio.high < 1 else "rose" if ratio.low > 1 else "no_change_shown"


def millionths(value: float | None) -> int | None:
    """Return a figure in millionths; None where it is missing or without end."""
    return None if value is None or value > ENDLESS else round(value * MILLION)
