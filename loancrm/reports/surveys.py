"""Surveys: finding one, what each came to, who was invited, and what was answered."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, Table, exists, func, select

from loancrm.dialect import count_where
from loancrm.errors import InvalidInput, NotFound
from loancrm.i18n import _
from loancrm.indicators.facts import CUSTOMER, customers_at
from loancrm.models import Survey as SurveyRow
from loancrm.models import SurveyAnswer, SurveyInvitation, SurveyResponse, table
from loancrm.policy.surveys import Survey, kept
from loancrm.reports import lookup
from loancrm.view import View

SURVEY = table(SurveyRow)
INVITATION = table(SurveyInvitation)
RESPONSE = table(SurveyResponse)
ANSWER = table(SurveyAnswer)


@dataclass(frozen=True, slots=True)
class Found:
    """A survey of the book: its key and what it asks."""

    id: int
    survey: Survey


@dataclass(frozen=True, slots=True)
class SurveyLine:
    """A survey with what it came to: ``answered`` of those invited, ``responses`` of anybody."""

    survey: str
    titles: Mapping[Any, str]
    opens_on: date
    closes_on: date
    state: str
    questions: int
    invited: int
    answered: int
    responses: int


@dataclass(frozen=True, slots=True)
class InvitationLine:
    """An invitation: its code is all that stands on a form."""

    invitation: str
    customer: str
    name: str
    officer: str | None
    segment: str | None
    on: date
    answered_on: date | None


@dataclass(frozen=True, slots=True)
class ResponseLine:
    """What a customer answered: ``overall`` from 1 to 5, ``nps`` from 0 to 10, where they were asked."""

    response: str
    survey: str
    customer: str
    name: str
    officer: str | None
    on: date
    channel: str | None
    overall: int | None
    nps: int | None
    answers: dict[str, int | str]
    comment: str | None


# ── codes ───────────────────────────────────────────────────────────────────────────────────────


def invitation_code(number: int) -> str:
    """Return the code of an invitation: ``IV-00042-2``; the last digit tells a misread one (Luhn)."""
    return f"IV-{number:05d}-{_check_digit(number)}"


def response_code(number: int) -> str:
    """Return the code of a response: ``SR-00042``."""
    return f"SR-{number:05d}"


def _check_digit(number: int) -> int:
    """Return the digit that makes the sum of ISO/IEC 7812-1, annex B (Luhn) a multiple of ten."""
    total = 0
    for place, digit in enumerate(reversed(str(number))):
        value = int(digit) * (1 if place % 2 else 2)
        total += value // 10 + value % 10
    return -total % 10


def invitation_number(text: str) -> int | None:
    """Return the number in the code of an invitation; None where it is no such code.

    Raises:
        InvalidInput: the last digit does not fit: a digit was misread.
    """
    found = re.fullmatch(r"(?i:IV)-?0*([0-9]{1,9})-([0-9])", text.strip())
    if found is None:
        return None
    if _check_digit(int(found[1])) != int(found[2]):
        raise InvalidInput(
            _("that code is misread: its last digit does not fit the others"),
            field="CUSTOMER",
            code="misread_code",
        )
    return int(found[1])


# ── finding ─────────────────────────────────────────────────────────────────────────────────────


def survey(view: View, code: str) -> Found:
    """Return the survey called ``code``.

    Raises:
        NotFound: there is none that stands.
    """
    query = select(SURVEY).where(SURVEY.c.code == code.strip(), view.stands(SURVEY))
    row = view.one(query.order_by(SURVEY.c.id.desc()))
    if row is None:
        raise NotFound(
            _("there is no survey {code}").format(code=code.strip()[:40]),
            field="SURVEY",
            hint=_("loancrm survey list shows them"),
        )
    return Found(row.id, kept(row.text, row.data))


def surveys(view: View) -> list[Found]:
    """Return the surveys that are seen, by the day on which they open."""
    query = select(SURVEY).where(view.sees(SURVEY)).order_by(SURVEY.c.opens_on, SURVEY.c.code)
    return [Found(row.id, kept(row.text, row.data)) for row in view.rows(query)]


def response(view: View, code: str) -> Row[Any] | None:
    """Return the response with the code ``SR-…``; None where ``code`` is no such code.

    Raises:
        NotFound: there is none that stands.
    """
    found = re.fullmatch(r"(?i:SR)-?0*([0-9]{1,9})", code.strip())
    if found is None:
        return None
    row = view.one(select(RESPONSE).where(RESPONSE.c.number == int(found[1]), view.stands(RESPONSE)))
    if row is None:
        raise NotFound(_("there is no response {code}").format(code=code.strip()[:40]), field="SURVEY")
    return row


def respondent(view: View, survey_id: int, named: str) -> Row[Any]:
    """Return the row of the customer of a survey: by the code of an invitation, or as elsewhere.

    Raises:
        NotFound: nobody, or no such invitation to this survey.
        InvalidInput: the code of an invitation is misread.
        Conflict: several are called so.
    """
    number = invitation_number(named)
    if number is None:
        return lookup.customer(view, named)
    of_it = INVITATION.c.number == number, INVITATION.c.survey_id == survey_id, view.stands(INVITATION)
    query = select(CUSTOMER).join(INVITATION, INVITATION.c.customer_id == CUSTOMER.c.id)
    row = view.one(query.where(*of_it))
    if row is None:
        raise NotFound(
            _("this survey has no invitation {code}").format(code=invitation_code(number)), field="CUSTOMER"
        )
    return row


# ── lists ───────────────────────────────────────────────────────────────────────────────────────


def lines(view: View, only: str | None = None) -> Iterator[SurveyLine]:
    """Yield surveys, the newest first, with how many were invited and answered.

    Those that open on a later day are shown too: they are planned.
    """
    query = select(SURVEY).where(view.sees(SURVEY)).order_by(SURVEY.c.opens_on.desc(), SURVEY.c.code)
    if only is not None:
        query = query.where(SURVEY.c.code == only)
    invited, responses = _counts(view, INVITATION), _counts(view, RESPONSE, answered(view))
    for row in view.rows(query):
        found = kept(row.text, row.data)
        asked, said = invited.get(row.id), responses.get(row.id)
        yield SurveyLine(
            survey=row.code,
            titles=found.shape.title,
            opens_on=row.opens_on,
            closes_on=row.closes_on,
            state=state(found, view.as_of),
            questions=sum(1 for _column in found.columns()),
            invited=0 if asked is None else asked.n,
            answered=0 if said is None else said.hits,
            responses=0 if said is None else said.n,
        )


def state(found: Survey, day: date) -> str:
    """Return whether a survey is planned, open or closed on a day."""
    if day < found.opens_on:
        return "planned"
    return "open" if day <= found.closes_on else "closed"


def answered(view: View) -> ColumnElement[bool]:
    """Return the condition that a response is of a customer who was invited."""
    same = INVITATION.c.survey_id == RESPONSE.c.survey_id, INVITATION.c.customer_id == RESPONSE.c.customer_id
    return exists().where(*same, view.sees(INVITATION))


def _counts(view: View, rows: Table, hit: ColumnElement[bool] | None = None) -> dict[int, Row[Any]]:
    hits = func.count() if hit is None else count_where(hit)
    query = select(rows.c.survey_id, func.count().label("n"), hits.label("hits")).where(view.sees(rows))
    return {row.survey_id: row for row in view.rows(query.group_by(rows.c.survey_id))}


def invitations(view: View, survey_id: int, *, open_only: bool = False) -> Iterator[InvitationLine]:
    """Yield the invitations to a survey by their code; ``open_only`` those that nobody answered."""
    answered_on = (
        select(func.min(RESPONSE.c.effective_on))
        .where(
            RESPONSE.c.survey_id == survey_id,
            RESPONSE.c.customer_id == INVITATION.c.customer_id,
            view.sees(RESPONSE),
        )
        .correlate(INVITATION)
        .scalar_subquery()
        .label("answered_on")
    )
    people = customers_at(view, "name", "officer_id")
    query = (
        select(INVITATION, people.c.number.label("owner"), people.c.name, people.c.officer_id, answered_on)
        .join(people, people.c.id == INVITATION.c.customer_id)
        .where(INVITATION.c.survey_id == survey_id, view.sees(INVITATION))
        .order_by(INVITATION.c.number)
    )
    codes = lookup.officers(view)
    for row in view.connection.execute(query):
        if not (open_only and row.answered_on):
            yield InvitationLine(
                invitation=invitation_code(row.number),
                customer=lookup.customer_code(row.owner),
                name=row.name,
                officer=codes.get(row.officer_id),
                segment=row.segment,
                on=row.effective_on,
                answered_on=row.answered_on,
            )


def responses(
    view: View,
    *,
    survey_id: int | None = None,
    customer_id: int | None = None,
    officer_id: int | None = None,
) -> Iterator[ResponseLine]:
    """Yield responses, the newest first: of a survey, of a customer, of an officer's customers, or all."""
    people = customers_at(view, "name", "officer_id")
    query: Select[Any] = (
        select(
            RESPONSE,
            SURVEY.c.code,
            people.c.number.label("owner"),
            people.c.name,
            people.c.officer_id,
        )
        .join(SURVEY, SURVEY.c.id == RESPONSE.c.survey_id)
        .join(people, people.c.id == RESPONSE.c.customer_id)
        .where(view.sees(RESPONSE), view.stands(SURVEY))
        .order_by(RESPONSE.c.effective_on.desc(), RESPONSE.c.id.desc())
    )
    for column, wanted in ((RESPONSE.c.survey_id, survey_id), (RESPONSE.c.customer_id, customer_id)):
        query = query if wanted is None else query.where(column == wanted)
    if officer_id is not None:
        query = query.where(people.c.officer_id == officer_id)
    rows, codes = view.rows(query), lookup.officers(view)
    said = _answers(view, query)
    for row in rows:
        answers = said.get(row.id, {})
        overall, nps = answers.get("overall"), answers.get("nps")
        yield ResponseLine(
            response=response_code(row.number),
            survey=row.code,
            customer=lookup.customer_code(row.owner),
            name=row.name,
            officer=codes.get(row.officer_id),
            on=row.effective_on,
            channel=row.channel,
            overall=overall if isinstance(overall, int) else None,
            nps=nps if isinstance(nps, int) else None,
            answers=answers,
            comment=row.comment,
        )


def _answers(view: View, wanted: Select[Any]) -> dict[int, dict[str, int | str]]:
    """Return what was answered in the responses that a select finds: one statement."""
    ids = wanted.with_only_columns(RESPONSE.c.id).order_by(None)
    query = select(ANSWER).where(ANSWER.c.response_id.in_(ids), view.sees(ANSWER)).order_by(ANSWER.c.id)
    found: dict[int, dict[str, int | str]] = {}
    for row in view.connection.execute(query):
        key = row.question if row.rival is None else f"{row.rival}.{row.question}"
        value = row.value if row.value is not None else row.choice or row.text or ""
        found.setdefault(row.response_id, {})[key] = value
    return found
