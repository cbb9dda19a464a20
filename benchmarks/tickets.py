"""Feedback: tickets, what was done about them, and how each stands after it, by our replay."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from benchmarks.bank import DAY, Bank

_KINDS = ("complaint", "suggestion", "enquiry", "praise")
_STEPS: dict[int, tuple[str, ...]] = {0: (), 1: ("assigned",), 2: ("assigned", "answered")}  # of key % 15


def feedback(bank: Bank) -> Iterator[dict[str, Any]]:
    """One customer in twenty has a ticket."""
    for key in _keys(bank):
        came = _came(key)
        yield {
            "effective_on": str(came),
            "number": key,
            "customer_id": _customer(key),
            "channel": "phone",
            "business_line": "corporate",
            "kind": _KINDS[key % 4],
            "importance": "medium",
            "urgency": "medium",
            "text": "审批太慢",
            "answer_due_on": str(came + timedelta(days=2)),
            "resolve_due_on": str(came + timedelta(days=15)),
        }


def feedback_events(bank: Bank) -> Iterator[dict[str, Any]]:
    """Most tickets are resolved; all that was done was done today."""
    for key in _keys(bank):
        for action, officer_id in _steps(bank, key):
            shared = {"feedback_id": key, "action": action, "officer_id": officer_id}
            yield {"effective_on": str(DAY), **shared}


def feedback_states(bank: Bank) -> Iterator[dict[str, Any]]:
    """How each ticket stands when it came, and after each step."""
    from loancrm.desk.ticket import FILED, Step, begin, replay
    from loancrm.policy.feedback import rules_of
    from loancrm.policy.policy import EXAMPLE, read_policy
    from loancrm.reports.ticket_states import columns_of

    rules = rules_of(read_policy(EXAMPLE.read_text(encoding="utf-8"), "benchmark").feedback)
    filed = dict.fromkeys(FILED) | {"business_line": "corporate", "importance": "medium", "urgency": "medium"}
    for key in _keys(bank):
        first = begin(_KINDS[key % 4], _came(key), None, filed, rules)
        steps = [Step(action, DAY, officer_id=officer) for action, officer in _steps(bank, key)]
        for state in (first, *replay(first, steps, lambda _day: rules)):
            columns = {name: _text(value) for name, value in columns_of(state).items()}
            yield {"effective_on": str(state.at.date()), "feedback_id": key, **columns}


def _keys(bank: Bank) -> range:
    return range(1, bank.size.customers // 20 + 1)


def _customer(key: int) -> int:
    return key * 20 - 3


def _came(key: int) -> date:
    return DAY - timedelta(days=key * 7919 % 120)


def _steps(bank: Bank, key: int) -> Iterator[tuple[str, int | None]]:
    for action in _STEPS.get(key % 15, ("assigned", "answered", "resolved")):
        yield action, bank.officer_of(_customer(key)) if action == "assigned" else None


def _text(value: Any) -> Any:
    return str(value) if isinstance(value, date) else value
