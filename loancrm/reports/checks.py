"""The invariants of the book, each with a name; what breaks one is listed by row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, Text, case, exists, func, or_, select, type_coerce

from loancrm.dialect import as_text
from loancrm.i18n import N_, _
from loancrm.identity import name_key
from loancrm.indicators.facts import CLASSES_KEPT, CUSTOMER, DATED, LOAN, SNAPSHOT
from loancrm.models import (
    METADATA,
    Audit,
    Book,
    CustomerAttribute,
    CustomerClass,
    CustomerSegment,
    FeedbackEvent,
    FollowUpEvent,
    LoanStatus,
    RiskWarning,
    Sequence,
    WarningStep,
    table,
)
from loancrm.pinyin import search_key
from loancrm.reports import check_values
from loancrm.unitofwork import CHAINED, chain_digest
from loancrm.view import View

SHOWN_IDS = 20


@dataclass(frozen=True, slots=True)
class Broken:
    """An invariant that does not hold: how many rows break it, and the first of their ids."""

    check: str
    meaning: str
    count: int
    ids: tuple[str, ...]
    first_ids: str


def check_store(view: View) -> list[Broken]:
    """Return the invariants that do not hold; nothing when all is well."""
    broken = []
    for name, (meaning, check) in CHECKS.items():
        ids = [str(found) for found in check(view)]
        if ids:
            first = tuple(ids[:SHOWN_IDS])
            broken.append(Broken(name, _(meaning), len(ids), first, ", ".join(first[:5])))
            if name in ("days", "codes"):
                break  # no other question could read such a row
    return broken


def _integrity(view: View) -> Iterable[object]:
    if view.connection.dialect.name != "sqlite":
        return []
    rows = view.connection.exec_driver_sql("PRAGMA integrity_check").all()
    return [] if [tuple(row) for row in rows] == [("ok",)] else [row[0] for row in rows]


def _foreign_keys(view: View) -> Iterable[object]:
    if view.connection.dialect.name != "sqlite":
        return []
    return [f"{row[0]}:{row[1]}" for row in view.connection.exec_driver_sql("PRAGMA foreign_key_check")]


def _audit_chain(view: View) -> Iterable[object]:
    """The digests of the audit trail, from the first row on."""
    c, previous = table(Audit).c, ""
    columns = (c.id, c.chain_digest, type_coerce(c.payload, Text), *(c[name] for name in CHAINED))
    for row in view.connection.execute(select(*columns).order_by(c.id)):
        key, chained, payload, *said = row
        link = dict(zip(CHAINED, said, strict=True))
        if chained != chain_digest(previous, link) or not _digest_holds(payload, link["payload_digest"]):
            yield key
        previous = chained


def _digest_holds(payload: str | None, digest: str) -> bool:
    """An erased payload is gone; what is there must be what was written, which is canonical JSON."""
    return payload is None or sha256(payload.encode()).hexdigest() == digest


def _customer_copies(view: View) -> Iterable[object]:
    """The copies on the customer are the newest dated values."""
    for name, query in _stale_copies():
        yield from (f"C-{row.number:05d}:{name}" for row in view.rows(query))


@cache
def _stale_copies() -> tuple[tuple[str, Select[Any]], ...]:
    rows, found = table(CustomerAttribute), []
    for name in DATED:
        newest = (
            select(func.coalesce(rows.c.value, ""))
            .where(rows.c.customer_id == CUSTOMER.c.id, rows.c.name == name, rows.c.voided_at.is_(None))
            .order_by(rows.c.effective_on.desc(), rows.c.id.desc())
            .limit(1)
            .correlate_except(rows)
            .scalar_subquery()
        )
        copy = func.coalesce(as_text(CUSTOMER.c[name]), "")
        found.append((name, select(CUSTOMER.c.number).where(newest.is_not(None), newest != copy)))
    return tuple(found)


def _name_keys(view: View) -> Iterable[object]:
    """What search compares is what the names give; a pass over the customers, in Python."""
    c = CUSTOMER.c
    query = select(c.number, c.kind, c.name, c.name_key, c.pinyin_key)
    for number, kind, name, key, typed in map(tuple, view.connection.execute(query)):
        if key != name_key(name) or typed != search_key(name, kind != "enterprise"):
            yield f"C-{number:05d}"


def _segment_copies(view: View) -> Iterable[object]:
    rows = table(CustomerSegment)
    query = _other_copies("segment", rows, rows.c.segment, view.stands(CUSTOMER))
    return [f"C-{row.number:05d}" for row in view.rows(query)]


def _class_copies(view: View) -> Iterable[object]:
    """A tier that was typed is no copy of a class; the others are."""
    rows = table(CustomerClass)
    for scheme in CLASSES_KEPT:
        query = _other_copies(scheme, rows, rows.c.value, view.stands(CUSTOMER), rows.c.scheme == scheme)
        yield from (f"C-{row.number:05d}:{scheme}" for row in view.rows(query))


def _other_copies(
    name: str, rows: Table, value: Any, stands: ColumnElement[bool], *of_it: ColumnElement[bool]
) -> Select[Any]:
    """Return the question whose copy is not the newest dated value; a merged customer keeps its own."""
    newest = (
        select(value)
        .where(rows.c.customer_id == CUSTOMER.c.id, rows.c.voided_at.is_(None), *of_it)
        .order_by(rows.c.effective_on.desc(), rows.c.id.desc())
        .limit(1)
        .correlate_except(rows)
        .scalar_subquery()
    )
    differs = newest.is_distinct_from(CUSTOMER.c[name])
    return select(CUSTOMER.c.number).where(differs, stands)


def _loan_copies(view: View) -> Iterable[object]:
    """A loan's status is that of its one standing end, or live."""
    rows = table(LoanStatus)
    joined = LOAN.outerjoin(rows, (rows.c.loan_id == LOAN.c.id) & rows.c.voided_at.is_(None))
    differs = or_(
        func.coalesce(rows.c.status, "live") != LOAN.c.status,
        case((rows.c.is_dated, rows.c.effective_on)).is_distinct_from(LOAN.c.closed_on),
        rows.c.amount.is_distinct_from(LOAN.c.written_off_amount),
    )
    return [row.number for row in view.rows(select(LOAN.c.number).select_from(joined).where(differs))]


