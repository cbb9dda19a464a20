"""Events: who was invited, who came, and who was held back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Row, Select, case, func, select

from loancrm.dossier import KINDS
from loancrm.indicators.facts import customers_at
from loancrm.models import Event, EventGuest, Officer, table
from loancrm.reports import dossier, lookup
from loancrm.reports.outcomes import OUTCOMES, OutcomeLine, Window, compared_line, counted
from loancrm.view import View

FOLLOWED = "followed"
CAME = "attended"
ABSENT, NOT_INVITED = "absent", "not_invited"
RANKS = {"held_back": 0, "invited": 1, "accepted": 2, "declined": 2, "attended": 3, "no_show": 3}


@dataclass(frozen=True, slots=True)
class EventPage:
    """An event and what became of its invitations; amounts in minor units.

    ``invited`` counts all that were, whatever they answered; ``accepted``, ``declined``, ``attended`` and
    ``no_show`` whose newest word that is; ``uninvited`` who came without an invitation.
    """

    event: str
    title: str
    kind: str
    held_on: date
    place: str | None
    cost: int | None
    organiser: str | None
    note: str | None
    invited: int
    accepted: int
    declined: int
    attended: int
    uninvited: int
    no_show: int
    followed: int
    held_back: int
    held_back_by: dict[str, int]
    cost_per_guest: int | None


@dataclass(frozen=True, slots=True)
class EventResult:
    """What followed an event from the day after it until ``until``, of those who came against the others.

    ``outcomes``: by whom they are compared with, ``absent`` (invited, and did not come) or ``not_invited``
    (every other customer of that day). Neither is drawn by lot: they differ in more than the event.
    ``is_over``: all days have passed. ``is_held``: the day of the event has come; before it nobody is absent,
    nothing can follow, and there are no ``outcomes``.
    """

    event: str
    title: str
    held_on: date
    until: date
    days: int
    is_over: bool
    is_held: bool
    attended: int
    absent: int
    not_invited: int
    cost: int | None
    outcomes: tuple[tuple[str, OutcomeLine], ...]


@dataclass(frozen=True, slots=True)
class GuestLine:
    """A customer and where the invitation stands: since when, and why it was held back."""

    customer: str
    name: str
    officer: str | None
    state: str
    since: date
    reason: str | None
    is_invited: bool
    followed_on: date | None
    note: str | None


def states(view: View, event_id: int) -> Select[Any]:
    """Return where each guest of an event stands: customer_id, step, effective_on, reason, note, place (1).

    With ``is_invited`` (1/0) and ``followed_on``. Coming or not goes before an answer, an answer before the
    invitation, whatever was written down first; of two answers the newer counts. Being followed up is no
    state.
    """
    rows = table(EventGuest)
    rank = case(RANKS, value=rows.c.step)
    newest = (rank.desc(), rows.c.effective_on.desc(), rows.c.id.desc())
    same = rows.c.customer_id
    place = func.row_number().over(partition_by=same, order_by=newest)
    invited = func.max(case((rows.c.step == "invited", 1), else_=0)).over(partition_by=same)
    query = select(
        rows.c.customer_id,
        rows.c.step,
        rows.c.effective_on,
        rows.c.reason,
        rows.c.note,
        invited.label("is_invited"),
        place.label("place"),
    ).where(rows.c.event_id == event_id, rows.c.step != FOLLOWED, view.sees(rows))
    ranked = query.subquery("ranked")
    after = rows.alias("after")
    followed = (
        select(func.max(after.c.effective_on))
        .where(after.c.event_id == event_id, after.c.customer_id == ranked.c.customer_id)
        .where(after.c.step == FOLLOWED, view.sees(after))
        .correlate(ranked)
        .scalar_subquery()
    )
    return select(ranked, followed.label("followed_on")).where(ranked.c.place == 1)


def event_page(view: View, named: str) -> EventPage:
    """Return an event and what became of its invitations.

    Raises:
        NotFound: there is none with that number.
    """
    kind = KINDS["event"]
    row = dossier.fact(view, kind, named)
    state = states(view, row.id).subquery("state")
    columns = (state.c.step, state.c.is_invited, state.c.reason)
    query = select(*columns, func.count().label("n"), func.count(state.c.followed_on).label("followed"))
    found = view.rows(query.group_by(*columns).order_by(state.c.reason))
    steps: Counter[str] = Counter()
    for line in found:
        steps[line.step] += line.n
    came = steps[CAME]
    said: dict[str, Any] = {
        name: row._mapping[name] for name in ("title", "kind", "held_on", "place", "cost", "note")
    }
    said |= {name: steps[name] for name in ("accepted", "declined", "attended", "no_show", "held_back")}
    return EventPage(
        **said,
        event=kind.code(row.number),
        organiser=_officer(view, row.organiser_id),
        invited=sum(line.n for line in found if line.is_invited),
        uninvited=sum(line.n for line in found if line.step == CAME and not line.is_invited),
        followed=sum(line.followed for line in found),
        held_back_by={line.reason: line.n for line in found if line.step == "held_back"},
        cost_per_guest=None if row.cost is None or not came else _rounded(row.cost, came),
    )


def _rounded(amount: int, n: int) -> int:
    return (2 * amount + n) // (2 * n)


def _officer(view: View, key: int | None) -> str | None:
    rows = table(Officer)
    return None if key is None else view.connection.scalar(select(rows.c.code).where(rows.c.id == key))


def guests(view: View, named: str, state: str | None = None) -> Iterator[GuestLine]:
    """Yield the guests of an event by customer: all, or those that stand at ``state``.

    Raises:
        NotFound: there is no such event.
    """
    row = dossier.fact(view, KINDS["event"], named)
    found, people = states(view, row.id).subquery("state"), customers_at(view, "name", "officer_id")
    query = (
        select(found, people.c.number, people.c.name, people.c.officer_id)
        .join(people, people.c.id == found.c.customer_id)
        .order_by(people.c.number)
    )
    if state is not None:
        query = query.where(found.c.step == state)
    codes = lookup.officers(view)
    for line in view.connection.execute(query):
        yield GuestLine(
            customer=lookup.customer_code(line.number),
            name=line.name,
            officer=codes.get(line.officer_id),
            state=line.step,
            since=line.effective_on,
            reason=line.reason,
            is_invited=bool(line.is_invited),
            followed_on=line.followed_on,
            note=line.note,
        )


def result(view: View, named: str, days: int) -> EventResult:
    """Return what followed an event within so many days.

    Raises:
        NotFound: there is no such event.
    """
    row = dossier.fact(view, KINDS["event"], named)
    is_held = row.held_on <= view.as_of
    arms = _arms(view, row, days) if is_held else {}
    last = row.held_on + timedelta(days=days)
    count = {name: arms[name].n if name in arms else 0 for name in (CAME, ABSENT, NOT_INVITED)}
    return EventResult(
        event=KINDS["event"].code(row.number),
        title=row.title,
        held_on=row.held_on,
        until=max(row.held_on, min(last, view.as_of)),
        days=days,
        is_over=last <= view.as_of,
        is_held=is_held,
        cost=row.cost,
        outcomes=tuple(
            (other, compared_line(name, arms.get(CAME), arms.get(other), row.cost))
            for name in OUTCOMES
            for other in (ABSENT, NOT_INVITED)
            if is_held
        ),
        **count,
    )


def _arms(view: View, row: Row[Any], days: int) -> dict[str, Row[Any]]:
    """Return, for those who came, did not come or were not invited, how many did what afterwards."""
    last = row.held_on + timedelta(days=days)
    state, people = states(view, row.id).subquery("state"), customers_at(view.at(row.held_on))
    arm = case((state.c.step == CAME, CAME), (state.c.is_invited == 1, ABSENT), else_=NOT_INVITED).label(
        "arm"
    )
    window = Window(view, people.c.id, row.held_on, min(last, view.as_of))
    joined = people.outerjoin(state, state.c.customer_id == people.c.id)
    return counted(window, select(arm).select_from(joined).group_by(arm))


def last_events(view: View, customer_id: int, most: int) -> list[dict[str, Any]]:
    """Return the newest events that a customer was invited to or came to, each with where it stands."""
    rows, event = table(EventGuest), table(Event)
    newest = (case(RANKS, value=rows.c.step).desc(), rows.c.effective_on.desc(), rows.c.id.desc())
    place = func.row_number().over(partition_by=rows.c.event_id, order_by=newest).label("place")
    query = select(rows.c.event_id, rows.c.step, place).where(rows.c.customer_id == customer_id)
    query = query.where(rows.c.step.not_in((FOLLOWED, "held_back")), view.sees(rows))
    ranked = query.subquery("ranked")
    found = (
        select(event.c.number, event.c.title, event.c.held_on, ranked.c.step)
        .join(ranked, ranked.c.event_id == event.c.id)
        .where(ranked.c.place == 1)
        .order_by(event.c.held_on.desc(), event.c.number.desc())
        .limit(most)
    )
    kind = KINDS["event"]
    return [
        {"event": kind.code(row.number), "title": row.title, "held_on": row.held_on, "state": row.step}
        for row in view.rows(found)
    ]
