"""Every indicator, by hand: the facts, and the figure on 20 November 2026."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from loancrm.errors import UsageFault
from loancrm.indicators.catalogue import INDICATORS
from loancrm.indicators.figures import Figures, find
from loancrm.models import LoyaltyEntry
from loancrm.policy.policy import example
from loancrm.reports import lookup
from loancrm.reports.checks import check_store
from loancrm.services.dossier import FactIn, add_fact
from loancrm.services.points import AdjustIn, adjust
from loancrm.services.survey_answers import AnswersIn, record
from loancrm.services.surveys import SurveyIn, define
from tests import places
from tests.indicators.case import YUAN, Case
from tests.indicators.file_cases import FILE_CASES
from tests.support import Book, figures_of


def nothing(book: Book, customer: str) -> None:
    pass


def two_live_loans(book: Book, c: str) -> None:
    """600,000 and 300,000; 45,000 of it overdue for 9 days, and 12.34 of interest."""
    book.owing(c, f"{c}-1", outstanding=600_000, overdue=45_000, interest="12.34", dpd=9)
    book.owing(c, f"{c}-2", outstanding=300_000, overdue=0, interest=0, dpd=0)


def one_of_two_without_a_position(book: Book, c: str) -> None:
    book.owing(c, f"{c}-1", outstanding=600_000, overdue=0, dpd=3)
    book.loan(c, f"{c}-2")


def a_loan_without_any_snapshot(book: Book, c: str) -> None:
    book.loan(c, f"{c}-1")


def a_snapshot_just_recent_enough(book: Book, c: str) -> None:
    book.loan(c, f"{c}-1")
    book.snapshot(f"{c}-1", "2026-10-06", outstanding=100, overdue=0, dpd=0)  # 45 days before


def a_snapshot_a_day_too_old(book: Book, c: str) -> None:
    book.loan(c, f"{c}-1")
    book.snapshot(f"{c}-1", "2026-10-05", outstanding=100, overdue=0, dpd=5)


def interest_overdue_longer_than_principal(book: Book, c: str) -> None:
    book.owing(c, f"{c}-1", dpd=2, interest_dpd=11)


def only_interest_overdue_is_known(book: Book, c: str) -> None:
    book.owing(c, f"{c}-1", dpd=None, interest_dpd=40)


def repaid_but_not_settled(book: Book, c: str) -> None:
    book.owing(c, f"{c}-1", outstanding=0, overdue=0)


def matured_with_nothing_left(book: Book, c: str) -> None:
    book.loan(c, f"{c}-1", matures="2026-11-20")
    book.snapshot(f"{c}-1", outstanding=0, overdue=0)


def matured_with_a_balance(book: Book, c: str) -> None:
    book.loan(c, f"{c}-1", matures="2026-11-13")
    book.snapshot(f"{c}-1", outstanding=70_000, overdue=70_000, dpd=7)


def matured_long_ago_and_never_heard_of(book: Book, c: str) -> None:
    book.loan(c, f"{c}-1", disbursed="2024-01-15", matures="2025-01-15")


def ended_in_every_way(book: Book, c: str) -> None:
    for place, status in enumerate(("settled", "settled", "written_off", "transferred", "cancelled")):
        book.loan(c, f"{c}-{place}", disbursed="2025-03-01")
        book.close(f"{c}-{place}", status, "2026-02-02", amount=500 if status == "written_off" else None)


def snapshots_of_a_year(book: Book, c: str) -> None:
    """12 days 182 days ago, 33 days 183 days ago; 90 days 364 days ago, 99 days 365 days ago."""
    book.loan(c, f"{c}-1", disbursed="2025-01-15")
    for on, dpd in (("2026-05-22", 12), ("2026-05-21", 33), ("2025-11-21", 90), ("2025-11-20", 99)):
        book.snapshot(f"{c}-1", on, dpd=dpd)


def interest_late_half_a_year_ago(book: Book, c: str) -> None:
    book.loan(c, f"{c}-1")
    book.snapshot(f"{c}-1", "2026-07-01", dpd=0, interest_dpd=40)


def worst_of_an_ended_loan(book: Book, c: str) -> None:
    book.loan(c, f"{c}-1")
    book.snapshot(f"{c}-1", "2026-07-01", dpd=61)
    book.close(f"{c}-1", on="2026-08-01")


def three_maturities(book: Book, c: str) -> None:
    """One settled, one on 2026-12-05, one on 2027-01-15."""
    book.loan(c, f"{c}-1", disbursed="2024-11-20", matures="2026-11-25")
    book.close(f"{c}-1")
    book.loan(c, f"{c}-2", disbursed="2025-06-01", matures="2027-01-15")
    book.loan(c, f"{c}-3", disbursed="2026-06-01", matures="2026-12-05")


def not_disbursed_yet(book: Book, c: str) -> None:
    book.loan(c, f"{c}-1", disbursed=None, matures="2027-01-15")


def lines_half_drawn(book: Book, c: str) -> None:
    """Lines of 600,000 and 400,000 in force, one of 9,000,000 expired yesterday; 250,000 drawn."""
    book.facility(c, 600_000, on="2025-01-01", expires="2026-11-21")
    book.facility(c, 400_000, on="2025-01-01")
    book.facility(c, 9_000_000, on="2025-01-01", expires="2026-11-20")
    book.owing(c, f"{c}-1", outstanding=250_000)


def a_line_not_drawn(book: Book, c: str) -> None:
    book.facility(c, 600_000)


def a_line_drawn_without_position(book: Book, c: str) -> None:
    book.facility(c, 600_000)
    book.loan(c, f"{c}-1")


def talks(book: Book, c: str) -> None:
    """Real ones 5, 89 and 90 days ago, and two attempts since."""
    for on in ("2026-11-15", "2026-08-23", "2026-08-22"):
        book.contact(c, on)
    book.contact(c, "2026-11-18", outcome="no_answer")
    book.contact(c, "2026-11-19", outcome="message_left")


def only_attempts(book: Book, c: str) -> None:
    book.contact(c, "2026-11-18", outcome="no_answer")
    book.contact(c, "2026-11-19", outcome="refused")


def a_promise_today(book: Book, c: str) -> None:
    book.contact(c, outcome="promised")


def tickets(book: Book, c: str) -> None:
    """Open: a complaint, an answered complaint, an enquiry. Resolved: a complaint. And praise."""
    book.feedback(c, "complaint")
    book.step("answer", book.feedback(c, "complaint"))
    book.feedback(c, "enquiry")
    book.step("resolve", book.feedback(c, "complaint"))
    book.feedback(c, "praise")


def a_ticket_reopened_after_another_was_resolved(book: Book, c: str) -> None:
    """One complaint is resolved; then another one is resolved, and taken up again."""
    book.step("resolve", book.feedback(c, "complaint"))
    other = book.feedback(c, "complaint")
    book.step("resolve", other)
    book.step("reopen", other)


def thirty_nights_of_a_loan(book: Book, c: str) -> None:
    """1,000,000 at 4.35 % for 20 nights, then 900,000 for 10; a visit, and an attempt to call."""
    terms: dict[str, Any] = {"disbursed": "2026-10-21", "matures": "2027-10-21"}
    book.loan(c, f"{c}-1", **terms, annual_rate=43_500, security="mortgage")
    book.snapshot(f"{c}-1", "2026-10-21", outstanding=1_000_000)
    book.snapshot(f"{c}-1", "2026-11-10", outstanding=900_000)
    book.contact(c, "2026-11-02", channel="visit")
    book.contact(c, "2026-11-09", "no_answer")


def two_surveys(book: Book, c: str) -> None:
    """The newer answers count, of each question; one of another day to come does not."""
    book.on("2026-11-20")
    text = "code: S-{}\ntitle: x\nopens: 2026-01-05\ncloses: 2026-12-31\n"
    text += "overall: true\nnps: true\ndimensions: [speed]\n"
    for number, (on, values) in enumerate(
        (("2026-03-01", {"overall": 2, "nps": 3}), ("2026-11-10", {"nps": 10}), ("2026-11-13", {"speed": 1}))
    ):
        code = f"S-{number}"
        book.do(define, SurveyIn(text=text.format(number), source="survey.yaml"))
        typed = {key: str(value) for key, value in values.items()}
        book.do(record, AnswersIn(survey=code, customer=c, values=typed, on=date.fromisoformat(on)))


def points_by_hand(book: Book, c: str) -> None:
    book.do(adjust, AdjustIn(customer=c, points=120, why="x"))


def a_month_in_order(book: Book, c: str) -> None:
    book.owing(c, f"{c}-1")
    book.snapshot(f"{c}-1", "2026-10-31")
    uow = book._batch
    values = {"number": uow.next_number("loyalty_entry"), "kind": "accrual", "points": 10, "fact": "202610"}
    values |= {"rule": "month_in_order", "currency": "CNY", "effective_on": date(2026, 10, 31)}
    values["live_key"] = f"month_in_order:{c}"
    uow.insert(LoyaltyEntry, customer_id=lookup.customer(uow.view(), c).id, **values)


def in_risk(book: Book, c: str) -> None:
    book.owing(c, f"{c}-1", dpd=9)
    book.classify(c)


def a_student_who_was_classified(book: Book, c: str) -> None:
    """Two needs, the newer one is for living; one of yesterday was said later."""
    book.owing(c, f"{c}-1", product="tuition")
    for kind, on in (("tuition", "2026-11-18"), ("living", "2026-11-20"), ("books", "2026-11-19")):
        book.do(add_fact, FactIn(kind="need", owner=c, values={"kind": kind}, on=date.fromisoformat(on)))
    book.classify(c)


NO_LOAN = {
    "days_past_due": 0, "outstanding_principal": 0, "overdue_principal": 0, "unpaid_interest": 0,
    "overdue_ratio": None, "live_loans": 0, "loans_without_position": 0, "settled_loans": 0,
    "written_off_loans": 0, "worst_days_past_due_6m": None, "worst_days_past_due_12m": None,
    "days_to_maturity": None, "tenure_days": None, "line_utilisation": None, "days_since_last_loan": None,
    "days_since_maturity": None, "is_churned": None, "days_to_last_maturity": None,
    "newest_need": None, "credit_standing": None, "life_cycle": None,
}  # fmt: skip
NO_POSITION = {"days_past_due": None, "outstanding_principal": None, "overdue_principal": None,
               "unpaid_interest": None, "overdue_ratio": None}  # fmt: skip
COMPANY = {"industry": "C34", "size_class": "small", "employees": 48, "founded_on": date(2016, 11, 22)}
STUDENT = {"study_level": "master", "graduates_on": date(2027, 6, 30), "is_hardship": True}

CASES = {
    "nobody who ever borrowed or talked": Case(
        nothing,
        NO_LOAN | {"days_since_contact": None, "contacts_90d": 0, "open_feedback": 0, "open_complaints": 0},
    ),
    "two live loans": Case(
        two_live_loans,
        {"days_past_due": 9, "outstanding_principal": 900_000 * YUAN, "overdue_principal": 45_000 * YUAN,
         "unpaid_interest": 12_34, "overdue_ratio": 50_000, "live_loans": 2, "loans_without_position": 0},
    ),
    "one of two loans without a position": Case(
        one_of_two_without_a_position,
        {"days_past_due": 3, "outstanding_principal": 600_000 * YUAN, "live_loans": 2,
         "loans_without_position": 1},
    ),
    "a loan without any snapshot": Case(
        a_loan_without_any_snapshot, NO_POSITION | {"live_loans": 1, "loans_without_position": 1}
    ),
    "a snapshot of 45 days ago is a position": Case(
        a_snapshot_just_recent_enough, {"outstanding_principal": 100 * YUAN, "days_past_due": 0}
    ),
    "a snapshot of 46 days ago is none": Case(
        a_snapshot_a_day_too_old, NO_POSITION | {"loans_without_position": 1, "worst_days_past_due_6m": 5}
    ),
    "interest overdue longer than principal": Case(
        interest_overdue_longer_than_principal, {"days_past_due": 11, "worst_days_past_due_6m": 11}
    ),
    "only interest overdue is known": Case(
        only_interest_overdue_is_known, {"days_past_due": 40, "worst_days_past_due_12m": 40}
    ),
    "interest was late half a year ago": Case(
        interest_late_half_a_year_ago, {"worst_days_past_due_6m": 40, "worst_days_past_due_12m": 40}
    ),
    "repaid but not settled": Case(
        repaid_but_not_settled, {"outstanding_principal": 0, "overdue_ratio": None, "live_loans": 1}
    ),
    "matured today with nothing left": Case(
        matured_with_nothing_left, {"live_loans": 0, "outstanding_principal": 0, "days_to_maturity": None}
    ),
    "matured with a balance": Case(
        matured_with_a_balance,
        {"live_loans": 1, "outstanding_principal": 70_000 * YUAN, "days_past_due": 7, "days_to_maturity": -7,
         "overdue_ratio": 1_000_000},
    ),
    "matured long ago and never heard of": Case(
        matured_long_ago_and_never_heard_of, {"live_loans": 0, "days_past_due": 0, "tenure_days": 1040}
    ),
    "loans ended in every way": Case(
        ended_in_every_way, {"settled_loans": 2, "written_off_loans": 1, "live_loans": 0, "tenure_days": 629,
                             "days_since_last_loan": 291,
                             "days_since_maturity": 291, "is_churned": True}
    ),
    "a year of snapshots": Case(
        snapshots_of_a_year, {"worst_days_past_due_6m": 12, "worst_days_past_due_12m": 90}
    ),
    "the worst of a loan that has ended": Case(
        worst_of_an_ended_loan, {"worst_days_past_due_6m": 61, "days_past_due": 0}
    ),
    "three maturities": Case(three_maturities, {"days_to_maturity": 15, "tenure_days": 730,
                                                "days_to_last_maturity": 56}),
    "not disbursed yet": Case(
        not_disbursed_yet, {"live_loans": 0, "tenure_days": None, "days_to_maturity": None}
    ),
    "lines half drawn": Case(lines_half_drawn, {"line_utilisation": 250_000}),
    "a line not drawn": Case(a_line_not_drawn, {"line_utilisation": None}),
    "a line drawn without a position": Case(a_line_drawn_without_position, {"line_utilisation": None}),
    "talks and attempts": Case(talks, {"days_since_contact": 5, "contacts_90d": 2}),
    "only attempts": Case(only_attempts, {"days_since_contact": None, "contacts_90d": 0}),
    "a promise today": Case(a_promise_today, {"days_since_contact": 0, "contacts_90d": 1}),
    "tickets": Case(tickets, {"open_feedback": 3, "open_complaints": 2}),
    "one ticket is taken up again": Case(
        a_ticket_reopened_after_another_was_resolved, {"open_feedback": 1, "open_complaints": 1}
    ),
    "never asked": Case(
        nothing, {"last_satisfaction": None, "last_nps": None, "days_since_survey": None}
    ),
    "answers to surveys": Case(
        two_surveys, {"last_satisfaction": 2, "last_nps": 10, "days_since_survey": 7}
    ),
    "classified": Case(
        in_risk,
        {"segment": "risk", "credit_standing": "watch", "life_cycle": "new", "service_tier": "general",
         "days_since_last_loan": None, "student_means": None, "student_credit_file": None},
    ),
    "a student who was classified": Case(
        a_student_who_was_classified,
        {"student_level": "master", "student_means": "in_hardship", "student_credit_file": "yes",
         "student_need": "living", "newest_need": "living", "credit_standing": "good"},
        kind="student", fields=STUDENT,
    ),
    "a company's file": Case(
        nothing,
        {"kind": "enterprise", "segment": None, "service_tier": "key", "pipeline_stage": "review",
         "region": "北京", "industry": "C34", "size_class": "small", "employees": 48,
         "days_in_business": 3650, "study_level": None, "days_to_graduation": None, "is_hardship": None},
        fields={**COMPANY, "service_tier": "key", "pipeline_stage": "review", "region": "北京"},
    ),
    "an empty company's file": Case(
        nothing,
        {"service_tier": None, "pipeline_stage": None, "region": None, "industry": None, "size_class": None,
         "employees": None, "days_in_business": None},
    ),
    "no employees is not nothing known": Case(nothing, {"employees": 0}, fields={"employees": 0}),
    "a sole proprietor's file": Case(
        nothing, {"kind": "sole_proprietor", "employees": 48, "days_in_business": 3650},
        kind="sole_proprietor", fields=COMPANY,
    ),
    "a student's file": Case(
        nothing,
        {"kind": "student", "study_level": "master", "days_to_graduation": 222, "is_hardship": True,
         "employees": None, "industry": None, "size_class": None, "days_in_business": None},
        kind="student", fields=STUDENT,
    ),
    **{
        f"enrolled on {enrolled}, graduates on {until}": Case(
            nothing, {"year_of_study": year}, kind="student",
            fields={"enrolled_on": date.fromisoformat(enrolled),
                    **({} if until is None else {"graduates_on": date.fromisoformat(until)})},
        )
        for enrolled, until, year in (  # as of 20 November 2026
            ("2026-11-20", None, 1), ("2026-09-01", "2030-06-30", 1), ("2025-11-21", None, 1),
            ("2025-11-20", None, 2), ("2023-09-01", "2027-06-30", 4), ("2026-11-21", None, None),
            ("2023-09-01", "2026-11-20", None), ("2022-09-01", "2026-11-21", 5),
        )
    },
    "a student who graduated": Case(
        nothing, {"days_to_graduation": -1, "is_hardship": False}, kind="student",
        fields={"graduates_on": date(2026, 11, 19), "is_hardship": False},
    ),
    "a student of whom nothing is recorded": Case(
        nothing, {"study_level": None, "days_to_graduation": None, "is_hardship": None, "year_of_study": None,
                  "student_level": None, "student_means": None, "student_credit_file": None,
                  "student_need": None}, kind="student"
    ),
    "thirty nights of a loan": Case(
        thirty_nights_of_a_loan,  # worked out in test_contribution.py
        {"contribution_12m": 1_438_83, "lifetime_value": 226_60, "rfm_recency": 18, "rfm_frequency": 1,
         "rfm_monetary": 79_452_05},
    ),
    "no points": Case(nothing, {"loyalty_points": 0}),
    "points by hand": Case(
        points_by_hand, {"loyalty_points": 120, "loyalty_tier": None}  # no rule gave them
    ),
    "a month in order": Case(a_month_in_order, {"loyalty_points": 10, "loyalty_tier": "basic"}),
    "nobody whose worth is known": Case(
        nothing, {"contribution_12m": 0, "lifetime_value": None, "rfm_recency": None, "rfm_frequency": 0,
                  "rfm_monetary": 0}
    ),
    **FILE_CASES,
}  # fmt: skip


@pytest.fixture(scope="module")
def figures(empty_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """All cases are customers of one book; return every figure of each."""
    path = tmp_path_factory.mktemp("figures") / "book.db"
    places.copy(empty_store, path)
    book = Book(places.opened(path))
    codes = {}
    with book.batch():
        for name, case in CASES.items():
            codes[name] = book.customer(case.kind, **case.fields)
            case.happened(book, codes[name])
    names = tuple(INDICATORS)
    rows = book.figures(*names)
    with book.view() as view:
        assert check_store(view) == []
    yield {name: dict(zip(names, rows[code], strict=True)) for name, code in codes.items()}
    book.store.close()


@pytest.mark.parametrize("name", CASES)
def test_a_figure_is_what_the_facts_say(figures: dict[str, Any], name: str) -> None:
    expected = CASES[name].expected
    assert {key: figures[name][key] for key in expected} == expected


def test_every_indicator_has_an_example_with_a_value_and_one_where_it_is_nothing_or_zero() -> None:
    # Those of loans applied for need a loan's life: tests/commands/test_capacity.py, test_loan_changes.py.
    of_a_life = {"new_payment_to_income", "fixed_obligations_to_income", "relief_12m"}
    values: dict[str, set[Any]] = {name: set() for name in INDICATORS if name not in of_a_life}
    for case in CASES.values():
        for name, value in case.expected.items():
            values[name].add(value)
    assert [name for name, found in values.items() if not found - {None, 0}] == []
    never_missing = {"kind"}
    assert [n for n, found in values.items() if not found & {None, 0} and n not in never_missing] == []


def test_yes_no_is_false_and_not_missing_when_it_was_said(figures: dict[str, Any]) -> None:
    assert figures["a student who graduated"]["is_hardship"] is False


# ── what is seen, and when ──────────────────────────────────────────────────────────────────────


def test_facts_after_the_day_are_not_seen(book: Book) -> None:
    book.on("2026-01-05")
    customer = book.customer(region="北京")
    book.on("2026-02-01").owing(customer, "A", disbursed="2026-02-01", outstanding=800, dpd=0)
    book.on("2026-02-10").contact(customer)
    book.feedback(customer)
    book.on("2026-03-01").snapshot("A", outstanding=700, dpd=5)
    book.edit(customer, region="上海")
    book.step("resolve", "F-00001")
    book.on("2026-04-01").close("A")
    names = ("live_loans", "outstanding_principal", "days_past_due", "days_since_contact",
             "open_complaints", "region", "settled_loans")  # fmt: skip
    days = {
        "2026-01-31": (0, 0, 0, None, 0, "北京", 0),
        "2026-02-01": (1, 80_000, 0, None, 0, "北京", 0),
        "2026-02-28": (1, 80_000, 0, 18, 1, "北京", 0),
        "2026-03-01": (1, 70_000, 5, 19, 0, "上海", 0),
        "2026-04-01": (0, 0, 0, 50, 0, "上海", 1),
    }
    assert {day: book.figures(*names, as_of=day)[customer] for day in days} == days
    assert book.figures(*names, as_of="2026-01-04") == {}  # not a customer yet


def test_voided_facts_are_not_seen(book: Book) -> None:
    customer = book.on("2026-11-01").customer()
    book.owing(customer, "A", outstanding=800, dpd=9)
    contact = book.contact(customer).contact
    book.on("2026-11-10").void_snapshot("A", "2026-11-01")
    book.void_contact(contact)
    names = ("outstanding_principal", "days_past_due", "worst_days_past_due_6m", "contacts_90d")
    assert book.figures(*names)[customer] == (None, None, None, 0)


def test_what_was_learned_later_is_not_in_what_was_known(book: Book) -> None:
    customer = book.on("2026-11-01").customer()
    book.owing(customer, "A", outstanding=800, dpd=9)
    contact = book.contact(customer).contact
    book.on("2026-11-15").void_snapshot("A", "2026-11-01")
    book.snapshot("A", "2026-11-01", outstanding=900, dpd=12)
    book.void_contact(contact)
    book.contact(customer, "2026-11-08")
    book.loan(customer, "B", disbursed="2026-10-01")
    names = ("outstanding_principal", "days_past_due", "days_since_contact", "live_loans")
    at = {"as_of": "2026-11-10"}
    assert book.figures(*names, **at, known_at="2026-11-10")[customer] == (80_000, 9, 9, 1)
    assert book.figures(*names, **at, known_at="2026-11-15")[customer] == (90_000, 12, 2, 2)
    assert book.figures(*names, **at)[customer] == (90_000, 12, 2, 2)


def test_a_customer_exists_from_its_earliest_fact(book: Book) -> None:
    customer = book.on("2026-11-01").customer()
    book.loan(customer, "A", disbursed="2026-09-01")
    assert book.figures("live_loans", as_of="2026-09-01") == {customer: (1,)}
    assert book.figures("live_loans", as_of="2026-08-31") == {}


# ── only what is asked for ──────────────────────────────────────────────────────────────────────

MOST_TABLES = 64  # that SQLite joins (https://www.sqlite.org/limits.html)


def sources_in(view: Any, *names: str) -> set[str]:
    """Return the names of the relations by customer in the compiled statement."""
    figures = Figures(view, example().terms, names)
    sql = str(figures.select(*figures.columns.values()).compile(view.connection))
    return set(re.findall(r"(\w+_by_customer) AS", sql))


def test_asking_for_three_figures_computes_only_their_sources(book: Book) -> None:
    with book.view() as view:
        assert sources_in(view, "region", "employees", "segment") == set()
        assert sources_in(view, "days_past_due", "live_loans", "tenure_days") == {"loans_by_customer"}
        assert sources_in(view, "days_since_contact", "open_complaints", "kind") == {
            "contacts_by_customer", "feedback_by_customer",
        }  # fmt: skip
        assert sources_in(view, "line_utilisation") == {"loans_by_customer", "facilities_by_customer"}


def test_all_figures_at_once_join_fewer_tables_than_sqlite_can(book: Book) -> None:
    with book.view() as view:
        used = Figures(view, example().terms, INDICATORS).sources.used
        assert sources_in(view, *INDICATORS) == {f"{name}_by_customer" for name in used}
    assert 20 < len(used) <= MOST_TABLES - 30  # thirty more that a policy or a book may name
    book.customer()
    named = [f"imported.n{place}" for place in range(MOST_TABLES - len(used) - 2)]
    assert book.figures(*INDICATORS, *named)


def test_one_customers_figures_are_the_same_as_in_the_whole_book(book: Book) -> None:
    from loancrm.indicators.facts import customer_ids

    with book.batch():
        codes = [book.customer(), book.customer()]
        for code in codes:
            two_live_loans(book, code)
            tickets(book, code)
            talks(book, code)
            book.facility(code, 100)
    with book.view() as view:
        everyone = figures_of(view, example(), *INDICATORS)
        scope = customer_ids(view, ids=[2])
        figures = Figures(view, example().terms, INDICATORS, scope=scope)
        alone = view.rows(figures.select(*figures.columns.values()))
    assert [tuple(row) for row in alone] == [everyone[codes[1]]]


def test_an_indicator_that_does_not_exist_suggests_the_nearest() -> None:
    with pytest.raises(UsageFault) as fault:
        find("day_past_due")
    assert fault.value.hint is not None
    assert "days_past_due" in fault.value.hint


def test_every_indicator_says_its_unit_meaning_source_and_when_it_is_missing() -> None:
    for one in INDICATORS.values():
        assert one.meaning, one.name
        assert one.source, one.name
        assert one.missing, one.name
        assert (one.vocabulary is not None) == (one.unit == "code"), one.name
