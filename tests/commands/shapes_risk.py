"""What the reports of risk show as JSON; a part of ``shapes``."""

from __future__ import annotations

from typing import Any

from tests.conftest import REPO

from . import shapes_control
from .patterns import CODE, CUSTOMER, DATE, MONEY, SIX, TEXT, maybe

SCENARIO = REPO / "examples" / "scenarios" / "export_slump.yaml"
_GROUP = {"key": maybe(TEXT), "name": maybe(TEXT)}
_CLASS = ("normal", "special_mention", "substandard", "doubtful", "loss")
_SCENARIOS = dict.fromkeys(("baseline", "upturn", "downturn"), MONEY)
VINTAGE = {
    **_GROUP,
    "cohort": r"\d{4}(-\d{2}|-Q[1-4])?",
    "from_on": DATE,
    "loans": int,
    "original_principal": MONEY,
    "months_on_book": maybe(int),
    "bad_loans": int,
    "bad_principal": MONEY,
    "share": maybe(SIX),
    "share_of_loans": maybe(SIX),
    "bad_principal_before": maybe(MONEY),
    "share_before": maybe(SIX),
}
VINTAGE_TOTALS = {
    "of": ("month", "quarter", "year"),
    "days_past_due": int,
    "loans": int,
    "original_principal": MONEY,
    "bad_principal": MONEY,
    "share": maybe(SIX),
    "renewals": int,
    "left_out": int,
    "largest": [{"loan": TEXT, "disbursed_on": DATE, "bad_on": DATE, "original_principal": MONEY}],
    "since": maybe(DATE),
    "bad_principal_before": maybe(MONEY),
    "share_before": maybe(SIX),
}
PROVISION = {
    **_GROUP,
    "ifrs9_stage": maybe(int),
    "loans": int,
    "outstanding_principal": MONEY,
    "share": maybe(SIX),
    "expected_loss": MONEY,
    "coverage": maybe(SIX),
    "provision": MONEY,
    "scenarios": _SCENARIOS,
    "expected_loss_before": maybe(MONEY),
}
PROVISION_TOTALS = {
    "since": maybe(DATE),
    "loans": int,
    "outstanding_principal": MONEY,
    "loans_without_stage": int,
    "expected_loss": MONEY,
    "expected_loss_before": maybe(MONEY),
    "scenarios": _SCENARIOS,
    "classes": [
        {"five_tier": _CLASS, "loans": int, "outstanding_principal": MONEY, "rate": SIX, "provision": MONEY}
    ],
    "by_class": MONEY,
    "general": MONEY,
    "provision": MONEY,
    "npl": MONEY,
    "coverage": maybe(SIX),
    "expected_coverage": maybe(SIX),
    "recorded": maybe(MONEY),
    "shortfall": maybe(MONEY),
    "largest": [
        {
            "loan": TEXT,
            "ifrs9_stage": int,
            "outstanding_principal": MONEY,
            "default_rate": SIX,
            "loss_given_default": SIX,
            "year_loss": MONEY,
        }
    ],
}
_SIDES = ("npl", "expected_loss", "provision")
_BEFORE_AND_AFTER = {f"{name}_{side}": MONEY for name in _SIDES for side in ("before", "after")}
STRESS = {
    **_GROUP,
    "five_tier": maybe((*_CLASS, "unknown")),
    "loans": int,
    "balance_before": MONEY,
    "balance_after": MONEY,
    **_BEFORE_AND_AFTER,
    "balance_earlier": maybe(MONEY),
    "expected_loss_after_earlier": maybe(MONEY),
}
STRESS_EARLIER = {
    "loans": int,
    "outstanding_principal": MONEY,
    **_BEFORE_AND_AFTER,
    "npl_ratio_before": maybe(SIX),
    "npl_ratio_after": maybe(SIX),
}
STRESS_TOTALS = {
    "since": maybe(DATE),
    "earlier": maybe(dict),
    "scenario": TEXT,
    "assumptions": {
        "default": SIX,
        "industries": {"C": SIX, "C34": SIX, "F51": SIX},
        "collateral": SIX,
        "reference_rate": SIX,
        "floating": SIX,
        "students": SIX,
    },
    "loans": int,
    "outstanding_principal": MONEY,
    **_BEFORE_AND_AFTER,
    "npl_ratio_before": maybe(SIX),
    "npl_ratio_after": maybe(SIX),
    "floating_balance": MONEY,
    "interest_more": MONEY,
    "largest": [
        {
            "loan": TEXT,
            "five_tier": maybe(_CLASS),
            "outstanding_principal": MONEY,
            **{
                f"{name}_{side}": shape
                for name, shape in (("default_rate", SIX), ("loss_given_default", SIX), ("year_loss", MONEY))
                for side in ("before", "after")
            },
        }
    ],
}
MATURITY = {
    **_GROUP,
    "bucket": r"past|unknown|\d+_(\d+|plus)",
    "from_on": maybe(DATE),
    "to_on": maybe(DATE),
    "loans": int,
    "customers": int,
    "outstanding_principal": MONEY,
    "overdue_principal": MONEY,
    "share": maybe(SIX),
    "balance_before": maybe(MONEY),
}
MATURITY_TOTALS = {
    "since": maybe(DATE),
    "loans": int,
    "outstanding_principal": MONEY,
    "loans_without_position": int,
    "largest": [{"loan": TEXT, "matures_on": DATE, "outstanding_principal": MONEY}],
}
_AMOUNTS = dict.fromkeys(("principal", "interest", "undivided"), MONEY)
CASH_FLOW = {
    **_GROUP,
    "period": r"overdue|since_data|later|\d{4}-\d{2}",
    "from_on": maybe(DATE),
    "loans": int,
    **_AMOUNTS,
    "total": MONEY,
    "total_before": maybe(MONEY),
}
CASH_FLOW_TOTALS = {
    "since": maybe(DATE),
    **_AMOUNTS,
    "overdue": MONEY,
    "since_data": MONEY,
    "loans_without_schedule": int,
    "without_schedule": MONEY,
    "largest": [{"loan": TEXT, "due_on": DATE, "amount": MONEY}],
}
WATCHED_GROUP = {
    "key": maybe(TEXT),
    "name": maybe(TEXT),
    "loans": int,
    "customers": int,
    "outstanding_principal": MONEY,
    "overdue_principal": MONEY,
    "new": maybe(int),
}
WATCHED = {
    "loan": TEXT,
    "customer": CUSTOMER,
    "name": TEXT,
    "officer": maybe(TEXT),
    "segment": maybe(CODE),
    "five_tier": maybe(_CLASS),
    "ifrs9_stage": maybe(int),
    "days_past_due": maybe(int),
    "outstanding_principal": maybe(MONEY),
    "overdue_principal": maybe(MONEY),
    "matures_on": maybe(DATE),
    "reason_codes": [CODE],
    "reasons": [TEXT],
    "is_new": maybe(bool),
    "key": maybe(TEXT),
}


