"""Playbooks on the screen: the policy's, the steps of one that runs, who is concerned, what came of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from loancrm.i18n import N_, _, language, titled
from loancrm.numerals import format_ratio
from loancrm.render.columns import SCREEN_FORMATS, Column
from loancrm.shell.officer_report import explained, period_words, typed_period
from loancrm.shell.queries import say_left_out, say_unjudged
from loancrm.vocabulary import label

if TYPE_CHECKING:
    from loancrm.context import Context
    from loancrm.policy.playbooks import Playbooks, RunStepShape
    from loancrm.services.playbook_requests import BranchReceipt, PlanReceipt, StepReceipt

MONTHS = 12
RULES = (
    Column("playbook", N_("playbook")),
    Column("title", N_("title"), table=False),
    Column("branch", N_("way taken")),
    Column("branch_title", N_("title of the branch"), table=False),
    Column("leads_to", N_("leads to"), table=False),
    Column("step", N_("step name")),
    Column("after_days", N_("days"), "int"),
    Column("owner", N_("owner")),
    Column("needs_contact", N_("in a talk"), "bool"),
    Column("what", N_("what"), below=True),
)
STEPS = (
    Column("follow_up", N_("number")),
    Column("step", N_("step name")),
    Column("branch", N_("way taken"), table=False),
    Column("due_on", N_("due"), "date"),
    Column("officer", N_("officer")),
    Column("needs_contact", N_("in a talk"), "bool"),
    Column("state", N_("state"), "code", vocabulary="step_state"),
    Column("done_on", N_("done on"), "date", table=False),
    Column("contact", N_("talk")),
    Column("what", N_("what"), below=True),
)
CONCERNED = (
    Column("customer", N_("customer")),
    Column("name", N_("name")),
    Column("officer", N_("officer"), table=False),
    Column("live_loans", N_("loans"), "int"),
    Column("outstanding_principal", N_("outstanding"), "money"),
    Column("days_past_due", N_("days past due"), "int", table=False),
    Column("rule", N_("rule"), table=False),
    Column("relief", N_("relief"), "code", vocabulary="relief"),
    Column("months", N_("months"), "int"),
    Column("is_running", N_("running"), "bool"),
)
CONCERNED_TOTALS = (
    Column("customers", N_("customers"), "int"),
    Column("outstanding_principal", N_("outstanding"), "money"),
    Column("is_running", N_("running already"), "int"),
)
STATS = (
    Column("key", N_("group")),
    Column("name", N_("name"), table=False),
    Column("begun", N_("begun"), "int"),
    Column("open", N_("open"), "int"),
    Column("ended", N_("ended"), "int", table=False),
    Column("not_needed", N_("not needed"), "int", table=False),
    Column("cured", N_("cured"), "int"),
    Column("cure_rate", N_("cure rate"), "ratio"),
    Column("low", N_("low end"), "ratio", table=False),
    Column("high", N_("high end"), "ratio", table=False),
    Column("days_to_cure", N_("days"), "int"),
    Column("complained", N_("complained"), "int"),
    Column("loss", N_("loss"), "money"),
    Column("retained", N_("stayed"), "int", table=False),
    Column("retained_of", N_("of so many"), "int", table=False),
    Column("retention", N_("stayed"), "ratio"),
    Column("retention_low", N_("stayed, low end"), "ratio", table=False),
    Column("retention_high", N_("stayed, high end"), "ratio", table=False),
    Column("counts", N_("on how many it rests"), data=False, below=True),
)
FORMULAS = (
    N_(
        "cure rate: cured ÷ (ended - not needed) of the playbooks begun in these days; Wilson's 95 % interval"
    ),
    N_("days: the median from the beginning to the end of those that were cured"),
    N_("complained: customers with a complaint from the beginning until the policy's days after the end"),
    N_(
        "stayed: had a loan, drawn, not ended and not matured, the policy's days after the end; only of those"
    ),
    N_("  whose end lies so far back; loss: as it was recorded at the end"),
)
_LEADS_TO = {
    "relief": N_("next: loancrm relief compare LOAN --months 6"),
    "restructuring": N_("next: loancrm relief compare LOAN --months 12 --capitalise"),
    "legal": N_("next: loancrm clock add {customer} --kind limitation --started-on DAY"),
    "check": N_("next: loancrm check record {customer} --loan LOAN --kind special"),
}


def show_rules(crm: Context) -> None:
    """Show the playbooks of the policy, a row for each step."""
    with crm.view() as view:
        rules = crm.policy(view).playbooks
    crm.show(list(_rules(rules, language())), RULES, title=_("playbooks"))


def _rules(rules: Playbooks, lang: str) -> Iterator[dict[str, Any]]:
    for book in rules.shape.books:
        same = {"playbook": book.playbook, "title": book.said(lang)}
        nowhere = {"branch": None, "branch_title": None, "leads_to": None}
        yield from (same | nowhere | _rule(step, lang) for step in book.steps)
        for one in book.branches:
            turn = {"branch": one.branch, "branch_title": one.said(lang), "leads_to": one.leads_to}
            yield from (same | turn | _rule(step, lang) for step in one.steps)


def _rule(step: RunStepShape, lang: str) -> dict[str, Any]:
    plain = {name: getattr(step, name) for name in ("step", "after_days", "owner", "needs_contact")}
    return {**plain, "what": step.said(lang)}


def show_runs(crm: Context, customer: str | None) -> None:
    """Show the playbooks that were begun; the day stands in what is not drawn as a table."""
    from loancrm.dossier.playbooks import PLAYBOOK
    from loancrm.shell.fact_list import show_facts
    from loancrm.shell.facts import columns

    shown = (replace(one, table=one.table and one.key != "on") for one in columns(PLAYBOOK))
    show_facts(crm, PLAYBOOK, tuple(shown), customer, unmask=False)


def show_steps(crm: Context, number: str) -> None:
    """Show the steps of a playbook that was begun."""
    from loancrm.reports.playbooks import steps

    with crm.view() as view:
        found = steps(view, number)
    crm.show([asdict(line) for line in found], STEPS, title=_("steps"))


def step_notes(steps: Sequence[StepReceipt]) -> list[str]:
    """Return a line for each step that was set."""
    return [
        " ".join(
            part
            for part in (
                str(one.due_on),
                one.follow_up,
                one.step,
                one.officer,
                _("(in a talk)") if one.needs_contact else None,
            )
            if part
        )
        for one in steps
    ]


def branch_notes(receipt: BranchReceipt) -> list[str]:
    """Return the steps of a branch, and the command that it leads to."""
    leads = _LEADS_TO.get(receipt.leads_to or "")
    said = [] if leads is None else [_(leads).format(customer=receipt.customer)]
    return [*step_notes(receipt.steps), *said]


def show_concerned(crm: Context, where: str, playbook: str) -> None:
    """Show who is concerned by an emergency, and what each is offered."""
    from loancrm.policy.conditions import Undecided
    from loancrm.policy.parse import from_text
    from loancrm.reports.emergency import concerned as asked
    from loancrm.reports.emergency import concerned_lines, unjudged
    from loancrm.reports.undecided import how_many
    from loancrm.services.playbooks import named_book

    condition = from_text(where)
    with crm.view() as view:
        policy = crm.policy(view)
        book = named_book(policy.playbooks, playbook)
        rows = [asdict(line) for line in concerned_lines(view, policy, condition, book.playbook)]
        unsure = how_many(view, asked(view, policy, Undecided(condition), book.playbook))
        open_ = unjudged(view, policy, condition, book.playbook)
    totals = {
        "customers": len(rows),
        "outstanding_principal": sum(row["outstanding_principal"] or 0 for row in rows),
        "is_running": sum(row["is_running"] for row in rows),
    }
    footer = [_("next: loancrm playbook start-all --where … --plan … --dry-run")] if rows else []
    crm.show(
        rows, CONCERNED, title=_("concerned"), footer=footer, totals=totals, totals_columns=CONCERNED_TOTALS
    )
    say_left_out(crm, unsure)
    say_unjudged(crm, open_)


def show_plan(crm: Context, receipt: PlanReceipt) -> None:
    """Say for how many a playbook was begun as one plan."""
    said = _("{plan}: begun for {n} of {all} who are concerned, with {steps} steps")
    counts = {"plan": receipt.plan, "n": receipt.begun, "all": receipt.concerned, "steps": receipt.steps}
    crm.receipt(receipt, said.format(**counts), *plan_notes(receipt))
    say_left_out(crm, receipt.undecided)
    say_unjudged(crm, receipt.undecided_offers)


def plan_notes(receipt: PlanReceipt) -> list[str]:
    """Return how many are offered which relief, and how many were left out."""
    notes = [
        titled(label("relief", name) if name != "none" else _("no offer"), str(n))
        for name, n in receipt.offers.items()
    ]
    if receipt.running_already:
        notes.append(_("{n} were left out: it runs for them already").format(n=receipt.running_already))
    return [*notes, _("next: loancrm today; loancrm relief compare LOAN says what is allowed")]


def show_stats(crm: Context, from_: str | None, to: str | None, *, by: str | None, explain: bool) -> None:
    """Show what came of playbooks."""
    from loancrm.reports.playbooks import stats

    with crm.view() as view:
        period = typed_period(view.as_of, from_, to, MONTHS)
        found = stats(view, crm.policy(view), period, by=by)
    title = _("Playbooks, {days}").format(days=period_words(period))
    rows = [_stats_row(crm, by, asdict(line)) for line in found]
    crm.show(rows, STATS, title=title, header=[title, ""], footer=explained(FORMULAS, explain))


def _stats_row(crm: Context, by: str | None, row: dict[str, Any]) -> dict[str, Any]:
    if crm.format in SCREEN_FORMATS:
        row["key"] = row["key"] or (_("all") if by is None else _("none"))
        row["counts"] = _counts(row)
    return row


def _counts(row: dict[str, Any]) -> str:
    cured = _("cured {n} of {all} ({low} to {high})")
    stayed = _("stayed {n} of {all} ({low} to {high})")
    parts = []
    if row["low"] is not None:
        decided = row["ended"] - row["not_needed"]
        parts.append(
            cured.format(
                n=row["cured"], all=decided, low=format_ratio(row["low"]), high=format_ratio(row["high"])
            )
        )
    if row["retention_low"] is not None:
        ends = {"low": format_ratio(row["retention_low"]), "high": format_ratio(row["retention_high"])}
        parts.append(stayed.format(n=row["retained"], all=row["retained_of"], **ends))
    return " · ".join(parts)
