"""What the commands about the worth of customers, points and offers show as JSON; a part of ``shapes``."""

from __future__ import annotations

from typing import Any

from .patterns import CODE, CUSTOMER, DATE, MONEY, SIX, TEXT, maybe

SIGNED = r"-?\d+\.\d\d"
BASIS_OF = ("ledger", "snapshot", "both")
PARTS = {
    "interest": maybe(MONEY),
    "funding": maybe(MONEY),
    "expected_loss": maybe(MONEY),
    "service": maybe(MONEY),
    "deposits": maybe(MONEY),
    "contribution": maybe(SIGNED),
    "average_balance": maybe(MONEY),
    "lifetime_value": maybe(SIGNED),
    "missing": [CODE],
}
VALUE_LINE = {
    "key": maybe(TEXT),
    "name": maybe(TEXT),
    "customers": int,
    "unknown": int,
    **PARTS,
    "basis": maybe(BASIS_OF),
}
RFM_LINE = {
    "customer": CUSTOMER,
    "name": TEXT,
    "officer": maybe(TEXT),
    "segment": maybe(CODE),
    "recency": maybe(int),
    "frequency": int,
    "monetary": maybe(SIGNED),
    "recency_rank": maybe(int),
    "frequency_rank": maybe(int),
    "monetary_rank": maybe(int),
    "rfm": maybe(r"[1-5]{3}"),
}
HINT = {
    "customer": CUSTOMER, "name": TEXT, "officer": maybe(TEXT), "rule": CODE, "offer": TEXT, "reason": TEXT,
}  # fmt: skip
YEAR = {"year": int, "retained": SIX, "present_value": SIGNED, "so_far": SIGNED}


def customer_value(basis: Any) -> dict[str, Any]:
    """Return the shape of the page of a customer's worth."""
    return {
        "customer": CUSTOMER,
        "name": TEXT,
        "segment": maybe(CODE),
        "from_on": DATE,
        "to_on": DATE,
        **PARTS,
        "position": maybe(BASIS_OF),
        "retention": SIX,
        "discount": SIX,
        "recency": maybe(int),
        "frequency": int,
        "monetary": maybe(SIGNED),
        "years": [YEAR],
        "next_products": [{"rule": CODE, "offer": TEXT, "reason": TEXT}],
        "basis": basis,
    }


ENTRY = {
    "entry": r"Y-\d{5}",
    "on": DATE,
    "kind": CODE,
    "points": int,
    "rule": maybe(CODE),
    "fact": maybe(TEXT),
    "reward": maybe(CODE),
    "cost": maybe(MONEY),
    "expires_on": maybe(DATE),
    "note": maybe(TEXT),
}
POINTS = {
    "customer": CUSTOMER,
    "name": TEXT,
    **dict.fromkeys(("balance", "earned", "spent", "expired", "expiring", "expiring_days", "recent"), int),
    "tier": maybe(CODE),
    "tier_words": maybe(TEXT),
    "undecided": [CODE],
    "benefits": [TEXT],
    "entries": [ENTRY],
}
REWARD = {"reward": CODE, "title": TEXT, "points": int, "cost": MONEY}
COST_LINE = {
    "kind": CODE, "code": maybe(CODE), "count": int, "customers": int, "points": maybe(int),
    "cost": maybe(MONEY),
}  # fmt: skip
POINTS_RECEIPT = {
    "entry": r"Y-\d{5}",
    "customer": CUSTOMER,
    "points": int,
    "balance": int,
    "reward": maybe(CODE),
    "cost": maybe(MONEY),
}
ACCRUAL_RECEIPT = {
    "facts": int,
    "points": int,
    "rules": [{"rule": CODE, **dict.fromkeys(("facts", "points", "undecided"), int)}],
    "undecided_tiers": dict,
}
OFFER_RECEIPT = {
    "offer": r"O-\d{5}",
    "customer": CUSTOMER,
    "cost": MONEY,
    "valid_until": DATE,
    "approved_by": maybe(TEXT),
    "used_on": maybe(DATE),
}
OFFER_LINE = {
    "offer": r"O-\d{5}",
    "customer": CUSTOMER,
    "name": TEXT,
    "officer": maybe(TEXT),
    "on": DATE,
    "what": TEXT,
    "cost": MONEY,
    "valid_until": DATE,
    "state": CODE,
    "approved_by": maybe(TEXT),
    "used_on": maybe(DATE),
}


def looks(basis: Any) -> tuple[tuple[str, Any], ...]:
    """Return the looks; ``basis`` is what every report says of itself."""
    return (
        ("report value", [VALUE_LINE]),
        ("report value --by customer", [VALUE_LINE]),
        ("report rfm", [RFM_LINE]),
        ("customer value C-00001", customer_value(basis)),
        ("loyalty show C-00001", POINTS),
        ("loyalty reward list", [REWARD]),
    )


CHANGES: tuple[tuple[str, Any], ...] = (
    ("loyalty accrue", ACCRUAL_RECEIPT),
    ("loyalty adjust C-00001 +60 --why 周年礼", POINTS_RECEIPT),
    ("offer add C-00001 --what 利率优惠 --cost 500 --until 2027-01-31", OFFER_RECEIPT),
)
# On books with points, offers and hints: tests/commands/test_loyalty.py.
ELSEWHERE: dict[str, Any] = {
    "report next-products": [HINT],
    "report loyalty": [COST_LINE],
    "loyalty redeem": POINTS_RECEIPT,
    "offer list": [OFFER_LINE],
    **dict.fromkeys(("offer approve", "offer use", "offer void"), OFFER_RECEIPT),
}
WORDS = {
    "customer value": ("offer", "reason"),
    "loyalty show": ("tier_words", "benefits"),
    "loyalty reward list": ("title",),
}
