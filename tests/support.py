"""A book in a line or two: a store, a clock that can be set, and the services by short names.

Amounts are in yuan (``12.34`` or ``"12.34"``), days are dates or ``YYYY-MM-DD``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from loancrm.indicators.figures import Figures
from loancrm.policy.policy import EXAMPLE, Policy, choose, in_force, read_policy
from loancrm.reports import lookup
from loancrm.reports.checks import check_store
from loancrm.services import (
    classification,
    contacts,
    customers,
    feedback,
    follow_ups,
    loans,
    officers,
    tickets,
)
from loancrm.services.policies import PolicyIn, adopt, adopt_first
from loancrm.store import Order, Store
from loancrm.unitofwork import Clock, UnitOfWork
from loancrm.view import View
from tests import places

ZONE, CURRENCY = "Asia/Shanghai", "CNY"
TODAY = date(2026, 11, 20)
EXAMPLE_TEXT = EXAMPLE.read_text(encoding="utf-8")

Day = date | str


def day(value: Day) -> date:
    """Return a date from a date or ``YYYY-MM-DD``."""
    return value if isinstance(value, date) else date.fromisoformat(value)


def minor(yuan: int | float | str | None) -> int | None:
    """Return yuan in minor units."""
    if yuan is None:
        return None
    scaled = Decimal(str(yuan)) * 100
    assert scaled == int(scaled)
    return int(scaled)


def clock_on(today: Day, at: time = time(9)) -> Clock:
    """Return the clock of a morning in Shanghai."""
    local = datetime.combine(day(today), at, ZoneInfo(ZONE))
    return Clock(now=local.astimezone(UTC), today=day(today), is_fixed=True)


class _Undo(Exception):
    """Roll back what was tried."""


class Book:
    """A store and the day on which things are done to it."""

    def __init__(self, store: Store, today: Day = TODAY) -> None:
        self.store = store
        self.clock = clock_on(today)
        self._number = 0
        self._batch: UnitOfWork | None = None

    @property
    def today(self) -> date:
        return self.clock.today

    def on(self, today: Day) -> Book:
        """Set the clock: what follows is done, and known, on that day."""
        self.clock = clock_on(today)
        return self

    # ── changes ─────────────────────────────────────────────────────────────────────────────

    def do(self, work: Callable[..., Any], request: object, **order: Any) -> Any:
        """Carry out a service."""
        if self._batch is not None and not order:
            self._batch.clock = self.clock
            return work(self._batch, request)
        values = {"name": f"test {work.__name__}", "actor": "li.wei", "clock": self.clock, **order}
        return self.store.change(work, request, Order(**values))

    @contextmanager
    def batch(self) -> Iterator[None]:
        """Do what follows in one transaction: faster, the same rows."""
        with self.unit() as uow:
            self._batch = uow
            try:
                yield
            finally:
                self._batch = None

    @contextmanager
    def scratch(self) -> Iterator[UnitOfWork]:
        """Do what follows in one transaction that is rolled back: for many examples on one book."""
        clock = self.clock
        with suppress(_Undo), self.unit() as uow:
            self._batch = uow
            try:
                yield uow
            finally:
                self._batch, self.clock = None, clock
            raise _Undo

    @contextmanager
    def unit(self) -> Iterator[UnitOfWork]:
        """Write rows by hand in one transaction."""
        with self.store.unit_of_work(Order(name="test", actor="li.wei", clock=self.clock)) as uow:
            yield uow

    def officer(self, code: str = "li.wei", name: str = "李伟", **more: Any) -> str:
        return self.do(officers.add, officers.OfficerIn(code=code, name=name, **more)).code

    def customer(self, kind: str = "enterprise", name: str | None = None, **more: Any) -> str:
        """Add a customer and return the code; what is no field goes to the request itself."""
        self._number += 1
        named = {k: more.pop(k) for k in ("officer", "second_officer") if k in more}
        since = more.pop("since", None)
        request = customers.CustomerIn(
            kind=kind,
            fields={"name": name or f"客户{self._number:03d}", **more},
            since_on=None if since is None else day(since),
            **named,
        )
        return self.do(customers.add, request).code

    def student(self, name: str | None = None, **more: Any) -> str:
        return self.customer("student", name, **more)

    def edit(self, customer: str, **more: Any) -> Any:
        on = more.pop("on", None)
        own = {k: more.pop(k) for k in ("officer", "second_officer", "clear", "expect_version") if k in more}
        request = customers.CustomerEdit(
            customer=customer, fields=more, on=None if on is None else day(on), **own
        )
        return self.do(customers.edit, request)

    def facility(self, customer: str, limit: Any, expires: Day | None = None, **more: Any) -> str:
        on = more.pop("on", None)
        request = loans.FacilityIn(
            customer=customer,
            limit_amount=minor(limit),
            expires_on=None if expires is None else day(expires),
            on=None if on is None else day(on),
            **more,
        )
        return self.do(loans.add_facility, request).number

    def loan(
        self,
        customer: str,
        number: str | None = None,
        *,
        principal: Any = 1_000_000,
        disbursed: Day | None = "2026-01-15",
        matures: Day | None = "2027-12-15",
        product: str = "working_capital",
        **more: Any,
    ) -> str:
        request = loans.LoanIn(
            customer=customer,
            number=number,
            principal=minor(principal),
            disbursed_on=None if disbursed is None else day(disbursed),
            matures_on=None if matures is None else day(matures),
            product=product,
            **more,
        )
        return self.do(loans.add_loan, request).number

    def close(self, loan: str, status: str = "settled", on: Day | None = None, amount: Any = None) -> None:
        request = loans.LoanEnd(
            loan=loan, status=status, on=None if on is None else day(on), amount=minor(amount)
        )
        self.do(loans.close, request)

    def snapshot(
        self,
        loan: str,
        on: Day | None = None,
        *,
        outstanding: Any = 500_000,
        overdue: Any = 0,
        interest: Any = None,
        dpd: int | None = 0,
        interest_dpd: int | None = None,
        five_tier: str | None = None,
        next_due: Day | None = None,
        next_amount: Any = None,
    ) -> None:
        request = loans.SnapshotIn(
            loan=loan,
            on=None if on is None else day(on),
            outstanding_principal=minor(outstanding),
            overdue_principal=minor(overdue),
            unpaid_interest=minor(interest),
            days_past_due=dpd,
            interest_days_past_due=interest_dpd,
            five_tier=five_tier,
            next_due_on=None if next_due is None else day(next_due),
            next_due_amount=minor(next_amount),
        )
        self.do(loans.add_snapshot, request)

    def void_snapshot(self, loan: str, on: Day) -> None:
        self.do(loans.void_snapshot, loans.SnapshotVoid(loan=loan, on=day(on)))

    def owing(self, customer: str, number: str, **snapshot: Any) -> str:
        """Add a loan with a snapshot of today."""
        terms = {
            k: snapshot.pop(k) for k in ("principal", "disbursed", "matures", "product") if k in snapshot
        }
        self.loan(customer, number, **terms)
        self.snapshot(number, **snapshot)
        return number

    def contact(self, customer: str, on: Day | None = None, outcome: str = "reached", **more: Any) -> Any:
        for name in ("next_on",):
            if more.get(name) is not None:
                more[name] = day(more[name])
        values = {"channel": "phone", "purpose": "service", **more}
        request = contacts.ContactIn(
            customer=customer, on=None if on is None else day(on), outcome=outcome, **values
        )
        return self.do(contacts.log, request)

    def void_contact(self, contact: str) -> Any:
        return self.do(contacts.void, contacts.ContactVoid(contact=contact))

    def follow_up(self, customer: str, due_on: Day, what: str = "送合同", officer: str | None = None) -> str:
        request = follow_ups.FollowUpIn(customer=customer, due_on=day(due_on), what=what, officer=officer)
        return self.do(follow_ups.add, request).follow_up

    def done(self, follow_up: str, on: Day | None = None) -> None:
        request = follow_ups.FollowUpDone(follow_up=follow_up, on=None if on is None else day(on))
        self.do(follow_ups.done, request)

    def snooze(self, follow_up: str, until: Day) -> None:
        request = follow_ups.FollowUpSnooze(follow_up=follow_up, until_on=day(until))
        self.do(follow_ups.snooze, request)

    def feedback(self, customer: str, kind: str = "complaint", on: Day | None = None, **more: Any) -> str:
        values = {"channel": "phone", "business_line": "corporate", "text": "审批太慢", **more}
        request = feedback.FeedbackIn(
            customer=customer, kind=kind, on=None if on is None else day(on), **values
        )
        return self.do(feedback.record, request).feedback

    def step(self, action: str, ticket: str, on: Day | None = None, **more: Any) -> Any:
        """Assign, answer or resolve a ticket."""
        request = tickets.FeedbackStep(feedback=ticket, on=None if on is None else day(on), **more)
        return self.do(getattr(tickets, action), request)

    def classify(self, *named: str, policy: str | None = None, **order: Any) -> Any:
        request = classification.ClassifyIn(customers=named, policy=policy)
        return self.do(classification.classify, request, **order)

    def adopt(self, text: str, on: Day | None = None) -> Any:
        request = PolicyIn(text=text, source="test.yaml", on=None if on is None else day(on))
        return self.do(adopt, request)

    # ── looks ───────────────────────────────────────────────────────────────────────────────

    @contextmanager
    def view(self, as_of: Day | None = None, known_at: Day | None = None) -> Iterator[View]:
        with self.store.read(day(as_of or self.today), None if known_at is None else day(known_at)) as view:
            yield view

    def ask(
        self,
        question: Callable[..., Any],
        *args: Any,
        as_of: Day | None = None,
        known_at: Day | None = None,
        **more: Any,
    ) -> Any:
        """Answer ``question(view, …)``; generators are listed."""
        with self.view(as_of, known_at) as view:
            found = question(view, *args, **more)
            return list(found) if isinstance(found, Iterator) else found

    def ask_policy(
        self,
        question: Callable[..., Any],
        *args: Any,
        as_of: Day | None = None,
        known_at: Day | None = None,
        policy: str | None = None,
        **more: Any,
    ) -> Any:
        """Answer ``question(view, policy, …)`` with the policy in force."""
        with self.view(as_of, known_at) as view:
            found = question(view, choose(view, policy), *args, **more)
            return list(found) if isinstance(found, Iterator) else found

    def policy(self, as_of: Day | None = None) -> Policy:
        return self.ask(in_force, as_of=as_of)

    def officer_id(self, code: str) -> int:
        return int(self.ask(lookup.officer, code).id)

    def figures(
        self, *names: str, as_of: Day | None = None, known_at: Day | None = None
    ) -> dict[str, tuple[Any, ...]]:
        """Return the figures of every customer by code."""
        with self.view(as_of, known_at) as view:
            return figures_of(view, in_force(view), *names)

    def figure(self, customer: str, name: str, **when: Any) -> Any:
        """Return one figure of one customer."""
        return self.figures(name, **when)[customer][0]


def figures_of(view: View, policy: Policy, *names: str) -> dict[str, tuple[Any, ...]]:
    figures = Figures(view, policy.terms, names)
    number = figures.customers.c.number
    columns = [figures.columns[name].label(f"f{place}") for place, name in enumerate(names)]
    rows = view.rows(figures.select(number, *columns).order_by(number))
    return {f"C-{row[0]:05d}": tuple(row[1:]) for row in rows}


def changed(text: str, *replacements: tuple[str, str]) -> str:
    """Return a policy's text with pieces replaced; each stands there exactly once."""
    for old, new in replacements:
        assert text.count(old) == 1, (old, text.count(old))
        text = text.replace(old, new)
    return text


