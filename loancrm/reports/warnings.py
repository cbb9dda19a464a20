"""Warnings: lists of them, one with its evidence and its steps, and how many are open."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, Select, case, func, select

from loancrm import models
from loancrm.dossier import KINDS
from loancrm.i18n import language
from loancrm.indicators.facts import CUSTOMER, customers_at
from loancrm.indicators.warnings import is_open, state_columns
from loancrm.models import table
from loancrm.policy.policy import Policy
from loancrm.reports import dossier, lookup
from loancrm.view import View

OPEN = ("open", "acknowledged", "acted")
GRAVE_FIRST = ("high", "medium", "low")


@dataclass(frozen=True, slots=True)
class WarningLine:
    """A warning in a list.

    ``text``: what it is, in the words of the policy, or what was heard. ``state``: open, acknowledged, acted,
    cleared, closed. ``days``: since it was raised, until it was over.
    """

    warning: str
    customer: str
    name: str
    officer: str | None
    rule: str | None
    kind: str
    severity: str
    text: str
    source: str | None
    raised_on: date
    expected_by: date | None
    state: str
    state_on: date
    verdict: str | None
    renewed_on: date | None
    cleared_on: date | None
    playbook: str | None
    days: int


@dataclass(frozen=True, slots=True)
class EvidenceLine:
    """A figure as it stood on the day on which a warning was raised or renewed."""

    on: date
    figure: str
    unit: str
    value: str | None


@dataclass(frozen=True, slots=True)
class StepLine:
    """What became of a warning on a day; ``by``: whose command it was."""

    on: date
    step: str
    verdict: str | None
    note: str | None
    by: str


@dataclass(frozen=True, slots=True)
class WarningPage:
    """A warning, the condition of its rule as it was read, its figures and its steps."""

    line: WarningLine
    note: str | None
    condition: str | None
    evidence: tuple[EvidenceLine, ...]
    steps: tuple[StepLine, ...]


def warning_code(number: int) -> str:
    """Return the code of a warning's number."""
    return KINDS["warning"].code(number)


def warnings(
    view: View,
    policy: Policy,
    *,
    customer: str | None = None,
    officer_id: int | None = None,
    states: tuple[str, ...] = OPEN,
    kind: str | None = None,
    severity: str | None = None,
    rule: str | None = None,
    scope: Select[Any] | None = None,
) -> Iterator[WarningLine]:
    """Yield warnings as of the view's day, the gravest first, then the newest.

    Raises:
        NotFound: nobody is called ``customer``.
    """
    rows = table(models.RiskWarning)
    only = {"kind": kind, "severity": severity, "rule": rule}
    query = _statement(view, scope).where(
        *(rows.c[name] == value for name, value in only.items() if value is not None)
    )
    if customer is not None:
        query = query.where(rows.c.customer_id == lookup.customer(view, customer).id)
    found = query.subquery("found")
    grave = case(*((found.c.severity == word, place) for place, word in enumerate(GRAVE_FIRST)))
    wanted = select(found).where(found.c.state.in_(states))
    if officer_id is not None:
        wanted = wanted.where(found.c.officer_id == officer_id)
    codes = lookup.officers(view)
    ordered = wanted.order_by(grave, found.c.effective_on.desc(), found.c.number)
    for row in view.rows(ordered):
        yield _line(view, policy, row, codes)


def _statement(view: View, scope: Select[Any] | None) -> Select[Any]:
    rows, people = table(models.RiskWarning), customers_at(view, "name", "officer_id", scope=scope)
    columns = (rows, people.c.number.label("owner_number"), people.c.name.label("owner_name"))
    query = select(*columns, people.c.officer_id, *state_columns(view, rows))
    return query.join_from(rows, people, people.c.id == rows.c.customer_id).where(view.sees(rows))


def _line(view: View, policy: Policy, row: Row[Any], codes: dict[int, str]) -> WarningLine:
    over = row.state_on if row.state not in OPEN else view.as_of
    return WarningLine(
        warning=warning_code(row.number),
        customer=lookup.customer_code(row.owner_number),
        name=row.owner_name,
        officer=codes.get(row.officer_id),
        rule=row.rule,
        kind=row.kind,
        severity=row.severity,
        text=text_of(policy, row.rule, row.signal),
        source=row.source,
        raised_on=row.effective_on,
        expected_by=row.expected_by,
        state=row.state,
        state_on=row.state_on,
        verdict=row.verdict,
        renewed_on=row.renewed_on,
        cleared_on=row.cleared_on,
        playbook=row.playbook,
        days=(over - row.effective_on).days,
    )


def text_of(policy: Policy, rule: str | None, signal: str | None) -> str:
    """Return what a warning is: what was heard, or its rule in words; a rule that is gone by its name."""
    if rule is None:
        return signal or ""
    found = policy.warnings.rule(rule)
    return rule if found is None else found.label.said(language())


def warning_page(view: View, policy: Policy, named: str) -> WarningPage:
    """Return one warning with its evidence and steps.

    Raises:
        NotFound: there is no such warning.
    """
    fact = dossier.fact(view, KINDS["warning"], named)
    rows, steps, made = table(models.RiskWarning), table(models.WarningStep), table(models.Command)
    row = view.one(_statement(view, select(CUSTOMER.c.id).where(CUSTOMER.c.id == fact.customer_id))
                   .where(rows.c.id == fact.id))  # fmt: skip
    if row is None:
        raise dossier.no_such(KINDS["warning"])
    query = (
        select(steps, made.c.actor)
        .join_from(steps, made, made.c.id == steps.c.command_id)
        .where(steps.c.warning_id == fact.id, view.sees(steps))
        .order_by(steps.c.effective_on, steps.c.id)
    )
    done = view.rows(query)
    stood = [row.evidence, *(step.evidence for step in done)]
    return WarningPage(
        line=_line(view, policy, row, lookup.officers(view)),
        note=row.note,
        condition=row.evidence["condition"] if row.evidence else None,
        evidence=tuple(line for one in stood if one for line in _evidence(one)),
        steps=tuple(
            StepLine(step.effective_on, step.step, step.verdict, step.note, step.actor) for step in done
        ),
    )


def _evidence(stood: dict[str, Any]) -> Iterator[EvidenceLine]:
    for one in stood["figures"]:
        yield EvidenceLine(date.fromisoformat(stood["as_of"]), one["name"], one["unit"], one["value"])


def open_warnings(view: View, scope: Select[Any] | None = None) -> int:
    """Return how many warnings are open as of the view's day: neither closed nor cleared."""
    rows = table(models.RiskWarning)
    query = select(func.count()).select_from(rows).where(view.sees(rows), is_open(view, rows))
    if scope is not None:
        query = query.where(rows.c.customer_id.in_(scope))
    return int(view.connection.scalar(query) or 0)
