"""The tables by subject, and their column types. No logic, no queries.

A class is declared when it is first asked for, and its table made by ``table``, so that a command makes what
it reads and no more: ``from loancrm.models import Loan`` imports the module ``loans``. ``METADATA`` holds all
tables, with references, constraints and indexes, which queries do not need.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from sqlalchemy import Table
from sqlmodel import SQLModel

from loancrm.models.declare import complete, declare

if TYPE_CHECKING:
    from sqlalchemy import MetaData

    from loancrm.models.agenda import AgendaAnswer, StandIn
    from loancrm.models.assets import Appraisal, Collateral, Guarantor, UseOfProceeds
    from loancrm.models.book import Book
    from loancrm.models.checks import PostLoanCheck
    from loancrm.models.churn import WinBack, WinBackResult
    from loancrm.models.clocks import LegalClock
    from loancrm.models.commands import Audit, Command, Sequence
    from loancrm.models.contacts import Contact
    from loancrm.models.control import (
        ControlCheck,
        ControlFinding,
        ControlIncident,
        ControlLesson,
        ControlRectification,
        LimitAction,
    )
    from loancrm.models.customers import Customer, CustomerAttribute, CustomerSegment
    from loancrm.models.events import Campaign, CampaignMember, Event, EventGuest
    from loancrm.models.feedback import Feedback, FeedbackEvent, FeedbackLink, FeedbackState
    from loancrm.models.files import ImportBatch
    from loancrm.models.finance import BureauReport, Holding, Statement, Turnover
    from loancrm.models.follow_ups import FollowUp, FollowUpEvent
    from loancrm.models.lines import Contract, Facility
    from loancrm.models.loans import Loan, LoanStatus, Snapshot
    from loancrm.models.loyalty import LoyaltyEntry, Offer, OfferEvent
    from loancrm.models.marks import ClassMark
    from loancrm.models.measures import Measure
    from loancrm.models.officers import Officer
    from loancrm.models.people import Connection, Consent, Partner, Person, Recognition, Referral, Training
    from loancrm.models.playbooks import PlaybookEvent, PlaybookRun, PlaybookStep
    from loancrm.models.policies import PolicyVersion
    from loancrm.models.rates import ReferenceRate
    from loancrm.models.reminders import Reminder
    from loancrm.models.scores import Assessment, CustomerAlias, CustomerClass
    from loancrm.models.servicing import (
        AllocationRow,
        InstalmentRow,
        LoanPosition,
        LoanRequirement,
        LoanStage,
        LoanTerms,
        PaymentRow,
        Promise,
    )
    from loancrm.models.standing import LoanStanding
    from loancrm.models.studies import AcademicRecord, Income
    from loancrm.models.surveys import Survey, SurveyAnswer, SurveyInvitation, SurveyResponse
    from loancrm.models.views import ImportedFigure, Rating, SeriesValue
    from loancrm.models.warnings import RiskWarning, WarningStep
    from loancrm.models.wishes import Need, ServicePlan, ServicePlanStep

    METADATA: MetaData

# the class of a table -> the module that declares it
MODULES = {
    "AcademicRecord": "studies",
    "AgendaAnswer": "agenda",
    "AllocationRow": "servicing",
    "Appraisal": "assets",
    "Assessment": "scores",
    "Audit": "commands",
    "Book": "book",
    "BureauReport": "finance",
    "Campaign": "events",
    "CampaignMember": "events",
    "ClassMark": "marks",
    "Collateral": "assets",
    "Command": "commands",
    "Connection": "people",
    "Consent": "people",
    "Contact": "contacts",
    "Contract": "lines",
    "ControlCheck": "control",
    "ControlFinding": "control",
    "ControlIncident": "control",
    "ControlLesson": "control",
    "ControlRectification": "control",
    "Customer": "customers",
    "CustomerAlias": "scores",
    "CustomerAttribute": "customers",
    "CustomerClass": "scores",
    "CustomerSegment": "customers",
    "Event": "events",
    "EventGuest": "events",
    "Facility": "lines",
    "Feedback": "feedback",
    "FeedbackEvent": "feedback",
    "FeedbackLink": "feedback",
    "FeedbackState": "feedback",
    "FollowUp": "follow_ups",
    "FollowUpEvent": "follow_ups",
    "Guarantor": "assets",
    "LimitAction": "control",
    "PlaybookEvent": "playbooks",
    "PlaybookRun": "playbooks",
    "PlaybookStep": "playbooks",
    "UseOfProceeds": "assets",
    "Holding": "finance",
    "ImportBatch": "files",
    "ImportedFigure": "views",
    "InstalmentRow": "servicing",
    "Income": "studies",
    "LegalClock": "clocks",
    "Loan": "loans",
    "LoanPosition": "servicing",
    "LoanRequirement": "servicing",
    "LoanStage": "servicing",
    "LoanStanding": "standing",
    "LoanStatus": "loans",
    "LoanTerms": "servicing",
    "LoyaltyEntry": "loyalty",
    "Measure": "measures",
    "Need": "wishes",
    "Offer": "loyalty",
    "OfferEvent": "loyalty",
    "Officer": "officers",
    "Partner": "people",
    "PaymentRow": "servicing",
    "Person": "people",
    "PolicyVersion": "policies",
    "PostLoanCheck": "checks",
    "Promise": "servicing",
    "Rating": "views",
    "Recognition": "people",
    "ReferenceRate": "rates",
    "Referral": "people",
    "Reminder": "reminders",
    "Sequence": "commands",
    "SeriesValue": "views",
    "ServicePlan": "wishes",
    "ServicePlanStep": "wishes",
    "Snapshot": "loans",
    "StandIn": "agenda",
    "Statement": "finance",
    "Survey": "surveys",
    "SurveyAnswer": "surveys",
    "SurveyInvitation": "surveys",
    "SurveyResponse": "surveys",
    "Training": "people",
    "Turnover": "finance",
    "WinBack": "churn",
    "WinBackResult": "churn",
    "RiskWarning": "warnings",
    "WarningStep": "warnings",
}

__all__ = [
    "METADATA",
    "MODULES",
    "AcademicRecord",
    "AgendaAnswer",
    "AllocationRow",
    "Appraisal",
    "Assessment",
    "Audit",
    "Book",
    "BureauReport",
    "Campaign",
    "CampaignMember",
    "ClassMark",
    "Collateral",
    "Command",
    "Connection",
    "Consent",
    "Contact",
    "Contract",
    "ControlCheck",
    "ControlFinding",
    "ControlIncident",
    "ControlLesson",
    "ControlRectification",
    "Customer",
    "CustomerAlias",
    "CustomerAttribute",
    "CustomerClass",
    "CustomerSegment",
    "Event",
    "EventGuest",
    "Facility",
    "Feedback",
    "FeedbackEvent",
    "FeedbackLink",
    "FeedbackState",
    "FollowUp",
    "FollowUpEvent",
    "Guarantor",
    "Holding",
    "ImportBatch",
    "ImportedFigure",
    "Income",
    "InstalmentRow",
    "LegalClock",
    "LimitAction",
    "Loan",
    "LoanPosition",
    "LoanRequirement",
    "LoanStage",
    "LoanStanding",
    "LoanStatus",
    "LoanTerms",
    "LoyaltyEntry",
    "Measure",
    "Need",
    "Offer",
    "OfferEvent",
    "Officer",
    "Partner",
    "PaymentRow",
    "Person",
    "PlaybookEvent",
    "PlaybookRun",
    "PlaybookStep",
    "PolicyVersion",
    "PostLoanCheck",
    "Promise",
    "Rating",
    "Recognition",
    "ReferenceRate",
    "Referral",
    "Reminder",
    "RiskWarning",
    "Sequence",
    "SeriesValue",
    "ServicePlan",
    "ServicePlanStep",
    "Snapshot",
    "StandIn",
    "Statement",
    "Survey",
    "SurveyAnswer",
    "SurveyInvitation",
    "SurveyResponse",
    "Training",
    "Turnover",
    "UseOfProceeds",
    "WarningStep",
    "WinBack",
    "WinBackResult",
    "table",
]


def __getattr__(name: str) -> Any:
    """Return a table's class, or all tables as ``METADATA``; both are kept for the next time."""
    if name == "METADATA":
        for owner, module in MODULES.items():
            table(getattr(import_module(f"{__name__}.{module}"), owner))
        complete()
        found: Any = SQLModel.metadata
    elif name in MODULES:
        found = getattr(import_module(f"{__name__}.{MODULES[name]}"), name)
    else:
        raise AttributeError(name)
    globals()[name] = found
    return found


def table(model: type[SQLModel]) -> Table:
    """Return the table of ``model``; queries are written over tables, column by column."""
    made: Any = model
    if "__table__" not in vars(made):
        made.__table__ = declare(made.__tablename__, made.declared, made.__table_args__)
    found: Table = made.__table__
    return found
