"""What each command shows as JSON, key by key: the contract that scripts rely on.

A shape is a regular expression for a text, a type, ``maybe(shape)`` for what can be null, a list with the
shape of its items, a tuple of the codes that can stand there, or a dict with exactly these keys.
"""

from __future__ import annotations

from typing import Any

from . import (
    shapes_agenda,
    shapes_backtest,
    shapes_care,
    shapes_control,
    shapes_drafts,
    shapes_feedback,
    shapes_files,
    shapes_growth,
    shapes_loans,
    shapes_policy,
    shapes_risk,
    shapes_scores,
    shapes_surveys,
    shapes_value,
    shapes_warnings,
)
from .patterns import (
    CODE,
    COMMAND,
    CONTACT,
    CUSTOMER,
    DATE,
    INSTANT,
    KINDS,
    MONEY,
    SEGMENTS,
    SIX,
    STEP,
    TENTH,
    TEXT,
    TIERS,
    UID,
    maybe,
    misfits,
)
from .shapes_care import CARE_CHANGES, CARE_LOOKS, COMPLETENESS
from .shapes_dossier import FACT_CHANGES, FACT_FILES, FACT_LOOKS, FILE_ON_PAGE
from .shapes_figures import FIGURE_LOOKS, FIGURE_WORDS

__all__ = ["misfits"]


