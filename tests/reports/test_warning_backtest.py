"""Warnings tested on the past: five customers and months by hand, and a fact that was known too late."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from loancrm.errors import InvalidInput
from loancrm.policy.parse import from_text
from loancrm.policy.policy import read_policy
from loancrm.reports import replay, warning_backtest
from loancrm.reports.warning_backtest import Counted, RulesAsked, RulesTested, RuleTested, backtest_rules
from loancrm.services.merging import MergeIn, merge
from loancrm.view import View
from tests.support import Book

from .late_books import SINCE, leak, lend, warned_by

SLOW = 'slow: {days_past_due: "1..30"}'
ANY = 'any_late: {days_past_due: ">= 1"}'


@pytest.fixture
def late(book: Book) -> Book:
    return lend(book)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def told(book: Book, folder: Path, *rules: str, when: dict[str, Any] | None = None, **more: Any) -> Any:
    path = folder / "rules.yaml"
    path.write_text(warned_by(*rules), "utf-8")
    event = from_text(more.pop("event", "days_past_due > 30"))
    read = read_policy(path.read_text("utf-8"), "rules.yaml").warnings.rules
    asked = RulesAsked(read, event, **{"since": SINCE, **more})
    found: RulesTested = book.ask_policy(backtest_rules, asked, policy=str(path), **(when or {}))
    return found


def one(book: Book, folder: Path, rule: str, **more: Any) -> RuleTested:
    [found] = told(book, folder, rule, **more).rules
    assert isinstance(found, RuleTested)
    return found


def test_a_rule_by_hand(late: Book, folder: Path) -> None:
    """Sixteen cases, three of them bad. January: B and E, of which E comes; February: B, that too, and C."""
    found = one(late, folder, SLOW)
    assert found.counted == Counted(
        alerts=4,
        hits=2,
        precision=500_000,
        recall=666_667,
        lift=2_666_667,  # 2/4 ÷ 3/16
        median_lead_days=28,  # E: 31 January to 28 February; B: to 31 March, 31 days
        onsets_caught=2,
        balance_caught=700_00,  # E owed 500, B 200
    )
    assert (found.late, found.unknown) == (0, 0)


def test_months_say_what_was_alerted_and_what_was_new(late: Book, folder: Path) -> None:
    found = one(late, folder, SLOW)
    assert [(str(m.on), m.alerts, m.raised, m.hits) for m in found.months] == [
        ("2026-01-31", 2, 2, 1),
        ("2026-02-28", 2, 1, 1),  # B was warned of in January
        ("2026-03-31", 0, 0, 0),
        ("2026-04-30", 0, 0, 0),
    ]


def test_a_rule_stands_beside_all_cases_and_beside_no_thought(late: Book, folder: Path) -> None:
    ground = one(late, folder, SLOW).baseline
    assert (ground.cases, ground.events, ground.share) == (16, 3, 187_500)
    assert (ground.onsets, ground.balance) == (3, 1_100_00)
    assert ground.always == Counted(16, 3, 187_500, 1_000_000, 1_000_000, 30, 3, 1_100_00)
    assert ground.never == Counted(0, 0, None, 0, None, None, 0, 0)
    assert ground.past_due == one(late, folder, ANY).counted
    assert ground.unknown == 0


def test_customers_of_whom_the_event_is_never_known_are_no_cases_and_are_counted(
    late: Book, folder: Path
) -> None:
    """Nobody filed a statement: five customers at four month ends."""
    ground = one(late, folder, SLOW, event="current_ratio < 1").baseline
    assert (ground.cases, ground.events, ground.unknown) == (0, 0, 20)


def test_a_warning_of_what_has_come_already_is_late_and_no_alert(late: Book, folder: Path) -> None:
    """E in February, B in March, B and D in April are over 30 days when the rule holds."""
    found = one(late, folder, ANY)
    assert (found.counted.alerts, found.counted.hits, found.late) == (4, 2, 4)


def test_the_lead_is_from_the_first_alert_and_an_event_counts_once(late: Book, folder: Path) -> None:
    """Within 62 days both of B's alerts foretell March; E's and B's are two events with three hits."""
    found = one(late, folder, SLOW, horizon=62).counted
    assert (found.alerts, found.hits, found.onsets_caught) == (4, 3, 2)
    assert found.median_lead_days == 28  # of 28 and 59
    assert found.balance_caught == 700_00


def test_each_rule_is_judged_within_its_own_horizon(late: Book, folder: Path) -> None:
    found = told(late, folder, SLOW, SLOW.replace("slow", "slow_62, 62"))
    assert (found.since, found.until, found.days) == (date(2026, 1, 31), date(2026, 3, 31), 3)
    assert [(r.horizon_days, r.counted.hits, r.baseline.events) for r in found.rules] == [
        (31, 2, 3), (62, 3, 5),
    ]  # fmt: skip
    assert [r.counted for r in told(late, folder, SLOW, ANY, horizon=31).rules] == [
        one(late, folder, SLOW).counted, one(late, folder, ANY).counted,
    ]  # fmt: skip


def test_a_rule_that_never_holds_and_an_event_that_never_comes(late: Book, folder: Path) -> None:
    idle = one(late, folder, 'never: {days_past_due: "> 500"}').counted
    assert idle == Counted(0, 0, None, 0, None, None, 0, 0)
    quiet = one(late, folder, SLOW, event="days_past_due > 500")
    assert (quiet.counted.hits, quiet.counted.precision, quiet.counted.recall) == (0, 0, None)
    assert (quiet.counted.lift, quiet.baseline.share) == (None, 0)


def test_days_that_are_not_over_are_refused_with_the_last_that_are(late: Book, folder: Path) -> None:
    with pytest.raises(InvalidInput, match="2026-05-05"):
        told(late, folder, SLOW, until=date(2026, 5, 31))


# ── what was not known then ─────────────────────────────────────────────────────────────────────


def test_what_was_learned_later_is_not_used(
    late: Book, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = told(late, folder, SLOW, ANY)
    leak(late)
    assert told(late, folder, SLOW, ANY) == before
    for module in (replay, warning_backtest):  # the same without what was known then: D seems foretold
        monkeypatch.setattr(module, "as_known", View.at)
    leaked = one(late, folder, SLOW).counted
    assert (leaked.alerts, leaked.hits, leaked.recall) == (5, 3, 1_000_000)


def test_an_outcome_that_was_corrected_counts_as_it_is_known_now(late: Book, folder: Path) -> None:
    """In June it is found that D's 40 days of April were a mistake of the core system: nothing came."""
    late.on("2026-06-04").void_snapshot("D", "2026-04-30")
    late.snapshot("D", "2026-04-30", outstanding=400, dpd=0)
    found = one(late.on("2026-06-05"), folder, SLOW)
    assert (found.baseline.events, found.baseline.onsets) == (2, 2)
    assert found.counted.recall == 1_000_000
    # and in April nobody knew better: D is no case then, as what was known says that it had come
    assert found.baseline.cases == 16


def test_the_past_can_be_tested_as_it_was_tested_then(late: Book, folder: Path) -> None:
    """With what was known at the end of May the test is the same, whatever was learned since."""
    then = {"known_at": "2026-05-31"}
    before = told(late, folder, SLOW, when=then)
    leak(late)
    assert told(late, folder, SLOW, when=then) == before


def test_a_customer_that_was_merged_away_is_no_case(late: Book, folder: Path) -> None:
    late.do(merge, MergeIn(customer="C-00001", other="C-00002", force=True))
    ground = one(late, folder, SLOW).baseline
    assert (ground.cases, ground.events) == (16 - 4, 3)  # A and B are one, and it goes as B does
