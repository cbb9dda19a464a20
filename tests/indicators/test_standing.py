"""Class and stage of a hand-made book, day by day, and that SQL says of each loan what the pure rules say."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from loancrm.indicators.facts import loans_at
from loancrm.indicators.standing import standing_at
from loancrm.lending.standing import CLASSES, Floor, standing
from loancrm.models import BureauReport, Consent, LoanStanding, table
from loancrm.policy.policy import in_force
from loancrm.reports.standing import differences, five_tier
from loancrm.services.dossier import FactIn, add_fact
from loancrm.services.standing import ReclassifyIn, reclassify
from tests.support import EXAMPLE_TEXT, Book, changed

Stands = dict[str, tuple[str | None, int | None, str | None]]


def stands(book: Book, as_of: str | None = None, known_at: str | None = None) -> Stands:
    """Return computed class, stage and trigger of every live loan."""

    return book.ask(stands_of, as_of=as_of, known_at=known_at)  # type: ignore[no-any-return]


def stands_of(view: Any) -> Stands:
    policy = in_force(view)
    loans = loans_at(view, stale_after_days=policy.terms.stale_after_days)
    found = standing_at(view, policy.standing, loans)
    query = select(found).where(found.c.is_live == 1)
    return {row.number: (row.computed_five_tier, row.ifrs9_stage, row.trigger) for row in view.rows(query)}


def test_days_past_due_give_class_and_stage_at_every_edge(book: Book) -> None:
    edges = (0, 1, 7, 8, 30, 31, 90, 91, 270, 271, 360, 361)
    with book.batch():
        for days in edges:
            book.owing(book.student(), f"L{days}", dpd=days, overdue=1, disbursed="2025-01-15")
        book.owing(book.student(), "unknown", dpd=None)
        book.loan(book.student(), "no position")
    found = stands(book)
    rules = book.policy().standing
    day = book.today
    for days in edges:
        pure = standing(day, days, (), rules)
        assert found[f"L{days}"] == (pure.five_tier, pure.stage, pure.trigger), days
    assert found["L7"][0] == "normal"
    assert found["L8"][:2] == ("special_mention", 1)
    assert found["L31"][:2] == ("special_mention", 2)
    assert found["L91"][:2] == ("substandard", 3)
    assert found["L361"][:2] == ("loss", 3)
    assert found["unknown"] == found["no position"] == (None, None, None)


def test_a_loan_over_90_days_rises_only_after_six_months_of_payment(book: Book) -> None:
    """100 days on 30 April, all paid on 31 May: substandard until 30 November, six months from then."""
    book.on("2026-04-30").owing(book.student(), "A", dpd=100, overdue=1)
    for month, day in ((5, 31), (6, 30), (7, 31), (8, 31), (9, 30), (10, 31), (11, 30)):
        book.on(date(2026, month, day)).snapshot("A", dpd=0)
    book.on("2026-12-01")
    days = ("2026-04-30", "2026-05-30", "2026-05-31", "2026-11-30", "2026-12-01")
    assert [stands(book, day)["A"] for day in days] == [
        ("substandard", 3, "days_past_due"),
        ("substandard", 3, "days_past_due"),
        ("substandard", 3, "cured"),
        ("substandard", 3, "cured"),
        ("normal", 1, "in_order"),
    ]


def test_a_payment_missed_on_the_way_up_holds_it_down(book: Book) -> None:
    book.on("2026-01-31").owing(book.student(), "A", dpd=100, overdue=1, disbursed="2025-01-15")
    book.on("2026-02-28").snapshot("A", dpd=0)
    book.on("2026-07-31").snapshot("A", dpd=12, overdue=1)
    book.on("2026-08-31").snapshot("A", dpd=0)
    book.on("2026-10-01").snapshot("A", dpd=0)
    found = {day: stands(book, day)["A"] for day in ("2026-07-31", "2026-08-31", "2026-10-01")}
    assert found["2026-07-31"] == ("substandard", 3, "missed")
    assert found["2026-08-31"] == ("substandard", 3, "missed")
    assert found["2026-10-01"] == ("substandard", 3, "missed")  # without the miss: until 28 August
    rows = table(LoanStanding)
    kept = book.ask(lambda view: view.rows(select(rows.c.until).order_by(rows.c.effective_on)))
    assert [row.until for row in kept] == [date(2026, 8, 29), None, date(2027, 3, 1)]


def test_what_was_known_is_what_counts_with_known_at(book: Book) -> None:
    book.on("2026-08-31").owing(book.student(), "A", dpd=100, overdue=1)
    book.on("2026-09-30").snapshot("A", dpd=0)
    book.on("2026-10-10").void_snapshot("A", "2026-08-31")  # it never was past due
    book.on("2026-10-20")
    assert stands(book, "2026-10-05", "2026-10-05")["A"] == ("substandard", 3, "cured")
    assert stands(book, "2026-10-05")["A"] == ("normal", 1, "in_order")


def test_a_mark_is_seen_from_its_day_on_and_known_since_it_was_recorded(book: Book) -> None:
    customer = book.on("2026-08-31").student()
    book.owing(customer, "A", dpd=0)
    book.on("2026-10-10")
    said = {"kind": "bankruptcy"}
    book.do(add_fact, FactIn(kind="mark", owner=customer, on=date(2026, 9, 1), values=said))
    book.on("2026-10-12")
    assert stands(book, "2026-08-31")["A"] == ("normal", 1, "in_order")
    assert stands(book, "2026-09-01")["A"] == ("loss", 3, "bankruptcy")
    assert stands(book, "2026-09-01", "2026-10-09")["A"] == ("normal", 1, "in_order")


def test_more_than_a_tenth_of_a_company_s_debt_makes_all_of_it_non_performing(book: Book) -> None:
    """Exactly 10 % is not more; of a student each loan stands for itself."""
    with book.batch():
        at, above, student = book.customer(), book.customer(), book.student()
        for customer, name, bad, good in (
            (at, "at", 100, 900),
            (above, "above", "100.01", 900),
            (student, "s", 500, 500),
        ):
            book.owing(customer, f"{name} bad", dpd=91, overdue=1, outstanding=bad)
            book.owing(customer, f"{name} good", dpd=0, outstanding=good)
    found = stands(book)
    assert found["at good"] == ("normal", 1, "in_order")
    assert found["above good"] == ("substandard", 3, "debtor")
    assert found["above bad"] == ("substandard", 3, "days_past_due")
    assert found["s good"] == ("normal", 1, "in_order")


@pytest.mark.parametrize(("bad", "five_tier"), [(200, "normal"), (201, "substandard")])
def test_bad_debt_at_other_banks_counts_by_the_newest_report(book: Book, bad: int, five_tier: str) -> None:
    """1,000.00 here and 0.00 elsewhere: more than a fifth is more than 200.00."""
    with book.scratch() as uow:
        book.owing(book.customer(), "A", dpd=0, outstanding=1000)
        own: dict[str, Any] = {"customer_id": 1, "effective_on": date(2026, 9, 1)}
        consent = uow.insert(Consent, number=1, person="x", purpose="bureau_query", **own)
        own |= {"consent_id": consent, "currency": "CNY", "outstanding_elsewhere": 0}
        for number, day, amount in ((1, 1, 900), (2, 2, bad)):
            row = {"number": number, "effective_on": date(2026, 10, day), "outstanding_bad": amount * 100}
            uow.insert(BureauReport, **{**own, **row})
        assert stands_of(uow.view())["A"][0] == five_tier


def test_the_bank_s_class_rules_and_ours_stands_beside_it(book: Book) -> None:
    with book.batch():
        book.owing(book.student(), "A", dpd=100, overdue=1, outstanding=300, five_tier="special_mention")
        book.owing(book.student(), "B", dpd=0, outstanding=600)
        book.owing(book.student(), "C", dpd=40, overdue=1, outstanding=100, five_tier="special_mention")
        book.owing(book.student(), "D", dpd=None, outstanding=50)
    found = book.ask_policy(five_tier)
    lines = {line.five_tier: line for line in found.lines}
    assert list(lines) == [*CLASSES, "unknown"]
    figures = [(line.loans, line.outstanding_principal, line.share) for line in found.lines]
    assert figures[:-1] == [
        (1, 600_00, 600_000), (2, 400_00, 400_000), (0, 0, 0), (0, 0, 0), (0, 0, 0),
    ]  # fmt: skip
    assert (lines["substandard"].computed_loans, lines["substandard"].computed_outstanding) == (1, 300_00)
    assert (lines["unknown"].loans, lines["unknown"].outstanding_principal) == (1, 50_00)
    assert (found.npl_ratio, found.computed_npl_ratio, found.differences) == (0, 300_000, 1)
    (line,) = book.ask_policy(differences)
    assert (line.loan, line.five_tier, line.computed_five_tier, line.trigger) == (
        "A", "special_mention", "substandard", "days_past_due",
    )  # fmt: skip


def test_reclassifying_after_another_policy_writes_what_is_different_and_then_nothing(book: Book) -> None:
    book.on("2026-08-31").owing(book.student(), "A", dpd=100, overdue=1)
    book.on("2026-09-30").snapshot("A", dpd=0)
    assert book.do(reclassify, ReclassifyIn()).changes == ()
    longer = changed(EXAMPLE_TEXT, ("periods: 2, months: 6}", "periods: 2, months: 9}"))
    book.on("2026-10-10").adopt(longer)
    receipt = book.do(reclassify, ReclassifyIn())
    assert [(one.action, str(one.until)) for one in receipt.changes] == [
        ("void", "2027-03-31"), ("written", "2027-07-01"),
    ]  # fmt: skip
    assert book.do(reclassify, ReclassifyIn()).changes == ()


def test_sql_and_the_pure_rules_agree_on_every_day(book: Book) -> None:
    """Five loans with snapshots of every kind, each week of a year."""
    paths = ((0, 95, 40, 0, 0), (0, 0, 8, 31, 0), (91, 0, 3, 0, 0), (280, 100, 91, 30, 0), (0, 370, 0, 0, 5))
    start = date(2026, 1, 31)
    for month in range(5):
        book.on(start + timedelta(days=30 * month))
        for place, path in enumerate(paths):
            if month == 0:
                book.loan(book.student(), f"L{place}", disbursed="2025-01-15")
            book.snapshot(f"L{place}", dpd=path[month], overdue=1 if path[month] else 0)
    rules, rows = book.policy().standing, table(LoanStanding)
    kept = book.ask(lambda view: view.rows(select(rows).order_by(rows.c.id)))
    assert kept
    for week in range(22):
        day = start + timedelta(days=7 * week)
        found = stands(book, str(day))
        for place, path in enumerate(paths):
            seen = min((day - start).days // 30, 4)
            if (day - start).days > 120 + 45:
                continue
            floors = [
                Floor(r.track, r.effective_on, r.floor_class, r.floor_stage, r.until, r.trigger, r.known_on)
                for r in kept
                if r.loan_id == place + 1
            ]
            days = path[seen]
            pure = standing(day, days, floors, rules)
            assert found[f"L{place}"][:2] == (pure.five_tier, pure.stage), (day, place)
