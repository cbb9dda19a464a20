"""Indicators as one statement: asking for three computes three, for one customer or a million."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Select, case, select

from loancrm.errors import UsageFault, did_you_mean
from loancrm.i18n import _
from loancrm.indicators.catalogue import EVERYONE, INDICATORS, Indicator
from loancrm.indicators.catalogue.compared import compared
from loancrm.indicators.catalogue.dynamic import named_by_the_book
from loancrm.indicators.sources import Sources, Terms
from loancrm.view import View


class Figures:
    """The columns of the asked indicators, and the relations they are drawn from."""

    def __init__(
        self,
        view: View,
        terms: Terms,
        names: Iterable[str],
        *,
        attributes: Iterable[str] = (),
        scope: Select[Any] | None = None,
    ) -> None:
        wanted = [find(name) for name in dict.fromkeys(names)]
        columns = {*attributes, "name", *(name for i in wanted for name in i.attributes)}
        self.sources = Sources(view, terms, tuple(sorted(columns)), scope)
        self.sources.asked = tuple(one.name for one in wanted)
        self.columns: Mapping[str, ColumnElement[Any]] = {i.name: self._column(i) for i in wanted}

    @property
    def customers(self) -> Any:
        """Return the relation of customers, with ``id``, ``number``, ``kind`` and the attributes."""
        return self.sources.customers

    def select(self, *columns: ColumnElement[Any]) -> Select[Any]:
        """Return ``columns`` over the customers and every source that a figure uses."""
        joined = self.customers
        for relation in self.sources.used.values():
            joined = joined.outerjoin(relation, relation.c.customer_id == self.customers.c.id)
        return select(*columns).select_from(joined)

    def _column(self, indicator: Indicator) -> ColumnElement[Any]:
        value = indicator.sql(self.sources)
        if indicator.kinds == EVERYONE:
            return value
        return case((self.customers.c.kind.in_(indicator.kinds), value))


def find(name: str) -> Indicator:
    """Return the indicator called ``name``: one of the catalogue, one that the book names, or one compared.

    Raises:
        UsageFault: there is none; the hint names the nearest.
    """
    found = INDICATORS.get(name) or named_by_the_book(name) or compared(name)
    if found is None:
        raise UsageFault(
            _("there is no indicator {name}").format(name=name),
            hint=did_you_mean(name, tuple(INDICATORS)) or _("loancrm policy indicators lists them"),
            code="unknown_indicator",
        )
    return found
