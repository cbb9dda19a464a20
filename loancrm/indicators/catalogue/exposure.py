"""What a customer owes, and what it may still draw."""

from __future__ import annotations

from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, case, func, literal

from loancrm.dialect import days_between, millionths
from loancrm.i18n import N_
from loancrm.indicators import ties
from loancrm.indicators.catalogue import base
from loancrm.indicators.catalogue.base import NO_LOAN, NO_POSITION, Sql, none_is_zero
from loancrm.indicators.sources import Sources

_figure = partial(base.figure, group="exposure", facts=("loan",))


def owing(name: str) -> Sql:
    """Return a sum over live loans: 0 without a live loan, missing when no position is known."""

    def sql(sources: Sources) -> ColumnElement[Any]:
        loans = sources.loans.c
        return case((func.coalesce(loans.live_loans, 0) == 0, literal(0)), else_=loans[name])

    return sql


FIGURES = (
    _figure(
        "outstanding_principal", "money", N_("principal outstanding on live loans"),
        N_("ledger or snapshots"), owing("outstanding_principal"), NO_POSITION, facts=("snapshot",),
        formula="Σ outstanding_principal",
    ),
    _figure(
        "live_loans", "count", N_("loans disbursed and not ended"),
        N_("loans"), lambda s: none_is_zero(s.loans.c.live_loans), formula="n(loan_status = live)",
    ),
    _figure(
        "loans_without_position", "count", N_("live loans without a recent snapshot"),
        N_("loans, snapshots"), lambda s: none_is_zero(s.loans.c.without_position),
        formula="n(loan_status = live, outstanding_principal = ?)",
    ),
    _figure(
        "settled_loans", "count", N_("loans repaid in full"),
        N_("loans"), lambda s: none_is_zero(s.loans.c.settled), formula="n(loan_status = settled)",
    ),
    _figure(
        "days_to_maturity", "days", N_("days until the next live loan matures; negative when past"),
        N_("loans"), lambda s: days_between(s.loans.c.next_maturity, s.day), NO_LOAN,
        formula="min(matures_on) − as_of",
    ),
    _figure(
        "line_utilisation", "ratio", N_("outstanding principal ÷ credit lines in force"),
        N_("credit lines, snapshots"),
        lambda s: millionths(s.loans.c.outstanding_principal, s.facilities.c.limit_amount),
        N_("no credit line in force, or no known position"),
        formula="outstanding_principal ÷ Σ limit_amount", facts=("facility", "snapshot"),
    ),
    _figure(
        "headroom", "money", N_("credit lines in force less the outstanding principal"),
        N_("credit lines, snapshots"),
        lambda s: s.facilities.c.limit_amount - owing("outstanding_principal")(s),
        N_("no credit line in force, or no known position"),
        formula="Σ limit_amount − outstanding_principal", facts=("facility", "snapshot"),
    ),
    _figure(
        "group_exposure", "money", N_("principal outstanding of all members of the customer's groups"),
        N_("connections, snapshots"), lambda s: ties.group(s).outstanding_principal,
        N_("in no group, or no known position of any member"),
        formula="Σ outstanding_principal (connection: group)", facts=("group", "group_positions"),
    ),
    _figure(
        "guarantee_circle_size", "count",
        N_("customers in the customer's guarantee circles, itself included"),
        N_("connections"), lambda s: none_is_zero(ties.circle(s).size),
        formula="n(connection: guarantee_circle)", facts=("circle",),
    ),
)  # fmt: skip
