"""What the commands about scores and screening show as JSON; a part of ``shapes``."""

from __future__ import annotations

from typing import Any

from .patterns import CODE, CUSTOMER, DATE, SIX, TEXT, maybe

POINTS = r"-?\d+\.\d\d"
TERM = r"-?\d+\.\d{2}(\d{4})?"
PAIR = maybe([r"-?\d+\.\d{2}(\d{4})?"])
BASIS = {"as_of": DATE, "policy": TEXT, "policy_version": maybe(int)}
ITEM = {
    "indicator": CODE,
    "value": maybe(TEXT),
    "points": maybe(TERM),
    "least": maybe(TERM),
    "most": maybe(TERM),
    "band": maybe(TEXT),
}
SCORE = {
    "customer": CUSTOMER,
    "name": TEXT,
    "card": CODE,
    "kind": ("points", "logistic"),
    "loan": maybe(TEXT),
    "loans": maybe(int),
    "loans_scored": maybe(int),
    "title": TEXT,
    "score": maybe(POINTS),
    "grade": maybe(TEXT),
    "probability": maybe(SIX),
    "level": maybe(CODE),
    "allows": maybe(TEXT),
    "range": PAIR,
    "grade_range": [maybe(TEXT)],
    "least": maybe(POINTS),
    "most": maybe(POINTS),
    "items": [ITEM],
    "missing": [CODE],
    "changes": [{"indicator": CODE, "difference": POINTS}],
    "changed_since": maybe(DATE),
    **BASIS,
    "criteria": [
        {"criterion": CODE, "title": TEXT, "points": POINTS, "least": POINTS, "most": POINTS},
    ],
}
ITEM_CHANGE = {
    "indicator": CODE,
    "value_before": maybe(TEXT),
    "value": maybe(TEXT),
    "points_before": maybe(TERM),
    "points": maybe(TERM),
    "difference": TERM,
}
COMPARISON = {
    "customer": CUSTOMER,
    "name": TEXT,
    "card": CODE,
    "loan_before": maybe(TEXT),
    "loan": maybe(TEXT),
    "title": TEXT,
    "score_before": maybe(POINTS),
    "score": maybe(POINTS),
    "difference": maybe(POINTS),
    "grade_before": maybe(TEXT),
    "grade": maybe(TEXT),
    "probability_before": maybe(SIX),
    "probability": maybe(SIX),
    "range_before": PAIR,
    "range": PAIR,
    "items": [ITEM_CHANGE],
    **BASIS,
}
DIFF = {**COMPARISON, "since": DATE, "policy_before": TEXT, "policy_version_before": maybe(int)}
WHAT_IF = {**COMPARISON, "assumed": {"days_past_due": r"\d+"}}
LIST_LINE = {
    "customer": CUSTOMER,
    "name": TEXT,
    "officer": maybe(TEXT),
    "card": CODE,
    "loan": maybe(TEXT),
    "score": maybe(POINTS),
    "low": maybe(POINTS),
    "high": maybe(POINTS),
    "probability": maybe(SIX),
    "grade": maybe(TEXT),
    "missing": int,
}
KEPT = {
    "assessment": r"AS-\d{5}",
    "customer": CUSTOMER,
    "on": DATE,
    "card": CODE,
    "loan": maybe(TEXT),
    "score": maybe(POINTS),
    "low": maybe(POINTS),
    "high": maybe(POINTS),
    "probability": maybe(SIX),
    "grade": maybe(TEXT),
    "cause": ("first", "review", "event"),
    "policy_version": maybe(int),
    "policy": maybe(TEXT),
    "items": [{"indicator": CODE, "value": maybe(TEXT), "points": maybe(r"-?[\d.]+")}],
}
ON_PAGE = {
    "assessment": r"AS-\d{5}",
    "card": CODE,
    "title": TEXT,
    "on": DATE,
    "score": maybe(POINTS),
    "probability": maybe(SIX),
    "grade": maybe(TEXT),
    "policy_version": maybe(int),
    "policy": maybe(TEXT),
    "due_on": maybe(DATE),
    "is_due": bool,
}
REVIEW = {
    "customer": CUSTOMER,
    "name": TEXT,
    "officer": maybe(TEXT),
    "card": CODE,
    "score": maybe(POINTS),
    "grade": maybe(TEXT),
    "on": maybe(DATE),
    "due_on": maybe(DATE),
    "days_late": maybe(int),
    "reason_code": ("age", "event", "never_scored"),
}
RUN = {
    "scored": int,
    "kept": int,
    "unchanged": int,
    "moved": [{"customer": CUSTOMER, "card": CODE, "grade_before": maybe(TEXT), "grade": maybe(TEXT)}],
    "cards": {"enterprise_credit": int, "student_credit": int},
    "policy": TEXT,
}
CRITERION = {
    "criterion": CODE,
    "title": TEXT,
    "decision": ("pass", "refer", "decline"),
    "reason_code": ("missing", "passes", "neither", "declines"),
    "reason": TEXT,
    "missing": [CODE],
    "tests": [{"condition": TEXT, "outcome": ("yes", "no", "unknown")}],
    "points": maybe(POINTS),
    "most": maybe(POINTS),
}
SCREENING = {
    "customer": CUSTOMER,
    "name": TEXT,
    "decision": ("pass", "refer", "decline"),
    "criteria": [CRITERION],
    "missing": [CODE],
    **BASIS,
}
LOOKS: tuple[tuple[str, Any], ...] = (
    ("score show C-00001", SCORE),
    ("score show C-00002 --card churn", SCORE),
    ("score show C-00001 --card identification", SCORE),
    ("score diff C-00001 --since 2026-10-31", DIFF),
    ("score what-if C-00001 days_past_due=0", WHAT_IF),
    ("score list", [LIST_LINE]),
    ("screen C-00001", SCREENING),
)
CHANGES: tuple[tuple[str, Any], ...] = (("score run", RUN),)
# The filled book has nothing for these: test_scores.py compares what they show.
ELSEWHERE: dict[str, Any] = {"score history": [KEPT], "score review-due": [REVIEW]}
WORDS = {
    "score show": ("title", "allows"),
    "score diff": ("title",),
    "score what-if": ("title",),
    "screen": ("title", "reason"),
}
