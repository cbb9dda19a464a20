"""What another policy would do to the scores of the book, card by card."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from loancrm.indicators.facts import customer_ids
from loancrm.lending.rounding import rounded
from loancrm.numerals import plain_millionths
from loancrm.policy.cards import Card, Result
from loancrm.policy.policy import Policy
from loancrm.reports.scores import Scoring
from loancrm.view import View

Said = tuple[int | None, str | None]  # score, or probability without one, in millionths; and grade


def score_changes(view: View, old: Policy, new: Policy, *, officer_id: int | None = None) -> dict[str, Any]:
    """Return, by card, what would be otherwise; a card that stays as it is is left out.

    Each has ``change`` (added, removed, changed) and ``customers`` (how many it is for); a changed one also
    ``changed`` (how many have another score or grade), ``mean_difference`` (of all that have both scores,
    None without any) and ``grades``: from, to and how many customers.
    """
    before, after = _scored(view, old, new, officer_id), _scored(view, new, old, officer_id)
    found: dict[str, Any] = {}
    for name in sorted(before.keys() | after.keys()):
        if name in before and name in after:
            found[name] = _compared(before[name], after[name])
        else:
            only = before.get(name) or after.get(name) or {}
            found[name] = {"change": "removed" if name in before else "added", "customers": len(only)}
    return found


def _scored(
    view: View, policy: Policy, other: Policy, officer_id: int | None
) -> Mapping[str, Mapping[int, Said]]:
    """Return what the cards of ``policy`` say that are not the same in ``other``, by card and customer."""
    scope = None if officer_id is None else customer_ids(view, officer_id=officer_id)
    return {
        name: {one.customer_id: _said(one.result) for one in Scoring(view, policy, card, scope).book()}
        for name, card in policy.cards.items()
        if not _is_same(card, policy, other)
    }


def _is_same(card: Card, policy: Policy, other: Policy) -> bool:
    return policy.terms == other.terms and other.cards.get(card.name) == card


def _said(result: Result) -> Said:
    value = result.probability if result.score is None else result.score
    return value, None if result.grade is None else result.grade.grade


def _compared(before: Mapping[int, Said], after: Mapping[int, Said]) -> dict[str, Any]:
    nothing: Said = (None, None)
    pairs = [(before.get(key, nothing), after.get(key, nothing)) for key in before.keys() | after.keys()]
    differences = [now[0] - was[0] for was, now in pairs if was[0] is not None and now[0] is not None]
    moved = Counter((was[1], now[1]) for was, now in pairs if was[1] != now[1])
    return {
        "change": "changed",
        "customers": len(pairs),
        "changed": sum(was != now for was, now in pairs),
        "mean_difference": plain_millionths(rounded(sum(differences), len(differences)))
        if differences
        else None,
        "grades": [
            {"from": was, "to": now, "customers": n}
            for (was, now), n in sorted(moved.items(), key=lambda pair: (pair[0][0] or "", pair[0][1] or ""))
        ],
    }
