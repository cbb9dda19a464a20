"""What surveys and the report on satisfaction show as JSON; a part of ``shapes``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .patterns import CODE, CUSTOMER, DATE, SEGMENTS, SIX, TEXT, maybe

EXAMPLES = Path(__file__).parent.parent.parent / "examples/surveys"
# What fills the book beside a customer's file: a survey, an invitation by name, and two answers to it.
SURVEYS = f"""\
loancrm --store B.db survey define {EXAMPLES}/short.yaml
loancrm --store B.db survey invite S-2026Q4 C-00001
loancrm --store B.db survey record S-2026Q4 C-00001 process=4 speed=2 overall=4 nps=9 ces=6 --channel 电话 --comment 审批可以再快
""".splitlines()  # noqa: E501 - one command a line
SURVEY = r"S-\d{4}Q\d"
POINTS = r"-?\d{1,3}\.\d"
MEAN = r"\d{1,2}\.\d\d"
METHOD = ("adjusted_wald",)
CHANGE = {
    "code": ("rose", "fell", "none", "too_few", "first"),
    "since": maybe(SURVEY),
    "n_before": int,
    **dict.fromkeys(("value", "low", "high"), maybe(POINTS)),
}
ENDS = ("estimate", "low", "high")
MEASURE = {
    "code": CODE,
    "name": TEXT,
    "scale": r"\d+-\d+",
    "n": int,
    "mean": maybe(MEAN),
    "csat": maybe(SIX),
    **dict.fromkeys(ENDS, maybe(SIX)),
    "method": METHOD,
    "change": CHANGE,
    "competitors": [{"code": CODE, "n": int, "mean": maybe(MEAN), "csat": maybe(SIX)}],
}
NPS = {"n": int, **dict.fromkeys(("value", *ENDS), maybe(POINTS)), "method": METHOD, "change": CHANGE}
PART: dict[str, Any] = {
    "invited": int,
    "answered": int,
    "response_rate": maybe(SIX),
    "responses": int,
    "overall": maybe(MEASURE),
    "dimensions": [MEASURE],
    "ces": maybe({**NPS, "mean": MEAN}),
    "nps": maybe(NPS),
}
SATISFACTION: dict[str, Any] = {
    "survey": SURVEY,
    "title": TEXT,
    "state": ("planned", "open", "closed"),
    "opens_on": DATE,
    "closes_on": DATE,
    **PART,
    "drivers": list,
    "lowest": [CODE],
    "groups": [{"by": CODE, "group": maybe(TEXT), "label": TEXT, **PART}],
    "basis": dict,
    "next": maybe(TEXT),
}
LINE = {
    "survey": SURVEY,
    "title": TEXT,
    "opens_on": DATE,
    "closes_on": DATE,
    "state": ("planned", "open", "closed"),
    **dict.fromkeys(("questions", "invited", "answered", "responses"), int),
}
PAGE = {
    **LINE,
    "languages": [TEXT],
    "follows": maybe(SURVEY),
    "audience": TEXT,
    "sample": maybe(dict),
    "asked": [{"code": CODE, "role": CODE, "scale": TEXT, "question": TEXT}],
    "competitors": [{"code": CODE, "name": TEXT, "dimensions": [CODE]}],
}
INVITATION = {
    "invitation": r"IV-\d{5}-\d",
    "customer": CUSTOMER,
    "name": TEXT,
    "officer": maybe(TEXT),
    "segment": maybe(SEGMENTS),
    "on": DATE,
    "answered_on": maybe(DATE),
}
RESPONSE = {
    "response": r"SR-\d{5}",
    "survey": SURVEY,
    "customer": CUSTOMER,
    "name": TEXT,
    "officer": maybe(TEXT),
    "on": DATE,
    "channel": maybe(CODE),
    "overall": maybe(int),
    "nps": maybe(int),
    "answers": dict,
    "comment": maybe(TEXT),
}
VOIDED = {"what": TEXT, "survey": SURVEY, "customer": maybe(CUSTOMER), "rows": int}
LOOKS: tuple[tuple[str, Any], ...] = (
    ("survey list", [LINE]),
    ("survey show S-2026Q4", PAGE),
    ("survey invitations S-2026Q4", [INVITATION]),
    ("survey responses", [RESPONSE]),
    ("report satisfaction", [SATISFACTION]),
    ("report satisfaction --by officer --survey S-2026Q4", [SATISFACTION]),
)
CHANGES: tuple[tuple[str, Any], ...] = (
    (
        f"survey define {EXAMPLES}/survey.yaml",
        {
            "survey": SURVEY,
            "opens_on": DATE,
            "closes_on": DATE,
            "questions": int,
            "languages": [TEXT],
            "is_new": bool,
        },
    ),
    (
        "survey invite S-2026Q4",
        {
            "survey": SURVEY,
            "invited": int,
            "by_segment": dict,
            "held_back": int,
            "held_back_by": dict,
            "missing": dict,
            "undecided": int,
            "undecided_rules": dict,
        },
    ),
    (
        "survey record S-2026Q4 C-00002 process=3 nps=7 --comment 还可以",
        {
            "response": r"SR-\d{5}",
            "survey": SURVEY,
            "customer": CUSTOMER,
            "on": DATE,
            "answers": int,
            "replaced": maybe(TEXT),
            "warnings": [TEXT],
        },
    ),
    ("survey void SR-00001 --why 记错", VOIDED),
)
PLAIN = ("survey form", "survey profile")
# Everybody who was invited has answered there: its own test shows the sheet.
ELSEWHERE: dict[str, Any] = {"survey sheet": [dict]}
WORDS = {
    "survey list": ("title",),
    "survey show": ("title", "question", "name"),
    "report satisfaction": ("title", "name", "label", "next"),
}
