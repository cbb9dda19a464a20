"""The simulation without a store: days that are awkward, and that its bulk writes are the services' own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from loancrm.demo import events as happened
from loancrm.demo.book import _clock, _create, _order
from loancrm.demo.loans import Terms
from loancrm.demo.opening import load_loans, request_of
from loancrm.demo.simulation import simulate
from loancrm.demo.span import Span
from loancrm.demo.writer import Writer
from loancrm.models import Audit, Contact, Contract, FollowUp, Loan, table
from loancrm.services import contacts, loans
from loancrm.unitofwork import UnitOfWork
from tests import places

AWKWARD = [date(2026, 1, 1), date(2026, 3, 31), date(2024, 2, 29), date(2026, 12, 1), date(2027, 7, 4)]


@pytest.mark.parametrize("today", AWKWARD, ids=str)
def test_any_day_ends_with_fresh_arrears_maturities_and_next_steps(today: date) -> None:
    span = Span(today)
    assert span.month_ends[-1] == today.replace(day=1) - timedelta(days=1)
    days = simulate(span, 7)
    assert max(days) <= today
    assert len(span.month_ends) == 18
    positions = {day: {p.loan: p for p in _extract(days[day])} for day in (span.previous_data, span.last_day)}
    old, new = positions[span.previous_data], positions[span.last_day]
    newly = [n for n in new if n in old and new[n].days_past_due and not old[n].days_past_due]
    assert len(newly) >= 3
    drawn = [e.terms for events in days.values() for e in events if isinstance(e, happened.Drawn)]
    for step in (90, 60, 30, 7, 1):
        assert any(terms.matures_on == today + timedelta(days=step) for terms in drawn), step
    steps = [e.next_on for e in days[span.last_day] if isinstance(e, happened.Talked)]
    assert today in steps


def _extract(events: Any) -> tuple[happened.Position, ...]:
    (extract,) = (event for event in events if isinstance(event, happened.Extract))
    return extract.positions


DAY = date(2026, 6, 10)


@pytest.fixture
def uow(tmp_path: Path) -> Iterator[UnitOfWork]:
    store = _create(places.place(tmp_path / "small.db"), Span(DAY))
    with store.unit_of_work(_order(DAY)) as unit:
        unit.clock = _clock(DAY)
        yield unit
    store.close()


def _writer(uow: UnitOfWork) -> Writer:
    writer = Writer()
    fields = {"name": "霁禾机械有限公司", "pipeline_stage": "repayment"}
    met = happened.Met(1, "enterprise", fields, "li.wei", None, DAY)
    writer.write(uow, [happened.Joined("li.wei", "李伟", "杭州支行"), met])
    return writer


def _written(uow: UnitOfWork, model: Any, *without: str) -> list[dict[str, Any]]:
    dropped = {"id", "uid", "number", "contact_id", "contract_id", "live_key", *without}
    rows = uow.connection.execute(select(table(model)).order_by(table(model).c.id))
    return [{k: v for k, v in row._mapping.items() if k not in dropped} for row in rows]


def _audited(uow: UnitOfWork, subject: str) -> list[Any]:
    rows = table(Audit)
    found = uow.connection.execute(select(rows).where(rows.c.subject == subject).order_by(rows.c.id))
    return [(row.action, row.customer_id, row.payload) for row in found]


def test_a_conversation_is_written_as_the_service_writes_it(uow: UnitOfWork) -> None:
    writer, step_on = _writer(uow), DAY + timedelta(days=7)
    said = happened.Talked(1, "phone", "out", "care", "reached", "近况", "li.wei", 1, step_on, "回访")
    writer.write(uow, [said])
    writer.finish(uow)
    asked = contacts.ContactIn(
        customer="C-00001", channel="phone", purpose="care", outcome="reached", note="近况",
        next_on=step_on, next_what="回访",
    )  # fmt: skip
    assert contacts.log(uow, asked).contact == "K-00002"
    for model in (Contact, FollowUp):
        ours, theirs = _written(uow, model)
        assert ours == theirs
    ours, theirs = _audited(uow, "contact")
    assert ours == theirs


def test_an_old_loan_is_loaded_as_the_service_adds_it(uow: UnitOfWork) -> None:
    _writer(uow)
    terms = Terms(
        "JK1", 1, "working_capital", "pledge", 100_000_00, 45_000, date(2026, 1, 5), date(2027, 1, 5),
        "bullet", 21, contract="HT1", industry="C34", region="杭州", purpose="采购钢材",
    )  # fmt: skip
    load_loans(uow, [(request_of(terms, "C-00001"), 1)])
    loans.add_loan(uow, request_of(replace(terms, number="JK2", contract="HT2"), "C-00001"))
    for model in (Loan, Contract):
        ours, theirs = _written(uow, model)
        assert ours == theirs
    ours, theirs = _audited(uow, "loan")
    named = {"number": "", "contract": ""}
    assert {**ours[2]["after"], **named} == {**theirs[2]["after"], **named}
    assert _audited(uow, "contract")[0][2]["after"] == {"number": "HT1", "kind": "single"}
