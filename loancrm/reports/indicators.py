"""One customer's figures, why one is missing, and the facts behind it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from sqlalchemy import Row, select

from loancrm.dossier import KINDS
from loancrm.i18n import _, listed
from loancrm.indicators.catalogue import INDICATORS, Indicator
from loancrm.indicators.compared import QUARTERS, Comparison, comparison, peers_of
from loancrm.indicators.evidence import evidence
from loancrm.indicators.facts import customer_ids
from loancrm.indicators.figures import Figures, find
from loancrm.indicators.statements import lines
from loancrm.models import ImportedFigure, Statement, table
from loancrm.models.columns import ExactInteger, Millionths
from loancrm.numerals import exact_number, plain_money
from loancrm.policy.policy import Policy
from loancrm.reports import lookup
from loancrm.view import View

_NAMED = ("key", "on", "noun")  # which fact it is; the rest is what it says
_CODES = {
    "customer": lookup.customer_code,
    "promise": lookup.promise_code,
    "contact": lookup.contact_code,
    "feedback": lookup.feedback_code,
}


@dataclass(frozen=True, slots=True)
class FigureLine:
    """A figure of a customer: ``value`` as data, or why it is ``missing``.

    ``raw`` is the value as the store has it: minor units, millionths, days, a code.
    """

    name: str
    group: str
    unit: str
    value: str | None
    missing_code: str | None
    missing: str | None
    meaning: str
    formula: str
    raw: Any


@dataclass(frozen=True, slots=True)
class FactLine:
    """A fact behind a figure: its noun, number and day, and what it says, as data, by field.

    ``amounts`` are those of its fields that are money, in minor units.
    """

    fact: str
    number: str
    on: date | None
    values: Mapping[str, str]
    amounts: Mapping[str, int]


class CustomerFigures:
    """The figures of one customer, as of the view's day."""

    def __init__(self, view: View, policy: Policy, named: str) -> None:
        self.view, self.policy = view, policy
        self.row: Row[Any] = lookup.customer(view, named)
        self.code = lookup.customer_code(self.row.number)
        self.scope = customer_ids(view, ids=[self.row.id])

    def names(self, *, every: bool = False) -> list[str]:
        """Return what there is to show: of this kind of customer and not derived from another, or every one.

        Figures that a file brought for the customer come last.
        """
        own = [name for name, one in INDICATORS.items() if every or self._is_own(one)]
        imported = table(ImportedFigure)
        query = select(imported.c.name).where(self.view.sees(imported), imported.c.customer_id == self.row.id)
        return own + sorted(f"imported.{row.name}" for row in self.view.rows(query.distinct()))

    def _is_own(self, one: Indicator) -> bool:
        return one.wording is None and self.row.kind in one.kinds

    def lines(self, names: list[str]) -> list[FigureLine]:
        """Return the figures called ``names``, in one statement."""
        figures = Figures(self.view, self.policy.terms, names, scope=self.scope)
        row = self.view.one(figures.select(*(figures.columns[name] for name in names)))
        values = [None] * len(names) if row is None else list(row)
        why = _Reasons(self, is_there=row is not None)
        return [_line(find(name), value, why) for name, value in zip(names, values, strict=True)]

    def facts(self, name: str) -> list[FactLine]:
        """Return the facts behind a figure, newest first of each kind.

        Of one that compares, also those of the earlier days or statements, and what the peers have.
        """
        found = [line for fact in find(name).facts for line in self.rows(fact)]
        if one := comparison(name):
            found += self._compared(one)
        return [line for place, line in enumerate(found) if line not in found[:place]]

    def _compared(self, one: Comparison) -> Iterator[FactLine]:
        for day in one.days(self.view.as_of):
            for fact in find(one.base).facts:
                yield from self.rows(fact, self.view.at(day))
        if one.per == "statements":
            for back in range(1, one.n + 1):
                yield from self.rows(f"statement.{back}")
        if one.way in QUARTERS:
            yield from self._peers(one)

    def _peers(self, one: Comparison) -> Iterator[FactLine]:
        """Yield what the customers of the same industry have: how many were ranked, and their quartiles."""
        names = [f"{one.base}.{way}_of_industry" for way in QUARTERS]
        figures = Figures(self.view, self.policy.terms, names, attributes=("industry",), scope=self.scope)
        ranked = peers_of(figures.sources, one.base).c.n.label("customers")
        columns = [figures.columns[name].label(way) for name, way in zip(names, QUARTERS, strict=True)]
        row = self.view.one(figures.select(figures.customers.c.industry, ranked, *columns))
        if row is not None and row.customers is not None:
            unit = find(one.base).unit
            values = {way: as_data(unit, row._mapping[way]) for way in QUARTERS}
            values = {"customers": str(row.customers), **values}
            yield FactLine("peers", row.industry, self.view.as_of, values, {})

    def rows(self, fact: str, view: View | None = None) -> Iterator[FactLine]:
        """Yield the facts called ``fact`` of the customer, as of the view's day or another's."""
        figures = Figures(view or self.view, self.policy.terms, (), scope=self.scope)
        noun, query = evidence(figures.sources, fact)
        types = {column.key: column.type for column in query.selected_columns}
        for row in self.view.rows(query):
            said = row._mapping
            values = {k: _said(v, types[k]) for k, v in said.items() if k not in _NAMED and v is not None}
            amounts = {k: said[k] for k in values if _is_money(types[k])}
            yield FactLine(said.get("noun", noun), _number(noun, row.key), row.on, values, amounts)


