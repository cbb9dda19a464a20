"""People at a customer, consents, connections; partners; the staff's training, incentives and recognition.

What the fields mean is said once, in ``loancrm.dossier``.
"""

from datetime import date

from sqlalchemy import Index

from loancrm.models.base import FileFact
from loancrm.models.columns import BIG_ID, ExactInteger, Millionths, personal, plain, sensitive


class Person(FileFact, table=True):
    """People at a customer, with their roles."""

    __tablename__ = "person"
    __table_args__ = (Index(None, "customer_id", "effective_on"), Index(None, "birthday_key"))

    customer_id: int = plain(BIG_ID, foreign_key="customer.id")
    name: str = personal()
    role: str = plain()
    position: str | None = personal(None, None)
    phone: str | None = sensitive(None, None)
    email: str | None = sensitive(None, None)
    resident_id: str | None = sensitive(None, None)
    share: int | None = plain(Millionths, None)
    birthday: date | None = sensitive(None, None)
    calendar: str = plain()
    preferred_channel: str | None = plain(None, None)
    note: str | None = sensitive(None, None)
    birthday_key: str | None = sensitive(None, None)  # when the birthday is kept: solar:02-29, lunar:08-15


class Consent(FileFact, table=True):
    """What somebody consented to, or took back."""

    __tablename__ = "consent"
    __table_args__ = (Index(None, "customer_id", "effective_on"),)

    customer_id: int = plain(BIG_ID, foreign_key="customer.id")
    person: str = personal()
    purpose: str = plain()
    channel: str | None = plain(None, None)
    expires_on: date | None = plain(None, None)
    is_withdrawn: bool | None = plain(None, None)
    evidence: str | None = sensitive(None, None)


class Connection(FileFact, table=True):
    """Groups, guarantee circles and families that a customer belongs to."""

    __tablename__ = "connection"
    __table_args__ = (
        Index(None, "customer_id", "effective_on"),
        Index(None, "kind", "name"),
    )

    customer_id: int = plain(BIG_ID, foreign_key="customer.id")
    kind: str = plain()
    name: str = personal()
    role: str | None = personal(None, None)
    share: int | None = plain(Millionths, None)


class Partner(FileFact, table=True):
    """Schools, county aid centres, guarantee companies and others who send customers."""

    __tablename__ = "partner"

    name: str = plain()
    kind: str = plain()
    region: str | None = plain(None, None)
    person: str | None = personal(None, None)
    phone: str | None = sensitive(None, None)
    note: str | None = sensitive(None, None)


class Training(FileFact, table=True):
    """Trainings and examinations of the staff, due and done."""

    __tablename__ = "training"
    __table_args__ = (Index(None, "officer_id", "effective_on"),)

    officer_id: int = plain(BIG_ID, foreign_key="officer.id")
    what: str = plain()
    kind: str = plain()
    due_on: date = plain()
    done_on: date | None = plain(None, None)
    result: str | None = plain(None, None)


class Recognition(FileFact, table=True):
    """What somebody of the staff was given, or named, for good work."""

    __tablename__ = "recognition"
    __table_args__ = (Index(None, "officer_id", "effective_on"),)

    officer_id: int = plain(BIG_ID, foreign_key="officer.id")
    what: str = plain()
    kind: str = plain()
    amount: int | None = plain(ExactInteger, None)
    reason: str | None = plain(None, None)
    currency: str = plain()


class Referral(FileFact, table=True):
    """Who brought a customer: another customer, or a partner."""

    __tablename__ = "referral"
    __table_args__ = (
        Index(None, "customer_id", "effective_on"),
        Index(None, "referrer_id"),
    )

    customer_id: int = plain(BIG_ID, foreign_key="customer.id")
    referrer_id: int | None = plain(BIG_ID, None, foreign_key="customer.id")
    partner_id: int | None = plain(BIG_ID, None, foreign_key="partner.id")
    note: str | None = sensitive(None, None)
