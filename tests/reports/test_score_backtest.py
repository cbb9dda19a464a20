"""Cards tested on the past: five customers, five month ends by hand, and a fact that was known too late."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from math import exp, log
from pathlib import Path
from typing import Any

import pytest

from loancrm.errors import InvalidInput, NotFound
from loancrm.policy.parse import from_text
from loancrm.reports import replay, score_backtest
from loancrm.reports.score_backtest import CardTested, ScoresAsked, backtest_scores
from loancrm.view import View
from tests.policy.test_cards import policy_with
from tests.support import Book

from .late_books import SINCE, leak, lend

CARDS = """\
scorecards:
  lateness:
    title: {en: lateness, zh_CN: 逾期}
    kind: points
    applies_to: [enterprise]
    items:
      - indicator: days_past_due
        bands: [{when: "<= 0", points: 10}, {when: "1..7", points: 5}, {when: "8..30", points: 2}]
    grades:
      - {grade: A, from: 8}
      - {grade: B, from: 4}
      - {grade: C, from: 0}
  chance:
    title: {en: chance, zh_CN: 概率}
    kind: logistic
    applies_to: [enterprise]
    intercept: -3
    items:
      - {indicator: days_past_due, coefficient: 0.2}
"""


@pytest.fixture
def late(book: Book) -> Book:
    return lend(book)


@pytest.fixture
def cards(tmp_path: Path) -> str:
    path = tmp_path / "cards.yaml"
    path.write_text(policy_with(CARDS), "utf-8")
    return str(path)


def told(book: Book, policy: str, card: str | None = "lateness", **more: Any) -> tuple[CardTested, ...]:
    asked = ScoresAsked(
        from_text("days_past_due > 30"), **{"horizon": 31, "card": card, "since": SINCE, **more}
    )
    found: tuple[CardTested, ...] = book.ask_policy(backtest_scores, asked, policy=policy)
    return found


def millionths(value: Fraction | float) -> int:
    return round(value * 1_000_000)


def test_the_cases_of_four_month_ends_by_hand(late: Book, cards: str) -> None:
    """January E, February B, March D get the event; E in February, B since March and D in April have it."""
    [found] = told(late, cards)
    assert (str(found.since), str(found.until), found.days) == ("2026-01-31", "2026-04-30", 4)
    assert (found.n, found.events, found.already) == (16, 3, 4)
    assert (found.unknown, found.without_score) == (0, 0)
    # points of the events: 2, 2, 10; of the others eleven times 10 and twice 5
    assert found.auc == millionths(Fraction(13 + 13, 39) + Fraction(11, 2) / 39)
    assert found.gini == millionths(2 * Fraction(63, 78) - 1)
    assert found.ks == millionths(Fraction(2, 3))


def test_a_card_of_points_is_calibrated_by_its_grades(late: Book, cards: str) -> None:
    [found] = told(late, cards)
    assert found.calibrated_by == "grade"
    assert [(one.grade, one.low, one.high, one.n, one.events, one.observed) for one in found.calibration] == [
        ("A", 10_000_000, 10_000_000, 12, 1, 83_333),
        ("B", 5_000_000, 5_000_000, 2, 0, 0),
        ("C", 2_000_000, 2_000_000, 2, 2, 1_000_000),
    ]
    assert [one.expected for one in found.calibration] == [None] * 3
    # Wilson's interval of 1 in 12: 0.0149 to 0.3539
    assert [round(edge / 1e6, 4) for edge in (found.calibration[0].least, found.calibration[0].most)] == [
        0.0149, 0.3539,
    ]  # fmt: skip


def test_quarters_have_their_own_measures_and_their_shift_from_the_first(late: Book, cards: str) -> None:
    [found] = told(late, cards)
    first, second = found.quarters
    assert (first.quarter, first.n, first.events, first.share) == ("2026Q1", 13, 3, 230_769)
    assert first.auc == millionths(Fraction(24, 30))
    assert (second.quarter, second.n, second.events) == ("2026Q2", 3, 0)
    assert (second.auc, second.ks, first.psi) == (None, None, None)
    # of the first: 9 of 13 at 10 points, 2 at 5, 2 at 2; of the second all three at 10, and half a case else
    parts = [(1, 9 / 13), (1 / 6, 2 / 13), (1 / 6, 2 / 13)]
    assert second.psi == found.psi == millionths(sum((a - e) * log(a / e) for a, e in parts))


def test_a_card_of_chances_says_what_it_expected(late: Book, cards: str) -> None:
    [found] = told(late, cards, "chance")
    assert found.calibrated_by == "decile"
    chance = {days: 1 / (1 + exp(3 - 0.2 * days)) for days in (0, 5, 20)}
    assert [(one.n, one.events, one.expected) for one in found.calibration] == [
        (12, 1, millionths(chance[0])),
        (2, 0, millionths(chance[5])),
        (2, 2, millionths(chance[20])),
    ]
    assert found.auc == millionths(Fraction(63, 78))  # the same order as by points


def test_the_book_is_tested_by_the_cards_that_it_is_scored_by(late: Book, cards: str) -> None:
    assert [one.card for one in told(late, cards, None)] == ["lateness"]
    with pytest.raises(NotFound):
        told(late, cards, "nothing")


def test_an_event_counts_only_within_the_horizon(late: Book, cards: str) -> None:
    """Within 20 days of a month end no other one lies, and what is carried forward holds on the last day."""
    assert told(late, cards, horizon=20)[0].events == 0
    assert told(late, cards, horizon=62)[0].events == 2 + 2 + 1  # E and B, B and D, D


def test_months_whose_horizon_is_not_over_are_not_looked_at(late: Book, cards: str) -> None:
    with pytest.raises(InvalidInput, match="2026-05-05"):
        told(late, cards, until=date(2026, 5, 31))
    with pytest.raises(InvalidInput, match="no month end"):
        told(late, cards, since=date(2026, 4, 1), until=date(2026, 4, 15))


def test_a_customer_of_whom_nothing_is_known_later_is_no_case(book: Book, cards: str) -> None:
    """One snapshot, which is too old after a while: whether the event came is unknown, not no."""
    book.on("2026-01-31").owing(book.customer(), "A", disbursed="2026-01-01", dpd=3, overdue=1)
    stale = book.policy().terms.stale_after_days
    when = {"since": date(2026, 1, 1), "until": date(2026, 1, 31)}
    [known] = told(book.on("2026-11-20"), cards, horizon=stale - 1, **when)
    assert (known.n, known.unknown) == (1, 0)
    book.on("2026-03-10").owing(book.customer(), "B", disbursed="2026-03-01", dpd=0)
    [found] = told(book.on("2026-11-20"), cards, horizon=14, since=date(2026, 4, 1), until=date(2026, 4, 30))
    assert (found.n, found.unknown) == (0, 2)


# ── what was not known then ─────────────────────────────────────────────────────────────────────


def test_what_was_learned_later_is_not_used(late: Book, cards: str, monkeypatch: pytest.MonkeyPatch) -> None:
    [before] = told(late, cards)
    leak(late)
    assert told(late, cards) == (before,)
    for module in (replay, score_backtest):  # the same without what was known then: the card seems to know
        monkeypatch.setattr(module, "as_known", View.at)
    [leaked] = told(late, cards)
    assert leaked.auc == 1_000_000 != before.auc  # points of the events are 2, 2, 2 now


def test_what_was_known_on_an_earlier_day_is_asked_for_with_known_at(late: Book, cards: str) -> None:
    """By the end of March nobody knew of D's April: its case in March has no event."""
    asked = ScoresAsked(from_text("days_past_due > 30"), 31, "lateness", SINCE)
    [found] = late.ask_policy(backtest_scores, asked, policy=cards, known_at="2026-03-31")
    assert (found.n, found.events) == (17, 2)  # D in April is not known to have it already
