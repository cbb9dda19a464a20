"""Credit lines, contracts, loans, how they ended, and what the core system said of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any

from benchmarks.bank import DATA_DAYS, DAY, Bank, principal_of


def facilities(bank: Bank) -> Iterator[dict[str, Any]]:
    for i in _with_line(bank):
        yield {
            "effective_on": str(DAY - timedelta(days=200)),
            "number": f"CL-{i:07d}",
            "live_key": f"CL-{i:07d}",
            "customer_id": i,
            "limit_amount": 500_000_000,
            "currency": "CNY",
            "is_revolving": 1,
            "expires_on": str(DAY + timedelta(days=bank.random.randrange(400))),
        }


def contracts(bank: Bank) -> Iterator[dict[str, Any]]:
    for key, i in enumerate(_with_line(bank), 1):
        shared = {"customer_id": i, "facility_id": key, "kind": "maximum"}
        number = {"number": f"HT-{i:07d}", "live_key": f"HT-{i:07d}"}
        yield {"effective_on": str(DAY - timedelta(days=200)), **number, **shared}


def _with_line(bank: Bank) -> Iterable[int]:
    return range(10, bank.size.customers + 1, 10)


def loans(bank: Bank) -> Iterator[dict[str, Any]]:
    for i in bank.customers:
        begun = DAY - timedelta(days=bank.random.randrange(100, 700))
        status, closed_on, lost = _end(i)
        yield {
            "effective_on": str(begun),
            "number": f"JJ-{i:07d}",
            "live_key": f"JJ-{i:07d}",
            "customer_id": i,
            "contract_id": i // 10 if i % 10 == 0 else None,
            "product": "tuition" if i % 4 == 0 else "working_capital",
            "principal": principal_of(i),
            "currency": "CNY",
            "annual_rate": 34_500,
            "disbursed_on": str(begun),
            "matures_on": str(DAY + timedelta(days=bank.random.randrange(1, 900))),
            "industry": None,
            "status": status,
            "closed_on": closed_on,
            "written_off_amount": lost,
        }


def ends(bank: Bank) -> Iterator[dict[str, Any]]:
    for i in bank.customers:
        status, closed_on, lost = _end(i)
        if closed_on is not None:
            shared = {"loan_id": i, "status": status, "amount": lost, "currency": "CNY", "is_dated": 1}
            yield {"effective_on": closed_on, **shared}


def snapshots(bank: Bank) -> Iterator[dict[str, Any]]:
    """Month ends and yesterday; six loans in a hundred are overdue, and one newly so."""
    for age, day in enumerate(reversed(DATA_DAYS)):
        next_due = str(DAY + timedelta(days=age * 30))
        for i in bank.customers:
            late = _days_late(i, day)
            owed = principal_of(i) * (60 + 3 * age) // 100
            yield {
                "effective_on": str(day),
                "loan_id": i,
                "live_key": f"{i}:{day}",
                "outstanding_principal": owed,
                "overdue_principal": owed // 12 if late else 0,
                "unpaid_interest": owed // 400 if late else 0,
                "currency": "CNY",
                "days_past_due": late,
                "five_tier": "substandard" if late > 90 else "special_mention" if late else "normal",
                "next_due_on": next_due if i % 30 == 0 else str(day + timedelta(days=20 + i % 10)),
                "next_due_amount": owed // 12,
            }


def _end(i: int) -> tuple[str, str | None, int | None]:
    """Return status, day and amount written off: of a hundred loans three were settled, one lost."""
    if i % 100 in (21, 43, 65):
        return "settled", "2026-09-15" if i % 3 else "2026-11-10", None
    if i % 100 == 87:
        return "written_off", "2026-10-15", principal_of(i) // 2
    return "live", None, None


def _days_late(i: int, day: date) -> int:
    if i % 16 == 5:
        return max(0, i % 160 - (DATA_DAYS[-1] - day).days)
    return 9 if i % 100 == 50 and day == DATA_DAYS[-1] else 0
