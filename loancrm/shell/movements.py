"""What is different since a day, on the command line."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from loancrm import parsing
from loancrm.errors import InvalidInput
from loancrm.i18n import N_, _
from loancrm.numerals import format_money
from loancrm.render.columns import SCREEN_FORMATS, Column
from loancrm.vocabulary import code_of, label

if TYPE_CHECKING:
    from loancrm.context import Context
    from loancrm.reports.movements import Movement

COLUMNS = (
    Column("kind", N_("what"), "code", vocabulary="movement"),
    Column("loan", N_("loan")),
    Column("customer", N_("customer")),
    Column("name", N_("name")),
    Column("officer", N_("officer"), table=False),
    Column("before", N_("before")),
    Column("after", N_("now")),
    Column("amount", N_("amount"), "money"),
)


def show_movements(crm: Context, since: str | None, kind: str | None, officer: str | None) -> None:
    """Show what is different of the loans since a day.

    Raises:
        InvalidInput: the day is not before the one that is looked at, or there is no data to count from.
    """
    from loancrm.reports.movements import day_before, movements

    wanted = code_of("movement", kind, "--kind") if kind else None
    with crm.view() as view:
        start = parsing.day(since, "--since") if since else day_before(view)
        if start is None:
            hint = _("name a day: --since YYYY-MM-DD")
            raise InvalidInput(_("there are no two days of data to compare"), field="--since", hint=hint)
        if start >= view.as_of:
            raise InvalidInput(_("--since is not before the day that is looked at"), field="--since")
        officer_id = crm.officer_id(view, officer)
        found = list(movements(view, crm.policy(view), start, officer_id=officer_id, kind=wanted))
        day = view.as_of
    title = _("Since {day}, as of {now}").format(day=start, now=day)
    rows: list[Any] = [_row(line) for line in found] if crm.format in SCREEN_FORMATS else list(found)
    footer = [] if found else [_("nothing is different")]
    crm.show(rows, COLUMNS, title=title, header=[title, _counts(found)], footer=footer)


def _counts(found: list[Movement]) -> str:
    counts = Counter(line.kind for line in found)
    return " · ".join(f"{n} {label('movement', kind)}" for kind, n in counts.items())


def _row(line: Movement) -> dict[str, Any]:
    """Return a line in words: classes and states by their names, money with its marks."""
    row = asdict(line)
    for name in ("before", "after"):
        row[name] = _words(line.kind, row[name])
    return row


def _words(kind: str, value: str | None) -> str | None:
    if value is None:
        return None
    if kind == "class_moved":
        return label("five_tier", value)
    if kind == "balance_jumped":
        return format_money(int(value.replace(".", "")))
    return value if value.isdigit() else label("loan_status", value)
