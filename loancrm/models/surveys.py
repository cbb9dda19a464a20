"""Surveys: what is asked, who was invited, and what was answered."""

from datetime import date
from typing import Any

from sqlalchemy import Index

from loancrm.models.base import Fact
from loancrm.models.columns import BIG_ID, JsonText, plain, sensitive


class Survey(Fact, table=True):
    """A survey as it was defined; it takes effect on the day that it opens, at the latest when defined."""

    __tablename__ = "survey"
    __table_args__ = (Index(None, "opens_on"),)

    code: str = plain()
    live_key: str | None = plain(None, None, unique=True)  # the code, while it stands
    opens_on: date = plain()
    closes_on: date = plain()
    text: str = plain()  # the file, word for word
    data: Any = plain(JsonText)  # what the text was read as


class SurveyInvitation(Fact, table=True):
    """A customer was drawn for a survey, by lot within a segment or by name; forms bear its number only."""

    __tablename__ = "survey_invitation"
    __table_args__ = (Index(None, "customer_id", "effective_on"), Index(None, "survey_id"))

    number: int = plain(unique=True)
    live_key: str | None = plain(None, None, unique=True)  # customer and survey
    survey_id: int = plain(BIG_ID, foreign_key="survey.id")
    customer_id: int = plain(BIG_ID, foreign_key="customer.id")
    segment: str | None = plain(None, None)  # the customer's on the day of the lot


class SurveyResponse(Fact, table=True):
    """A customer answered a survey."""

    __tablename__ = "survey_response"
    __table_args__ = (Index(None, "customer_id", "effective_on"), Index(None, "survey_id"))

    number: int = plain(unique=True)
    live_key: str | None = plain(None, None, unique=True)  # customer and survey
    survey_id: int = plain(BIG_ID, foreign_key="survey.id")
    customer_id: int = plain(BIG_ID, foreign_key="customer.id")
    channel: str | None = plain(None, None)
    comment: str | None = sensitive(None, None)


class SurveyAnswer(Fact, table=True):
    """One answer of a response: a number on a scale, a choice, or words; of us or of another bank."""

    __tablename__ = "survey_answer"
    __table_args__ = (Index(None, "response_id"),)

    response_id: int = plain(BIG_ID, foreign_key="survey_response.id")
    question: str = plain()
    role: str = plain()  # dimension, overall, nps, ces, question
    rival: str | None = plain(None, None)
    value: int | None = plain(None, None)
    choice: str | None = plain(None, None)
    text: str | None = sensitive(None, None)
