"""All reasons to talk with one customer."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import literal, select

from loancrm.agenda.base import Scope
from loancrm.agenda.due import due
from loancrm.agenda.reasons import Reason
from loancrm.policy.policy import Policy
from loancrm.reports import lookup
from loancrm.view import View


@dataclass(frozen=True, slots=True)
class Whose:
    """The customer whose agenda it is."""

    customer: str
    name: str


def agenda_of(view: View, policy: Policy, named: str, within: int) -> tuple[Whose, tuple[Reason, ...]]:
    """Return a customer and every reason until so many days ahead, by band, points and day.

    Raises:
        NotFound, Conflict: see ``lookup.customer``.
    """
    row = lookup.customer(view, named)
    lines = due(view, policy, within=within, scope=Scope(select(literal(row.id))))
    return Whose(lookup.customer_code(row.number), row.name), lines[0].reasons if lines else ()
