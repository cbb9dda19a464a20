"""Roll rates on the command line: how balances roll from month to month, of the book or its groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from loancrm.i18n import N_, NP_, _, n_
from loancrm.numerals import format_ratio, plain_millionths, plain_money
from loancrm.parsing import count
from loancrm.render.columns import SCREEN_FORMATS, Column
from loancrm.shell.reports import (
    GROUP,
    MOST_MONTHS,
    basis_json,
    basis_words,
    by_words,
    earlier,
    group_words,
    grouping_of,
    how,
    refuse_later,
    with_groups,
)
from loancrm.shell.transitions import moved_words, state_words
from loancrm.vocabulary import code_of, label

if TYPE_CHECKING:
    from loancrm.context import Context
    from loancrm.render.chart import Chart
    from loancrm.reports.roll_rates import MonthOfRolls, RollRate, RollRates

MOST_STATES = 6  # a column each; more do not fit on 80 columns
DIRECTIONS = ("better", "same", "worse")
ROLLS = (
    Column("before", N_("from")),
    Column("after", N_("to")),
    Column(
        "direction",
        NP_("of a class", "direction"),
        "code",
        vocabulary="direction_of_class",
        context="of a class",
    ),
    Column("loans", N_("loans"), "int"),
    Column("opening_balance", N_("opening balance"), "money"),
    Column("share", N_("share"), "ratio"),
    Column("lowest", N_("lowest"), "ratio"),
    Column("highest", N_("highest"), "ratio"),
    Column("months", N_("months"), "int", table=False),
    Column("share_before", N_("on the earlier day"), "ratio"),
)
MONTHS = (
    Column("of", N_("of")),
    Column("since", N_("since"), "date"),
    Column("months", N_("months"), "nested"),
    Column("basis", N_("basis"), "nested"),
)
FORMULAS = (
    N_("share: Σ opening balance that moved so in a month ÷ Σ opening balance of the state"),
    N_("paid off and written off are states too: the shares of a state sum to 100%"),
    N_("a loan that is new in a month counts from the next one on"),
    N_("on the earlier day: over as many months that were over by then"),
)
BESIDE = ("before", "after", "loans", "opening_balance", "share", "share_before")  # of a page


@dataclass(frozen=True, slots=True)
class RollsAsked:
    """What is asked for, as it was typed."""

    of: str
    months: str
    by: str | None
    digits: str | None
    since: str | None


def show_roll_rates(crm: Context, officer: str | None, asked: RollsAsked, *, explain: bool) -> None:
    """Show roll rates: a line for each pair of states; on a page a line for each state, but beside a day.

    Raises:
        UsageFault: no such states, or loans cannot be grouped so.
        InvalidInput: no number of months; a day that cannot be read, or that is not earlier.
    """
    from loancrm.reports.roll_rates import roll_rates

    states, n = code_of("states", asked.of, "--of"), count(asked.months, "--months", 1, MOST_MONTHS)
    by, then, grouping = asked.by, earlier(asked.since), grouping_of(asked.by, asked.digits)
    with crm.view() as view:
        refuse_later(then, view)
        officer_id = crm.officer_id(view, officer) if officer else None
        found = roll_rates(
            view,
            crm.policy(view),
            n,
            states,
            officer_id,
            grouping=grouping,
            with_largest=explain,
            since=then,
        )
    title = _title(found, n, by)
    rows, columns = _table(found, by, is_page=crm.format in SCREEN_FORMATS)
    crm.show(
        rows,
        columns,
        title=title,
        header=[f"{title} · {label('states', states)}", basis_words(found.basis), ""],
        footer=["", *_months(found), *how(FORMULAS, explain), *moved_words(found.worse, states)],
        totals=_totals(found),
        totals_columns=MONTHS,
        charts=[_moved(found.months)],
    )


def _title(found: RollRates, n: int, by: str | None) -> str:
    title = n_("Roll rates of {n} month to {day}", "Roll rates of {n} months to {day}", n)
    title = title.format(n=n, day=found.months[-1].on)
    return title if by is None else _("{title} by {by}").format(title=title, by=by_words(by))


def _table(
    found: RollRates, by: str | None, *, is_page: bool
) -> tuple[list[dict[str, Any]], Sequence[Column]]:
    """Return rows and columns: pairs of states as data and beside another day, else a row a state."""
    if not is_page:
        return [asdict(line) for line in found.lines], with_groups(ROLLS, by)
    return (_matrix if found.since is None else _pairs)(found.lines, found.of, by)


def _totals(found: RollRates) -> dict[str, Any]:
    months = [_month_json(month) for month in found.months]
    return {"of": found.of, "since": found.since, "months": months, "basis": basis_json(found.basis)}


def _moved(months: Sequence[MonthOfRolls]) -> Chart:
    """Return how much became worse and better month by month."""
    from loancrm.render.chart import Chart

    days = [f"{month.on:%Y-%m}" for month in months]
    series = [
        (label("direction_of_class", name), [getattr(month, name) for month in months])
        for name in ("worse", "better")
    ]
    return Chart("lines", _("What moved, month by month"), days, series)


def _month_json(month: MonthOfRolls) -> dict[str, Any]:
    shares = {name: getattr(month, name) for name in (*DIRECTIONS, "ended")}
    return {
        "since": month.since.isoformat(),
        "on": month.on.isoformat(),
        "opening_balance": plain_money(month.opening_balance),
        **{name: None if share is None else plain_millionths(share) for name, share in shares.items()},
    }


def _pairs(
    lines: Sequence[RollRate], states: str, by: str | None
) -> tuple[list[dict[str, Any]], list[Column]]:
    """Return a row a pair of states, with the share beside that of the earlier day."""
    rows = [
        {
            **asdict(line),
            "key": None if by is None else group_words(by, {"key": line.key, "name": line.name}),
            "before": state_words(states, line.before),
            "after": state_words(states, line.after),
        }
        for line in lines
    ]
    columns = [column for column in ROLLS if column.key in BESIDE and (by is None or column.key != "loans")]
    return rows, columns if by is None else [GROUP[0], *columns]


def _matrix(
    lines: Sequence[RollRate], states: str, by: str | None
) -> tuple[list[dict[str, Any]], list[Column]]:
    """Return a row a state, a column for each that it moved to; for each direction where these are many.

    In groups a row a state of each group, and always by direction; there is no room for what stayed.
    """
    from loancrm.reports.transitions import ENDS, UNKNOWN

    moved_to = dict.fromkeys(line.before for line in lines) | dict.fromkeys(line.after for line in lines)
    last = [end for end in (*ENDS, UNKNOWN) if end in moved_to]
    shown = {state: state_words(states, state) for state in moved_to if state not in last}
    by_direction = by is not None or len(shown) + len(last) > MOST_STATES
    if by_direction:
        directions = DIRECTIONS if by is None else ("better", "worse")
        shown = {name: label("direction_of_class", name) for name in directions}
    shown |= {state: state_words(states, state) for state in last}
    rows: dict[tuple[str | None, str], dict[str, Any]] = {}
    for line in lines:
        words = {"before": state_words(states, line.before), "balance": 0}
        if by is not None:
            words["key"] = group_words(by, {"key": line.key, "name": line.name})
        row = rows.setdefault((line.key, line.before), {**words, **dict.fromkeys(shown)})
        row["balance"] += line.opening_balance
        to = line.direction if by_direction and line.direction in DIRECTIONS else line.after
        if line.share is not None and to in shown:
            row[to] = (row[to] or 0) + line.share
    columns = [Column("before", N_("state before")), Column("balance", N_("opening balance"), "money")]
    if by is not None:
        columns.insert(0, GROUP[0])
    return list(rows.values()), columns + [Column(state, said, "ratio") for state, said in shown.items()]


def _months(found: RollRates) -> list[str]:
    """Say of the newest month, and of the one before it, how much rolled forward."""
    return [
        _("{day}: worse {worse}, better {better}").format(
            day=month.on, worse=format_ratio(month.worse), better=format_ratio(month.better or 0)
        )
        for month in found.months[-2:]
        if month.worse is not None
    ]
