"""The day's list on the command line: its header, its lines, and why a line stands where it does."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from loancrm.agenda.alike import Alike, alike, opened
from loancrm.agenda.care import CARING
from loancrm.agenda.due import DueCounts, DueLine, due_list, held_back, is_empty, of_kind, team_of
from loancrm.errors import NotFound, UsageFault
from loancrm.i18n import N_, _, n_, noted, titled
from loancrm.numerals import format_money
from loancrm.parsing import count, duration_days
from loancrm.render.columns import Column
from loancrm.shell.reasons import REASON_COLUMNS, held_lines, points_words, ranked_by, reason_json, when
from loancrm.typeset import joined
from loancrm.vocabulary import code_of, label

if TYPE_CHECKING:
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
REGION = Column("region", N_("district"))
BOOK_COLUMNS = tuple(
    Column("officer", N_("officer")) if column.key == "officer" else column for column in COLUMNS
)


@dataclass(frozen=True)
class Wanted:
    """What was asked of the list: whose, how far ahead, which reasons, in which shape."""

    officer: str | None
    within: int
    kind: str | None
    by: str
    team: bool
    all_: bool
    open_: int | None
    explain: int | None

    @classmethod
    def of(
        cls,
        officer: str | None,
        within: str | None,
        *,
        kind: str | None,
        by: str,
        team: bool,
        all_: bool,
        open_: str | None,
        explain: str | None,
    ) -> Wanted:
        """Return what was typed.

        Raises:
            InvalidInput, UsageFault: a count, a kind or a shape that does not exist.
        """
        if by not in SHAPES:
            message = _("--by: one of {choices}").format(choices=", ".join(SHAPES))
            raise UsageFault(message, field="--by")
        return cls(
            officer,
            duration_days(within, "--within") if within else 0,
            None if kind is None else code_of("reason_kind", kind, "--kind"),
            by,
            team,
            all_,
            None if open_ is None else count(open_, "--open", 1),
            None if explain is None else count(explain, "--explain", 1),
        )

    @property
    def is_whole(self) -> bool:
        """Whether every line must be known to show the first ones."""
        return self.kind is not None or self.by != "customer" or self.open_ is not None or self.team

    @property
    def tells_of_care(self) -> bool:
        """Whether care may be among what is shown, so that what is held back of it is said."""
        return self.open_ is None and self.explain is None and self.kind in (None, *CARING)


SHAPES = ("customer", "reason", "district")


@dataclass(frozen=True)
class _Day:
    """What is on the list, and what its header says."""

    lines: Sequence[DueLine]
    counts: DueCounts
    changes: Changes | None
    officer: str | None
    held: Mapping[str, int]
    alike_from: int | None


def show_day(crm: Context, wanted: Wanted) -> int:
    """Show the list, or with ``explain`` one of its lines; return how many customers are on it."""
    if _is_streamed(crm, wanted):
        return _stream(crm, wanted)
    day = _read(crm, wanted, _limit(crm, wanted))
    if wanted.explain is not None:
        _explain(crm, day, wanted.explain)
    else:
        _show(crm, day, wanted)
    return day.counts.to_do


def _is_streamed(crm: Context, wanted: Wanted) -> bool:
    """Say whether a script wants all lines of the whole book: these may be many, and are not held."""
    is_part = wanted.team or wanted.open_ is not None or wanted.explain is not None
    if crm.format in ("table", "html") or is_part or wanted.by != "customer":
        return False
    return (wanted.officer or crm.settings.me) is None and (
        wanted.kind is not None or not crm.given.get("limit")
    )


def _stream(crm: Context, wanted: Wanted) -> int:
    from loancrm.agenda.whole import whole_list

    found = 0

    def rows(lines: Iterable[DueLine]) -> Iterator[dict[str, Any]]:
        nonlocal found
        for line in lines:
            found += 1
            yield _row(crm, line)

    with crm.view() as view:
        lines = whole_list(view, crm.policy(view), within=wanted.within, kind=wanted.kind)
        crm.show(rows(lines), COLUMNS, title=_("today list"))
        if wanted.tells_of_care:
            held_lines(crm, held_back(view, crm.policy(view), wanted.within))
    return found


def _limit(crm: Context, wanted: Wanted) -> int | None:
    """Return how many customers to fetch: no more than will be shown."""
    if wanted.explain is not None:
        return wanted.explain
    if crm.given.get("sort") or wanted.is_whole:
        return None
    if crm.given.get("limit") is not None:
        return count(crm.given["limit"], "--limit")
    if crm.format == "table" and not wanted.all_:
        return FIRST_LINES
    return None


def _read(crm: Context, wanted: Wanted, most: int | None) -> _Day:
    with crm.view() as view:
        policy = crm.policy(view)
        officer_id = crm.officer_id(view, wanted.officer)
        scope = team_of(view, officer_id) if wanted.team else None
        is_page = crm.format in ("table", "html")
        if not is_page or wanted.is_whole:  # scripts get the lines and nothing that is not shown
            whole = due_list(
                view, policy, officer_id=officer_id, within=wanted.within, limit=most, scope=scope
            )
            lines = whole.lines
            if wanted.kind is not None:
                lines = of_kind(lines, wanted.kind)
            late = sum(line.days_late > 0 for line in lines)
            is_plain = wanted.kind is None and wanted.by == "customer" and wanted.open_ is None
            alike_from = policy.due.alike_from if is_page and is_plain else None
            whose = wanted.officer or crm.settings.me
            held = whole.held if wanted.tells_of_care else {}
            return _Day(lines, DueCounts(len(lines), late), None, whose, held, alike_from)
        from loancrm.reports.changes import changes

        # An officer's list is found whole anyway: all of it is grouped before the first lines are shown.
        first = None if officer_id is not None and wanted.explain is None else most
        found = due_list(view, policy, officer_id=officer_id, within=wanted.within, limit=first)
        alike_from = policy.due.alike_from if officer_id is not None or wanted.all_ else None
        return _Day(
            found.lines,
            found.counts,
            changes(view, officer_id),
            wanted.officer or crm.settings.me,
            found.held,
            alike_from,
        )


def _show(crm: Context, day: _Day, wanted: Wanted) -> None:
    rows = _rows(crm, day, wanted)
    if not rows and crm.format == "table" and not sys.stdout.isatty() and not crm.given.get("output"):
        return  # cron would mail the header
    is_page = crm.format in ("table", "html")
    if is_page:
        from loancrm.shell.shown import remember

        remember(crm, wanted.officer, day.lines, is_looked_at=crm.format == "table")
    columns = COLUMNS if (day.officer and not wanted.team) or not is_page else BOOK_COLUMNS
    if wanted.by == "district":
        columns = (REGION, *columns)
    is_cut = crm.format == "table" and not wanted.all_ and crm.given.get("limit") is None
    shown = rows[:FIRST_LINES] if is_cut else rows
    header = [*_header(crm, day, wanted.within), ""] if is_page else []
    held = held_lines(crm, day.held)
    footer = _footer(crm, day, len(rows) - len(shown), held) if is_page else []
    crm.show(shown, columns, title=_("today list"), header=header, footer=footer, whole=wanted.all_)


def _rows(crm: Context, day: _Day, wanted: Wanted) -> list[dict[str, Any]]:
    """Return what is shown: a row a customer, those alike together; a row a reason; or by place."""
    if wanted.open_ is not None:
        _refuse_beyond(day, wanted.open_, "--open")
        return [_row(crm, line) for line in opened(day.lines, wanted.open_)]
    if wanted.by == "reason":
        pairs = [(line, reason) for line in day.lines for reason in line.reasons]
        pairs.sort(key=lambda pair: (pair[1].band, -pair[1].points, pair[0].rank))
        return [_reason_row(crm, line, reason) for line, reason in pairs]
    if wanted.by == "district":
        return [_row(crm, line) for line in sorted(day.lines, key=_place)]
    return [
        _row(crm, item) if isinstance(item, DueLine) else _alike_row(crm, item)
        for item in alike(day.lines, day.alike_from)
    ]


def _place(line: DueLine) -> tuple[bool, str, int]:
    return line.region is None, line.region or "", line.rank


def _reason_row(crm: Context, line: DueLine, reason: Reason) -> dict[str, Any]:
    same = ("kind", "due_on", "days_late", "band", "points", "amount", "reason_code", "reason", "command")
    said = when(crm.as_of, reason.due_on, reason.days_late, reason.reason_code)
    return {**_row(crm, line), **{name: getattr(reason, name) for name in same}, "when": said}


def _alike_row(crm: Context, item: Alike) -> dict[str, Any]:
    first, n = item.lines[0], len(item.lines)
    kind, theme = label("reason_kind", first.kind), first.reasons[0].theme
    said = n_("{n} customer", "{n} customers", n).format(n=n)
    why = _("{kind} {day}; loancrm today --open {rank}")
    if item.amount:
        why = _("{kind} {day}, {amount} in all; loancrm today --open {rank}")
    return {
        **_row(crm, first),
        "customer": said,
        "name": "",
        "segment": None,
        "officer": item.officer,
        "amount": item.amount,
        "reason": why.format(
            kind=noted(kind, theme) if theme else kind,
            day=first.due_on,
            amount=format_money(item.amount),
            rank=item.rank,
        ),
        "command": f"loancrm today --open {item.rank}",
    }


def _row(crm: Context, line: DueLine) -> dict[str, Any]:
    values: dict[str, Any] = {name: getattr(line, name) for name in line.__slots__}
    values["when"] = when(crm.as_of, line.due_on, line.days_late, line.reason_code)
    values["reasons"] = [reason_json(reason) for reason in line.reasons]
    return values


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


def _footer(crm: Context, day: _Day, hidden: int, held: Sequence[str]) -> list[str]:
    if not day.lines and crm.ask(is_empty):
        return [
            _("the book has no customers yet; add the first one: loancrm customer add"),
            _("or take them from a file: loancrm import customers FILE"),
        ]
    if not day.lines:
        return [_("nothing to do; look ahead: loancrm today --within 7d"), *held]
    first = day.lines[0]
    parts = [first.command, _("why this order: loancrm today --explain 1"), *held]
    rest = hidden or day.counts.to_do - len(day.lines)
    if rest > 0:
        parts.append(_("{n} more: loancrm today --all").format(n=rest))
    return ["", *parts]


def _refuse_beyond(day: _Day, wanted: int, option: str) -> None:
    if wanted > len(day.lines):
        raise NotFound(_("the list has {n} lines").format(n=len(day.lines)), field=option)


def _explain(crm: Context, day: _Day, wanted: int) -> None:
    _refuse_beyond(day, wanted, "--explain")
    line = day.lines[wanted - 1]
    words = _("line {n}: {customer} {name} · band {band} by {rule}")
    first = line.reasons[0]
    header = [
        words.format(n=line.rank, customer=line.customer, name=line.name, band=line.band, rule=first.rule),
        *points_words(first),
        _("bands come first, then points, then the day or the amount; the customer's other reasons follow"),
        "",
    ]
    header[-1:] = [*_cadence_words(crm, line.customer), ""]
    rows = [
        {
            **asdict(reason),
            "ranked_by": ranked_by(reason),
            "when": when(crm.as_of, reason.due_on, reason.days_late, reason.reason_code),
        }
        for reason in line.reasons
    ]
    crm.show(rows, REASON_COLUMNS, title=line.customer, header=header, footer=["", line.command])


def _cadence_words(crm: Context, customer: str) -> list[str]:
    """Say which rules of the cadence could not be judged of a customer: on the page, or beside data."""
    from loancrm.agenda.cadence import next_contact
    from loancrm.reports.lookup import customer as found
    from loancrm.shell.queries import not_judged

    with crm.view() as view:
        open_ = next_contact(view, crm.policy(view), found(view, customer).id).undecided
    if not open_:
        return []
    words = titled(_("cadence"), not_judged(open_))
    if crm.format in ("table", "html"):
        return [words]
    crm.say(words)
    return []
