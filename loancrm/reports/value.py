"""What the book brings: contribution by customer, segment, officer, product or region, as of any day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, case, func, literal, select

from loancrm.dialect import count_where, total
from loancrm.indicators.contribution import Parts, earned, expected_losses
from loancrm.indicators.facts import customer_ids
from loancrm.indicators.figures import Figures
from loancrm.lending.contribution import MILLION, YEAR, portion
from loancrm.lending.rounding import rounded
from loancrm.policy.policy import Policy
from loancrm.reports.basis import Basis, basis
from loancrm.reports.grouping import Grouping, check_known, named
from loancrm.view import View

GROUPINGS = ("customer", "segment", "officer", "product", "region")
_MISSING = (
    "interest",
    "expected_loss",
    "deposits",
)  # what may be unknown; without deposits all the rest counts
_SUMS = ("interest", "funding", "expected_loss", "service", "deposits", "contribution", "lifetime_value")
_COLUMNS = {"segment": "segment", "officer": "officer_id", "region": "region"}


@dataclass(frozen=True, slots=True)
class ValueLine:
    """A group, or a customer, and what it brought in the period, in minor units.

    The sums are of those whose contribution is known; ``unknown`` counts the others, and ``missing`` names
    what is not known of them, or does not apply. ``basis``: ledger, snapshot, both, or None.
    """

    key: str | None
    name: str | None
    customers: int
    unknown: int
    average_balance: int | None
    interest: int | None
    funding: int | None
    expected_loss: int | None
    service: int | None
    deposits: int | None
    contribution: int | None
    lifetime_value: int | None
    basis: str | None
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Value:
    """The report: lines by contribution downwards, of ``days`` days until the basis' day."""

    by: str
    days: int
    lines: tuple[ValueLine, ...]
    basis: Basis


def value(
    view: View, policy: Policy, *, by: str = "segment", days: int = YEAR, officer_id: int | None = None
) -> Value:
    """Return what customers brought in the ``days`` nights before the view's day.

    By product only what loans bring: conversations and deposits are of no product, and are missing.

    Raises:
        UsageFault: no such grouping.
    """
    check_known("--by", by, GROUPINGS)
    scope = None if officer_id is None else customer_ids(view, officer_id=officer_id)
    figures = Figures(view, policy.terms, (), attributes=("segment", *_COLUMNS.values()), scope=scope)
    parts = Parts(figures.sources, days)
    if by == "product":
        lines = _of_products(view, parts)
    else:
        names = Grouping(by).names(view)
        lines = [_line(row, names) for row in view.rows(_of_customers(figures, parts, by))]
    lines.sort(key=lambda one: (one.contribution is None, -(one.contribution or 0), one.key or ""))
    return Value(by, days, tuple(lines), basis(view, policy))


def _of_customers(figures: Figures, parts: Parts, by: str) -> Select[Any]:
    people = figures.customers.c
    key = people.number if by == "customer" else people[_COLUMNS[by]]
    columns = {name: getattr(parts, name) for name in (*_SUMS, "average_balance", "basis")}
    columns |= {"key": key, "is_customer": literal(1)}
    worth = figures.select(*(column.label(name) for name, column in columns.items())).subquery("worth").c
    is_known = worth.contribution.is_not(None)
    sums = (total(case((is_known, worth[name]))).label(name) for name in (*_SUMS, "average_balance"))
    return select(
        worth.key,
        func.count(worth.is_customer).label("customers"),
        *sums,
        func.min(worth.basis).label("least_basis"),
        func.max(worth.basis).label("most_basis"),
        *(count_where(worth[name].is_(None)).label(f"without_{name}") for name in _MISSING),
        count_where(~is_known).label("unknown"),
    ).group_by(worth.key)


def _line(row: Row[Any], names: Any) -> ValueLine:
    key, name = named(row.key, names)
    bases = {one for one in (row.least_basis, row.most_basis) if one is not None}
    found = row._mapping
    return ValueLine(
        key=key,
        name=name,
        customers=row.customers,
        unknown=row.unknown,
        **{one: found[one] for one in (*_SUMS, "average_balance")},
        basis=bases.pop() if len(bases) == 1 else "both" if bases else None,
        missing=tuple(one for one in _MISSING if found[f"without_{one}"]),
    )


def _of_products(view: View, parts: Parts) -> list[ValueLine]:
    """Return what loans bring by product: they are looked after, but not talked with."""
    sources, days, rules = parts.sources, parts.days, parts.sources.worth
    losses = {row.product: row for row in view.rows(expected_losses(sources, days, "product"))}
    found = []
    for row in view.rows(earned(sources, days, "product")):
        lost = losses.get(row.product)
        is_known = row.known * MILLION >= row.lived * rules.least_known
        loss = None if lost is not None and lost.unknown else 0 if lost is None else lost.expected_loss
        interest, funding = (row.interest or 0, row.funding or 0) if is_known else (None, None)
        service = portion(rules.loan_year_cost, row.lived, YEAR)
        absent = [name for name, one in (("interest", interest), ("expected_loss", loss)) if one is None]
        net = (
            None
            if interest is None or funding is None or loss is None
            else interest - funding - loss - service
        )
        bases = [name for name in ("ledger", "snapshot") if row._mapping[f"{name}_nights"]]
        found.append(
            ValueLine(
                key=row.product,
                name=None,
                customers=row.customers,
                unknown=int(net is None),
                average_balance=rounded(row.balance_nights or 0, days) if is_known else None,
                interest=interest,
                funding=funding,
                expected_loss=loss,
                service=service,
                deposits=None,
                contribution=net,
                lifetime_value=None,
                basis="both" if len(bases) > 1 else next(iter(bases), None),
                missing=(*absent, "deposits"),
            )
        )
    return [line for line in found if line.basis is not None or line.service]
