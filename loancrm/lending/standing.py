"""Five-tier class and IFRS 9 stage of a loan on a day: which trigger gives them, the worst one wins. Pure.

Sources: Measures for Risk Classification of Financial Assets of Commercial Banks (NFRA and PBC, Order 2023
No. 1); IFRS 9, 5.5.11 (30 days, rebuttable). Every number is the policy's. What a loan remembers of its past
are floors (``lending.floors``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

CLASSES = ("normal", "special_mention", "substandard", "doubtful", "loss")
NON_PERFORMING = CLASSES[2:]
PERFORMING_STAGE = 1
RANK = {name: place for place, name in enumerate(CLASSES)}
BY_DAYS, IN_ORDER = "days_past_due", "in_order"


@dataclass(frozen=True, slots=True)
class Observation:
    """How long a floor lasts: so many repayment periods and so many months, whichever ends later."""

    five_tier: str
    stage: int
    periods: int
    months: int


@dataclass(frozen=True, slots=True)
class Rules:
    """What the policy says of class and stage; shares in millionths.

    Attributes:
        class_from_days: (class, from how many days past due on), best first.
        stage_from_days: (stage, from how many days past due on), best first.
        stage_of_class: (class, stage that it is in at least).
        observed: kinds of relief that begin an observation.
        observed_in_difficulty: those of them that begin one only where the debtor is in difficulty.
        relief_floors: (kind of relief, class at least from it on where it begins no observation).
        difficulty_days: from so many days past due on a debtor is in difficulty.
        difficulty_classes: classes of a debtor in difficulty.
        restructured: class, stage and length of an observation.
        again: class and stage when a loan under observation is restructured again.
        cured: class, stage and length after arrears of a non-performing loan.
        marks: (mark, class at least).
        loss_shares: (class, share of the book value expected to be lost, from which on), best first.
        missed_from_days: days past due from which on a payment was missed in an observation.
        unknown_period_months: how long a repayment period is of a loan whose schedule is not known.
        debtor_kinds: kinds of customer whose loans are judged together.
        debtor_here: share of a debtor's claims here beyond which all are non-performing; None: never.
        debtor_elsewhere: the same of the debt at other banks.
        debtor_class: what the class of all is at least then.
        debtor_written_off: whether what is left of a loan written off is among the claims here, as a bad one.
    """

    class_from_days: tuple[tuple[str, int], ...]
    stage_from_days: tuple[tuple[int, int], ...]
    stage_of_class: tuple[tuple[str, int], ...]
    observed: tuple[str, ...]
    restructured: Observation
    again: tuple[str, int]
    cured: Observation
    marks: tuple[tuple[str, str], ...] = ()
    loss_shares: tuple[tuple[str, int], ...] = ()
    missed_from_days: int = 1
    unknown_period_months: int = 1
    debtor_kinds: tuple[str, ...] = ()
    debtor_here: int | None = None
    debtor_elsewhere: int | None = None
    debtor_class: str = NON_PERFORMING[0]
    debtor_written_off: bool = True
    observed_in_difficulty: tuple[str, ...] = ()
    relief_floors: tuple[tuple[str, str], ...] = ()
    difficulty_days: int = 1
    difficulty_classes: tuple[str, ...] = CLASSES[1:]

    def class_of(self, days: int) -> str:
        """Return the class that so many days past due give."""
        return [CLASSES[0], *(name for name, first in self.class_from_days if days >= first)][-1]

    def is_restructuring(self, kind: str, days: int, five_tier: str) -> bool:
        """Say whether relief of a kind begins an observation, so many days past due and in a class.

        What is agreed anew is a restructuring where the debtor is in difficulty (Order 2023 No. 1).
        """
        is_hard = days >= self.difficulty_days or five_tier in self.difficulty_classes
        return kind in self.observed and (is_hard or kind not in self.observed_in_difficulty)

    def stage_by_days(self, days: int) -> int:
        """Return the stage that so many days past due give."""
        return [PERFORMING_STAGE, *(stage for stage, first in self.stage_from_days if days >= first)][-1]

    def stage_by_class(self, five_tier: str) -> int:
        """Return the stage that a loan of this class is in at least."""
        return dict(self.stage_of_class).get(five_tier, PERFORMING_STAGE)

    def class_of_loss(self, share: int) -> str | None:
        """Return the class of so large an expected loss, None where it is too small to say anything."""
        found = [name for name, first in self.loss_shares if share >= first]
        return found[-1] if found else None


@dataclass(frozen=True, slots=True)
class Floor:
    """A class and stage that a loan cannot rise above from ``on`` on.

    The newest floor of a ``track`` replaces those before it. It ends on ``until``, unless arrears that
    began before that day still stand; None: it is open until something happens. ``known_on`` is the day by
    which all was known that it follows from.
    """

    track: str
    on: date
    five_tier: str
    stage: int
    until: date | None
    trigger: str
    known_on: date

    def holds(self, day: date, unpaid_since: date | None = None) -> bool:
        """Say whether it holds on a day, something being unpaid since a due day, or nothing."""
        if day < self.on:
            return False
        return self.until is None or min(day, unpaid_since or day) < self.until


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that speaks of a loan on a day: the class and stage that it gives at least.

    ``since``: the due day, or from when a floor holds. ``until``: when it ends, None: nobody can say.
    """

    trigger: str
    five_tier: str
    stage: int
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """Class, stage and the reasons for them, the deciding one first."""

    five_tier: str
    stage: int
    reasons: tuple[Reason, ...]

    @property
    def trigger(self) -> str:
        """Return what gives the class."""
        return self.reasons[0].trigger if self.reasons else IN_ORDER


