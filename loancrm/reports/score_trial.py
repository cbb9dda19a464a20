"""What another policy would do to the scores of the book, card by card."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from loancrm.indicators.facts import customer_ids
from loancrm.lending.rounding import rounded
from loancrm.numerals import plain_millionths
from loancrm.policy.cards import Card, Result
from loancrm.policy.policy import Policy
from loancrm.reports.scores import Scored, Scoring
from loancrm.view import View

Said = tuple[int | None, str | None]  # score, or probability without one, in millionths; and grade
NOTHING: Said = (None, None)


def score_changes(view: View, old: Policy, new: Policy, *, officer_id: int | None = None) -> dict[str, Any]:
    """Return, by card, what would be otherwise; a card that stays as it is is left out.

    Each has ``change`` (added, removed, changed) and ``customers`` (how many it is for); a changed one also
    ``changed`` (how many have another score or grade), ``mean_difference`` (of all that have both scores,
    None without any) and ``grades``: from, to and how many customers.
    """
    scope = None if officer_id is None else customer_ids(view, officer_id=officer_id)
    before = {name: Scoring(view, old, card, scope) for name, card in _others(old, new)}
    after = {name: Scoring(view, new, card, scope) for name, card in _others(new, old)}
    found: dict[str, Any] = {}
    for name in sorted(before.keys() | after.keys()):
        if name in before and name in after:
            found[name] = _compared(before[name], after[name])
        else:
            only = before.get(name) or after[name]
            change = "removed" if name in before else "added"
            found[name] = {"change": change, "customers": sum(1 for _one in only.book())}
    return found


def _others(policy: Policy, other: Policy) -> Iterator[tuple[str, Card]]:
    """Yield the cards of ``policy`` that are not the same in ``other``."""
    same_terms = (policy.terms, policy.standing) == (other.terms, other.standing)
    for name, card in policy.cards.items():
        if not same_terms or other.cards.get(name) != card:
            yield name, card


@dataclass
class _Tally:
    """What differs, counted customer by customer: nobody is kept."""

    customers: int = 0
    changed: int = 0
    both: int = 0
    difference: int = 0
    moved: Counter[tuple[str | None, str | None]] = field(default_factory=Counter)

    def add(self, was: Said, now: Said) -> None:
        self.customers += 1
        self.changed += was != now
        if was[0] is not None and now[0] is not None:
            self.both += 1
            self.difference += now[0] - was[0]
        if was[1] != now[1]:
            self.moved[was[1], now[1]] += 1


def _compared(before: Scoring, after: Scoring) -> dict[str, Any]:
    tally = _Tally()
    for was, now in _side_by_side(before.book(), after.book()):
        tally.add(was, now)
    moved = sorted(tally.moved.items(), key=lambda pair: (pair[0][0] or "", pair[0][1] or ""))
    return {
        "change": "changed",
        "customers": tally.customers,
        "changed": tally.changed,
        "mean_difference": plain_millionths(rounded(tally.difference, tally.both)) if tally.both else None,
        "grades": [{"from": was, "to": now, "customers": n} for (was, now), n in moved],
    }


def _side_by_side(before: Iterator[Scored], after: Iterator[Scored]) -> Iterator[tuple[Said, Said]]:
    """Walk two lists in the order of the customers' numbers; a card may be for others than it was."""
    was, now = next(before, None), next(after, None)
    while was is not None or now is not None:
        here = min(one.number for one in (was, now) if one is not None)
        said = [NOTHING, NOTHING]
        if was is not None and was.number == here:
            said[0], was = _said(was.result), next(before, None)
        if now is not None and now.number == here:
            said[1], now = _said(now.result), next(after, None)
        yield said[0], said[1]


def _said(result: Result) -> Said:
    value = result.probability if result.score is None else result.score
    return value, None if result.grade is None else result.grade.grade
