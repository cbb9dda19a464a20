"""When post-loan checks are due: every day expected here is counted by hand from the example policy.

The example's rules: first check 15 days after the draw (30 where no more than 1,000,000 is outstanding),
then every 90 days (180 for the small; 60 special mention; 30 non-performing; 120 from 36 months on), students
none.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from loancrm.agenda.base import Scope
from loancrm.agenda.checks import checks_due
from loancrm.agenda.due import due as day_list
from loancrm.errors import InvalidInput
from loancrm.indicators.facts import loans_at
from loancrm.policy.policy import Policy
from loancrm.reports.post_loan_checks import checks_wanted, next_check
from loancrm.services.dossier import FactVoid, void_fact
from loancrm.view import View
from tests.indicators.case import fact
from tests.support import EXAMPLE_TEXT, TODAY, Book, changed

FAR = date(2030, 1, 1)


def due(view: View, policy: Policy, horizon: date = FAR) -> list[tuple[Any, ...]]:
    """Return (kind, due_on, rule) of each loan, in the order of their keys."""
    loans = loans_at(view, stale_after_days=policy.terms.stale_after_days)
    query = checks_due(view, policy, loans, Scope(), horizon)
    rows = sorted(view.rows(query), key=lambda row: row.loan_id)
    return [(row.kind, row.due_on.isoformat(), row.rule) for row in rows]


@pytest.fixture
def firm(book: Book) -> str:
    """A firm that drew two million on 1 October 2026."""
    book.officer()
    book.officer("zhao.min", "赵敏")
    code = book.customer(officer="li.wei")
    book.loan(code, "JJ-1", principal=2_000_000, disbursed="2026-10-01", matures="2027-10-01")
    book.snapshot("JJ-1", outstanding=2_000_000, five_tier="normal")
    return code


def test_the_first_check_is_due_fifteen_days_after_the_draw(book: Book, firm: str) -> None:
    assert book.ask_policy(due) == [("first", "2026-10-16", "everything_else")]


def test_after_a_check_the_next_is_due_a_quarter_later(book: Book, firm: str) -> None:
    fact(book, "check", firm, on="2026-10-14", kind="first", loan="JJ-1")
    assert book.ask_policy(due) == [("regular", "2027-01-12", "everything_else")]
    assert book.ask_policy(due, as_of="2026-10-13") == [("first", "2026-10-16", "everything_else")]


def test_a_special_check_does_not_stand_for_the_first(book: Book, firm: str) -> None:
    fact(book, "check", firm, on="2026-10-14", kind="special", loan="JJ-1")
    assert book.ask_policy(due) == [("first", "2026-10-16", "everything_else")]


@pytest.mark.parametrize(
    ("set_on", "expected"),
    [
        ("2027-01-11", ("regular", "2027-01-11", "next_on")),
        ("2027-01-12", ("regular", "2027-01-12", "next_on")),
        ("2027-01-13", ("regular", "2027-01-12", "everything_else")),  # later than the policy allows
    ],
)
def test_the_earlier_of_the_day_set_and_the_policys_is_due(
    book: Book, firm: str, set_on: str, expected: tuple[str, str, str]
) -> None:
    fact(book, "check", firm, on="2026-10-14", kind="first", next_on=set_on)
    assert book.ask_policy(due) == [expected]


def test_a_special_check_can_set_the_next_day(book: Book, firm: str) -> None:
    fact(book, "check", firm, on="2026-10-14", kind="first")
    fact(book, "check", firm, on="2026-11-02", kind="special", next_on="2026-12-02")
    assert book.ask_policy(due) == [("special", "2026-12-02", "next_on")]
    fact(book, "check", firm, on="2026-11-10", kind="special")  # the day is done with; the quarter runs on
    assert book.ask_policy(due) == [("regular", "2027-01-12", "everything_else")]


def test_a_check_of_the_customer_covers_the_loans_drawn_by_then_only(book: Book, firm: str) -> None:
    fact(book, "check", firm, on="2026-10-14")
    book.loan(firm, "JJ-2", principal=3_000_000, disbursed="2026-10-15", matures="2027-10-15")
    assert book.ask_policy(due) == [
        ("regular", "2027-01-12", "everything_else"),
        ("first", "2026-10-30", "everything_else"),
    ]


def test_a_check_of_one_loan_says_nothing_of_another(book: Book, firm: str) -> None:
    book.loan(firm, "JJ-2", principal=3_000_000, disbursed="2026-10-01", matures="2027-10-01")
    fact(book, "check", firm, on="2026-10-14", loan="JJ-2")
    assert [kind for kind, _on, _rule in book.ask_policy(due)] == ["first", "regular"]


@pytest.mark.parametrize(
    ("loan", "snapshot", "expected"),
    [
        ({}, {"five_tier": "special_mention"}, ("2026-10-16", "special_mention")),
        ({}, {"five_tier": "doubtful"}, ("2026-10-16", "non_performing")),
        ({}, {"dpd": 91}, ("2026-10-16", "non_performing")),  # no class in the data: by days past due
        ({}, {"dpd": 90}, ("2026-10-16", "special_mention")),
        ({}, {"outstanding": 1_000_000}, ("2026-10-31", "small")),
        ({}, {"outstanding": "1000000.01"}, ("2026-10-16", "everything_else")),
        ({"product": "fixed_asset"}, {}, ("2026-10-16", "project")),
    ],
)
def test_the_first_rule_that_fits_a_loan_holds(
    book: Book, loan: dict[str, Any], snapshot: dict[str, Any], expected: tuple[str, str]
) -> None:
    code = book.customer()
    terms = {"principal": 2_000_000, "disbursed": "2026-10-01", "matures": "2028-10-01", **loan}
    book.loan(code, "JJ-1", **terms)
    book.snapshot("JJ-1", **{"outstanding": 2_000_000, **snapshot})
    assert book.ask_policy(due) == [("first", *expected)]


def test_students_loans_and_those_that_ended_want_no_check(book: Book, firm: str) -> None:
    student = book.student()
    book.loan(student, "JJ-2", product="tuition", principal=8_000)
    book.close("JJ-1", on="2026-11-01")
    assert book.ask_policy(due) == []


def test_the_horizon_is_the_last_day(book: Book, firm: str) -> None:
    assert book.ask_policy(due, date(2026, 10, 15)) == []
    assert len(book.ask_policy(due, date(2026, 10, 16))) == 1


def test_what_was_void_or_not_yet_known_is_not_there(book: Book, firm: str) -> None:
    book.on("2026-11-21")
    fact(book, "check", firm, on="2026-10-14", kind="first")
    first, regular = (
        [("first", "2026-10-16", "everything_else")],
        [("regular", "2027-01-12", "everything_else")],
    )
    assert book.ask_policy(due, as_of="2026-11-20", known_at="2026-11-20") == first
    assert book.ask_policy(due, as_of="2026-11-20", known_at="2026-11-21") == regular


def test_of_loans_from_before_checks_were_kept_the_regular_one_is_asked(book: Book, firm: str) -> None:
    text = changed(EXAMPLE_TEXT, ("kept_since: null", "kept_since: 2026-11-01"))
    book.adopt(text)
    # 90 days from 1 November 2026
    assert book.ask_policy(due) == [("regular", "2027-01-30", "everything_else")]
    book.loan(firm, "JJ-2", principal=3_000_000, disbursed="2026-11-01", matures="2027-10-01")
    assert book.ask_policy(due)[1] == ("first", "2026-11-16", "everything_else")


def test_the_list_asks_for_checks_before_the_first_is_recorded_where_the_policy_names_a_day(
    book: Book, firm: str
) -> None:
    def asked() -> list[str]:
        return [one.reason_code for line in book.ask_policy(day_list) for one in line.reasons]

    assert "check_first" not in asked()  # nobody keeps checks here yet
    book.adopt(changed(EXAMPLE_TEXT, ("kept_since: null", "kept_since: 2026-09-01")))
    assert "check_first" in asked()


def test_where_the_policy_names_no_day_checks_are_kept_since_the_earliest_one(book: Book, firm: str) -> None:
    """A loan of three years ago is not late by three years because of a check of another loan today."""
    book.loan(firm, "JJ-2", principal=3_000_000, disbursed="2023-11-01", matures="2027-10-01")
    assert book.ask_policy(due)[1] == ("first", "2023-11-16", "everything_else")  # nothing is kept yet
    number = fact(book, "check", firm, on="2026-10-14", kind="first", loan="JJ-1")
    regular = ("regular", "2027-01-12", "everything_else")  # 90 days from 14 October, as that of the other
    assert book.ask_policy(due) == [regular, regular]
    assert book.ask_policy(due, as_of="2026-10-13")[1][1] == "2023-11-16"
    book.loan(firm, "JJ-3", principal=3_000_000, disbursed="2026-10-05", matures="2027-10-01")
    assert book.ask_policy(due)[2] == ("first", "2026-10-20", "everything_else")  # due since they are kept
    fact(book, "check", firm, on="2026-08-01", kind="regular", loan="JJ-2")  # an older one comes in later
    assert book.ask_policy(due)[1] == ("regular", "2026-10-30", "everything_else")
    book.do(void_fact, FactVoid(kind="check", fact=number))
    assert book.ask_policy(due)[0] == ("first", "2026-10-16", "everything_else")


def test_a_policy_that_names_a_day_long_ago_asks_for_every_first_check(book: Book, firm: str) -> None:
    book.loan(firm, "JJ-2", principal=3_000_000, disbursed="2023-11-01", matures="2027-10-01")
    fact(book, "check", firm, on="2026-10-14", kind="first", loan="JJ-1")
    book.adopt(changed(EXAMPLE_TEXT, ("kept_since: null", "kept_since: 1990-01-01")))
    assert book.ask_policy(due)[1] == ("first", "2023-11-16", "everything_else")


def test_the_list_is_by_day_and_of_one_officer(book: Book, firm: str) -> None:
    book.adopt(changed(EXAMPLE_TEXT, ("kept_since: null", "kept_since: 2026-09-01")))
    other = book.customer(officer="zhao.min")
    book.loan(other, "JJ-2", principal=3_000_000, disbursed="2026-09-20", matures="2027-10-01")
    fact(book, "check", firm, on="2026-11-19", kind="special", loan="JJ-1")
    found = book.ask_policy(checks_wanted)
    assert [(one.loan, one.days_late, one.last_on) for one in found] == [
        ("JJ-2", 46, None),
        ("JJ-1", 35, date(2026, 11, 19)),
    ]
    mine = book.ask_policy(checks_wanted, officer_id=book.officer_id("li.wei"))
    assert [one.loan for one in mine] == ["JJ-1"]


def test_nothing_is_next_where_nothing_is_owed(book: Book) -> None:
    book.customer()
    assert book.ask_policy(next_check, 1) is None


# ── what a check itself must be ─────────────────────────────────────────────────────────────────


def test_the_customers_officer_checks_where_nobody_is_named(book: Book, firm: str) -> None:
    number = fact(book, "check", firm)
    with book.view() as view:
        row = view.one(_officer_of(number))
    assert row is not None
    assert row.code == "li.wei"


def _officer_of(number: str) -> Any:
    from sqlalchemy import select

    from loancrm.models import Officer, PostLoanCheck, table

    rows, officer = table(PostLoanCheck), table(Officer)
    of_it = rows.c.number == int(number.removeprefix("PC-"))
    return select(officer.c.code).join(rows, rows.c.officer_id == officer.c.id).where(of_it)


def test_two_officers_are_two_persons(book: Book, firm: str) -> None:
    with pytest.raises(InvalidInput, match="two persons"):
        fact(book, "check", firm, is_on_site="yes", officer="zhao.min", second_officer="zhao.min")
    with pytest.raises(InvalidInput, match="two persons"):
        fact(book, "check", firm, second_officer="li.wei")  # the customer's own officer


def test_a_strict_policy_refuses_one_officer_on_site_and_a_check_from_the_desk(book: Book, firm: str) -> None:
    text = changed(EXAMPLE_TEXT, ("one_officer_on_site: warn", "one_officer_on_site: refuse"))
    book.adopt(changed(text, ("from_the_desk: warn", "from_the_desk: refuse")))
    with pytest.raises(InvalidInput, match="two officers"):
        fact(book, "check", firm, kind="first", is_on_site="yes")
    with pytest.raises(InvalidInput, match="everything_else"):
        fact(book, "check", firm, kind="first")
    fact(book, "check", firm, kind="first", is_on_site="yes", second_officer="zhao.min")
    fact(book, "check", firm, kind="regular")  # the rule asks for no visit


def test_the_next_day_does_not_lie_before_the_check(book: Book, firm: str) -> None:
    with pytest.raises(InvalidInput, match="--next"):
        fact(book, "check", firm, next_on=str(TODAY - timedelta(days=1)))
