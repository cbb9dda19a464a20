"""What drafts, templates, briefs and forms for visits show as JSON."""

from __future__ import annotations

from .patterns import CODE, CONTACT, CUSTOMER, DATE, KINDS, MONEY, SEGMENTS, TEXT, maybe
from .shapes_care import COMPLETENESS

CHANNELS = ("wechat", "sms", "email", "letter", "phone")
HELD_BACK = [{"rule": CODE, "why": TEXT}]
DRAFT = {
    "customer": CUSTOMER,
    "reason": CODE,
    "about": maybe(TEXT),
    "channel": CHANNELS,
    "language": ("en", "zh_CN"),
    "to": TEXT,
    "address": maybe(TEXT),
    "subject": maybe(TEXT),
    "text": TEXT,
    "template": r"[\w.]+\.j2",
    "source": ("bank", "loancrm"),
    "consent": ("given", "missing", "not_needed"),
    "held_back": HELD_BACK,
}
TEMPLATE = {
    "reason": maybe(CODE),
    "segment": maybe(SEGMENTS),
    "channel": maybe(CHANNELS),
    "language": maybe(("en", "zh_CN")),
    "source": ("bank", "loancrm"),
    "file": TEXT,
    "problem": maybe(TEXT),
}
FIELD = {
    "field": r"[a-z]+(\[\])?\.[a-z_]+",
    "kind": ("text", "code", "count", "money", "rate", "date", "label"),
    "may_be_missing": bool,
    "group": TEXT,
    "meaning": TEXT,
}
VISIT = {
    "customer": CUSTOMER,
    "name": TEXT,
    "region": maybe(TEXT),
    "person": maybe(TEXT),
    "phone": maybe(TEXT),
    "why": maybe(TEXT),
    "on": None,
    "channel": ("visit",),
    "purpose": None,
    "outcome": None,
    "note": None,
    "next_on": None,
    "next_what": None,
    "officer": maybe(TEXT),
}
TALK = {
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


def brief(page: dict[str, object]) -> dict[str, object]:
    """Return the shape of a brief, whose parts of the customer's page are those of ``page``."""
    same = ("people", "loans", "scores", "reasons", "needs", "plans", "surveys")
    return {
        "code": CUSTOMER,
        "name": TEXT,
        "kind": KINDS,
        "industry": maybe(TEXT),
        "region": maybe(TEXT),
        "since_on": DATE,
        "segment": maybe(SEGMENTS),
        "service_tier": maybe(CODE),
        "officer": maybe(TEXT),
        "second_officer": maybe(TEXT),
        "phone": maybe(TEXT),
        "preferred_channel": maybe(CODE),
        "treatment": maybe(TEXT),
        "may_care": bool,
        "may_offer": bool,
        "figures": [{"name": CODE, "unit": CODE, "value": maybe(TEXT), "a_year_ago": maybe(TEXT)}],
        "talks": [TALK],
        "open_points": [{"code": r"[UFRW]-\d{5}", "due_on": maybe(DATE), "what": TEXT}],
        "completeness": maybe(COMPLETENESS),
        "benefits": [TEXT],
        "held_back": HELD_BACK,
        "dates": [{"on": DATE, "what": CODE, "ref": maybe(TEXT), "amount": maybe(MONEY)}],
        **{name: page[name] for name in same},
    }
