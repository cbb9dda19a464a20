"""The codes of drafts: what a message or letter is written for, how it goes, where its template is from."""

from __future__ import annotations

from collections.abc import Mapping

from loancrm.i18n import NP_

VOCABULARIES: Mapping[str, Mapping[str, str]] = {
    "draft_reason": {
        "care": NP_("draft_reason", "care"),
        "birthday": NP_("draft_reason", "birthday"),
        "festival": NP_("draft_reason", "festival"),
        "introduction": NP_("draft_reason", "introduction"),
        "win_back": NP_("draft_reason", "winning back"),
        "past_due": NP_("draft_reason", "collection"),
        "promise": NP_("draft_reason", "promise"),
        "instalment": NP_("draft_reason", "instalment"),
        "maturity": NP_("draft_reason", "maturity"),
        "renewal": NP_("draft_reason", "renewal"),
        "line_expiry": NP_("draft_reason", "expiry of the credit line"),
        "rate_change": NP_("draft_reason", "change of the rate"),
        "statement_due": NP_("draft_reason", "financial statement"),
        "graduation": NP_("draft_reason", "graduation"),
        "feedback": NP_("draft_reason", "feedback"),
        "bad_record": NP_("draft_reason", "notice of a bad record"),
        "account_short": NP_("draft_reason", "account short"),
        "approval": NP_("draft_reason", "approval"),
        "requirement": NP_("draft_reason", "document or condition"),
        "confirmation": NP_("draft_reason", "yearly confirmation"),
        "subsidy_end": NP_("draft_reason", "end of subsidy"),
        "grace_end": NP_("draft_reason", "end of grace"),
        "low_answer": NP_("draft_reason", "low answer in a survey"),
        "referral": NP_("draft_reason", "referral"),
        "anniversary": NP_("draft_reason", "founding day"),
        "points": NP_("draft_reason", "points that expire"),
        "offer": NP_("draft_reason", "offer that ends"),
    },
    "draft_channel": {
        "wechat": NP_("draft_channel", "WeChat"),
        "sms": NP_("draft_channel", "SMS"),
        "email": NP_("draft_channel", "e-mail"),
        "letter": NP_("draft_channel", "letter"),
        "phone": NP_("draft_channel", "phone"),
    },
}
LABELS: Mapping[str, Mapping[str, str]] = {
    "template_source": {
        "bank": NP_("template_source", "the bank's"),
        "loancrm": NP_("template_source", "from loancrm"),
    },
    "next_date": {
        "next_due": NP_("next_date", "falls due"),
        "maturity": NP_("next_date", "matures"),
        "line_expiry": NP_("next_date", "credit line expires"),
        "clock": NP_("next_date", "legal clock runs out"),
        "next_talk": NP_("next_date", "talk by the cadence"),
        "graduation": NP_("next_date", "graduates"),
    },
    "consent_state": {
        "given": NP_("consent_state", "given"),
        "missing": NP_("consent_state", "missing"),
        "not_needed": NP_("consent_state", "not needed"),
    },
}
