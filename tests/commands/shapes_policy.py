"""The shapes of what the policy's commands show: classes, moves, differences, a trial."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from . import patterns as s

BEFORE = Path(__file__).parent.parent / "policy" / "before_classes.yaml"  # as an older release shipped it
CLASSES = {
    "life_cycle": ("prospect", "new", "established", "leaving", "lost"),
    "credit_standing": ("excellent", "good", "watch"),
    "service_tier": ("key", "general", "prospective", "leaving"),
    "student_level": ("vocational", "undergraduate", "master", "doctor"),
    "student_means": ("in_hardship", "consuming"),
    "student_credit_file": ("yes", "no"),
    "student_need": ("tuition", "living", "books", "start_up"),
}
CLASS_MOVE = {
    "customer": s.CUSTOMER,
    "name": s.TEXT,
    "from": s.maybe(s.CODE),
    "to": s.CODE,
    "rule": s.CODE,
    "reason": s.TEXT,
}
CLASSES_GIVEN = {
    scheme: {"moved": [CLASS_MOVE], "counts": dict.fromkeys(codes, int), "typed": int}
    for scheme, codes in CLASSES.items()
}
SCHEMES = ("segment", *CLASSES)
CLASS_PAGE = {
    "scheme": SCHEMES,
    "value": s.CODE,
    "customers": int,
    "outstanding_principal": s.maybe(s.MONEY),
    "treatment": s.maybe(s.TEXT),
    "cadence": s.maybe(s.CODE),
    "target_days": s.maybe(int),
    "maximum_days": s.maybe(int),
    "benefits": [s.TEXT],
    "rules": [{"rule": s.CODE, "kind": ("enterprise", "student"), "when": s.TEXT}],
}
MOVED = {
    "on": s.DATE,
    **CLASS_MOVE,
    "scheme": SCHEMES,
    "policy": s.maybe(s.TEXT),
}
CLASS_TEST = {
    "decides": bool,
    "rule": s.CODE,
    "class": s.CODE,
    "condition": s.TEXT,
    "indicator": r"[a-z0-9_]*",
    "value": s.maybe(s.TEXT),
    "against": r"[a-z0-9_]*",
    "against_value": s.maybe(s.TEXT),
    "outcome": ("yes", "no", "unknown"),
}
CLASS_OF_CUSTOMER = {
    "scheme": tuple(CLASSES),
    "value": s.CODE,
    "since": s.maybe(s.DATE),
    "rule": s.maybe(s.CODE),
    "treatment": s.maybe(s.TEXT),
    "cadence": s.maybe(s.CODE),
    "benefits": [s.TEXT],
}
DIFFERENCE = {
    "section": s.CODE,
    "place": s.TEXT,
    "change": ("changed", "added", "removed", "reordered"),
    "before": s.maybe(r"(?s).*"),
    "after": s.maybe(r"(?s).*"),
    "text": s.TEXT,
}
BEFORE_AFTER = {"before": int, "after": int}


TRIAL = {
    "moved": [{**CLASS_MOVE, "scheme": SCHEMES}],
    "scores": dict,
    "follow_ups": {"customers": BEFORE_AFTER, "by_kind": dict},
    "customers": int,
    "policy": s.TEXT,
    "tried": s.TEXT,
}
LOOKS: tuple[tuple[str, Any], ...] = (
    ("classify --explain C-00001 --scheme credit_standing", [CLASS_TEST]),
    ("segment list", [CLASS_PAGE]),
    ("segment show", [CLASS_PAGE]),
    ("segment show watch", CLASS_PAGE),
    ("segment moves --since 2026-01-01 --scheme all", [MOVED]),
    (f"policy diff 1 {BEFORE}", [DIFFERENCE]),
    (f"policy try {BEFORE}", TRIAL),
)
WORDS = {
    "segment list": ("treatment", "benefits"),
    "segment show": ("treatment", "benefits"),
    "segment moves": ("reason",),
    "policy diff": ("text", "before", "after"),
}
