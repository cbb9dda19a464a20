"""Warnings: scanned at month ends from just before the shock on, and what officers made of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, select

from loancrm.demo.dice import happens, stream
from loancrm.demo.span import Span
from loancrm.indicators.figures import Figures
from loancrm.indicators.warnings import is_open, state_columns
from loancrm.models import RiskWarning, table
from loancrm.policy.policy import in_force
from loancrm.services.warning_scan import ScanIn, scan, step, write_steps
from loancrm.unitofwork import UnitOfWork

FIRST = 9  # the month end before the shock
SEEN, ACTED, JUDGED = 0.9, 0.4, 0.6
JUDGED_AFTER = 55  # days


def look(uow: UnitOfWork, span: Span, seed: int) -> None:
    """Scan on a month end; before, officers answer most of the last warnings, and judge some older ones."""
    if uow.today not in span.month_ends[FIRST:]:
        return
    dice = stream(seed, "warnings", uow.today)
    write_steps(uow, list(_answers(uow, dice)))
    scan(uow, ScanIn(language="zh_CN"))


def _answers(uow: UnitOfWork, dice: Any) -> Iterator[dict[str, Any]]:
    fell_behind = _worst(uow)
    for row in _open(uow):
        if row.state == "open" and happens(dice, SEEN):
            yield step(row, "acknowledged")
        elif row.state == "acknowledged" and happens(dice, ACTED):
            yield step(row, "acted", note="已约见客户，了解情况")
        elif row.effective_on <= uow.today - timedelta(days=JUDGED_AFTER) and happens(dice, JUDGED):
            yield step(row, "closed", verdict=_verdict(row, fell_behind.get(row.customer_id)))


def _verdict(row: Row[Any], worst: int | None) -> str:
    """Who fell behind was rightly warned of, a warning of arrears that were there comes late."""
    if not worst:
        return "false"
    return "late" if row.rule in ("past_due_grows", "circle_past_due") else "true"


def _open(uow: UnitOfWork) -> list[Row[Any]]:
    rows, view = table(RiskWarning), uow.view()
    columns = (rows.c.id, rows.c.customer_id, rows.c.rule, rows.c.effective_on)
    query = select(*columns, *state_columns(view, rows)).where(view.sees(rows), is_open(view, rows))
    return view.rows(query.order_by(rows.c.id))


def _worst(uow: UnitOfWork) -> dict[int, int | None]:
    """Return how many days past due each customer was at worst in three months."""
    view, name = uow.view(), "worst_days_past_due_3m"
    figures = Figures(view, in_force(view).terms, (name,))
    query = figures.select(figures.customers.c.id.label("key"), figures.columns[name].label("days"))
    return {row.key: row.days for row in view.rows(query)}
