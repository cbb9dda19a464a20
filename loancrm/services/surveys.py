"""Surveys: defined, sampled, and taken back."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from pydantic import Field
from sqlalchemy import ColumnElement, Date, case, func, literal, select

from loancrm.dialect import as_text
from loancrm.errors import Conflict
from loancrm.i18n import _, n_
from loancrm.indicators.facts import customer_ids
from loancrm.models import Survey as SurveyRow
from loancrm.models import SurveyAnswer, SurveyInvitation, SurveyResponse, table
from loancrm.models.columns import BIG_ID
from loancrm.policy import policy as policies
from loancrm.policy.conditions import Undecided
from loancrm.policy.policy import Policy
from loancrm.policy.survey_shapes import NO_SEGMENT
from loancrm.policy.surveys import read_survey
from loancrm.reports import lookup
from loancrm.reports import surveys as looks
from loancrm.reports.survey_audience import candidates, lacking, placed, unjudged
from loancrm.reports.undecided import how_many
from loancrm.services.audiences import insert_numbered
from loancrm.services.inputs import ByName, Input, Receipt, happened_on
from loancrm.unitofwork import Change, UnitOfWork
from loancrm.view import View

ROWS = table(SurveyInvitation)


class SurveyIn(Input):
    """A survey's text, and the file it came from."""

    text: str
    source: str


class DrawIn(Input):
    """Which survey draws its sample; with ``customers`` these are invited by name."""

    survey: str
    customers: tuple[str, ...] = ()
    on: date | None = None


class VoidIn(Input):
    """What was wrong: a survey by its code, or a response by its number."""

    what: str
    why: str | None = None


class SurveyReceipt(Receipt):
    """The survey as defined; ``is_new`` is false where the same text stands already."""

    survey: str
    opens_on: date
    closes_on: date
    questions: int
    languages: tuple[str, ...]
    is_new: bool


class DrawReceipt(Receipt):
    """How many were invited of which segment, and how many of the audience are left in peace, by reason.

    ``missing``: so many a segment's sample lacks after all. ``undecided``: of so many a figure is missing
    that the survey's condition reads, ``undecided_rules``: that a rule of ``spare`` reads, of so many who may
    be drawn.
    """

    survey: str
    invited: int
    by_segment: ByName
    held_back: int
    held_back_by: ByName
    missing: ByName
    undecided: int = 0
    undecided_rules: ByName = Field(default_factory=dict)


class VoidReceipt(Receipt):
    """What is void now: a survey with its invitations, or a response with its answers."""

    what: str
    survey: str
    customer: str | None
    rows: int


def define(uow: UnitOfWork, request: SurveyIn) -> SurveyReceipt:
    """Define a survey from its file; the same text again changes nothing.

    Raises:
        InvalidInput: the file has faults.
        Conflict: another survey has this code.
    """
    survey = read_survey(request.text, request.source)
    rows = table(SurveyRow)
    there = uow.connection.execute(select(rows.c.text).where(rows.c.live_key == survey.code)).first()
    if there is not None and there.text != request.text:
        raise Conflict(
            _("there is another survey {code}").format(code=survey.code),
            hint=_("loancrm survey void {code} takes it back while nobody has answered").format(
                code=survey.code
            ),
            code="taken",
        )
    if there is None:
        values = {"code": survey.code, "opens_on": survey.opens_on, "closes_on": survey.closes_on}
        effective_on = min(survey.opens_on, uow.today)
        key = uow.insert(
            SurveyRow,
            live_key=survey.code,
            text=request.text,
            data=json.dumps(survey.data, ensure_ascii=False, default=str),
            effective_on=effective_on,
            **values,
        )
        uow.record(Change("create", SurveyRow, key, None, {}, values))
    return SurveyReceipt(
        survey=survey.code,
        opens_on=survey.opens_on,
        closes_on=survey.closes_on,
        questions=sum(1 for _column in survey.columns()),
        languages=tuple(survey.shape.languages),
        is_new=there is None,
    )


def draw(uow: UnitOfWork, request: DrawIn) -> DrawReceipt:
    """Invite the survey's sample by lot, or customers by name; who is left in peace is counted.

    Done again it draws only what the sample lacks. The same seed draws the same of the same book.

    Raises:
        NotFound: there is no such survey or customer.
        Conflict: the survey is closed.
    """
    view = uow.view(happened_on(uow, request.on))
    found = looks.survey(view, request.survey)
    if found.survey.closes_on < view.as_of:
        message = _("{survey} closed on {day}").format(survey=found.survey.code, day=found.survey.closes_on)
        raise Conflict(message, field="SURVEY", code="closed")
    policy, scope, quota, unsure = policies.in_force(view), None, None, 0
    if request.customers:
        scope = customer_ids(view, ids=[lookup.customer(view, one).id for one in request.customers])
    else:
        quota = lacking(view, found)
        unsure = _undecided(view, policy, found)
    sample = found.survey.shape.sample
    rules = unjudged(view, policy, found, scope)
    people = candidates(view, policy, found, scope)
    lots = placed(people, 0 if sample is None else sample.seed).subquery("lots")
    held_back = _held_back(uow, lots)
    given = _insert(uow, found.id, view.as_of, lots, quota)
    by_segment = _by_segment(uow, given)
    missing = {
        name: n - by_segment.get(name, 0)
        for name, n in sorted((quota or {}).items())  # in this order after a retry too
        if n > by_segment.get(name, 0)
    }
    if given:
        first = uow.connection.scalar(select(ROWS.c.id).where(ROWS.c.number == given.start))
        said = {"survey": found.survey.code, "invited": len(given), "held_back": sum(held_back.values())}
        uow.record(Change("create", SurveyInvitation, int(first or 0), None, {}, said))
    return DrawReceipt(
        survey=found.survey.code,
        invited=len(given),
        by_segment=by_segment,
        held_back=sum(held_back.values()),
        held_back_by=held_back,
        missing=missing,
        undecided=unsure,
        undecided_rules=rules,
    )


