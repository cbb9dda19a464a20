"""The closed lists of words: each code is ASCII and stable, each has an English and a Chinese label.

A script reads the code; a person reads the label and may type either.
"""

from __future__ import annotations

from collections.abc import Mapping

from loancrm.errors import UsageFault, did_you_mean
from loancrm.i18n import NP_, _, catalogue, language, listed, p_

CUSTOMER_KIND = {
    "enterprise": NP_("customer_kind", "enterprise"),
    "sole_proprietor": NP_("customer_kind", "sole proprietor"),
    "student": NP_("customer_kind", "student"),
}
SEGMENT = {
    "quality": NP_("segment", "quality"),
    "potential": NP_("segment", "potential"),
    "mass_market": NP_("segment", "mass market"),
    "risk": NP_("segment", "risk"),
}
SERVICE_TIER = {
    "key": NP_("service_tier", "key"),
    "general": NP_("service_tier", "general"),
    "prospective": NP_("service_tier", "prospective"),
    "leaving": NP_("service_tier", "leaving"),
}
PIPELINE_STAGE = {
    "prospect": NP_("pipeline_stage", "prospect"),
    "enquiry": NP_("pipeline_stage", "enquiry"),
    "application": NP_("pipeline_stage", "application"),
    "investigation": NP_("pipeline_stage", "investigation"),
    "review": NP_("pipeline_stage", "review"),
    "approval": NP_("pipeline_stage", "approval"),
    "contract": NP_("pipeline_stage", "contract"),
    "disbursement": NP_("pipeline_stage", "disbursement"),
    "repayment": NP_("pipeline_stage", "repayment"),
    "closed": NP_("pipeline_stage", "closed"),
    "declined": NP_("pipeline_stage", "declined"),
    "withdrawn": NP_("pipeline_stage", "withdrawn"),
}
STUDY_LEVEL = {
    "vocational": NP_("study_level", "vocational"),
    "undergraduate": NP_("study_level", "undergraduate"),
    "master": NP_("study_level", "master"),
    "doctor": NP_("study_level", "doctor"),
}
SIZE_CLASS = {
    "large": NP_("size_class", "large"),
    "medium": NP_("size_class", "medium"),
    "small": NP_("size_class", "small"),
    "micro": NP_("size_class", "micro"),
}
CHANNEL = {
    "branch": NP_("channel", "branch"),
    "visit": NP_("channel", "visit"),
    "phone": NP_("channel", "phone"),
    "video": NP_("channel", "video"),
    "wechat": NP_("channel", "WeChat"),
    "sms": NP_("channel", "SMS"),
    "email": NP_("channel", "e-mail"),
    "website": NP_("channel", "website"),
    "app": NP_("channel", "app"),
    "social_media": NP_("channel", "social media"),
    "industry_event": NP_("channel", "industry event"),
    "seminar": NP_("channel", "seminar"),
}
DIRECTION = {"out": NP_("direction", "outgoing"), "in": NP_("direction", "incoming")}
PURPOSE = {
    "introduction": NP_("purpose", "introduction"),
    "needs": NP_("purpose", "needs"),
    "application": NP_("purpose", "application"),
    "post_loan_check": NP_("purpose", "post-loan check"),
    "collection": NP_("purpose", "collection"),
    "renewal": NP_("purpose", "renewal"),
    "service": NP_("purpose", "service"),
    "complaint": NP_("purpose", "complaint"),
    "care": NP_("purpose", "care"),
    "marketing": NP_("purpose", "marketing"),
    "other": NP_("purpose", "other"),
}
OUTCOME = {
    "reached": NP_("outcome", "reached"),
    "met": NP_("outcome", "met"),
    "promised": NP_("outcome", "promised"),
    "call_back": NP_("outcome", "asked to call back"),
    "no_answer": NP_("outcome", "no answer"),
    "wrong_number": NP_("outcome", "wrong number"),
    "refused": NP_("outcome", "refused to talk"),
    "message_left": NP_("outcome", "message left"),
}
PRODUCT = {
    "working_capital": NP_("product", "working capital loan"),
    "fixed_asset": NP_("product", "fixed asset loan"),
    "investment_project": NP_("product", "project loan"),
    "supply_chain": NP_("product", "supply chain finance"),
    "green": NP_("product", "green loan"),
    "tuition": NP_("product", "tuition loan"),
    "living": NP_("product", "living cost loan"),
    "books": NP_("product", "books and equipment loan"),
    "start_up": NP_("product", "start-up loan"),
    "other": NP_("product", "other"),
}
SECURITY = {
    "unsecured": NP_("security", "unsecured"),
    "guarantee": NP_("security", "guarantee"),
    "mortgage": NP_("security", "mortgage"),
    "pledge": NP_("security", "pledge"),
}
CONTRACT_KIND = {
    "single": NP_("contract_kind", "single"),
    "maximum": NP_("contract_kind", "maximum amount"),
}
LOAN_STATUS = {
    "live": NP_("loan_status", "live"),
    "settled": NP_("loan_status", "settled"),
    "written_off": NP_("loan_status", "written off"),
    "transferred": NP_("loan_status", "transferred"),
    "cancelled": NP_("loan_status", "cancelled"),
}
FIVE_TIER = {
    "normal": NP_("five_tier", "normal"),
    "special_mention": NP_("five_tier", "special mention"),
    "substandard": NP_("five_tier", "substandard"),
    "doubtful": NP_("five_tier", "doubtful"),
    "loss": NP_("five_tier", "loss"),
}
FEEDBACK_KIND = {
    "complaint": NP_("feedback_kind", "complaint"),
    "suggestion": NP_("feedback_kind", "suggestion"),
    "enquiry": NP_("feedback_kind", "enquiry"),
    "praise": NP_("feedback_kind", "praise"),
}
FEEDBACK_STATUS = {
    "open": NP_("feedback_status", "open"),
    "answered": NP_("feedback_status", "answered"),
    "resolved": NP_("feedback_status", "resolved"),
}
BUSINESS_LINE = {
    "corporate": NP_("business_line", "corporate"),
    "student": NP_("business_line", "student"),
    "other": NP_("business_line", "other"),
}
SERVICE_STAGE = {
    "enquiry": NP_("service_stage", "enquiry"),
    "application": NP_("service_stage", "application"),
    "approval": NP_("service_stage", "approval"),
    "contract": NP_("service_stage", "contract"),
    "disbursement": NP_("service_stage", "disbursement"),
    "repayment": NP_("service_stage", "repayment"),
    "after_loan": NP_("service_stage", "after the loan"),
}
LEVEL = {"high": NP_("level", "high"), "medium": NP_("level", "medium"), "low": NP_("level", "low")}