REASON = {
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
    "command": COMMAND,
    "ranked_by": [{"term": CODE, "points": int}],
}
DUE = {
    "rank": int,
    "customer": CUSTOMER,
    "name": TEXT,
    "officer": maybe(TEXT),
    "kind": CODE,
    "due_on": DATE,
    "days_late": int,
    "band": int,
    "points": int,
    "segment": maybe(SEGMENTS),
    "amount": MONEY,
    "reason_code": CODE,
    "reason": TEXT,
    "command": COMMAND,
    "reasons": [REASON],
}
REMINDER = {key: shape for key, shape in REASON.items() if key not in ("points", "ranked_by", "step")} | {
    "customer": CUSTOMER,
    "name": TEXT,
    "officer": maybe(TEXT),
}
CUSTOMER_LINE = {
    "code": CUSTOMER,
    "name": TEXT,
    "kind": KINDS,
    "officer": maybe(TEXT),
    "segment": maybe(SEGMENTS),
    "service_tier": maybe(CODE),
    "pipeline_stage": maybe(CODE),
    "region": maybe(TEXT),
    "industry": maybe(TEXT),
    "phone": maybe(r"138\*{4}8000"),
    "archived_on": maybe(DATE),
    "live_loans": int,
    "outstanding_principal": maybe(MONEY),
    "days_past_due": maybe(int),
    "days_since_contact": maybe(int),
}
LOAN_OF_CUSTOMER = {
    "number": TEXT,
    "product": CODE,
    "status": CODE,
    "principal": MONEY,
    "outstanding_principal": maybe(MONEY),
    "overdue_principal": maybe(MONEY),
    "days_past_due": maybe(int),
    "five_tier": maybe(TIERS),
    "disbursed_on": maybe(DATE),
    "matures_on": maybe(DATE),
    "next_due_on": maybe(DATE),
    "next_due_amount": maybe(MONEY),
    "basis_on": maybe(DATE),
}
FOLLOW_UP = {
    "follow_up": STEP,
    "due_on": DATE,
    "customer": CUSTOMER,
    "name": TEXT,
    "what": TEXT,
    "officer": maybe(TEXT),
    "repeats": maybe(CODE),
    "every": maybe(TEXT),
    "status": ("open", "done"),
}
LAST_CONTACT = {
    "contact": CONTACT,
    "on": DATE,
    "channel": CODE,
    "outcome": CODE,
    "note": maybe(TEXT),
    "officer": maybe(TEXT),
}
CUSTOMER_PAGE = {
    "code": CUSTOMER,
    "name": TEXT,
    "kind": KINDS,
    "officer": maybe(TEXT),
    "second_officer": maybe(TEXT),
    "segment": maybe(SEGMENTS),
    "segment_since": maybe(DATE),
    "segment_rule": maybe(CODE),
    "since_on": DATE,
    "version": int,
    "bank_number": maybe(TEXT),
    "uscc": maybe(r"[0-9A-Z]{18}"),
    "resident_id": maybe(r"\d{3}\*{13}[0-9X]{2}"),
    "phone": maybe(r"138\*{4}8000"),
    "email": maybe(r".\*{3}@example\.com"),
    "region": maybe(TEXT),
    "industry": maybe(TEXT),
    "branch": maybe(TEXT),
    "service_tier": maybe(CODE),
    "pipeline_stage": maybe(CODE),
    "source": maybe(TEXT),
    "size_class": maybe(CODE),
    "employees": maybe(int),
    "founded_on": maybe(DATE),
    "legal_representative": maybe(TEXT),
    "actual_controller": maybe(TEXT),
    "school": maybe(TEXT),
    "study_level": maybe(CODE),
    "major": maybe(TEXT),
    "enrolled_on": maybe(DATE),
    "graduates_on": maybe(DATE),
    "career_direction": maybe(TEXT),
    "is_hardship": maybe(bool),
    "extra": maybe(dict),
    "treatment": maybe(TEXT),
    "classes": [shapes_policy.CLASS_OF_CUSTOMER],
    "next_contact_on": maybe(DATE),
    "next_contact_rule": maybe(CODE),
    "scores": [shapes_scores.ON_PAGE],
    "loans": [LOAN_OF_CUSTOMER],
    "reasons": [REASON],
    "follow_ups": [FOLLOW_UP],
    "last_contact": maybe(LAST_CONTACT),
    **FILE_ON_PAGE,
    "completeness": maybe(COMPLETENESS),
}
CONTACT_LINE = {
    "contact": CONTACT,
    "on": DATE,
    "customer": CUSTOMER,
    "name": TEXT,
    "officer": maybe(TEXT),
    "channel": CODE,
    "direction": ("out", "in"),
    "purpose": CODE,
    "outcome": CODE,
    "note": maybe(TEXT),
}
LOAN_LINE = {
    "number": TEXT,
    "customer": CUSTOMER,
    "name": TEXT,
    "officer": maybe(TEXT),
    "contract": maybe(TEXT),
    "replaces": maybe(TEXT),
    "replaced_by": maybe(TEXT),
    "product": CODE,
    "status": CODE,
    "principal": MONEY,
    "annual_rate": maybe(SIX),
    "disbursed_on": maybe(DATE),
    "matures_on": maybe(DATE),
    "outstanding_principal": maybe(MONEY),
    "overdue_principal": maybe(MONEY),
    "unpaid_interest": maybe(MONEY),
    "penalty": maybe(MONEY),
    "days_past_due": maybe(int),
    "bucket": maybe(CODE),
    "five_tier": maybe(TIERS),
    "computed_five_tier": maybe(TIERS),
    "ifrs9_stage": maybe(int),
    "pipeline_stage": maybe(CODE),
    "next_due_on": maybe(DATE),
    "next_due_amount": maybe(MONEY),
    "industry": maybe(TEXT),
    "region": maybe(TEXT),
    "basis": maybe(("snapshot", "ledger")),
    "basis_on": maybe(DATE),
}
LOAN_PAGE = {
    **LOAN_LINE,
    "days_after_grace": maybe(int),
    "reference": maybe(TEXT),
    "spread": maybe(r"-?0\.\d{6}"),
    "repricing": maybe(CODE),
    "reprices_on": maybe(DATE),
    "undrawn": maybe(MONEY),
    "draw_until": maybe(DATE),
    "lapsed": maybe(MONEY),
    "next_check_kind": maybe(CODE),
    "next_check_on": maybe(DATE),
    "next_check_rule": maybe(CODE),
    "last_check_on": maybe(DATE),
    "extra": maybe(dict),
    "industry_scheme": maybe("GB/T 4754-2017"),
}
FACILITY_LINE = {
    "number": TEXT,
    "customer": CUSTOMER,
    "name": TEXT,
    "limit_amount": MONEY,
    "drawn": maybe(MONEY),
    "headroom": maybe(MONEY),
    "utilisation": maybe(SIX),
    "is_revolving": bool,
    "expires_on": maybe(DATE),
    "days_left": maybe(int),
}
SNAPSHOT_LINE = {
    "on": DATE,
    "outstanding_principal": MONEY,
    "overdue_principal": maybe(MONEY),
    "unpaid_interest": maybe(MONEY),
    "days_past_due": maybe(int),
    "interest_days_past_due": maybe(int),
    "five_tier": maybe(TIERS),
    "next_due_on": maybe(DATE),
    "next_due_amount": maybe(MONEY),
}
BASIS = {
    "as_of": DATE,
    "known_at": maybe(DATE),
    "data_on": maybe(DATE),
    "previous_data_on": maybe(DATE),
    "stale_after_days": int,
    "undated_ends": int,
    "policy": TEXT,
    "policy_digest": r"[0-9a-f]{12}",
    "position": ("snapshot", "ledger_or_snapshot"),
}
PARS = {f"par_{days}": maybe(SIX) for days in (1, 30, 60, 90)}
ON_A_DAY = {
    "customers": int,
    "borrowers": int,
    "live_loans": int,
    "live_disbursed": MONEY,
    "outstanding_principal": maybe(MONEY),
    "average_balance": maybe(MONEY),
    "overdue_loans": int,
    "overdue_principal": MONEY,
    "unpaid_interest": MONEY,
    "new_overdue_loans": int,
    "new_overdue": MONEY,
    "arrears_rate": maybe(SIX),
    **PARS,
    "npl": maybe(MONEY),
    "npl_ratio": maybe(SIX),
    "over_90_to_npl": maybe(SIX),
    "provision": maybe(MONEY),
    "coverage": maybe(SIX),
    "disbursed_in_month": MONEY,
    "disbursed_in_month_loans": int,
    "settled_in_month_loans": int,
    "written_off_in_month": MONEY,
    "settled": int,
    "written_off": int,
    "default_rate": maybe(SIX),
    "interest_collected": maybe(MONEY),
    "matured": MONEY,
    "maturity_unknown": MONEY,
    "collected_at_maturity": maybe(SIX),
    "top_customer": maybe(CUSTOMER),
    "top_customer_share": maybe(SIX),
    "top_10_share": maybe(SIX),
    "top_industry": maybe(TEXT),
    "top_industry_share": maybe(SIX),
    "industry_hhi": maybe(r"\d+\.\d0"),
    "open_warnings": int,
    "loans_without_position": int,
    "classified_loans": int,
}
GROWN = {
    f"{what}_growth_{since}": maybe(f"-?{SIX}")
    for what in ("balance", "loans")
    for since in ("month", "year", "since")
}
PORTFOLIO = {
    "as_of": DATE,
    **ON_A_DAY,
    **GROWN,
    "month_ago": {"as_of": DATE, **ON_A_DAY},
    "year_ago": {"as_of": DATE, **ON_A_DAY},
    "since": maybe(dict),
    "basis": BASIS,
}
PORTFOLIO_GROUP = {
    "key": maybe(str),
    "name": maybe(str),
    **dict.fromkeys(("borrowers", "live_loans", "loans_without_position", "new_overdue_loans"), int),
    **dict.fromkeys(
        ("outstanding_principal", "disbursed_in_month", "written_off_in_month", "overdue_principal"), MONEY
    ),
    **dict.fromkeys(
        ("unpaid_interest", "new_overdue", "npl", "provision", "matured", "maturity_unknown"), MONEY
    ),
    **PARS,
    **dict.fromkeys(("share", "npl_ratio", "collected_at_maturity"), maybe(SIX)),
    **dict.fromkeys(("par_30_before", "npl_ratio_before"), maybe(SIX)),
    **dict.fromkeys(("average_balance", "balance_before"), maybe(MONEY)),
}
BUCKET = {
    "key": maybe(str),
    "name": maybe(str),
    "bucket": r"\d+(_\d+|_plus)?|unknown",
    "from_days": maybe(int),
    "to_days": maybe(int),
    "loans": int,
    "customers": int,
    "outstanding_principal": maybe(MONEY),
    "balance_before": maybe(MONEY),
    "overdue_principal": maybe(MONEY),
    "share": maybe(SIX),
}
DELINQUENCY_TOTALS = {
    "loans": int,
    "loans_without_position": int,
    "outstanding_principal": MONEY,
    **PARS,
    "basis": BASIS,
}
TRANSITION_TOTALS = {
    "of": ("bucket", "class", "stage"),
    "since": DATE,
    "loans": int,
    "opening_balance": MONEY,
    **dict.fromkeys(("better", "same", "worse", "ended"), maybe(SIX)),
    "basis": BASIS,
}
ROLL_TOTALS = {
    "since": maybe(DATE),
    "of": ("bucket", "class", "stage"),
    "months": [shapes_loans.MONTH_OF_ROLLS],
    "basis": BASIS,
}
FIVE_TIER_TOTALS = {
    "provision": MONEY,
    "coverage": maybe(SIX),
    "expected_loss": MONEY,
    "loans": int,
    "outstanding_principal": MONEY,
    "npl": MONEY,
    "npl_ratio": maybe(SIX),
    "computed_npl": MONEY,
    "computed_npl_ratio": maybe(SIX),
    "loans_without_class": int,
    "differences": int,
    "since": maybe(DATE),
    "npl_ratio_before": maybe(SIX),
    "basis": BASIS,
}
GROUP = {
    "key": maybe(TEXT),
    "name": maybe(TEXT),
    "loans": int,
    "live_loans": int,
    "customers": int,
    "disbursed": MONEY,
    "outstanding_principal": maybe(MONEY),
    "overdue_principal": maybe(MONEY),
    "share": maybe(SIX),
    "settled": int,
    "written_off": int,
    "default_rate": maybe(SIX),
    "loss_rate": maybe(SIX),
    "share_before": maybe(SIX),
}
CONCENTRATION_TOTALS = {
    "loans": int,
    "total": MONEY,
    "hhi": maybe(TENTH),
    "effective_names": maybe(TENTH),
    "since": maybe(DATE),
    "hhi_before": maybe(TENTH),
    "basis": BASIS,
}
HISTORY_LINE = {
    "at": INSTANT,
    "actor": TEXT,
    "command": r"[a-z -]+",
    "action": ("create", "change", "void", "look"),
    "subject": CODE,
    "subject_id": int,
    "field": CODE,
    "before": maybe(TEXT),
    "after": maybe(TEXT),
}
CLASSIFICATION = {
    "customers": int,
    "moved": [
        {
            "customer": CUSTOMER,
            "name": TEXT,
            "from": maybe(SEGMENTS),
            "to": SEGMENTS,
            "rule": CODE,
            "reason": TEXT,
        }
    ],
    "segments": dict.fromkeys(SEGMENTS, int),
    "policy": TEXT,
    "classes": shapes_policy.CLASSES_GIVEN,
}
TEST_LINE = {
    "decides": bool,
    "rule": CODE,
    "segment": SEGMENTS,
    "condition": TEXT,
    "indicator": r"[a-z0-9_]*",
    "value": maybe(TEXT),
    "against": r"[a-z0-9_]*",
    "against_value": maybe(TEXT),
    "outcome": ("yes", "no", "unknown"),
}
POLICY_LINE = {
    "version": int,
    "name": TEXT,
    "effective_on": DATE,
    "recorded_at": INSTANT,
    "digest": r"[0-9a-f]{12}",
    "in_force": bool,
    "review_by": maybe(DATE),
    "review_due": bool,
}
OFFICER_LINE = {"code": TEXT, "name": TEXT, "branch": maybe(TEXT), "is_active": bool, "customers": int}
SETTING = {"key": CODE, "value": r".*"}
MOVEMENT = {
    "kind": CODE,
    "loan": TEXT,
    "customer": CUSTOMER,
    "name": TEXT,
    "officer": maybe(TEXT),
    "before": maybe(TEXT),
    "after": maybe(TEXT),
    "amount": maybe(MONEY),
}
QUALITY_LINE = {"check": CODE, "meaning": TEXT, "count": int, "examples": [TEXT]}
IMPORT_RECEIPT = {
    "kind": CODE,
    "file": TEXT,
    "profile": TEXT,
    "read": int,
    "new": int,
    "known": int,
    "changed": int,
    "rejected": int,
    "warnings": dict,
    "made": dict,
    "skipped": dict,
    "how": dict,
    "data_on": maybe(DATE),
}
PROBLEM = {"row": maybe(int), "column": maybe(TEXT), "code": CODE, "reason": TEXT, "is_odd": bool}
FILE_LINE = {
    "file": TEXT,
    "profile": TEXT,
    "kind": CODE,
    "state": ("taken", "known", "rejected"),
    "read": maybe(int),
    "new": maybe(int),
    "changed": maybe(int),
    "known": maybe(int),
    "rejected": maybe(int),
    "data_on": maybe(DATE),
    "warnings": maybe(dict),
    "error": maybe(TEXT),
}
# Shown with files only; tests/exchange compares them with what is printed.
IMPORTS = {
    **{
        f"import {kind}": IMPORT_RECEIPT
        for kind in (
            *("customers", "loans", "snapshots", "payments", "contacts", "feedback", "officers", "rates"),
            *FACT_FILES,
            "answers",
        )
    },
    "import yesterday": [FILE_LINE],
}
BROKEN = {"check": CODE, "meaning": TEXT, "count": int, "ids": [TEXT]}

