"""Marks on which the class of loans depends.

What the fields mean is said once, in ``loancrm.dossier``.
"""

from sqlalchemy import Index

from loancrm.models.base import FileFact
from loancrm.models.columns import BIG_ID, Millionths, personal, plain


class ClassMark(FileFact, table=True):
    """What lowers the class of a customer's loans beside days past due; the newest of a kind counts."""

    __tablename__ = "class_mark"
    __table_args__ = (Index(None, "customer_id", "effective_on"),)

    customer_id: int = plain(BIG_ID, foreign_key="customer.id")
    kind: str = plain()
    loan_id: int | None = plain(BIG_ID, None, foreign_key="loan.id")
    expected_loss: int | None = plain(Millionths, None)
    is_lifted: bool | None = plain(None, None)
    evidence: str | None = personal(None, None)
    note: str | None = personal(None, None)
