"""What the commands of the agenda show as JSON; a part of ``shapes``."""

from __future__ import annotations

from typing import Any

from .patterns import CODE, CONTACT, CUSTOMER, DATE, MONEY, SIX, STEP, TEXT, maybe

AGENDA_REASON = {
    "kind": CODE,
    "band": int,
    "points": int,
    "due_on": DATE,
    "days_late": int,
    "rule": r"[a-z_.0-9]+",
    "reason_code": CODE,
    "reason": TEXT,
    "amount": MONEY,
    "ref": maybe(TEXT),
    "step": maybe(CODE),
    "command": r"loancrm .+",
    "ranked_by": [{"term": CODE, "points": int}],
}
LOAD = {
    "officer": maybe(TEXT),
    "customers": int,
    "to_do": int,
    "late": int,
    "within_week": int,
    "amount": MONEY,
}
NEGLECTED = {
    "customer": CUSTOMER,
    "name": TEXT,
    "officer": maybe(TEXT),
    "last_on": maybe(DATE),
    "days": int,
    "rule": CODE,
    "target_days": int,
    "maximum_days": int,
    "days_over": int,
}
REACHED = {"key": maybe(TEXT), "attempts": int, "reached": int, "rate": SIX, "low": SIX, "high": SIX}
ANSWERED = {
    "lines": int,
    "customer": CUSTOMER,
    "action": ("done", "snoozed", "skipped", "awaits_data"),
    "until_on": maybe(DATE),
}
STAND_IN = {"number": r"A-\d{5}", "officer": TEXT, "stand_in": TEXT, "from_on": DATE, "until_on": DATE}
LOGGED = {
    "contact": CONTACT,
    "customer": CUSTOMER,
    "on": DATE,
    "follow_up": maybe(STEP),
    "next_due_on": maybe(DATE),
    "next_due_rule": maybe(TEXT),
}
LOOKS: tuple[tuple[str, Any], ...] = (
    ("agenda show C-00001 --within 90d", [AGENDA_REASON]),
    ("agenda load", [LOAD]),
    ("contact neglected --as-of 2027-12-01", [NEGLECTED]),
    ("contact reach", [REACHED]),
)
CHANGES: tuple[tuple[str, Any], ...] = (
    ("log C-00001 周五还款 --next 周五", LOGGED),
    ("today done 1", ANSWERED),
    ("today snooze 1 --until 3d", ANSWERED),
    ("today skip 1 --why 已结清", ANSWERED),
    ("today wait 1", ANSWERED),
    ("agenda hand-in --officer li.wei --to zhao.min --until 7d", STAND_IN),
)
WORDS = {
    "today show": ("reason",),
    "due": ("reason",),
    "agenda show": ("reason",),
}
# The filled book has nothing for these: tests/commands/test_today.py compares what they show.
ELSEWHERE: dict[str, Any] = {"agenda take-back": STAND_IN, "agenda stand-ins": [STAND_IN]}
