"""What the commands that keep customers in order show as JSON; a part of ``shapes``."""

from __future__ import annotations

from typing import Any

CUSTOMER = r"C-\d{5}"
TEXT = r"(?s).+"
CODE = r"[a-z0-9_]+"

DUPLICATE = {
    "customer": CUSTOMER,
    "name": TEXT,
    "other": CUSTOMER,
    "other_name": TEXT,
    "kind": ("enterprise", "sole_proprietor", "student"),
    "score": int,
    "signs": [{"sign": CODE, "reason": TEXT, "points": int}],
    "why": TEXT,
    "command": r"loancrm customer merge C-\d{5} C-\d{5}",
}
# The filled book has nothing for these: their own tests compare what they show.
ELSEWHERE: dict[str, Any] = {"customer duplicates": [DUPLICATE]}
