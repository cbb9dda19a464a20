"""What loans remember: their floors worked out anew from their facts, and written where they differ."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, exists, or_, select

from loancrm.dialect import among
from loancrm.indicators.facts import LOAN, SNAPSHOT, days_overdue
from loancrm.lending.floors import Event, transitions
from loancrm.lending.standing import NON_PERFORMING, Floor
from loancrm.models import ClassMark, LoanPosition, LoanStanding, LoanTerms, UseOfProceeds, table
from loancrm.policy import policy as policies
from loancrm.policy.policy import Policy
from loancrm.reports import lookup
from loancrm.reports.loan_events import due_days_of, events_of
from loancrm.services.inputs import Input, Receipt
from loancrm.unitofwork import Change, UnitOfWork

CHUNK = 1_000
MOST_TOUCHED = 50_000  # that are remembered, for an import of any size to need the same memory
FLOOR, MARK = table(LoanStanding), table(ClassMark)


class ReclassifyIn(Input):
    """Which loans (numbers; none: the whole book), by which policy (None: the one in force)."""

    loans: tuple[str, ...] = ()
    policy: str | None = None


class FloorChange(Receipt):
    """A floor that is written or void, of a loan: from when until when it holds, and why."""

    loan: str
    action: str
    on: date
    five_tier: str
    ifrs9_stage: int
    until: date | None
    trigger: str


class ReclassifyReceipt(Receipt):
    """How many loans have a past that matters, and which floors are different now."""

    loans: int
    changes: tuple[FloorChange, ...]
    policy: str


def reclassify(uow: UnitOfWork, request: ReclassifyIn) -> ReclassifyReceipt:
    """Work out what loans remember anew, after another policy was adopted; the second time changes nothing.

    Raises:
        NotFound: there is no such loan.
    """
    view = uow.view()
    policy = policies.choose(view, request.policy)
    ids = [lookup.loan(view, number).id for number in request.loans]
    found = candidates(uow, policy, ids or None)
    return ReclassifyReceipt(loans=len(found), changes=restand(uow, policy, found), policy=policy.name)


def restand_touched(uow: UnitOfWork, loan_ids: Sequence[int]) -> None:
    """Bring the floors of loans up to date of which something was just recorded, if they have a past."""
    if loan_ids:
        policy = policies.in_force(uow.view())
        restand(uow, policy, candidates(uow, policy, loan_ids))


def restand_customers(uow: UnitOfWork, customer_ids: Sequence[int]) -> None:
    """Bring the floors of all loans of customers up to date: marks of theirs, or loans, are others now."""
    for part in _parts(sorted(set(customer_ids))):
        query = select(LOAN.c.id).where(LOAN.c.customer_id.in_(part), LOAN.c.voided_at.is_(None))
        restand_touched(uow, list(uow.connection.scalars(query)))


def restand_marked(uow: UnitOfWork, customer_ids: Sequence[int]) -> None:
    """Do so for those of the customers of whom a mark stands: other loans are theirs now."""
    for part in _parts(sorted(set(customer_ids))):
        query = select(MARK.c.customer_id).where(MARK.c.customer_id.in_(part), MARK.c.voided_at.is_(None))
        restand_customers(uow, list(uow.connection.scalars(query.distinct())))


class Touched:
    """Loans of which an import says something new: many are brought up to date together."""

    def __init__(self, uow: UnitOfWork) -> None:
        self._uow = uow
        self._ids: set[int] = set()

    def add(self, loan_ids: Iterable[int]) -> None:
        """Remember loans."""
        self._ids.update(loan_ids)
        if len(self._ids) >= MOST_TOUCHED:
            self.restand()

    def restand(self) -> None:
        """Bring the floors of those remembered up to date."""
        restand_touched(self._uow, sorted(self._ids))
        self._ids.clear()


def candidates(uow: UnitOfWork, policy: Policy, loan_ids: Sequence[int] | None = None) -> list[int]:
    """Return the loans that may have floors: relief, marks, arrears of the bad classes, or floors kept."""
    from_days = dict(policy.standing.class_from_days).get(NON_PERFORMING[0])
    terms, position, own = table(LoanTerms), table(LoanPosition), LOAN.c.id
    tests: list[ColumnElement[bool]] = [LOAN.c.replaces_id.is_not(None)]  # what it repaid may have a past
    tests += [exists().where(FLOOR.c.loan_id == own, FLOOR.c.voided_at.is_(None))]
    marked = or_(MARK.c.loan_id.is_(None), MARK.c.loan_id == own)
    of_owner = and_(MARK.c.customer_id == LOAN.c.customer_id, MARK.c.voided_at.is_(None))
    tests.append(exists().where(of_owner, marked))
    rules = policy.remembered
    relief = terms.c.reason.in_({*rules.observed, *(kind for kind, _class in rules.relief_floors)})
    tests.append(exists().where(terms.c.loan_id == own, relief, terms.c.voided_at.is_(None)))
    if from_days is not None:
        bad = days_overdue(SNAPSHOT) >= from_days
        tests.append(exists().where(SNAPSHOT.c.loan_id == own, bad, SNAPSHOT.c.voided_at.is_(None)))
        late = position.c.days_before >= from_days
        tests.append(exists().where(position.c.loan_id == own, late, position.c.voided_at.is_(None)))
    uses = table(UseOfProceeds)
    deviates = uses.c.deviation.is_not(None)
    tests.append(exists().where(uses.c.loan_id == own, deviates, uses.c.voided_at.is_(None)))
    query = select(own).where(LOAN.c.voided_at.is_(None), or_(*tests)).order_by(own)
    if loan_ids is None:
        return list(uow.connection.scalars(query))
    return list(uow.connection.scalars(query.where(among(uow.connection, own, set(loan_ids)))))


def _parts(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK))


def restand(uow: UnitOfWork, policy: Policy, loan_ids: Sequence[int]) -> tuple[FloorChange, ...]:
    """Write the floors of these loans as they follow from what is known now; return what is different."""
    changes: list[FloorChange] = []
    for part in _parts(loan_ids):
        changes += _restand(uow, policy, part)
    return tuple(changes)


def _restand(uow: UnitOfWork, policy: Policy, loan_ids: Sequence[int]) -> Iterable[FloorChange]:
    view = uow.view()
    query = select(LOAN.c.id, LOAN.c.number, LOAN.c.customer_id).where(LOAN.c.id.in_(loan_ids))
    loans = {row.id: row for row in uow.connection.execute(query)}
    events, dues = events_of(view, loan_ids), due_days_of(view, loan_ids)
    there: dict[int, dict[Any, int]] = {}
    standing = select(FLOOR).where(FLOOR.c.loan_id.in_(loan_ids), FLOOR.c.voided_at.is_(None))
    for row in uow.connection.execute(standing):
        there.setdefault(row.loan_id, {})[_key(row)] = row.id
    for loan_id in loan_ids:
        wanted = transitions(_ordered(events.get(loan_id, ())), policy.remembered, dues.get(loan_id, ()))
        yield from _bring(uow, policy, loans[loan_id], there.get(loan_id, {}), wanted)


def _ordered(events: Iterable[Event]) -> list[Event]:
    return sorted(events, key=lambda one: one.on)


def _bring(
    uow: UnitOfWork, policy: Policy, loan: Any, there: dict[Any, int], wanted: Sequence[Floor]
) -> Iterable[FloorChange]:
    """Void what no longer follows and write what is new of one loan."""
    new = {
        (one.track, one.on, one.five_tier, one.stage, one.until, one.trigger, one.known_on): one
        for one in wanted
    }
    for key, row_id in there.items():
        if key not in new:
            uow.void(LoanStanding, row_id)
            before = dict(zip(_NAMES, key, strict=True))
            uow.record(Change("void", LoanStanding, row_id, loan.customer_id, before, {}))
            yield _told(loan, "void", key)
    for key in new:
        if key in there:
            continue
        values = dict(zip(_NAMES, key, strict=True))
        row_id = uow.insert(LoanStanding, loan_id=loan.id, policy_version_id=policy.version_id, **values)
        uow.record(Change("create", LoanStanding, row_id, loan.customer_id, {}, values))
        yield _told(loan, "written", key)


_NAMES = ("track", "effective_on", "floor_class", "floor_stage", "until", "trigger", "known_on")


def _key(row: Row[Any]) -> tuple[Any, ...]:
    return tuple(row._mapping[name] for name in _NAMES)


def _told(loan: Row[Any], action: str, key: tuple[Any, ...]) -> FloorChange:
    _track, on, five_tier, stage, until, trigger, _known_on = key
    return FloorChange(
        loan=loan.number,
        action=action,
        on=on,
        five_tier=five_tier,
        ifrs9_stage=stage,
        until=until,
        trigger=trigger,
    )
