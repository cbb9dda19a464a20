"""The report of each officer's work on the command line."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from loancrm import parsing
from loancrm.i18n import N_, _
from loancrm.numerals import format_ratio
from loancrm.render.columns import SCREEN_FORMATS, Column
from loancrm.shell.reports import basis_json, basis_words

if TYPE_CHECKING:
    from datetime import date

    from loancrm.context import Context
    from loancrm.reports.officer_report import OfficerReport
    from loancrm.reports.period import Period

MONTHS = 3  # of a report of which nobody says the days
COLUMNS = (
    Column("officer", N_("officer")),
    Column("name", N_("name"), table=False),
    Column("branch", N_("branch"), table=False),
    Column("is_active", N_("active"), "bool", table=False),
    Column("customers", N_("customers"), "int"),
    Column("live_loans", N_("live loans"), "int", table=False),
    Column("due_now", N_("due now"), "int", table=False),
    Column("late_now", N_("late now"), "int", table=False),
    Column("contacts", N_("contacts"), "int", table=False),
    Column("reached", N_("reached"), "int", table=False),
    Column("contacted_customers", N_("customers contacted"), "int", table=False),
    Column("feedback", N_("tickets"), "int", table=False),
    Column("answered", N_("tickets answered"), "int", table=False),
    Column("answer_days", N_("days to a first answer, median"), "int", table=False),
    Column("resolved", N_("tickets resolved"), "int", table=False),
    Column("resolve_days", N_("days to the resolution, median"), "int", table=False),
    Column("answer", N_("answer"), data=False),
    Column("complaints_about", N_("complaints about the officer"), "int", table=False),
    Column("praise_about", N_("praise for the officer"), "int", table=False),
    Column("surveyed", N_("answers to surveys"), "int", table=False),
    Column("surveyed_satisfied", N_("satisfied of those"), "int", table=False),
    Column("surveyed_share", N_("satisfied, share"), "ratio", table=False),
    Column("rated", N_("tickets rated"), "int", table=False),
    Column("rated_satisfied", N_("satisfied of those rated"), "int", table=False),
    Column("rated_share", N_("satisfied of those rated, share"), "ratio", table=False),
    Column("satisfied", N_("satisfied"), data=False),
    Column("cadence_customers", N_("customers of the cadence"), "int", table=False),
    Column("cadence_kept", N_("cadence kept"), "int", table=False),
    Column("cadence_share", N_("cadence kept, share"), "ratio", table=False),
    Column("cadence", N_("cadence"), data=False),
    Column("promises", N_("promises that fell due"), "int", table=False),
    Column("promises_kept", N_("promises kept"), "int", table=False),
    Column("promises_share", N_("promises kept, share"), "ratio", table=False),
    Column("promised", N_("promises"), data=False),
    Column("new_customers", N_("new"), "int", table=False),
    Column("loans_disbursed", N_("loans disbursed"), "int", table=False),
    Column("disbursed", N_("amount disbursed"), "money", table=False),
    Column("known_loans", N_("loans with a position"), "int", table=False),
    Column("outstanding_principal", N_("outstanding"), "money", table=False),
    Column("past_due_30", N_("over 30 days past due"), "money", table=False),
    Column("past_due_30_share", "PAR30", "ratio"),
    Column("newly_overdue", N_("newly overdue"), "int", table=False),
    Column("newly_overdue_balance", N_("balance newly overdue"), "money", table=False),
    Column("training_due", N_("to be trained"), "int", table=False),
    Column("training_late", N_("training late"), "int", table=False),
    Column("training_done", N_("training done"), "int", table=False),
    Column("recognitions", N_("recognised"), "int", table=False),
    Column("recognised_amount", N_("given in recognition"), "money", table=False),
)
TOTALS = (
    Column("from_on", N_("period from"), "date"),
    Column("to_on", N_("period until"), "date"),
    Column("basis", N_("basis"), "nested"),
)
FORMULAS = (
    N_("what happened on a day is of who had the customer that day; the rest of who has it at the end"),
    N_("answer: days to a first answer, lower median, of so many tickets answered; praise is not counted"),
    N_("satisfied: 4 or 5 of 5 overall, of so many answers to surveys; ratings of tickets are in the data"),
    N_("cadence kept: customers talked with within the cadence's maximum, of so many whom it asks for"),
    N_("promises kept: of those whose days of grace ended in these days, where anybody can know"),
    N_("new: borrowed for the first time; PAR30: balance more than 30 days past due ÷ outstanding"),
    N_("no figure sums these up: who has the hardest customers would come last"),
)


def typed_period(view_day: date, from_: str | None, to: str | None, months: int = MONTHS) -> Period:
    """Return the period that was typed, up to the day that is looked at."""
    from loancrm.reports.period import period_to

    first = None if from_ is None else parsing.day(from_, "--from")
    last = None if to is None else parsing.day(to, "--to")
    return period_to(view_day, first, last, months=months)


def period_words(period: Period) -> str:
    """Return the days of a period, as a heading says them."""
    return _("{first} to {last}").format(first=period.first, last=period.last)


def explained(formulas: tuple[str, ...], explain: bool) -> list[str]:
    """Return the lines below a report: how it is computed, or how to ask for that."""
    return ["", *(_(line) for line in formulas)] if explain else ["", _("how it is computed: --explain")]


def show_officers(
    crm: Context, officer: str | None, from_: str | None, to: str | None, *, team: bool, explain: bool
) -> None:
    """Show what each officer did and has."""
    from loancrm.reports.officer_report import officer_report

    with crm.view() as view:
        officer_id = crm.officer_id(view, officer) if officer or team else None
        period = typed_period(view.as_of, from_, to)
        found = officer_report(view, crm.policy(view), period, officer_id=officer_id, team=team)
    title = _("Officers, {days}").format(days=period_words(period))
    crm.show(
        _rows(crm, found),
        COLUMNS,
        title=title,
        header=[title, basis_words(found.basis), ""],
        footer=explained(FORMULAS, explain),
        totals={"from_on": period.first, "to_on": period.last, "basis": basis_json(found.basis)},
        totals_columns=TOTALS,
    )


def _rows(crm: Context, found: OfficerReport) -> list[dict[str, Any]]:
    rows = []
    for line in found.lines:
        row = asdict(line)
        if crm.format in SCREEN_FORMATS:
            row["officer"] = line.officer or _("nobody")
        row["answer"] = _of(None if line.answer_days is None else f"{line.answer_days}", line.answered)
        row["satisfied"] = _of(_share(line.surveyed_share), line.surveyed)
        row["cadence"] = _of(_share(line.cadence_share), line.cadence_customers)
        row["promised"] = _of(_share(line.promises_share), line.promises)
        rows.append(row)
    return rows


def _share(value: int | None) -> str | None:
    return None if value is None else format_ratio(value)


def _of(value: str | None, n: int) -> str:
    """Return a figure with how many it rests on, as a narrow column holds it: « 2 (14) »."""
    return "" if value is None else f"{value} ({n})"
