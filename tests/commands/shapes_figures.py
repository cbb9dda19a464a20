"""What the commands about indicators show as JSON; a part of ``shapes``."""

from __future__ import annotations

from typing import Any

from .patterns import maybe

TEXT, CODE, NAME = r"(?s).+", r"[a-z0-9_]+", r"[a-z][a-z0-9_.]*"
UNITS = ("days", "count", "money", "ratio", "number", "code", "text", "yes_no", "date")
INDICATOR_LINE = {
    "name": NAME,
    "group": CODE,
    "level": ("customer", "loan"),
    "unit": UNITS,
    "meaning": TEXT,
    "formula": TEXT,
    "source": TEXT,
    "kinds": [("enterprise", "sole_proprietor", "student")],
    "missing": TEXT,
}
FIGURE = {
    "name": NAME,
    "group": CODE,
    "value": maybe(TEXT),
    "unit": UNITS,
    "missing_code": maybe(
        ("not_yet", "wrong_kind", "no_fact", "stale", "not_recorded", "divided_by_nothing")
    ),
    "missing": maybe(TEXT),
}
CONTACT_FACT = {
    "fact": "contact",
    "number": r"K-\d{5}",
    "on": r"\d{4}-\d\d-\d\d",
    "values": {"channel": CODE, "outcome": CODE},
}
EXPLAINED = {**FIGURE, "meaning": TEXT, "formula": TEXT, "facts": [CONTACT_FACT]}
FIGURE_LOOKS: tuple[tuple[str, Any], ...] = (
    ("policy indicators", [INDICATOR_LINE]),
    ("policy indicators line_utilisation", [INDICATOR_LINE]),
    ("customer indicators C-00001", [FIGURE]),
    ("customer indicators C-00002 --all", [FIGURE]),
    ("customer indicators C-00001 --explain days_since_contact", [EXPLAINED]),
)
# The fields that are words for people.
FIGURE_WORDS = {
    "policy indicators": ("meaning", "source", "missing"),
    "customer indicators": ("meaning", "missing"),
}
