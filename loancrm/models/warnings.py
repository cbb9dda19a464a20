"""Warnings of customers. What the fields mean is said once, in ``loancrm.dossier``."""

from datetime import date
from typing import Any

from sqlalchemy import Index

from loancrm.models.base import FileFact
from loancrm.models.columns import BIG_ID, JsonText, plain, sensitive


class RiskWarning(FileFact, table=True):
    """Warnings: of a rule of the policy, with the figures as they stood, or of what an officer heard.

    One of a rule is an episode: from the day on which the rule first held until it holds no longer.
    """

    __tablename__ = "warning"
    __table_args__ = (
        Index(None, "customer_id", "effective_on"),
        Index(None, "rule", "customer_id"),
    )

    customer_id: int = plain(BIG_ID, foreign_key="customer.id")
    rule: str | None = plain(None, None)
    kind: str = plain()
    severity: str = plain()
    signal: str | None = sensitive(None, None)
    source: str | None = plain(None, None)
    expected_by: date | None = plain(None, None)
    playbook: str | None = plain(None, None)
    note: str | None = sensitive(None, None)
    evidence: Any = sensitive(JsonText, None, nullable=True)
    policy_version_id: int | None = plain(BIG_ID, None, foreign_key="policy_version.id")


class WarningStep(FileFact, table=True):
    """What became of a warning: its rule renewed or cleared it, an officer acknowledged, acted, closed."""

    __tablename__ = "warning_step"
    __table_args__ = (
        Index(None, "customer_id", "effective_on"),
        Index(None, "warning_id", "effective_on"),
    )

    customer_id: int = plain(BIG_ID, foreign_key="customer.id")
    warning_id: int = plain(BIG_ID, foreign_key="warning.id")
    step: str = plain()
    verdict: str | None = plain(None, None)
    note: str | None = sensitive(None, None)
    evidence: Any = sensitive(JsonText, None, nullable=True)
