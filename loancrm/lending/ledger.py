"""What a loan owes on a day: its instalments and payments replayed in the order of their days. Pure.

An instalment is unpaid on day D when it fell due before D and was not settled on or before D; it is zero days
past due on its own day and one the day after (Apache Fineract, LoanDelinquencyDomainService). How arrears and
misuse bear interest is said in ``lending.arrears``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from loancrm.lending.allocation import parts_of
from loancrm.lending.arrears import Arrears, Misused
from loancrm.lending.daycount import parts_of_year, year_parts
from loancrm.lending.owed import Owed, first_unsettled, oldest, when_due
from loancrm.lending.rounding import rounded
from loancrm.lending.schedule import MILLION, Instalment


@dataclass(frozen=True, slots=True)
class Payment:
    """Money that came and was not reversed; ``sequence`` orders those of one day."""

    on: date
    amount: int
    sequence: int = 0


@dataclass(frozen=True, slots=True)
class Allocation:
    """A part of a payment: what it paid, of which instalment (None: penalty and compound interest).

    ``version`` is the place of the version that was in force.
    """

    sequence: int
    on: date
    what: str
    number: int | None
    amount: int
    version: int = 0


@dataclass(frozen=True, slots=True)
class Moved:
    """What a version took over of an instalment that stays, in minor units; ``version`` is its place."""

    version: int
    row: Instalment
    principal: int
    interest: int


@dataclass(frozen=True, slots=True)
class Position:
    """What a loan owes at the end of a day; amounts in minor units, days as counted from the oldest.

    ``unallocated`` is money that came beyond everything that the loan can owe; ``left`` is the principal and
    interest that is unpaid of each instalment with any; ``moved`` is what later versions took over.
    """

    on: date
    outstanding_principal: int
    overdue_principal: int
    overdue_interest: int
    penalty: int
    days_past_due: int
    interest_days_past_due: int
    next_due_on: date | None
    next_due_amount: int
    unallocated: int
    settled_on: dict[int, date] = field(default_factory=dict)
    allocations: tuple[Allocation, ...] = ()
    left: dict[int, tuple[int, int]] = field(default_factory=dict)
    moved: tuple[Moved, ...] = ()


@dataclass(frozen=True, slots=True)
class Version:
    """What is agreed from a day on. An instalment with the number 0 is paid early, and always stays.

    Its interest is below zero where a pay-off gives interest back that was paid for days to come.

    Attributes:
        on: the day from which it counts.
        rows: its instalments; those of the versions before it with a number up to ``after`` stay.
        after: the number of the last instalment that stays as it is; 0 for none.
        drawn: what was paid out with it, in minor units.
        takes_over: arrears that its instalments hold: ``principal`` or ``all``; None: they stay due.
        arrears: how arrears bear interest.
        sequence: orders what happens on one day; a version comes before the payments of its command.
    """

    on: date
    rows: tuple[Instalment, ...]
    after: int = 0
    drawn: int = 0
    takes_over: str | None = None
    arrears: Arrears = field(default_factory=Arrears)
    sequence: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """What a loan owes from the end of a day on, until the next step; amounts in minor units.

    ``version`` is the place of the version in force. The due days are those of the oldest instalments with
    principal or interest unpaid, the coming ones included; None: there is none. ``days_before`` is how many
    days were past due on ``on`` before anything happened.
    """

    on: date
    version: int
    outstanding_principal: int
    interest_paid: int
    penalty_paid: int
    unallocated: int
    principal_unsettled_on: date | None
    interest_unsettled_on: date | None
    days_before: int


@dataclass(frozen=True, slots=True)
class Carried:
    """A loan's life as its facts tell it: a step for each day on which something happened."""

    steps: tuple[Step, ...]
    allocations: tuple[Allocation, ...]


def replay(
    rows: Sequence[Instalment], payments: Iterable[Payment], as_of: date, arrears: Arrears | None = None
) -> Position:
    """Return what a loan of these instalments owes at the end of ``as_of``.

    Args:
        rows: the schedule, oldest first.
        payments: in any order; those after ``as_of`` are left out.
        as_of: the day.
        arrears: how arrears bear interest; None: not at all.
    """
    drawn = sum(row.principal_due for row in rows)
    only = Version(rows[0].starts_on, tuple(rows), drawn=drawn, arrears=arrears or Arrears())
    return position((only,), payments, as_of)


