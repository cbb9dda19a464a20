"""Loyalty points and tier."""

from __future__ import annotations

from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, case, func, null
from sqlalchemy.types import Text

from loancrm.i18n import N_
from loancrm.indicators import points
from loancrm.indicators.catalogue import base
from loancrm.indicators.sources import Sources

_figure = partial(base.figure, group="relationship")


def _tier(sources: Sources) -> ColumnElement[Any]:
    """Return the first tier whose points were earned, and whose condition holds."""
    from loancrm.indicators.figures import find  # the catalogue is made of this module too

    assert sources.terms.loyalty is not None, "the policy says what tiers there are"
    recent = func.coalesce(points.moved(sources).recent, 0)
    tiers = []
    for tier in sources.terms.loyalty().tiers:
        columns = {name: find(name).sql(sources) for name in tier.when.indicators()}
        tiers.append(((recent >= tier.shape.from_points) & tier.when.sql(columns), tier.shape.rule))
    return case(*tiers) if tiers else null().cast(Text())


FIGURES = (
    _figure(
        "loyalty_points", "count", N_("loyalty points that the customer has"), N_("loyalty ledger"),
        points.balance, formula="Σ points − expired",
    ),
    _figure(
        "loyalty_tier", "text", N_("loyalty tier, by the points earned and the policy's conditions"),
        N_("loyalty ledger"), _tier, N_("too few points for any tier, or its condition does not hold"),
        formula="tier(Σ points by rules)",
    ),
)  # fmt: skip
