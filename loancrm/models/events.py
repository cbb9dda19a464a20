"""Events and campaigns, who was invited or written to, and what became of it.

What the fields of events, guests and campaigns mean is said once, in ``loancrm.dossier``.
"""

from datetime import date

from sqlalchemy import Index

from loancrm.models.base import Fact, FileFact
from loancrm.models.columns import BIG_ID, ExactInteger, Millionths, personal, plain


class Event(FileFact, table=True):
    """Events for customers: seminars, trade fairs, open days, campus talks."""

    __tablename__ = "event"
    __table_args__ = (Index(None, "held_on"),)

    title: str = plain()
    kind: str = plain()
    held_on: date = plain()
    place: str | None = plain(None, None)
    cost: int | None = plain(ExactInteger, None)
    organiser_id: int | None = plain(BIG_ID, None, foreign_key="officer.id")
    note: str | None = personal(None, None)
    currency: str = plain()


class EventGuest(FileFact, table=True):
    """What became of a customer's invitation to an event, step by step."""

    __tablename__ = "event_guest"
    __table_args__ = (
        Index(None, "customer_id", "effective_on"),
        Index(None, "event_id", "customer_id", "effective_on"),
    )

    customer_id: int = plain(BIG_ID, foreign_key="customer.id")
    event_id: int = plain(BIG_ID, foreign_key="event.id")
    step: str = plain()
    reason: str | None = plain(None, None)
    note: str | None = personal(None, None)


class Campaign(FileFact, table=True):
    """Campaigns: whom a message went to, and who of the same condition was left out for comparison."""

    __tablename__ = "campaign"
    __table_args__ = (Index(None, "effective_on"),)

    title: str = plain()
    condition: str = plain()
    channel: str | None = plain(None, None)
    message: str | None = personal(None, None)
    cost: int | None = plain(ExactInteger, None)
    hold_out: int = plain(Millionths)
    most: int | None = plain(None, None)
    seed: int = plain()
    organiser_id: int | None = plain(BIG_ID, None, foreign_key="officer.id")
    currency: str = plain()


class CampaignMember(Fact, table=True):
    """Whose customer file fitted a campaign's condition on its day: member, comparison or held back."""

    __tablename__ = "campaign_member"
    __table_args__ = (
        Index(None, "campaign_id", "arm"),
        Index(None, "customer_id", "effective_on"),
    )

    campaign_id: int = plain(BIG_ID, foreign_key="campaign.id")
    customer_id: int = plain(BIG_ID, foreign_key="customer.id")
    arm: str = plain()
    reason: str | None = plain(None, None)