def looks(basis: Any) -> tuple[tuple[str, Any], ...]:
    """Return the reports with what each shows; ``basis`` is what every report rests on."""

    def whole(line: Any, totals: dict[str, Any]) -> Any:
        return {"rows": [line], "totals": {**totals, "basis": basis}}

    watched = {
        "since": maybe(DATE),
        "customers": int,
        "outstanding_principal": MONEY,
        "by_reason": dict,
        "gone": list,
        "basis": basis,
        "groups": list,
    }
    return (
        ("report vintage", [VINTAGE]),
        ("report vintage --cohort quarter --by region --totals", whole(VINTAGE, VINTAGE_TOTALS)),
        ("report vintage --since 2026-11-19 --totals", whole(VINTAGE, VINTAGE_TOTALS)),
        ("report provision", [PROVISION]),
        ("report provision --explain --since 2026-11-19 --totals", whole(PROVISION, PROVISION_TOTALS)),
        (f"report stress --scenario {SCENARIO}", [STRESS]),
        (f"report stress --scenario {SCENARIO} --by region --totals", whole(STRESS, STRESS_TOTALS)),
        (
            f"report stress --scenario {SCENARIO} --since 2026-11-19 --totals",
            whole(STRESS, {**STRESS_TOTALS, "earlier": STRESS_EARLIER}),
        ),
        (f"report stress --scenario {SCENARIO} --explain --totals", whole(STRESS, STRESS_TOTALS)),
        ("report maturity", [MATURITY]),
        ("report maturity --since 2026-11-19 --totals", whole(MATURITY, MATURITY_TOTALS)),
        ("report cash-flow", [CASH_FLOW]),
        ("report cash-flow --totals", whole(CASH_FLOW, CASH_FLOW_TOTALS)),
        ("report cash-flow --since 2026-10-31 --totals", whole(CASH_FLOW, CASH_FLOW_TOTALS)),
        ("report watch-list", [WATCHED]),
        ("report watch-list --since 2026-11-19 --totals", {"rows": [WATCHED], "totals": watched}),
        (
            "report watch-list --by officer --totals",
            {"rows": [WATCHED], "totals": {**watched, "groups": [WATCHED_GROUP]}},
        ),
    )


# Beside which field a text that depends on the language has its code.
CODES = {
    **shapes_control.CODES,
    "report watch-list": {"reasons": "reason_codes"},
    "warning rules": {"label": "rule"},
}