def position(
    versions: Sequence[Version], payments: Iterable[Payment], as_of: date, misused: Iterable[Misused] = ()
) -> Position:
    """Return what a loan owes at the end of ``as_of``; what happens later is left out."""
    replayed = _Replay()
    for event in _events(versions, payments, misused):
        if event.on <= as_of:
            replayed.happen(event)
    replayed.accrue(as_of)
    return replayed.position(as_of)


def carry(
    versions: Sequence[Version], payments: Iterable[Payment], misused: Iterable[Misused] = ()
) -> Carried:
    """Return the steps of a loan's life, day by day in order, and what its payments paid."""
    replayed, steps = _Replay(), dict[date, Step]()
    for event in _events(versions, payments, misused):
        if isinstance(event, Misused):  # it changes what will be owed, and nothing on its day
            replayed.happen(event)
            continue
        known = steps.get(event.on)
        before = replayed.days_past_due(event.on) if known is None else known.days_before
        replayed.happen(event)
        steps[event.on] = replayed.step(event.on, before)
    return Carried(tuple(steps.values()), tuple(replayed.allocations))


def _events(
    versions: Sequence[Version], payments: Iterable[Payment], misused: Iterable[Misused]
) -> list[Version | Payment | Misused]:
    events: list[Version | Payment] = [*versions, *payments]
    first = versions[0]
    events.sort(key=lambda one: (one.on, one is not first, one.sequence, isinstance(one, Payment)))
    return sorted([*misused, *events], key=lambda one: one.on)


