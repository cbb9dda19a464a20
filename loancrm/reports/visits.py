"""Whom an officer is going to see: the customers of the day's list, or those named, with whom to ask for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import case, func, select

from loancrm.agenda.base import Scope
from loancrm.agenda.due import due
from loancrm.indicators.facts import customer_ids, customers_at
from loancrm.models import Officer, Person, table
from loancrm.policy.policy import Policy
from loancrm.reports import lookup
from loancrm.view import View

_ROLES = ("contact", "finance", "legal_representative", "actual_controller", "self")


@dataclass(frozen=True, slots=True)
class Visit:
    """A customer on the way: whom to ask for, and why now; None where nothing is due."""

    customer: str
    name: str
    region: str | None
    person: str | None
    phone: str | None
    officer: str | None
    why: str | None


def visits(
    view: View, policy: Policy, *, officer_id: int | None, within: int, named: Sequence[str] = ()
) -> list[Visit]:
    """Return the customers of an officer's list in its order, or those named in theirs.

    Raises:
        NotFound: nobody is meant by one of the names.
        Conflict: several are.
    """
    if named:
        ids = {int(row.id): lookup.customer_code(row.number) for row in _people(view, named)}
        lines = due(view, policy, within=within, scope=Scope(customer_ids(view, ids=list(ids))))
        order = list(dict.fromkeys(ids.values()))
    else:
        lines = due(view, policy, officer_id=officer_id, within=within)
        order = [line.customer for line in lines]
    why = {line.customer: "; ".join(reason.reason for reason in line.reasons) for line in lines}
    found = {visit.customer: visit for visit in _visits(view, order, why)}
    return [found[code] for code in order if code in found]


def _people(view: View, named: Sequence[str]) -> list[Any]:
    return [lookup.customer(view, one) for one in named]


def _visits(view: View, codes: Sequence[str], why: dict[str, str]) -> list[Visit]:
    numbers = [lookup.numbered(code, "C") for code in codes]
    people, officer = customers_at(view, "name", "region", "phone", "officer_id"), table(Officer)
    rows = view.rows(
        select(people, officer.c.code)
        .outerjoin(officer, officer.c.id == people.c.officer_id)
        .where(people.c.number.in_(numbers))
    )
    asked_for = _asked_for(view, [row.id for row in rows])
    return [_visit(row, asked_for.get(row.id), why) for row in rows]


def _visit(row: Any, person: Any, why: dict[str, str]) -> Visit:
    code = lookup.customer_code(row.number)
    return Visit(
        customer=code,
        name=row.name,
        region=row.region,
        person=person and person.name,
        phone=(person and person.phone) or row.phone,
        officer=row.code,
        why=why.get(code),
    )


def _asked_for(view: View, ids: Sequence[int]) -> dict[int, Any]:
    """Return the first person of each customer by role."""
    rows = table(Person)
    place = case({role: n for n, role in enumerate(_ROLES)}, value=rows.c.role, else_=len(_ROLES))
    first = func.row_number().over(partition_by=rows.c.customer_id, order_by=(place, rows.c.number))
    ranked = select(rows.c.customer_id, rows.c.name, rows.c.phone, first.label("place"))
    ranked = ranked.where(rows.c.customer_id.in_(ids), rows.c.role.in_(_ROLES), view.sees(rows))
    found = ranked.subquery("ranked")
    return {row.customer_id: row for row in view.rows(select(found).where(found.c.place == 1))}