def _undecided(view: View, policy: Policy, found: looks.Found) -> int:
    """Return of how many nobody can say whether they are of the survey's audience."""
    audience = found.survey.audience
    if not audience.indicators():
        return 0
    return how_many(view, candidates(view, policy, found, asked=Undecided(audience)))


def _held_back(uow: UnitOfWork, lots: Any) -> dict[str, int]:
    query = select(lots.c.reason, func.count().label("n")).where(lots.c.reason.is_not(None))
    found = uow.connection.execute(query.group_by(lots.c.reason).order_by(lots.c.reason))
    return {row.reason: row.n for row in found}


def _insert(uow: UnitOfWork, survey_id: int, on: date, lots: Any, quota: dict[str, int] | None) -> range:
    """Write the invitations, numbered in the order of the lot: a number says nothing about whose it is."""
    order = func.row_number().over(order_by=(lots.c.lot, lots.c.number))
    drawn = (
        select(lots.c.customer_id, lots.c.segment, order.label("number"))
        .where(lots.c.reason.is_(None), _is_drawn(lots, quota))
        .subquery("drawn")
    )
    columns: dict[str, Any] = {
        "survey_id": literal(survey_id, BIG_ID),
        "customer_id": drawn.c.customer_id,
        "segment": func.nullif(drawn.c.segment, NO_SEGMENT),
        "effective_on": literal(on, Date()),
        "live_key": as_text(drawn.c.customer_id).concat(f":{survey_id}"),
    }
    return insert_numbered(uow, ROWS, columns, drawn)


def _is_drawn(lots: Any, quota: dict[str, int] | None) -> ColumnElement[bool]:
    if quota is None:
        return literal(value=True)
    most = case(*((lots.c.segment == name, n) for name, n in quota.items()), else_=0)
    drawn: ColumnElement[bool] = lots.c.place <= most
    return drawn


def _by_segment(uow: UnitOfWork, given: range) -> dict[str, int]:
    if not given:
        return {}
    query = select(ROWS.c.segment, func.count().label("n")).where(ROWS.c.number >= given.start)
    found = uow.connection.execute(query.group_by(ROWS.c.segment))
    return dict(sorted((row.segment or NO_SEGMENT, row.n) for row in found))


def void(uow: UnitOfWork, request: VoidIn) -> VoidReceipt:
    """Take back a response with its answers, or a survey that nobody answered with its invitations.

    Raises:
        NotFound: there is no such thing.
        Conflict: the survey has responses.
    """
    view = uow.view()
    row = looks.response(view, request.what)
    why = {} if request.why is None else {"why": request.why}
    if row is not None:
        return _void_response(uow, row, why)
    found = looks.survey(view, request.what)
    answers = table(SurveyResponse)
    of_it = answers.c.survey_id == found.id, answers.c.voided_at.is_(None)
    n = uow.connection.scalar(select(func.count()).select_from(answers).where(*of_it)) or 0
    if n:
        words = n_(
            "{survey} has {n} response: void that first", "{survey} has {n} responses: void them first", n
        )
        raise Conflict(words.format(survey=found.survey.code, n=n), field="SURVEY", code="in_use")
    invited = select(func.count()).where(ROWS.c.survey_id == found.id, ROWS.c.voided_at.is_(None))
    rows = 1 + (uow.connection.scalar(invited) or 0)
    uow.void_where(SurveyInvitation, "survey_id", found.id)
    uow.void(SurveyRow, found.id)
    uow.record(Change("void", SurveyRow, found.id, None, {"code": found.survey.code}, why))
    return VoidReceipt(what=found.survey.code, survey=found.survey.code, customer=None, rows=rows)


def _void_response(uow: UnitOfWork, row: Any, why: dict[str, str]) -> VoidReceipt:
    rows, answers = table(SurveyRow), table(SurveyAnswer)
    survey = uow.connection.execute(select(rows.c.code).where(rows.c.id == row.survey_id)).one()
    of_it = answers.c.response_id == row.id, answers.c.voided_at.is_(None)
    n = uow.connection.scalar(select(func.count()).select_from(answers).where(*of_it)) or 0
    void_response(uow, row, survey.code, why)
    return VoidReceipt(
        what=looks.response_code(row.number),
        survey=survey.code,
        customer=lookup.customer_code(lookup.owner_number(uow.view(), row.customer_id)),
        rows=1 + n,
    )


def void_response(uow: UnitOfWork, row: Any, survey: str, why: dict[str, str]) -> None:
    """Void a response and its answers; the trail says of which survey it was."""
    uow.void_where(SurveyAnswer, "response_id", row.id)
    uow.void(SurveyResponse, row.id)
    uow.record(
        Change(
            "void", SurveyResponse, row.id, row.customer_id, {"survey": survey, "on": row.effective_on}, why
        )
    )
