"""``due``: all reasons ranked in bands, one line a customer.

One statement finds all reasons of an officer's customers, or of a small book's, a second who they are. For
the first of a large book others go before, one a band until enough customers are found: a band that nobody
would see is not read, and the later ones are those that read the most. All of it is ``whole.whole_list``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import (
    Date,
    Function,
    Label,
    Row,
    Select,
    Subquery,
    case,
    exists,
    func,
    literal,
    select,
    union_all,
)

from loancrm.agenda import registry
from loancrm.agenda.base import Agenda, Scope
from loancrm.agenda.care import CARING, held
from loancrm.agenda.filled import filled
from loancrm.agenda.rank import CLASSES, points
from loancrm.agenda.reasons import Reason, make_reason
from loancrm.dialect import count_where, total
from loancrm.errors import NotFound, UsageFault
from loancrm.i18n import _
from loancrm.indicators.facts import CUSTOMER, customer_ids, customers_at, officers_of
from loancrm.models import Officer, table
from loancrm.policy.policy import Policy
from loancrm.view import View

Found = tuple[Row[Any], list[Row[Any]]]
OF_TICKETS = ("feedback", "escalation")  # of which ``n`` is the officer complained of
MOST_KEYS = 5_000  # bound in one statement
SMALL = 2_000  # customers: to find all reasons of so many costs less than to say first who is shown


@dataclass(frozen=True, slots=True)
class DueLine:
    """One customer to talk to: the leading reason, and all others below it."""

    rank: int
    customer: str
    name: str
    officer: str | None
    kind: str
    due_on: date
    days_late: int
    band: int
    points: int
    reason_code: str
    reason: str
    amount: int
    segment: str | None
    region: str | None
    command: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class DueCounts:
    """How many customers are on the list, and how many of them are late."""

    to_do: int
    late: int


def scope_of(view: View, officer_id: int | None) -> Scope:
    """Return the scope of one officer's list, with those whom the officer stands in for, or of the book."""
    if officer_id is None:
        return Scope()
    officers = officers_of(view, officer_id)
    return Scope(customer_ids(view, officers=officers), officers)


def team_of(view: View, officer_id: int | None) -> Scope:
    """Return the scope of an officer's branch.

    Raises:
        UsageFault: whose branch is not said.
        NotFound: the officer is in no branch.
    """
    if officer_id is None:
        raise UsageFault(_("--team: whose? name --officer or --me"), field="--team")
    officer, other = table(Officer), table(Officer).alias("colleague")
    query = select(other.c.id).where(
        officer.c.id == officer_id, other.c.branch == officer.c.branch, view.stands(other)
    )
    found = tuple(view.connection.scalars(query))
    if not found:
        hint = _("say which: loancrm officer edit CODE --branch NAME")
        raise NotFound(_("this officer is in no branch"), field="--team", hint=hint)
    return Scope(customer_ids(view, officers=found), found)


def of_kind(lines: Sequence[DueLine], kind: str) -> list[DueLine]:
    """Return the lines that have a reason of a kind, with these reasons only, in their order."""
    found = []
    for line in lines:
        reasons = tuple(reason for reason in line.reasons if reason.kind == kind)
        if reasons:
            found.append(_led_by(line, reasons))
    return found


def _led_by(line: DueLine, reasons: tuple[Reason, ...]) -> DueLine:
    same = ("kind", "due_on", "days_late", "band", "points", "reason_code", "reason", "amount", "command")
    return replace(line, reasons=reasons, **{name: getattr(reasons[0], name) for name in same})


@dataclass(frozen=True, slots=True)
class DueList:
    """The first lines of a list, how long all of it is, and how much care is held back, by what."""

    lines: list[DueLine]
    counts: DueCounts
    held: Mapping[str, int]


def due(
    view: View,
    policy: Policy,
    *,
    officer_id: int | None = None,
    within: int = 0,
    limit: int | None = None,
    scope: Scope | None = None,
) -> list[DueLine]:
    """Return whom to talk to as of the view's day, in order, with every reason.

    Args:
        view: the snapshot and the day.
        policy: bands, ladders and cadence.
        officer_id: one officer's list; None is the whole book.
        within: also what falls due in so many days.
        limit: the first so many customers.
        scope: in place of ``officer_id``: some customers.
    """
    return _due(Agenda(view, policy, scope or scope_of(view, officer_id), within), limit)


def _due(agenda: Agenda, limit: int | None) -> list[DueLine]:
    if limit is not None and _is_large(agenda):
        return _first(agenda, limit)
    return _lines(agenda, _found(agenda)[:limit])


def _first(agenda: Agenda, limit: int | None) -> list[DueLine]:
    """Return the first of a large book: who they are is found band by band, then why."""
    leading = None if limit is None else _leading(agenda, limit)
    return _lines(agenda, _found(agenda, leading)[:limit])


