"""What the commands about feedback show as JSON; a part of ``shapes``."""

from __future__ import annotations

from typing import Any

from .patterns import CODE, CUSTOMER, DATE, LEVELS, SIX, TEXT, TICKET, maybe

CLOCK = r"\d\d:\d\d"
PRIORITIES = ("critical", "high", "normal", "low")
STATUSES = ("open", "answered", "waiting", "resolved", "closed")
TRENDS = ("fell", "rose", "no_change_shown", "nothing_to_compare")
SIGNED_SIX = r"-?\d+\.\d{6}"
TICKET_LINE = {
    "feedback": TICKET,
    "on": DATE,
    "at": maybe(CLOCK),
    "customer": CUSTOMER,
    "name": TEXT,
    "officer": maybe(TEXT),
    "kind": CODE,
    "business_line": CODE,
    "product": maybe(CODE),
    "service_stage": maybe(CODE),
    "department": maybe(TEXT),
    "cause": maybe(CODE),
    "channel": CODE,
    "importance": LEVELS,
    "urgency": LEVELS,
    "priority": PRIORITIES,
    "status": STATUSES,
    "answer_due_on": maybe(DATE),
    "progress_due_on": maybe(DATE),
    "target_on": maybe(DATE),
    "resolve_due_on": maybe(DATE),
    "due_on": maybe(DATE),
    "due_at": maybe(CLOCK),
    "days_late": int,
    "level": int,
    "escalate_on": maybe(DATE),
    "answered_on": maybe(DATE),
    "resolved_on": maybe(DATE),
    "reopened": int,
    "rating": maybe(int),
    "text": TEXT,
}
PLAN_LINE = {
    "step": int,
    "what": TEXT,
    "officer": maybe(TEXT),
    "due_on": DATE,
    "status": ("open", "done", "dropped"),
    "done_on": maybe(DATE),
    "days_late": int,
}
TICKET_PAGE = {
    **TICKET_LINE,
    "service_level": maybe(CODE),
    "about": maybe(TEXT),
    "clocks": [
        {
            "clock": ("answer", "progress", "resolution", "limit"),
            "state": ("running", "stopped", "late", "kept", "missed"),
            "target_minutes": maybe(int),
            "minutes": maybe(int),
            "due_on": maybe(DATE),
            "due_at": maybe(CLOCK),
        }
    ],
    "plan": [PLAN_LINE],
    "links": [{"feedback": TICKET, "relation": ("duplicate", "repeated_by", "related")}],
    "steps": [
        {
            "on": DATE,
            "at": maybe(CLOCK),
            "action": CODE,
            "officer": maybe(TEXT),
            "by": maybe(TEXT),
            "filed": dict,
            "level": maybe(int),
            "days": maybe(int),
            "step": maybe(int),
            "rating": maybe(int),
            "text": maybe(TEXT),
        }
    ],
}
TICKET_RECEIPT = {
    "feedback": TICKET,
    "customer": CUSTOMER,
    "kind": CODE,
    "status": STATUSES,
    "priority": PRIORITIES,
    "officer": maybe(TEXT),
    "answer_due_on": maybe(DATE),
    "progress_due_on": maybe(DATE),
    "target_on": maybe(DATE),
    "resolve_due_on": maybe(DATE),
    "service_level": maybe(CODE),
}
PLAN_RECEIPT = {
    "feedback": TICKET,
    "step": int,
    "officer": maybe(TEXT),
    "due_on": DATE,
    "status": ("open", "done", "dropped"),
}
LINK_RECEIPT = {"feedback": TICKET, "other": TICKET, "relation": ("duplicate", "related")}
CAUSE_LINE = {
    "by": CODE,
    "key": maybe(TEXT),
    "tickets": int,
    "share": maybe(SIX),
    "customers": int,
    "open": int,
    "before": int,
    "ratio": maybe(SIX),
    "low": maybe(SIX),
    "high": maybe(SIX),
    "trend": TRENDS,
    "start": DATE,
    "end": DATE,
}
EFFECT_LINE = {
    "measure": r"ME-\d{5}",
    "figure": ("frequency", "satisfaction"),
    "source": CODE,
    "hits_before": int,
    "n_before": int,
    "before": maybe(SIX),
    "hits_after": int,
    "n_after": int,
    "after": maybe(SIX),
    "change": maybe(SIGNED_SIX),
    "low": maybe(SIGNED_SIX),
    "high": maybe(SIGNED_SIX),
    "verdict": TRENDS,
    "method": ("exact_rate_ratio", "newcombe"),
    "before_from": DATE,
    "after_from": DATE,
    "after_to": DATE,
}
SUMMARY_LINE = {
    "section": ("kind", "clock", "age", "officer", "channel"),
    "key": maybe(TEXT),
    **dict.fromkeys(("tickets", "before", "open", "late"), maybe(int)),
    "judged": int,
    "kept": int,
    "kept_share": maybe(SIX),
    "rated": int,
    "mean_rating": maybe(SIX),
    "satisfied": int,
}
# A ticket that waits, with a plan and a link, beside the two of the contract's lines; and a measure.
FILE = """\
loancrm --store B.db feedback add C-00002 --kind suggestion --text 希望线上提交材料 --channel app --cause online_service --line student
loancrm --store B.db feedback answer F-00003 --text 已收到
loancrm --store B.db feedback plan-add F-00003 --what 转产品部门 --until 2026-12-04 --officer li.wei
loancrm --store B.db feedback wait F-00003 --text 等客户补充说明
loancrm --store B.db feedback link F-00003 F-00001
loancrm --store B.db measure add --title 线上提交材料 --cause online_service --officer li.wei --on 2026-11-10
""".splitlines()  # noqa: E501 - one command a line
LOOKS: tuple[tuple[str, Any], ...] = (
    ("feedback list", [TICKET_LINE]),
    ("feedback show F-00001", TICKET_PAGE),
    ("feedback show F-00003", TICKET_PAGE),
    ("feedback plan-list", [{"feedback": TICKET, **PLAN_LINE}]),
    ("feedback causes --kind suggestion", [CAUSE_LINE]),
    ("feedback effect ME-00001", [EFFECT_LINE]),
    ("report feedback", [SUMMARY_LINE]),
    ("report feedback --totals", {"rows": [SUMMARY_LINE], "totals": {"start": DATE, "end": DATE}}),
)
CHANGES: tuple[tuple[str, Any], ...] = (
    ("feedback add C-00001 --kind complaint --text 太慢 --cause slow_approval --at 09:30", TICKET_RECEIPT),
    ("feedback record C-00001 --kind praise --text 很快", TICKET_RECEIPT),
    ("feedback assign F-00002 --to li.wei", TICKET_RECEIPT),
    ("feedback triage F-00002 --importance high --urgency high --cause slow_approval", TICKET_RECEIPT),
    ("feedback answer F-00002 --text 本周放款", TICKET_RECEIPT),
    ("feedback progress F-00003 --text 仍在处理", TICKET_RECEIPT),
    ("feedback wait F-00002 --text 等材料", TICKET_RECEIPT),
    ("feedback resume F-00003", TICKET_RECEIPT),
    ("feedback extend F-00002 --days 30 --text 情况复杂，主管批准", TICKET_RECEIPT),
    ("feedback escalate F-00002 --to li.wei", TICKET_RECEIPT),
    ("feedback resolve F-00002 --text 已放款 --rating 4", TICKET_RECEIPT),
    ("feedback reopen F-00001 --text 客户不认可", TICKET_RECEIPT),
    ("feedback close F-00001 --rating 5", TICKET_RECEIPT),
    ("feedback plan-add F-00002 --what 核对流程 --until 3d --officer li.wei", PLAN_RECEIPT),
    ("feedback plan-done F-00003 1", PLAN_RECEIPT),
    ("feedback link F-00003 F-00002 --as duplicate", LINK_RECEIPT),
    ("feedback unlink F-00003 F-00001", LINK_RECEIPT),
)
