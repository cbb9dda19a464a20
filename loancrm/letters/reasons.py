"""What a draft is written for: what it must know, whether it takes a consent, and how it usually goes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

CARE, MARKETING = "care", "marketing"


@dataclass(frozen=True, slots=True)
class DraftReason:
    """A reason to write.

    Attributes:
        needs: the group of fields without which there is nothing to say, or None; ``matter``: what the day's
            list says of the kind that is called like the reason.
        loan_by: which of several loans comes first: by ``days_past_due``, ``matures_on``, ``next_due_on``, or
            the one whose rate changed last (``rate_change``); None: no loan is asked for.
        consent: ``care`` or ``marketing``: what the customer must have consented to; None: nothing.
        channel: how it goes where nobody says; None: as the customer prefers.
    """

    needs: str | None = None
    loan_by: str | None = None
    consent: str | None = None
    channel: str | None = None


REASONS: Mapping[str, DraftReason] = {
    "care": DraftReason(consent=CARE),
    "birthday": DraftReason(consent=CARE),
    "festival": DraftReason(consent=CARE),
    "introduction": DraftReason(consent=MARKETING),
    "win_back": DraftReason(consent=MARKETING),
    "past_due": DraftReason("loan", "days_past_due"),
    "promise": DraftReason("promise"),
    "instalment": DraftReason("loan", "next_due_on"),
    "maturity": DraftReason("loan", "matures_on"),
    "renewal": DraftReason("loan", "matures_on", consent=MARKETING),
    "line_expiry": DraftReason("line"),
    "rate_change": DraftReason("rate", "rate_change", channel="letter"),
    "statement_due": DraftReason(),
    "graduation": DraftReason("study"),
    "feedback": DraftReason("feedback"),
    "bad_record": DraftReason("loan", "days_past_due"),
    "account_short": DraftReason("matter"),
    "approval": DraftReason("matter"),
    "requirement": DraftReason("matter"),
    "confirmation": DraftReason("matter"),
    "subsidy_end": DraftReason("matter"),
    "grace_end": DraftReason("matter"),
    "low_answer": DraftReason("matter"),
    "referral": DraftReason("matter", consent=CARE),
    "anniversary": DraftReason("matter", consent=CARE),
    "points": DraftReason("matter", consent=CARE),
    "offer": DraftReason("matter", consent=MARKETING),
}
# Kinds of reasons of the day's list that are written about under another name; what stands in neither is no
# reason to write: it is the bank's own work.
CALLED: Mapping[str, str] = {
    "facility": "line_expiry",
    "cadence": "care",
    "statement": "statement_due",
    "escalation": "feedback",
    "plan_step": "feedback",
    "legal_clock": "past_due",
}
CONSENTED: Mapping[str, tuple[str, ...]] = {CARE: ("contact", "marketing"), MARKETING: ("marketing",)}
SPOKEN = ("phone", "visit", "branch", "video")  # channels by which words are said, not sent
