"""What a customer brings, and is worth."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, case

from loancrm.dialect import days_between
from loancrm.i18n import N_
from loancrm.indicators.catalogue import base
from loancrm.indicators.catalogue.base import none_is_zero
from loancrm.indicators.sources import Sources
from loancrm.lending.contribution import YEAR

if TYPE_CHECKING:
    from loancrm.indicators.contribution import Parts

_figure = partial(base.figure, group="value")
_UNKNOWN = N_("loans without balance or rate on too many of their days, or without a recent position")


def _parts(sources: Sources) -> Parts:
    """Return the parts of a year; their module is loaded when one is asked for, with the tables it reads."""
    from loancrm.indicators.contribution import Parts

    return Parts(sources, YEAR)


def _draws(sources: Sources) -> Any:
    from loancrm.indicators.draws import draws

    return draws(sources)


def _recency(sources: Sources) -> ColumnElement[Any]:
    drawn, talked = _draws(sources).last_on, sources.contacts.c.last_on
    last = case((drawn.is_(None), talked), (talked.is_(None), drawn), (drawn >= talked, drawn), else_=talked)
    return days_between(sources.day, last)


def _monetary(sources: Sources) -> ColumnElement[Any]:
    parts = _parts(sources)
    return parts.contribution if sources.worth.monetary == "contribution" else parts.average_balance


FIGURES = (
    _figure(
        "contribution_12m", "money",
        N_("brought in the last 365 days: interest less funding, expected loss and service"),
        N_("ledger or snapshots, contacts, turnover"), lambda s: _parts(s).contribution, _UNKNOWN,
        facts=("loan", "deposits"),
        formula="interest − funding − expected_loss − service + deposits, 365 d",
    ),
    _figure(
        "lifetime_value", "money",
        N_("what the customer is worth: the contribution of a year, lasting as its segment does"),
        N_("ledger or snapshots, contacts, turnover"), lambda s: _parts(s).lifetime_value,
        N_("never borrowed, or the contribution is missing"), facts=("loan",), attributes=("segment",),
        formula="contribution_12m · r ÷ (1 + d − r) − acquisition_cost",
    ),
    _figure(
        "rfm_recency", "days", N_("days since the last draw or real contact, whichever is later"),
        N_("loans, contacts"), _recency, N_("never borrowed and never really reached"),
        facts=("loan", "contact"), formula="as_of − max(disbursed_on, contact.on)",
    ),
    _figure(
        "rfm_frequency", "count", N_("loans and further draws in the months that the policy says"),
        N_("loans"), lambda s: none_is_zero(_draws(s).recent), facts=("loan",), formula="n(draw), 36 months",
    ),
    _figure(
        "rfm_monetary", "money",
        N_("the average balance of the last 365 days, or the contribution: as the policy says"),
        N_("ledger or snapshots"), _monetary, _UNKNOWN, facts=("loan",),
        formula="Σ outstanding_principal · nights ÷ 365",
    ),
)  # fmt: skip
