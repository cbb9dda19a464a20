"""What the commands of loans that store nothing show as JSON; a part of ``shapes``."""

from __future__ import annotations

from .patterns import DATE, MONEY, SIX, maybe

QUOTE_ROW = {
    "number": int,
    "due_on": DATE,
    "principal_due": MONEY,
    "interest_due": MONEY,
    "subsidised_interest": MONEY,
    "total_due": MONEY,
    "balance": MONEY,
}
_TOTALS = {
    "instalments": int,
    "principal_due": MONEY,
    "interest_due": MONEY,
    "subsidised_interest": MONEY,
    "total_due": MONEY,
    "fee": MONEY,
    "annual_percentage_rate": maybe(SIX),
    "effective_annual_rate": maybe(SIX),
}
QUOTE = {"rows": [QUOTE_ROW], "totals": _TOTALS}
ELSEWHERE = {"loan quote": [QUOTE_ROW]}
