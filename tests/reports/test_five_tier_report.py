"""The book by class in groups, with what is provided and expected to be lost, by hand."""

from __future__ import annotations

from datetime import date

import pytest

from loancrm.errors import UsageFault
from loancrm.indicators.exposures import NO_SHOCK
from loancrm.reports.grouping import KEYS, Grouping
from loancrm.reports.portfolio import portfolio
from loancrm.reports.portfolio_loans import loans_behind
from loancrm.reports.provision import provision
from loancrm.reports.standing import ClassLine, FiveTier, GroupLine, by_group, five_tier
from loancrm.reports.stress import stress
from tests.support import Book


@pytest.fixture
def classed(book: Book) -> Book:
    """Two firms in two branches and a student: 1,000 normal, 300 substandard, 600 normal, 50 unknown.

    The example policy: 2 % a year of stage 1; all is lost of a loan whose security is not known.
    """
    with book.batch():
        one, two = book.customer(branch="杭州支行"), book.customer(branch="苏州支行")
        book.owing(one, "A", dpd=0, outstanding=1000, product="working_capital")
        book.owing(two, "B", dpd=100, overdue=1, outstanding=300, product="working_capital")
        book.owing(book.student(), "C", dpd=0, outstanding=600, product="tuition")
        book.owing(book.student(), "D", dpd=None, outstanding=50, product="tuition")
    return book


def groups(found: FiveTier) -> dict[str | None, GroupLine]:
    return {line.key: line for line in found.lines if isinstance(line, GroupLine)}


def test_groups_say_balances_by_class_and_the_npl_ratio(classed: Book) -> None:
    found = groups(classed.ask_policy(by_group, Grouping("product")))
    lent, tuition = found["working_capital"], found["tuition"]
    assert list(found) == ["working_capital", "tuition"]  # the most non-performing first
    assert (lent.loans, lent.outstanding_principal, lent.normal, lent.substandard) == (
        2,
        1300_00,
        1000_00,
        300_00,
    )
    assert (lent.npl, lent.npl_ratio, lent.computed_npl_ratio) == (300_00, 230_769, 230_769)
    assert (tuition.loans, tuition.outstanding_principal, tuition.npl_ratio) == (2, 600_00, 0)
    assert (lent.share, tuition.share) == (684_211, 315_789)  # of 1,900.00


def test_branches_are_those_of_the_customers(classed: Book) -> None:
    found = groups(classed.ask_policy(by_group, Grouping("branch")))
    assert {key: line.npl for key, line in found.items()} == {"苏州支行": 300_00, "杭州支行": 0, None: 0}


def test_provisions_follow_the_class_and_expected_losses_the_stage(classed: Book) -> None:
    """1 % of 1,600 and 25 % of 300: 91.00; 1 % of all 1,900 is general, 3.00 more: 94.00 of 300.00.

    Lost are 2 % of 1,600 and all of 300 in the baseline (60 %). Upturn (15 %): 80 % as often, 95 % of it;
    downturn (25 %): half as often again, and no more than all. 32.00 × (0.6 + 0.114 + 0.375) = 34.848,
    300.00 × (0.6 + 0.1425 + 0.25) = 297.75.
    """
    found = classed.ask_policy(five_tier)
    assert (found.provision, found.general, found.coverage, found.expected_loss) == (
        94_00, 3_00, 313_333, 332_60,
    )  # fmt: skip
    lines = {line.five_tier: (line.provision, line.expected_loss) for line in found.lines}
    assert (lines["normal"], lines["substandard"]) == ((16_00, 34_85), (75_00, 297_75))
    assert lines["unknown"] == (None, None)


def test_every_page_of_a_day_says_the_same_of_npl_provisions_and_losses(classed: Book) -> None:
    """The bank says a class of E alone: the others have ours."""
    classed.owing(classed.student(), "E", dpd=0, outstanding=600, five_tier="special_mention")
    by_class, needed = classed.ask_policy(five_tier), classed.ask_policy(provision)
    page, shaken = classed.ask_policy(portfolio), classed.ask_policy(stress, NO_SHOCK)
    # 1 % of 1,600, 2 % of 600, 25 % of 300 make 103.00; of all 2,500 1 % is general, 9.00 more than the 16.00
    assert by_class.provision == 112_00
    assert by_class.npl == 300_00
    for name in ("npl", "provision", "coverage"):
        assert getattr(page, name) == getattr(needed, name) == getattr(by_class, name), name
    assert page.npl_ratio == by_class.npl_ratio == shaken.npl_ratio_before
    assert needed.expected_loss == by_class.expected_loss == shaken.expected_loss_before
    assert shaken.provision_before == shaken.provision_after == needed.provision
    behind = classed.ask_policy(loans_behind, "npl")
    assert [line.loan for line in behind.lines] == ["B"]
    assert behind.total == page.npl


@pytest.mark.parametrize("by", [name for name in KEYS if name not in ("five_tier", "status")])
def test_the_sums_are_the_same_however_the_book_is_grouped(classed: Book, by: str) -> None:
    whole, found = classed.ask_policy(five_tier), classed.ask_policy(by_group, Grouping(by))
    for name in (
        "loans",
        "outstanding_principal",
        "npl",
        "loans_without_class",
        "provision",
        "expected_loss",
    ):
        assert getattr(found, name) == getattr(whole, name), name
    assert sum(line.npl for line in found.lines) == whole.npl


@pytest.mark.parametrize("by", ["five_tier", "status", "colour"])
def test_what_makes_no_sense_is_refused(classed: Book, by: str) -> None:
    with pytest.raises(UsageFault):
        classed.ask_policy(by_group, Grouping(by))


def test_classes_stand_beside_those_of_an_earlier_day(book: Book) -> None:
    """30 September: 700 normal and 300 substandard; 20 November: 500 normal, and nothing of the other."""
    with book.batch():
        one, two = book.customer(branch="杭州支行"), book.customer(branch="苏州支行")
        book.owing(one, "A", on="2026-09-30", dpd=0, outstanding=700, disbursed="2026-01-05")
        book.owing(two, "B", on="2026-09-30", dpd=100, overdue=1, outstanding=300, disbursed="2026-01-05")
        book.snapshot("A", outstanding=500)
        book.snapshot("B", outstanding=0)
        book.close("B")
    found = book.ask_policy(five_tier, since=date(2026, 9, 30))
    assert (found.npl_ratio, found.npl_ratio_before) == (0, 300_000)
    before = {line.five_tier: line.balance_before for line in found.lines if isinstance(line, ClassLine)}
    assert (before["normal"], before["substandard"], before["loss"]) == (700_00, 300_00, 0)
    grouped = groups(book.ask_policy(by_group, Grouping("branch"), since=date(2026, 9, 30)))
    assert {key: (line.npl, line.npl_before) for key, line in grouped.items()} == {
        "杭州支行": (0, 0),
        "苏州支行": (0, 300_00),
    }
    alone = book.ask_policy(five_tier)
    assert (alone.since, alone.npl_ratio_before) == (None, None)
