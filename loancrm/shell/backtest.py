"""What the back-tests of rules and of cards have in common on the command line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Any

from loancrm.errors import InvalidInput
from loancrm.i18n import _, n_, titled
from loancrm.numerals import plain_millionths, plain_money
from loancrm.parsing import count, day, duration_days
from loancrm.typeset import display_width, wrapped

if TYPE_CHECKING:
    from loancrm.context import Context
    from loancrm.policy.conditions import Condition

MOST_DAYS = 3660  # ten years: a horizon that is longer is a mistake


def read_event(text: str) -> Condition:
    """Return the event that is to be foretold, a condition over the figures of customers."""
    from loancrm.policy.parse import from_text

    return from_text(text, option="--event")


def read_horizon(text: str) -> int:
    """Return for how many days after a month end the event is looked for."""
    days = duration_days(text, "--horizon")
    return count(str(days), "--horizon", 1, MOST_DAYS)


def read_period(since: str | None, until: str | None) -> tuple[date | None, date | None]:
    """Return the first and the last day that month ends are looked for between.

    Raises:
        InvalidInput: the first day is after the last.
    """
    first = None if since is None else day(since, "--from")
    last = None if until is None else day(until, "--to")
    if first is not None and last is not None and first > last:
        raise InvalidInput(titled("--from", _("it is after --to")), field="--from")
    return first, last


def plainly(thing: Any, ratios: Iterable[str], money: Iterable[str] = ()) -> dict[str, Any]:
    """Return a dataclass or mapping as data, with shares and amounts as texts."""
    found: dict[str, Any] = dict(thing) if isinstance(thing, Mapping) else asdict(thing)
    for names, plain in ((ratios, plain_millionths), (money, plain_money)):
        for name in names:
            found[name] = None if found[name] is None else plain(found[name])
    return found


def thousandths(value: int | None) -> str:
    """Return millionths with three decimals, as areas and distances are read."""
    if value is None:
        return "–"
    return f"{'-' if value < 0 else ''}{(abs(value) + 500) // 1000 / 1000:.3f}"


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return lines in which the first column stands left and all others right."""
    widths = [max(display_width(row[place]) for row in rows) for place in range(len(rows[0]))]
    return ["  ".join(_padded(*cell) for cell in zip(row, widths, range(len(row)), strict=True)).rstrip()
            for row in rows]  # fmt: skip


def _padded(text: str, width: int, place: int) -> str:
    blanks = " " * (width - display_width(text))
    return text + blanks if place == 0 else blanks + text


def span_words(event: str, horizon: int | str, days: int) -> str:
    """Say what was foretold, how far ahead, and how often."""
    ends = n_("{n} month end", "{n} month ends", days).format(n=days)
    return _("{event} within {days} days · {ends}").format(event=event, days=horizon, ends=ends)


def explained(crm: Context, formulas: Sequence[str], *, explain: bool) -> list[str]:
    """Return how each figure is computed, or the option that says it."""
    if not explain:
        return [_("how it is computed: --explain")]
    return [line for text in formulas for line in wrapped(_(text), 0, crm.width)]
