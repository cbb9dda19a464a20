"""What the back-tests of warnings and of cards show as JSON; a part of ``shapes``."""

from __future__ import annotations

from typing import Any

from .patterns import CODE, DATE, KINDS, LEVELS, MONEY, SIX, TEXT, maybe

SCORE = r"-?\d+\.\d{6}"
COUNTED = {
    "alerts": int,
    "hits": int,
    "precision": maybe(SIX),
    "recall": maybe(SIX),
    "lift": maybe(SIX),
    "median_lead_days": maybe(int),
    "onsets_caught": int,
    "balance_caught": MONEY,
}
RULE = {
    "rule": CODE,
    "kind": ("credit", "market", "operational", "legal", "liquidity", "fraud"),
    "severity": LEVELS,
    "horizon_days": int,
    **COUNTED,
    "late": int,
    "unknown": int,
    "months": [{"on": DATE, "alerts": int, "raised": int, "hits": int}],
    "baseline": {
        "cases": int,
        "events": int,
        "share": maybe(SIX),
        "onsets": int,
        "balance": MONEY,
        "past_due": COUNTED,
        "always": COUNTED,
        "never": COUNTED,
        "unknown": int,
    },
}
LISTED = {
    "rule": CODE,
    "label": TEXT,
    "kind": RULE["kind"],
    "severity": LEVELS,
    "horizon_days": int,
    "playbook": maybe(CODE),
    "customers": int,
    "condition": TEXT,
}
AREAS = {"share": maybe(SIX), "auc": maybe(SIX), "ks": maybe(SIX), "psi": maybe(SIX)}


def looks(basis: Any) -> tuple[tuple[str, Any], ...]:
    """Return the commands with their shapes; ``basis`` is that of shapes.py, which includes this file."""
    card = {
        "card": CODE,
        "kinds": [KINDS],
        "event": TEXT,
        "horizon_days": int,
        "since": DATE,
        "until": DATE,
        "days": int,
        "n": int,
        "events": int,
        **AREAS,
        "gini": maybe(SCORE),
        "already": int,
        "unknown": int,
        "without_score": int,
        "calibrated_by": ("grade", "decile"),
        "calibration": [
            {
                "grade": maybe(TEXT),
                "low": SCORE,
                "high": SCORE,
                "n": int,
                "events": int,
                "expected": maybe(SIX),
                "observed": SIX,
                "least": SIX,
                "most": SIX,
            }
        ],
        "quarters": [{"quarter": r"\d{4}Q[1-4]", "n": int, "events": int, **AREAS}],
        "basis": basis,
    }
    totals = {"event": TEXT, "since": DATE, "until": DATE, "days": int, "basis": basis}
    line = "warning backtest --all --horizon 30d --event 'days_past_due > 30'"
    return (
        ("warning rules", [LISTED]),
        (line, [RULE]),
        (f"{line} --totals --from 2026-08-01", {"rows": [RULE], "totals": totals}),
        ("warning backtest losses --event 'days_past_due > 30' --to 2025-06-30", [RULE]),
        ("score backtest --horizon 30d --event 'days_past_due > 30'", [card]),
        ("score backtest enterprise_credit --event 'days_past_due > 0'", [card]),
    )


WORDS = {"warning rules": ("label",)}
