"""What a loan remembers of its past: floors under its class and stage."""

from datetime import date

from sqlalchemy import CheckConstraint, Index

from loancrm.models.base import Fact
from loancrm.models.columns import BIG_ID, plain


class LoanStanding(Fact, table=True):
    """A class and stage that a loan cannot rise above from ``effective_on`` on (``lending.standing.Floor``).

    The newest of a ``track`` replaces those before it; it holds until the day ``until``, or while arrears
    that began before it stand. Derived from the loan's facts by ``services.standing``, which writes only
    what is different.
    """

    __tablename__ = "loan_standing"
    __table_args__ = (
        CheckConstraint("floor_stage between 1 and 3", name="stage_known"),
        Index(None, "loan_id", "effective_on"),
    )

    loan_id: int = plain(BIG_ID, foreign_key="loan.id")
    track: str = plain()  # observation, cure, or a mark
    floor_class: str = plain()
    floor_stage: int = plain()
    until: date | None = plain(None, None)
    trigger: str = plain()
    policy_version_id: int | None = plain(BIG_ID, None, foreign_key="policy_version.id")
