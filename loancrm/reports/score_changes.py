"""Two scores beside each other: of two days, or of one day as it is and as it might be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from loancrm.indicators.facts import customer_ids
from loancrm.policy.conditions import Value
from loancrm.policy.policy import Policy
from loancrm.reports.scores import Scored, Scoring, score
from loancrm.view import View


@dataclass(frozen=True, slots=True)
class ItemChange:
    """One figure before and after; points in millionths, None where it was not scored or is missing."""

    indicator: str
    value_before: Value
    value: Value
    points_before: int | None
    points: int | None

    @property
    def difference(self) -> int:
        """Return by how much the score changed for it."""
        return (self.points or 0) - (self.points_before or 0)


@dataclass(frozen=True, slots=True)
class Comparison:
    """A score before and after; ``before`` is None where there was no customer or no such card."""

    before: Scored | None
    after: Scored
    items: tuple[ItemChange, ...]


def compared(before: Scored | None, after: Scored) -> Comparison:
    """Return two scores figure by figure, in the order of the card, then what is no longer on it."""
    old = {} if before is None else {part.indicator: part for part in before.result.parts}
    new = {part.indicator: part for part in after.result.parts}
    items = tuple(
        ItemChange(
            name,
            old[name].value if name in old else None,
            new[name].value if name in new else None,
            old[name].points if name in old else None,
            new[name].points if name in new else None,
        )
        for name in dict.fromkeys((*new, *old))
    )
    return Comparison(before, after, items)


def changed_items(kept: Any, after: Scored) -> tuple[ItemChange, ...]:
    """Return the figures whose points differ from those of a kept score."""
    old = {item["indicator"]: item for item in kept or ()}
    found = [
        ItemChange(
            part.indicator,
            old[part.indicator]["value"],
            part.value,
            old[part.indicator]["points"],
            part.points,
        )
        for part in after.result.parts
        if part.indicator in old
    ]
    return tuple(item for item in found if item.difference)


def difference(
    view: View, then: View, policy: Policy, policy_then: Policy, named: str, card: str | None = None
) -> Comparison | None:
    """Return a customer's score as of two days, each by its own policy; None where there is no score now.

    Raises:
        NotFound: nobody is called so, or there is no such card now.
        Conflict: several are.
        InvalidInput: the card is not for this kind of customer.
    """
    after = score(view, policy, named, card)
    if after is None:
        return None
    before = None
    old = policy_then.cards.get(after.card.name)
    if old is not None and after.kind in old.applies_to:
        before = Scoring(then, policy_then, old, customer_ids(then, ids=[after.customer_id])).explained()
    return compared(before, after)


def what_if(
    view: View, policy: Policy, named: str, assumed: Mapping[str, Value], card: str | None = None
) -> Comparison | None:
    """Return a customer's score as it is, and as it would be with other figures.

    Raises:
        NotFound: nobody is called so, or there is no such card.
        Conflict: several are.
        InvalidInput: the card is not for this kind of customer.
    """
    before = score(view, policy, named, card)
    if before is None:
        return None
    values = {**before.values, **assumed}
    return compared(before, before._replace(values=values, result=before.card.result(values)))
