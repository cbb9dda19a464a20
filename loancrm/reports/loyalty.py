"""Loyalty: one customer's points, tier and what earned them; what rewards and offers cost the bank."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Label, Select, String, case, func, literal, select, union_all

from loancrm.dialect import total
from loancrm.indicators.facts import customer_ids
from loancrm.indicators.figures import Figures
from loancrm.indicators.points import expiring, lost, moved
from loancrm.models import LoyaltyEntry, Offer, OfferEvent, table
from loancrm.policy.loyalty import Loyalty, TierShape
from loancrm.policy.policy import Policy
from loancrm.policy.unjudged import Rules, open_columns, open_rules
from loancrm.reports import lookup
from loancrm.reports.basis import Basis, basis
from loancrm.reports.undecided import by_rule
from loancrm.view import View

ROWS = table(LoyaltyEntry)


@dataclass(frozen=True, slots=True)
class EntryLine:
    """An entry of points; ``cost`` of a reward in minor units."""

    entry: str
    on: date
    kind: str
    points: int
    rule: str | None
    fact: str | None
    reward: str | None
    cost: int | None
    expires_on: date | None
    note: str | None


@dataclass(frozen=True, slots=True)
class CustomerPoints:
    """A customer's points as of the view's day, the newest entries first.

    ``expiring`` are lost within ``expiring_days`` if nothing is spent; ``recent`` count for the tier.
    ``undecided``: better tiers that have enough points, and of whose condition a figure is missing.
    """

    customer: str
    name: str
    balance: int
    earned: int
    spent: int
    expired: int
    expiring: int
    expiring_days: int
    recent: int
    tier: TierShape | None
    undecided: tuple[str, ...]
    entries: tuple[EntryLine, ...]


def customer_points(view: View, policy: Policy, named: str) -> CustomerPoints | None:
    """Return a customer's points; None on a day on which it was no customer yet.

    Raises:
        NotFound: there is no such customer.
    """
    known, rules = lookup.customer(view, named), policy.loyalty
    figures = _with_tiers(view, policy, customer_ids(view, ids=[known.id]))
    s, days = figures.sources, rules.shape.expiring_days
    counted = {
        "balance": figures.columns["loyalty_points"],
        "tier": figures.columns["loyalty_tier"],
        "expired": func.coalesce(lost(s).expired, 0),
        "expiring": expiring(s, days),
        **{name: func.coalesce(moved(s)[name], 0) for name in ("earned", "spent", "recent")},
    }
    columns = [column.label(name) for name, column in counted.items()]
    row = view.one(figures.select(figures.customers.c.name, *columns, *_open_tiers(rules, figures)))
    if row is None:
        return None
    return CustomerPoints(
        customer=lookup.customer_code(known.number),
        expiring_days=days,
        entries=tuple(_entries(view, known.id)),
        name=row.name,
        tier=rules.tier(row.tier),
        undecided=open_rules(_tiers(rules), row),
        **{name: row._mapping[name] for name in counted if name != "tier"},
    )


def unjudged_tiers(view: View, policy: Policy) -> dict[str, int]:
    """Return of how many customers with enough points a tier better than theirs cannot be judged, by tier."""
    figures = _with_tiers(view, policy, None)
    query = figures.select(*_open_tiers(policy.loyalty, figures))
    return by_rule(view, query, _tiers(policy.loyalty))


def _with_tiers(view: View, policy: Policy, scope: Select[Any] | None) -> Figures:
    names = {name for one in policy.loyalty.tiers for name in one.when.indicators()}
    return Figures(view, policy.terms, ("loyalty_points", "loyalty_tier", *sorted(names)), scope=scope)


def _tiers(rules: Loyalty) -> Rules:
    return [(one.shape.rule, one.when) for one in rules.tiers]


def _open_tiers(rules: Loyalty, figures: Figures) -> list[Label[int]]:
    """Return the ``open_columns`` of tiers: with points enough, and before the one that fits."""
    places = {one.shape.rule: place for place, one in enumerate(rules.tiers)}
    fits = case(places, value=figures.columns["loyalty_tier"]) if places else None
    recent = func.coalesce(moved(figures.sources).recent, 0)
    found = open_columns(_tiers(rules), figures, fits)
    return [
        case((recent >= one.shape.from_points, column.element), else_=0).label(column.name)
        for one, column in zip(rules.tiers, found, strict=True)
    ]


def _entries(view: View, customer_id: int) -> Iterator[EntryLine]:
    c = ROWS.c
    query = select(ROWS).where(c.customer_id == customer_id, view.sees(ROWS))
    for row in view.rows(query.order_by(c.effective_on.desc(), c.number.desc())):
        found = row._mapping
        kept = {name: found[name] for name in EntryLine.__slots__ if name in found}
        yield EntryLine(entry=lookup.entry_code(row.number), on=row.effective_on, **kept)


@dataclass(frozen=True, slots=True)
class LoyaltyLine:
    """What became of a rule, a reward or of offers in a period: ``points`` given or taken, ``cost`` of it."""

    kind: str
    code: str | None
    count: int
    customers: int
    points: int | None
    cost: int | None


@dataclass(frozen=True, slots=True)
class LoyaltyCost:
    """The report: its lines, the points that customers have on the day, and those that expired by it."""

    lines: tuple[LoyaltyLine, ...]
    balance: int
    expired: int
    basis: Basis


def loyalty_cost(view: View, policy: Policy, days: int, officer_id: int | None = None) -> LoyaltyCost:
    """Return what loyalty gave and cost in the ``days`` before the view's day, and what is owed on it.

    Of offers: all that were made then, by their state on the day; open ones cost nothing yet.
    """
    scope = None if officer_id is None else customer_ids(view, officer_id=officer_id)
    since = view.as_of - timedelta(days=days)
    rows = view.rows(union_all(_of_entries(view, since, scope), _of_offers(view, since, scope)))
    lines = [LoyaltyLine(**row._mapping) for row in rows]
    order = {"accrual": 0, "adjustment": 1, "redemption": 2, "offer": 3}
    lines.sort(key=lambda one: (order[one.kind], one.code or ""))
    figures = Figures(view, policy.terms, ("loyalty_points",), scope=scope)
    gone = func.coalesce(lost(figures.sources).expired, 0)
    owed = figures.select(total(figures.columns["loyalty_points"]), total(gone))
    ((balance, expired),) = (tuple(row) for row in view.rows(owed))
    return LoyaltyCost(tuple(lines), balance or 0, expired or 0, basis(view, policy))


def _of_entries(view: View, since: date, scope: Select[Any] | None) -> Select[Any]:
    c = ROWS.c
    code = func.coalesce(c.rule, c.reward)
    query = select(
        c.kind, code.label("code"), func.count().label("count"),
        func.count(c.customer_id.distinct()).label("customers"), total(c.points).label("points"),
        total(c.cost).label("cost"),
    ).where(view.sees(ROWS), c.effective_on > since)  # fmt: skip
    query = query if scope is None else query.where(c.customer_id.in_(scope))
    return query.group_by(c.kind, code)


def _of_offers(view: View, since: date, scope: Select[Any] | None) -> Select[Any]:
    rows = table(Offer)
    state = offer_state(view, rows)
    used = case((state == "used", rows.c.cost))
    query = select(
        literal("offer", String()), state, func.count(), func.count(rows.c.customer_id.distinct()),
        total(case((state == "none", 0))), total(used),
    ).where(view.sees(rows), rows.c.effective_on > since)  # fmt: skip
    query = query if scope is None else query.where(rows.c.customer_id.in_(scope))
    return query.group_by(state)


def offer_state(view: View, rows: Any) -> Any:
    """Return the state of an offer on the view's day: used, expired, approved or proposed."""
    events = table(OfferEvent)

    def has(action: str) -> Any:
        return (
            select(events.c.id)
            .where(events.c.offer_id == rows.c.id, events.c.action == action, view.sees(events))
            .correlate_except(events)
            .exists()
        )

    return case(
        (has("used"), "used"),
        (rows.c.valid_until < view.as_of, "expired"),
        (has("approved"), "approved"),
        else_="proposed",
    )
