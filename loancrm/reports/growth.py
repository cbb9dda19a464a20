"""Growth of the book in a period: who came and went, what was lent, how balance and count grew.

Each figure stands beside that of the period before and of the same days a year ago, by group. What stands on
a day is of the group to which the customer belonged that day; what happened in the period is of the group at
its end, an officer's of who had the customer on the day of the draw.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import ColumnElement, Date, and_, case, func, literal, null, or_, select

from loancrm.dialect import count_where, total
from loancrm.indicators.assigned import officer_on
from loancrm.indicators.facts import customers_at, loans_at
from loancrm.indicators.spells import spells
from loancrm.numerals import ratio
from loancrm.policy.policy import Policy
from loancrm.reports.basis import Basis, basis
from loancrm.reports.grouping import Grouping, check_known, named
from loancrm.reports.market import Market, market
from loancrm.reports.period import Period
from loancrm.view import BEGINNING, View

GROUPS = ("segment", "product", "source", "region", "officer", "branch", "kind", "industry", "service_tier")
SHARED = ("product",)  # a customer may be in several groups at once: they do not add up to the whole


@dataclass(frozen=True, slots=True)
class GrowthFigures:
    """What one period brought. Amounts in minor units, shares in millionths.

    ``active_from`` and ``active``: customers with a live loan before the period and at its end; ``new`` drew
    their first loan, ``returned`` came back after they were lost, ``lost`` were lost by the policy's window.
    """

    active_from: int
    active: int
    new: int
    returned: int
    lost: int
    loans_disbursed: int
    disbursed: int
    loans_from: int
    loans: int
    balance_from: int
    balance: int
    balance_growth: int | None
    loans_growth: int | None
    market_share_from: int | None
    market_share: int | None


@dataclass(frozen=True, slots=True)
class GrowthLine:
    """A group: its figures of the period, of the one before, and of a year ago; the key None is unknown."""

    key: str | None
    name: str | None
    now: GrowthFigures
    before: GrowthFigures
    year_ago: GrowthFigures


@dataclass(frozen=True, slots=True)
class GrowthReport:
    """The report: a line a group, or one of the whole book."""

    period: Period
    by: str | None
    market: Market
    lines: tuple[GrowthLine, ...]
    basis: Basis


def growth(
    view: View, policy: Policy, period: Period, *, by: str | None = None, against: str | None = None
) -> GrowthReport:
    """Return how the book grew in ``period``, by group; ``against`` names the series of the market's total.

    Raises:
        UsageFault: no such group.
        NotFound: no such series.
    """
    if by is not None:
        check_known("--by", by, GROUPS)
    whole = market(view, policy, against)
    periods = {"now": period, "before": period.before, "year_ago": period.year_ago}
    found = {name: _figures(view, policy, one, by, whole) for name, one in periods.items()}
    keys = list(dict.fromkeys(key for figures in found.values() for key in figures))
    names = Grouping(by).names(view) if by else {}
    lines = [
        GrowthLine(*named(key, names), *(figures.get(key, _NOTHING) for figures in found.values()))
        for key in keys
    ]
    lines = [line for line in lines if {line.now, line.before, line.year_ago} != {_NOTHING}]
    lines.sort(key=lambda line: (-line.now.balance, line.key is None, line.key or ""))
    return GrowthReport(period, by, whole, tuple(lines), basis(view.at(period.last), policy))


def _figures(
    view: View, policy: Policy, period: Period, by: str | None, whole: Market
) -> dict[Any, GrowthFigures]:
    """Return the figures of one period by the group's key; four statements."""
    then = view.at(period.last)
    sums: defaultdict[Any, dict[str, int]] = defaultdict(dict)
    parts: tuple[tuple[Any, Mapping[str, str]], ...] = (
        (_stock(view.at(period.eve), policy, by),
         {"active": "active_from", "loans": "loans_from", "balance": "balance_from"}),
        (_stock(then, policy, by), {}),
        (_drawn(then, policy, period, by), {}),
        (_gone(then, policy, period, by), {}),
    )  # fmt: skip
    for statement, renamed in parts:
        for row in view.rows(statement):
            values = {renamed.get(name, name): value or 0 for name, value in row._mapping.items()}
            values.pop("key")
            sums[row.key].update(values)
    return {key: _with_shares(key, values, period, whole) for key, values in sums.items()}


_COUNTS = tuple(name for name, kind in GrowthFigures.__annotations__.items() if kind == "int")


