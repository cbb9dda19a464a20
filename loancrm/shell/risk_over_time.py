"""Portfolio at risk and roll rates over months, on the command line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from loancrm.i18n import N_, _, n_
from loancrm.numerals import format_ratio, plain_millionths, plain_money
from loancrm.parsing import count
from loancrm.render.columns import SCREEN_FORMATS, Column
from loancrm.shell.largest import largest_words
from loancrm.shell.reports import _grouping, basis_json, basis_words, group_words
from loancrm.shell.transitions import moved_words, state_words
from loancrm.vocabulary import code_of, label

if TYPE_CHECKING:
    from loancrm.context import Context
    from loancrm.render.chart import Chart
    from loancrm.reports.grouping import Grouping
    from loancrm.reports.par import ParLine
    from loancrm.reports.roll_rates import MonthOfRolls, RollRate, RollRates

MOST_MONTHS = 120
MOST_STATES = 6  # a column each; more do not fit on 80 columns
DIRECTIONS = ("better", "same", "worse")
PAR = (
    Column("on", N_("day"), "date"),
    Column("key", N_("group")),
    Column("name", N_("name"), table=False),
    Column("loans", N_("loans"), "int"),
    Column("outstanding_principal", N_("outstanding"), "money"),
    Column("par_1", "PAR1", "ratio"),
    Column("par_30", "PAR30", "ratio"),
    Column("par_60", "PAR60", "ratio"),
    Column("par_90", "PAR90", "ratio"),
)
ROLLS = (
    Column("before", N_("from")),
    Column("after", N_("to")),
    Column("direction", N_("direction"), "code", vocabulary="direction_of_class"),
    Column("loans", N_("loans"), "int"),
    Column("opening_balance", N_("opening balance"), "money"),
    Column("share", N_("share"), "ratio"),
    Column("lowest", N_("lowest"), "ratio"),
    Column("highest", N_("highest"), "ratio"),
    Column("months", N_("months"), "int", table=False),
)
MONTHS = (
    Column("of", N_("of")),
    Column("months", N_("months"), "nested"),
    Column("basis", N_("basis"), "nested"),
)
FORMULAS = {
    "par": (
        N_("PAR(x): whole balance of loans more than x days past due ÷ outstanding (CGAP 2003)"),
        N_("live loans whose balance and days past due are known on the day"),
    ),
    "roll-rates": (
        N_("share: Σ opening balance that moved so in a month ÷ Σ opening balance of the state"),
        N_("paid off and written off are states too: the shares of a state sum to 100%"),
        N_("a loan that is new in a month counts from the next one on"),
    ),
}


def show_par(
    crm: Context, officer: str | None, *, by: str | None, digits: str | None, months: str, explain: bool
) -> None:
    """Show portfolio at risk as of the day, and at month ends before it."""
    from loancrm.reports.par import par

    ends = count(months, "--months", 0, MOST_MONTHS)
    with crm.view() as view:
        officer_id = crm.officer_id(view, officer) if officer else None
        policy = crm.policy(view)
        found = par(view, policy, _wanted(by, digits), ends, officer_id)
        largest = largest_words(view, policy, "par_1", officer_id) if explain else []
    is_page = crm.format in SCREEN_FORMATS
    rows = [asdict(line) for line in found.lines]
    if by is not None and is_page:
        rows = [{**row, "key": group_words(by, row)} for row in rows]
    columns = [column for column in PAR if by is not None or column.key != "key" or not is_page]
    title = _("Portfolio at risk on {day}").format(day=found.basis.as_of)
    header = [title, basis_words(found.basis), ""]
    charts = [par_chart([line.on.isoformat() for line in found.lines], found.lines)] if by is None else []
    how_so = ["", *_how("par", explain=explain), *largest]
    crm.show(rows, columns, title=title, header=header, footer=how_so, charts=charts)


def par_chart(days: list[str], lines: Sequence[ParLine]) -> Chart:
    """Return PAR1, PAR30, PAR60 and PAR90 as lines over days."""
    from loancrm.render.chart import Chart

    series = [(f"PAR{n}", [getattr(line, f"par_{n}") for line in lines]) for n in (1, 30, 60, 90)]
    return Chart("lines", _("Portfolio at risk"), days, series)


def _wanted(by: str | None, digits: str | None) -> Grouping | None:
    from loancrm.reports.grouping import Grouping

    return (
        None
        if by is None
        else Grouping(_grouping(by), None if digits is None else count(digits, "--digits", 1, 20))
    )


def show_roll_rates(crm: Context, officer: str | None, *, of: str, months: str, explain: bool) -> None:
    """Show roll rates: a line for each pair of states; on a page a line for each state."""
    from loancrm.reports.roll_rates import roll_rates

    states, n = code_of("states", of, "--of"), count(months, "--months", 1, MOST_MONTHS)
    with crm.view() as view:
        officer_id = crm.officer_id(view, officer) if officer else None
        found = roll_rates(view, crm.policy(view), n, states, officer_id, with_largest=explain)
    title = n_("Roll rates of {n} month to {day}", "Roll rates of {n} months to {day}", n).format(
        n=n, day=found.months[-1].on
    )
    words: dict[str, Any] = {
        "title": title,
        "header": [f"{title} · {label('states', states)}", basis_words(found.basis), ""],
        "footer": [
            "",
            *_months(found),
            *_how("roll-rates", explain=explain),
            *moved_words(found.worse, states),
        ],
        "totals": {
            "of": states,
            "months": [_month_json(month) for month in found.months],
            "basis": basis_json(found.basis),
        },
        "totals_columns": MONTHS,
        "charts": [_moved(found.months)],
    }
    if crm.format in SCREEN_FORMATS:
        crm.show(*_matrix(found.lines, states), **words)
    else:
        crm.show([asdict(line) for line in found.lines], ROLLS, **words)


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


def _matrix(lines: Sequence[RollRate], states: str) -> tuple[list[dict[str, Any]], list[Column]]:
    """Return a row a state, a column for each that it moved to; for each direction where these are many."""
    from loancrm.reports.transitions import ENDS, UNKNOWN

    moved_to = dict.fromkeys(line.before for line in lines) | dict.fromkeys(line.after for line in lines)
    last = [end for end in (*ENDS, UNKNOWN) if end in moved_to]
    shown = {state: state_words(states, state) for state in moved_to if state not in last}
    by_direction = len(shown) + len(last) > MOST_STATES
    if by_direction:
        shown = {name: label("direction_of_class", name) for name in DIRECTIONS}
    shown |= {state: state_words(states, state) for state in last}
    rows: dict[str, dict[str, Any]] = {}
    for line in lines:
        words = {"before": state_words(states, line.before), "balance": 0}
        row = rows.setdefault(line.before, {**words, **dict.fromkeys(shown)})
        row["balance"] += line.opening_balance
        to = line.direction if by_direction and line.direction in DIRECTIONS else line.after
        if line.share is not None:
            row[to] = (row[to] or 0) + line.share
    columns = [Column("before", N_("state before")), Column("balance", N_("opening balance"), "money")]
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


def _how(report: str, *, explain: bool) -> list[str]:
    return ["", *(_(line) for line in FORMULAS[report])] if explain else [_("how it is computed: --explain")]
