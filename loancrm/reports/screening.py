"""Screening one customer: six criteria, what each rests on, and the decision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from loancrm.errors import NotFound
from loancrm.i18n import _
from loancrm.indicators.facts import customer_ids
from loancrm.indicators.figures import Figures, find
from loancrm.policy.card_choice import card_of_criteria
from loancrm.policy.cards import CriterionPoints
from loancrm.policy.policy import Policy
from loancrm.policy.screening import Decision, Finding, decide
from loancrm.reports.lookup import customer, customer_code
from loancrm.reports.scores import Scoring
from loancrm.view import View


@dataclass(frozen=True, slots=True)
class Screened:
    """A customer, the decision, what each criterion found, and what it earned by the card of criteria."""

    customer: str
    name: str
    kind: str
    decision: Decision
    findings: tuple[Finding, ...]
    points: Mapping[str, CriterionPoints]


def screen(view: View, policy: Policy, named: str) -> Screened:
    """Return whether a customer passes the policy's criteria as of the day.

    Raises:
        NotFound: nobody is called so, nobody was there yet, or the policy has no criteria for the kind.
        Conflict: several are called so.
    """
    row = customer(view, named)
    criteria = policy.screening.criteria(row.kind)
    if not criteria:
        raise NotFound(
            _("policy {policy} has no screening for this kind of customer").format(policy=policy.name),
            hint=_("a policy file says it under screening: loancrm policy adopt FILE"),
            code="no_screening",
        )
    names = sorted({name for one in criteria for name in one.indicators()})
    figures = Figures(view, policy.terms, names, scope=customer_ids(view, ids=[row.id]))
    columns = [column.label(f"figure_{name}") for name, column in figures.columns.items()]
    found = view.one(figures.select(figures.customers.c.name, *columns))
    if found is None:
        raise not_there_yet(view)
    values = {name: _plain(found._mapping[f"figure_{name}"], find(name).unit) for name in names}
    findings = tuple(criterion.judge(values) for criterion in criteria)
    points = _points(view, policy, row.kind, row.id)
    return Screened(customer_code(row.number), found.name, row.kind, decide(findings), findings, points)


def _points(view: View, policy: Policy, kind: str, customer_id: int) -> dict[str, CriterionPoints]:
    """Return what each criterion earned; nothing where no card scores the criteria for this kind."""
    card = card_of_criteria(policy.cards, kind)
    scored = (
        None
        if card is None
        else Scoring(view, policy, card, customer_ids(view, ids=[customer_id])).explained()
    )
    if card is None or scored is None:
        return {}
    return {one.criterion: one for one in card.by_criterion(scored.result.parts)}


def not_there_yet(view: View) -> NotFound:
    """Return the fault of a customer of whom nothing is known as of the day."""
    words = _("nothing is known of this customer as of {day}").format(day=view.as_of)
    return NotFound(words, field="CUSTOMER", hint=_("name a later day with --as-of"))


def _plain(value: Any, unit: str) -> Any:
    return bool(value) if unit == "yes_no" and value is not None else value
