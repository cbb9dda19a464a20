"""What warnings show as JSON; a part of ``shapes``."""

from __future__ import annotations

from typing import Any

from .patterns import CODE, CUSTOMER, DATE, TEXT, maybe

NUMBER = r"W-\d{5}"
KIND = ("credit", "market", "operational", "legal", "liquidity", "fraud")
SEVERITY = ("low", "medium", "high")
STATE = ("open", "acknowledged", "acted", "cleared", "closed")
VERDICT = ("true", "false", "late")
WARNING = {
    "warning": NUMBER,
    "customer": CUSTOMER,
    "name": TEXT,
    "officer": maybe(TEXT),
    "rule": maybe(CODE),
    "kind": KIND,
    "severity": SEVERITY,
    "raised_on": DATE,
    "expected_by": maybe(DATE),
    "state": STATE,
    "state_on": DATE,
    "verdict": maybe(VERDICT),
    "renewed_on": maybe(DATE),
    "cleared_on": maybe(DATE),
    "source": maybe(CODE),
    "playbook": maybe(CODE),
    "days": int,
    "text": TEXT,
}
PAGE = {
    **WARNING,
    "note": maybe(TEXT),
    "condition": maybe(TEXT),
    "evidence": [{"on": DATE, "figure": TEXT, "unit": CODE, "value": maybe(TEXT)}],
    "steps": [{"on": DATE, "step": CODE, "verdict": maybe(VERDICT), "note": maybe(TEXT), "by": TEXT}],
}
RAISED = {
    "warning": NUMBER,
    "customer": CUSTOMER,
    "rule": CODE,
    "kind": KIND,
    "severity": SEVERITY,
    "text": TEXT,
    "expected_by": DATE,
    "figures": dict,
}
SCAN = {
    "raised": [RAISED],
    **dict.fromkeys(("renewed", "cleared", "open", "rules"), int),
    "policy": TEXT,
    "undecided": dict,
}
STEP = {"warning": NUMBER, "customer": CUSTOMER, "state": STATE, "verdict": maybe(VERDICT), "on": DATE}
FACT = {
    "number": NUMBER,
    "kind": ("warning",),
    "owner": CUSTOMER,
    "on": DATE,
    "replaced": None,
    "warnings": [TEXT],
}
LOOKS: tuple[tuple[str, Any], ...] = (
    ("warning list", [WARNING]),
    ("warning list C-00001 --all", [WARNING]),
    ("warning list --state closed", [WARNING]),
    ("warning show W-1", PAGE),
    ("warning show w-2", PAGE),
)
CHANGES: tuple[tuple[str, Any], ...] = (
    ("warning scan", SCAN),
    ("warning scan --rule losses --rule bad_elsewhere", SCAN),
    ("warning add C-00001 --kind legal --signal 被列为被告 --source 法院 --severity high", FACT),
    ("warning acknowledge W-2 --note 已阅", STEP),
    ("warning act W-2 --what 约见企业负责人", STEP),
    ("warning close W-2 late --note 已逾期", STEP),
    ("warning void W-2 --why 记错", FACT),
)
WORDS = dict.fromkeys(("warning list", "warning show", "warning scan"), ("text",))
# A book with a signal that was closed and one that is open.
FILE = """\
loancrm --store B.db warning add C-00001 --kind market --signal 下游客户停产 --source supplier --on 2026-11-10
loancrm --store B.db warning close W-1 false --note 已恢复生产 --on 2026-11-18
loancrm --store B.db warning add C-00001 --kind liquidity --signal 拖欠工资 --source visit --on 2026-11-19
""".splitlines()
