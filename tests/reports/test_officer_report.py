"""Each officer's work, counted by hand: what happened is of who had the customer on the day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loancrm.errors import InvalidInput
from loancrm.reports.funnel import retention
from loancrm.reports.growth import growth
from loancrm.reports.officer_report import OfficerWork, officer_report
from loancrm.reports.officer_sums import median
from loancrm.reports.period import Period, period_to
from loancrm.services.dossier import FactIn, add_fact
from loancrm.services.survey_answers import AnswersIn, record
from loancrm.services.surveys import SurveyIn, define
from tests.indicators.case import fact
from tests.support import TODAY, Book, minor

AUTUMN = Period(date(2026, 8, 21), TODAY)


def work(book: Book, period: Period = AUTUMN, **more: object) -> dict[str | None, OfficerWork]:
    return {line.officer: line for line in book.ask_policy(officer_report, period, **more).lines}


def two_officers(book: Book) -> tuple[str, str]:
    """Two customers of li.wei; the first goes to zhao.min on 1 October."""
    with book.batch():
        book.officer("li.wei", branch="城东")
        book.officer("zhao.min", "赵敏", branch="城东")
        book.officer("sun.li", "孙丽", branch="城西")
        first, second = (book.customer(name=name, officer="li.wei") for name in ("甲", "乙"))
    book.edit(first, officer="zhao.min", on="2026-10-01")
    return first, second


def test_a_draw_is_of_who_had_the_customer_that_day_and_the_balance_of_who_has_it_now(book: Book) -> None:
    first, second = two_officers(book)
    with book.batch():
        book.loan(first, "A", principal=1000, disbursed="2026-09-10")
        book.loan(first, "B", principal=2000, disbursed="2026-10-10")
        book.loan(second, "C", principal=4000, disbursed="2026-01-10")  # before the period
        book.loan(second, "D", principal=8000, disbursed="2026-11-01")  # not the first one
        for number, owed, days in (("A", 900, 40), ("B", 1900, 0), ("C", 4000, 0), ("D", 8000, 2)):
            book.snapshot(number, "2026-11-19", outstanding=owed, overdue=owed if days else 0, dpd=days)
    found = work(book)
    li, zhao = found["li.wei"], found["zhao.min"]
    assert (li.new_customers, li.loans_disbursed, li.disbursed) == (1, 2, minor(9000))
    assert (zhao.new_customers, zhao.loans_disbursed, zhao.disbursed) == (0, 1, minor(2000))
    assert (zhao.customers, zhao.live_loans, zhao.outstanding_principal) == (1, 2, minor(2800))
    assert (zhao.past_due_30, zhao.past_due_30_share) == (minor(900), 321_429)
    assert (li.past_due_30_share, li.newly_overdue, li.newly_overdue_balance) == (0, 1, minor(8000))
    earlier = work(book, Period(date(2026, 8, 1), date(2026, 9, 30)))
    assert (earlier["li.wei"].customers, earlier["zhao.min"].customers) == (2, 0)


def test_answer_times_are_medians_with_how_many_they_rest_on(book: Book) -> None:
    first, second = two_officers(book)
    with book.batch():
        tickets = [book.feedback(first, "enquiry", on) for on in ("2026-11-02", "2026-11-03", "2026-11-04")]
        for ticket, on in zip(tickets, ("2026-11-03", "2026-11-08", "2026-11-06"), strict=True):
            book.step("answer", ticket, on, text="已说明")
        book.step("resolve", tickets[0], "2026-11-12", text="已办结")
        book.feedback(first, "praise", "2026-11-05")
        book.feedback(second, "complaint", "2026-11-05", about_officer="li.wei")
        given_away = book.feedback(second, "enquiry", "2026-11-05")
        book.step("assign", given_away, "2026-11-06", to="sun.li")
    found = work(book)
    zhao = found["zhao.min"]
    assert (zhao.feedback, zhao.answered, zhao.answer_days) == (3, 3, 2)  # 1, 2 and 5 days
    assert (zhao.resolved, zhao.resolve_days) == (1, 10)
    assert (found["li.wei"].feedback, found["li.wei"].complaints_about) == (0, 1)  # not the one complained of
    assert (found["sun.li"].feedback, found["sun.li"].answered, found["sun.li"].answer_days) == (1, 0, None)
    assert found[None].feedback == 1


SURVEY = (
    "code: S-1\ntitle: Quick\nopens: 2026-05-01\ncloses: 2026-12-31\ndimensions: [speed]\noverall: true\n"
)


def asked(book: Book, overall: dict[tuple[str, str], int]) -> None:
    """Record what customers answered on days on how satisfied they are overall."""
    book.do(define, SurveyIn(text=SURVEY, source="survey.yaml"))
    for (customer, on), value in overall.items():
        values, day = {"overall": str(value)}, date.fromisoformat(on)
        book.do(record, AnswersIn(survey="S-1", customer=customer, values=values, on=day, replaces=True))


def test_satisfaction_is_told_of_who_had_the_customer_when_they_said_it(book: Book) -> None:
    first, second = two_officers(book)
    third = book.customer(name="丙", officer="li.wei")
    asked(book, {(first, "2026-09-05"): 5, (second, "2026-09-06"): 3, (third, "2026-06-01"): 5})
    with book.batch():
        for rating, on in ((4, "2026-11-12"), (2, "2026-11-13"), (5, "2026-11-14")):
            ticket = book.feedback(first, "enquiry", "2026-11-02")
            book.step("resolve", ticket, on, text="已办结", rating=rating)
    found = work(book)
    li, zhao = found["li.wei"], found["zhao.min"]
    assert (li.surveyed, li.surveyed_satisfied, li.surveyed_share) == (2, 1, 500_000)  # the third: before
    assert (zhao.surveyed, zhao.surveyed_share) == (0, None)
    assert (zhao.rated, zhao.rated_satisfied, zhao.rated_share) == (3, 2, 666_667)
    assert (li.rated, li.rated_share) == (0, None)


def test_who_stayed_is_told_by_the_last_answer_of_the_year_before(book: Book) -> None:
    with book.batch():
        people = [book.customer(name=name) for name in "甲乙丙丁"]
        for customer in people:
            book.loan(customer, f"L{customer}", principal=100, disbursed="2026-01-05")
        gone = people[1]
        book.close(f"L{gone}", on="2026-08-21")
    asked(book, {(people[0], "2026-06-01"): 4, (gone, "2026-06-02"): 2, (people[2], "2026-10-01"): 5})
    lines = [one for one in book.ask_policy(retention, AUTUMN) if one.source == "survey"]
    assert [(one.voice, one.active, one.stayed) for one in lines] == [
        ("satisfied", 1, 1), ("dissatisfied", 1, 0), ("not_surveyed", 2, 2),
    ]  # fmt: skip


def test_cadence_talks_promises_and_trainings(book: Book) -> None:
    first, second = two_officers(book)
    with book.batch():
        book.loan(second, "C", disbursed="2026-01-10")
        book.snapshot("C", "2026-08-01", outstanding=4000, overdue=500, dpd=3)
        book.contact(second, "2026-11-02", officer="li.wei")
        book.contact(second, "2026-11-03", "no_answer", officer="li.wei")
        book.contact(first, "2026-05-02", officer="li.wei")  # before the period
        fact(book, "training", "li.wei", what="反洗钱", kind="compliance", due_on="2026-11-01")
        fact(book, "training", "li.wei", what="消保", kind="training", due_on="2026-12-01")
        fact(
            book,
            "training",
            "li.wei",
            what="合规",
            kind="training",
            due_on="2026-10-01",
            done_on="2026-09-01",
        )
        fact(book, "recognition", "li.wei", what="季度先进", kind="bonus", on="2026-10-08", amount="2000")
        fact(book, "recognition", "li.wei", what="服务之星", kind="award", on="2026-11-09")
        fact(book, "recognition", "li.wei", what="早年", kind="bonus", on="2026-01-09", amount="50")
    li = work(book)["li.wei"]
    assert (li.recognitions, li.recognised_amount) == (2, minor(2000))
    assert (li.contacts, li.reached, li.contacted_customers) == (2, 1, 1)
    assert (li.training_due, li.training_late, li.training_done) == (2, 1, 1)
    assert (li.cadence_customers, li.cadence_kept, li.cadence_share) == (1, 1, 1_000_000)


def test_one_officer_or_the_branch(book: Book) -> None:
    two_officers(book)
    key = book.officer_id("li.wei")
    assert set(work(book)) == {"li.wei", "zhao.min", "sun.li"}
    assert set(work(book, officer_id=key)) == {"li.wei"}
    assert set(work(book, officer_id=key, team=True)) == {"li.wei", "zhao.min"}


def test_an_officer_who_left_and_did_nothing_is_left_out(book: Book) -> None:
    from loancrm.services.officers import OfficerIn, edit

    two_officers(book)
    book.do(edit, OfficerIn(code="sun.li", is_active=False))
    assert set(work(book)) == {"li.wei", "zhao.min"}


def test_nobody_makes_an_empty_report(book: Book) -> None:
    assert work(book) == {}
    assert book.ask_policy(growth, AUTUMN).lines == ()


# ── growth ──────────────────────────────────────────────────────────────────────────────────────


def test_growth_counts_who_came_and_went_against_the_period_before_and_last_year(book: Book) -> None:
    with book.batch():
        book.officer("li.wei")
        old, new, gone = (book.customer(name=name, officer="li.wei", region="郑州") for name in "甲乙丙")
        book.loan(old, "A", principal=100, disbursed="2025-10-01")  # a year ago
        book.loan(old, "B", principal=400, disbursed="2026-07-01")  # the period before
        book.loan(new, "C", principal=600, disbursed="2026-09-01")
        book.loan(gone, "D", principal=50, disbursed="2025-01-01")
        book.close("D", on="2026-06-30")
        for number, owed in (("A", 80), ("B", 400)):
            book.snapshot(number, "2026-08-20", outstanding=owed)
        for number, owed in (("A", 60), ("B", 300), ("C", 600)):
            book.snapshot(number, "2026-11-19", outstanding=owed)
        for on, value in (("2026-08-01", "0.0048"), ("2026-11-01", "0.0096")):
            values = {
                "name": "market",
                "key": "",
                "on": date.fromisoformat(on),
                "value": round(float(value) * 10**6),
            }
            book.do(add_fact, FactIn(kind="series", owner=None, on=None, values=values))
    report = book.ask_policy(growth, AUTUMN, against="market")
    (line,) = report.lines
    now = line.now
    assert (now.active_from, now.active, now.new, now.lost, now.returned) == (1, 2, 1, 1, 0)
    assert (now.disbursed, line.before.disbursed, line.year_ago.disbursed) == (
        minor(600), minor(400), minor(100),
    )  # fmt: skip
    assert (now.balance_from, now.balance, now.balance_growth) == (minor(480), minor(960), 1_000_000)
    # the market is 0.0048, then 0.0096, of a hundred million: 480,000 and 960,000
    assert (now.market_share_from, now.market_share) == (1_000, 1_000)
    by_region = book.ask_policy(growth, AUTUMN, by="region").lines
    assert [(one.key, one.now.disbursed) for one in by_region] == [("郑州", minor(600))]


# ── periods ─────────────────────────────────────────────────────────────────────────────────────


def test_a_period_of_whole_months_is_compared_with_as_many_months() -> None:
    quarter = Period(date(2026, 4, 1), date(2026, 6, 30))
    assert quarter.before == Period(date(2026, 1, 1), date(2026, 3, 31))
    assert quarter.year_ago == Period(date(2025, 4, 1), date(2025, 6, 30))


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(0, 800))
def test_the_period_before_ends_the_day_before_and_is_as_long_or_as_many_months(
    first: date, days: int
) -> None:
    period = Period(first, first + timedelta(days=days))
    assert period.before.last == period.eve
    assert abs((period.before.last - period.before.first).days - days) <= 4


def test_a_period_does_not_end_before_it_begins_or_after_the_day() -> None:
    with pytest.raises(InvalidInput):
        period_to(TODAY, None, TODAY + timedelta(days=1), months=3)
    with pytest.raises(InvalidInput):
        period_to(TODAY, TODAY, TODAY - timedelta(days=1), months=3)
    assert period_to(TODAY, None, None, months=3) == AUTUMN


@given(st.lists(st.integers(0, 50), min_size=1))
def test_the_median_of_counted_days_is_that_of_the_days(days: list[int]) -> None:
    counted = [(day, days.count(day)) for day in set(days)]
    assert median(counted) == sorted(days)[(len(days) - 1) // 2]
