"""Class and stage of a day, and what a loan remembers, worked by hand; and what always holds."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loancrm.lending.delinquency import days_after_grace
from loancrm.lending.floors import Event, Marked, Relieved, Seen, transitions
from loancrm.lending.ledger import replay
from loancrm.lending.schedule import Instalment
from loancrm.lending.standing import (
    CLASSES,
    RANK,
    Floor,
    Observation,
    Outlook,
    Reason,
    Rules,
    outlook,
    standing,
)

RULES = Rules(
    class_from_days=(("special_mention", 8), ("substandard", 91), ("doubtful", 271), ("loss", 361)),
    stage_from_days=((2, 31), (3, 91)),
    stage_of_class=(("substandard", 3), ("doubtful", 3), ("loss", 3)),
    observed=("extension", "refinancing", "restructuring"),
    restructured=Observation("special_mention", 2, periods=2, months=12),
    again=("substandard", 3),
    cured=Observation("substandard", 3, periods=2, months=6),
    marks=(("bankruptcy", "loss"), ("misuse", "special_mention"), ("evasion", "doubtful")),
    loss_shares=(("doubtful", 500_000), ("loss", 900_000)),
    unknown_period_months=3,
)
DAY = date(2026, 6, 30)


def seen(on: str, days: int, *, at_start: bool = False) -> Seen:
    day = date.fromisoformat(on)
    return Seen(day, days, day, at_start)


def relief(on: str, kind: str, first: str | None = None) -> Relieved:
    day = date.fromisoformat(on)
    return Relieved(day, kind, day, None if first is None else date.fromisoformat(first))


def mark(on: str, name: str, **more: object) -> Marked:
    day = date.fromisoformat(on)
    return Marked(day, name, day, **more)  # type: ignore[arg-type]


def told(floors: tuple[Floor, ...]) -> list[tuple[str, str, str, str | None, str]]:
    return [
        (one.track, str(one.on), one.five_tier, None if one.until is None else str(one.until), one.trigger)
        for one in floors
    ]


# ── of a day ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("days", "five_tier", "stage"),
    [
        (0, "normal", 1),
        (1, "normal", 1),  # short, for technical reasons
        (7, "normal", 1),
        (8, "special_mention", 1),
        (30, "special_mention", 1),  # IFRS 9: more than 30
        (31, "special_mention", 2),
        (90, "special_mention", 2),
        (91, "substandard", 3),
        (270, "substandard", 3),
        (271, "doubtful", 3),
        (360, "doubtful", 3),
        (361, "loss", 3),
    ],
)
def test_days_past_due_give_class_and_stage_at_every_edge(days: int, five_tier: str, stage: int) -> None:
    found = standing(DAY, days, (), RULES)
    assert (found.five_tier, found.stage) == (five_tier, stage)
    assert found.trigger == ("days_past_due" if days else "in_order")


def test_the_worst_reason_decides_and_stage_and_class_may_come_from_different_ones() -> None:
    observed = Floor("observation", DAY, "special_mention", 2, date(2027, 7, 1), "restructured", DAY)
    debtor = Reason("debtor", "substandard", 1)
    found = standing(DAY, 9, (observed,), RULES, (debtor,))
    assert (found.five_tier, found.stage) == ("substandard", 3)  # the class brings its stage
    assert [one.trigger for one in found.reasons] == ["debtor", "restructured", "days_past_due"]
    assert standing(DAY, 9, (observed,), RULES).stage == 2


@pytest.mark.parametrize(
    ("share", "five_tier"),
    [(499_999, "normal"), (500_000, "doubtful"), (899_999, "doubtful"), (900_000, "loss")],
)
def test_an_expected_loss_gives_a_class(share: int, five_tier: str) -> None:
    floors = transitions([mark("2026-06-01", "expected_loss", share=share)], RULES)
    assert standing(DAY, 0, floors, RULES).five_tier == five_tier


def test_a_mark_holds_until_it_is_lifted() -> None:
    events = [mark("2026-06-01", "bankruptcy"), mark("2026-06-20", "bankruptcy", is_lifted=True)]
    floors = transitions(events, RULES)
    by_day = {
        day: standing(date(2026, 5, 31) + timedelta(days=day), 0, floors, RULES) for day in (0, 1, 19, 20)
    }
    assert [(one.five_tier, one.stage) for one in by_day.values()] == [
        ("normal", 1), ("loss", 3), ("loss", 3), ("normal", 1),
    ]  # fmt: skip
    assert transitions([mark("2026-06-01", "unheard_of")], RULES) == ()


# ── a loan from extension to upgrade ────────────────────────────────────────────────────────────

# Due on the 20th of each month. On 10 March 2025 it is extended, first new due day 20 March 2025: observed
# until 20 March 2026 (a year; the next due days, 20 April and 20 May, are earlier), so it ends on the 21st.
# The instalment of 20 September is missed and made good on 5 October: observed anew until 5 October 2026 (a
# year; the due days 20 October and 20 November are earlier), and ends on the 6th.
EXTENDED: list[Event] = [
    seen("2025-03-10", 0),
    relief("2025-03-10", "extension", "2025-03-20"),
    seen("2025-04-20", 0),
    seen("2025-10-05", 15, at_start=True),
    seen("2025-10-05", 0),
    seen("2026-05-20", 0),
]
MONTHLY = tuple(date(2025 + n // 12, n % 12 + 1, 20) for n in range(2, 36))


def test_an_extended_loan_is_observed_and_a_missed_payment_begins_it_anew() -> None:
    assert told(transitions(EXTENDED, RULES, MONTHLY)) == [
        ("observation", "2025-03-10", "special_mention", "2026-03-21", "restructured"),
        ("observation", "2025-10-05", "special_mention", "2026-10-06", "missed"),
    ]


def test_an_extended_loan_day_by_day() -> None:
    """Every day from before the extension to after the upgrade."""
    floors = transitions(EXTENDED, RULES, MONTHLY)
    found: list[tuple[str, str, int]] = []
    day = date(2025, 3, 1)
    while day < date(2026, 10, 10):
        missed = date(2025, 9, 20)
        days = (day - missed).days if missed < day < date(2025, 10, 5) else 0
        now = standing(day, days, floors, RULES)
        if not found or found[-1][1:] != (now.five_tier, now.stage):
            found.append((str(day), now.five_tier, now.stage))
        day += timedelta(days=1)
    assert found == [
        ("2025-03-01", "normal", 1),
        ("2025-03-10", "special_mention", 2),
        ("2026-10-06", "normal", 1),
    ]


def test_arrears_that_began_within_an_observation_hold_it_beyond_its_end() -> None:
    """The instalment of 20 March 2026 falls due on its last day; unpaid, it is observed on."""
    floors = transitions(EXTENDED[:3], RULES, MONTHLY)
    assert standing(date(2026, 3, 20), 0, floors, RULES).five_tier == "special_mention"
    assert standing(date(2026, 3, 21), 0, floors, RULES).five_tier == "normal"
    assert standing(date(2026, 3, 22), 2, floors, RULES).trigger == "restructured"  # since 20 March
    assert standing(date(2026, 3, 23), 2, floors, RULES).five_tier == "normal"  # since the 21st: after it


def test_a_quarterly_loan_is_observed_for_two_periods_where_they_are_longer() -> None:
    """Yearly on 20 December: first new due day 2025, the second one after it is that of 2027."""
    yearly = tuple(date(year, 12, 20) for year in range(2025, 2030))
    floors = transitions([relief("2025-11-01", "extension", "2025-12-20")], RULES, yearly)
    assert told(floors) == [("observation", "2025-11-01", "special_mention", "2027-12-21", "restructured")]


def test_a_second_relief_within_the_observation_makes_it_substandard_and_one_after_it_does_not() -> None:
    events = [*EXTENDED[:3], relief("2025-08-01", "restructuring", "2025-08-20")]
    assert told(transitions(events, RULES, MONTHLY))[-1] == (
        "observation", "2025-08-01", "substandard", "2026-08-21", "restructured_again",
    )  # fmt: skip
    events = [*EXTENDED[:3], relief("2026-03-21", "restructuring", "2026-04-20")]
    assert told(transitions(events, RULES, MONTHLY))[-1] == (
        "observation", "2026-03-21", "special_mention", "2027-04-21", "restructured",
    )  # fmt: skip


@pytest.mark.parametrize("kind", ["renewal", "deferral", "rate_cut"])
def test_a_relief_that_the_policy_does_not_observe_lowers_nothing(kind: str) -> None:
    assert transitions([relief("2025-03-10", kind)], RULES) == ()


def test_trouble_that_was_not_solved_begins_a_running_observation_anew_and_nothing_else() -> None:
    floors = transitions([*EXTENDED[:3], mark("2026-03-20", "unsolved")], RULES, MONTHLY)
    assert told(floors)[-1] == ("observation", "2026-03-20", "special_mention", "2027-03-21", "unsolved")
    assert len(transitions([*EXTENDED[:3], mark("2026-03-21", "unsolved")], RULES, MONTHLY)) == 1


def test_a_short_delay_is_no_missed_payment_where_the_policy_says_so() -> None:
    from dataclasses import replace

    lenient = replace(RULES, missed_from_days=16)
    assert told(transitions(EXTENDED, lenient, MONTHLY)) == [
        ("observation", "2025-03-10", "special_mention", "2026-03-21", "restructured"),
    ]


# ── upgrade of a non-performing loan ────────────────────────────────────────────────────────────


def test_a_loan_over_90_days_that_pays_everything_rises_after_six_months_or_two_periods() -> None:
    """Cleared on 1 June 2025. Monthly: six months, 1 December. Yearly on 20 December: that of 2026."""
    events = [seen("2025-06-01", 130, at_start=True), seen("2025-06-01", 0)]
    assert told(transitions(events, RULES, MONTHLY)) == [
        ("cure", "2025-06-01", "substandard", "2025-12-02", "cured"),
    ]
    yearly = tuple(date(year, 12, 20) for year in range(2024, 2030))
    assert told(transitions(events, RULES, yearly))[0][3] == "2026-12-21"
    # A schedule that nobody knows: two periods of three months are six months.
    assert told(transitions(events, RULES))[0][3] == "2025-12-02"


def test_a_loan_that_pays_a_part_stays_non_performing_until_it_pays_all() -> None:
    """From 100 days to 40 on 31 May, all paid by 30 June: six months from then."""
    events = [seen("2025-04-30", 100), seen("2025-05-31", 40), seen("2025-06-30", 0)]
    assert told(transitions(events, RULES, MONTHLY)) == [
        ("cure", "2025-05-31", "substandard", None, "partly_paid"),
        ("cure", "2025-06-30", "substandard", "2025-12-31", "cured"),
    ]


def test_a_payment_missed_on_the_way_up_begins_the_six_months_anew() -> None:
    """Cleared 1 June; 20 August is found unpaid at the end of August and paid by the end of September."""
    events = [seen("2025-05-01", 120), seen("2025-06-01", 0), seen("2025-08-31", 11), seen("2025-09-30", 0)]
    assert told(transitions(events, RULES, MONTHLY)) == [
        ("cure", "2025-06-01", "substandard", "2025-12-02", "cured"),
        ("cure", "2025-08-31", "substandard", None, "missed"),
        ("cure", "2025-09-30", "substandard", "2026-03-31", "missed"),
    ]


def test_a_non_performing_loan_that_is_restructured_rises_to_special_mention_first() -> None:
    """Restructured on 1 June 2025 at 120 days: substandard for six months, observed for a year."""
    events = [
        seen("2025-06-01", 120, at_start=True),
        relief("2025-06-01", "restructuring", "2025-06-20"),
        seen("2025-06-01", 0),
    ]
    floors = transitions(events, RULES, MONTHLY)
    assert told(floors) == [
        ("cure", "2025-06-01", "substandard", "2025-12-02", "cured"),
        ("observation", "2025-06-01", "special_mention", "2026-06-21", "restructured"),
    ]
    days = ("2025-06-01", "2025-12-01", "2025-12-02", "2026-06-20", "2026-06-21")
    assert [standing(date.fromisoformat(day), 0, floors, RULES).five_tier for day in days] == [
        "substandard", "substandard", "special_mention", "special_mention", "normal",
    ]  # fmt: skip


def test_what_a_loan_never_was_it_does_not_remember() -> None:
    assert transitions([seen("2025-06-01", 90), seen("2025-07-01", 0), seen("2025-08-01", 30)], RULES) == ()


def test_a_floor_is_known_when_all_is_known_that_it_follows_from() -> None:
    late = Seen(date(2025, 6, 1), 0, date(2025, 6, 9))
    (floor,) = transitions([seen("2025-05-01", 120), late], RULES)
    assert (floor.on, floor.known_on) == (date(2025, 6, 1), date(2025, 6, 9))


# ── what comes next ─────────────────────────────────────────────────────────────────────────────


def test_what_comes_next_is_named_with_its_day() -> None:
    """40 days on 30 June: 91 days are reached 51 days later, on 20 August."""
    assert outlook(DAY, 40, (), RULES) == (Outlook(date(2026, 8, 20), "substandard", 3, "unpaid"),)
    # Nothing past due, next due 20 July: eight days past due on the 28th.
    found = outlook(DAY, 0, (), RULES, next_due_on=date(2026, 7, 20))
    assert found == (Outlook(date(2026, 7, 28), "special_mention", 1, "unpaid"),)
    assert outlook(DAY, 0, (), RULES) == ()
    assert outlook(DAY, 400, (), RULES) == ()


def test_a_floor_that_ends_is_what_comes_next_where_all_is_paid() -> None:
    floors = transitions([seen("2026-03-01", 120), seen("2026-04-30", 0)], RULES)
    assert outlook(DAY, 0, floors, RULES) == (Outlook(date(2026, 10, 31), "normal", 1, "in_order"),)


# ── the delinquency of Apache Fineract, day by day ──────────────────────────────────────────────


def test_fineract_s_loan_day_by_day_after_three_days_of_grace(vectors: Path) -> None:
    """1,000 in four parts due 1, 16, 31 October and 15 November 2023; nothing is ever paid.

    The oldest is due on 1 October: days past due = day − 1 October, after grace three less; delinquent from
    the first day after grace. Special mention from the 8th day on, substandard from the 91st.
    """
    document = json.loads((vectors / "delinquency.json").read_text("utf-8"))
    assert any("3 days grace" in line for line in document["assumptions"])
    dues = [date(2023, 10, 1) + timedelta(days=15 * n) for n in range(4)]
    rows = [
        Instalment(n + 1, due - timedelta(days=15), due, 25_000, 0, 0, 75_000 - 25_000 * n)
        for n, due in enumerate(dues)
    ]
    changes: list[tuple[str, str, int]] = []
    first_delinquent = None
    for n in range(400):
        day = date(2023, 10, 1) + timedelta(days=n)
        position = replay(rows, [], day)
        assert position.days_past_due == n
        assert days_after_grace(position.days_past_due, 3) == max(0, n - 3)
        if days_after_grace(position.days_past_due, 3) and first_delinquent is None:
            first_delinquent = day
        assert position.overdue_principal == 25_000 * sum(due < day for due in dues)
        now = standing(day, position.days_past_due, (), RULES)
        if not changes or changes[-1][1:] != (now.five_tier, now.stage):
            changes.append((str(day), now.five_tier, now.stage))
    assert first_delinquent == date(2023, 10, 5)
    assert changes == [
        ("2023-10-01", "normal", 1),
        ("2023-10-09", "special_mention", 1),
        ("2023-11-01", "special_mention", 2),
        ("2023-12-31", "substandard", 3),
        ("2024-06-28", "doubtful", 3),
        ("2024-09-26", "loss", 3),
    ]


# ── what always holds ───────────────────────────────────────────────────────────────────────────

days_ = st.integers(0, 500)
dates_ = st.dates(date(2024, 1, 1), date(2026, 12, 31))
events_ = st.lists(
    st.one_of(
        st.builds(lambda on, days, start: Seen(on, days, on, start), dates_, days_, st.booleans()),
        st.builds(
            lambda on, kind: Relieved(on, kind, on),
            dates_,
            st.sampled_from(("extension", "renewal", "refinancing")),
        ),
        st.builds(
            lambda on, name, lifted: Marked(on, name, on, 0, lifted),
            dates_,
            st.sampled_from(("bankruptcy", "misuse", "unsolved")),
            st.booleans(),
        ),
    ),
    max_size=8,
)


@given(days_, days_, events_, dates_)
def test_more_days_are_never_better(a: int, b: int, events: list[Event], day: date) -> None:
    floors = transitions(events, RULES)
    less, more = (standing(day, days, floors, RULES) for days in sorted((a, b)))
    assert RANK[less.five_tier] <= RANK[more.five_tier]
    assert less.stage <= more.stage


@given(days_, events_, dates_)
def test_the_worst_wins(days: int, events: list[Event], day: date) -> None:
    """The class is that of the days or of a floor that holds, and no better than any of them."""
    floors = transitions(events, RULES)
    found = standing(day, days, floors, RULES)
    assert RANK[found.five_tier] >= RANK[RULES.class_of(days)]
    assert found.stage >= RULES.stage_by_days(days)
    assert found.five_tier in {RULES.class_of(days), *(one.five_tier for one in found.reasons)}
    assert found.five_tier in CLASSES


@given(events_)
def test_floors_end_where_everything_is_paid_and_no_mark_stands(events: list[Event]) -> None:
    """All arrears cleared, all marks lifted: two years later it is normal again."""
    clear = date(2027, 1, 1)
    lifted = [Marked(clear, name, clear, 0, True) for name in ("bankruptcy", "misuse")]
    floors = transitions([*events, Seen(clear, 0, clear), *lifted], RULES)
    assert standing(date(2029, 1, 3), 0, floors, RULES).five_tier == "normal"


@given(events_)
def test_the_order_in_which_facts_became_known_changes_nothing(events: list[Event]) -> None:
    unique = {(type(one), one.on, getattr(one, "at_start", None)): one for one in events}
    same = [one for one in unique.values() if isinstance(one, Seen)]
    assert transitions(same, RULES) == transitions(same[::-1], RULES)
