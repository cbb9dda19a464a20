"""All reasons to talk with one customer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import literal, select

from loancrm.agenda.base import Scope
from loancrm.agenda.due import due_list
from loancrm.agenda.reasons import Reason
from loancrm.policy.policy import Policy
from loancrm.reports import lookup
from loancrm.view import View


@dataclass(frozen=True, slots=True)
class Whose:
    """The customer whose agenda it is."""

    customer: str
    name: str


def agenda_of(
    view: View, policy: Policy, named: str, within: int
) -> tuple[Whose, tuple[Reason, ...], Mapping[str, int]]:
    """Return a customer and every reason until so many days ahead, by band, points and day.

    And how many more reasons of care there are that are held back, by what: ``no_consent``, ``cap``.

    Raises:
        NotFound, Conflict: see ``lookup.customer``.
    """
    row = lookup.customer(view, named)
    found = due_list(view, policy, within=within, scope=Scope(select(literal(row.id))))
    reasons = found.lines[0].reasons if found.lines else ()
    return Whose(lookup.customer_code(row.number), row.name), reasons, found.held
