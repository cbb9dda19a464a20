"""Expected losses and provisions by hand: stages, scenarios, segments, collateral, the general part."""

from __future__ import annotations

from datetime import date

import pytest

from loancrm.errors import InvalidInput
from loancrm.models import Assessment
from loancrm.policy.policy import read_policy
from loancrm.reports.grouping import Grouping
from loancrm.reports.provision import Asked, Provision, provision
from loancrm.services.dossier import FactIn, add_fact
from tests.support import EXAMPLE_TEXT, Book, changed

SCENARIOS = """  scenarios:
    - {name: baseline, weight: 60%, default: 100%, lost: 100%}
    - {name: upturn, weight: 15%, default: 80%, lost: 95%}
    - {name: downturn, weight: 25%, default: 150%, lost: 115%}
"""
ONE = "  scenarios: [{name: baseline, weight: 100%, default: 100%, lost: 100%}]\n"
PLAIN = changed(EXAMPLE_TEXT, (SCENARIOS, ONE), ("default_from: [segment]", "default_from: []"))


@pytest.fixture
def lent(book: Book) -> Book:
    """1,000.00 each, in stages 1 to 3 by days past due: one unsecured, one mortgaged, one pledged."""
    book.on("2026-11-20")
    owed = (("A", 0, "unsecured"), ("B", 40, "mortgage"), ("C", 120, "pledge"))
    for number, days, security in owed:
        owner = book.student(region="浙江" if number == "A" else "江苏")
        book.loan(
            owner, number, principal=1000, disbursed="2026-01-15", matures="2027-11-20", security=security
        )
        book.snapshot(number, outstanding=1000, dpd=days, overdue=1 if days else 0)
    return book


def losses(found: Provision) -> dict[int | None, int]:
    return {line.ifrs9_stage: line.expected_loss for line in found.lines}


def test_each_stage_by_its_formula(lent: Book) -> None:
    """Stage 1: 2 % of 45 % of 1,000.00: 9.00. Stage 2: 10 % of 20 %, one year at no rate. Stage 3: 10 %."""
    lent.adopt(PLAIN, "2026-01-01")
    found = lent.ask_policy(provision)
    assert losses(found) == {1: 9_00, 2: 20_00, 3: 100_00}
    assert (found.expected_loss, found.npl, found.expected_coverage) == (129_00, 1000_00, 129_000)


def test_scenarios_are_weighed_exactly(lent: Book) -> None:
    """Stage 1, a student without a segment. Baseline 9.00; upturn 1.6 % of 42.75 %: 6.84; downturn 3 % of
    51.75 %: 15.525. 60, 15 and 25 %: 5.40 + 1.026 + 3.88125 = 10.30725.
    """
    found = lent.ask_policy(provision)
    line = found.lines[0]
    assert line.scenarios == {"baseline": 9_00, "upturn": 6_84, "downturn": 15_53}
    assert line.expected_loss == 10_31
    assert found.lines[1].expected_loss == 22_91  # 12.00 + 2.28 + 8.625
    assert found.expected_loss == 136_21  # 10.30725 + 22.905 + 103.00, rounded once


def test_no_more_than_all_is_lost_in_a_scenario(lent: Book) -> None:
    worst = "  scenarios: [{name: ruin, weight: 100%, default: 9999%, lost: 9999%}]\n"
    lent.adopt(changed(PLAIN, (ONE, worst)), "2026-01-01")
    assert losses(lent.ask_policy(provision)) == {1: 1000_00, 2: 1000_00, 3: 1000_00}


def test_a_segment_says_how_often_its_loans_default(lent: Book) -> None:
    lent.adopt(changed(EXAMPLE_TEXT, (SCENARIOS, ONE)), "2026-01-01")
    lent.classify()  # B and C are 15 days late and more: risk; A has no year behind it: mass market
    assert losses(lent.ask_policy(provision)) == {1: 9_00, 2: 40_00, 3: 100_00}  # 20 % of 20 %


def test_the_newest_kept_grade_says_it_before_the_segment_does(lent: Book) -> None:
    """A is of grade A: 0.5 % a year of 45 %. B too, but in stage 2 no less than 10 %."""
    lent.adopt(changed(PLAIN, ("default_from: []", "default_from: [grade, segment]")), "2026-01-01")
    with lent.unit() as uow:
        for owner, on, grade in ((1, "2026-05-01", "D"), (1, "2026-06-01", "A"), (2, "2026-06-01", "A")):
            fact = {
                "number": uow.next_number("assessment"),
                "customer_id": owner,
                "card": "student",
                "cause": "first",
            }
            uow.insert(Assessment, effective_on=date.fromisoformat(on), has_event=False, grade=grade, **fact)
    assert losses(lent.ask_policy(provision)) == {1: 2_25, 2: 20_00, 3: 100_00}


def test_collateral_says_what_is_lost(lent: Book) -> None:
    """B's house of 1,000.00, 200.00 of it owed to others: 800 × (1 − 30 % − 5 %) = 520; 48 % is lost."""
    lent.adopt(PLAIN, "2026-01-01")
    values = {"kind": "real_estate", "description": "住宅"}
    lent.do(add_fact, FactIn(kind="collateral", owner="C-00002", on=date(2026, 1, 15), values=values))
    worth = {"collateral": "CO-00001", "value": 1000_00, "prior_claims": 200_00, "on": date(2026, 2, 1)}
    lent.do(add_fact, FactIn(kind="appraisal", owner="C-00002", on=date(2026, 2, 1), values=worth))
    assert losses(lent.ask_policy(provision))[2] == 48_00
    assert losses(lent.ask_policy(provision, as_of="2026-11-20", known_at="2026-11-20"))[2] == 48_00


def test_by_class_and_at_least_the_general_part_of_all(lent: Book) -> None:
    """1 % of A 10.00; 2 % of B 20.00; 25 % of C 250.00. General: 1 % of 3,000.00 less A's 10.00."""
    found = lent.ask_policy(provision)
    assert [(one.five_tier, one.provision) for one in found.classes if one.loans] == [
        ("normal", 10_00),
        ("special_mention", 20_00),
        ("substandard", 250_00),
    ]
    assert (found.by_class, found.general, found.provision) == (280_00, 20_00, 300_00)
    assert found.coverage == 300_000  # of 1,000.00
    short = lent.ask_policy(provision, Asked(recorded=250_00))
    assert short.shortfall == 50_00


def test_groups_and_an_earlier_day(lent: Book) -> None:
    lent.adopt(PLAIN, "2026-01-01")
    lent.on("2026-11-25").snapshot("A", outstanding=500)
    found = lent.ask_policy(provision, Asked(Grouping("region"), since=date(2026, 11, 20)))
    assert [(one.key, one.expected_loss, one.expected_loss_before) for one in found.lines] == [
        ("江苏", 120_00, 120_00),
        ("浙江", 4_50, 9_00),
    ]
    assert (found.expected_loss, found.expected_loss_before) == (124_50, 129_00)


def test_nothing_is_lost_of_an_empty_book(book: Book) -> None:
    found = book.ask_policy(provision)
    assert (found.lines, found.classes, found.expected_loss, found.coverage) == ((), (), 0, None)


def test_weights_that_are_not_one_are_refused() -> None:
    with pytest.raises(InvalidInput, match=r"expected_loss: the weights of the scenarios sum to 100%"):
        read_policy(changed(EXAMPLE_TEXT, ("weight: 60%", "weight: 50%")), "test.yaml")
