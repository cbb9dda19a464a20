"""The loans that count most in a figure, named at the foot of a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loancrm.i18n import _
from loancrm.numerals import format_money

if TYPE_CHECKING:
    from loancrm.policy.policy import Policy
    from loancrm.view import View

MOST_NAMED = 10


def largest_words(view: View, policy: Policy, figure: str, officer_id: int | None) -> list[str]:
    """Name the loans that count most in a figure of the portfolio, for the foot of a page."""
    from loancrm.reports.portfolio_loans import loans_behind

    lines = loans_behind(view, policy, figure, officer_id, MOST_NAMED).lines
    loans = [
        _("{loan} of {customer}: {amount}, {n} days past due").format(
            loan=one.loan,
            customer=one.name,
            amount="–" if one.amount is None else format_money(one.amount),
            n="–" if one.days_past_due is None else one.days_past_due,
        )
        for one in lines
    ]
    return ["", _("the largest of them:"), *loans] if loans else []
