"""Indicators of loans as one statement: one row a loan granted by the day, only what is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Select, select

from loancrm.indicators.loan_catalogue import EXTRA, OF_THE_STANDING, find_of_loan
from loancrm.indicators.loan_sources import LoanSources
from loancrm.indicators.sources import Terms
from loancrm.view import View

_OF_THE_CUSTOMER = {
    "loan_industry": "industry",
    "loan_region": "region",
    "segment": "segment",
    "region": "region",
    "industry": "industry",
}


class LoanFigures:
    """The columns of the asked indicators of loans, as ``Figures`` are of customers."""

    def __init__(
        self,
        view: View,
        terms: Terms,
        names: Iterable[str],
        *,
        attributes: Iterable[str] = (),
        scope: Select[Any] | None = None,
        with_standing: bool = False,
    ) -> None:
        wanted = [find_of_loan(name) for name in dict.fromkeys(names)]
        read = {*attributes, *filter(None, (_attribute(i.name) for i in wanted))}
        stands = with_standing or any(one.name in OF_THE_STANDING for one in wanted)
        self.sources = LoanSources(view, terms, tuple(sorted(read)), scope, with_standing=stands)
        self.columns: Mapping[str, ColumnElement[Any]] = {i.name: i.sql(self.sources) for i in wanted}  # type: ignore[arg-type]

    @property
    def loans(self) -> Any:
        """Return the relation of loans (``loans_at``)."""
        return self.sources.loans

    @property
    def customers(self) -> Any:
        """Return the relation of customers, with ``id``, ``number``, ``kind`` and the attributes."""
        return self.sources.customers

    def select(self, *columns: ColumnElement[Any] | Any) -> Select[Any]:
        """Return ``columns`` over the loans and their customers."""
        loans, people = self.loans, self.customers
        return select(*columns).select_from(loans.join(people, people.c.id == loans.c.customer_id))


def _attribute(name: str) -> str | None:
    """Return the column of the customer file that an indicator reads."""
    return "extra" if name.startswith(EXTRA) else _OF_THE_CUSTOMER.get(name)
