"""Playbooks that were begun for customers, their steps as next steps, and what became of them."""

from sqlalchemy import Index

from loancrm.models.base import Fact, FileFact
from loancrm.models.columns import BIG_ID, ExactInteger, plain, sensitive


class PlaybookRun(FileFact, table=True):
    """Playbooks begun for customers; what the fields mean is said once, in ``loancrm.dossier``."""

    __tablename__ = "playbook_run"
    __table_args__ = (Index(None, "customer_id", "effective_on"), Index(None, "effective_on"))

    customer_id: int = plain(BIG_ID, foreign_key="customer.id")
    playbook: str = plain()
    warning: str | None = plain(None, None)
    reason: str | None = sensitive(None, None)
    plan: str | None = plain(None, None)
    relief: str | None = plain(None, None)
    months: int | None = plain(None, None)


class PlaybookStep(Fact, table=True):
    """A step of a playbook that was begun: which next step it is, and whether it needs a conversation."""

    __tablename__ = "playbook_step"
    __table_args__ = (Index(None, "run_id"), Index(None, "follow_up_id"))

    run_id: int = plain(BIG_ID, foreign_key="playbook_run.id")
    follow_up_id: int = plain(BIG_ID, foreign_key="follow_up.id")
    step: str = plain()
    branch: str | None = plain(None, None)
    needs_contact: bool = plain()


class PlaybookEvent(Fact, table=True):
    """A step was done in a conversation, a branch was taken, or a playbook ended."""

    __tablename__ = "playbook_event"
    __table_args__ = (Index(None, "run_id", "action"), Index(None, "step_id"))

    run_id: int = plain(BIG_ID, foreign_key="playbook_run.id")
    action: str = plain()  # done, dropped, branch, ended
    step_id: int | None = plain(BIG_ID, None, foreign_key="playbook_step.id")
    contact_id: int | None = plain(BIG_ID, None, foreign_key="contact.id")
    branch: str | None = plain(None, None)
    outcome: str | None = plain(None, None)
    loss: int | None = plain(ExactInteger, None)
    note: str | None = sensitive(None, None)
    currency: str = plain()