def _snapshots_in_life(view: View) -> Iterable[object]:
    query = (
        select(SNAPSHOT.c.id)
        .join(LOAN, LOAN.c.id == SNAPSHOT.c.loan_id)
        .where(SNAPSHOT.c.voided_at.is_(None), SNAPSHOT.c.effective_on < LOAN.c.disbursed_on)
    )
    return [row.id for row in view.rows(query)]


def _live_keys(view: View) -> Iterable[object]:
    """A natural key stands while its row does, and only then."""
    for owner in _with_columns("live_key", "voided_at"):
        c, has_one = owner.c, owner.c.live_key.is_not(None)
        query = select(c.id).where(c.voided_at.is_(None) != has_one)
        yield from (f"{owner.name}:{row.id}" for row in view.rows(query))
    for owner in _with_columns("source_key", "voided_at"):
        c = owner.c
        wrong = c.voided_at.is_not(None) & c.source_key.is_not(None)
        yield from (f"{owner.name}:{row.id}" for row in view.rows(select(c.id).where(wrong)))


def _currency(view: View) -> Iterable[object]:
    """Every amount is in the book's currency."""
    book = select(table(Book).c.currency).scalar_subquery()
    for owner in _with_columns("currency", "command_id"):
        query = select(owner.c.id).where(owner.c.currency != book)
        yield from (f"{owner.name}:{row.id}" for row in view.rows(query))


def _with_columns(*names: str) -> Iterable[Table]:
    return [t for t in METADATA.sorted_tables if all(name in t.c for name in names)]


def _sequences(view: View) -> Iterable[object]:
    """The next number was never given out."""
    rows = table(Sequence)
    for row in view.rows(select(rows)):
        owner = METADATA.tables.get(row.name)
        if owner is None or "number" not in owner.c or owner.c.number.type.python_type is not int:
            continue
        highest = view.connection.scalar(select(func.max(owner.c.number))) or 0
        if highest >= row.next_value:
            yield row.name


def _done_once(view: View) -> Iterable[object]:
    """Nothing is done twice, unless it was taken up again between."""
    for rows, key, last in (
        (table(FollowUpEvent), "follow_up_id", "done"),
        (table(FeedbackEvent), "feedback_id", "resolved"),
    ):
        counted = case((rows.c.action == last, 1), (rows.c.action == "reopened", -1), else_=0)
        query = (
            select(rows.c[key])
            .where(rows.c.voided_at.is_(None))
            .group_by(rows.c[key])
            .having(func.sum(counted) > 1)
        )
        yield from (f"{rows.name}:{row[0]}" for row in view.rows(query))


