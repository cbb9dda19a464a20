"""The day's list on the command line: its header, its lines, and why a line stands where it does."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from loancrm.errors import NotFound
from loancrm.i18n import N_, _, n_
from loancrm.numerals import format_money, plain_money
from loancrm.parsing import count, duration_days
from loancrm.render.columns import Column
from loancrm.typeset import joined

if TYPE_CHECKING:
    from loancrm.agenda.due import DueCounts, DueLine
    from loancrm.agenda.reasons import Reason
    from loancrm.context import Context
    from loancrm.reports.changes import Changes

FIRST_LINES = 20
COLUMNS = (
    Column("rank", "#", "int"),
    Column("when", N_("when"), data=False),
    Column("customer", N_("customer")),
    Column("name", N_("name")),
    Column("segment", N_("segment"), "code", vocabulary="segment"),
    Column("officer", N_("officer"), table=False),
    Column("kind", N_("kind"), "code", vocabulary="reason_kind", table=False),
    Column("due_on", N_("due"), "date", table=False),
    Column("days_late", N_("days late"), "int", table=False),
    Column("band", N_("band"), "int", table=False),
    Column("points", N_("points"), "int", table=False),
    Column("amount", N_("amount"), "money", table=False),
    Column("reason_code", N_("reason code"), table=False),
    Column("reason", N_("why"), below=True),
    Column("command", N_("command"), table=False),
    Column("reasons", N_("reasons"), "nested"),
)
BOOK_COLUMNS = tuple(
    Column("officer", N_("officer")) if column.key == "officer" else column for column in COLUMNS
)
REASON_COLUMNS = (
    Column("band", N_("band"), "int"),
    Column("points", N_("points"), "int"),
    Column("when", N_("when"), data=False),
    Column("kind", N_("kind"), "code", vocabulary="reason_kind", table=False),
    Column("due_on", N_("due"), "date"),
    Column("days_late", N_("days late"), "int", table=False),
    Column("rule", N_("rule")),
    Column("amount", N_("amount"), "money", table=False),
    Column("ref", N_("number"), table=False),
    Column("reason_code", N_("reason code"), table=False),
    Column("reason", N_("why"), below=True),
    Column("command", N_("command"), table=False),
)


@dataclass(frozen=True)
class _Day:
    """What is on the list, and what its header says."""

    lines: Sequence[DueLine]
    counts: DueCounts
    changes: Changes | None
    officer: str | None


def show_day(
    crm: Context, *, officer: str | None, within: str | None, all_: bool, explain: str | None
) -> int:
    """Show the list, or with ``explain`` one of its lines; return how many customers are on it."""
    days = duration_days(within, "--within") if within else 0
    wanted = None if explain is None else count(explain, "--explain", 1)
    most = _limit(crm, all_=all_, wanted=wanted)
    day = _read(crm, officer, days, most)
    if wanted is not None:
        _explain(crm, day, wanted)
    else:
        _show(crm, day, days, whole=all_)
    return day.counts.to_do


def _limit(crm: Context, *, all_: bool, wanted: int | None) -> int | None:
    """Return how many customers to fetch: no more than will be shown."""
    if wanted is not None:
        return wanted
    if crm.given.get("sort"):
        return None
    if crm.given.get("limit") is not None:
        return count(crm.given["limit"], "--limit")
    if crm.format == "table" and not all_:
        return FIRST_LINES
    return None


def _read(crm: Context, officer: str | None, days: int, most: int | None) -> _Day:
    from loancrm.agenda.due import DueCounts, due, due_list

    with crm.view() as view:
        policy = crm.policy(view)
        officer_id = crm.officer_id(view, officer)
        if crm.format not in ("table", "html"):  # scripts get the lines and nothing that is not shown
            lines = due(view, policy, officer_id=officer_id, within=days, limit=most)
            return _Day(lines, DueCounts(len(lines), 0), None, officer)
        from loancrm.reports.changes import changes

        found = due_list(view, policy, officer_id=officer_id, within=days, limit=most)
        return _Day(found.lines, found.counts, changes(view, officer_id), officer or crm.settings.me)


def _show(crm: Context, day: _Day, within: int, *, whole: bool) -> None:
    rows = [_row(crm, line) for line in day.lines]
    if not rows and crm.format == "table" and not sys.stdout.isatty() and not crm.given.get("output"):
        return  # cron would mail the header
    is_page = crm.format in ("table", "html")
    columns = COLUMNS if day.officer or not is_page else BOOK_COLUMNS
    header = [*_header(crm, day, within), ""] if is_page else []
    footer = _footer(day) if is_page else []
    crm.show(rows, columns, title=_("today list"), header=header, footer=footer, whole=whole)


def _row(crm: Context, line: DueLine) -> dict[str, Any]:
    values: dict[str, Any] = {name: getattr(line, name) for name in line.__slots__}
    values["when"] = _when(crm.as_of, line.due_on, line.days_late, line.reason_code)
    values["reasons"] = [_reason_json(reason) for reason in line.reasons]
    return values


def _reason_json(reason: Reason) -> dict[str, Any]:
    return {
        **{name: getattr(reason, name) for name in reason.__slots__},
        "ranked_by": dict(reason.ranked_by),
        "due_on": reason.due_on.isoformat(),
        "amount": plain_money(reason.amount),
    }


def _when(as_of: date, due_on: date, days_late: int, reason_code: str) -> str:
    """Return the day in a word: new, today, 2 d late, in 3 d."""
    if reason_code == "newly_past_due":
        return _("new")
    if days_late:
        return _("{n} d late").format(n=days_late)
    ahead = (due_on - as_of).days
    return _("today") if ahead <= 0 else _("in {n} d").format(n=ahead)


def _header(crm: Context, day: _Day, within: int) -> list[str]:
    changes, counts = day.changes, day.counts
    parts = [_day_words(crm.as_of), day.officer or _("whole book")]
    if changes is not None and changes.data_on is not None:
        parts.append(_("data of {day}").format(day=changes.data_on))
    parts.append(n_("{n} to do", "{n} to do", counts.to_do).format(n=counts.to_do))
    if counts.late:
        parts.append(_("{n} late").format(n=counts.late))
    if within:
        parts.append(_("within {n} d").format(n=within))
    lines = [*joined(parts, crm.width)]
    if changes is not None and changes.since is not None:
        lines += joined(_news(changes), crm.width)
    return lines


def _news(changes: Changes) -> Sequence[str]:
    parts = [
        _("{n} newly overdue {amount}").format(
            n=changes.newly_overdue, amount=format_money(changes.newly_overdue_amount)
        ),
        _("{n} settled").format(n=changes.settled),
        _("{n} disbursed {amount}").format(
            n=changes.disbursed, amount=format_money(changes.disbursed_amount)
        ),
        _("due today {n}, {amount}").format(
            n=changes.due_today, amount=format_money(changes.due_today_amount)
        ),
    ]
    return [_("since {day}: {news}").format(day=changes.since, news=parts[0]), *parts[1:]]


_WEEKDAYS = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))


def _day_words(day: date) -> str:
    return _("{weekday} {day}").format(weekday=_(_WEEKDAYS[day.weekday()]), day=day)


def _footer(day: _Day) -> list[str]:
    if not day.lines:
        return [_("nothing to do; look ahead: loancrm today --within 7d")]
    first = day.lines[0]
    parts = [first.command, _("why this order: loancrm today --explain 1")]
    rest = day.counts.to_do - len(day.lines)
    if rest > 0:
        parts.append(_("{n} more: loancrm today --all").format(n=rest))
    return ["", *parts]


def _explain(crm: Context, day: _Day, wanted: int) -> None:
    if wanted > len(day.lines):
        raise NotFound(_("the list has {n} lines").format(n=len(day.lines)), field="--explain")
    line = day.lines[wanted - 1]
    words = _("line {n}: {customer} {name} · band {band} by {rule}")
    first = line.reasons[0]
    header = [
        words.format(n=line.rank, customer=line.customer, name=line.name, band=line.band, rule=first.rule),
        _("bands come first, then the day or the amount; the customer's other reasons follow"),
        "",
    ]
    rows = [
        {**asdict(reason), "when": _when(crm.as_of, reason.due_on, reason.days_late, reason.reason_code)}
        for reason in line.reasons
    ]
    crm.show(rows, REASON_COLUMNS, title=line.customer, header=header, footer=["", line.command])
