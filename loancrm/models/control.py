"""Internal control: checks of how work is done, what they found, incidents, lessons; limits acted on.

What the fields mean is said once, in ``loancrm.dossier``.
"""

from datetime import date

from sqlalchemy import Index

from loancrm.models.base import FileFact
from loancrm.models.columns import BIG_ID, ExactInteger, Millionths, plain, sensitive


class ControlCheck(FileFact, table=True):
    """Checks of a step of the work: how many cases were looked at, and with how many something was wrong."""

    __tablename__ = "control_check"
    __table_args__ = (Index(None, "step", "effective_on"),)

    step: str = plain()
    cases: int = plain()
    exceptions: int = plain()
    officer_id: int | None = plain(BIG_ID, None, foreign_key="officer.id")
    note: str | None = sensitive(None, None)


class ControlFinding(FileFact, table=True):
    """What a check found, who puts it right, and until when."""

    __tablename__ = "control_finding"
    __table_args__ = (Index(None, "customer_id"), Index(None, "due_on"), Index(None, "found_by_id"))

    found_by_id: int | None = plain(BIG_ID, None, foreign_key="control_check.id")
    step: str | None = plain(None, None)
    severity: str = plain()
    what: str = sensitive()
    customer_id: int | None = plain(BIG_ID, None, foreign_key="customer.id")
    loan_id: int | None = plain(BIG_ID, None, foreign_key="loan.id")
    officer_id: int | None = plain(BIG_ID, None, foreign_key="officer.id")
    due_on: date = plain()


class ControlIncident(FileFact, table=True):
    """What went wrong in operation: its kind, severity and loss, and who deals with it."""

    __tablename__ = "control_incident"
    __table_args__ = (Index(None, "customer_id"), Index(None, "due_on"))

    kind: str = plain()
    severity: str = plain()
    what: str = sensitive()
    happened_on: date | None = plain(None, None)
    customer_id: int | None = plain(BIG_ID, None, foreign_key="customer.id")
    officer_id: int | None = plain(BIG_ID, None, foreign_key="officer.id")
    due_on: date = plain()
    loss: int | None = plain(ExactInteger, None)
    recovered: int | None = plain(ExactInteger, None)
    currency: str = plain()


class ControlRectification(FileFact, table=True):
    """What was done about a finding or an incident: put right, put off, accepted as it is."""

    __tablename__ = "control_rectification"
    __table_args__ = (Index(None, "finding_id"), Index(None, "incident_id"))

    finding_id: int | None = plain(BIG_ID, None, foreign_key="control_finding.id")
    incident_id: int | None = plain(BIG_ID, None, foreign_key="control_incident.id")
    state: str = plain()
    until_on: date | None = plain(None, None)
    note: str | None = sensitive(None, None)


class ControlLesson(FileFact, table=True):
    """What was learnt from a finding or an incident, and what is done otherwise since."""

    __tablename__ = "control_lesson"
    __table_args__ = (Index(None, "finding_id"), Index(None, "incident_id"))

    finding_id: int | None = plain(BIG_ID, None, foreign_key="control_finding.id")
    incident_id: int | None = plain(BIG_ID, None, foreign_key="control_incident.id")
    step: str | None = plain(None, None)
    what: str = sensitive()


class LimitAction(FileFact, table=True):
    """What is done about a limit that is near or broken, with the figures as they stood."""

    __tablename__ = "limit_action"
    __table_args__ = (Index(None, "limit_name", "key", "effective_on"),)

    limit_name: str = plain()
    key: str | None = plain(None, None)
    action: str = plain()
    share: int | None = plain(Millionths, None)
    at_most: int | None = plain(Millionths, None)
    state: str = plain()
    officer_id: int | None = plain(BIG_ID, None, foreign_key="officer.id")
    due_on: date | None = plain(None, None)
    note: str | None = sensitive(None, None)
