"""Whom an invitation or a message goes to: customers of a condition, who of them is held back, and why."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, case, func, literal, null, select

from loancrm.indicators.figures import Figures
from loancrm.models import CampaignMember, Consent, Contact, EventGuest, table
from loancrm.policy.conditions import Asked, Condition
from loancrm.policy.policy import Policy
from loancrm.policy.unjudged import open_columns
from loancrm.reports.undecided import by_rule
from loancrm.view import View

# Reasons that are no rule of the policy's.
NO_CONSENT, WITHDRAWN, EXPIRED, CAP = "no_consent", "withdrawn", "expired", "contacted_enough"
Value = ColumnElement[Any]


def audience(
    view: View, policy: Policy, condition: Asked | None, scope: Select[Any] | None = None
) -> Select[Any]:
    """Return whom ``condition`` holds for: customer_id, number, reason (why held back; NULL: not).

    Archived customers are none of them. ``scope`` is a select of customer ids: only of those.
    """
    return _asked(view, policy, condition, scope)[1]


def unjudged(
    view: View, policy: Policy, condition: Condition | None, scope: Select[Any] | None = None
) -> dict[str, int]:
    """Return of how many whom nothing holds back a rule of ``hold_back`` cannot be judged, by rule."""
    figures, query = _asked(view, policy, condition, scope)
    rules = policy.marketing.hold_back
    people = query.add_columns(*open_columns(rules, figures)).subquery("people")
    return by_rule(view, select(people).where(people.c.reason.is_(None)), rules)


def _asked(
    view: View, policy: Policy, condition: Asked | None, scope: Select[Any] | None
) -> tuple[Figures, Select[Any]]:
    rules = policy.marketing.hold_back
    named = [when.indicators() for _rule, when in rules]
    names = sorted({*(condition.indicators() if condition else ()), *(name for one in named for name in one)})
    figures = Figures(view, policy.terms, names, attributes=("archived_on",), scope=scope)
    people = figures.customers.c
    wanted = policy.marketing.shape.consent
    reasons = [*without_consent(view, people.id, "marketing", wanted)]
    reasons += contacted_enough(view, policy, people.id)
    reasons += [(when.sql(figures.columns), literal(rule)) for rule, when in rules]
    reason = case(*reasons, else_=null()) if reasons else null()
    query = figures.select(people.id.label("customer_id"), people.number, reason.label("reason"))
    query = query.where(people.archived_on.is_(None))
    return figures, query if condition is None else query.where(condition.sql(figures.columns))


def without_consent(view: View, customer_id: Value, purpose: str, wanted: str) -> list[tuple[Any, Any]]:
    """Return what the newest word on a purpose of anybody at a customer says against it.

    ``wanted``: that consent was given, or was not withdrawn, or that nobody is asked (``not_asked``).
    """
    if wanted == "not_asked":
        return []
    newest = _newest_consent(view, customer_id, purpose)
    against = [(newest == WITHDRAWN, literal(WITHDRAWN))]
    if wanted == "given":
        against += [(newest.is_(None), literal(NO_CONSENT)), (newest == EXPIRED, literal(EXPIRED))]
    return against


def _newest_consent(view: View, customer_id: Value, purpose: str) -> Value:
    rows = table(Consent).alias("word")
    says = case(
        (func.coalesce(rows.c.is_withdrawn, literal(value=False)), WITHDRAWN),
        (rows.c.expires_on < view.as_of, EXPIRED),
        else_="given",
    )
    return (
        select(says)
        .where(rows.c.customer_id == customer_id, rows.c.purpose == purpose, view.sees(rows))
        .order_by(rows.c.effective_on.desc(), rows.c.id.desc())
        .limit(1)
        .correlate_except(rows)
        .scalar_subquery()
    )


def contacted_enough(view: View, policy: Policy, customer_id: Value) -> list[tuple[Any, Any]]:
    """Return that a customer had as many invitations and the like as the policy takes, if it caps."""
    most, days = policy.marketing.shape.most_contacts, policy.marketing.shape.within_days
    if most is None:
        return []
    since = view.as_of - timedelta(days=days)

    def recent(rows: Table, *of_it: ColumnElement[bool]) -> Value:
        there = rows.c.customer_id == customer_id, rows.c.effective_on > since, view.sees(rows)
        query = select(func.count()).select_from(rows).where(*there, *of_it)
        return query.correlate_except(rows).scalar_subquery()

    guests, members, talks = table(EventGuest), table(CampaignMember), table(Contact)
    counted = (
        recent(guests, guests.c.step == "invited")
        + recent(members, members.c.arm == "member")
        + recent(talks, talks.c.purpose == "marketing", talks.c.direction == "out")
    )
    return [(counted >= most, literal(CAP))]


def counts_of(view: View, rows: Table, *of_it: ColumnElement[bool]) -> dict[str, int]:
    """Return how many rows were held back for each reason."""
    query = select(rows.c.reason, func.count().label("n")).where(rows.c.reason.is_not(None), *of_it)
    found = view.rows(query.group_by(rows.c.reason).order_by(rows.c.reason))
    return {row.reason: row.n for row in found}
