"""What customers answered: typed, or taken from a file; checked against what the survey asks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import select

from loancrm.errors import Conflict, InvalidInput
from loancrm.i18n import _
from loancrm.models import SurveyAnswer, SurveyResponse, table
from loancrm.policy.surveys import Answer, Survey
from loancrm.reports import lookup
from loancrm.reports import surveys as looks
from loancrm.services.inputs import Input, Receipt, happened_on
from loancrm.services.surveys import void_response
from loancrm.unitofwork import Change, UnitOfWork

ROWS = table(SurveyResponse)


class AnswersIn(Input):
    """What a customer answered, by question as it is typed; ``customer`` may be an invitation's code.

    ``replaces`` voids what the customer answered before.
    """

    survey: str
    customer: str
    values: dict[str, str]
    on: date | None = None
    channel: str | None = None
    comment: str | None = None
    replaces: bool = False


class AnswersReceipt(Receipt):
    """The response as written; ``warnings`` say what is odd about it."""

    response: str
    survey: str
    customer: str
    on: date
    answers: int
    replaced: str | None = None
    warnings: tuple[str, ...] = ()


def record(uow: UnitOfWork, request: AnswersIn) -> AnswersReceipt:
    """Write what a customer answered.

    Raises:
        NotFound: there is no such survey, customer or invitation.
        UsageFault: the survey asks no such question.
        InvalidInput: an answer is off its scale, nothing was answered, or the survey is not open yet.
        Conflict: the customer has answered, and ``replaces`` was not said.
    """
    view = uow.view()
    found = looks.survey(view, request.survey)
    owner = looks.respondent(view, found.id, request.customer)
    on = happened_on(uow, request.on)
    answers = [found.survey.read(key, text) for key, text in request.values.items()]
    refuse_odd(found.survey, answers, on)
    replaced = _make_way(uow, found, owner.id, replaces=request.replaces)
    number = uow.next_number("survey_response")
    key = uow.insert(
        SurveyResponse,
        number=number,
        live_key=f"{owner.id}:{found.id}",
        survey_id=found.id,
        customer_id=owner.id,
        channel=request.channel,
        comment=request.comment,
        effective_on=on,
    )
    uow.insert_many(
        SurveyAnswer, [{**columns_of(one), "response_id": key, "effective_on": on} for one in answers]
    )
    said = {
        "survey": found.survey.code,
        "channel": request.channel,
        "comment": request.comment,
        **said_of(answers),
    }
    after = {name: value for name, value in said.items() if value is not None}
    uow.record(Change("create", SurveyResponse, key, owner.id, {}, {**after, "effective_on": on}))
    return AnswersReceipt(
        response=looks.response_code(number),
        survey=found.survey.code,
        customer=lookup.customer_code(owner.number),
        on=on,
        answers=len(answers),
        replaced=replaced,
        warnings=tuple(late(found.survey, on)),
    )


def refuse_odd(survey: Survey, answers: Iterable[Answer], on: date) -> None:
    """Refuse a response without answers, and one of before the survey.

    Raises:
        InvalidInput: it is one of these.
    """
    if not any(True for _one in answers):
        raise InvalidInput(
            _("nothing is answered: write question=answer"),
            field="ANSWERS",
            hint=_("loancrm survey show {survey} says what is asked").format(survey=survey.code),
            code="required",
        )
    if on < survey.opens_on:
        raise InvalidInput(
            _("{survey} opens on {day}").format(survey=survey.code, day=survey.opens_on),
            field="--on",
            code="not_open",
        )


def late(survey: Survey, on: date) -> list[str]:
    """Return what is said of an answer that came after the last day; it counts all the same."""
    if on <= survey.closes_on:
        return []
    return [_("{survey} closed on {day}; the answer counts").format(survey=survey.code, day=survey.closes_on)]


def columns_of(answer: Answer) -> dict[str, Any]:
    """Return the columns of an answer."""
    return {name: getattr(answer, name) for name in ("question", "role", "rival", "value", "choice", "text")}


def said_of(answers: Iterable[Answer]) -> dict[str, int | str]:
    """Return answers as the history shows them: by the key that is typed."""
    found: dict[str, int | str] = {}
    for one in answers:
        key = one.question if one.rival is None else f"{one.rival}.{one.question}"
        found[key] = one.value if one.value is not None else one.choice or one.text or ""
    return found


def _make_way(uow: UnitOfWork, found: looks.Found, customer_id: int, *, replaces: bool) -> str | None:
    """Void what the customer answered before, if it may be replaced; return its number."""
    row = uow.connection.execute(select(ROWS).where(ROWS.c.live_key == f"{customer_id}:{found.id}")).first()
    if row is None:
        return None
    code = looks.response_code(row.number)
    if not replaces:
        raise Conflict(
            _("{response} is this customer's answer already, of {day}").format(
                response=code, day=row.effective_on
            ),
            hint=_(
                "--replace puts the new one in its place; loancrm survey void {response} takes it back"
            ).format(response=code),
            code="answered",
        )
    void_response(uow, row, found.survey.code, {})
    return code


def stored(uow: UnitOfWork, response_ids: Iterable[int]) -> Mapping[int, dict[str, int | str]]:
    """Return what stands of responses, as ``said_of`` says it, by their key."""
    rows = table(SurveyAnswer)
    query = select(rows).where(rows.c.response_id.in_(list(response_ids)), rows.c.voided_at.is_(None))
    answers: dict[int, list[Answer]] = {}
    for row in uow.connection.execute(query):
        one = Answer(row.question, row.role, row.rival, row.value, row.choice, row.text)
        answers.setdefault(row.response_id, []).append(one)
    return {key: said_of(some) for key, some in answers.items()}
