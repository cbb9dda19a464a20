"""What happened to loans as far as their class remembers it: arrears, relief, marks; read only here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, or_, select

from loancrm.indicators.facts import LOAN, SNAPSHOT, days_overdue
from loancrm.lending.floors import RESTRUCTURED, RESTRUCTURING, Event, Marked, Relieved, Seen
from loancrm.models import ClassMark, InstalmentRow, LoanPosition, LoanTerms, table
from loancrm.policy.policy import in_force
from loancrm.reports.misuse import DEVIATION, deviating, found_on
from loancrm.view import View

POSITION, TERMS, INSTALMENT = table(LoanPosition), table(LoanTerms), table(InstalmentRow)
MARK = table(ClassMark)


def events_of(view: View, loan_ids: Sequence[int]) -> dict[int, list[Event]]:
    """Return the events of these loans, seen as of any day: what is known and stands.

    A loan that is serviced here speaks by its ledger, its snapshots being the bank's own view of it. One that
    repaid another remembers what that one went through: nothing gets better by a new contract alone.
    """
    before = _replaced_by(view, loan_ids)
    own = _own_events(view, [*loan_ids, *{old for olds in before.values() for old in olds}])
    return {
        loan_id: events
        for loan_id in loan_ids
        if (events := [event for one in (*before.get(loan_id, ()), loan_id) for event in own.get(one, ())])
    }


def _replaced_by(view: View, loan_ids: Sequence[int]) -> dict[int, list[int]]:
    """Return the loans that these repaid, and those that they had repaid before, the oldest first."""
    query = select(LOAN.c.id, LOAN.c.replaces_id).where(LOAN.c.replaces_id.is_not(None), view.stands(LOAN))
    links: dict[int, int] = {}
    asked = list(loan_ids)
    while asked:
        found = {row.id: row.replaces_id for row in view.rows(query.where(LOAN.c.id.in_(asked)))}
        links |= found
        asked = [old for old in found.values() if old not in links]
    chains: dict[int, list[int]] = {}
    for loan_id in set(loan_ids) & links.keys():
        chain, one = list[int](), loan_id
        while one in links and links[one] not in chain:
            one = links[one]
            chain.insert(0, one)
        chains[loan_id] = chain
    return chains


def _own_events(view: View, loan_ids: Sequence[int]) -> dict[int, list[Event]]:
    found: dict[int, list[Event]] = {}
    _of_the_ledger(view, loan_ids, found)
    kept = frozenset(found)
    days = days_overdue(SNAPSHOT)
    query = select(SNAPSHOT.c.loan_id, SNAPSHOT.c.effective_on, SNAPSHOT.c.known_on, days.label("days"))
    query = query.where(SNAPSHOT.c.loan_id.in_(loan_ids), view.knows(SNAPSHOT), days.is_not(None))
    for row in view.connection.execute(query):
        if row.loan_id not in kept:
            seen = Seen(row.effective_on, row.days, row.known_on)
            found.setdefault(row.loan_id, []).append(seen)
    _reliefs(view, loan_ids, found)
    _marks(view, loan_ids, found)
    _deviations(view, loan_ids, found)
    return found


def _deviations(view: View, loan_ids: Sequence[int], found: dict[int, list[Event]]) -> None:
    """A use that the policy calls misuse lowers the class from the day it was found until it is put right."""
    rows = deviating(view, loan_ids)
    kinds = in_force(view).proceeds.misuse if rows else ()
    spans: dict[int, list[Any]] = {}
    for row in rows:
        if row.deviation in kinds:
            spans.setdefault(row.loan_id, []).append(row)
    for loan_id, uses in spans.items():
        events = found.setdefault(loan_id, [])
        first = min(uses, key=found_on)
        events.append(Marked(found_on(first), DEVIATION, first.known_on))
        if all(row.settled_on is not None for row in uses):
            last = max(uses, key=lambda row: row.settled_on)
            events.append(Marked(last.settled_on, DEVIATION, last.known_on, is_lifted=True))


def _of_the_ledger(view: View, loan_ids: Sequence[int], found: dict[int, list[Event]]) -> None:
    p = POSITION.c
    query = select(POSITION).where(p.loan_id.in_(loan_ids), view.knows(POSITION))
    for row in view.connection.execute(query.order_by(p.effective_on, p.id)):
        on, unsettled = row.effective_on, (row.principal_unsettled_on, row.interest_unsettled_on)
        days = max([0, *((on - day).days for day in unsettled if day is not None)])
        events = found.setdefault(row.loan_id, [])
        events.append(Seen(on, row.days_before, row.known_on, at_start=True))
        events.append(Seen(on, days, row.known_on))


def _reliefs(view: View, loan_ids: Sequence[int], found: dict[int, list[Event]]) -> None:
    """Every version of what is agreed names its reason; those that are no relief are passed over later."""
    t, first = TERMS.c, INSTALMENT.c
    due = select(func.min(first.due_on)).where(first.terms_id == t.id).correlate(TERMS).scalar_subquery()
    query = select(t.loan_id, t.effective_on, t.known_on, t.reason, due.label("first_due_on"))
    for row in view.connection.execute(query.where(t.loan_id.in_(loan_ids), view.knows(TERMS))):
        event = Relieved(row.effective_on, row.reason, row.known_on, row.first_due_on)
        found.setdefault(row.loan_id, []).append(event)


def _marks(view: View, loan_ids: Sequence[int], found: dict[int, list[Event]]) -> None:
    """Marks of the loan itself, and those of its customer that name no loan."""
    m = MARK.c
    query = (
        select(LOAN.c.id.label("of_loan"), MARK)
        .join_from(LOAN, MARK, m.customer_id == LOAN.c.customer_id)
        .where(LOAN.c.id.in_(loan_ids), or_(m.loan_id.is_(None), m.loan_id == LOAN.c.id), view.knows(MARK))
        .order_by(m.effective_on, m.id)
    )
    for row in view.connection.execute(query):
        on, known_on = row.effective_on, row.known_on
        event: Event = Marked(on, row.kind, known_on, row.expected_loss or 0, bool(row.is_lifted))
        if row.kind == RESTRUCTURED:
            event = Relieved(on, RESTRUCTURING, known_on)
        found.setdefault(row.of_loan, []).append(event)


def due_days_of(view: View, loan_ids: Sequence[int]) -> dict[int, tuple[date, ...]]:
    """Return the due days of these loans by the newest version of their schedule, rising."""
    i, t = INSTALMENT.c, TERMS.c
    newest = (
        select(t.loan_id, func.max(t.version).label("version"))
        .where(t.loan_id.in_(loan_ids), view.knows(TERMS))
        .group_by(t.loan_id)
        .subquery("newest")
    )
    query = (
        select(i.loan_id, i.due_on)
        .join_from(INSTALMENT, TERMS, t.id == i.terms_id)
        .join(newest, (newest.c.loan_id == t.loan_id) & (newest.c.version == t.version))
        .where(view.knows(INSTALMENT))
        .order_by(i.loan_id, i.due_on)
    )
    found: dict[int, list[date]] = {}
    for row in view.connection.execute(query):
        found.setdefault(row.loan_id, []).append(row.due_on)
    return {loan_id: tuple(days) for loan_id, days in found.items()}
