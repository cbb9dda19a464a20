"""What another policy would do to the book, beside the one in force: nothing is stored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from loancrm.agenda.due import counts, counts_by_kind, scope_of
from loancrm.indicators.facts import customer_ids
from loancrm.policy.policy import Policy
from loancrm.reports.classification import Classification, Move, move_spool, plain_move
from loancrm.reports.score_trial import score_changes
from loancrm.spool import Spool
from loancrm.view import View


@dataclass(frozen=True, slots=True)
class Trial:
    """What would be otherwise.

    ``moves`` are the customers whose class would be another one; ``previous`` is what the policy in force
    says of the same facts, not what was given last. ``scores`` is by card. ``follow_ups`` says how many
    lines the daily list has, before and after, with the segments as they stand.
    """

    customers: int
    moves: Spool[Move]
    scores: dict[str, Any]
    follow_ups: dict[str, Any]


def trial(view: View, old: Policy, new: Policy, *, officer_id: int | None = None) -> Trial:
    """Return what ``new`` would do in place of ``old`` to the customers as of the view's day."""
    scope = None if officer_id is None else customer_ids(view, officer_id=officer_id)
    now = Classification(view, old, scope=scope)
    then = Classification(view, new, scope=scope)
    return Trial(
        customers=then.counts().customers,
        moves=_moves(now, then),
        scores=score_changes(view, old, new, officer_id=officer_id),
        follow_ups=_follow_ups(view, old, new, officer_id),
    )


def _moves(now: Classification, then: Classification) -> Spool[Move]:
    """Walk both classifications side by side: they hold the same customers in the same order."""
    found = move_spool()
    for was, row in zip(now.placed(), then.placed(), strict=True):
        for name, scheme in then.schemes.items():
            before = was._mapping[f"new_{name}"] if name in now.schemes else row._mapping[f"now_{name}"]
            after = row._mapping[f"new_{name}"]
            if before != after and row._mapping[f"place_{name}"] is not None:
                found.add(plain_move(then.move(row, scheme, before)))
    return found


def _follow_ups(view: View, old: Policy, new: Policy, officer_id: int | None) -> dict[str, Any]:
    scope = scope_of(view, officer_id)
    before, after = (counts_by_kind(view, policy, scope) for policy in (old, new))
    to_do = [counts(view, policy, officer_id=officer_id).to_do for policy in (old, new)]
    return {
        "customers": {"before": to_do[0], "after": to_do[1]},
        "by_kind": {
            kind: {"before": before.get(kind, 0), "after": after.get(kind, 0)}
            for kind in sorted({*before, *after})
        },
    }
