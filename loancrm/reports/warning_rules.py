"""The policy's warnings one by one: what each asks, and for how many customers it holds as of the day."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from loancrm.engine import over_the_book
from loancrm.i18n import language
from loancrm.policy.conditions import said
from loancrm.policy.policy import Policy
from loancrm.reports.alerts import firing
from loancrm.view import View


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A rule of warnings; ``customers``: for how many it holds as of the view's day."""

    rule: str
    label: str
    kind: str
    severity: str
    horizon_days: int
    playbook: str | None
    customers: int
    condition: str


def warning_rules(view: View, policy: Policy) -> tuple[RuleLine, ...]:
    """Return the rules in the order of the policy, with labels in the language in use."""
    holds = firing(view, policy).subquery("holds")
    query = select(holds.c.rule, func.count().label("customers")).group_by(holds.c.rule)
    with over_the_book(view.connection):
        counts = {row.rule: row.customers for row in view.rows(query)}
    return tuple(
        RuleLine(
            rule=one.rule,
            label=one.label.said(language()),
            kind=one.kind,
            severity=one.severity,
            horizon_days=one.horizon_days,
            playbook=one.playbook,
            customers=counts.get(one.rule, 0),
            condition=said(one.when),
        )
        for one in policy.warnings.rules
    )