class _Replay:
    """The state of a loan while its days go by."""

    def __init__(self) -> None:
        self.owed: list[Owed] = []
        self.arrears = Arrears()
        self.version = -1
        self.day = date.min
        self.misused: int | None = 0  # principal; None: all of it
        self.accrued = Fraction(0)  # penalty, compound and misuse interest, in minor units
        self.paid_interest = 0
        self.paid_penalty = 0
        self.unallocated = 0
        self.allocations: list[Allocation] = []
        self.moved: list[Moved] = []

    def happen(self, event: Version | Payment | Misused) -> None:
        """Let the days go by up to an event, and take it in."""
        self.accrue(event.on)
        if isinstance(event, Version):
            self.agree(event)
        elif isinstance(event, Misused):
            self.misused = event.part
        else:
            self.take(event)

    def agree(self, version: Version) -> None:
        """Go on by a new version: its instalments take the place of those after ``version.after``.

        What is outstanding beyond its principal (a payment that it counted on was reversed) falls due at
        once; what was paid beyond it pays its first instalments.
        """
        kept = [one for one in self.owed if one.row.number <= version.after]
        rest = sum(one.principal for one in self.owed[len(kept) :])
        rest += self._take_over(kept, version) if version.takes_over else 0
        fresh = [Owed(row, row.principal_due, row.interest_due) for row in version.rows]
        missing = rest + version.drawn - sum(one.principal for one in fresh)
        if missing > 0:
            at_once = Instalment(version.after, version.on, version.on, missing, 0, 0, 0)
            kept.append(Owed(at_once, missing, 0))
        for one in fresh:
            beyond = min(max(-missing, 0), one.principal)
            if beyond:
                one.pay("principal", beyond, version.on)
                missing += beyond
        self.owed = kept + fresh
        self.arrears = version.arrears
        self.version += 1

    def _take_over(self, kept: Sequence[Owed], version: Version) -> int:
        """Make arrears part of a version, and return their principal; interest is in ``drawn``."""
        unpaid = [one for one in kept if one.principal or one.interest]
        principal = sum(one.principal for one in unpaid)
        for one in unpaid:
            interest = one.interest if version.takes_over == "all" else 0
            self.moved.append(Moved(self.version + 1, one.row, one.principal, interest))
            self.paid_interest += interest
            one.pay("interest", interest, version.on)
            one.pay("principal", one.principal, version.on)
        return principal

    def accrue(self, until: date) -> None:
        """Let the days go by up to ``until``: what is overdue bears interest from its due day on."""
        if not self.owed:
            self.day = until
        edges = sorted({one.row.due_on for one in self.owed if self.day < one.row.due_on < until})
        for end in (*edges, until):
            if end > self.day:
                self._accrue_to(end)
                self.day = end

    def _accrue_to(self, end: date) -> None:
        rules = self.arrears
        late = [one for one in self.owed if one.row.due_on <= self.day]
        principal = sum(one.principal for one in late)
        interest = sum(max(one.interest, 0) for one in late) if rules.has_compound else 0
        bearing, over = rules.bearing(principal, interest), 1
        if rules.misuse_rate and self.misused != 0:
            ahead = sum(one.principal for one in self.owed) - principal
            bearing, over = rules.bearing_misused(self.misused, ahead, principal, interest)
        parts = year_parts(rules.day_count, self.day, end)
        self.accrued += Fraction(parts * bearing, parts_of_year(rules.day_count) * MILLION * over)

    @property
    def penalty(self) -> int:
        """Penalty, compound and misuse interest that was not paid yet, in minor units."""
        return rounded(self.accrued.numerator, self.accrued.denominator) - self.paid_penalty

    def take(self, payment: Payment) -> None:
        """Allocate a payment; what is left beyond everything owed is kept apart.

        Interest that a row gives back, which is below zero, pays with the money that comes.
        """
        left = payment.amount + self._given_back(payment)
        for what, one, most in self._demands(payment.on):
            part = min(left, most)
            if part <= 0:
                continue
            left -= part
            if one is None:
                self.paid_penalty += part
            else:
                one.pay(what, part, payment.on)
                self.paid_interest += part if what == "interest" else 0
            number = None if one is None else one.row.number
            self.allocations.append(
                Allocation(payment.sequence, payment.on, what, number, part, self.version)
            )
        self.unallocated += left

    def _given_back(self, payment: Payment) -> int:
        found = 0
        for one in self.owed:
            if one.interest < 0 and one.row.due_on <= payment.on:
                part = one.interest
                found -= part
                self.paid_interest += part
                self.allocations.append(
                    Allocation(payment.sequence, payment.on, "interest", one.row.number, part, self.version)
                )
                one.pay("interest", part, payment.on)
        return found

    def _demands(self, on: date) -> Iterator[tuple[str, Owed | None, int]]:
        """Yield what is owed on a day in the order in which it is paid; what is to come, one by one."""
        early = [what for when, what in map(parts_of, self.arrears.order) if when == "in_advance"]
        for when, what in map(parts_of, self.arrears.order):
            if what == "penalty":
                if when == "past_due":
                    yield what, None, self.penalty
                continue
            if when == "in_advance" and what != next(kind for kind in early if kind != "penalty"):
                continue  # with the first kind of it
            for one in self.owed:
                if when_due(one.row.due_on, on) == when:
                    for kind in (what,) if when != "in_advance" else early:
                        if kind != "penalty":
                            yield kind, one, one.left(kind)

    def days_past_due(self, on: date) -> int:
        """Return how many days the oldest instalment with something unpaid is past due."""
        late = [one for one in self.owed if one.row.due_on < on]
        return max(oldest(late, on, "principal"), oldest(late, on, "interest"))

    def step(self, on: date, days_before: int) -> Step:
        """Return what is owed at the end of a day on which something happened."""
        return Step(
            on=on,
            version=self.version,
            outstanding_principal=sum(one.principal for one in self.owed),
            interest_paid=self.paid_interest,
            penalty_paid=self.paid_penalty,
            unallocated=self.unallocated,
            principal_unsettled_on=first_unsettled(self.owed, "principal"),
            interest_unsettled_on=first_unsettled(self.owed, "interest"),
            days_before=days_before,
        )

    def position(self, as_of: date) -> Position:
        late = [one for one in self.owed if one.row.due_on < as_of]
        ahead = [one for one in self.owed if one.row.due_on >= as_of and (one.principal or one.interest)]
        principal_days = oldest(late, as_of, "principal")
        interest_days = oldest(late, as_of, "interest")
        return Position(
            on=as_of,
            outstanding_principal=sum(one.principal for one in self.owed),
            overdue_principal=sum(one.principal for one in late),
            overdue_interest=max(sum(one.interest for one in late), 0),
            penalty=self.penalty,
            days_past_due=max(principal_days, interest_days),
            interest_days_past_due=interest_days,
            next_due_on=ahead[0].row.due_on if ahead else None,
            next_due_amount=ahead[0].principal + ahead[0].interest if ahead else 0,
            unallocated=self.unallocated,
            settled_on={one.row.number: one.settled_on for one in self.owed if one.settled_on is not None},
            allocations=tuple(self.allocations),
            left=self._left(),
            moved=tuple(self.moved),
        )

    def _left(self) -> dict[int, tuple[int, int]]:
        left: dict[int, tuple[int, int]] = {}
        for one in self.owed:
            if one.settled_on is None:
                principal, interest = left.get(one.row.number, (0, 0))
                left[one.row.number] = (principal + one.principal, interest + one.interest)
        return left
