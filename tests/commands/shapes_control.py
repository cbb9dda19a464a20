"""What playbooks, internal control, limits and the risk register show as JSON; a part of ``shapes``."""

from __future__ import annotations

from typing import Any

from .patterns import CODE, CONTACT, CUSTOMER, DATE, MONEY, SIX, STEP, TEXT, maybe

PB = r"PB-\d{5}"
OUTCOMES = ("cured", "restructured", "legal", "written_off", "left", "not_needed")
RULE = {
    "playbook": CODE,
    "title": TEXT,
    "branch": maybe(CODE),
    "branch_title": maybe(TEXT),
    "leads_to": maybe(("relief", "restructuring", "legal", "check")),
    "step": CODE,
    "after_days": int,
    "owner": CODE,
    "needs_contact": bool,
    "what": TEXT,
}
RUN = {
    "number": PB,
    "owner": CUSTOMER,
    "owner_name": TEXT,
    "on": DATE,
    "playbook": CODE,
    "warning": maybe(TEXT),
    "reason": maybe(TEXT),
    "plan": maybe(TEXT),
    "relief": maybe(CODE),
    "months": maybe(int),
    "state": ("open", *OUTCOMES),
    "state_on": DATE,
    "branch": maybe(CODE),
    "next_due_on": maybe(DATE),
}
STEP_LINE = {
    "follow_up": STEP,
    "step": CODE,
    "branch": maybe(CODE),
    "due_on": DATE,
    "officer": maybe(TEXT),
    "needs_contact": bool,
    "state": ("open", "late", "done", "dropped"),
    "done_on": maybe(DATE),
    "contact": maybe(CONTACT),
    "what": TEXT,
}
CONCERNED = {
    "customer": CUSTOMER,
    "name": TEXT,
    "officer": maybe(TEXT),
    "live_loans": int,
    "outstanding_principal": maybe(MONEY),
    "days_past_due": maybe(int),
    "rule": maybe(CODE),
    "relief": maybe(CODE),
    "months": maybe(int),
    "is_running": bool,
}
STATS = {
    "key": maybe(TEXT),
    "name": maybe(TEXT),
    **dict.fromkeys(("begun", "open", "ended", "not_needed", "cured", "complained"), int),
    **dict.fromkeys(("retained", "retained_of"), int),
    **dict.fromkeys(("cure_rate", "low", "high", "retention", "retention_low", "retention_high"), maybe(SIX)),
    "days_to_cure": maybe(int),
    "loss": MONEY,
}
SET_STEP = {
    "step": CODE,
    "follow_up": STEP,
    "due_on": DATE,
    "officer": maybe(TEXT),
    "needs_contact": bool,
}
BEGUN = {"number": PB, "customer": CUSTOMER, "playbook": CODE, "on": DATE, "steps": [SET_STEP]}
DONE = {
    "number": PB,
    "customer": CUSTOMER,
    "step": CODE,
    "follow_up": STEP,
    "contact": maybe(CONTACT),
    "on": DATE,
    "steps_open": int,
}
TURNED = {
    "number": PB,
    "customer": CUSTOMER,
    "branch": CODE,
    "on": DATE,
    "leads_to": maybe(("relief", "restructuring", "legal", "check")),
    "steps_dropped": int,
    "steps": [SET_STEP],
}
ENDED = {"number": PB, "customer": CUSTOMER, "outcome": OUTCOMES, "on": DATE, "steps_closed": int}
PLANNED = {
    "plan": TEXT,
    "playbook": CODE,
    "on": DATE,
    **dict.fromkeys(("concerned", "begun", "running_already", "steps"), int),
    "offers": {"policy_deferral": int},
    "undecided": int,
    "undecided_offers": dict,
}


def fact(kind: str, prefix: str, owner: Any = None) -> dict[str, Any]:
    """Return the receipt of a fact."""
    return {
        "number": rf"{prefix}-\d{{5}}",
        "kind": (kind,),
        "owner": owner,
        "on": DATE,
        "replaced": None,
        "warnings": [TEXT],
    }


