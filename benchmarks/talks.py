"""Conversations and next steps."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from typing import Any

from benchmarks.bank import DAY, Bank

_CHANNELS = ("phone", "phone", "phone", "wechat", "visit", "branch")
_PURPOSES = ("care", "service", "collection", "renewal", "post_loan_check")
_OUTCOMES = ("reached", "reached", "reached", "met", "promised", "no_answer", "message_left", "call_back")


def contacts(bank: Bank) -> Iterator[dict[str, Any]]:
    """The last conversation was up to three months ago, those before some six weeks apart."""
    number = count(1)
    pick, draw = bank.random.choice, bank.random.random
    for before in reversed(range(bank.size.contacts)):
        for i in bank.customers:
            ago = i * 7919 % 60 + before * 42 + int(draw() * 20)
            yield {
                "effective_on": str(DAY - timedelta(days=ago)),
                "number": next(number),
                "customer_id": i,
                "officer_id": bank.officer_of(i),
                "channel": pick(_CHANNELS),
                "direction": "out",
                "purpose": pick(_PURPOSES),
                "outcome": pick(_OUTCOMES),
                "note": "谈了经营情况和下一步安排,客户表示按时还款",
            }


def follow_ups(bank: Bank) -> Iterator[dict[str, Any]]:
    for key in range(1, bank.size.customers // 2 + 1):
        customer = key * 2 if key % 2 else key * 2 - 1
        yield {
            "effective_on": str(DAY - timedelta(days=30)),
            "number": key,
            "customer_id": customer,
            "officer_id": None if key % 3 else bank.officer_of(customer),
            "due_on": str(DAY + timedelta(days=bank.random.randrange(-20, 40))),
            "what": "送授信方案",
        }


def follow_up_events(bank: Bank) -> Iterator[dict[str, Any]]:
    for key in range(1, bank.size.customers // 2 + 1):
        if key % 10 < 8:
            effective_on = str(DAY - timedelta(days=3))
            yield {"effective_on": effective_on, "follow_up_id": key, "action": "done"}
