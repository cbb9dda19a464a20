"""On the command line what falls due: balances by remaining term, expected payments by month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Any

from loancrm.i18n import N_, _, n_
from loancrm.numerals import format_money, plain_money
from loancrm.parsing import count
from loancrm.render.columns import SCREEN_FORMATS, Column
from loancrm.shell.reports import (
    basis_json,
    basis_words,
    by_words,
    earlier,
    group_words,
    grouping_of,
    loans_words,
    refuse_later,
)

if TYPE_CHECKING:
    from loancrm.context import Context
    from loancrm.reports.cash_flow import CashFlow

MOST_MONTHS = 360
MATURITY = (
    Column("key", N_("group")),
    Column("name", N_("name"), table=False),
    Column("bucket", N_("remaining term")),
    Column("from_on", N_("from"), "date", table=False),
    Column("to_on", N_("to"), "date", table=False),
    Column("loans", N_("loans"), "int"),
    Column("customers", N_("customers"), "int", table=False),
    Column("outstanding_principal", N_("outstanding"), "money"),
    Column("overdue_principal", N_("overdue"), "money", table=False),
    Column("share", N_("share"), "ratio"),
    Column("bar", " ", "bar", data=False),
    Column("balance_before", N_("on the earlier day"), "money"),
)
MATURITY_TOTALS = (
    Column("since", N_("since"), "date"),
    Column("loans", N_("loans"), "int"),
    Column("outstanding_principal", N_("outstanding"), "money"),
    Column("loans_without_position", N_("without position"), "int"),
    Column("largest", N_("largest loans"), "nested"),
    Column("basis", N_("basis"), "nested"),
)
FLOW = (
    Column("key", N_("group")),
    Column("name", N_("name"), table=False),
    Column("period", N_("month")),
    Column("from_on", N_("from"), "date", table=False),
    Column("loans", N_("loans"), "int"),
    Column("principal", N_("principal"), "money"),
    Column("interest", N_("interest"), "money"),
    Column("undivided", N_("by extract"), "money"),
    Column("total", N_("total"), "money"),
    Column("total_before", N_("on the earlier day"), "money"),
)
FLOW_TOTALS = (
    Column("since", N_("since"), "date"),
    Column("principal", N_("principal"), "money"),
    Column("interest", N_("interest"), "money"),
    Column("undivided", N_("by extract"), "money"),
    Column("overdue", N_("overdue"), "money"),
    Column("since_data", N_("due since the data"), "money"),
    Column("loans_without_schedule", N_("loans without schedule"), "int"),
    Column("without_schedule", N_("outstanding without schedule"), "money"),
    Column("largest", N_("largest amounts"), "nested"),
    Column("basis", N_("basis"), "nested"),
)
FORMULAS = {
    "maturity": (
        N_("remaining term: from the day to the maturity, the last instalment of a schedule"),
        N_("the whole balance counts where the loan ends: report cash-flow has instalments"),
        N_("live loans; past: matured before the day, and still owed"),
    ),
    "cash-flow": (
        N_("of each instalment of the schedule in force what is not paid, by its due day"),
        N_("by extract: the next instalment of loans kept elsewhere; no more is known"),
        N_("due since the data: next instalments after their extract and before the day; paid or not"),
        N_("on the earlier day: what was expected of the same month by what was so then"),
        N_("overdue: due before the day, without penalty; early repayment is not foreseen"),
    ),
}


def show_maturity(
    crm: Context, officer: str | None, *, by: str | None, digits: str | None, since: str | None, explain: bool
) -> None:
    """Show balances by remaining term.

    Raises:
        UsageFault: loans cannot be grouped so.
        InvalidInput: a day that cannot be read, or that is not earlier.
    """
    from loancrm.reports.maturity import maturity

    then = earlier(since)
    with crm.view() as view:
        refuse_later(then, view)
        officer_id = crm.officer_id(view, officer) if officer else None
        found = maturity(view, crm.policy(view), grouping_of(by, digits), then, officer_id)
    rows = [{**asdict(line), "bar": line.share or 0} for line in found.lines]
    is_page = crm.format in SCREEN_FORMATS
    if is_page:
        rows = [
            {
                **row,
                "bucket": _bucket_words(row["bucket"]),
                "key": None if by is None else group_words(by, row),
            }
            for row in rows
        ]
    left_out = ({"key"} if by is None else set()) | ({"balance_before"} if then is None else {"bar"})
    title = _("Remaining terms on {day}").format(day=found.basis.as_of)
    if by is not None:
        title = _("Remaining terms by {by} on {day}").format(by=by_words(by), day=found.basis.as_of)
    amount = loans_words(found.loans, format_money(found.outstanding_principal))
    next_ = [
        _("matures next:"),
        *(
            f"{one['matures_on']} {one['loan']} {format_money(one['outstanding_principal'])}"
            for one in found.largest
        ),
    ]
    totals = {column.key: getattr(found, column.key) for column in MATURITY_TOTALS}
    crm.show(
        rows,
        [column for column in MATURITY if not (is_page and column.key in left_out)],
        title=title,
        header=[f"{title} · {amount}", basis_words(found.basis), ""],
        footer=["", *_how("maturity", next_ if found.largest else [], explain=explain)],
        totals={**totals, "largest": _plain(found.largest), "basis": basis_json(found.basis)},
        totals_columns=MATURITY_TOTALS,
    )


def _bucket_words(code: str) -> str:
    """Return a span in words: ``0_1`` is up to 1 month, ``1_3`` 1–3 months, ``60_plus`` over 60 months."""
    if code == "past":
        return _("past its maturity")
    if code == "unknown":
        return _("unknown")
    first, _underscore, last = code.partition("_")
    if last == "plus":
        return n_("over {n} month", "over {n} months", int(first)).format(n=first)
    if first == "0":
        return n_("up to {n} month", "up to {n} months", int(last)).format(n=last)
    return _("{first}–{last} months").format(first=first, last=last)


def show_cash_flow(
    crm: Context,
    officer: str | None,
    *,
    months: str,
    by: str | None,
    digits: str | None,
    since: str | None,
    explain: bool,
) -> None:
    """Show what is expected to come in by month.

    Raises:
        UsageFault: loans cannot be grouped so.
        InvalidInput: not a number of months; a day that cannot be read, or that is not earlier.
    """
    from loancrm.reports.cash_flow import cash_flow

    ahead, then = count(months, "--months", 0, MOST_MONTHS), earlier(since)
    with crm.view() as view:
        refuse_later(then, view)
        officer_id = crm.officer_id(view, officer) if officer else None
        found = cash_flow(view, crm.policy(view), ahead, grouping_of(by, digits), officer_id, then)
    rows = [asdict(line) for line in found.lines]
    is_page = crm.format in SCREEN_FORMATS
    if is_page:
        rows = [
            {**row, "period": _period(row["period"]), "key": None if by is None else group_words(by, row)}
            for row in rows
        ]
    left_out = _no_room(by, then)
    title = _("Expected payments from {day} on").format(day=found.basis.as_of)
    coming = format_money(found.principal + found.interest + found.undivided)
    largest = [
        _("the largest of them:"),
        *(f"{one['due_on']} {one['loan']} {format_money(one['amount'])}" for one in found.largest),
    ]
    totals = {column.key: getattr(found, column.key) for column in FLOW_TOTALS}
    crm.show(
        rows,
        [column for column in FLOW if not (is_page and column.key in left_out)],
        title=title,
        header=[f"{title} · {coming}", basis_words(found.basis), ""],
        footer=["", *_beside(found), *_how("cash-flow", largest if found.largest else [], explain=explain)],
        totals={**totals, "largest": _plain(found.largest), "basis": basis_json(found.basis)},
        totals_columns=FLOW_TOTALS,
    )


def _no_room(by: str | None, since: date | None) -> set[str]:
    """Return the columns for which a page has no room: beside another day the totals are enough."""
    if since is not None:
        return {"principal", "interest", "undivided", *(("key",) if by is None else ("loans",))}
    return {"total_before", *(("key",) if by is None else ("loans", "total"))}


def _plain(loans: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the loans behind a figure with their amounts as data."""
    amounts = ("outstanding_principal", "amount")
    return [{**one, **{name: plain_money(one[name]) for name in amounts if name in one}} for one in loans]


def _period(code: str) -> str:
    words = {"overdue": _("overdue so far"), "since_data": _("due since the data"), "later": _("later")}
    return words.get(code, code)


def _beside(found: CashFlow) -> list[str]:
    lines = []
    if found.overdue:
        lines.append(_("overdue {amount}").format(amount=format_money(found.overdue)))
    if found.since_data:
        words = _("due since the data, paid or not: {amount}")
        lines.append(words.format(amount=format_money(found.since_data)))
    if found.loans_without_schedule:
        words = _("kept elsewhere, only the next instalment is known: {loans}")
        amount = format_money(found.without_schedule)
        lines.append(words.format(loans=loans_words(found.loans_without_schedule, amount)))
    return lines


def _how(report: str, behind: list[str], *, explain: bool) -> list[str]:
    if not explain:
        return [_("how it is computed: --explain")]
    return ["", *(_(line) for line in FORMULAS[report]), *(["", *behind] if behind else [])]
