"""Whom a condition leaves out since a figure is missing: how many they are, and how that is said."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, func, select

from loancrm.i18n import n_
from loancrm.view import View


def how_many(view: View, query: Select[Any]) -> int:
    """Return how many rows a question has that was asked with ``Undecided`` in its condition's place."""
    found = select(func.count()).select_from(query.order_by(None).subquery("undecided"))
    return int(view.connection.scalar(found) or 0)


def words(n: int, option: str = "--where") -> str:
    """Say how many customers an ``option`` leaves out of whom nobody can tell."""
    said = n_(
        "left out: {n} customer of whom a figure that {option} reads is missing",
        "left out: {n} customers of whom a figure that {option} reads is missing",
        n,
    )
    return said.format(n=n, option=option)


def words_of_loans(n: int) -> str:
    """Say the same of loans."""
    said = n_(
        "left out: {n} loan of which a figure that --where reads is missing",
        "left out: {n} loans of which a figure that --where reads is missing",
        n,
    )
    return said.format(n=n)
