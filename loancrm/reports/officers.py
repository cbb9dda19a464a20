"""Officers with the number of their customers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from loancrm.indicators.facts import customers_at
from loancrm.models import Audit, Command, Officer, table
from loancrm.view import View


@dataclass(frozen=True, slots=True)
class OfficerLine:
    """An officer in a list."""

    code: str
    name: str
    branch: str | None
    is_active: bool
    customers: int


def officers(view: View) -> Iterator[OfficerLine]:
    """Return the known officers by code, with how many customers are theirs as of the day."""
    people = customers_at(view, "officer_id")
    counted = select(people.c.officer_id, func.count()).group_by(people.c.officer_id)
    customers = dict(map(tuple, view.rows(counted)))
    for key, who in officers_known(view).items():
        named = {name: who[name] for name in ("code", "name", "branch", "is_active")}
        yield OfficerLine(**named, customers=customers.get(key, 0))


def officers_known(view: View) -> dict[int, dict[str, Any]]:
    """Return the officers by code, keyed by id, as they were known: changes since are taken back.

    An officer has no dated rows; what a change replaced stands in the audit trail.
    """
    rows = table(Officer)
    query = select(rows).where(view.knows(rows)).order_by(rows.c.code)
    found = {row.id: dict(row._mapping) for row in view.connection.execute(query)}
    if view.known_until is None:
        return found
    audit, command = table(Audit), table(Command)
    since = (
        select(audit.c.subject_id, audit.c.payload)
        .join(command, command.c.id == audit.c.command_id)
        .where(audit.c.subject == rows.name, audit.c.action == "change")
        .where(command.c.recorded_at >= view.known_until)
        .order_by(audit.c.id.desc())
    )
    for key, payload in map(tuple, view.rows(since)):
        if key in found and payload is not None:
            found[key] |= payload["before"]
    return found