GROUPING = {
    "industry": NP_("grouping", "industry"),
    "region": NP_("grouping", "region"),
    "customer": NP_("grouping", "customer"),
    "officer": NP_("grouping", "officer"),
    "segment": NP_("grouping", "segment"),
    "service_tier": NP_("grouping", "service tier"),
    "kind": NP_("grouping", "kind"),
    "size_class": NP_("grouping", "size class"),
    "school": NP_("grouping", "school"),
    "product": NP_("grouping", "product"),
    "five_tier": NP_("grouping", "five-tier class"),
    "status": NP_("grouping", "status"),
}
MOVEMENT = {
    "newly_overdue": NP_("movement", "newly overdue"),
    "cured": NP_("movement", "cured"),
    "settled": NP_("movement", "settled"),
    "written_off": NP_("movement", "written off"),
    "transferred": NP_("movement", "transferred"),
    "disbursed": NP_("movement", "disbursed"),
    "class_moved": NP_("movement", "class moved"),
    "balance_jumped": NP_("movement", "balance jumped"),
}
MEASURE = {
    "outstanding": NP_("measure", "outstanding"),
    "disbursed": NP_("measure", "disbursed"),
    "overdue": NP_("measure", "overdue"),
    "loans": NP_("measure", "loans"),
}

# What is typed: the label is accepted beside the code.
VOCABULARIES: Mapping[str, Mapping[str, str]] = {
    "customer_kind": CUSTOMER_KIND,
    "segment": SEGMENT,
    "service_tier": SERVICE_TIER,
    "pipeline_stage": PIPELINE_STAGE,
    "study_level": STUDY_LEVEL,
    "size_class": SIZE_CLASS,
    "channel": CHANNEL,
    "direction": DIRECTION,
    "purpose": PURPOSE,
    "outcome": OUTCOME,
    "product": PRODUCT,
    "security": SECURITY,
    "contract_kind": CONTRACT_KIND,
    "loan_status": LOAN_STATUS,
    "five_tier": FIVE_TIER,
    "feedback_kind": FEEDBACK_KIND,
    "feedback_status": FEEDBACK_STATUS,
    "business_line": BUSINESS_LINE,
    "service_stage": SERVICE_STAGE,
    "level": LEVEL,
    "grouping": GROUPING,
    "measure": MEASURE,
    "movement": MOVEMENT,
}
# What is only shown.
LABELS: Mapping[str, Mapping[str, str]] = {
    "follow_up_status": {
        "open": NP_("follow_up_status", "open"),
        "done": NP_("follow_up_status", "done"),
    },
    "follow_up_action": {
        "done": NP_("follow_up_action", "done"),
        "snoozed": NP_("follow_up_action", "put off"),
    },
    "feedback_action": {
        "assigned": NP_("feedback_action", "assigned"),
        "answered": NP_("feedback_action", "answered"),
        "resolved": NP_("feedback_action", "resolved"),
    },
    "command_state": {
        "done": NP_("command_state", "done"),
        "undone": NP_("command_state", "undone"),
        "undo": NP_("command_state", "an undo"),
    },
    "health": {
        "ok": NP_("health", "ok"),
        "warning": NP_("health", "warning"),
        "fault": NP_("health", "fault"),
    },
    "reason_kind": {
        "follow_up": NP_("reason_kind", "next step"),
        "past_due": NP_("reason_kind", "past due"),
        "maturity": NP_("reason_kind", "maturity"),
        "instalment": NP_("reason_kind", "instalment"),
        "facility": NP_("reason_kind", "credit line"),
        "feedback": NP_("reason_kind", "feedback"),
        "cadence": NP_("reason_kind", "cadence"),
    },
    "unit": {
        "days": NP_("unit", "days"),
        "count": NP_("unit", "count"),
        "money": NP_("unit", "money"),
        "ratio": NP_("unit", "ratio"),
        "code": NP_("unit", "code"),
        "text": NP_("unit", "text"),
        "yes_no": NP_("unit", "yes or no"),
    },
    "origin": {"default": NP_("origin", "default")},
    "position": {"snapshot": NP_("position", "snapshot")},
    "field": {
        "about_officer": NP_("field", "about officer"),
        "action": NP_("field", "action"),
        "actual_controller": NP_("field", "actual controller"),
        "amount": NP_("field", "amount"),
        "annual_rate": NP_("field", "annual rate"),
        "answer_due_on": NP_("field", "answer by"),
        "bank_number": NP_("field", "bank number"),
        "branch": NP_("field", "branch"),
        "business_line": NP_("field", "business line"),
        "career_direction": NP_("field", "career direction"),
        "channel": NP_("field", "channel"),
        "code": NP_("field", "code"),
        "contract": NP_("field", "contract"),
        "customer": NP_("field", "customer"),
        "currency": NP_("field", "currency"),
        "days_past_due": NP_("field", "days past due"),
        "department": NP_("field", "department"),
        "direction": NP_("field", "direction"),
        "disbursed_on": NP_("field", "disbursed on"),
        "due_on": NP_("field", "due on"),
        "effective_on": NP_("field", "effective on"),
        "email": NP_("field", "e-mail"),
        "employees": NP_("field", "employees"),
        "enrolled_on": NP_("field", "enrolled on"),
        "expires_on": NP_("field", "expires on"),
        "facility": NP_("field", "credit line"),
        "feedback": NP_("field", "ticket"),
        "five_tier": NP_("field", "five-tier class"),
        "follow_up": NP_("field", "next step"),
        "founded_on": NP_("field", "founded on"),
        "graduates_on": NP_("field", "graduates on"),
        "importance": NP_("field", "importance"),
        "industry": NP_("field", "industry"),
        "interest_days_past_due": NP_("field", "days past due, interest"),
        "is_hardship": NP_("field", "in hardship"),
        "is_revolving": NP_("field", "revolving"),
        "kind": NP_("field", "kind"),
        "legal_representative": NP_("field", "legal representative"),
        "limit_amount": NP_("field", "limit"),
        "loan": NP_("field", "loan"),
        "major": NP_("field", "major"),
        "matures_on": NP_("field", "matures on"),
        "name": NP_("field", "name"),
        "next_due_amount": NP_("field", "amount due next"),
        "next_due_on": NP_("field", "next due on"),
        "note": NP_("field", "note"),
        "number": NP_("field", "number"),
        "officer": NP_("field", "officer"),
        "officer_id": NP_("field", "officer"),
        "outcome": NP_("field", "outcome"),
        "outstanding_principal": NP_("field", "outstanding"),
        "overdue_principal": NP_("field", "overdue"),
        "phone": NP_("field", "phone"),
        "pipeline_stage": NP_("field", "stage"),
        "principal": NP_("field", "principal"),
        "product": NP_("field", "product"),
        "purpose": NP_("field", "purpose"),
        "region": NP_("field", "region"),
        "resident_id": NP_("field", "resident ID"),
        "resolve_due_on": NP_("field", "resolve by"),
        "rule": NP_("field", "rule"),
        "school": NP_("field", "school"),
        "second_officer": NP_("field", "second officer"),
        "second_officer_id": NP_("field", "second officer"),
        "security": NP_("field", "security"),
        "segment": NP_("field", "segment"),
        "service_level": NP_("field", "service level"),
        "service_stage": NP_("field", "service stage"),
        "service_tier": NP_("field", "service tier"),
        "size_class": NP_("field", "size class"),
        "source": NP_("field", "lead source"),
        "status": NP_("field", "status"),
        "study_level": NP_("field", "level of study"),
        "text": NP_("field", "text"),
        "to": NP_("field", "given to"),
        "unmasked": NP_("field", "shown in full"),
        "unpaid_interest": NP_("field", "unpaid interest"),
        "until_on": NP_("field", "until"),
        "urgency": NP_("field", "urgency"),
        "uscc": NP_("field", "USCC"),
        "what": NP_("field", "what"),
        "why": NP_("field", "reason"),
    },
}


