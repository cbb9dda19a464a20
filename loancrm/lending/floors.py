"""What a loan remembers: floors under its class after relief, arrears and marks. A pure state machine.

Order 2023 No. 1: a restructured loan is observed for at least two repayment periods and one year from the
first new due day, at best special mention meanwhile; a payment missed, or trouble not solved, begins the
observation anew; restructured again within it, the loan is at least substandard. A non-performing loan
rises once its arrears are cleared and it was paid in full for two periods or six months, whichever is longer.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from loancrm.calendars import add_months
from loancrm.lending.standing import NON_PERFORMING, Floor, Observation, Rules, standing

OBSERVATION, CURE = "observation", "cure"
UNSOLVED, EXPECTED_LOSS, RESTRUCTURED = "unsolved", "expected_loss", "restructured"
RELIEVED = "relieved"  # relief that is not observed, and that the policy says keeps the class down
ONCE = (UNSOLVED, RESTRUCTURED)  # marks of what happens once, and is not lifted
RESTRUCTURING = "restructuring"  # the kind of relief that a mark of a loan kept elsewhere stands for


@dataclass(frozen=True, slots=True)
class Seen:
    """So many days past due at the end of a day, or ``at_start``: before anything happened on it."""

    on: date
    days: int
    known_on: date
    at_start: bool = False


@dataclass(frozen=True, slots=True)
class Relieved:
    """Relief of a kind took effect; its first new due day, None: the same day."""

    on: date
    kind: str
    known_on: date
    first_due_on: date | None = None


@dataclass(frozen=True, slots=True)
class Marked:
    """Something else became known: one of the policy's marks, an expected loss, or trouble not solved.

    ``share``: of the book value that is expected to be lost, millionths. ``is_lifted``: it holds no longer.
    """

    on: date
    mark: str
    known_on: date
    share: int = 0
    is_lifted: bool = False


Event = Seen | Relieved | Marked


def transitions(events: Iterable[Event], rules: Rules, due_days: Sequence[date] = ()) -> tuple[Floor, ...]:
    """Return the floors that a loan's events lead to, by day; of one day and track only the last.

    Args:
        events: in any order; of one day, what was seen at its start goes first, at its end last.
        rules: the policy's.
        due_days: of the loan's instalments, rising, which repayment periods are counted by; without them
            a period has the length that the policy says.
    """
    machine = _Machine(rules, due_days)
    for event in sorted(events, key=_order):
        machine.known_on = max(machine.known_on or event.known_on, event.known_on)
        if isinstance(event, Seen):
            machine.see(event)
        elif isinstance(event, Relieved):
            machine.relieve(event)
        else:
            machine.mark(event)
    last = {(floor.track, floor.on): floor for floor in machine.floors}
    return tuple(sorted(last.values(), key=lambda one: (one.on, one.track)))


def _order(event: Event) -> tuple[date, int]:
    if isinstance(event, Seen):
        return event.on, 0 if event.at_start else 2
    return event.on, 1


@dataclass(frozen=True, slots=True)
class _Watched:
    """A track under watch: its newest floor, and how long such a one lasts."""

    floor: Floor
    terms: Observation


class _Machine:
    """The memory of one loan while its events go by."""

    def __init__(self, rules: Rules, due_days: Sequence[date]) -> None:
        self.rules = rules
        self.due_days = due_days
        self.floors: list[Floor] = []
        self.known_on: date | None = None
        self._watched: dict[str, _Watched] = {}
        self._is_non_performing = False
        self._worst_seen: tuple[date, int] = (date.min, 0)  # the most days past due of the last day seen
        self._clear_on: date | None = None  # when nothing was unpaid, if that was seen last

    # ── what happens ────────────────────────────────────────────────────────────────────────

    def see(self, event: Seen) -> None:
        """Take in how many days past due a loan is."""
        before = self._worst_seen[1] if self._worst_seen[0] == event.on else 0
        self._worst_seen = (event.on, max(before, event.days))
        began = event.on - timedelta(days=event.days)
        if self._clear_on is not None:  # an instalment that fell due since
            began = max(began, self._clear_on)
        for track in (OBSERVATION, CURE):
            self._watch(track, event, began)
        if self.rules.class_of(event.days) in NON_PERFORMING:
            self._is_non_performing = True
        elif self._is_non_performing:
            self._is_non_performing = False
            self._begin(CURE, self.rules.cured, event.on, "cured" if event.days == 0 else "partly_paid",
                        is_open=event.days > 0)  # fmt: skip
        self._clear_on = event.on if event.days == 0 else None

    def _watch(self, track: str, event: Seen, began: date) -> None:
        """Begin a period anew when a payment was missed in it: from the day on which that is made good."""
        watched = self._watched.get(track)
        if watched is None:
            return
        until = watched.floor.until
        is_missed = event.days > 0 and event.days >= self.rules.missed_from_days
        if until is None and event.days == 0:
            trigger = "cured" if watched.floor.trigger == "partly_paid" else watched.floor.trigger
            self._begin(track, watched.terms, event.on, trigger)
        elif until is not None and is_missed and began < until:
            self._begin(track, watched.terms, event.on, "missed", is_open=True)
        elif until is not None and event.on >= until and not (event.days and began < until):
            del self._watched[track]  # it ended by itself

    def relieve(self, event: Relieved) -> None:
        """Begin an observation, or a harder one when one is running; of a sound debtor a floor, if any."""
        if not self.rules.is_restructuring(event.kind, *self._stands(event.on)):
            five_tier = dict(self.rules.relief_floors).get(event.kind)
            if five_tier is not None:
                stage = self.rules.stage_by_class(five_tier)
                self._add(Floor(RELIEVED, event.on, five_tier, stage, None, RELIEVED, event.on))
            return
        terms, trigger = self.rules.restructured, "restructured"
        running = self._watched.get(OBSERVATION)
        if running is not None and running.floor.holds(event.on):
            five_tier, stage = self.rules.again
            terms, trigger = replace(terms, five_tier=five_tier, stage=stage), "restructured_again"
        self._begin(OBSERVATION, terms, event.on, trigger, first=event.first_due_on)

    def mark(self, event: Marked) -> None:
        """Set or lift a mark; trouble that was not solved begins a running observation anew."""
        if event.mark == UNSOLVED:
            running = self._watched.get(OBSERVATION)
            if running is not None and running.floor.holds(event.on):
                self._begin(OBSERVATION, running.terms, event.on, UNSOLVED)
            return
        if event.mark == EXPECTED_LOSS:
            five_tier = self.rules.class_of_loss(event.share)
        else:
            five_tier = dict(self.rules.marks).get(event.mark)
        before = [floor for floor in self.floors if floor.track == event.mark]
        if event.is_lifted or five_tier is None:
            if before:
                self._add(replace(before[-1], on=event.on, until=event.on))
            return
        stage = self.rules.stage_by_class(five_tier)
        self._add(Floor(event.mark, event.on, five_tier, stage, None, event.mark, event.on))

    def _stands(self, on: date) -> tuple[int, str]:
        """Return the days past due of a day, before what was paid or agreed on it, and the class."""
        seen_on, days = self._worst_seen
        if days and seen_on < on:
            days += (on - seen_on).days
        return days, standing(on, days, self.floors, self.rules).five_tier

    # ── what follows ────────────────────────────────────────────────────────────────────────

    def _begin(
        self,
        track: str,
        terms: Observation,
        on: date,
        trigger: str,
        *,
        first: date | None = None,
        is_open: bool = False,
    ) -> None:
        unknown = self.rules.unknown_period_months
        until = None
        if not is_open:
            until = rises_on(first or on, terms.months, terms.periods, self.due_days, unknown)
        floor = self._add(Floor(track, on, terms.five_tier, terms.stage, until, trigger, on))
        self._watched[track] = _Watched(floor, terms)

    def _add(self, floor: Floor) -> Floor:
        floor = replace(floor, known_on=self.known_on or floor.on)
        self.floors.append(floor)
        return floor


def rises_on(start: date, months: int, periods: int, due_days: Sequence[date], unknown_months: int) -> date:
    """Return the day from which the class may be better: after the months and the repayment periods.

    Args:
        start: the day from which both run, such as the first new due day.
        months: so many from ``start``.
        periods: so many due days after ``start``, as far as there are as many.
        due_days: of the loan's instalments, rising.
        unknown_months: how long a period is where there is no due day after ``start``.
    """
    ahead = [due for due in due_days if due > start][:periods]
    if ahead or not periods:
        last = ahead[-1] if ahead else start
    else:
        last = add_months(start, periods * unknown_months)
    return max(add_months(start, months), last) + timedelta(days=1)
