"""What came of winning customers back: tried, won, lost, at which cost, and who borrowed again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Date, Row, and_, case, exists, func, literal, null, select

from loancrm.dialect import add_days, count_where, total
from loancrm.indicators.assigned import officer_on
from loancrm.indicators.facts import LOAN, customers_at
from loancrm.lending.proportions import wilson
from loancrm.models import WinBack, WinBackResult, table
from loancrm.numerals import MILLION, ratio
from loancrm.policy.policy import Policy
from loancrm.reports.grouping import Grouping, check_known, named
from loancrm.reports.period import Period
from loancrm.view import View

GROUPS = ("playbook", "means", "officer")


@dataclass(frozen=True, slots=True)
class WinBackLine:
    """A group of attempts; the key None is all of them, or unknown. Cost in minor units.

    ``rate``: won ÷ (won + lost), millionths, with the ends of its 95 % interval (Wilson). ``drew``: of those
    tried, how many drew a loan within the policy's days, whatever was recorded.
    """

    key: str | None
    name: str | None
    tried: int
    open: int
    won_back: int
    lost: int
    rate: int | None
    low: int | None
    high: int | None
    drew: int
    cost: int
    cost_per_won: int | None


def win_backs(view: View, policy: Policy, period: Period, *, by: str | None = None) -> list[WinBackLine]:
    """Return what came of the attempts begun in ``period``: all together, or by group; empty without any.

    Raises:
        UsageFault: no such group.
    """
    if by is not None:
        check_known("--by", by, GROUPS)
    then = view.at(period.last)
    names = Grouping("officer").names(then) if by == "officer" else {}
    rows = [row for row in then.rows(_statement(then, policy, period, by)) if row.tried]
    lines = [_line(row, names) for row in rows]
    return sorted(lines, key=lambda line: (-line.tried, line.key is None, line.key or ""))


def _statement(view: View, policy: Policy, period: Period, by: str | None) -> Any:
    rows, results, people = table(WinBack), table(WinBackResult), customers_at(view)
    keys: dict[str | None, Any] = {
        None: null(),
        "playbook": rows.c.playbook,
        "means": results.c.means,
        "officer": officer_on(view, rows.c.customer_id, rows.c.effective_on),
    }
    ended = and_(results.c.win_back_id == rows.c.id, view.sees(results))
    each = (
        select(
            keys[by].label("key"), results.c.outcome, results.c.cost, _drew(view, policy, rows).label("drew")
        )
        .join_from(rows, people, people.c.id == rows.c.customer_id)
        .outerjoin(results, ended)
        .where(view.sees(rows), rows.c.effective_on >= literal(period.first, Date()))
        .subquery("attempts")
        .c
    )
    query = select(
        null().label("key") if by is None else each.key,
        func.count(each.drew).label("tried"),
        count_where(each.outcome.is_(None)).label("open"),
        count_where(each.outcome == "won_back").label("won_back"),
        count_where(each.outcome == "lost").label("lost"),
        count_where(each.drew == 1).label("drew"),
        total(each.cost).label("cost"),
    )
    return query if by is None else query.group_by(each.key)


def _drew(view: View, policy: Policy, rows: Any) -> ColumnElement[int]:
    until = add_days(rows.c.effective_on, policy.churn.shape.came_back_days)
    drawn = exists().where(
        LOAN.c.customer_id == rows.c.customer_id, view.knows(LOAN), LOAN.c.disbursed_on > rows.c.effective_on,
        LOAN.c.disbursed_on <= until, LOAN.c.disbursed_on <= literal(view.as_of, Date()),
    )  # fmt: skip
    return case((drawn, 1), else_=0)


def _line(row: Row[Any], names: Any) -> WinBackLine:
    key, name = named(row.key, names)
    decided = row.won_back + row.lost
    interval = wilson(row.won_back, decided)
    cost = row.cost or 0
    return WinBackLine(
        key=key,
        name=name,
        tried=row.tried,
        open=row.open,
        won_back=row.won_back,
        lost=row.lost,
        rate=ratio(row.won_back, decided),
        low=None if interval is None else round(interval.low * MILLION),
        high=None if interval is None else round(interval.high * MILLION),
        drew=row.drew,
        cost=cost,
        cost_per_won=None if not row.won_back else (2 * cost + row.won_back) // (2 * row.won_back),
    )