def _number(noun: str, key: Any) -> str:
    if noun in KINDS:
        return KINDS[noun].code(key)
    return _CODES[noun](key) if noun in _CODES else str(key)


def _is_money(type_: Any) -> bool:
    return isinstance(type_, ExactInteger) and not isinstance(type_, Millionths)


def _said(value: Any, type_: Any) -> str:
    if isinstance(type_, Millionths):
        return exact_number(value)
    return plain_money(value) if _is_money(type_) else str(value)


def _line(one: Indicator, raw: Any, why: _Reasons) -> FigureLine:
    code, reason = (None, None) if raw is not None else why.missing(one)
    value = None if raw is None else as_data(one.unit, raw)
    return FigureLine(one.name, one.group, one.unit, value, code, reason, one.said, one.formula, raw)


def as_data(unit: str, raw: Any) -> str:
    """Return a figure as data: money with two decimals, ratios and numbers exactly, no needless noughts."""
    if unit == "money":
        return plain_money(raw)
    if unit in ("ratio", "number"):
        return exact_number(raw)
    return ("true" if raw else "false") if unit == "yes_no" else str(raw)


class _Reasons:
    """Why figures of one customer are missing."""

    def __init__(self, customer: CustomerFigures, *, is_there: bool) -> None:
        self.customer = customer
        self.is_there = is_there

    @cached_property
    def _statement(self) -> FactLine | None:
        return next(self.customer.rows("statement"), None)

    def missing(self, one: Indicator) -> tuple[str, str]:
        """Return the code of the reason and the reason in words."""
        if not self.is_there:
            return "not_yet", _("on that day nothing was known of this customer yet")
        if self.customer.row.kind not in one.kinds:
            return "wrong_kind", _("not for this kind of customer")
        if one.facts == ("statement",):
            return self._of_statement(one)
        return "no_fact", _(one.missing)

    def _of_statement(self, one: Indicator) -> tuple[str, str]:
        found = self._statement
        if found is None:
            return self._without_statement
        needed = [line for line in lines() if re.search(rf"\b{line}\b", one.formula)]
        absent = [line for line in needed if line not in found.values]
        if absent:
            kind = KINDS["statement"]
            labels = listed(_(kind.field(line).label) for line in absent)
            return "not_recorded", _("{number} does not say: {fields}").format(
                number=found.number, fields=labels
            )
        return "divided_by_nothing", _("by {number}, what it is divided by is nothing").format(
            number=found.number
        )

    @cached_property
    def _without_statement(self) -> tuple[str, str]:
        customer = self.customer
        statement = table(Statement)
        query = select(statement.c.number, statement.c.effective_on).where(
            statement.c.customer_id == customer.row.id, customer.view.sees(statement)
        )
        newest = customer.view.one(query.order_by(statement.c.effective_on.desc()).limit(1))
        if newest is None:
            return "no_fact", _("no financial statement is recorded")
        words = _("the newest statement, {number} of {day}, is older than {days} days")
        days = customer.policy.terms.statement_stale_after_days
        number = KINDS["statement"].code(newest.number)
        return "stale", words.format(number=number, day=newest.effective_on, days=days)
