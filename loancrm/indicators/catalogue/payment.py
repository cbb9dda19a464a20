"""How a customer pays: days past due, and what is overdue."""

from __future__ import annotations

from functools import partial

from loancrm.dialect import millionths, rounded_millionths
from loancrm.i18n import N_
from loancrm.indicators.catalogue import base
from loancrm.indicators.catalogue.base import NO_POSITION
from loancrm.indicators.catalogue.exposure import owing

_figure = partial(base.figure, group="payment", facts=("snapshot",))

FIGURES = (
    _figure(
        "days_past_due", "days",
        N_("days past due of the worst live loan with a known position; 0 without a live loan"),
        N_("snapshots"), owing("days_past_due"), NO_POSITION,
        formula="max(days_past_due, interest_days_past_due)",
    ),
    _figure(
        "worst_days_past_due_6m", "days", N_("highest days past due of any loan in the last 183 days"),
        N_("snapshots"), lambda s: s.history.c.worst_183, N_("no snapshot in that time"),
        formula="max(days_past_due, interest_days_past_due), 183 d", facts=("snapshot_year",),
    ),
    _figure(
        "worst_days_past_due_12m", "days", N_("highest days past due of any loan in the last 365 days"),
        N_("snapshots"), lambda s: s.history.c.worst_365, N_("no snapshot in that time"),
        formula="max(days_past_due, interest_days_past_due), 365 d", facts=("snapshot_year",),
    ),
    *(
        _figure(
            f"worst_days_past_due_{months}", "days", meaning, N_("snapshots"), sql,
            N_("no snapshot in that time"), facts=(fact,),
            formula=f"max(days_past_due, interest_days_past_due), {span} d",
        )
        for months, span, meaning, sql, fact in (
            ("3m", 92, N_("highest days past due of any loan in the last 92 days"),
             lambda s: s.history.c.worst_92, "snapshot_year"),
            ("24m", 730, N_("highest days past due of any loan in the last 730 days"),
             lambda s: s.long_history.c.worst_730, "snapshot_two_years"),
        )
    ),
    _figure(
        "on_time_share", "ratio",
        N_("snapshots of the last 365 days with nothing past due ÷ all that say how long it is past due"),
        N_("snapshots"), lambda s: rounded_millionths(s.history.c.on_time, s.history.c.told),
        N_("no snapshot in that time"), facts=("snapshot_year",),
        formula="n(snapshot: days_past_due ≤ 0) ÷ n(snapshot), 365 d",
    ),
    _figure(
        "overdue_principal", "money", N_("principal overdue on live loans"),
        N_("snapshots"), owing("overdue_principal"), NO_POSITION, formula="Σ overdue_principal",
    ),
    _figure(
        "unpaid_interest", "money", N_("interest unpaid on live loans"),
        N_("snapshots"), owing("unpaid_interest"), NO_POSITION, formula="Σ unpaid_interest",
    ),
    _figure(
        "overdue_ratio", "ratio", N_("overdue principal ÷ outstanding principal"),
        N_("snapshots"),
        lambda s: millionths(s.loans.c.overdue_principal, s.loans.c.outstanding_principal),
        N_("nothing outstanding, or no known position"),
        formula="overdue_principal ÷ outstanding_principal",
    ),
    _figure(
        "written_off_loans", "count", N_("loans written off"),
        N_("loans"), lambda s: base.none_is_zero(s.loans.c.written_off), facts=("loan",),
        formula="n(loan_status = written_off)",
    ),
)  # fmt: skip
