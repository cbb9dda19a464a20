"""Customers who leave, on the command line."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from loancrm.i18n import N_, _
from loancrm.render.columns import SCREEN_FORMATS, Column
from loancrm.shell.officer_report import explained, period_words, typed_period
from loancrm.shell.queries import say_unjudged
from loancrm.shell.reports import basis_json, basis_words, group_words
from loancrm.vocabulary import code_of, label

if TYPE_CHECKING:
    from loancrm.context import Context
    from loancrm.reports.churn import ChurnLine
    from loancrm.reports.win_backs import WinBackLine
    from loancrm.services.win_backs import WinBackReceipt

MONTHS = 12
CHURN = (
    Column("key", N_("group")),
    Column("name", N_("name"), table=False),
    Column("active", N_("customers"), "int"),
    Column("lost", N_("lost"), "int"),
    Column("rate", N_("churn"), "ratio"),
    Column("low", N_("low end"), "ratio"),
    Column("high", N_("high end"), "ratio"),
    Column("balance", N_("balance"), "money"),
    Column("lost_balance", N_("balance lost"), "money", table=False),
    Column("balance_rate", N_("by balance"), "ratio"),
    Column("waiting", N_("window runs"), "int"),
    Column("came_back", N_("came back"), "int", table=False),
    Column("not_counted", N_("not counted"), "int", table=False),
)
TOTALS = (
    Column("from_on", N_("period from"), "date"),
    Column("to_on", N_("period until"), "date"),
    Column("window_days", N_("window in days"), "int"),
    *(column for column in CHURN if column.key not in ("key", "name")),
    Column("basis", N_("basis"), "nested"),
)
FORMULAS = (
    N_("churn: no live loan and no approved case within the policy's window after the last loan was over ÷"),
    N_("  active before the first day; by balance: what they owed then; Wilson's 95 % interval"),
    N_("window runs: the last loan is over, the window is not; came back: lost, and borrows again now"),
    N_("not counted: whom the policy leaves out, above and below the line (churn: not_counted)"),
)
LIST = (
    Column("customer", N_("customer")),
    Column("name", N_("name")),
    Column("officer", N_("officer"), table=False),
    Column("kind", N_("kind"), "code", vocabulary="customer_kind", table=False),
    Column("state", N_("state"), "code", vocabulary="churn_state"),
    Column("since_on", N_("last loan until"), "date"),
    Column("days", N_("days"), "int", table=False),
    Column("value_at_stake", N_("at stake a year"), "money"),
    Column("grade", N_("grade"), table=False),
    Column("probability", N_("probability"), "ratio"),
    Column("win_back", N_("win-back")),
    Column("reasons", N_("reasons"), "nested"),
    Column("reason", N_("reason"), below=True),
)
LIST_FORMULAS = (
    N_("at risk: a loan lives, and a signal of the policy holds; leaving: none lives, the window still runs"),
    N_("at stake: what the customer brought in the last 365 days (contribution_12m)"),
    N_("probability: by the policy's card of leaving; loancrm score CUSTOMER --card … explains it"),
)

RESULTS = (
    Column("key", N_("group")),
    Column("name", N_("name"), table=False),
    Column("tried", N_("tries"), "int"),
    Column("open", N_("open"), "int"),
    Column("won_back", N_("won back"), "int"),
    Column("lost", N_("lost"), "int"),
    Column("rate", N_("won, share"), "ratio"),
    Column("low", N_("low end"), "ratio"),
    Column("high", N_("high end"), "ratio"),
    Column("drew", N_("drew a loan"), "int"),
    Column("cost", N_("cost"), "money"),
    Column("cost_per_won", N_("cost per one won"), "money", table=False),
)
RESULTS_FORMULAS = (
    N_(
        "won, share: won back ÷ (won back + lost) of the attempts begun in these days; Wilson's 95 % interval"
    ),
    N_("drew a loan: within the policy's days after the attempt began, whatever was recorded"),
)


def show_churn(
    crm: Context, officer: str | None, from_: str | None, to: str | None, *, by: str | None, explain: bool
) -> None:
    """Show how many customers were lost."""
    from loancrm.reports.churn import churn

    group = None if by is None else code_of("grouping", by, "--by")
    with crm.view() as view:
        officer_id = crm.officer_id(view, officer) if officer else None
        period = typed_period(view.as_of, from_, to, MONTHS)
        found = churn(view, crm.policy(view), period, by=group, officer_id=officer_id)
    lines = found.lines if group else (found.whole,) if found.whole.active or found.whole.not_counted else ()
    title = _("Churn, {days}").format(days=period_words(period))
    crm.show(
        [_churn_row(crm, group, line) for line in lines],
        CHURN,
        title=title,
        header=[title, basis_words(found.basis), ""],
        footer=explained(FORMULAS, explain),
        totals={
            **asdict(found.whole),
            "from_on": period.first,
            "to_on": period.last,
            "window_days": found.window_days,
            "basis": basis_json(found.basis),
        },
        totals_columns=TOTALS,
    )


def _churn_row(crm: Context, by: str | None, line: ChurnLine) -> dict[str, Any]:
    row = asdict(line)
    if crm.format in SCREEN_FORMATS:
        row["key"] = _("all") if by is None else group_words(by, row)
    return row


def show_churn_list(crm: Context, officer: str | None, *, explain: bool) -> None:
    """Show who may leave, is leaving or was just lost."""
    from loancrm.reports.churn_list import churn_list, unjudged

    with crm.view() as view:
        officer_id = crm.officer_id(view, officer) if officer else None
        found = churn_list(view, crm.policy(view), officer_id=officer_id)
        unsure = unjudged(view, crm.policy(view), officer_id=officer_id)
    rows = [{**asdict(line), "reasons": list(line.reasons)} for line in found]
    footer = explained(LIST_FORMULAS, explain)
    crm.show(rows, LIST, title=_("customers who may leave"), footer=footer if rows else [])
    say_unjudged(crm, unsure)


def step_notes(receipt: WinBackReceipt) -> list[str]:
    """Return a line for each step of a playbook, and what to do next."""
    lines = [
        " ".join(part for part in (str(one.due_on), one.follow_up, one.step, one.officer) if part)
        for one in receipt.steps
    ]
    next_ = _("next: loancrm contact log {customer} …, then loancrm churn result {number} won_back|lost")
    return [*lines, next_.format(customer=receipt.customer, number=receipt.win_back)]


def show_results(crm: Context, from_: str | None, to: str | None, *, by: str | None, explain: bool) -> None:
    """Show what came of winning customers back."""
    from loancrm.reports.win_backs import win_backs

    with crm.view() as view:
        period = typed_period(view.as_of, from_, to, MONTHS)
        found = win_backs(view, crm.policy(view), period, by=by)
    title = _("Won back, {days}").format(days=period_words(period))
    rows = [_result_row(crm, by, line) for line in found]
    crm.show(rows, RESULTS, title=title, header=[title, ""], footer=explained(RESULTS_FORMULAS, explain))


def _result_row(crm: Context, by: str | None, line: WinBackLine) -> dict[str, Any]:
    row = asdict(line)
    if crm.format in SCREEN_FORMATS:
        words = label("win_back_means", line.key) if by == "means" else line.key
        row["key"] = _("all") if by is None else words or _("unknown")
    return row
