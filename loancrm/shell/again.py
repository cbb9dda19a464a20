"""How often a next step comes again, in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from loancrm.i18n import _, n_

if TYPE_CHECKING:
    from loancrm.reports.follow_ups import FollowUpLine

ONCE = ""


def with_again(lines: Iterable[FollowUpLine]) -> Iterator[dict[str, Any]]:
    """Yield the lines with ``again``: that a step repeats, and how."""
    for line in lines:
        yield {**asdict(line), "again": again(line.repeats, line.every)}


def again(repeats: str | None, every: str | None) -> str:
    """Return how a step repeats, empty where it is once: every 30 d, 30 d after it is done."""
    if repeats is None or every is None:
        return ONCE
    words = _("every {time}") if repeats == "fixed" else _("{time} after done")
    return words.format(time=_time(int(every[:-1]), every[-1]))


def _time(n: int, unit: str) -> str:
    match unit:
        case "d":
            words = n_("{n} day", "{n} days", n)
        case "w":
            words = n_("{n} week", "{n} weeks", n)
        case "m":
            words = n_("{n} month", "{n} months", n)
        case _:
            words = n_("{n} year", "{n} years", n)
    return words.format(n=n)
