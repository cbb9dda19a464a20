"""What the commands that keep customers in order show as JSON; a part of ``shapes``."""

from __future__ import annotations

from typing import Any

from .patterns import CODE, CUSTOMER, DATE, MONEY, SIX, TEXT, maybe

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
MERGE_RECEIPT = {
    "code": CUSTOMER,
    "merged": CUSTOMER,
    "name": TEXT,
    "moved": dict,
    "voided": dict,
    "filled": [CODE],
}
HANDOVER = {
    "customer": CUSTOMER,
    "name": TEXT,
    "kind": ("enterprise", "sole_proprietor", "student"),
    "part": ("lead", "second"),
    "segment": maybe(CODE),
    "live_loans": int,
    "outstanding_principal": maybe(MONEY),
    "days_past_due": maybe(int),
    "last_contact_on": maybe(DATE),
    "last_outcome": maybe(CODE),
    "last_note": maybe(TEXT),
    "next_due_on": maybe(DATE),
    "matures_on": maybe(DATE),
    "open_points": [{"code": r"[UFW]-\d{5}", "due_on": maybe(DATE), "what": TEXT}],
}
ARCHIVE_RECEIPT = {"code": CUSTOMER, "name": TEXT, "archived_on": maybe(DATE)}
COMPLETENESS = {
    "needed": int,
    "completeness": maybe(SIX),
    "missing": [r"[a-z_.]+"],
    "undecided": [CODE],
}
INCOMPLETE = {
    "customer": CUSTOMER,
    "name": TEXT,
    "kind": ("enterprise", "sole_proprietor", "student"),
    "officer": maybe(TEXT),
    "needed": int,
    "completeness": maybe(SIX),
    "missing": [{"item": r"[a-z_.]+", "words": TEXT}],
    "undecided": [CODE],
    "command": r"loancrm .+",
}
CARE_LOOKS: tuple[tuple[str, Any], ...] = (("customer incomplete", [INCOMPLETE]),)
CARE_CHANGES: tuple[tuple[str, Any], ...] = (
    ("customer archive C-00002 --why 毕业还清", ARCHIVE_RECEIPT),
    ("customer handover --from li.wei --to zhao.min", [HANDOVER]),
)
# The filled book has nothing for these: their own tests compare what they show.
ELSEWHERE: dict[str, Any] = {
    "customer duplicates": [DUPLICATE],
    "customer merge": MERGE_RECEIPT,
    "customer unarchive": ARCHIVE_RECEIPT,
}