def due_list(
    view: View,
    policy: Policy,
    *,
    officer_id: int | None = None,
    within: int = 0,
    limit: int | None = None,
    scope: Scope | None = None,
) -> DueList:
    """Return what ``due`` does, and how long the list is; but for a large book one statement says both."""
    agenda, held = Agenda(view, policy, scope or scope_of(view, officer_id), within), Counter[str]()
    if _is_large(agenda):
        return DueList(_first(agenda, limit), _counts(agenda), _held_back(agenda))
    found = _found(agenda, held=held)
    late = sum(rows[0].late_on < view.as_of for _person, rows in found)
    return DueList(_lines(agenda, found[:limit]), DueCounts(len(found), late), held)


def _is_large(agenda: Agenda) -> bool:
    """Return whether the list is of a whole book with many customers."""
    if agenda.scope.customers is not None:
        return False
    return int(agenda.view.connection.scalar(select(func.max(CUSTOMER.c.id))) or 0) > SMALL


def is_empty(view: View) -> bool:
    """Return whether the book has no customers at all."""
    return view.connection.scalar(select(CUSTOMER.c.id).limit(1)) is None


def counts(view: View, policy: Policy, *, officer_id: int | None = None, within: int = 0) -> DueCounts:
    """Return how long the list is, without building it."""
    return _counts(Agenda(view, policy, scope_of(view, officer_id), within))


def _counts(agenda: Agenda) -> DueCounts:
    ranked = ranked_reasons(agenda.view, all_reasons(agenda))
    late = ranked.c.late_on < literal(agenda.view.as_of, Date())
    row = agenda.view.one(select(func.count(), count_where(late)).where(ranked.c.place == 1))
    return DueCounts(*tuple(row)) if row else DueCounts(0, 0)


def load_of(view: View, policy: Policy, within: int) -> dict[int | None, tuple[int, int, int]]:
    """Return, by the lead officer's key, how many customers are due, how many late, what is at stake."""
    ranked = ranked_reasons(view, all_reasons(Agenda(view, policy, Scope(), within)))
    people = customers_at(view, "officer_id")
    late = count_where(ranked.c.late_on < literal(view.as_of, Date()))
    query = (
        select(
            people.c.officer_id,
            func.count().label("n"),
            late.label("late"),
            total(ranked.c.amount).label("stake"),
        )
        .join(people, people.c.id == ranked.c.customer_id)
        .where(ranked.c.place == 1)
        .group_by(people.c.officer_id)
    )
    return {row.officer_id: (row.n, row.late or 0, row.stake or 0) for row in view.rows(query)}


def counts_by_kind(view: View, policy: Policy, scope: Scope, within: int = 0) -> dict[str, int]:
    """Return how many reasons of each kind there are, without building the list."""
    reasons, people = all_reasons(Agenda(view, policy, scope, within)), customers_at(view)
    query = select(reasons.c.kind, func.count().label("n")).join(people, people.c.id == reasons.c.customer_id)
    return {row.kind: row.n for row in view.rows(query.group_by(reasons.c.kind))}


def held_back(view: View, policy: Policy, within: int = 0) -> dict[str, int]:
    """Return how many reasons of care wait in the whole book, by what holds them: ``no_consent``, ``cap``."""
    return _held_back(Agenda(view, policy, Scope(), within))


def _held_back(agenda: Agenda) -> dict[str, int]:
    caring = registry.selects(agenda, kinds=CARING)
    if not caring:
        return {}
    reasons = _reasons_of(agenda, caring).c
    query = select(reasons.held, func.count().label("n")).where(reasons.held.is_not(None))
    query = query.group_by(reasons.held)
    return {row.held: row.n for row in agenda.view.rows(query)}


def all_reasons(agenda: Agenda, band: int | None = None, *, with_held: bool = False) -> Subquery:
    """Return every reason, or those of one band; without those that were answered or are held back.

    ``with_held``: the latter too.
    """
    sources = registry.selects(agenda, band) or [registry.none(agenda)]
    reasons = _reasons_of(agenda, sources, band)
    if with_held:
        return reasons
    return select(reasons).where(reasons.c.held.is_(None)).subquery("unheld")


def _reasons_of(agenda: Agenda, sources: list[Select[Any]], band: int | None = None) -> Subquery:
    """Return the reasons of some sources that nobody answered, with their points and what holds them back."""
    found = union_all(*sources).cte("found")  # SQLite's parser cannot nest the sources any deeper than this
    c = found.c
    on = case((c.by_date == 1, c.due_on), else_=literal(agenda.view.as_of, Date()))
    late_on = func.coalesce(c.late_on, c.due_on).label("late_on")
    same = (column for column in c if column.name not in ("by_date", "late_on", "talk_since"))
    ranked_by, why_held = points(agenda, found).label("points"), held(agenda, found).label("held")
    query = select(*same, on.label("sort_on"), late_on, ranked_by, why_held)
    query = query.where(agenda.is_untalked(found))
    if "agenda_answer" in filled(agenda):
        from loancrm.agenda.answers import is_open

        query = query.where(is_open(agenda, found))
    return (query if band is None else query.where(c.band == band)).subquery("reasons")