def newest_floors(floors: Iterable[Floor], day: date) -> tuple[Floor, ...]:
    """Return the newest floor of each track by a day; later ones in the row win on one day."""
    newest: dict[str, Floor] = {}
    for floor in sorted(floors, key=lambda one: one.on):
        if floor.on <= day:
            newest[floor.track] = floor
    return tuple(newest.values())


def standing(
    day: date, days: int, floors: Sequence[Floor], rules: Rules, more: Sequence[Reason] = ()
) -> Standing:
    """Return how a loan stands on a day, so many days past due, with its floors.

    Args:
        day: the day.
        days: days past due, contractual.
        floors: of any day; those that hold count.
        rules: the policy's.
        more: what else speaks of it, such as the debtor's other loans.
    """
    since = day - timedelta(days=days) if days else None
    found = [*more]
    if days:
        found.append(Reason(BY_DAYS, rules.class_of(days), rules.stage_by_days(days), since))
    for floor in newest_floors(floors, day):
        if floor.holds(day, since):
            until = None if floor.until is not None and floor.until <= day else floor.until
            found.append(Reason(floor.trigger, floor.five_tier, floor.stage, floor.on, until))
    return judged(found, rules)


def judged(reasons: Iterable[Reason], rules: Rules) -> Standing:
    """Return the worst class and the worst stage of ``reasons``; a class brings its stage with it."""
    found = tuple(sorted(reasons, key=lambda one: (-RANK[one.five_tier], -one.stage, one.trigger)))
    five_tier = found[0].five_tier if found else CLASSES[0]
    stage = max([rules.stage_by_class(five_tier), *(one.stage for one in found)])
    return Standing(five_tier, stage, found)


@dataclass(frozen=True, slots=True)
class Outlook:
    """What changes next: on which day, to which class and stage, and under which condition.

    ``condition``: ``unpaid`` where nothing is paid until then, ``in_order`` where all is paid when due.
    """

    on: date
    five_tier: str
    stage: int
    condition: str


def outlook(
    day: date,
    days: int,
    floors: Sequence[Floor],
    rules: Rules,
    *,
    more: Sequence[Reason] = (),
    next_due_on: date | None = None,
) -> tuple[Outlook, ...]:
    """Return the next change when nothing is paid, and the next one when everything is paid on time.

    Either is left out where there is none. A loan that is past due gets better in no way by time alone.
    """
    now = standing(day, days, floors, rules, more)
    return tuple(
        one
        for one in (
            _unpaid(day, days, floors, rules, more, next_due_on, now),
            None if days else _in_order(day, floors, rules, more, now),
        )
        if one is not None
    )


def _unpaid(
    day: date,
    days: int,
    floors: Sequence[Floor],
    rules: Rules,
    more: Sequence[Reason],
    next_due_on: date | None,
    now: Standing,
) -> Outlook | None:
    """Return the first threshold of days past due that makes it worse."""
    since = day - timedelta(days=days) if days else next_due_on
    if since is None:
        return None
    for first in sorted({first for _name, first in (*rules.class_from_days, *rules.stage_from_days)}):
        on = since + timedelta(days=first)
        if on > day:
            then = standing(on, first, floors, rules, more)
            if (RANK[then.five_tier], then.stage) > (RANK[now.five_tier], now.stage):
                return Outlook(on, then.five_tier, then.stage, "unpaid")
    return None


def _in_order(
    day: date, floors: Sequence[Floor], rules: Rules, more: Sequence[Reason], now: Standing
) -> Outlook | None:
    """Return the first end of a floor that makes it better."""
    for end in sorted({floor.until for floor in floors if floor.until is not None and floor.until > day}):
        then = standing(end, 0, floors, rules, more)
        if (RANK[then.five_tier], then.stage) < (RANK[now.five_tier], now.stage):
            return Outlook(end, then.five_tier, then.stage, IN_ORDER)
    return None
