"""May care or an offer go to a customer: who consented to what, and why the policy holds it back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, literal, select

from loancrm.agenda.care import talks_of_care
from loancrm.i18n import _, language, noted
from loancrm.indicators.figures import Figures
from loancrm.models.columns import BIG_ID
from loancrm.policy.policy import Policy
from loancrm.reports.audience import contacted_enough
from loancrm.view import View

Line = dict[str, Any]


def consented(
    consents: Sequence[Line],
    purposes: Sequence[str],
    on: date,
    *,
    channel: str | None = None,
    person: str | None = None,
) -> bool:
    """Say whether a consent to one of the purposes stands on a day.

    Args:
        consents: what was consented to or taken back, the newest word first.
        purposes: what it must be for, one of them.
        on: the day.
        channel: by which channel; a word that names none is about any. None: by whichever.
        person: whose; None: anybody's at the customer.
    """
    newest: dict[tuple[str, str], Line] = {}
    for one in consents:
        is_about = one["purpose"] in purposes and person in (None, one["person"])
        if is_about and (channel is None or one["channel"] in (None, channel)):
            newest.setdefault((one["person"], one["purpose"]), one)
    return any(not one["is_withdrawn"] and (one["expires_on"] or on) >= on for one in newest.values())


def held_back(view: View, policy: Policy, scope: Select[Any]) -> tuple[tuple[str, str], ...]:
    """Return the rules by which nothing is offered to the one customer in scope, each with its words.

    One that nobody can judge, since a figure is missing, holds back too and says so.
    """
    rules = policy.outreach.held_back
    if not rules:
        return ()
    names = {name for rule in rules for name in rule.when.indicators()}
    figures = Figures(view, policy.terms, sorted(names), scope=scope)
    columns = [rule.when.sql(figures.columns).label(f"rule_{place}") for place, rule in enumerate(rules)]
    row = view.one(figures.select(*columns))
    holds = [False] * len(rules) if row is None else list(row)
    lang, words = language(), _("unknown: a figure is missing")
    return tuple(
        (rule.rule, noted(rule.text.said(lang), words) if found is None else rule.text.said(lang))
        for rule, found in zip(rules, holds, strict=True)
        if found or found is None
    )


def is_at_cap(view: View, policy: Policy, customer_id: int, *, is_care: bool) -> bool:
    """Say whether a customer had as much care, or as much marketing, lately as the policy takes."""
    whom, care = literal(customer_id, BIG_ID), policy.due.care
    if not is_care:
        caps = [reached for reached, _reason in contacted_enough(view, policy, whom)]
    elif care is None or care.most_contacts is None:
        caps = []
    else:
        caps = [talks_of_care(view, whom, care.in_days) >= care.most_contacts]
    return any(view.connection.scalar(select(reached)) for reached in caps)