def know_products(products: Mapping[str, str]) -> None:
    """Accept the bank's own product codes too, with their labels."""
    PRODUCT.update(products)


def codes_of(vocabulary: str) -> tuple[str, ...]:
    """Return the codes of ``vocabulary``, in its own order."""
    return tuple(VOCABULARIES.get(vocabulary) or LABELS[vocabulary])


def label(vocabulary: str, code: str | None) -> str:
    """Return the label of ``code`` in the language in use; an unknown code is its own label."""
    if code is None:
        return ""
    known = VOCABULARIES.get(vocabulary) or LABELS[vocabulary]
    text = known.get(code)
    return p_(vocabulary, text) if text else code


def code_of(vocabulary: str, text: str, field: str) -> str:
    """Return the code that ``text`` means: a code, or a label in either language.

    Raises:
        UsageFault: ``text`` is neither; the message lists what is known.
    """
    known = VOCABULARIES[vocabulary]
    wanted = _plain(text)
    if wanted in known:  # without reading the other language's catalogue
        return wanted
    for code, english in known.items():
        if wanted in {code, _plain(english), _plain(_chinese(vocabulary, english))}:
            return code
    codes = listed(_choice(vocabulary, code) for code in known)
    raise UsageFault(
        _("{field}: unknown value; known are {codes}").format(field=field, codes=codes),
        field=field,
        hint=did_you_mean(wanted, tuple(known)),
        code="unknown_value",
    )


def _plain(text: str) -> str:
    return text.strip().casefold().replace("-", "_").replace(" ", "_")


def _choice(vocabulary: str, code: str) -> str:
    """Return a code to choose, with its label where that is in another language."""
    return code if language() == "en" else f"{code} {label(vocabulary, code)}"


def _chinese(vocabulary: str, english: str) -> str:
    return catalogue("zh_CN").pgettext(vocabulary, english)
