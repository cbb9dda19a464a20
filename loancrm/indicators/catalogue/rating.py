"""The officer's own view."""

from __future__ import annotations

from loancrm.i18n import N_
from loancrm.indicators.catalogue import base
from loancrm.indicators.catalogue.base import Indicator, Sql
from loancrm.indicators.newest import ratings

_MEANINGS = {
    "industry_outlook": N_("the officer's newest view of the industry's outlook, 1 to 5"),
    "business_stability": N_("the officer's newest view of the stability of business, 1 to 5"),
    "credit_record": N_("the officer's newest view of the credit record, 1 to 5"),
    "ability_to_repay": N_("the officer's newest view of the ability to repay, 1 to 5"),
    "cooperation": N_("the officer's newest view of the cooperation potential, 1 to 5"),
    "contribution": N_("the officer's newest view of the overall contribution, 1 to 5"),
    "overall": N_("the officer's newest overall view, 1 to 5"),
}


def _newest(criterion: str) -> Sql:
    return lambda sources: ratings(sources)[criterion]


def _rating(criterion: str, meaning: str) -> Indicator:
    return base.figure(
        f"rating_{criterion}", "count", meaning, N_("ratings"), _newest(criterion), N_("never rated"),
        group="rating", formula=f"rating.value (criterion = {criterion})", facts=(f"rating_{criterion}",),
    )  # fmt: skip


FIGURES = tuple(_rating(criterion, meaning) for criterion, meaning in _MEANINGS.items())
