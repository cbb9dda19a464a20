"""Internal control and limits on the screen."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from loancrm.i18n import N_, _, titled
from loancrm.numerals import format_ratio
from loancrm.parsing import count
from loancrm.render.columns import Column
from loancrm.shell.officer_report import explained
from loancrm.shell.reports import basis_json, basis_words
from loancrm.vocabulary import label

if TYPE_CHECKING:
    from loancrm.context import Context

MOST, SEEDS = 1000, 2_147_483_646
SCREEN_FORMATS = ("table", "html")
CONTROLLED = (
    Column("step", N_("step of work")),
    Column("title", N_("title"), table=False),
    Column("every_days", N_("every (days)"), "int", table=False),
    Column("sample", N_("sample"), "int"),
    Column("last_on", N_("last check"), "date"),
    Column("due_on", N_("due"), "date"),
    Column("is_due", N_("is due"), "bool", table=False),
    Column("waiting", N_("cases since"), "int"),
    Column("checks", N_("checks"), "int", table=False),
    Column("cases", N_("looked at"), "int"),
    Column("exceptions", N_("wrong"), "int"),
    Column("exception_rate", N_("share"), "ratio"),
    Column("low", N_("low end"), "ratio", table=False),
    Column("high", N_("high end"), "ratio", table=False),
)
CASES = (
    Column("loan", N_("loan")),
    Column("customer", N_("customer")),
    Column("name", N_("name")),
    Column("officer", N_("officer")),
    Column("on", N_("passed on"), "date"),
    Column("principal", N_("principal"), "money"),
)
LIMITS = (
    Column("limit", N_("limit name")),
    Column("title", N_("title"), table=False),
    Column("by", N_("by"), table=False),
    Column("key", N_("group")),
    Column("name", N_("name"), table=False),
    Column("value", N_("owed"), "money"),
    Column("whole", N_("of"), "money", table=False),
    Column("share", N_("share"), "ratio"),
    Column("at_most", N_("ceiling"), "ratio", table=False),
    Column("headroom", N_("headroom"), "money"),
    Column("state", N_("state"), "code", vocabulary="limit_state"),
    Column("owner", N_("owner"), table=False),
    Column("action", N_("action"), "code", vocabulary="limit_step", table=False),
    Column("action_on", N_("since"), "date", table=False),
    Column("action_by", N_("by whom"), table=False),
    Column("action_due_on", N_("due"), "date", table=False),
    Column("done", N_("what is done"), data=False, below=True),
)
LIMIT_TOTALS = (
    Column("breach", N_("breaches"), "int"),
    Column("near", N_("near"), "int"),
    Column("basis", N_("basis"), "nested"),
)
LIMIT_FORMULAS = (
    N_("share: outstanding principal of the group ÷ that of the book, or the bank's capital where the limit"),
    N_("  rests on it; headroom: limit - owed; near: from the policy's share of the limit on"),
    N_("a group of customers: each member once; whose group is not known counts in the book only"),
)


def show_controlled(crm: Context) -> None:
    """Show the steps of the work that are checked, those that are due first."""
    from loancrm.reports.control import controlled

    with crm.view() as view:
        found = controlled(view, crm.policy(view))
    footer = [_("next: loancrm control sample STEP, then loancrm control check add …")]
    crm.show([asdict(line) for line in found], CONTROLLED, title=_("checks of the work"), footer=footer)


def show_sample(crm: Context, step: str, most: str | None, seed: str | None) -> None:
    """Show cases drawn by lot."""
    from loancrm.reports.control import sample

    wanted = None if most is None else count(most, "--most", 1, MOST)
    lot = None if seed is None else count(seed, "--seed", 0, SEEDS)
    with crm.view() as view:
        found = sample(view, crm.policy(view), step, lot, wanted)
    crm.show([asdict(line) for line in found], CASES, title=_("cases drawn by lot"))


def show_limits(crm: Context, *, all_: bool, explain: bool) -> None:
    """Show the limits of the book with what is done about those that are near or broken."""
    from loancrm.reports.limits import limits

    with crm.view() as view:
        found = limits(view, crm.policy(view), all_=all_)
    states = Counter(line.state for line in found.lines)
    title = _("Limits on {day}").format(day=found.basis.as_of)
    totals = {"breach": states["breach"], "near": states["near"], "basis": basis_json(found.basis)}
    crm.show(
        [{**asdict(line), "done": _done(line)} for line in found.lines],
        LIMITS,
        title=title,
        header=[title, basis_words(found.basis), ""],
        footer=explained(LIMIT_FORMULAS, explain),
        totals=totals,
        totals_columns=LIMIT_TOTALS,
    )


def _done(line: Any) -> str:
    """Return the limit and what is done about it, in words; what waits for a decision says so."""
    ceiling = _("at most {share}").format(share=format_ratio(line.at_most))
    return " · ".join(part for part in (ceiling, _action(line)) if part)


def _action(line: Any) -> str | None:
    if line.action is None:
        return (
            None
            if line.state == "ok"
            else _("nothing is done yet: loancrm limit act {limit} ACTION").format(limit=line.limit)
        )
    parts = (label("limit_step", line.action), str(line.action_on), line.action_by)
    said = " · ".join(part for part in parts if part)
    return said if line.action_due_on is None else f"{said} · {titled(_('due'), str(line.action_due_on))}"
