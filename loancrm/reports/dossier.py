"""The dated facts of customers' files: one by its number, and lists of a kind."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, Table, and_, exists, func, select

from loancrm import models
from loancrm.dossier import KINDS, FactKind
from loancrm.errors import InvalidInput, NotFound
from loancrm.i18n import _
from loancrm.indicators.facts import CUSTOMER, LOAN, customers_at
from loancrm.models import Officer, table
from loancrm.reports import lookup
from loancrm.view import View


def fact_table(kind: FactKind) -> Table:
    """Return the table of a kind."""
    return table(getattr(models, kind.model))


def owner(view: View, kind: FactKind, named: str | None) -> Row[Any] | None:
    """Return the row of whose a fact is; None where facts are the book's own.

    Raises:
        NotFound: nobody is called so.
        InvalidInput: a customer of another kind.
    """
    if kind.owner == "book":
        return None
    assert named is not None
    if kind.owner == "officer":
        return lookup.officer(view, named)
    row = lookup.customer(view, named)
    if row.kind not in kind.kinds:
        raise InvalidInput(
            _("{noun} is not for this kind of customer").format(noun=kind.name),
            field="CUSTOMER",
            code="wrong_kind",
        )
    return row


def owner_code(kind: FactKind, row: Row[Any] | None) -> str | None:
    """Return the code of whose a fact is."""
    if row is None:
        return None
    return lookup.customer_code(row.number) if kind.owner == "customer" else str(row.code)


def owner_of(view: View, kind: FactKind, fact: Row[Any]) -> Row[Any] | None:
    """Return the row of whose ``fact`` is."""
    if kind.owner_column is None:
        return None
    rows = CUSTOMER if kind.owner == "customer" else table(Officer)
    return view.one(select(rows).where(rows.c.id == fact._mapping[kind.owner_column]))


def customer_id(kind: FactKind, row: Row[Any] | None) -> int | None:
    """Return the customer's key for the audit trail."""
    return int(row.id) if row is not None and kind.owner == "customer" else None


def fact(view: View, kind: FactKind, named: str) -> Row[Any]:
    """Return the fact with the number ``named``: ``FS-00042``, ``fs-42``.

    Raises:
        NotFound: there is none that stands.
    """
    rows = fact_table(kind)
    number = number_of(kind, named)
    row = None
    if number is not None:
        stands = view.knows(rows) if kind.is_edited else view.stands(rows)
        row = view.one(select(rows).where(rows.c.number == number, stands))
    if row is None:
        raise no_such(kind)
    return row


def number_of(kind: FactKind, named: str) -> int | None:
    """Return the number in the code of a fact; None where it is no such code."""
    match = re.fullmatch(rf"(?i:{kind.prefix})-?0*([0-9]{{1,9}})", named.strip())
    return None if match is None else int(match[1])


def no_such(kind: FactKind) -> NotFound:
    """Return the fault that there is no fact of a kind with the number that was typed."""
    return NotFound(
        _("there is no {noun} with that number; they look like {example}").format(
            noun=kind.name, example=kind.code(42)
        ),
        hint=_("loancrm {noun} list shows them").format(noun=kind.name.replace("_", " ")),
    )


def facts(view: View, kind: FactKind, named: str | None) -> Iterator[dict[str, Any]]:
    """Yield the facts of a kind that are seen, newest first: of one owner, or of all.

    Each has ``number``, ``owner``, ``owner_name``, ``on`` and the kind's fields; what they refer to is
    named as it is typed.
    """
    row = None if named is None else owner(view, kind, named)
    yield from facts_of(view, kind, None if row is None else row.id)


def plan_steps(view: View, plan: str | None) -> Iterator[dict[str, Any]]:
    """Yield what became of the plan with a number, or of all plans (None), as ``facts`` does."""
    kind = KINDS["plan_step"]
    of_it = () if plan is None else (fact_table(kind).c.plan_id == fact(view, KINDS["plan"], plan).id,)
    yield from facts_of(view, kind, None, *of_it)


