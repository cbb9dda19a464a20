"""The book under a scenario, by hand; and scenario files, read strictly."""

from __future__ import annotations

from pathlib import Path

import pytest

from loancrm.errors import InvalidInput, NotFound
from loancrm.indicators.exposures import NO_SHOCK, Shock
from loancrm.policy.stress import read_scenario
from loancrm.reports.grouping import Grouping
from loancrm.reports.stress import Stress, beside, stress
from tests.conftest import REPO
from tests.reports.test_provision import PLAIN
from tests.support import Book


@pytest.fixture
def lent(book: Book) -> Book:
    """Two companies' loans and a student's in order, 1,000.00 each; 400.00 of a third are 120 days late."""
    book.on("2026-11-20")
    for number, industry in (("A", "C34"), ("B", "F51")):
        book.owing(book.customer(industry=industry), number, principal=1000, outstanding=1000)
    book.owing(book.student(), "C", principal=1000, outstanding=1000)
    book.owing(book.customer(industry="C39"), "D", principal=400, outstanding=400, dpd=120, overdue=400)
    book.adopt(PLAIN, "2026-01-01")
    return book


def lines(found: Stress) -> dict[str | None, tuple[int, int, int, int]]:
    return {
        one.five_tier or one.key: (
            one.balance_before // 100,
            one.balance_after // 100,
            one.expected_loss_before,
            one.expected_loss_after,
        )
        for one in found.lines
        if one.loans or one.balance_after
    }


def test_nothing_happens_without_a_shock(lent: Book) -> None:
    """Security unknown: all is lost in a default; 2 % a year of 3,000.00, and 400.00 that have defaulted."""
    found = lent.ask_policy(stress, NO_SHOCK)
    assert lines(found) == {"normal": (3000, 3000, 60_00, 60_00), "substandard": (400, 400, 400_00, 400_00)}
    assert (found.npl_ratio_before, found.npl_ratio_after) == (117_647, 117_647)


def test_the_same_scenario_on_an_earlier_day_stands_beside(lent: Book) -> None:
    """Twice as often, 4 %: of 3,000 in order 120 is lost; 20 days later half of A and all of B is paid."""
    lent.on("2026-12-10").snapshot("A", outstanding=500)
    lent.close("B")
    shock = Shock(default=2_000_000)
    now, then = (lent.ask_policy(stress, shock, as_of=day) for day in (None, "2026-11-20"))
    found = beside(now, then)
    assert {
        one.five_tier: (
            one.balance_before,
            one.balance_earlier,
            one.expected_loss_after,
            one.expected_loss_after_earlier,
        )
        for one in found.lines
        if one.loans
    } == {
        "normal": (1500_00, 3000_00, 60_00, 120_00),
        "substandard": (400_00, 400_00, 400_00, 400_00),
    }
    assert found.earlier is not None
    assert (found.expected_loss_after, found.earlier.expected_loss_after) == (460_00, 520_00)
    by_industry = Grouping("industry")
    groups = (lent.ask_policy(stress, shock, grouping=by_industry, as_of=day) for day in (None, "2026-11-20"))
    shown = {one.key: (one.balance_before, one.balance_earlier) for one in beside(*groups).lines}
    assert shown == {"C34": (500_00, 1000_00), None: (1000_00, 1000_00), "C39": (400_00, 400_00)}


def test_what_defaults_beyond_what_is_expected_becomes_substandard(lent: Book) -> None:
    """C34 three times as often: 6 %; C otherwise twice; students half as often again: 3 %.

    Moved: 40.00 of A, nothing of B, 10.00 of C.
    """
    shock = Shock(industries=(("C", 2_000_000), ("C34", 3_000_000)), students=1_500_000)
    found = lent.ask_policy(stress, shock)
    assert lines(found) == {"normal": (3000, 2950, 60_00, 110_00), "substandard": (400, 450, 400_00, 400_00)}
    assert (found.npl_before, found.npl_after) == (400_00, 450_00)
    # 1 % of what is normal and 25 % of what is substandard, 130.00 and 142.00; in all 1 % of 3,400 is general
    assert (found.provision_before, found.provision_after) == (134_00, 146_50)
    groups = lent.ask_policy(stress, shock, grouping=Grouping("industry"))
    assert {one.key: (one.expected_loss_before, one.expected_loss_after) for one in groups.lines} == {
        "C34": (20_00, 60_00),
        "C39": (400_00, 400_00),
        "F51": (20_00, 20_00),
        None: (20_00, 30_00),
    }
    assert [one.key for one in groups.lines][:2] == ["C34", None]  # the most more is lost first


def test_the_loans_that_it_hits_hardest_say_how_much_more_is_lost(lent: Book) -> None:
    """All is lost in a default: of 1,000.00 at 6 % 60.00 after 20.00, at 3 % 30.00; B and D as before."""
    shock = Shock(industries=(("C", 2_000_000), ("C34", 3_000_000)), students=1_500_000)
    found = lent.ask_policy(stress, shock, with_largest=True).largest
    assert [(one["loan"], one["year_loss_before"], one["year_loss_after"]) for one in found] == [
        ("A", 20_00, 60_00),
        ("C", 20_00, 30_00),
    ]
    assert (found[0]["default_rate_before"], found[0]["default_rate_after"]) == (20_000, 60_000)
    assert lent.ask_policy(stress, shock).largest == ()


def test_the_stress_of_an_empty_book_is_empty(book: Book) -> None:
    found = book.ask_policy(stress, Shock(default=2_000_000))
    assert (found.lines, found.loans, found.npl_ratio_after) == ((), 0, None)


def test_changes_count_in_proportion(tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    path.write_text(
        "format: 1\nname: x\ncollateral: -25%\n"
        "reference_rate: {change: +50bp, default_per_100bp: 120%}\n"
        "graduate_employment: {change: -5%, default_per_10_points: 130%}\n",
        "utf-8",
    )
    read = read_scenario(path)
    assert read.shock == Shock(collateral=750_000, floating=1_100_000, students=1_150_000)
    assert read.rate_change == 5_000


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("format: 1\nname: x\n", "nothing is assumed"),
        ("format: 1\nname: x\ncolateral: -25%\n", r"s\.yaml:3:1: .*colateral"),
        ("format: 1\nname: x\ncollateral: -125%\n", r"s\.yaml:3:1: collateral: a change from -100%"),
        ("format: 1\nname: x\ndefault: {all: often}\n", r"s\.yaml:3:11: default\.all"),
        ("format: 1\nname: x\ndefault: {industries: {C-34: 2}}\n", "industries"),
        ("format: 2\nname: x\ncollateral: -5%\n", "format"),
    ],
)
def test_what_cannot_be_read_is_said_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "s.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(InvalidInput, match=said):
        read_scenario(path)


def test_a_scenario_that_is_not_there_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="there is no scenario file"):
        read_scenario(tmp_path / "none.yaml")


def test_the_example_is_a_scenario() -> None:
    assert read_scenario(REPO / "examples" / "scenarios" / "export_slump.yaml").shock.collateral == 750_000
