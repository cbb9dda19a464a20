"""The closed lists of words: each code is ASCII and stable, each has an English and a Chinese label.

A script reads the code; a person reads the label and may type either.
"""

from __future__ import annotations

from collections.abc import Mapping

from loancrm.errors import UsageFault, did_you_mean
from loancrm.i18n import NP_, _, catalogue, language, listed, p_
from loancrm.vocabulary import care, control, dossier, drafts, feedback, lending, surveys
from loancrm.vocabulary.classes import SCHEME, STUDENT_CREDIT_FILE, STUDENT_LEVEL, STUDENT_MEANS, STUDENT_NEED
from loancrm.vocabulary.fields import FIELD
from loancrm.vocabulary.words import (
    BUSINESS_LINE,
    CHANNEL,
    CONTRACT_KIND,
    CUSTOMER_KIND,
    DIRECTION,
    FIVE_TIER,
    GROUPING,
    LEVEL,
    LOAN_STATUS,
    MEASURE,
    MOVEMENT,
    OUTCOME,
    PIPELINE_STAGE,
    PRODUCT,
    PURPOSE,
    SECURITY,
    SEGMENT,
    SERVICE_STAGE,
    SERVICE_TIER,
    SIZE_CLASS,
    STUDY_LEVEL,
)

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
    "business_line": BUSINESS_LINE,
    "service_stage": SERVICE_STAGE,
    "level": LEVEL,
    "grouping": GROUPING,
    "measure": MEASURE,
    "movement": MOVEMENT,
    "scheme": SCHEME,
    "student_level": STUDENT_LEVEL,
    "student_means": STUDENT_MEANS,
    "student_credit_file": STUDENT_CREDIT_FILE,
    "student_need": STUDENT_NEED,
    **dossier.VOCABULARIES,
    **control.VOCABULARIES,
    **care.VOCABULARIES,
    **drafts.VOCABULARIES,
    **feedback.VOCABULARIES,
    **lending.VOCABULARIES,
    **surveys.VOCABULARIES,
    "reason_kind": {
        "follow_up": NP_("reason_kind", "next step"),
        "past_due": NP_("reason_kind", "past due"),
        "bad_record": NP_("reason_kind", "notice of a bad record"),
        "maturity": NP_("reason_kind", "maturity"),
        "instalment": NP_("reason_kind", "instalment"),
        "facility": NP_("reason_kind", "credit line"),
        "feedback": NP_("reason_kind", "feedback"),
        "escalation": NP_("reason_kind", "escalation"),
        "plan_step": NP_("reason_kind", "step of a plan"),
        "low_answer": NP_("reason_kind", "low answer in a survey"),
        "cadence": NP_("reason_kind", "cadence"),
        "legal_clock": NP_("reason_kind", "legal clock"),
        "promise": NP_("reason_kind", "promise"),
        "account_short": NP_("reason_kind", "account short"),
        "rate_change": NP_("reason_kind", "rate change"),
        "warning": NP_("reason_kind", "warning"),
        "limit": NP_("reason_kind", "limit"),
        "approval": NP_("reason_kind", "approval"),
        "requirement": NP_("reason_kind", "document or condition"),
        "check": NP_("reason_kind", "post-loan check"),
        "statement": NP_("reason_kind", "statement"),
        "stage": NP_("reason_kind", "stage target"),
        "graduation": NP_("reason_kind", "graduation"),
        "subsidy_end": NP_("reason_kind", "end of subsidy"),
        "grace_end": NP_("reason_kind", "end of grace"),
        "confirmation": NP_("reason_kind", "yearly confirmation"),
        "no_next_step": NP_("reason_kind", "no next step"),
        "rectification": NP_("reason_kind", "finding or incident"),
        "referral": NP_("reason_kind", "referral"),
        "offer": NP_("reason_kind", "offer that ends"),
        "points": NP_("reason_kind", "points that expire"),
        "birthday": NP_("reason_kind", "birthday"),
        "anniversary": NP_("reason_kind", "founding day"),
        "festival": NP_("reason_kind", "festival"),
    },
}
# What is only shown.
LABELS: Mapping[str, Mapping[str, str]] = {
    **feedback.LABELS,
    "follow_up_status": {
        "open": NP_("follow_up_status", "open"),
        "done": NP_("follow_up_status", "done"),
    },
    "follow_up_repeats": {
        "fixed": NP_("follow_up_repeats", "on fixed days"),
        "after_done": NP_("follow_up_repeats", "after it is done"),
    },
    "follow_up_action": {
        "done": NP_("follow_up_action", "done"),
        "snoozed": NP_("follow_up_action", "put off"),
        "assigned": NP_("follow_up_action", "given to another officer"),
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
    "score_cause": {
        "first": NP_("score_cause", "first"),
        "review": NP_("score_cause", "review"),
        "event": NP_("score_cause", "event"),
    },
    "review_reason": {
        "age": NP_("review_reason", "its time is over"),
        "event": NP_("review_reason", "an event asks for it"),
        "never_scored": NP_("review_reason", "never scored"),
    },
    "screening_decision": {
        "pass": NP_("screening_decision", "pass"),
        "refer": NP_("screening_decision", "refer"),
        "decline": NP_("screening_decision", "decline"),
    },
    "rank_term": {
        "class_cut": NP_("rank_term", "the class is cut at the month's end"),
        "late_day": NP_("rank_term", "days late"),
        "amount": NP_("rank_term", "amount at stake"),
        "service_tier": NP_("rank_term", "service tier"),
        "segment": NP_("rank_term", "segment"),
    },
    "unit": {
        "days": NP_("unit", "days"),
        "count": NP_("unit", "count"),
        "money": NP_("unit", "money"),
        "ratio": NP_("unit", "ratio"),
        "number": NP_("unit", "number"),
        "code": NP_("unit", "code"),
        "text": NP_("unit", "text"),
        "yes_no": NP_("unit", "yes or no"),
        "date": NP_("unit", "date"),
    },
    "indicator_group": {
        "payment": NP_("indicator_group", "payment behaviour"),
        "exposure": NP_("indicator_group", "exposure"),
        "collateral": NP_("indicator_group", "collateral"),
        "financial": NP_("indicator_group", "financial"),
        "academic": NP_("indicator_group", "academic"),
        "capacity": NP_("indicator_group", "capacity"),
        "bureau": NP_("indicator_group", "credit bureau"),
        "relationship": NP_("indicator_group", "relationship"),
        "value": NP_("indicator_group", "value"),
        "feedback": NP_("indicator_group", "feedback"),
        "file": NP_("indicator_group", "customer file"),
        "series": NP_("indicator_group", "published series"),
        "imported": NP_("indicator_group", "imported figures"),
        "rating": NP_("indicator_group", "officer's view"),
        "loan": NP_("indicator_group", "loan"),
    },
    "indicator_level": {
        "customer": NP_("indicator_level", "customer"),
        "loan": NP_("indicator_level", "loan"),
    },
    "origin": {"default": NP_("origin", "default")},
    "position": {"snapshot": NP_("position", "snapshot"), "ledger": NP_("position", "ledger")},
    "field": FIELD,
    **care.LABELS,
    **drafts.LABELS,
    **lending.LABELS,
    **surveys.LABELS,
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
