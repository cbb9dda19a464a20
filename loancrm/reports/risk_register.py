"""The risk register: open incidents, findings, limits near or broken, playbooks that run.

A source is a function of a view and a policy, and a line of ``SOURCES``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, func, null, or_, select

from loancrm.dossier import KINDS
from loancrm.indicators.facts import customers_at
from loancrm.models import ControlFinding, ControlIncident, ControlRectification, PlaybookRun, table
from loancrm.policy.control import OK
from loancrm.policy.policy import Policy
from loancrm.reports.dossier import DERIVED
from loancrm.reports.limits import limits
from loancrm.reports.lookup import customer_code, officers
from loancrm.reports.warnings import warnings
from loancrm.view import View

SEVERITIES = ("critical", "high", "medium", "low")


@dataclass(frozen=True, slots=True)
class RegisterLine:
    """Something open: of which kind, how severe (None: not graded), who owns it, and until when.

    ``amount`` is what was lost in an incident, or what a limit is exceeded by; minor units. ``is_new``: it
    was not open on the day that is compared with. ``key``: its group, where there are groups.
    """

    kind: str
    number: str
    severity: str | None
    what: str
    customer: str | None
    state: str
    owner: str | None
    opened_on: date | None
    due_on: date | None
    days_late: int
    amount: int | None
    is_new: bool | None = None
    key: str | None = None

    @property
    def identity(self) -> tuple[str, ...]:
        """What it is known by on another day; a limit has a line for each group."""
        return (self.kind, self.number, self.what) if self.kind == "limit" else (self.kind, self.number)


def risk_register(view: View, policy: Policy) -> list[RegisterLine]:
    """Return all that is open, by kind, the most severe and the longest due first."""
    found = [line for source in SOURCES for line in source(view, policy)]
    kinds = tuple(dict.fromkeys(line.kind for line in found))
    return sorted(found, key=lambda line: (kinds.index(line.kind), *_urgency(line)))


def beside(
    lines: list[RegisterLine], earlier: list[RegisterLine]
) -> tuple[list[RegisterLine], list[RegisterLine]]:
    """Return the lines, each with whether it is new, and those of the earlier day that are open no more."""
    then, now = ({line.identity for line in found} for found in (earlier, lines))
    marked = [replace(line, is_new=line.identity not in then) for line in lines]
    return marked, [line for line in earlier if line.identity not in now]


def _urgency(line: RegisterLine) -> tuple[Any, ...]:
    place = SEVERITIES.index(line.severity) if line.severity in SEVERITIES else len(SEVERITIES)
    return place, line.due_on is None, line.due_on or date.max, line.number


def _late(view: View, due_on: date | None) -> int:
    return 0 if due_on is None else max(0, (view.as_of - due_on).days)


def _incidents(view: View, policy: Policy) -> Iterator[RegisterLine]:
    del policy
    rows = table(ControlIncident)
    amount = func.coalesce(rows.c.loss, 0) - func.coalesce(rows.c.recovered, 0)
    return _rectified(view, rows, "incident", amount)


def _findings(view: View, policy: Policy) -> Iterator[RegisterLine]:
    del policy
    return _rectified(view, table(ControlFinding), "finding", null())


def _rectified(view: View, rows: Any, name: str, amount: ColumnElement[Any]) -> Iterator[RegisterLine]:
    kind, codes = KINDS[f"control_{name}"], officers(view)
    for row in view.rows(unrectified(view, rows, name, amount.label("amount"))):
        yield RegisterLine(
            kind=name,
            number=kind.code(row.number),
            severity=row.severity,
            what=row.what,
            customer=None if row.owner is None else customer_code(row.owner),
            state=row.state,
            owner=codes.get(row.officer_id),
            opened_on=row.effective_on,
            due_on=row.until,
            days_late=_late(view, row.until),
            amount=row.amount,
        )


def unrectified(view: View, rows: Any, name: str, *more: Any) -> Select[Any]:
    """Return the findings or incidents that are seen and not closed, with ``state`` and ``until``."""
    state = DERIVED[f"control_{name}"](view, rows)[0]
    people = customers_at(view)
    query = (
        select(rows, state, put_off(view, rows, f"{name}_id").label("until"), *more)
        .add_columns(people.c.number.label("owner"))
        .outerjoin_from(rows, people, people.c.id == rows.c.customer_id)
        .where(view.sees(rows))
        .subquery(f"open_{name}")
    )
    closed = query.c.state.in_(("done", "accepted"))
    return select(query).where(or_(query.c.state.is_(None), ~closed))


def put_off(view: View, rows: Any, column: str) -> ColumnElement[Any]:
    """Return until when a finding or an incident is to be put right: as it was put off last, else first."""
    steps = table(ControlRectification).alias("put_off")
    until = (
        select(steps.c.until_on)
        .where(steps.c[column] == rows.c.id, steps.c.until_on.is_not(None), view.sees(steps))
        .order_by(steps.c.effective_on.desc(), steps.c.id.desc())
        .limit(1)
        .correlate(rows)
        .scalar_subquery()
    )
    return func.coalesce(until, rows.c.due_on)


def _limits(view: View, policy: Policy) -> Iterator[RegisterLine]:
    for line in limits(view, policy).lines:
        if line.state != OK:
            yield RegisterLine(
                kind="limit",
                number=line.limit,
                severity=None,
                what=" ".join(part for part in (line.title, line.key) if part),
                customer=line.key if line.by == "customer" else None,
                state=line.state,
                owner=line.action_by or line.owner,
                opened_on=line.action_on,
                due_on=line.action_due_on,
                days_late=_late(view, line.action_due_on),
                amount=max(0, -line.headroom),
            )


def _playbooks(view: View, policy: Policy) -> Iterator[RegisterLine]:
    del policy
    kind, rows, people = KINDS["playbook"], table(PlaybookRun), customers_at(view, "officer_id")
    each = (
        select(rows, *DERIVED["playbook"](view, rows), people.c.number.label("owner"), people.c.officer_id)
        .join_from(rows, people, people.c.id == rows.c.customer_id)
        .where(view.sees(rows))
        .subquery("running")
    )
    codes = officers(view)
    for row in view.rows(select(each).where(each.c.state == "open")):
        yield RegisterLine(
            kind="playbook",
            number=kind.code(row.number),
            severity=None,
            what=row.playbook,
            customer=customer_code(row.owner),
            state="open",
            owner=codes.get(row.officer_id),
            opened_on=row.effective_on,
            due_on=row.next_due_on,
            days_late=_late(view, row.next_due_on),
            amount=None,
        )


def _warnings(view: View, policy: Policy) -> Iterator[RegisterLine]:
    for line in warnings(view, policy):
        yield RegisterLine(
            kind="warning",
            number=line.warning,
            severity=line.severity,
            what=line.text,
            customer=line.customer,
            state=line.state,
            owner=line.officer,
            opened_on=line.raised_on,
            due_on=None,
            days_late=0,
            amount=None,
        )


Source = Callable[[View, Policy], Iterable[RegisterLine]]
SOURCES: tuple[Source, ...] = (_incidents, _findings, _limits, _warnings, _playbooks)
