"""What is agreed of a loan, as far as its schedule follows from it. Frozen, checked when it is made."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from loancrm.errors import InvalidInput
from loancrm.i18n import _, titled
from loancrm.lending.daycount import CONVENTIONS
from loancrm.lending.rounding import MODES

REPAYMENTS = ("level", "equal_principal", "bullet", "balloon", "single", "flat", "custom")
SHIFTS = ("none", "following", "preceding", "modified_following")
_NAMED = {
    "week": (7, 0),
    "2week": (14, 0),
    "month": (0, 1),
    "quarter": (0, 3),
    "half_year": (0, 6),
    "year": (0, 12),
}
_DAYS = r"([1-9][0-9]{0,2})d"


@dataclass(frozen=True, slots=True)
class Frequency:
    """How far instalments lie apart: so many days, or so many months."""

    days: int = 0
    months: int = 1


def frequency(text: str, name: str = "--frequency") -> Frequency:
    """Return what ``week``, ``2week``, ``month``, ``quarter``, ``half_year``, ``year`` or ``15d`` means.

    Raises:
        InvalidInput: none of them.
    """
    if text in _NAMED:
        return Frequency(*_NAMED[text])
    found = re.fullmatch(_DAYS, text)
    if found is None:
        message = _("{field}: write week, 2week, month, quarter, half_year, year, or days such as 15d")
        raise InvalidInput(message.format(field=name), field=name)
    return Frequency(int(found[1]), 0)


@dataclass(frozen=True, slots=True)
class Terms:
    """What is agreed.

    Attributes:
        principal: minor units, above zero.
        annual_rate: millionths.
        instalments: how many, 1 to 1,200; with ``settlement_day`` how many months the loan runs.
        start_on: the day of the draw, the anchor of all due days.
        repayment: one of ``REPAYMENTS``; ``bullet`` pays interest each time and the principal at the end,
            ``single`` everything at the end, ``flat`` interest on the first principal throughout.
        rounding: how the level instalment is rounded, one of ``MODES``; interest is rounded half up, or half
            even where that is the mode.
        round_to: minor units that the instalment is a multiple of.
        principal_grace: so many first instalments are interest only.
        interest_grace: so many first instalments have no interest; it is collected with the next one.
        recurring_grace: so many instalments of interest only between two of principal.
        balloon: minor units left for the last instalment of ``balloon``.
        settlement_day: interest settles at the end of that day of the month, and is due the day after.
        holiday_shift: where a due day goes that is no working day.
        table: the principal of each instalment of ``custom``; with ``settlement_day`` there may be another
            number of instalments than months, and the last one takes what the table leaves.
        subsidy_until: interest until that day is owed by the state.
        due_dates: days of the instalments where they follow no frequency, rising, the last one of maturity.
    """

    principal: int
    annual_rate: int
    instalments: int
    start_on: date
    repayment: str = "level"
    frequency: Frequency = field(default_factory=Frequency)
    day_count: str = "30/360"
    rounding: str = "half_up"
    round_to: int = 1
    principal_grace: int = 0
    interest_grace: int = 0
    recurring_grace: int = 0
    balloon: int = 0
    settlement_day: int | None = None
    holiday_shift: str = "none"
    table: tuple[int, ...] = ()
    subsidy_until: date | None = None
    due_dates: tuple[date, ...] = ()

    @property
    def months(self) -> int | None:
        """How many months the loan runs; None where instalments are days apart."""
        if self.settlement_day is not None:
            return self.instalments
        return self.instalments * self.frequency.months or None

    def __post_init__(self) -> None:
        """Refuse what cannot be.

        Raises:
            InvalidInput: a value outside, or parts that contradict each other.
        """
        for option, is_right, problem in self._checks():
            if not is_right:
                raise InvalidInput(titled(option, problem), field=option)

    def _checks(self) -> tuple[tuple[str, bool, str], ...]:
        last = self.instalments - 1
        one_of = _("not one of those that are known")
        return (
            ("--principal", self.principal > 0, _("must be above zero")),
            ("--instalments", 1 <= self.instalments <= 1200, _("from 1 to 1200")),
            ("--repayment", self.repayment in REPAYMENTS, one_of),
            ("--day-count", self.day_count in CONVENTIONS, one_of),
            ("--rounding", self.rounding in MODES, one_of),
            ("--holiday-shift", self.holiday_shift in SHIFTS, one_of),
            ("--round-to", self.round_to >= 1, _("must be above zero")),
            ("--principal-grace", 0 <= self.principal_grace <= last, _("fewer than the instalments")),
            ("--interest-grace", 0 <= self.interest_grace <= last, _("fewer than the instalments")),
            ("--recurring-grace", 0 <= self.recurring_grace <= last, _("fewer than the instalments")),
            (
                "--balloon",
                (0 < self.balloon < self.principal) == (self.repayment == "balloon"),
                _("goes with a balloon loan, between zero and the principal"),
            ),
            (
                "--settlement-day",
                self.settlement_day is None or (1 <= self.settlement_day <= 28 and self.frequency.months > 0),
                _("a day of the month from 1 to 28, with months as frequency"),
            ),
            (
                "--table",
                self._has_whole_table() if self.repayment == "custom" else not self.table,
                _("one principal for each instalment, together the principal of the loan"),
            ),
            (
                "--due-dates",
                not self.due_dates or (self.settlement_day is None and self._has_own_days()),
                _("one day for each instalment, rising, after the draw, and no settlement day"),
            ),
        )

    def _has_whole_table(self) -> bool:
        is_each = len(self.table) == self.instalments or self.settlement_day is not None
        return is_each and sum(self.table) == self.principal and min(self.table, default=0) >= 0

    def _has_own_days(self) -> bool:
        days = (self.start_on, *self.due_dates)
        return len(self.due_dates) == self.instalments and all(one < two for one, two in pairwise(days))
