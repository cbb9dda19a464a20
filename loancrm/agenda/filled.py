"""Which facts a book has at all: what it has none of need not be asked, declared or compiled."""

from __future__ import annotations

from sqlalchemy import text

from loancrm.agenda.base import Agenda

TABLES = (
    "agenda_answer",
    "connection",
    "consent",
    "control_finding",
    "control_incident",
    "facility",
    "feedback",
    "feedback_event",
    "follow_up",
    "instalment",
    "legal_clock",
    "loan",
    "loan_requirement",
    "loan_stage",
    "loan_terms",
    "loyalty_entry",
    "offer",
    "person",
    "post_loan_check",
    "promise",
    "referral",
    "snapshot",
    "statement",
    "survey_response",
    "turnover",
    "warning",
)


def filled(agenda: Agenda) -> frozenset[str]:
    """Return which of ``TABLES`` have rows: one statement, and no table need be declared for it."""
    if agenda.filled is None:
        parts = ", ".join(f"EXISTS (SELECT 1 FROM {name})" for name in TABLES)  # noqa: S608 - our tables
        row = agenda.view.connection.execute(text(f"SELECT {parts}")).one()
        found = {name for name, has_rows in zip(TABLES, row, strict=True) if has_rows}
        # Where the policy says since when checks are kept, they are asked for before the first is recorded.
        if (agenda.policy.data.get("checks") or {}).get("kept_since"):
            found.add("post_loan_check")
        agenda.filled = frozenset(found)
    return agenda.filled
