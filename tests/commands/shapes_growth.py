"""What officers, growth, churn and referrals show as JSON; a part of ``shapes``."""

from __future__ import annotations

from typing import Any

from .patterns import CODE, CUSTOMER, DATE, KINDS, MONEY, SIX, STEP, TEXT, maybe

SIGNED = rf"-?{SIX}"
OFFICER = {
    "officer": maybe(TEXT),
    "name": maybe(TEXT),
    "branch": maybe(TEXT),
    "is_active": maybe(bool),
    **dict.fromkeys(
        (
            "customers", "live_loans", "due_now", "late_now", "contacts", "reached", "contacted_customers",
            "feedback", "answered", "resolved", "complaints_about", "praise_about", "cadence_customers",
            "cadence_kept", "promises", "promises_kept", "new_customers", "loans_disbursed", "known_loans",
            "newly_overdue", "training_due", "training_late", "training_done", "recognitions",
            "surveyed", "surveyed_satisfied", "rated", "rated_satisfied",
        ),
        int,
    ),
    **dict.fromkeys(("answer_days", "resolve_days"), maybe(int)),
    **dict.fromkeys(
        ("cadence_share", "promises_share", "past_due_30_share", "surveyed_share", "rated_share"), maybe(SIX)
    ),
    **dict.fromkeys(("disbursed", "outstanding_principal", "past_due_30", "newly_overdue_balance"), MONEY),
    "recognised_amount": MONEY,
}  # fmt: skip
FIGURES = {
    **dict.fromkeys(
        ("active_from", "active", "new", "returned", "lost", "loans_disbursed", "loans_from", "loans"), int
    ),
    **dict.fromkeys(("disbursed", "balance_from", "balance"), MONEY),
    **dict.fromkeys(("balance_growth", "loans_growth"), maybe(SIGNED)),
    **dict.fromkeys(("market_share_from", "market_share"), maybe(SIX)),
}
GROWTH = {
    "key": maybe(TEXT),
    "name": maybe(TEXT),
    **FIGURES,
    **dict.fromkeys(("disbursed_change", "disbursed_change_1y"), maybe(SIGNED)),
    "before": FIGURES,
    "year_ago": FIGURES,
}
RETENTION = {
    "source": ("feedback", "survey"),
    "voice": (
        "complained",
        "praised",
        "said_else",
        "silent",
        "satisfied",
        "neutral",
        "dissatisfied",
        "not_surveyed",
    ),
    **dict.fromkeys(("active", "stayed"), int),
    **dict.fromkeys(("share", "low", "high"), SIX),
}
CHURN = {
    "key": maybe(TEXT),
    "name": maybe(TEXT),
    **dict.fromkeys(("active", "lost", "waiting", "came_back", "not_counted"), int),
    **dict.fromkeys(("rate", "low", "high", "balance_rate"), maybe(SIX)),
    **dict.fromkeys(("balance", "lost_balance"), MONEY),
}
CANDIDATE = {
    "customer": CUSTOMER,
    "name": TEXT,
    "officer": maybe(TEXT),
    "kind": KINDS,
    "state": ("at_risk", "leaving", "lost"),
    "since_on": maybe(DATE),
    "days": maybe(int),
    "value_at_stake": maybe(MONEY),
    "grade": maybe(TEXT),
    "probability": maybe(SIX),
    "win_back": maybe(r"WB-\d{5}"),
    "reasons": [CODE],
    "reason": TEXT,
}
ATTEMPT = {
    "number": r"WB-\d{5}",
    "owner": CUSTOMER,
    "owner_name": TEXT,
    "on": DATE,
    "playbook": CODE,
    "reason": maybe(TEXT),
    "state": ("open", "won_back", "lost"),
    "state_on": DATE,
    "contacts": int,
}
RESULT = {
    "key": maybe(TEXT),
    "name": maybe(TEXT),
    **dict.fromkeys(("tried", "open", "won_back", "lost", "drew"), int),
    **dict.fromkeys(("rate", "low", "high"), maybe(SIX)),
    "cost": MONEY,
    "cost_per_won": maybe(MONEY),
}
REFERRER = {
    "referrer": r"(C|PA)-\d{5}",
    "name": TEXT,
    "kind": ("customer", "partner"),
    **dict.fromkeys(
        ("brought", "borrowers", "loans", "live_loans", "past_due_loans", "written_off", "further"), int
    ),
    **dict.fromkeys(("first_on", "last_on"), DATE),
    **dict.fromkeys(("disbursed", "outstanding_principal", "past_due", "further_disbursed"), MONEY),
}
BEGUN = {
    "win_back": r"WB-\d{5}",
    "customer": CUSTOMER,
    "playbook": CODE,
    "on": DATE,
    "steps": [{"step": CODE, "follow_up": STEP, "due_on": DATE, "officer": maybe(TEXT)}],
}
ENDED = {
    "win_back": r"WB-\d{5}",
    "customer": CUSTOMER,
    "outcome": ("won_back", "lost"),
    "on": DATE,
    "steps_closed": int,
}
VOIDED = {
    "number": r"WB-\d{5}",
    "kind": ("win_back",),
    "owner": CUSTOMER,
    "on": DATE,
    "replaced": None,
    "warnings": [TEXT],
}
LOOKS: tuple[tuple[str, Any], ...] = (
    ("report officer", [OFFICER]),
    ("report growth", [GROWTH]),
    ("report growth --by product --from 2026-01-01", [GROWTH]),
    ("report growth --retention", [RETENTION]),
    ("report churn --from 2026-06-01", [CHURN]),
    ("report churn --from 2026-06-01 --by officer", [CHURN]),
    ("report referrals", [REFERRER]),
    ("churn list --as-of 2027-06-01", [CANDIDATE]),
    ("churn attempts", [ATTEMPT]),
    ("churn results", [RESULT]),
    ("churn results --by means", [RESULT]),
)
CHANGES: tuple[tuple[str, Any], ...] = (
    ("churn win-back C-00002 --why 毕业后离开", BEGUN),
    ("churn result WB-2 won_back --by rate --cost 300 --note 利率下调", ENDED),
    ("churn void WB-1 --why 记错", VOIDED),
)
WORDS = {"churn list": ("reason",)}
# A book with an attempt that failed and one that goes on.
FILE = """\
loancrm --store B.db churn win-back C-00002 --on 2026-11-03 --why 毕业
loancrm --store B.db churn result WB-1 lost --by no_need --cost 50 --on 2026-11-10
loancrm --store B.db churn win-back C-00001 --on 2026-11-20
""".splitlines()
