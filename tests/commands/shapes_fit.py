"""What ``score fit`` shows as JSON; its own test is test_score_fit.py, on a book that has a history."""

from __future__ import annotations

from typing import Any

DECIMAL = r"-?\d+(\.\d+)?"
SHARE = r"-?\d+\.\d{6}"


def fit_shape(maybe: Any) -> dict[str, Any]:
    """Return the shape; ``maybe`` is that of shapes.py, which includes this file."""
    text, day = r"(?s).+", r"\d{4}-\d\d-\d\d"
    table = {"true_positive": int, "false_positive": int, "true_negative": int, "false_negative": int}
    areas = {"auc": maybe(SHARE), "gini": maybe(SHARE), "ks": maybe(SHARE)}
    measured = {"n": int, "events": int, **areas, "confusion": table}
    return {
        "level": ("loan", "customer"),
        "conditions": {
            "target": text, "on": text, "train": maybe(text), "test": maybe(text), "where": maybe(text),
        },
        "coefficients": [
            {
                "role": ("intercept", "figure", "category", "other", "reference"),
                "indicator": maybe(text),
                "category": maybe(text),
                "coefficient": DECIMAL,
                "standard_error": maybe(DECIMAL),
                "z": maybe(DECIMAL),
                "n": int,
                "events": int,
            }
        ],
        "log_likelihood": DECIMAL,
        "iterations": int,
        "measured_on": ("held_out", "train"),
        **areas,
        "psi": maybe(SHARE),
        "confusion": {"cut": SHARE, **table},
        "train": measured,
        "held_out": maybe(measured),
        "left_out": {
            "target_unknown": int,
            "side_unknown": int,
            "neither": int,
            "figure_missing": int,
            "missing": dict,
            "where_unknown": int,
        },
        "basis": {
            "as_of": day,
            "known_at": maybe(day),
            "data_on": maybe(day),
            "previous_data_on": maybe(day),
            "stale_after_days": int,
            "undated_ends": int,
            "policy": text,
            "policy_digest": r"[0-9a-f]{12}",
            "position": text,
        },
    }  # fmt: skip
