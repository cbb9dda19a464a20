"""Screening a customer: the decision, and why, criterion by criterion."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from loancrm.i18n import N_, _, language, listed, titled
from loancrm.numerals import plain_points
from loancrm.render.columns import Column
from loancrm.shell.scores import basis, footer
from loancrm.typeset import display_width, wrapped
from loancrm.vocabulary import label

if TYPE_CHECKING:
    from loancrm.context import Context
    from loancrm.policy.cards import CriterionPoints
    from loancrm.policy.conditions import Outcome
    from loancrm.policy.screening import Finding
    from loancrm.reports.screening import Screened

COLUMNS = (
    Column("customer", N_("customer")),
    Column("name", N_("name")),
    Column("decision", N_("decision"), "code", vocabulary="screening_decision"),
    Column("criteria", N_("criteria"), "nested"),
    Column("missing", N_("missing"), "nested"),
    Column("as_of", N_("as of"), "date"),
    Column("policy", N_("policy")),
    Column("policy_version", N_("version"), "int"),
)
ROW_COLUMNS = (
    Column("criterion", N_("criterion")),
    Column("title", N_("title")),
    Column("decision", N_("decision"), "code", vocabulary="screening_decision"),
    Column("reason", N_("reason")),
    Column("points", N_("points")),
    Column("most", N_("most")),
)
_CODES = {"pass": "passes", "refer": "neither", "decline": "declines"}
_OUTCOMES = {True: "yes", False: "no", None: "unknown"}


def show_screening(crm: Context, named: str) -> None:
    """Show whether a customer passes the policy's criteria."""
    from loancrm.reports.screening import screen

    with crm.view() as view:
        policy = crm.policy(view)
        found = screen(view, policy, named)
    criteria = [_criterion(finding, found.points.get(finding.criterion)) for finding in found.findings]
    if crm.format in ("json", "jsonl"):
        missing = sorted({name for finding in found.findings for name in finding.missing})
        values = {"customer": found.customer, "name": found.name, "decision": found.decision}
        crm.show_one({**values, "criteria": criteria, "missing": missing, **basis(crm, policy)}, COLUMNS)
    elif crm.format == "table":
        crm.show([], (), header=[*_lines(found, criteria, crm.width), *footer(crm, policy)])
    else:
        crm.show(criteria, ROW_COLUMNS, title=found.customer)


def _criterion(finding: Finding, earned: CriterionPoints | None) -> dict[str, Any]:
    decided = list(finding.outcome.deciding())
    reason = listed([_said(test) for test in decided]) or _("always")
    if finding.missing:
        reason = titled(_("missing"), listed(finding.missing))
    return {
        "criterion": finding.criterion,
        "title": finding.title.said(language()),
        "decision": finding.decision,
        "reason_code": "missing" if finding.missing else _CODES[finding.decision],
        "reason": reason,
        "missing": list(finding.missing),
        "tests": [{"condition": test.text, "outcome": _OUTCOMES[test.state]} for test in decided],
        "points": None if earned is None else plain_points(earned.points),
        "most": None if earned is None else plain_points(earned.most),
    }


def _said(test: Outcome) -> str:
    """Return a test with its value, and whether it was met."""
    from loancrm.reports.classification import reason_of

    if test.state is None:
        return _("unknown: {test}").format(test=reason_of(test))
    return reason_of(test) if test.state else _("not {test}").format(test=reason_of(test))


def _lines(found: Screened, criteria: list[dict[str, Any]], width: int) -> Iterator[str]:
    decision = label("screening_decision", found.decision)
    yield " · ".join((f"{found.customer} {found.name}", _("screening"), decision))
    titles = max(display_width(one["title"]) for one in criteria)
    words = [label("screening_decision", one["decision"]) for one in criteria]
    widest = max(map(display_width, words))
    earned = [_earned(one) for one in criteria]
    digits = max(map(display_width, earned))
    for one, word, points in zip(criteria, words, earned, strict=True):
        title = one["title"] + " " * (titles - display_width(one["title"]))
        head = f"  {title}  {word}{' ' * (widest - display_width(word))}  "
        if digits:
            head += f"{' ' * (digits - display_width(points))}{points}  "
        first, *rest = list(wrapped(one["reason"], display_width(head), width)) or [""]
        yield head + first.strip()
        yield from rest


def _earned(one: dict[str, Any]) -> str:
    """Return what a criterion earned: ``12.00 of 15.00``."""
    return "" if one["points"] is None else f"{one['points']} {_('of {most}').format(most=one['most'])}"
