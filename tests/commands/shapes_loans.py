"""What a quote and the life of a loan that is serviced here show as JSON; a part of ``shapes``."""

from __future__ import annotations

from .patterns import CODE, CUSTOMER, DATE, MONEY, SIX, TEXT, maybe

QUOTE_ROW = {
    "number": int,
    "due_on": DATE,
    "principal_due": MONEY,
    "interest_due": MONEY,
    "subsidised_interest": MONEY,
    "total_due": MONEY,
    "balance": MONEY,
}
_TOTALS = {
    "instalments": int,
    "principal_due": MONEY,
    "interest_due": MONEY,
    "subsidised_interest": MONEY,
    "total_due": MONEY,
    "fee": MONEY,
    "annual_percentage_rate": maybe(SIX),
    "effective_annual_rate": maybe(SIX),
    "floor_rate": maybe(SIX),
    "asked_rate": maybe(SIX),
}
OFFER = {
    "repayment": CODE,
    "instalments": int,
    "first_instalment": MONEY,
    "largest_instalment": MONEY,
    "interest_due": MONEY,
    "total_due": MONEY,
    "annual_percentage_rate": maybe(SIX),
    "effective_annual_rate": maybe(SIX),
}
QUOTE = {"rows": [QUOTE_ROW], "totals": _TOTALS}
PAYMENT = r"P-\d{5}"
STAGE_RECEIPT = {
    "loan": TEXT,
    "customer": CUSTOMER,
    "stage": CODE,
    "on": DATE,
    "by": TEXT,
    "amount": MONEY,
    "waits_for": [TEXT],
}
PAYMENT_RECEIPT = {
    "payment": PAYMENT,
    "loan": TEXT,
    "customer": CUSTOMER,
    "on": DATE,
    "amount": MONEY,
    "principal": MONEY,
    "interest": MONEY,
    "penalty": MONEY,
    "unallocated": MONEY,
    "outstanding_principal": MONEY,
    "days_past_due": int,
    "next_due_on": maybe(DATE),
    "status": CODE,
}
SCHEDULE_LINE = {
    **QUOTE_ROW,
    "moved": MONEY,
    "paid": MONEY,
    "settled_on": maybe(DATE),
    "days_past_due": int,
    "version": int,
}
STATEMENT_LINE = {
    "on": DATE,
    "what": CODE,
    "payment": maybe(PAYMENT),
    "amount": MONEY,
    "principal": MONEY,
    "interest": MONEY,
    "penalty": MONEY,
    "unallocated": MONEY,
    "outstanding_principal": MONEY,
    "reference": maybe(TEXT),
    "payer": maybe(TEXT),
    "reason": maybe(CODE),
    "note": maybe(TEXT),
    "contact": maybe(r"K-\d{5}"),
}
STAGE_LINE = {
    "stage": CODE,
    "loans": int,
    "amount": MONEY,
    "target_days": maybe(int),
    "late": int,
    "oldest_days": maybe(int),
    "done": int,
    "median_days": maybe(int),
    "within_target": maybe(SIX),
    "median_before": maybe(int),
    "median_after": maybe(int),
    "is_bottleneck": bool,
}
STUCK_LINE = {
    "loan": TEXT,
    "customer": CUSTOMER,
    "name": TEXT,
    "officer": maybe(TEXT),
    "stage": CODE,
    "since": DATE,
    "days": int,
    "target_days": int,
    "amount": MONEY,
    "waits_for": maybe(TEXT),
}
RECONCILIATION_LINE = {
    "loan": TEXT,
    "customer": CUSTOMER,
    "name": TEXT,
    "on": DATE,
    "outstanding_principal": maybe(MONEY),
    "bank_outstanding_principal": MONEY,
    "difference": maybe(MONEY),
    "overdue_principal": maybe(MONEY),
    "bank_overdue_principal": maybe(MONEY),
    "days_past_due": maybe(int),
    "bank_days_past_due": maybe(int),
    "agrees": bool,
}
TERMS_RECEIPT = {
    "loan": TEXT,
    "customer": CUSTOMER,
    "version": int,
    "reason": CODE,
    "on": DATE,
    "outstanding_principal": MONEY,
    "old_rate": SIX,
    "new_rate": SIX,
    "old_instalment": MONEY,
    "new_instalment": MONEY,
    "next_due_on": maybe(DATE),
    "matures_on": DATE,
    "to_settle": MONEY,
}
RELIEF_LINE = {
    "kind": CODE,
    "is_allowed": bool,
    "first_instalment": MONEY,
    "matures_on": DATE,
    "total_interest": MONEY,
    "loss": MONEY,
    "five_tier": maybe(CODE),
    "until": maybe(DATE),
    "why_not": maybe(TEXT),
    "months": int,
    "annual_rate": SIX,
    "to_settle": MONEY,
    "first_due_on": DATE,
    "largest_instalment": MONEY,
    "instalments": int,
    "payment_to_income": maybe(SIX),
    "dscr": maybe(r"-?\d{1,3}(\.\d{1,6})?"),
    "dscr_missing": maybe(TEXT),
    "is_observed": bool,
}
PROMISE = r"R-\d{5}"
PROMISE_RECEIPT = {
    "promise": PROMISE,
    "loan": TEXT,
    "customer": CUSTOMER,
    "amount": MONEY,
    "due_on": DATE,
    "on": DATE,
}
PROMISE_LINE = {
    "promise": PROMISE,
    "loan": TEXT,
    "customer": CUSTOMER,
    "name": TEXT,
    "officer": maybe(TEXT),
    "on": DATE,
    "due_on": DATE,
    "amount": MONEY,
    "received": maybe(MONEY),
    "state": CODE,
    "note": maybe(TEXT),
}
RATE_RECEIPT = {"series": TEXT, "on": DATE, "annual_rate": SIX}
RATE_LINE = {**RATE_RECEIPT, "change": maybe(r"-?0\.\d{6}")}
REPRICING_LINE = {
    "loan": TEXT,
    "customer": CUSTOMER,
    "name": TEXT,
    "officer": maybe(TEXT),
    "on": DATE,
    "reference": TEXT,
    "spread": r"-?0\.\d{6}",
    "published": maybe(SIX),
    "old_rate": SIX,
    "new_rate": maybe(SIX),
    "old_instalment": maybe(MONEY),
    "new_instalment": maybe(MONEY),
    "next_due_on": maybe(DATE),
    "why": maybe(TEXT),
}
REPRICED = {
    "on": DATE,
    "repriced": [TERMS_RECEIPT],
    "waiting": [{"loan": TEXT, "on": DATE, "why": TEXT}],
}
# Asked on a book of their own: test_quote.py, test_loan_life.py.
STEPS = ("apply", "investigate", "review", "approve", "decline", "withdraw", "sign", "disburse", "require")
ELSEWHERE = {
    "loan quote": [QUOTE_ROW],
    **{f"loan {step}": STAGE_RECEIPT for step in (*STEPS, "meet-condition")},
    "loan pay": PAYMENT_RECEIPT,
    "loan reverse": PAYMENT_RECEIPT,
    "loan prepay": PAYMENT_RECEIPT,
    "loan payoff": PAYMENT_RECEIPT,
    "loan recover": PAYMENT_RECEIPT,
    "loan reprice": TERMS_RECEIPT,
    "loan reprice-due": [REPRICING_LINE],
    "rate list": [RATE_LINE],
    "rate void": RATE_RECEIPT,
    "loan write-off": {"loan": TEXT, "customer": CUSTOMER, "on": DATE, "amount": MONEY},
    "promise add": PROMISE_RECEIPT,
    "promise void": PROMISE_RECEIPT,
    "promise list": [PROMISE_LINE],
    "relief apply": {
        **TERMS_RECEIPT,
        "new_loan": maybe(TEXT),
        "stage": maybe(CODE),
        "waits_because": maybe(TEXT),
    },
    "relief compare": [RELIEF_LINE],
    "loan schedule": [SCHEDULE_LINE],
    "loan statement": [STATEMENT_LINE],
    "loan stages": [STAGE_LINE],
    "loan reconcile": [RECONCILIATION_LINE],
}

