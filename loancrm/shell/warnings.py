"""Warnings, on the command line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from loancrm.errors import UsageFault
from loancrm.i18n import N_, _, listed, n_, noted
from loancrm.render.columns import Column
from loancrm.vocabulary import code_of, label

if TYPE_CHECKING:
    from loancrm.context import Context
    from loancrm.reports.warnings import WarningLine, WarningPage

SHOWN = 10  # raised warnings that a person reads after a scan; a script gets all
LIST = (
    Column("warning", N_("warning")),
    Column("customer", N_("customer")),
    Column("name", N_("name")),
    Column("officer", N_("officer"), table=False),
    Column("rule", N_("rule"), table=False),
    Column("kind", N_("kind"), "code", vocabulary="warning_kind"),
    Column("severity", N_("severity"), "code", vocabulary="warning_severity"),
    Column("raised_on", N_("raised"), "date"),
    Column("expected_by", N_("expected by"), "date", table=False),
    Column("state", N_("state"), "code", vocabulary="warning_state"),
    Column("state_on", N_("state since"), "date", table=False),
    Column("verdict", N_("verdict"), "code", vocabulary="warning_verdict", table=False),
    Column("renewed_on", N_("renewed"), "date", table=False),
    Column("cleared_on", N_("cleared"), "date", table=False),
    Column("source", N_("source"), "code", vocabulary="warning_source", table=False),
    Column("playbook", N_("playbook"), table=False),
    Column("days", N_("days"), "int", table=False),
    Column("text", N_("what"), below=True),
)
PAGE = (
    *LIST,
    Column("note", N_("note")),
    Column("condition", N_("condition")),
    Column("evidence", N_("evidence"), "nested"),
    Column("steps", N_("steps"), "nested"),
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was typed to ``warning list``."""

    customer: str | None
    officer: str | None
    state: str | None
    kind: str | None
    severity: str | None
    rule: str | None
    every: bool = False


def show_scan(crm: Context, rules: list[str] | None) -> None:
    """Scan, and say what is new."""
    from loancrm.services.warning_scan import scan, scan_in

    receipt = crm.change(scan, scan_in(rules), "warning scan")
    new = n_("{n} new warning", "{n} new warnings", len(receipt.raised)).format(n=len(receipt.raised))
    counts = _("{renewed} renewed, {cleared} cleared, {open} open").format(
        renewed=receipt.renewed, cleared=receipt.cleared, open=receipt.open
    )
    grave = sorted(receipt.raised, key=lambda one: ("high", "medium", "low").index(one.severity))
    notes = [
        f"{one.warning} {one.customer} · {label('warning_severity', one.severity)} · {one.text}"
        for one in grave[:SHOWN]
    ]
    if len(grave) > SHOWN:
        notes.append(_("{n} more: loancrm warning list").format(n=len(grave) - SHOWN))
    if receipt.undecided:
        notes.append(_undecided(receipt.undecided, receipt.rules))
    crm.receipt(receipt, listed([new, counts]), *notes)


def _undecided(customers: Mapping[str, int], rules: int) -> str:
    """Say of how many rules a figure was missing, and the one of which for the most customers."""
    most = min(customers, key=lambda rule: (-customers[rule], rule))
    words = _("a figure is missing for {of} of {rules} rules: {most} of {n} customers, …")
    if len(customers) == 1:
        words = _("a figure is missing for {of} of {rules} rules: {most} of {n} customers")
    return words.format(of=len(customers), rules=rules, most=most, n=customers[most])


def show_warnings(crm: Context, wanted: Wanted) -> None:
    """List warnings."""
    from loancrm.indicators.warnings import STATES
    from loancrm.reports.warnings import OPEN, warnings

    if wanted.state is not None and wanted.every:
        raise UsageFault(_("--state or --all, not both"), field="--state")
    states = OPEN if wanted.state is None else (code_of("warning_state", wanted.state, "--state"),)
    with crm.view() as view:
        found = warnings(
            view,
            crm.policy(view),
            customer=wanted.customer,
            officer_id=crm.officer_id(view, wanted.officer) if wanted.officer else None,
            states=STATES if wanted.every else states,
            kind=None if wanted.kind is None else code_of("warning_kind", wanted.kind, "--kind"),
            severity=None
            if wanted.severity is None
            else code_of("warning_severity", wanted.severity, "--severity"),
            rule=wanted.rule,
        )
        rows = list(found)
    footer = ["", _commands(rows[0].warning)] if rows else []
    crm.show(rows, LIST, title=_("warnings"), footer=footer)


def _commands(code: str) -> str:
    return f"loancrm warning show {code} · acknowledge {code} · close {code} true|false|late"


def show_warning(crm: Context, named: str) -> None:
    """Show one warning: a page on a terminal, every field to a script."""
    from loancrm.reports.warnings import warning_page

    with crm.view() as view:
        found = warning_page(view, crm.policy(view), named)
    if crm.format == "table":
        crm.show([], (), header=[*_page(found), "", _commands(found.line.warning)])
        return
    crm.show_one(_values(found), PAGE)


def _values(found: WarningPage) -> dict[str, Any]:
    evidence = [{**asdict(one), "on": one.on.isoformat()} for one in found.evidence]
    steps = [{**asdict(one), "on": one.on.isoformat()} for one in found.steps]
    more = {"note": found.note, "condition": found.condition, "evidence": evidence, "steps": steps}
    return {**asdict(found.line), **more}


def _page(found: WarningPage) -> Iterator[str]:
    line = found.line
    yield f"{line.warning} {line.customer} {line.name}"
    yield listed(
        [noted(line.text, line.rule) if line.rule else line.text, found.note or ""][: 1 + bool(found.note)]
    )
    yield " · ".join(_facts(line))
    if found.condition:
        yield ""
        yield _("because {condition}").format(condition=found.condition)
    for one in found.evidence:
        yield f"  {one.on}  {_figure(one.figure, one.value)}"
    if found.steps:
        yield ""
    for step in found.steps:
        said = [label("warning_step", step.step)]
        said += [label("warning_verdict", step.verdict)] if step.verdict else []
        yield f"{step.on}  " + " · ".join([*said, *filter(None, [step.note]), step.by])


def _facts(line: WarningLine) -> Iterator[str]:
    yield label("warning_kind", line.kind)
    yield label("warning_severity", line.severity)
    if line.source:
        yield label("warning_source", line.source)
    yield _("raised {day}").format(day=line.raised_on)
    if line.expected_by:
        yield _("expected by {day}").format(day=line.expected_by)
    yield _("{state} since {day}").format(state=label("warning_state", line.state), day=line.state_on)


def _figure(name: str, value: str | None) -> str:
    from loancrm.vocabulary import LABELS

    known = name in LABELS["field"]
    return f"{label('field', name) if known else name} {_('missing') if value is None else value}"