def _running_warnings(view: View) -> Iterable[object]:
    """A rule and a customer have one warning that runs: one episode ends before the next begins."""
    rows, people, steps = table(RiskWarning), CUSTOMER.c, table(WarningStep)
    # Of whatever day: a book is whole on each.
    ended = exists().where(steps.c.warning_id == rows.c.id, steps.c.step == "cleared", view.stands(steps))
    query = (
        select(people.number, rows.c.rule)
        .join_from(rows, CUSTOMER, people.id == rows.c.customer_id)
        .where(view.stands(rows), rows.c.rule.is_not(None), ~ended)
        .group_by(people.number, rows.c.rule)
        .having(func.count() > 1)
        .order_by(people.number, rows.c.rule)
    )
    yield from (f"C-{row.number:05d}:{row.rule}" for row in view.rows(query))


def _standing(view: View) -> Iterable[object]:
    """Nothing that stands leads to a record that is void."""
    for name, query in _unsupported():
        yield from (f"{name}:{row.id}" for row in view.rows(query))


@cache
def _unsupported() -> tuple[tuple[str, Select[Any]], ...]:
    found = []
    for rows in _with_columns("command_id", "voided_at"):
        for key in rows.foreign_keys:
            if "voided_at" not in key.column.table.c:
                continue
            parent = key.column.table.alias("parent")
            query = select(rows.c.id).join(parent, parent.c.id == key.parent)
            wrong = query.where(rows.c.voided_at.is_(None), parent.c.voided_at.is_not(None))
            found.append((rows.name, wrong))
    return tuple(found)


def _audited(view: View) -> Iterable[object]:
    """Every customer's making is in the audit trail, or that of the file that brought it."""
    audit = table(Audit)
    known = exists().where(
        audit.c.subject == "customer", audit.c.subject_id == CUSTOMER.c.id, audit.c.action == "create"
    )
    brought = exists().where(audit.c.command_id == CUSTOMER.c.command_id, audit.c.subject == "import_batch")
    return [f"C-{row.number:05d}" for row in view.rows(select(CUSTOMER.c.number).where(~known, ~brought))]


def _ledgers(view: View) -> Iterable[object]:
    """What is derived of loans that are serviced here is what replaying their facts gives."""
    if not view.has_applications:
        return []
    from loancrm.reports.ledger import contradicted

    return contradicted(view)


def _tickets(view: View) -> Iterable[object]:
    """How each ticket stands is what replaying its steps gives."""
    from loancrm.reports.ticket_states import contradicted

    return contradicted(view)


CHECKS: Mapping[str, tuple[str, Callable[[View], Iterable[object]]]] = {
    "integrity": (N_("the file is whole"), _integrity),
    "days": (N_("every day is a day of the calendar"), check_values.days),
    "codes": (N_("every code is one that is known"), check_values.codes),
    "foreign_keys": (N_("every reference leads somewhere"), _foreign_keys),
    "audit_chain": (N_("the audit trail is unchanged"), _audit_chain),
    "audited": (N_("every customer's making is in the audit trail"), _audited),
    "customer_copies": (N_("today's copies on customers are the newest dated values"), _customer_copies),
    "name_keys": (N_("what search compares is made of the names"), _name_keys),
    "segment_copies": (N_("today's segment is the newest one"), _segment_copies),
    "class_copies": (N_("today's standing and life cycle are the newest ones"), _class_copies),
    "loan_copies": (N_("a loan's status is that of its end"), _loan_copies),
    "ledgers": (N_("balances are what the payments and schedules give"), _ledgers),
    "tickets": (N_("complaints and other feedback stand as their steps say"), _tickets),
    "snapshots_in_life": (N_("no snapshot is older than its loan"), _snapshots_in_life),
    "live_keys": (N_("numbers stand while their record does"), _live_keys),
    "currency": (N_("every amount is in the book's currency"), _currency),
    "sequences": (N_("the next number was never given out"), _sequences),
    "standing": (N_("nothing that stands rests on what is void"), _standing),
    "done_once": (N_("nothing was finished twice"), _done_once),
    "running_warnings": (N_("a rule warns of a customer once at a time"), _running_warnings),
}
