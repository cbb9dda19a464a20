"""What a customer needs, and what was offered.

What the fields mean is said once, in ``loancrm.dossier``.
"""

from datetime import date

from sqlalchemy import Index

from loancrm.models.base import FileFact
from loancrm.models.columns import BIG_ID, ExactInteger, Millionths, personal, plain, sensitive


class Need(FileFact, table=True):
    """What a customer needs money for, how much, from when, how long."""

    __tablename__ = "need"
    __table_args__ = (Index(None, "customer_id", "effective_on"),)

    customer_id: int = plain(BIG_ID, foreign_key="customer.id")
    kind: str = plain()
    amount: int | None = plain(ExactInteger, None)
    from_on: date | None = plain(None, None)
    months: int | None = plain(None, None)
    annual_rate: int | None = plain(Millionths, None)
    repayment: str | None = plain(None, None)
    channel: str | None = plain(None, None)
    risk_appetite: str | None = plain(None, None)
    school_year: str | None = personal(None, None)
    note: str | None = sensitive(None, None)
    currency: str = plain()


class ServicePlan(FileFact, table=True):
    """Service plans: what is offered for a need, and what became of it."""

    __tablename__ = "service_plan"
    __table_args__ = (Index(None, "customer_id", "effective_on"),)

    customer_id: int = plain(BIG_ID, foreign_key="customer.id")
    offer: str = personal()
    need_id: int | None = plain(BIG_ID, None, foreign_key="need.id")
    product: str | None = plain(None, None)
    amount: int | None = plain(ExactInteger, None)
    currency: str = plain()


class ServicePlanStep(FileFact, table=True):
    """What became of a service plan."""

    __tablename__ = "service_plan_step"
    __table_args__ = (
        Index(None, "customer_id", "effective_on"),
        Index(None, "plan_id", "effective_on"),
    )

    customer_id: int = plain(BIG_ID, foreign_key="customer.id")
    plan_id: int = plain(BIG_ID, foreign_key="service_plan.id")
    step: str = plain()
    note: str | None = sensitive(None, None)