# What changes answer.
CUSTOMER_RECEIPT = {
    "code": CUSTOMER,
    "uid": UID,
    "kind": KINDS,
    "name": TEXT,
    "officer": maybe(TEXT),
    "version": int,
    "changed": [CODE],
    "similar": [CUSTOMER],
}
OFFICER_RECEIPT = {"code": TEXT, "name": TEXT, "branch": maybe(TEXT), "is_active": bool}
CONTACT_RECEIPT = {
    "contact": CONTACT,
    "customer": CUSTOMER,
    "on": DATE,
    "follow_up": maybe(STEP),
    "next_due_on": maybe(DATE),
    "next_due_rule": maybe(r"follow_up|cadence\.[a-z_]+"),
}
STEP_RECEIPT = {
    "follow_up": STEP,
    "customer": CUSTOMER,
    "due_on": DATE,
    "status": ("open", "done"),
    "next_follow_up": maybe(STEP),
    "next_due_on": maybe(DATE),
}
LOAN_RECEIPT = {
    "number": TEXT,
    "uid": UID,
    "customer": CUSTOMER,
    "contract": maybe(TEXT),
    "product": CODE,
    "principal": MONEY,
    "status": CODE,
}
FACILITY_RECEIPT = {"number": TEXT, "customer": CUSTOMER, "limit_amount": MONEY, "expires_on": maybe(DATE)}
SNAPSHOT_RECEIPT = {
    "loan": TEXT,
    "customer": CUSTOMER,
    "on": DATE,
    "outstanding_principal": MONEY,
    "days_past_due": maybe(int),
}
POLICY_RECEIPT = {
    "version": int,
    "name": TEXT,
    "digest": r"[0-9a-f]{64}",
    "effective_on": DATE,
    "is_new": bool,
}
BOOK_RECEIPT = {"path": TEXT, "zone": TEXT, "currency": r"[A-Z]{3}", "policy": TEXT, "is_new": bool}

