"""What one customer brings and is worth, figure by figure."""

from __future__ import annotations

from dataclasses import dataclass

from loancrm.indicators.contribution import Parts
from loancrm.indicators.facts import customer_ids
from loancrm.indicators.figures import Figures
from loancrm.lending.contribution import YEAR, ValueRules, portion
from loancrm.lending.lifetime import Year, years
from loancrm.policy.policy import Policy
from loancrm.reports import lookup
from loancrm.reports.basis import Basis, basis
from loancrm.reports.next_products import Hint, next_products
from loancrm.view import View

_PARTS = ("interest", "funding", "expected_loss", "service", "deposits", "contribution", "average_balance",
          "lifetime_value", "basis")  # fmt: skip
_RFM = ("rfm_recency", "rfm_frequency", "rfm_monetary")


@dataclass(frozen=True, slots=True)
class CustomerValue:
    """A customer's worth: amounts in minor units of the last ``days`` nights, retention in millionths.

    ``years`` says what the coming ones are worth today, at a year's contribution.
    """

    customer: str
    name: str
    segment: str | None
    days: int
    interest: int | None
    funding: int | None
    expected_loss: int | None
    service: int
    deposits: int | None
    contribution: int | None
    average_balance: int | None
    position: str | None
    lifetime_value: int | None
    retention: int
    discount: int
    years: tuple[Year, ...]
    recency: int | None
    frequency: int
    monetary: int | None
    next_products: tuple[Hint, ...]
    missing: tuple[str, ...]
    rules: ValueRules
    basis: Basis


def customer_value(
    view: View, policy: Policy, named: str, lang: str, days: int = YEAR
) -> CustomerValue | None:
    """Return what a customer is worth; None on a day on which it was no customer yet.

    Raises:
        NotFound: there is no such customer.
    """
    known = lookup.customer(view, named)
    scope = customer_ids(view, ids=[known.id])
    figures = Figures(view, policy.terms, _RFM, attributes=("segment",), scope=scope)
    parts, people = Parts(figures.sources, days), figures.customers.c
    columns = [getattr(parts, name).label(name) for name in _PARTS]
    columns += [figures.columns[name].label(name) for name in _RFM]
    row = view.one(figures.select(people.name, people.segment, *columns))
    if row is None:
        return None
    rules = figures.sources.worth
    rules = figures.sources.worth
    retention, found = rules.retained(row.segment), row._mapping
    a_year = None if row.contribution is None else portion(row.contribution, YEAR, days)
    ahead = () if row.lifetime_value is None or a_year is None else tuple(
        years(a_year, retention, rules.discount, rules.horizon_years)
    )  # fmt: skip
    return CustomerValue(
        customer=lookup.customer_code(known.number),
        name=row.name,
        segment=row.segment,
        days=days,
        **{name: found[name] for name in _PARTS if name != "basis"},
        position=row.basis,
        retention=retention,
        discount=rules.discount,
        years=ahead,
        recency=row.rfm_recency,
        frequency=row.rfm_frequency,
        monetary=row.rfm_monetary,
        next_products=tuple(next_products(view, policy, lang, ids=[known.id])),
        missing=tuple(name for name in ("interest", "expected_loss", "deposits") if found[name] is None),
        rules=rules,
        basis=basis(view, policy),
    )
