"""Live loans by days past due on the command line: of the book or its groups, beside an earlier day."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from loancrm.i18n import N_, _
from loancrm.numerals import format_money, format_ratio
from loancrm.render.columns import SCREEN_FORMATS, Column
from loancrm.shell.largest import largest_words
from loancrm.shell.reports import (
    bars,
    basis_json,
    basis_words,
    by_words,
    earlier,
    group_words,
    grouping_of,
    how,
    loans_words,
    refuse_later,
    span_words,
    with_groups,
)

if TYPE_CHECKING:
    from loancrm.context import Context
    from loancrm.reports.delinquency import Delinquency

DELINQUENCY = (
    Column("bucket", N_("days past due"), data=True),
    Column("from_days", N_("from day"), "int", table=False),
    Column("to_days", N_("to day"), "int", table=False),
    Column("loans", N_("loans"), "int"),
    Column("customers", N_("customers"), "int", table=False),
    Column("outstanding_principal", N_("outstanding"), "money"),
    Column("overdue_principal", N_("overdue"), "money", table=False),
    Column("share", N_("share"), "ratio"),
    Column("balance_before", N_("on the earlier day"), "money"),
    Column("bar", " ", "bar", data=False),
)
DELINQUENCY_TOTALS = (
    Column("loans", N_("loans"), "int"),
    Column("loans_without_position", N_("without position"), "int"),
    Column("outstanding_principal", N_("outstanding"), "money"),
    Column("par_1", "PAR1", "ratio"),
    Column("par_30", "PAR30", "ratio"),
    Column("par_60", "PAR60", "ratio"),
    Column("par_90", "PAR90", "ratio"),
    Column("basis", N_("basis"), "nested"),
)
FORMULAS = (
    N_("days past due: the newest snapshot's, as it stood on its day"),
    N_("PAR(x): whole balance of loans more than x days past due ÷ outstanding (CGAP 2003)"),
    N_("unknown: live loans without a recent snapshot, or without days past due in it"),
)


def show_delinquency(
    crm: Context, officer: str | None, *, by: str | None, digits: str | None, since: str | None, explain: bool
) -> None:
    """Show delinquency ageing with bars; PAR is in the totals, and under the table.

    Raises:
        UsageFault: loans cannot be grouped so.
        InvalidInput: the day to compare with is not before the one that is looked at.
    """
    from loancrm.reports.delinquency import Compared, delinquency

    then = earlier(since)
    with crm.view() as view:
        refuse_later(then, view)
        officer_id = crm.officer_id(view, officer) if officer else None
        policy = crm.policy(view)
        found = delinquency(view, policy, officer_id, Compared(grouping_of(by, digits), then))
        largest = largest_words(view, policy, "par_1", officer_id) if explain else []
    rows = [{**asdict(line), "bar": line.share or 0} for line in found.lines]
    is_page = crm.format in SCREEN_FORMATS
    if is_page:
        rows = [_said(row, by) for row in rows if _is_shown(row)]
    left_out = ({"key"} if by is None else {"bar"}) | ({"balance_before"} if then is None else {"bar"})
    title = _("Delinquency on {day}").format(day=found.basis.as_of)
    if by is not None:
        title = _("{title} by {by}").format(title=title, by=by_words(by))
    if then is not None:
        title = _("{title}, beside {day}").format(title=title, day=then)
    words = loans_words(found.loans, format_money(found.outstanding_principal))
    ageing = [(row["bucket"], row["outstanding_principal"]) for row in rows]
    crm.show(
        rows,
        [column for column in with_groups(DELINQUENCY, by) if not (is_page and column.key in left_out)],
        title=title,
        header=[f"{title} · {words}", basis_words(found.basis), ""],
        footer=[*_pars(found), *how(FORMULAS, explain), *largest],
        totals={
            "loans": found.loans,
            "loans_without_position": found.loans_without_position,
            "outstanding_principal": found.outstanding_principal,
            **{f"par_{days}": value for days, value in found.par.items()},
            "basis": basis_json(found.basis),
        },
        totals_columns=DELINQUENCY_TOTALS,
        charts=[bars(_("Outstanding by days past due"), ageing)] if by is None else [],
    )


def _is_shown(row: dict[str, Any]) -> bool:
    return bool(row["loans"] or row["bucket"] == "0" or row["balance_before"])


def _said(row: dict[str, Any], by: str | None) -> dict[str, Any]:
    """Return a line as a page says it: the bucket, and the group, in words."""
    row = {**row, "bucket": span_words(row["from_days"], row["to_days"])}
    return row if by is None else {**row, "key": group_words(by, row)}


def _pars(found: Delinquency) -> list[str]:
    known = [f"PAR{days} {format_ratio(value)}" for days, value in found.par.items() if value is not None]
    return ["", "   ".join(known)] if known else []
