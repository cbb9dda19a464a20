"""The tables by subject, and their column types. No logic, no queries.

A table is declared when its class is first asked for, so that a command declares what it reads and no
more: ``from loancrm.models import Loan`` imports the module ``loans``. ``METADATA`` holds all of them.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from sqlalchemy import Table
from sqlmodel import SQLModel

if TYPE_CHECKING:
    from sqlalchemy import MetaData

    from loancrm.models.book import Book
    from loancrm.models.commands import Audit, Command, Sequence
    from loancrm.models.contacts import Contact
    from loancrm.models.customers import Customer, CustomerAttribute, CustomerSegment
    from loancrm.models.feedback import Feedback, FeedbackEvent
    from loancrm.models.files import ImportBatch
    from loancrm.models.follow_ups import FollowUp, FollowUpEvent
    from loancrm.models.lines import Contract, Facility
    from loancrm.models.loans import Loan, LoanStatus, Snapshot
    from loancrm.models.officers import Officer
    from loancrm.models.policies import PolicyVersion
    from loancrm.models.rates import ReferenceRate

    METADATA: MetaData

# the class of a table -> the module that declares it
MODULES = {
    "Audit": "commands",
    "Book": "book",
    "Command": "commands",
    "Contact": "contacts",
    "Contract": "lines",
    "Customer": "customers",
    "CustomerAttribute": "customers",
    "CustomerSegment": "customers",
    "Facility": "lines",
    "Feedback": "feedback",
    "FeedbackEvent": "feedback",
    "FollowUp": "follow_ups",
    "FollowUpEvent": "follow_ups",
    "ImportBatch": "files",
    "Loan": "loans",
    "LoanStatus": "loans",
    "Officer": "officers",
    "PolicyVersion": "policies",
    "ReferenceRate": "rates",
    "Sequence": "commands",
    "Snapshot": "loans",
}

__all__ = [
    "METADATA",
    "MODULES",
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


def __getattr__(name: str) -> Any:
    """Return a table's class, or all tables as ``METADATA``; both are kept for the next time."""
    if name == "METADATA":
        for module in MODULES.values():
            import_module(f"{__name__}.{module}")
        found: Any = SQLModel.metadata
    elif name in MODULES:
        found = getattr(import_module(f"{__name__}.{MODULES[name]}"), name)
    else:
        raise AttributeError(name)
    globals()[name] = found
    return found


def table(model: type[SQLModel]) -> Table:
    """Return the table of ``model``; queries are written over tables, column by column."""
    found: Table = model.__table__  # type: ignore[attr-defined]
    return found
