"""Vintages by hand: ages since disbursement, write-offs, groups, what is left out."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loancrm.calendars import add_months
from loancrm.errors import UsageFault
from loancrm.reports.grouping import Grouping
from loancrm.reports.vintage import Asked, Vintage, vintage, whole_months
from tests.support import EXAMPLE_TEXT, Book, changed


@pytest.fixture
def lent(book: Book) -> Book:
    """Loans of the first quarter of 2026, looked at on 20 November.

    ====  ==========  =======  =====================================================
    loan  disbursed   lent     what became of it
    ====  ==========  =======  =====================================================
    A     2026-01-10  600      91 days late on 2026-06-10, paid again on 2026-07-10
    B     2026-01-31  300      90 days late on 2026-09-30, and never more
    C     2026-02-20  100      written off on 2026-04-20
    D     2026-03-05  1,000    in order
    ====  ==========  =======  =====================================================
    """
    days = (
        ("A", 600, "2026-01-10"),
        ("B", 300, "2026-01-31"),
        ("C", 100, "2026-02-20"),
        ("D", 1000, "2026-03-05"),
    )
    for number, principal, disbursed in days:
        owner = book.customer(region="浙江" if number == "D" else "江苏")
        book.loan(owner, number, principal=principal, disbursed=disbursed, matures="2027-12-15")
    book.snapshot("A", "2026-05-10", outstanding=500, dpd=60, overdue=1)
    book.snapshot("A", "2026-06-10", outstanding=500, dpd=91, overdue=1)
    book.snapshot("A", "2026-07-10", outstanding=400)
    book.snapshot("B", "2026-09-30", outstanding=300, dpd=90, overdue=1)
    book.snapshot("D", "2026-11-20", outstanding=900)
    book.close("C", "written_off", "2026-04-20", amount=100)
    return book


def cells(found: Vintage, key: str | None = None) -> dict[str, dict[int | None, tuple[int, int | None]]]:
    """Return by cohort and age what went bad, in yuan, and its share."""
    shown: dict[str, dict[int | None, tuple[int, int | None]]] = {}
    for line in found.lines:
        if line.key == key:
            shown.setdefault(line.cohort, {})[line.months_on_book] = (line.bad_principal // 100, line.share)
    return shown


def test_a_quarter_reaches_an_age_when_its_youngest_loan_does(lent: Book) -> None:
    """The youngest is of 5 March: eight months by 5 November. A is bad on the very day of its fifth month."""
    found = cells(lent.ask_policy(vintage, Asked("quarter", every=1)))
    assert found == {
        "2026-Q1": {
            1: (0, 0),
            2: (100, 50_000),  # C, on the day of its second month; 100 of 2,000
            3: (100, 50_000),
            4: (100, 50_000),
            5: (700, 350_000),
            6: (700, 350_000),
            7: (700, 350_000),
            8: (700, 350_000),
            None: (700, 350_000),
        }
    }


def test_an_earlier_day_is_compared_cohort_by_cohort_and_age_by_age(lent: Book) -> None:
    """By 5 June only C had gone bad, 100 of 2,000, and the youngest was three months on book."""
    found = lent.ask_policy(vintage, Asked("quarter", every=1, since=date(2026, 6, 5)))
    assert {one.months_on_book: (one.bad_principal_before, one.share_before) for one in found.lines} == {
        1: (0, 0),
        2: (100_00, 50_000),
        3: (100_00, 50_000),
        **dict.fromkeys(range(4, 9), (None, None)),
        None: (100_00, 50_000),
    }
    assert (found.bad_principal_before, found.share_before) == (100_00, 50_000)
    assert cells(found) == cells(lent.ask_policy(vintage, Asked("quarter", every=1)))


def test_what_was_not_lent_by_the_earlier_day_has_no_figure_of_it(lent: Book) -> None:
    """By 10 February A and B were lent, 900, and neither had gone bad."""
    found = lent.ask_policy(vintage, Asked(every=12, since=date(2026, 2, 10)))
    assert [(one.cohort, one.share, one.share_before) for one in found.lines] == [
        ("2026-01", 666_667, 0),
        ("2026-02", 1_000_000, None),
        ("2026-03", 0, None),
    ]
    assert (found.since, found.bad_principal_before, found.share_before) == (date(2026, 2, 10), 0, 0)


def test_groups_are_compared_with_themselves(lent: Book) -> None:
    """江苏: by 5 June 100 of 1,000; 浙江: nothing of 1,000."""
    asked = Asked("year", every=12, grouping=Grouping("region"), since=date(2026, 6, 5))
    assert [(one.key, one.share, one.share_before) for one in lent.ask_policy(vintage, asked).lines] == [
        ("江苏", 700_000, 100_000),
        ("浙江", 0, 0),
    ]


def test_months_are_cohorts_and_every_third_age_is_shown(lent: Book) -> None:
    assert cells(lent.ask_policy(vintage)) == {
        "2026-01": {3: (0, 0), 6: (600, 666_667), 9: (600, 666_667), None: (600, 666_667)},
        "2026-02": {3: (100, 1_000_000), 6: (100, 1_000_000), 9: (100, 1_000_000), None: (100, 1_000_000)},
        "2026-03": {3: (0, 0), 6: (0, 0), None: (0, 0)},
    }


def test_the_days_are_the_policys(lent: Book) -> None:
    lent.adopt(
        changed(EXAMPLE_TEXT, ("vintage: {days_past_due: 90", "vintage: {days_past_due: 89")), "2026-01-01"
    )
    found = cells(lent.ask_policy(vintage))
    assert found["2026-01"] == {3: (0, 0), 6: (600, 666_667), 9: (900, 1_000_000), None: (900, 1_000_000)}


def test_an_earlier_day_knows_nothing_of_what_came_later(lent: Book) -> None:
    found = cells(lent.ask_policy(vintage, Asked("quarter", every=1), as_of="2026-06-09"))
    assert found == {"2026-Q1": {1: (0, 0), 2: (100, 50_000), 3: (100, 50_000), None: (100, 50_000)}}


def test_groups_and_days_of_disbursement(lent: Book) -> None:
    found = lent.ask_policy(vintage, Asked("year", grouping=Grouping("region")))
    assert cells(found, "江苏") == {"2026": {None: (700, 700_000)}}
    assert cells(found, "浙江") == {"2026": {None: (0, 0)}}
    early = lent.ask_policy(vintage, Asked("year", last=date(2026, 1, 31)))
    assert (early.loans, early.original_principal) == (2, 900_00)
    assert [(one.loan, str(one.bad_on)) for one in early.largest] == [("A", "2026-06-10")]
    with pytest.raises(UsageFault, match="--by"):
        lent.ask_policy(vintage, Asked(grouping=Grouping("five_tier")))


def test_cancelled_loans_and_those_never_paid_out_are_left_out(lent: Book) -> None:
    lent.loan(lent.customer(), "E", principal=500, disbursed="2026-01-05")
    lent.close("E", "cancelled", "2026-01-06")
    lent.loan(lent.customer(), "F", principal=500, disbursed=None)
    found = lent.ask_policy(vintage)
    assert (found.loans, found.left_out) == (4, 2)


def test_nothing_was_lent_in_an_empty_book(book: Book) -> None:
    found = book.ask_policy(vintage)
    assert (found.lines, found.loans, found.share, found.largest) == ((), 0, None, ())


@given(st.dates(date(1990, 1, 1), date(2030, 1, 1)), st.integers(0, 20_000))
def test_whole_months_are_those_that_fit(start: date, days: int) -> None:
    day = date.fromordinal(start.toordinal() + days)
    months = whole_months(start, day)
    assert add_months(start, months) <= day < add_months(start, months + 1)
