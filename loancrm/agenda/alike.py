"""Many alike are one line: what stands on the list for the same reason on the same day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from loancrm.agenda.due import DueLine


@dataclass(frozen=True, slots=True)
class Alike:
    """Lines that are shown as one, in the place of the first: same band, reason, day and theme."""

    lines: tuple[DueLine, ...]

    @property
    def rank(self) -> int:
        """Return the place of the first: what ``today --open`` takes."""
        return self.lines[0].rank

    @property
    def officer(self) -> str | None:
        """Return whose customers they are, None where they are several officers'."""
        first = self.lines[0].officer
        return first if all(line.officer == first for line in self.lines) else None

    @property
    def amount(self) -> int:
        """Return what is at stake in all of them, in minor units."""
        return sum(line.amount for line in self.lines)


Item = DueLine | Alike
_Likeness = tuple[int, str, date, str | None]


def alike(lines: Sequence[DueLine], least: int | None) -> list[Item]:
    """Return the lines in order, with ``least`` or more alike as one; None: every line stands alone."""
    if least is None:
        return list(lines)
    together: dict[_Likeness, list[DueLine]] = {}
    for line in lines:
        together.setdefault(_likeness(line), []).append(line)
    found: list[Item] = []
    for line in lines:
        same = together[_likeness(line)]
        if len(same) < least:
            found.append(line)
        elif same[0] is line:
            found.append(Alike(tuple(same)))
    return found


def opened(lines: Sequence[DueLine], rank: int) -> list[DueLine]:
    """Return the lines that are alike with the one in the place ``rank``, itself too."""
    wanted = next((_likeness(line) for line in lines if line.rank == rank), None)
    return [line for line in lines if _likeness(line) == wanted]


def _likeness(line: DueLine) -> _Likeness:
    return line.band, line.reason_code, line.due_on, line.reasons[0].theme
