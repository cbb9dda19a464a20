"""Of whom a rule cannot be judged since a figure is missing: a column for each rule, beside its question."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Label, and_, case, or_

from loancrm.indicators.catalogue.base import EVERYONE
from loancrm.indicators.figures import Figures, find
from loancrm.policy.conditions import Condition, Undecided

Rules = Sequence[tuple[str, Condition]]  # by name, in the order of the policy


def kinds_of(condition: Condition) -> list[str]:
    """Return the kinds of customer that every figure of a condition is of: others lack them anyway."""
    of_each = [find(name).kinds for name in condition.indicators()]
    return [kind for kind in EVERYONE if all(kind in kinds for kinds in of_each)]


def is_open(condition: Condition, figures: Figures) -> ColumnElement[bool]:
    """Return whether a condition is unknown of a customer of a kind that all its figures are of."""
    unknown, kinds = Undecided(condition).sql(figures.columns), kinds_of(condition)
    if len(kinds) == len(EVERYONE):
        return unknown
    return and_(figures.customers.c.kind.in_(kinds), unknown)


def open_columns(rules: Rules, figures: Figures, fits: ColumnElement[Any] | None = None) -> list[Label[int]]:
    """Return a column for each rule, ``open_N``: 1 for whom nobody can tell whether it holds, else 0.

    ``fits``: where the first rule that holds counts, its place: those after it are not asked.
    """
    found = []
    for place, (_name, when) in enumerate(rules):
        open_ = is_open(when, figures)
        if fits is not None:
            open_ = and_(open_, or_(fits.is_(None), fits > place))
        found.append(case((open_, 1), else_=0).label(f"open_{place}"))
    return found


def open_rules(rules: Rules, row: Any, fits: int | None = None) -> tuple[str, ...]:
    """Return the rules that a row with ``open_columns`` says cannot be judged, of those before ``fits``."""
    asked = rules if fits is None else rules[:fits]
    return tuple(name for place, (name, _when) in enumerate(asked) if row._mapping[f"open_{place}"])
