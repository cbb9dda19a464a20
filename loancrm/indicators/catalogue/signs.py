"""Signs of trouble ahead, that warnings look at."""

from __future__ import annotations

from functools import partial

from sqlalchemy import func

from loancrm import models
from loancrm.i18n import N_
from loancrm.indicators import signs, ties
from loancrm.indicators.catalogue import base
from loancrm.indicators.facts import LOAN
from loancrm.models import table

_payment = partial(base.figure, group="payment")

FIGURES = (
    _payment(
        "broken_promises_6m", "count",
        N_("promises to pay of the last 183 days that were not kept in full"),
        N_("promises, ledger or snapshots"),
        lambda s: func.coalesce(signs.broken_by_customer(s).broken, 0),
        formula="n(promise: received < amount), 183 d", facts=("broken_promise",),
    ),
    _payment(
        "relief_12m", "count", N_("times that a loan serviced here got relief in the last 365 days"),
        N_("loans"),
        lambda s: signs.counted(s, signs.reliefs(s), LOAN.c.customer_id),
        formula="n(terms.reason: relief), 365 d", facts=("relief",),
    ),
    base.figure(
        "circle_days_past_due", "days",
        N_("days past due of the worst other customer in the customer's guarantee circles"),
        N_("connections, snapshots"), lambda s: ties.arrears(s).days_past_due,
        N_("in no guarantee circle, or no known position of the others"),
        group="exposure", formula="max(days_past_due) (connection: guarantee_circle, others)",
        facts=("circle",),
    ),
    base.figure(
        "open_warnings", "count", N_("warnings that are neither closed nor cleared"),
        N_("warnings"),
        lambda s: signs.counted(s, signs.open_warnings(s), table(models.RiskWarning).c.customer_id),
        group="relationship", formula="n(warning: closed = ?, cleared = ?)", facts=("warning",),
    ),
)  # fmt: skip
