"""What secures a customer's loans."""

from __future__ import annotations

from functools import partial

from loancrm.dialect import days_between, rounded_millionths
from loancrm.i18n import N_
from loancrm.indicators import security
from loancrm.indicators.catalogue import base
from loancrm.indicators.catalogue.exposure import owing

_figure = partial(base.figure, group="collateral", facts=("collateral",))

FIGURES = (
    _figure(
        "collateral_value", "money",
        N_("newest appraised value of what is not released, after the claims of others"),
        N_("collateral, appraisals"), lambda s: security.collateral(s).value,
        N_("no collateral, or none was appraised"), formula="Σ max(0, value − prior_claims)",
    ),
    _figure(
        "ltv", "ratio", N_("outstanding principal ÷ value of the collateral"),
        N_("snapshots, collateral, appraisals"),
        lambda s: rounded_millionths(owing("outstanding_principal")(s), security.collateral(s).value),
        N_("no collateral that was appraised and is worth something, or no known position"),
        formula="outstanding_principal ÷ collateral_value", facts=("collateral", "snapshot"),
    ),
    _figure(
        "collateral_not_appraised", "count", N_("pieces of collateral without any appraisal"),
        N_("collateral, appraisals"), lambda s: base.none_is_zero(security.collateral(s).not_appraised),
        formula="n(collateral: appraisal = ?)",
    ),
    _figure(
        "days_to_legal_clock", "days", N_("days until the next legal clock runs out"),
        N_("legal clocks"), lambda s: days_between(security.clocks(s).next_on, s.day),
        N_("no legal clock is running"), formula="min(clock.expires_on) − as_of", facts=("clock",),
    ),
)  # fmt: skip
