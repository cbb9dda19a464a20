"""The tables by subject, and their column types. No logic, no queries."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, MetaData, Table
from sqlmodel import SQLModel

from loancrm.models.book import (
    Audit,
    Book,
    Command,
    ImportBatch,
    Officer,
    PolicyVersion,
    ReferenceRate,
    Sequence,
)
from loancrm.models.columns import ExactInteger
from loancrm.models.customers import Customer, CustomerAttribute, CustomerSegment
from loancrm.models.loans import Contract, Facility, Loan, LoanStatus, Snapshot
from loancrm.models.relations import Contact, Feedback, FeedbackEvent, FollowUp, FollowUpEvent

__all__ = [
    "METADATA",
    "Audit",
    "Book",
    "Command",
    "Contact",
    "Contract",
    "Customer",
    "CustomerAttribute",
    "CustomerSegment",
    "Facility",
    "Feedback",
    "FeedbackEvent",
    "FollowUp",
    "FollowUpEvent",
    "ImportBatch",
    "Loan",
    "LoanStatus",
    "Officer",
    "PolicyVersion",
    "ReferenceRate",
    "Sequence",
    "Snapshot",
    "table",
]

METADATA: MetaData = SQLModel.metadata


def table(model: type[SQLModel]) -> Table:
    """Return the table of ``model``; queries are written over tables, column by column."""
    found: Table = model.__table__  # type: ignore[attr-defined]
    return found


def _keep_exact_columns_exact() -> None:
    """SQLite stores what it is given: refuse anything but an integer where one is meant."""
    for owner in METADATA.tables.values():
        for column in owner.columns:
            if isinstance(column.type, ExactInteger):
                check = CheckConstraint(
                    f"typeof({column.name}) in ('integer', 'null')", name=f"{column.name}_exact"
                )
                owner.append_constraint(check.ddl_if(dialect="sqlite"))


_keep_exact_columns_exact()
