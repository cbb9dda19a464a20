"""Figures that compare another one: with an earlier day, over periods, with its industry.

Their names are read by ``indicators.compared``. Any figure that is more or less can be compared.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from sqlalchemy import func

from loancrm.dialect import rounded_millionths
from loancrm.i18n import N_
from loancrm.indicators.catalogue.base import Indicator, Sql, Unit
from loancrm.indicators.compared import ORDERED, QUARTERS, Comparison, comparison, of_peers, then, trend
from loancrm.indicators.sources import Sources

_WORDS = {
    "change": N_("{meaning}: change against an earlier day, as a share of it"),
    "difference": N_("{meaning}: change against an earlier day"),
    "falls": N_("{meaning}: whether it fell so many times running"),
    "rises": N_("{meaning}: whether it rose so many times running"),
    "median": N_("{meaning}: median of the customers of the industry"),
    "lower_quartile": N_("{meaning}: lower quartile of the customers of the industry"),
    "upper_quartile": N_("{meaning}: upper quartile of the customers of the industry"),
}
_FORMULAS = {
    "change": "(x − x₋₁) ÷ |x₋₁|",
    "difference": "x − x₋₁",
    "falls": "x < x₋₁ < … < x₋ₙ",
    "rises": "x > x₋₁ > … > x₋ₙ",
    "median": "x₍⌈n/2⌉₎",
    "lower_quartile": "x₍⌈n/4⌉₎",
    "upper_quartile": "x₍⌈3n/4⌉₎",
}
_MISSING = {
    "change": N_("the figure is missing on one of the two days, or it was nothing"),
    "difference": N_("the figure is missing on one of the two days"),
    "falls": N_("the figure is missing at the end of one of the periods"),
    "rises": N_("the figure is missing at the end of one of the periods"),
}
_TOO_FEW = N_("no industry, or too few customers of it with this figure")


@cache
def compared(name: str) -> Indicator | None:
    """Return the figure that compares another one, None where ``name`` has no such form."""
    from loancrm.indicators.catalogue import INDICATORS
    from loancrm.indicators.catalogue.dynamic import named_by_the_book

    one = comparison(name)
    if one is None:
        return None
    base = INDICATORS.get(one.base) or named_by_the_book(one.base)
    if base is None or base.unit not in ORDERED:
        return None
    if one.per == "statements" and not _is_of_a_statement(one.base):
        return None
    unit: Unit = "ratio" if one.way == "change" else "yes_no" if one.way in ("falls", "rises") else base.unit
    return replace(
        base,
        name=name,
        unit=unit,
        sql=_sql(base, one),
        missing=_MISSING.get(one.way, _TOO_FEW),
        formula=f"{_FORMULAS[one.way]}, x = {one.base}",
        wording=_WORDS[one.way],
        attributes=(*base.attributes, "industry") if one.way in QUARTERS else base.attributes,
    )


def _is_of_a_statement(base: str) -> bool:
    from loancrm.indicators.catalogue.financial import RATIOS

    return any(ratio.name == base for ratio in RATIOS)


def _sql(base: Indicator, one: Comparison) -> Sql:
    def moved(sources: Sources) -> object:
        (day,) = one.days(sources.view.as_of)
        now, before = base.sql(sources), then(sources, one.base, day)
        return now - before if one.way == "difference" else rounded_millionths(now - before, func.abs(before))

    if one.way in ("change", "difference"):
        return moved  # type: ignore[return-value]
    if one.way in QUARTERS:
        return lambda sources: of_peers(sources, one)
    return lambda sources: trend(sources, one)