def facts_of(
    view: View, kind: FactKind, owner_id: int | None, *conditions: ColumnElement[bool]
) -> Iterator[dict[str, Any]]:
    """Yield the facts of a kind as ``facts`` does: of the owner with that key, or of all (None)."""
    rows = fact_table(kind)
    derived = DERIVED[kind.name](view, rows) if kind.derived else []
    query = select(rows, *_owner_columns(view, kind, rows), *_named(kind, rows), *derived).where(
        view.sees(rows), *conditions
    )
    if owner_id is not None:
        query = query.where(rows.c[str(kind.owner_column)] == owner_id)
    for row in view.connection.execute(query.order_by(rows.c.effective_on.desc(), rows.c.id.desc())):
        yield _line(kind, row)


def parts(view: View, kind: FactKind, whole: int) -> list[Row[Any]]:
    """Return the facts of ``kind`` that are parts of the fact with the key ``whole`` and stand."""
    rows = fact_table(kind)
    of_it = kind.column(next(field for field in kind.fields if field.reading == f"fact:{kind.part_of}"))
    return list(view.rows(select(rows).where(rows.c[of_it] == whole, view.stands(rows)).order_by(rows.c.id)))


def _plan_state(view: View, rows: Table) -> list[ColumnElement[Any]]:
    """Return what became of a plan by the view's day, and since when; without a step it is offered."""
    step = fact_table(KINDS["plan_step"]).alias("step")
    newest = (
        select(step.c.id)
        .where(step.c.plan_id == rows.c.id, view.sees(step))
        .order_by(step.c.effective_on.desc(), step.c.id.desc())
        .limit(1)
        .correlate(rows)
        .scalar_subquery()
    )
    last = step.alias("last")
    return [
        func.coalesce(select(last.c.step).where(last.c.id == newest).scalar_subquery(), "offered").label(
            "state"
        ),
        func.coalesce(
            select(last.c.effective_on).where(last.c.id == newest).scalar_subquery(), rows.c.effective_on
        ).label("state_on"),
    ]


def plan_state(view: View, plan_id: int) -> tuple[str, date]:
    """Return what became of a plan, and since when."""
    rows = fact_table(KINDS["plan"])
    row = view.one(select(*_plan_state(view, rows)).where(rows.c.id == plan_id))
    assert row is not None
    return row.state, row.state_on


def _restarted_by(view: View, rows: Table) -> list[ColumnElement[Any]]:
    """Return the number of the newest clock that started this one anew."""
    newer = rows.alias("newer")
    query = select(func.max(newer.c.number)).where(newer.c.restarts_id == rows.c.id, view.sees(newer))
    return [query.correlate(rows).scalar_subquery().label("restarted_by")]


def _guests(view: View, rows: Table) -> list[ColumnElement[Any]]:
    """Return how many were invited to an event, came to it, and were held back."""
    guest = fact_table(KINDS["guest"]).alias("guest")
    query = select(func.count(guest.c.customer_id.distinct())).where(guest.c.event_id == rows.c.id)
    counts = {"invited": "invited", "attended": "attended", "held_back": "held_back"}
    return [
        query.where(guest.c.step == step, view.sees(guest)).correlate(rows).scalar_subquery().label(name)
        for name, step in counts.items()
    ]


def _members(view: View, rows: Table) -> list[ColumnElement[Any]]:
    """Return how many a campaign went to, how many compare, and how many were held back."""
    member = table(models.CampaignMember).alias("member")
    query = select(func.count()).select_from(member).where(member.c.campaign_id == rows.c.id)
    arms = {"members": "member", "comparison": "comparison", "held_back": "held_back"}
    return [
        query.where(member.c.arm == arm, view.sees(member)).correlate(rows).scalar_subquery().label(name)
        for name, arm in arms.items()
    ]


