"""Signs of trouble ahead, that warnings look at."""

from __future__ import annotations

from functools import partial

from loancrm.i18n import N_
from loancrm.indicators import signs
from loancrm.indicators.catalogue import base
from loancrm.indicators.catalogue.base import none_is_zero

_payment = partial(base.figure, group="payment")

FIGURES = (
    _payment(
        "broken_promises_6m", "count",
        N_("promises to pay of the last 183 days that were not kept in full"),
        N_("promises, ledger or snapshots"), lambda s: none_is_zero(signs.promises(s).broken),
        formula="n(promise: received < amount), 183 d", facts=("broken_promise",),
    ),
    _payment(
        "relief_12m", "count", N_("times that a loan serviced here got relief in the last 365 days"),
        N_("loans"), lambda s: none_is_zero(signs.relief(s).given),
        formula="n(terms.reason: relief), 365 d", facts=("relief",),
    ),
    base.figure(
        "circle_days_past_due", "days",
        N_("days past due of the worst other customer in the customer's guarantee circles"),
        N_("connections, snapshots"), lambda s: signs.circle(s).days_past_due,
        N_("in no guarantee circle, or no known position of the others"),
        group="exposure", formula="max(days_past_due) (connection: guarantee_circle, others)",
        facts=("circle",),
    ),
    base.figure(
        "open_warnings", "count", N_("warnings that are neither closed nor cleared"),
        N_("warnings"), lambda s: none_is_zero(signs.warnings(s).open),
        group="relationship", formula="n(warning: closed = ?, cleared = ?)", facts=("warning",),
    ),
)  # fmt: skip
