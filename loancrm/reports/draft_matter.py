"""What the day's list says of a customer, for a draft: the documents, the offer, the points, the day."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, Select

from loancrm.agenda import registry
from loancrm.agenda.base import Agenda, Scope
from loancrm.agenda.reasons import full_ref
from loancrm.policy.policy import Policy
from loancrm.view import View

AHEAD = 366  # days: of what is to come within a year one may write today
_ONLY_DUE = ("points",)  # looked at further ahead, more would be lost than on its first day
_UNNUMBERED = ("anniversary", "confirmation")  # their ref is a day, a year
_TOLD = {"offer": "offer_ends"}  # of an offer that nobody approved the customer is not told


def matter(
    view: View, policy: Policy, scope: Select[Any], kind: str, ref: str | None
) -> dict[str, Any] | None:
    """Return what a kind of reason is about, of the one customer in scope: what is due first, or ``ref``.

    By the same sources as the day's list, whether somebody has talked with the customer since or not.
    ``name`` is a tuple, as many as there are; amounts are in minor units. None: there is nothing of the kind.
    """
    agenda = Agenda(view, policy, Scope(scope), 0 if kind in _ONLY_DUE else AHEAD)
    rows = [row for query in registry.selects(agenda, kinds=(kind,)) for row in view.rows(query)]
    rows = [row for row in rows if row.reason_code == _TOLD.get(kind, row.reason_code)]
    rows.sort(key=lambda row: (row.due_on, row.ref or ""))
    wanted = None if ref is None else ref.casefold()
    fitting = [row for row in rows if wanted in (None, (_number(row) or "").casefold())]
    if not fitting:
        return None
    first = fitting[0]
    number = _number(first)
    same = [row for row in fitting if _number(row) == number] if kind == "requirement" else [first]
    left = (first.due_on - view.as_of).days
    return {
        "number": number,
        "name": tuple(row.text for row in same if row.text) or None,
        "amount": first.amount or None,
        "due_on": first.due_on,
        "days_left": left if left > 0 else None,
        "years": first.due_on.year - int(first.ref[:4]) if kind == "anniversary" else None,
    }


def _number(row: Row[Any]) -> str | None:
    """Return the number of what a reason is about; of a paper the loan's."""
    if row.kind in _UNNUMBERED:
        return None
    number: str | None = row.about if row.kind == "requirement" else full_ref(row.kind, row.ref)
    return number