def ranked_reasons(view: View, reasons: Subquery, *first: str) -> Subquery:
    """Return the reasons of customers that exist by then, each with its place among its customer's.

    Archived customers are left out. ``first``: also these columns of the customer's first reason, as
    ``first_…``.

    Asked for one by one: joined to few reasons, SQLite would read all customers, or pair each with each.
    """
    people = customers_at(view, "archived_on")
    exist = exists().where(people.c.id == reasons.c.customer_id, people.c.archived_on.is_(None))

    def among_its_own(value: Function[Any], name: str) -> Label[Any]:
        return value.over(partition_by=reasons.c.customer_id, order_by=order_of(reasons)).label(name)

    place = among_its_own(func.row_number(), "place")
    led = (among_its_own(func.first_value(reasons.c[name]), f"first_{name}") for name in first)
    return select(reasons, place, *led).where(exist).subquery("ranked")


def order_of(reasons: Subquery) -> tuple[Any, ...]:
    """Return the order: band, points, then the day or the amount at stake, at last the customer's key."""
    c = reasons.c
    return c.band, c.points.desc(), c.sort_on, c.amount.desc(), c.customer_id, c.kind, c.ref


def _leading(agenda: Agenda, limit: int) -> list[int]:
    """Return the first customers of the book; the order puts the band first, so a band is read whole."""
    found: dict[int, None] = {}
    for band in registry.bands(agenda):
        if len(found) >= limit:
            break
        ranked = ranked_reasons(agenda.view, all_reasons(agenda, band))
        query = select(ranked.c.customer_id).where(ranked.c.place == 1).order_by(*order_of(ranked))
        most = limit + len(found)  # those of an earlier band may come again
        found |= dict.fromkeys(row.customer_id for row in agenda.view.rows(query.limit(most)))
    return list(found)[:limit]


def _found(
    agenda: Agenda, customers: list[int] | None = None, held: Counter[str] | None = None
) -> list[Found]:
    """Return each customer with every reason, in order; of ``customers`` only, where they are known.

    Reasons that are held back are counted in ``held``.
    """
    view = agenda.view
    if customers is not None:
        agenda = agenda.of(Scope(customer_ids(view, ids=customers), agenda.scope.officers))
    reasons, officer = all_reasons(agenda, with_held=held is not None), table(Officer)
    query = select(reasons, officer.c.code).outerjoin(officer, officer.c.id == reasons.c.officer_id)
    found: dict[int, list[Row[Any]]] = {}
    for row in view.rows(query.order_by(*order_of(reasons))):
        if row.held is None:
            found.setdefault(row.customer_id, []).append(row)
        elif held is not None:
            held[row.held] += 1
    people = people_of(view, list(found))
    return [(people[key], rows) for key, rows in found.items() if key in people]


def _lines(agenda: Agenda, found: Sequence[Found]) -> list[DueLine]:
    return [line_of(agenda, rank, person, rows) for rank, (person, rows) in enumerate(found, 1)]


def people_of(view: View, customers: list[int]) -> dict[int, Row[Any]]:
    """Return the customers by key, with the codes of their lead officers; archived ones are left out.

    Asked for by key in a statement of its own: joined to the reasons, SQLite would read all customers
    for a Bloom filter first.
    """
    scope = customer_ids(view, ids=customers) if len(customers) <= MOST_KEYS else None
    names = ("name", "segment", "service_tier", "region", "officer_id", "archived_on")
    people, officer = customers_at(view, *names, scope=scope), table(Officer)
    query = select(people, officer.c.code).outerjoin(officer, officer.c.id == people.c.officer_id)
    query = query.where(people.c.archived_on.is_(None))
    return {row.id: row for row in view.rows(query)}


def _responsible(person: Row[Any], leading: Row[Any]) -> str | None:
    """Return whose the line is: who was given it, else the lead officer, never the one complained of."""
    is_about_lead = leading.kind in OF_TICKETS and leading.n is not None and leading.n == person.officer_id
    code: str | None = leading.code or (None if is_about_lead else person.code)
    return code


def line_of(agenda: Agenda, rank: int, person: Row[Any], rows: Sequence[Row[Any]]) -> DueLine:
    """Return the line of a customer for its reasons, the leading one first."""
    code = f"C-{person.number:05d}"
    classes = {name: person._mapping[name] for name in CLASSES}
    reasons = tuple(make_reason(agenda, code, row, classes) for row in rows)
    first = reasons[0]
    return DueLine(
        rank=rank,
        customer=code,
        name=person.name,
        officer=_responsible(person, rows[0]),
        kind=first.kind,
        due_on=first.due_on,
        days_late=first.days_late,
        band=first.band,
        points=first.points,
        reason_code=first.reason_code,
        reason=first.reason,
        amount=first.amount,
        segment=person.segment,
        region=person.region,
        command=first.command,
        reasons=reasons,
    )