def _with_shares(key: Any, values: Mapping[str, int], period: Period, whole: Market) -> GrowthFigures:
    numbers = {name: values.get(name, 0) for name in _COUNTS}
    return GrowthFigures(
        balance_growth=ratio(numbers["balance"] - numbers["balance_from"], numbers["balance_from"]),
        loans_growth=ratio(numbers["loans"] - numbers["loans_from"], numbers["loans_from"]),
        market_share_from=whole.share(numbers["balance_from"], key, period.eve),
        market_share=whole.share(numbers["balance"], key, period.last),
        **numbers,
    )


_NOTHING = _with_shares(None, {}, Period(BEGINNING, BEGINNING), Market(None, 1, {}))


def _keyed(view: View, loans: Any, by: str | None) -> tuple[Any, ColumnElement[Any]]:
    """Return loans, or ends of spells, joined with their customers as of the view, and the group's key."""
    if by is not None:
        return Grouping(by).keyed(view, loans, None)
    people = customers_at(view)
    return loans.join(people, people.c.id == loans.c.customer_id), null().label("key")


def _grouped(query: Any, key: ColumnElement[Any], by: str | None) -> Any:
    return query if by is None else query.group_by(key)


def _stock(view: View, policy: Policy, by: str | None) -> Any:
    """Return how many customers and loans are live on the view's day, and what they owe."""
    loans = loans_at(view, stale_after_days=policy.terms.stale_after_days)
    joined, key = _keyed(view, loans, by)
    live = loans.c.is_live == 1
    query = select(
        key,
        func.count(case((live, loans.c.customer_id)).distinct()).label("active"),
        count_where(live).label("loans"),
        total(case((live, loans.c.outstanding_principal))).label("balance"),
    ).select_from(joined)
    return _grouped(query, key, by)


def _drawn(view: View, policy: Policy, period: Period, by: str | None) -> Any:
    """Return what was paid out in the period, and to how many for the first time."""
    t = loans_at(view, stale_after_days=policy.terms.stale_after_days).c
    order = (t.disbursed_on, t.id)
    place = func.row_number().over(partition_by=t.customer_id, order_by=order).label("place")
    columns = ("customer_id", "product", "security", "industry", "region", "five_tier", "status", "extra")
    each = select(t.disbursed_on, t.principal, place, *(t[name] for name in columns))
    drawn = each.where(t.disbursed_on.is_not(None), t.status != "cancelled").cte("drawn")
    joined, key = _keyed(view, drawn, by)
    if by == "officer":
        key = officer_on(view, drawn.c.customer_id, drawn.c.disbursed_on).label("key")
    found = select(key, drawn.c.place, drawn.c.principal).select_from(joined)
    c = found.where(drawn.c.disbursed_on >= literal(period.first, Date())).subquery("paid_out").c
    query = select(
        null().label("key") if by is None else c.key,
        count_where(c.place == 1).label("new"),
        func.count().label("loans_disbursed"),
        total(c.principal).label("disbursed"),
    )
    return _grouped(query, c.key, by)


def _gone(view: View, policy: Policy, period: Period, by: str | None) -> Any:
    """Return how many were lost in the period, and how many came back who had been lost."""
    rules = policy.churn.shape
    loans = loans_at(view, stale_after_days=policy.terms.stale_after_days)
    ends = spells(view, loans, rules.window_days)
    joined, key = _keyed(view, ends, by)
    c, people = ends.c, customers_at(view, "graduates_on", "graduated_on").alias("graduates")
    graduated = and_(
        people.c.kind == "student", func.coalesce(people.c.graduated_on, people.c.graduates_on) <= c.ended_on
    )
    apart = {"graduated": graduated, "written_off": c.wrote_off == 1, "transferred": c.sold == 1}
    left_out = func.coalesce(or_(literal(value=False), *(apart[name] for name in rules.not_counted)), False)
    in_time = c.lost_on >= literal(period.first, Date())
    first, last = literal(period.first, Date()), literal(period.last, Date())
    query = select(
        key,
        count_where(and_(c.is_lost == 1, in_time, ~left_out)).label("lost"),
        count_where(and_(c.next_on >= first, c.next_on <= last)).label("returned"),
    ).select_from(joined.join(people, people.c.id == c.customer_id))
    return _grouped(query, key, by)


def plain_figures(figures: GrowthFigures) -> dict[str, Any]:
    """Return figures as JSON shows them below a key: money and shares as texts."""
    from loancrm.numerals import plain_millionths, plain_money

    values = asdict(figures)
    for name, value in values.items():
        if name in ("disbursed", "balance", "balance_from"):
            values[name] = plain_money(value)
        elif name.endswith(("_growth", "_share", "_share_from")) and value is not None:
            values[name] = plain_millionths(value)
    return values