def policy_of(*replacements: tuple[str, str]) -> Policy:
    """Return the example policy with pieces replaced."""
    return read_policy(changed(EXAMPLE_TEXT, *replacements), "test.yaml")


def new_store(path: Path, today: Day = "2024-01-02") -> Store:
    """Make a store with the example policy."""
    store, _made = Store.create(
        places.place(path),
        zone=ZONE,
        currency=CURRENCY,
        order=Order(name="init", actor="test", clock=clock_on(today)),
        first=lambda uow: adopt_first(uow, EXAMPLE_TEXT, EXAMPLE.name),
    )
    return store


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a new book, to be copied: making one runs every migration."""
    path = tmp_path_factory.mktemp("empty") / "book.db"
    new_store(path).close()
    return path


@pytest.fixture(scope="session")
def open_store(empty_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """One open store for all tests of a process: statements are compiled once."""
    path = tmp_path_factory.mktemp("open") / "book.db"
    places.copy(empty_store, path)
    store = places.opened(path)
    yield store
    store.close()


@pytest.fixture
def book(empty_store: Path, open_store: Store) -> Iterator[Book]:
    """An empty book on 2026-11-20; when the test is over its invariants hold."""
    open_store.close()  # connections, not the engine: what is below it is another one now
    path = places.path_of(open_store)
    for journal in path.parent.glob("book.db-*"):
        journal.unlink()
    places.copy(empty_store, path)
    made = Book(open_store)
    yield made
    with made.view() as view:
        assert check_store(view) == []
    made.store.close()
