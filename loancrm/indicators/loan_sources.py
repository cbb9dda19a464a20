"""The relations that the figures of loans are drawn from: the positions, and the customers' files."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import CTE, ColumnElement, Date, Select, Subquery, literal

from loancrm.indicators.facts import customers_at, loans_at
from loancrm.indicators.sources import Terms
from loancrm.view import View


class LoanSources:
    """Loans and their customers, for one view and scope (a select of customer ids).

    The customers' columns must be known before the relation is made, so ``attributes`` names them;
    ``with_standing``: the loans have class and stage too (``standing_at``).
    """

    def __init__(
        self,
        view: View,
        terms: Terms,
        attributes: tuple[str, ...],
        scope: Select[Any] | None,
        *,
        with_standing: bool = False,
    ) -> None:
        self.day: ColumnElement[date] = literal(view.as_of, Date())
        self.loans: CTE = loans_at(view, stale_after_days=terms.stale_after_days, scope=scope)
        if with_standing:
            from loancrm.indicators.standing import standing_at

            assert terms.standing is not None, "the policy says how loans are classed"
            self.loans = standing_at(view, terms.standing(), self.loans)
        self.customers: Subquery = customers_at(view, *attributes)

    def customer(self, name: str) -> ColumnElement[Any]:
        """Return a column of the customer file as of the day."""
        return self.customers.c[name]
