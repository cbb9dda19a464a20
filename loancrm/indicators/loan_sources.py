"""The relations that the figures of loans are drawn from: the positions, and the customers' files."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import Any

from sqlalchemy import CTE, ColumnElement, Date, Select, Subquery, literal

from loancrm.indicators.facts import customers_at, loans_at
from loancrm.indicators.sources import Terms
from loancrm.view import View


class LoanSources:
    """Loans and their customers, for one view and scope (a select of customer ids).

    The customers' columns must be known before the relation is made, so ``attributes`` names them.
    """

    def __init__(
        self, view: View, terms: Terms, attributes: tuple[str, ...], scope: Select[Any] | None
    ) -> None:
        self._view, self._terms = view, terms
        self.day: ColumnElement[date] = literal(view.as_of, Date())
        self.loans: CTE = loans_at(view, stale_after_days=terms.stale_after_days, scope=scope)
        self.customers: Subquery = customers_at(view, *attributes)

    @cached_property
    def standing(self) -> CTE:
        """Class and stage of the live loans; of all loans of the customers in scope."""
        from loancrm.indicators.standing import standing_at

        assert self._terms.standing is not None, "the policy says how loans are classed"
        return standing_at(self._view, self._terms.standing, self.loans)

    @property
    def relation(self) -> Any:
        """The loans with their customers, and with the standing where a figure asked for it."""
        loans, people = self.loans, self.customers
        joined = loans.join(people, people.c.id == loans.c.customer_id)
        if "standing" not in self.__dict__:
            return joined
        return joined.outerjoin(self.standing, self.standing.c.id == loans.c.id)

    def customer(self, name: str) -> ColumnElement[Any]:
        """Return a column of the customer file as of the day."""
        return self.customers.c[name]
