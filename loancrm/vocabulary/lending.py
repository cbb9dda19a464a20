"""The codes of what is agreed of a loan: how it is repaid, how days are counted, how amounts are rounded."""

from __future__ import annotations

from collections.abc import Mapping

from loancrm.i18n import NP_

VOCABULARIES: Mapping[str, Mapping[str, str]] = {
    "position_basis": {
        "ledger": NP_("position_basis", "ledger"),
        "snapshot": NP_("position_basis", "snapshots"),
        "both": NP_("position_basis", "ledger and snapshots"),
    },
    "repayment": {
        "level": NP_("repayment", "equal instalments"),
        "equal_principal": NP_("repayment", "equal principal"),
        "bullet": NP_("repayment", "interest first, principal at the end"),
        "balloon": NP_("repayment", "equal instalments with a balloon"),
        "single": NP_("repayment", "all at the end"),
        "flat": NP_("repayment", "flat interest"),
        "custom": NP_("repayment", "by a table of its own"),
    },
    "day_count": {
        "30/360": NP_("day_count", "30/360"),
        "act/360": NP_("day_count", "ACT/360"),
        "act/365": NP_("day_count", "ACT/365"),
        "act/364": NP_("day_count", "ACT/364"),
        "act/act": NP_("day_count", "ACT/ACT"),
    },
    "rounding": {
        "half_up": NP_("rounding", "halves up"),
        "half_even": NP_("rounding", "halves to even"),
        "ceiling": NP_("rounding", "up"),
        "floor": NP_("rounding", "down"),
    },
    "holiday_shift": {
        "none": NP_("holiday_shift", "as they fall"),
        "following": NP_("holiday_shift", "the next working day"),
        "preceding": NP_("holiday_shift", "the working day before"),
        "modified_following": NP_("holiday_shift", "the next working day of the month"),
    },
    "relief": {
        "deferral": NP_("relief", "deferral"),
        "extension": NP_("relief", "extension"),
        "renewal": NP_("relief", "renewal without repayment"),
        "refinancing": NP_("relief", "new loan for old"),
        "rate_cut": NP_("relief", "rate cut"),
        "capitalisation": NP_("relief", "capitalisation"),
        "restructuring": NP_("relief", "restructuring"),
        "policy_deferral": NP_("relief", "policy deferral"),
    },
    "repricing": {
        "at_draw": NP_("repricing", "at the draw only"),
        "yearly": NP_("repricing", "each 1 January"),
        "half_yearly": NP_("repricing", "on the first day of each half-year"),
        "quarterly": NP_("repricing", "on the first day of each quarter"),
        "monthly": NP_("repricing", "on the first day of each month"),
        "anniversary": NP_("repricing", "each year on the day of the draw"),
    },
    "prepayment": {
        "smaller": NP_("prepayment", "smaller instalments"),
        "shorter": NP_("prepayment", "a shorter term"),
        "next": NP_("prepayment", "the next instalments"),
        "skip": NP_("prepayment", "instalments skipped"),
    },
    "requirement": {
        "document": NP_("requirement", "document"),
        "condition": NP_("requirement", "condition"),
    },
    "states": {
        "class": NP_("states", "Classes"),
        "bucket": NP_("states", "Days past due"),
        "stage": NP_("states", "Stages"),
    },
    "cohort": {
        "month": NP_("cohort", "month"),
        "quarter": NP_("cohort", "quarter"),
        "year": NP_("cohort", "year"),
    },
    "loan_state": {
        "pending": NP_("loan_state", "applied for"),
        "live": NP_("loan_state", "live"),
        "settled": NP_("loan_state", "settled"),
        "written_off": NP_("loan_state", "written off"),
        "transferred": NP_("loan_state", "transferred"),
        "cancelled": NP_("loan_state", "cancelled"),
    },
}
LABELS: Mapping[str, Mapping[str, str]] = {
    "loyalty_line": {
        "accrual": NP_("loyalty_line", "earned by a rule"),
        "adjustment": NP_("loyalty_line", "by hand"),
        "redemption": NP_("loyalty_line", "reward"),
        "offer": NP_("loyalty_line", "offer"),
    },
    "offer_state": {
        "proposed": NP_("offer_state", "proposed"),
        "approved": NP_("offer_state", "approved"),
        "used": NP_("offer_state", "used"),
        "expired": NP_("offer_state", "expired"),
    },
    "promise_state": {
        "open": NP_("promise_state", "open"),
        "kept": NP_("promise_state", "kept"),
        "part_kept": NP_("promise_state", "kept in part"),
        "broken": NP_("promise_state", "broken"),
        "unknown": NP_("promise_state", "not known"),
    },
    "standing_trigger": {
        "in_order": NP_("standing_trigger", "in order"),
        "days_past_due": NP_("standing_trigger", "days past due"),
        "relieved": NP_("standing_trigger", "relief without observation"),
        "debtor": NP_("standing_trigger", "other loans of the debtor"),
        "debtor_written_off": NP_("standing_trigger", "a loan of the debtor that was written off"),
        "debtor_elsewhere": NP_("standing_trigger", "bad debt at other banks"),
        "restructured": NP_("standing_trigger", "observed after relief"),
        "restructured_again": NP_("standing_trigger", "relief again while observed"),
        "missed": NP_("standing_trigger", "missed a payment while observed"),
        "unsolved": NP_("standing_trigger", "trouble not solved"),
        "cured": NP_("standing_trigger", "on the way up"),
        "partly_paid": NP_("standing_trigger", "arrears partly paid"),
        "bankruptcy": NP_("standing_trigger", "bankruptcy"),
        "unfound": NP_("standing_trigger", "cannot be found"),
        "impaired": NP_("standing_trigger", "credit-impaired"),
        "downgraded": NP_("standing_trigger", "external rating cut"),
        "refinanced": NP_("standing_trigger", "repaid by new borrowing"),
        "misuse": NP_("standing_trigger", "used otherwise than agreed"),
        "deviation": NP_("standing_trigger", "a payment used otherwise than agreed"),
        "evasion": NP_("standing_trigger", "evades its debt"),
        "expected_loss": NP_("standing_trigger", "expected loss"),
    },
    "direction_of_class": {
        "better": NP_("direction_of_class", "better"),
        "same": NP_("direction_of_class", "same"),
        "worse": NP_("direction_of_class", "worse"),
        "ended": NP_("direction_of_class", "ended"),
        "unknown": NP_("direction_of_class", "unknown"),
    },
    "verdict_of_file": {
        "same": NP_("verdict_of_file", "the same"),
        "altered": NP_("verdict_of_file", "the file was altered"),
        "differs": NP_("verdict_of_file", "the book says otherwise"),
    },
    "ledger_entry": {
        "disbursed": NP_("ledger_entry", "paid out"),
        "agreed": NP_("ledger_entry", "agreed anew"),
        "repayment": NP_("ledger_entry", "payment"),
        "prepayment": NP_("ledger_entry", "prepayment"),
        "payoff": NP_("ledger_entry", "pay-off"),
        "recovery": NP_("ledger_entry", "recovery"),
        "renewal": NP_("ledger_entry", "repaid by its renewal"),
        "refinancing": NP_("ledger_entry", "repaid by a new loan"),
    },
}
