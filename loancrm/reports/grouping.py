"""By what the loans of the book are put into groups: a column of the loan, of its customer, or of a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import CTE, ColumnElement, Select, String, func, select

from loancrm.dialect import json_text
from loancrm.errors import UsageFault, did_you_mean
from loancrm.i18n import _, listed
from loancrm.indicators.facts import customers_at
from loancrm.reports.lookup import customer_code
from loancrm.reports.officers import officers_known
from loancrm.view import View

# --by -> (column, where it stands, vocabulary of its labels)
KEYS: Mapping[str, tuple[str, str, str | None]] = {
    "industry": ("industry", "loan or customer", None),
    "region": ("region", "loan or customer", None),
    "customer": ("number", "customer", None),
    "officer": ("officer_id", "customer", None),
    "branch": ("branch", "customer", None),
    "segment": ("segment", "customer", "segment"),
    "service_tier": ("service_tier", "customer", "service_tier"),
    "kind": ("kind", "customer", "customer_kind"),
    "source": ("source", "customer", None),
    "size_class": ("size_class", "customer", "size_class"),
    "school": ("school", "customer", None),
    "product": ("product", "loan", "product"),
    "security": ("security", "loan", "security"),
    "five_tier": ("five_tier", "loan", "five_tier"),
    "status": ("status", "loan", "loan_status"),
}
UNMOVED = tuple(name for name in KEYS if name not in ("five_tier", "status"))  # what classing does not move
OF_CUSTOMERS = tuple(name for name, (_column, where, _codes) in KEYS.items() if where != "loan")
EXTRA = "extra."  # --by extra.lender: a column of a file, of the loan, else of its customer
_BY_KEY = ("customer", "officer")  # grouped by a number of ours, of which a part means nothing, as of a code
_PLAIN = ("extra", "extra", None)


@dataclass(frozen=True, slots=True)
class Grouping:
    """By what, and how many characters of the key count: C34 by 1 is C; None: all."""

    by: str
    digits: int | None = None

    def check(self, known: tuple[str, ...] = tuple(KEYS)) -> None:
        """Refuse what loans cannot be grouped by.

        Raises:
            UsageFault: no such key, or a part of a number or a code of ours.
        """
        if not self.by.startswith(EXTRA):
            check_known("--by", self.by, known)
        if self.digits is not None and (self.by in _BY_KEY or KEYS.get(self.by, _PLAIN)[2] is not None):
            raise UsageFault(_("--digits does not go with --by {by}").format(by=self.by), field="--digits")

    @property
    def attributes(self) -> tuple[str, ...]:
        """Return the columns of the customer that the key is made of."""
        column, where, _vocabulary = KEYS.get(self.by, _PLAIN)
        return () if where == "loan" else (column,)

    def key_of(self, loan: Any, people: Any) -> ColumnElement[Any]:
        """Return the key, called ``key``, of the columns of loans and of their customers."""
        column, where, _vocabulary = KEYS.get(self.by, _PLAIN)
        return self._cut(self._column(loan, people, column, where)).label("key")

    def key_of_customer(self, people: Any) -> ColumnElement[Any]:
        """Return the key, called ``key``, of the columns of customers alone: what is their own."""
        if self.by.startswith(EXTRA):
            return self._cut(json_text(people.extra, self.by.removeprefix(EXTRA))).label("key")
        return self._cut(people[KEYS[self.by][0]]).label("key")

    def _cut(self, found: ColumnElement[Any]) -> ColumnElement[Any]:
        return found if self.digits is None else func.substr(found, 1, self.digits, type_=String())

    def keyed(self, view: View, loans: CTE, scope: Select[Any] | None) -> tuple[Any, ColumnElement[Any]]:
        """Return ``loans`` joined with their customers, and the column of the key, called ``key``."""
        people = customers_at(view, *self.attributes, scope=scope)
        return loans.join(people, people.c.id == loans.c.customer_id), self.key_of(loans.c, people.c)

    def _column(self, loan: Any, people: Any, column: str, where: str) -> ColumnElement[Any]:
        if where == "extra":
            name = self.by.removeprefix(EXTRA)
            return func.coalesce(json_text(loan.extra, name), json_text(people.extra, name))
        if where == "loan":
            return loan[column]  # type: ignore[no-any-return]
        if where == "customer":
            return people[column]  # type: ignore[no-any-return]
        return func.coalesce(loan[column], people[column])  # lent to, else the customer's own

    def names(self, view: View) -> dict[Any, tuple[str | None, str | None]]:
        """Return key and name of what is grouped by a number: customers and officers."""
        if self.by == "officer":
            return {key: (who["code"], who["name"]) for key, who in officers_known(view).items()}
        if self.by == "customer":
            people = customers_at(view, "name")
            rows = view.rows(select(people.c.number, people.c.name))
            return {row.number: (customer_code(row.number), row.name) for row in rows}
        return {}


def check_known(option: str, value: str, known: tuple[str, ...]) -> None:
    """Refuse a word that is not one of those that are known.

    Raises:
        UsageFault: it lists them.
    """
    if value not in known:
        raise UsageFault(
            _("{option}: known are {known}").format(option=option, known=listed(known)),
            field=option,
            hint=did_you_mean(value, known),
        )


def named(key: Any, names: Mapping[Any, tuple[str | None, str | None]]) -> tuple[str | None, str | None]:
    """Return a group's key as a text, and its name where it has one."""
    found, name = names.get(key, (key, None)) if names else (key, None)
    return None if found is None else str(found), name