CLASS_LINE = {
    "five_tier": TEXT,
    "loans": int,
    "customers": int,
    "outstanding_principal": MONEY,
    "share": maybe(SIX),
    "computed_loans": int,
    "computed_outstanding": MONEY,
    "provision": maybe(MONEY),
    "expected_loss": maybe(MONEY),
    "balance_before": maybe(MONEY),
}
GROUP_LINE = {
    "key": maybe(TEXT),
    "name": maybe(TEXT),
    "loans": int,
    "outstanding_principal": MONEY,
    "share": maybe(SIX),
    **dict.fromkeys(("normal", "special_mention", "substandard", "doubtful", "loss", "npl"), MONEY),
    "npl_ratio": maybe(SIX),
    "computed_npl": MONEY,
    "computed_npl_ratio": maybe(SIX),
    "provision": MONEY,
    "expected_loss": MONEY,
    "npl_before": maybe(MONEY),
}
TRANSITION = {
    "key": maybe(TEXT),
    "name": maybe(TEXT),
    "before": TEXT,
    "after": TEXT,
    "direction": ("better", "same", "worse", "ended", "unknown"),
    "loans": int,
    "opening_balance": maybe(MONEY),
    "closing_balance": maybe(MONEY),
    "share": maybe(SIX),
    "share_of_loans": maybe(SIX),
}
ROLL_RATE = {
    "key": maybe(TEXT),
    "name": maybe(TEXT),
    "before": TEXT,
    "after": TEXT,
    "direction": ("better", "same", "worse", "ended", "unknown"),
    "loans": int,
    "opening_balance": MONEY,
    **dict.fromkeys(("share", "lowest", "highest", "share_before"), maybe(SIX)),
    "months": int,
}
MONTH_OF_ROLLS = {
    "since": DATE,
    "on": DATE,
    "opening_balance": MONEY,
    **dict.fromkeys(("better", "same", "worse", "ended"), maybe(SIX)),
}
PAR_LINE = {
    "renegotiated": MONEY,
    "on": DATE,
    "key": maybe(TEXT),
    "name": maybe(TEXT),
    "loans": int,
    "outstanding_principal": MONEY,
    **dict.fromkeys(("par_1", "par_30", "par_60", "par_90"), maybe(SIX)),
}
_REASON = {
    "trigger": TEXT,
    "five_tier": TEXT,
    "stage": int,
    "since": maybe(DATE),
    "until": maybe(DATE),
}
_OUTLOOK = {"on": DATE, "five_tier": TEXT, "stage": int, "condition": TEXT}
EXPLANATION = {
    "loan": TEXT,
    "customer": TEXT,
    "five_tier": maybe(TEXT),
    "bank_five_tier": maybe(TEXT),
    "computed_five_tier": maybe(TEXT),
    "ifrs9_stage": maybe(int),
    "trigger": maybe(TEXT),
    "days_past_due": maybe(int),
    "days_after_grace": maybe(int),
    "basis_on": maybe(DATE),
    "reasons": [_REASON],
    "outlook": [_OUTLOOK],
}
RECLASSIFIED = {
    "loans": int,
    "changes": [
        {
            "loan": TEXT,
            "action": TEXT,
            "on": DATE,
            "five_tier": TEXT,
            "ifrs9_stage": int,
            "until": maybe(DATE),
            "trigger": TEXT,
        }
    ],
    "policy": TEXT,
}
ELSEWHERE["loan reclassify"] = RECLASSIFIED
MIGRATION_LINE = {
    "key": maybe(TEXT),
    "name": maybe(TEXT),
    "five_tier": TEXT,
    "loans": int,
    "normal": int,
    "special_mention": int,
    "substandard": int,
    "doubtful": int,
    "loss": int,
    "ended": int,
    "unknown": int,
    "opening_balance": MONEY,
    "reduced": MONEY,
    "moved_down": MONEY,
    "migration_rate": maybe(SIX),
}
MIGRATION_TOTALS = {
    "since": DATE,
    "largest": [
        {"loan": TEXT, "before": CODE, "after": CODE, "opening_balance": MONEY, "closing_balance": MONEY}
    ],
}
FIGURE_LOAN = {
    "loan": TEXT,
    "customer": CUSTOMER,
    "name": TEXT,
    "officer": maybe(TEXT),
    "five_tier": maybe(CODE),
    "days_past_due": maybe(int),
    "status": CODE,
    "matures_on": maybe(DATE),
    "outstanding_principal": maybe(MONEY),
    "amount": maybe(MONEY),
}
