"""Customers: today's copy of what is known, and the dated rows of what changed."""

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, Index

from loancrm.models.base import Fact, Record, unique_while_standing
from loancrm.models.columns import BIG_ID, JsonText, personal, plain, sensitive


class Customer(Record, table=True):
    """An enterprise, sole proprietor or student, customer or prospect.

    Every column from ``name`` on is dated: a change is a ``CustomerAttribute`` row, and the column
    keeps the newest value. ``segment`` is the newest ``CustomerSegment``; ``credit_standing`` and
    ``life_cycle`` are the newest ``CustomerClass`` of theirs.
    """

    __table_args__ = (
        CheckConstraint("kind in ('enterprise', 'sole_proprietor', 'student')", name="kind_known"),
        Index(None, "officer_id", "number"),
        Index(None, "name_key", "pinyin_key"),  # what search reads, from end to end: index alone
        Index(None, "company_key"),
        Index(None, "phone"),
        Index(None, "segment", "service_tier"),
        *(unique_while_standing(name) for name in ("bank_number", "uscc", "resident_id")),
    )

    uid: str = plain(unique=True)
    number: int = plain(unique=True)
    kind: str = plain()
    since_on: date = plain()
    version: int = plain(None, 1)
    segment: str | None = plain(None, None)
    credit_standing: str | None = plain(None, None)
    life_cycle: str | None = plain(None, None)
    name_key: str = personal()  # derived from name: what search compares
    company_key: str | None = personal(None, None)  # name_key without the legal form
    pinyin_key: str | None = personal(None, None)  # the name as it is typed in pinyin, where it is Chinese

    name: str = personal(max_length=200)
    bank_number: str | None = sensitive(None, None)
    uscc: str | None = sensitive(None, None)
    resident_id: str | None = sensitive(None, None)
    phone: str | None = sensitive(None, None)
    email: str | None = sensitive(None, None)
    region: str | None = plain(None, None)
    industry: str | None = plain(None, None)
    officer_id: int | None = plain(BIG_ID, None, foreign_key="officer.id")
    second_officer_id: int | None = plain(BIG_ID, None, foreign_key="officer.id")
    branch: str | None = plain(None, None)
    service_tier: str | None = plain(None, None)
    pipeline_stage: str | None = plain(None, None)
    source: str | None = plain(None, None)
    size_class: str | None = plain(None, None)
    employees: int | None = plain(None, None)
    founded_on: date | None = plain(None, None)
    legal_representative: str | None = personal(None, None)
    actual_controller: str | None = personal(None, None)
    school: str | None = personal(None, None)
    study_level: str | None = plain(None, None)
    major: str | None = personal(None, None)
    enrolled_on: date | None = plain(None, None)
    graduates_on: date | None = plain(None, None)
    career_direction: str | None = personal(None, None)
    is_hardship: bool | None = sensitive(None, None)
    registration_number: str | None = sensitive(None, None)
    development_stage: str | None = plain(None, None)
    policy_tags: str | None = plain(None, None)  # codes, separated by commas
    preferred_channel: str | None = plain(None, None)
    family_income: str | None = sensitive(None, None)
    graduated_on: date | None = plain(None, None)
    employment: str | None = personal(None, None)
    archived_on: date | None = plain(None, None)
    extra: Any = sensitive(JsonText, None, nullable=True)  # columns of a file that have no name here


class CustomerAttribute(Fact, table=True):
    """A value that a customer's column took on a day.

    Written from the first change on, together with the value before it as of ``BEGINNING``; a column
    that was never changed has no rows, and its value holds for every day.
    """

    __tablename__ = "customer_attribute"
    __table_args__ = (
        Index(None, "customer_id", "name", "effective_on"),
        Index(None, "effective_on"),
    )

    customer_id: int = plain(BIG_ID, foreign_key="customer.id")
    name: str = plain()
    value: str | None = sensitive(None, None)


class CustomerSegment(Fact, table=True):
    """The segment that a policy's rule gave a customer, with the figures that decided."""

    __tablename__ = "customer_segment"
    __table_args__ = (
        Index(None, "customer_id", "effective_on"),
        Index(None, "effective_on"),
    )

    customer_id: int = plain(BIG_ID, foreign_key="customer.id")
    segment: str = plain()
    previous: str | None = plain(None, None)
    rule: str = plain()
    figures: Any = plain(JsonText, None, nullable=True)
    policy_version_id: int | None = plain(BIG_ID, None, foreign_key="policy_version.id")
