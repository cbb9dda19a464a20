"""How a customer pays: days past due, and what is overdue."""

from __future__ import annotations

from functools import partial

from loancrm.dialect import millionths, rounded_millionths
from loancrm.i18n import N_
from loancrm.indicators import past
from loancrm.indicators.catalogue import base
from loancrm.indicators.catalogue.base import NO_POSITION
from loancrm.indicators.catalogue.exposure import owing

_BOTH = N_("ledger or snapshots")
_NOTHING_SEEN = N_("no loan serviced here and no snapshot in that time")
_figure = partial(base.figure, group="payment", facts=("snapshot",))

FIGURES = (
    _figure(
        "days_past_due", "days",
        N_("days past due of the worst live loan with a known position; 0 without a live loan"),
        _BOTH, owing("days_past_due"), NO_POSITION,
        formula="max(days_past_due, interest_days_past_due)",
    ),
    *(
        _figure(
            f"worst_days_past_due_{months}", "days", meaning, _BOTH, sql, _NOTHING_SEEN, facts=(fact,),
            formula=f"max(days_past_due, interest_days_past_due), {span} d",
        )
        for months, span, meaning, sql, fact in (
            ("3m", past.QUARTER, N_("highest days past due of any loan in the last 92 days"),
             lambda s: past.of_the_year(s).worst_92, "days_year"),
            ("6m", past.HALF_YEAR, N_("highest days past due of any loan in the last 183 days"),
             lambda s: past.of_the_year(s).worst_183, "days_year"),
            ("12m", past.YEAR, N_("highest days past due of any loan in the last 365 days"),
             lambda s: past.of_the_year(s).worst_365, "days_year"),
            ("24m", past.TWO_YEARS, N_("highest days past due of any loan in the last 730 days"),
             lambda s: past.of_two_years(s).worst_730, "days_two_years"),
        )
    ),
    _figure(
        "on_time_share", "ratio",
        N_("of the last 365 days: instalments paid by their day, and snapshots with nothing past due ÷ all"),
        _BOTH, lambda s: rounded_millionths(past.of_the_year(s).on_time, past.of_the_year(s).told),
        N_("no instalment fell due and no snapshot says how long is past due in that time"),
        facts=("demand_year",),
        formula="n(instalment: settled_on ≤ due_on; snapshot: days_past_due ≤ 0) ÷ n, 365 d",
    ),
    _figure(
        "overdue_principal", "money", N_("principal overdue on live loans"),
        _BOTH, owing("overdue_principal"), NO_POSITION, formula="Σ overdue_principal",
    ),
    _figure(
        "unpaid_interest", "money", N_("interest unpaid on live loans"),
        _BOTH, owing("unpaid_interest"), NO_POSITION, formula="Σ unpaid_interest",
    ),
    _figure(
        "overdue_ratio", "ratio", N_("overdue principal ÷ outstanding principal"),
        _BOTH,
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