def _win_back_state(view: View, rows: Table) -> list[ColumnElement[Any]]:
    """Return what came of winning a customer back, since when, and how many talks there were since."""
    result = fact_table(KINDS["win_back_result"]).alias("result")
    talk = table(models.Contact).alias("talk")
    found = (
        select(column).where(result.c.win_back_id == rows.c.id, view.sees(result)).correlate(rows)
        for column in (result.c.outcome, result.c.effective_on)
    )
    outcome, ended_on = (query.limit(1).scalar_subquery() for query in found)
    talks = select(func.count()).where(
        talk.c.customer_id == rows.c.customer_id, view.sees(talk), talk.c.effective_on >= rows.c.effective_on
    )
    return [
        func.coalesce(outcome, "open").label("state"),
        func.coalesce(ended_on, rows.c.effective_on).label("state_on"),
        talks.correlate(rows).scalar_subquery().label("contacts"),
    ]


def _playbook_state(view: View, rows: Table) -> list[ColumnElement[Any]]:
    """Return how a playbook ended and when, the branch it took last, and when its next step is due."""
    events = table(models.PlaybookEvent).alias("event")

    def newest(column: str, action: str) -> Any:
        query = select(events.c[column]).where(
            events.c.run_id == rows.c.id, events.c.action == action, view.sees(events)
        )
        last_first = events.c.effective_on.desc(), events.c.id.desc()
        return query.order_by(*last_first).limit(1).correlate(rows).scalar_subquery()

    return [
        func.coalesce(newest("outcome", "ended"), "open").label("state"),
        func.coalesce(newest("effective_on", "ended"), rows.c.effective_on).label("state_on"),
        newest("branch", "branch").label("branch"),
        playbook_due(view, rows).label("next_due_on"),
    ]


def playbook_due(view: View, rows: Any) -> Any:
    """Return when the first step of a run that is not done is due; put off ones as they were set first."""
    steps, next_steps, done = (
        table(models.PlaybookStep), table(models.FollowUp), table(models.FollowUpEvent),
    )  # fmt: skip
    is_done = exists().where(done.c.follow_up_id == next_steps.c.id, done.c.action == "done", view.sees(done))
    query = select(func.min(next_steps.c.due_on)).join_from(
        steps, next_steps, next_steps.c.id == steps.c.follow_up_id
    )
    seen = view.sees(steps), view.sees(next_steps), ~is_done
    return query.where(steps.c.run_id == rows.c.id, *seen).correlate(rows).scalar_subquery()


def _rectification_state(column: str) -> Callable[[View, Table], list[ColumnElement[Any]]]:
    """Return what was done about a finding or an incident by the view's day, and since when."""

    def state(view: View, rows: Table) -> list[ColumnElement[Any]]:
        steps = table(models.ControlRectification).alias("step")
        last_first = steps.c.effective_on.desc(), steps.c.id.desc()
        newest = (
            select(found)
            .where(steps.c[column] == rows.c.id, view.sees(steps))
            .order_by(*last_first)
            .limit(1)
            .correlate(rows)
            .scalar_subquery()
            for found in (steps.c.state, steps.c.effective_on)
        )
        said, on = newest
        return [
            func.coalesce(said, "open").label("state"),
            func.coalesce(on, rows.c.effective_on).label("state_on"),
        ]

    return state


def _version(view: View, rows: Table) -> list[ColumnElement[Any]]:
    """Return the version of a fact that is edited: one more with every edit, and with every undo of one."""
    audit, command, same = table(models.Audit), table(models.Command), rows.alias("same")
    changes = (
        select(func.count(audit.c.command_id.distinct()))
        .join(same, and_(audit.c.subject == rows.name, audit.c.subject_id == same.c.id))
        .where(same.c.number == rows.c.number, audit.c.action.in_(("void", "restore")))
    )
    if view.known_until is not None:
        changes = changes.join(command, command.c.id == audit.c.command_id)
        changes = changes.where(command.c.recorded_at < view.known_until)
    return [(changes.correlate(rows).scalar_subquery() + 1).label("version")]


