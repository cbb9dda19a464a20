"""Whom a condition leaves out, or a rule passes over, since a figure is missing: how many, and in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Select, func, select

from loancrm.i18n import _, listed, n_
from loancrm.policy.unjudged import Rules
from loancrm.view import View

NAMED = 3  # rules that a sentence names


def how_many(view: View, query: Select[Any]) -> int:
    """Return how many rows a question has that was asked with ``Undecided`` in its condition's place."""
    found = select(func.count()).select_from(query.order_by(None).subquery("undecided"))
    return int(view.connection.scalar(found) or 0)


def by_rule(view: View, query: Select[Any], rules: Rules) -> dict[str, int]:
    """Return of how many rows of a question each rule cannot be judged, by name; none of 0 is there.

    The question has the rules' ``open_columns``.
    """
    if not rules:
        return {}
    found = query.order_by(None).subquery("open").c
    sums = (func.coalesce(func.sum(found[f"open_{place}"]), 0) for place in range(len(rules)))
    counts: Counter[str] = Counter()
    for (name, _when), n in zip(rules, view.connection.execute(select(*sums)).one(), strict=True):
        counts[name] += int(n)
    return {name: n for name, n in sorted(counts.items()) if n}


def words_by_rule(counts: Mapping[str, int]) -> str:
    """Say which rules could not be judged of how many customers, those with the most first."""
    order = sorted(counts, key=lambda rule: (-counts[rule], rule))
    named = [
        n_("{rule} of {n} customer", "{rule} of {n} customers", counts[rule]).format(
            rule=rule, n=counts[rule]
        )
        for rule in order[:NAMED]
    ]
    more = ["…"] if len(order) > NAMED else []
    return _("not judged, since a figure is missing: {rules}").format(rules=listed([*named, *more]))


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
