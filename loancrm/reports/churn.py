"""How many customers were lost in a period: of those active when it began, by count and by balance.

Lost is who had no live loan and no approved case within the policy's window after the last loan was over; a
renewal goes on, as does who borrows again within the window. Beside the rate stand those whose window still
runs, those who came back after it, and those whom the policy leaves out of the count.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    Integer,
    Row,
    Subquery,
    and_,
    case,
    false,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)

from loancrm.dialect import count_where, total
from loancrm.indicators.facts import customers_at, loans_at
from loancrm.indicators.spells import spells
from loancrm.lending.proportions import wilson
from loancrm.numerals import MILLION, ratio
from loancrm.policy.policy import Policy
from loancrm.reports.basis import Basis, basis
from loancrm.reports.grouping import KEYS, Grouping, check_known, named
from loancrm.reports.period import Period
from loancrm.view import View

GROUPS = ("segment", "source", "region", "officer", "branch", "kind", "industry", "service_tier", "school")


@dataclass(frozen=True, slots=True)
class ChurnLine:
    """A group of customers who were active when the period began; None is unknown, or all of them.

    Amounts in minor units, as they stood then; rates in millionths, ``low`` and ``high`` the ends of the 95 %
    interval (Wilson). ``active`` and ``balance`` are without ``not_counted``.
    """

    key: str | None
    name: str | None
    active: int
    lost: int
    rate: int | None
    low: int | None
    high: int | None
    balance: int
    lost_balance: int
    balance_rate: int | None
    waiting: int
    came_back: int
    not_counted: int


@dataclass(frozen=True, slots=True)
class ChurnReport:
    """The report: a line a group, and all of them together."""

    period: Period
    by: str | None
    window_days: int
    lines: tuple[ChurnLine, ...]
    whole: ChurnLine
    basis: Basis


def churn(
    view: View, policy: Policy, period: Period, *, by: str | None = None, officer_id: int | None = None
) -> ChurnReport:
    """Return how many were lost in ``period``; by groups that customers belonged to when it began.

    Raises:
        UsageFault: no such group.
    """
    if by is not None:
        check_known("--by", by, GROUPS)
    then = view.at(period.last)
    rows = then.rows(_statement(then, policy, period, by, officer_id))
    names = Grouping(by).names(view) if by else {}
    lines = [_line(row, names) for row in rows]
    lines.sort(key=lambda line: (-line.active, line.key is None, line.key or ""))
    return ChurnReport(
        period=period,
        by=by,
        window_days=policy.churn.shape.window_days,
        lines=tuple(lines) if by else (),
        whole=_whole(lines),
        basis=basis(then, policy),
    )


def _statement(view: View, policy: Policy, period: Period, by: str | None, officer_id: int | None) -> Any:
    cohort, start = cohort_of(view, policy, period), view.at(period.eve)
    column = "number" if by is None else KEYS[by][0]
    people = customers_at(start, *{column, "kind", "graduates_on", "graduated_on", "officer_id"})
    c = cohort.c
    apart = _apart(policy, people.c, c)
    counted = ~apart
    lost = and_(counted, c.lost == 1)
    key: ColumnElement[Any] = null() if by is None else people.c[column]
    query = select(
        key.label("key"),
        count_where(counted).label("active"),
        total(case((counted, c.balance))).label("balance"),
        count_where(lost).label("lost"),
        total(case((lost, c.balance))).label("lost_balance"),
        count_where(and_(counted, c.waiting == 1)).label("waiting"),
        count_where(and_(lost, c.gone == 0)).label("came_back"),
        count_where(apart).label("not_counted"),
    ).join_from(cohort, people, people.c.id == c.customer_id)
    if officer_id is not None:
        query = query.where(people.c.officer_id == officer_id)
    return query if by is None else query.group_by(key)


def _apart(policy: Policy, people: Any, cohort: Any) -> ColumnElement[bool]:
    """Return the condition that a customer who went leaves the count by the policy."""
    went = or_(cohort.lost == 1, cohort.waiting == 1)
    ended = cohort.ended_on
    graduated = and_(
        people.kind == "student", func.coalesce(people.graduated_on, people.graduates_on) <= ended
    )
    tests = {
        "graduated": graduated,
        "written_off": cohort.wrote_off == 1,
        "transferred": cohort.sold == 1,
    }
    wanted = [tests[name] for name in policy.churn.shape.not_counted]
    return func.coalesce(and_(went, or_(false(), *wanted)), false())


def cohort_of(view: View, policy: Policy, period: Period) -> Subquery:
    """Return those who were active at the eve of the period, with what became of them by its end.

    Grouped, not joined: neither side has a key.
    """
    days = policy.terms.stale_after_days
    s = loans_at(view.at(period.eve), stale_after_days=days, name="loans_then").c
    ends = spells(view, loans_at(view, stale_after_days=days), policy.churn.shape.window_days)
    e, no, day = ends.c, literal(0), null().cast(Date)
    active = (
        select(
            s.customer_id, literal(1).label("active"), total(s.outstanding_principal).label("balance"),
            no.label("lost"), no.label("waiting"), no.label("gone"), day.label("ended_on"),
            no.label("wrote_off"), no.label("sold"),
        )
        .where(s.is_live == 1)
        .group_by(s.customer_id)
    )  # fmt: skip
    is_waiting = case((and_(e.is_lost == 0, e.is_newest == 1), 1), else_=0)
    left = select(
        e.customer_id, no, null().cast(BigInteger), e.is_lost.cast(Integer), is_waiting, e.is_newest,
        e.ended_on, e.wrote_off, e.sold,
    ).where(e.ended_on > literal(period.eve, Date()))  # fmt: skip
    u = union_all(active, left).subquery("both").c
    names = ("active", "balance", "lost", "waiting", "gone", "wrote_off", "sold")
    columns = (func.max(u[name]).label(name) for name in names)
    query = select(u.customer_id, func.min(u.ended_on).label("ended_on"), *columns).group_by(u.customer_id)
    return query.having(func.max(u.active) == 1).subquery("cohort")


def _line(row: Row[Any], names: Any) -> ChurnLine:
    key, name = named(row.key, names)
    values = {field: getattr(row, field) or 0 for field in _SUMS}
    return _with_rates(key, name, values)


_SUMS = ("active", "lost", "balance", "lost_balance", "waiting", "came_back", "not_counted")


def _whole(lines: list[ChurnLine]) -> ChurnLine:
    return _with_rates(None, None, {field: sum(getattr(line, field) for line in lines) for field in _SUMS})


def _with_rates(key: str | None, name: str | None, values: dict[str, int]) -> ChurnLine:
    interval = wilson(values["lost"], values["active"])
    return ChurnLine(
        key=key,
        name=name,
        rate=ratio(values["lost"], values["active"]),
        low=None if interval is None else round(interval.low * MILLION),
        high=None if interval is None else round(interval.high * MILLION),
        balance_rate=ratio(values["lost_balance"], values["balance"]),
        **values,
    )