CHECK, FINDING, INCIDENT, RECTIFICATION, LESSON, ACTION = (
    fact("control_check", "QC"),
    fact("control_finding", "FD"),
    fact("control_incident", "IC"),
    fact("control_rectification", "RX"),
    fact("control_lesson", "LS"),
    fact("limit_action", "LA"),
)
SEVERITY = ("low", "medium", "high", "critical")
STATES = ("open", "done", "postponed", "accepted", "reopened")
CHECK_LINE = {
    "number": r"QC-\d{5}",
    "on": DATE,
    "step": CODE,
    "cases": int,
    "exceptions": int,
    "officer": maybe(TEXT),
    "note": maybe(TEXT),
}
FINDING_LINE = {
    "number": r"FD-\d{5}",
    "on": DATE,
    "severity": SEVERITY,
    "what": TEXT,
    "found_by": maybe(r"QC-\d{5}"),
    "step": maybe(CODE),
    "customer": maybe(CUSTOMER),
    "loan": maybe(TEXT),
    "officer": maybe(TEXT),
    "due_on": DATE,
    "state": STATES,
    "state_on": DATE,
}
INCIDENT_LINE = {
    "number": r"IC-\d{5}",
    "on": DATE,
    "kind": CODE,
    "severity": SEVERITY,
    "what": TEXT,
    "happened_on": maybe(DATE),
    "customer": maybe(CUSTOMER),
    "officer": maybe(TEXT),
    "due_on": DATE,
    "loss": maybe(MONEY),
    "recovered": maybe(MONEY),
    "state": STATES,
    "state_on": DATE,
}
ABOUT = {"finding": maybe(r"FD-\d{5}"), "incident": maybe(r"IC-\d{5}")}
RECTIFICATION_LINE = {
    "number": r"RX-\d{5}",
    "on": DATE,
    **ABOUT,
    "state": STATES[1:],
    "until_on": maybe(DATE),
    "note": maybe(TEXT),
}
LESSON_LINE = {"number": r"LS-\d{5}", "on": DATE, "what": TEXT, **ABOUT, "step": maybe(CODE)}
ACTION_LINE = {
    "number": r"LA-\d{5}",
    "on": DATE,
    "limit_name": CODE,
    "key": maybe(TEXT),
    "action": CODE,
    "share": maybe(SIX),
    "at_most": maybe(SIX),
    "state": ("ok", "near", "breach"),
    "officer": maybe(TEXT),
    "due_on": maybe(DATE),
    "note": maybe(TEXT),
}
CONTROLLED = {
    "step": CODE,
    "title": TEXT,
    **dict.fromkeys(("every_days", "sample", "waiting", "checks", "cases", "exceptions"), int),
    "last_on": maybe(DATE),
    "due_on": DATE,
    "is_due": bool,
    **dict.fromkeys(("exception_rate", "low", "high"), maybe(SIX)),
}
CASE = {
    "loan": TEXT,
    "customer": CUSTOMER,
    "name": TEXT,
    "officer": maybe(TEXT),
    "on": maybe(DATE),
    "principal": MONEY,
}
LIMIT = {
    "limit": CODE,
    "title": TEXT,
    "by": CODE,
    "key": maybe(TEXT),
    "name": maybe(TEXT),
    **dict.fromkeys(("value", "whole", "headroom"), MONEY),
    "share": maybe(SIX),
    "at_most": SIX,
    "state": ("ok", "near", "breach"),
    "owner": maybe(TEXT),
    "action": maybe(CODE),
    "action_on": maybe(DATE),
    "action_by": maybe(TEXT),
    "action_due_on": maybe(DATE),
}
OPEN = {
    "kind": ("incident", "finding", "limit", "warning", "playbook"),
    "number": TEXT,
    "severity": maybe(SEVERITY),
    "customer": maybe(CUSTOMER),
    "state": CODE,
    "owner": maybe(TEXT),
    "opened_on": maybe(DATE),
    "due_on": maybe(DATE),
    "days_late": int,
    "amount": maybe(MONEY),
    "what": TEXT,
    "is_new": maybe(bool),
    "key": maybe(TEXT),
}
OPEN_GROUP = {
    "key": maybe(TEXT),
    "name": maybe(TEXT),
    "open": int,
    "late": int,
    "customers": int,
    "outstanding_principal": MONEY,
    "amount": MONEY,
    "new": maybe(int),
}
OPEN_TOTALS = {
    "open": int,
    "late": int,
    "by_kind": dict,
    "by_severity": dict,
    "since": maybe(DATE),
    "gone": list,
    "basis": dict,
    "groups": [OPEN_GROUP],
}
LOOKS: tuple[tuple[str, Any], ...] = (
    ("playbook rules", [RULE]),
    ("playbook list", [RUN]),
    ("playbook show PB-1", [STEP_LINE]),
    ("playbook concerned --where live_loans>=1", [CONCERNED]),
    ("playbook stats", [STATS]),
    ("playbook stats --by branch", [STATS]),
    ("control due", [CONTROLLED]),
    ("control sample disbursement", [CASE]),
    ("control check list", [CHECK_LINE]),
    ("control finding list", [FINDING_LINE]),
    ("control incident list", [INCIDENT_LINE]),
    ("control rectification list", [RECTIFICATION_LINE]),
    ("control lesson list", [LESSON_LINE]),
    ("limit actions", [ACTION_LINE]),
    ("report limits", [LIMIT]),
    ("report risk-register", [OPEN]),
    ("report risk-register --since 2026-11-19 --officer li.wei", [OPEN]),
    ("report risk-register --by region --totals", {"rows": [OPEN], "totals": OPEN_TOTALS}),
)
CHANGES: tuple[tuple[str, Any], ...] = (
    ("playbook start C-00001 --playbook payment_trouble --warning W-00001", BEGUN),
    ("playbook done U-12", DONE),
    ("playbook branch PB-2 trouble --note 确有风险", TURNED),
    ("playbook end PB-2 cured --loss 12.5", ENDED),
    ("playbook start-all --where live_loans>=1 --plan 洪灾", PLANNED),
    ("playbook void PB-1 --why 记错", fact("playbook", "PB", CUSTOMER)),
    ("control check add --step contract --cases 10 --exceptions 1", CHECK),
    ("control finding add --severity high --what 缺面签 --check QC-1", FINDING),
    ("control incident add --kind systems --severity low --what 停机", INCIDENT),
    ("control rectification add --finding FD-1 --state done", RECTIFICATION),
    ("control lesson add --what 双人复核 --incident IC-1", LESSON),
    ("control check void QC-2", CHECK),
    ("control finding void FD-2", FINDING),
    ("control incident void IC-2", INCIDENT),
    ("control rectification void RX-1", RECTIFICATION),
    ("control lesson void LS-1", LESSON),
    ("limit act single_name reduce --key C-00001", ACTION),
    ("limit void LA-1", ACTION),
)
WORDS = {
    "playbook rules": ("title", "branch_title", "what"),
    "control due": ("title",),
    "report limits": ("title",),
    "report risk-register": ("what",),
}
# What stands beside the words as a code.
CODES = {
    "playbook rules": {"title": "playbook", "branch_title": "branch", "what": "step"},
    "control due": {"title": "step"},
    "report limits": {"title": "limit"},
    "report risk-register": {"what": "number"},
}
# A book with a playbook that ended and one that goes on, checks with what they found, and a limit acted on.
FILE = """\
loancrm --store B.db playbook start C-00001 --playbook payment_trouble --on 2026-11-03 --why 停工
loancrm --store B.db playbook end PB-1 cured --loss 50 --on 2026-11-10
loancrm --store B.db playbook start C-00001 --playbook early_signs --warning W-00001 --on 2026-11-20
loancrm --store B.db control check add --step approval --cases 10 --exceptions 2 --on 2026-11-02
loancrm --store B.db control check add --step contract --cases 10 --on 2026-11-03
loancrm --store B.db control finding add --severity high --what 凭证缺失 --check QC-1 --customer C-00001
loancrm --store B.db control finding add --severity low --what 档案
loancrm --store B.db control incident add --kind execution --severity medium --what 重复放款 --loss 100
loancrm --store B.db control incident add --kind systems --severity low --what 停机
loancrm --store B.db control rectification add --finding FD-1 --state postponed --until 2026-12-20
loancrm --store B.db control lesson add --what 核对凭证 --finding FD-1 --step disbursement
loancrm --store B.db limit act single_name watch --by 2026-12-31
""".splitlines()
