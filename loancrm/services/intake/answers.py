"""Filled answer sheets: one row a customer and survey, one column a question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Row, select

from loancrm.errors import LoanCrmError
from loancrm.i18n import _
from loancrm.models import SurveyAnswer, SurveyInvitation, SurveyResponse, table
from loancrm.policy.survey_shapes import RESERVED
from loancrm.policy.surveys import Answer
from loancrm.reports import surveys as looks
from loancrm.services.intake.people import People
from loancrm.services.intake.tally import Item, Tally, standing
from loancrm.services.survey_answers import columns_of, late, said_of, stored
from loancrm.services.surveys import void_response
from loancrm.unitofwork import UnitOfWork

START = "answer."
SURVEY, INVITATION, ON = "answer.survey", "answer.invitation", "answer.on"
ROWS, INVITATIONS = table(SurveyResponse), table(SurveyInvitation)


@dataclass(frozen=True, slots=True)
class _Response:
    """A row as it will be written."""

    item: Item
    found: looks.Found
    answers: tuple[Answer, ...]
    values: dict[str, Any]

    @property
    def key(self) -> str:
        return f"{self.item.customer_id}:{self.found.id}"

    @property
    def says(self) -> tuple[Any, ...]:
        """Return what makes it the same as a stored one."""
        return said_of(self.answers), *(self.values[name] for name in ("channel", "comment", "effective_on"))


class AnswerList:
    """Takes chunks of answer sheets. A customer's other answer to the same survey is void then.

    What is empty was not answered; a row without any answer is rejected.
    """

    def __init__(self, uow: UnitOfWork, tally: Tally, on: date | None) -> None:
        self._uow = uow
        self._tally = tally
        self._on = on
        self._people = People(uow, tally)
        self._surveys = cache(lambda code: looks.survey(uow.view(), code))

    def take(self, items: list[Item]) -> None:
        """Take one chunk."""
        for item in items:
            self._set_day(item)
        surveys = {item.line: found for item in standing(items) if (found := self._survey(item))}
        self._find(standing(items), surveys)
        read = [self._read(item, surveys[item.line]) for item in standing(items)]
        self._write([one for one in read if one is not None])

    # ── of which survey, whose, and when ────────────────────────────────────────────────────

    def _set_day(self, item: Item) -> None:
        on = item.values.get(ON) or self._on or self._uow.today
        if on > self._uow.today:
            self._tally.reject(item, ON, "future_date", _("is still to come"))
        item.put(ON, on)

    def _survey(self, item: Item) -> looks.Found | None:
        try:
            found: looks.Found = self._surveys(item.values[SURVEY])
        except LoanCrmError as fault:
            self._tally.reject(item, SURVEY, fault.code, fault.message)
            return None
        return found

    def _find(self, items: list[Item], surveys: Mapping[int, looks.Found]) -> None:
        """Set whose each row is: by the code of the invitation where it has one, else as in other files."""
        numbers = {item.line: self._number(item) for item in items if item.values.get(INVITATION)}
        by_code = self._invited(numbers)
        named = [item for item in standing(items) if item.line not in numbers]
        self._people.find(named)
        for item in standing(items):
            if item.line not in numbers:
                continue
            row = by_code.get(numbers[item.line] or 0)
            if row is None or row.survey_id != surveys[item.line].id:
                reason = _("this survey has no such invitation")
                self._tally.reject(item, INVITATION, "unknown_invitation", reason)
            else:
                item.customer_id = row.customer_id

    def _number(self, item: Item) -> int | None:
        try:
            number = looks.invitation_number(item.values[INVITATION])
        except LoanCrmError as fault:
            self._tally.reject(item, INVITATION, fault.code, fault.message)
            return None
        return number

    def _invited(self, numbers: Mapping[int, int | None]) -> dict[int, Row[Any]]:
        wanted = {number for number in numbers.values() if number is not None}
        query = select(INVITATIONS.c.number, INVITATIONS.c.survey_id, INVITATIONS.c.customer_id)
        query = query.where(INVITATIONS.c.number.in_(wanted), INVITATIONS.c.voided_at.is_(None))
        found: list[Row[Any]] = list(self._uow.connection.execute(query))
        return {row.number: row for row in found}

    # ── what it says ────────────────────────────────────────────────────────────────────────

    def _read(self, item: Item, found: looks.Found) -> _Response | None:
        answers, values = [], item.values
        for target, text in values.items():
            key = target.removeprefix(START)
            if not target.startswith(START) or key in RESERVED or text is None:
                continue
            try:
                answers.append(found.survey.read(key, str(text)))
            except LoanCrmError as fault:
                self._tally.reject(item, target, fault.code, fault.message)
        on = values[ON]
        if not answers and not item.is_rejected:
            self._tally.reject(item, None, "required", _("nothing is answered"))
        elif on < found.survey.opens_on:
            day = found.survey.opens_on
            reason = _("{survey} opens on {day}").format(survey=found.survey.code, day=day)
            self._tally.reject(item, ON, "not_open", reason)
        if item.is_rejected:
            return None
        for warning in late(found.survey, on):
            self._tally.warn(item, ON, "answered_late", warning)
        self._tally.spoke_of(on)
        said = {name: values.get(START + name) for name in ("channel", "comment")}
        return _Response(item, found, tuple(answers), {**said, "effective_on": on})

    # ── writing ─────────────────────────────────────────────────────────────────────────────

    def _write(self, responses: list[_Response]) -> None:
        there = self._standing(responses)
        answers = stored(self._uow, (row.id for row in there.values()))
        news: dict[str, _Response] = {}
        for one in responses:
            before, earlier = there.get(one.key), news.get(one.key)
            if earlier is not None or (before is not None and before.command_id == self._uow.command_id):
                says = earlier.says if earlier is not None else _says(before, answers)
                if says == one.says:
                    self._tally.known += 1
                else:
                    reason = _("an earlier row of this file says something else of the same")
                    self._tally.reject(one.item, None, "contradicts_row", reason)
            elif before is not None and _says(before, answers) == one.says:
                self._tally.known += 1
            else:
                if before is not None:
                    void_response(self._uow, before, one.found.survey.code, {})
                self._tally.changed += before is not None
                self._tally.new += before is None
                news[one.key] = one
        self._insert(list(news.values()))

    def _standing(self, responses: list[_Response]) -> dict[str, Row[Any]]:
        query = select(ROWS).where(ROWS.c.live_key.in_({one.key for one in responses}))
        found: list[Row[Any]] = list(self._uow.connection.execute(query))
        return {row.live_key: row for row in found}

    def _insert(self, responses: list[_Response]) -> None:
        if not responses:
            return
        first = self._uow.next_numbers("survey_response", len(responses))
        rows = [
            {
                **one.values,
                "number": number,
                "live_key": one.key,
                "survey_id": one.found.id,
                "customer_id": one.item.customer_id,
            }
            for number, one in enumerate(responses, first)
        ]
        self._uow.insert_many(SurveyResponse, rows)
        ids = self._uow.ids_from(SurveyResponse, first)
        parts = [
            {**columns_of(answer), "response_id": key, "effective_on": one.values["effective_on"]}
            for key, one in zip(ids, responses, strict=True)
            for answer in one.answers
        ]
        self._uow.insert_many(SurveyAnswer, parts)
        self._tally.made["answers"] += len(parts)


def _says(row: Any, answers: Mapping[int, dict[str, int | str]]) -> tuple[Any, ...]:
    return answers.get(row.id, {}), row.channel, row.comment, row.effective_on