def version_of(view: View, kind: FactKind, number: int) -> int:
    """Return the version of the fact of a kind that is edited."""
    rows = fact_table(kind)
    query = select(*_version(view, rows)).where(rows.c.number == number).limit(1)
    return int(view.connection.execute(query).scalar_one())


def _warning_state(view: View, rows: Table) -> list[ColumnElement[Any]]:
    """Return how a warning stands; its rule is a column of its own row."""
    from loancrm.indicators.warnings import state_columns

    return state_columns(view, rows)


DERIVED: Mapping[str, Callable[[View, Table], list[ColumnElement[Any]]]] = {
    "plan": _plan_state,
    "clock": _restarted_by,
    "event": _guests,
    "measure": _version,
    "campaign": _members,
    "win_back": _win_back_state,
    "playbook": _playbook_state,
    "control_finding": _rectification_state("finding_id"),
    "control_incident": _rectification_state("incident_id"),
    "warning": _warning_state,
}


def references(view: View, kind: FactKind, key: int) -> dict[str, str | None]:
    """Return what a fact refers to, field by field, as it is typed."""
    fields = [field for field in kind.fields if field.is_reference]
    if not fields:
        return {}
    rows = fact_table(kind)
    named = view.one(select(*_named(kind, rows)).where(rows.c.id == key))
    assert named is not None
    return {
        field.name: _reference(field.reading, number) for field, number in zip(fields, named, strict=True)
    }


def _owner_columns(view: View, kind: FactKind, rows: Table) -> list[ColumnElement[Any]]:
    if kind.owner_column is None:
        return []
    whose = (CUSTOMER if kind.owner == "customer" else table(Officer)).alias("owner")
    code = whose.c.number if kind.owner == "customer" else whose.c.code
    named = customers_at(view, "name").c if kind.owner == "customer" else whose.c  # as of the day
    owner = rows.c[kind.owner_column]
    return [
        select(code).where(whose.c.id == owner).scalar_subquery().label("owner_key"),
        select(named.name).where(named.id == owner).scalar_subquery().label("owner_name"),
    ]


def _named(kind: FactKind, rows: Table) -> list[ColumnElement[Any]]:
    """Return, for each field that refers to something, how that is called."""
    found: list[ColumnElement[Any]] = []
    for field in kind.fields:
        if field.is_reference:
            other = _referred(field.reading).alias(f"of_{field.name}")
            of_it = other.c.id == rows.c[kind.column(field)]
            named = other.c.code if field.reading == "officer" else other.c.number
            found.append(select(named).where(of_it).scalar_subquery().label(f"named_{field.name}"))
    return found


def _referred(reading: str) -> Table:
    if reading in ("customer", "loan", "officer"):
        return {"customer": CUSTOMER, "loan": LOAN, "officer": table(Officer)}[reading]
    return fact_table(KINDS[reading.removeprefix("fact:")])


def _line(kind: FactKind, row: Row[Any]) -> dict[str, Any]:
    values = row._mapping
    line: dict[str, Any] = {"number": kind.code(row.number)}
    if kind.owner_column is not None:
        key = row.owner_key
        line["owner"] = lookup.customer_code(key) if kind.owner == "customer" else key
        line["owner_name"] = row.owner_name
    line["on"] = row.effective_on
    for field in kind.fields:
        if field.is_reference:
            line[field.name] = _reference(field.reading, values[f"named_{field.name}"])
        else:
            line[field.name] = values[kind.column(field)]
    for field in kind.derived:
        value = values[field.name]
        line[field.name] = _reference(field.reading, value) if field.is_reference else value
    return line


def _reference(reading: str, number: Any) -> str | None:
    if number is None or reading in ("loan", "officer"):
        return None if number is None else str(number)
    if reading == "customer":
        return lookup.customer_code(number)
    return KINDS[reading.removeprefix("fact:")].code(number)
