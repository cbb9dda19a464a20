"""Figures whose names come from the book: ``imported.NAME``, ``series.NAME``, ``series.NAME.change_1y``."""

from __future__ import annotations

import re
from functools import cache

from loancrm.i18n import N_
from loancrm.indicators.catalogue.base import Indicator, figure
from loancrm.indicators.newest import imported
from loancrm.indicators.series import series

_NAME = r"[a-z][a-z0-9_]*"
_IMPORTED = re.compile(rf"imported\.({_NAME})")
_SERIES = re.compile(rf"series\.({_NAME})(\.change_1y)?")


@cache
def named_by_the_book(name: str) -> Indicator | None:
    """Return the figure of a dynamic name, None where it is not of such a form.

    Whether the book holds any value of it is not asked: without one it is missing for everyone.
    """
    if found := _IMPORTED.fullmatch(name):
        return _imported(name, found[1])
    if found := _SERIES.fullmatch(name):
        return _series(name, found[1], is_change=bool(found[2]))
    return None


def _imported(name: str, key: str) -> Indicator:
    return figure(
        name, "number", N_("the newest figure of this name that a file brought"), N_("imported figures"),
        lambda sources: imported(sources, key).value, N_("no file brought it for this customer"),
        group="imported", formula=name, facts=(name,),
    )  # fmt: skip


def _series(name: str, key: str, *, is_change: bool) -> Indicator:
    column = "change_1y" if is_change else "value"
    value = N_(
        "the newest value of the series for the customer's industry, section, major, region, or for all"
    )
    change = N_("the newest value of the series against that of the same key a year before, as a share of it")
    none = N_("no value of the series that fits this customer")
    return figure(
        name, "ratio" if is_change else "number", change if is_change else value, N_("published series"),
        lambda sources: series(sources, key)[column],
        N_("no value of the series that fits this customer, or none a year before") if is_change else none,
        group="series", formula="(value − value₋₁ᵧ) ÷ |value₋₁ᵧ|" if is_change else "series.value",
        facts=(name,),
    )  # fmt: skip
