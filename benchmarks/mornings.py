"""What the whole agenda looks at besides: legal clocks, promises, birthdays, consents, points, offers.

A few in a hundred customers have each; so the budgets of lists measure every source.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from benchmarks.bank import DAY, Bank, words

_CLOCKS = ("limitation", "limitation", "guarantee_period", "registration", "insurance", "seizure")
_PURPOSES = ("contact", "contact", "marketing", "bureau_query")
_ROLES = ("legal_representative", "finance", "other")


def _some(bank: Bank, share: int, first: int) -> Sequence[int]:
    """Return one customer in ``share``."""
    return range(first, bank.size.customers + 1, share)


def clocks(bank: Bank) -> Iterator[dict[str, Any]]:
    """Three in a hundred; most run for a year or two, some ran out."""
    for key, i in enumerate(_some(bank, 33, 7), 1):
        begun = DAY - timedelta(days=bank.random.randrange(30, 900))
        yield {
            "effective_on": str(begun),
            "number": key,
            "live_key": str(key),
            "customer_id": i,
            "kind": bank.random.choice(_CLOCKS),
            "loan_id": i,
            "expires_on": str(DAY + timedelta(days=bank.random.randrange(-60, 700))),
        }


def promises(bank: Bank) -> Iterator[dict[str, Any]]:
    """Three in a hundred promised to pay, this month or the next ones before."""
    for key, i in enumerate(_some(bank, 33, 5), 1):
        due = DAY + timedelta(days=bank.random.randrange(-90, 20))
        yield {
            "effective_on": str(min(DAY, due - timedelta(days=10))),
            "number": key,
            "loan_id": i,
            "amount": 100_000 + i % 900 * 1_000,
            "currency": "CNY",
            "due_on": str(due),
        }


def people(bank: Bank) -> Iterator[dict[str, Any]]:
    """Five in a hundred have somebody whose birthday is known."""
    for key, i in enumerate(_some(bank, 20, 3), 1):
        born = DAY.replace(year=1970 + i % 30) + timedelta(days=bank.random.randrange(365))
        yield {
            "effective_on": str(DAY - timedelta(days=300)),
            "number": key,
            "live_key": f"{i}:{words(i)}:{_ROLES[i % 3]}",
            "customer_id": i,
            "name": words(i),
            "role": _ROLES[i % 3],
            "birthday": str(born),
            "calendar": "solar",
            "birthday_key": f"solar:{born:%m-%d}",
        }


def consents(bank: Bank) -> Iterator[dict[str, Any]]:
    """Five in a hundred consented to something, mostly those whose birthday is known."""
    for key, i in enumerate(_some(bank, 20, 3), 1):
        on, purpose = DAY - timedelta(days=300), bank.random.choice(_PURPOSES)
        yield {
            "effective_on": str(on),
            "number": key,
            "live_key": str(key),
            "customer_id": i,
            "person": words(i),
            "purpose": purpose,
            "is_withdrawn": 0,
        }


def points(bank: Bank) -> Iterator[dict[str, Any]]:
    """Six in a hundred have points, of two events; a few lose some within a month."""
    for key, (i, ago) in enumerate(((i, ago) for ago in (600, 200) for i in _some(bank, 17, 3)), 1):
        on = DAY - timedelta(days=ago + bank.random.randrange(150))
        yield {
            "effective_on": str(on),
            "number": key,
            "live_key": f"event:{i}:{key}",
            "customer_id": i,
            "kind": "accrual",
            "points": 60,
            "rule": "event",
            "fact": str(key),
            "currency": "CNY",
            "expires_on": str(on + timedelta(days=730)),
        }


def offers(bank: Bank) -> Iterator[dict[str, Any]]:
    """Two in a hundred were offered something."""
    for key, i in enumerate(_some(bank, 50, 3), 1):
        yield {
            "effective_on": str(DAY - timedelta(days=40)),
            "number": key,
            "customer_id": i,
            "what": "免评估费",
            "cost": 60_000,
            "currency": "CNY",
            "valid_until": str(DAY + timedelta(days=bank.random.randrange(-20, 90))),
        }