UNDO_RECEIPT = {
    "command_id": int,
    "command": TEXT,
    "actor": TEXT,
    "customers": int,
    "customer": maybe(CUSTOMER),
    "voided": int,
    "restored": int,
}
COMMAND_LINE = {
    "command_id": int,
    "at": INSTANT,
    "actor": TEXT,
    "command": TEXT,
    "customers": int,
    "customer": maybe(CUSTOMER),
    "state": ("done", "undone", "undo"),
    "undoes": maybe(int),
}

FINDING = {"check": r"[a-z_.]+", "state": ("ok", "warning", "fault"), "found": TEXT, "advice": maybe(TEXT)}
BACKUP_RECEIPT = {
    "file": TEXT,
    "manifest": r".+\.manifest\.json",
    "size": int,
    "sha256": r"[0-9a-f]{64}",
    "schema_revision": r"\d{4}",
    "rows": int,
    "audit_chain": r"[0-9a-f]{64}",
}
RESTORE_RECEIPT = {
    "store": TEXT,
    "file": TEXT,
    "sha256": r"[0-9a-f]{64}",
    "schema_revision": r"\d{4}",
    "has_manifest": bool,
    "kept": maybe(r".+\.before-restore-\d{8}T\d{6}Z(-\d+)?"),
}

LOOKS: tuple[tuple[str, Any], ...] = (
    *shapes_scores.LOOKS,
    *shapes_agenda.LOOKS,
    ("today show --as-of 2026-12-01", [DUE]),
    ("due --as-of 2026-12-25 --all", [DUE]),
    ("due --as-of 2026-12-01 --explain 1", [REASON]),
    ("remind --dry-run", [REMINDER]),  # what it writes: test_remind.py
    ("customer list", [CUSTOMER_LINE]),
    ("customer find 华达", [CUSTOMER_LINE]),
    ("customer show C-00001", CUSTOMER_PAGE),
    ("customer show C-00002", CUSTOMER_PAGE),
    ("customer brief C-00001", shapes_drafts.brief(CUSTOMER_PAGE)),
    ("customer brief C-00002", shapes_drafts.brief(CUSTOMER_PAGE)),
    ("contact draft C-00001 --for past_due --language en", shapes_drafts.DRAFT),
    ("contact templates", [shapes_drafts.TEMPLATE]),
    ("contact form C-00002 C-00001", [shapes_drafts.VISIT]),
    *CARE_LOOKS,
    *shapes_value.looks(BASIS),
    *shapes_backtest.looks(BASIS),
    ("contact list", [CONTACT_LINE]),
    ("followup list --all", [FOLLOW_UP]),
    *shapes_feedback.LOOKS,
    ("classify --dry-run", CLASSIFICATION),
    ("classify --explain C-00001", [TEST_LINE]),
    ("loan list --all", [LOAN_LINE]),
    ("loan show JJ-0001", LOAN_PAGE),
    ("facility list", [FACILITY_LINE]),
    ("snapshot list JJ-0002", [SNAPSHOT_LINE]),
    ("report portfolio", PORTFOLIO),
    ("report portfolio --since 2026-10-31", PORTFOLIO),
    ("report portfolio --by product", [PORTFOLIO_GROUP]),
    ("report portfolio --by branch --since 2026-10-31", [PORTFOLIO_GROUP]),
    ("report delinquency", [BUCKET]),
    ("report delinquency --by region --since 2026-11-19", [BUCKET]),
    ("report delinquency --totals", {"rows": [BUCKET], "totals": DELINQUENCY_TOTALS}),
    ("report five-tier", [shapes_loans.CLASS_LINE]),
    ("report five-tier --totals", {"rows": [shapes_loans.CLASS_LINE], "totals": FIVE_TIER_TOTALS}),
    ("report five-tier --since 2026-11-19", [shapes_loans.CLASS_LINE]),
    ("report five-tier --by branch", [shapes_loans.GROUP_LINE]),
    ("report five-tier --by branch --since 2026-11-19", [shapes_loans.GROUP_LINE]),
    ("report transitions --since 2026-11-19 --by region", [shapes_loans.TRANSITION]),
    ("report roll-rates --months 1 --by product --as-of 2026-12-31", [shapes_loans.ROLL_RATE]),
    ("report concentration --since 2026-11-19", [GROUP]),
    ("report transitions --since 2026-11-19", [shapes_loans.TRANSITION]),
    (
        "report transitions --since 2026-11-19 --of bucket --totals",
        {"rows": [shapes_loans.TRANSITION], "totals": TRANSITION_TOTALS},
    ),
    ("report par --by region --months 1", [shapes_loans.PAR_LINE]),
    ("report roll-rates --months 1 --as-of 2026-12-31", [shapes_loans.ROLL_RATE]),
    (
        "report roll-rates --months 1 --as-of 2026-12-31 --since 2026-11-30",
        [shapes_loans.ROLL_RATE],
    ),
    (
        "report roll-rates --months 1 --totals --as-of 2026-12-31",
        {"rows": [shapes_loans.ROLL_RATE], "totals": ROLL_TOTALS},
    ),
    *shapes_risk.looks(BASIS),
    ("report migration --since 2026-11-19", [shapes_loans.MIGRATION_LINE]),
    (
        "report migration --since 2026-11-19 --by region --explain --totals",
        {"rows": [shapes_loans.MIGRATION_LINE], "totals": {**shapes_loans.MIGRATION_TOTALS, "basis": BASIS}},
    ),
    ("report portfolio outstanding_principal", [shapes_loans.FIGURE_LOAN]),
    ("loan explain JJ-0001", shapes_loans.EXPLANATION),
    ("report concentration", [GROUP]),
    ("report concentration --totals --by customer", {"rows": [GROUP], "totals": CONCENTRATION_TOTALS}),
    ("report quality --as-of 2027-06-01", [QUALITY_LINE]),
    ("changes --since 2026-01-01", [MOVEMENT]),
    ("history C-00001", [HISTORY_LINE]),
    ("measure history ME-1", [HISTORY_LINE]),
    ("officer list", [OFFICER_LINE]),
    ("undo --list", [COMMAND_LINE]),
    ("policy list", [POLICY_LINE]),
    *FIGURE_LOOKS,
    ("doctor", [FINDING]),
    ("config show", [SETTING]),
    ("config show --origin", [{**SETTING, "source": TEXT}]),
    *shapes_policy.LOOKS,
    ("store upgrade", {"before": r"\d{4}", "now": r"\d{4}", "is_upgraded": bool}),
    *FACT_LOOKS,
    *shapes_growth.LOOKS,
    *shapes_control.LOOKS,
    *shapes_warnings.LOOKS,
    *shapes_surveys.LOOKS,
)
CHANGES: tuple[tuple[str, Any], ...] = (
    *shapes_scores.CHANGES,
    *shapes_agenda.CHANGES,
    *shapes_value.CHANGES,
    ("officer add sun.li --name 孙丽", OFFICER_RECEIPT),
    ("officer edit zhao.min --branch 海淀支行 --inactive", OFFICER_RECEIPT),
    ("customer add --kind enterprise --name 宏远贸易有限公司 --officer li.wei", CUSTOMER_RECEIPT),
    ("customer edit C-00001 --officer zhao.min --region 天津", CUSTOMER_RECEIPT),
    ("contact log C-00001 --channel phone --next 2026-12-03 --next-what 回访", CONTACT_RECEIPT),
    ("contact void K-00002 --why 记错", CONTACT_RECEIPT),
    ("followup add C-00002 --on 2026-12-08 --what 收材料", STEP_RECEIPT),
    ("followup done U-00001 --note 已送", STEP_RECEIPT),
    ("followup add C-00002 --on 2026-12-08 --what 对账 --every 1m", STEP_RECEIPT),
    ("followup snooze U-00002 --until 2026-12-20", STEP_RECEIPT),
    *shapes_feedback.CHANGES,
    ("classify --policy POLICY", CLASSIFICATION),
    ("loan add C-00001 --product fixed_asset --principal 300000.5 --rate 3.45%", LOAN_RECEIPT),
    ("loan close JJ-0002", LOAN_RECEIPT),
    ("facility add C-00002 --limit-amount 20000", FACILITY_RECEIPT),
    ("snapshot add JJ-0001 --on 2026-11-20 --outstanding 1240000.00 --days-past-due 10", SNAPSHOT_RECEIPT),
    ("snapshot void JJ-0001 --on 2026-11-19", SNAPSHOT_RECEIPT),
    ("rate add LPR-1Y 3.00% --on 2026-11-20", shapes_loans.RATE_RECEIPT),
    ("policy adopt POLICY", POLICY_RECEIPT),
    *CARE_CHANGES,
    ("undo --yes", UNDO_RECEIPT),
    ("init", BOOK_RECEIPT),
    *FACT_CHANGES,
    *shapes_growth.CHANGES,
    *shapes_control.CHANGES,
    *shapes_warnings.CHANGES,
    *shapes_surveys.CHANGES,
)
# Files are their result; their tests are in test_backup.py.
COPIES = {"store backup": BACKUP_RECEIPT, "store restore": RESTORE_RECEIPT}
# Shown with a damaged book only; its own test is in test_exit_codes.py.
DAMAGED = {"store check": [BROKEN]}
# These print lines for people or a file, not rows: they take no --format.
PLAIN = (
    "calendar export",
    "customer vcards",
    "policy show",
    "policy check",
    "config check",
    "config path",
    "store path",
    "completion",
    "demo",
    "import profile",
    *shapes_surveys.PLAIN,
)
# The fields that are words for people, and so differ between languages; everything else does not.
ELSEWHERE = {
    **shapes_files.ELSEWHERE,
    **shapes_surveys.ELSEWHERE,
    **shapes_agenda.ELSEWHERE,
    **shapes_value.ELSEWHERE,
    "loan letter": shapes_drafts.DRAFT,
    **shapes_care.ELSEWHERE,
    **shapes_loans.ELSEWHERE,
    **shapes_scores.ELSEWHERE,
}
WORDS = {
    **shapes_scores.WORDS,
    **shapes_surveys.WORDS,
    **shapes_agenda.WORDS,
    **shapes_value.WORDS,
    **shapes_backtest.WORDS,
    "remind": ("reason",),
    "customer brief": ("reason", "treatment", "benefits", "why", "title"),
    "contact form": ("why",),
    "customer show": ("reason", "treatment", "benefits", "title"),
    **shapes_policy.WORDS,
    "customer incomplete": ("words",),
    **FIGURE_WORDS,
    **shapes_growth.WORDS,
    **shapes_control.WORDS,
    "report watch-list": ("reasons",),
    **shapes_warnings.WORDS,
    "store check": ("meaning",),
    "report quality": ("meaning",),
    "doctor": ("found", "advice"),
}
