"""Surveys on the screen: what is asked, who was invited, what was recorded, in sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from loancrm.errors import UsageFault
from loancrm.i18n import N_, _, language, listed, n_
from loancrm.render.columns import Column
from loancrm.shell.queries import say_left_out, say_unjudged
from loancrm.typeset import wrapped
from loancrm.vocabulary import label

if TYPE_CHECKING:
    from loancrm.context import Context
    from loancrm.policy.surveys import Question, Survey
    from loancrm.reports.surveys import SurveyLine

ASKED = (
    Column("languages", N_("languages"), "nested"),
    Column("follows", N_("follows")),
    Column("audience", N_("audience")),
    Column("sample", N_("sample"), "nested"),
    Column("asked", N_("asked"), "nested"),
    Column("competitors", N_("competitors"), "nested"),
)


def define(crm: Context, file: str) -> None:
    """Define a survey and say what it asks, and what to do next."""
    from pathlib import Path

    from loancrm.policy.surveys import read_file
    from loancrm.services.surveys import SurveyIn
    from loancrm.services.surveys import define as work

    crm.know_products()
    receipt = crm.change(work, SurveyIn(text=read_file(Path(file)), source=file), "survey define")
    words = n_("{survey} asks {n} question", "{survey} asks {n} questions", receipt.questions)
    if not receipt.is_new:
        words = _("{survey} is defined so already")
    crm.receipt(
        receipt,
        words.format(survey=receipt.survey, n=receipt.questions),
        _("next: loancrm survey invite {survey}").format(survey=receipt.survey),
    )


def show_list(crm: Context, columns: Sequence[Column]) -> None:
    """List surveys."""
    from loancrm.reports.surveys import lines

    with crm.view() as view:
        rows = [_row(line) for line in lines(view)]
    crm.show(rows, columns, title=_("surveys"))


def _row(line: SurveyLine) -> dict[str, Any]:
    values = {name: getattr(line, name) for name in line.__slots__ if name != "titles"}
    return {**values, "title": line.titles.get(language()) or next(iter(line.titles.values()))}


def show_survey(crm: Context, code: str, columns: Sequence[Column]) -> None:
    """Show what a survey asks and what it came to."""
    from loancrm.reports.surveys import lines, survey

    with crm.view() as view:
        found = survey(view, code).survey
        line = next(iter(lines(view, found.code)), None)
    if line is None:  # it is seen from a later day on
        raise UsageFault(_("{survey} was not defined by that day").format(survey=found.code), field="SURVEY")
    page = {**_row(line), **_asked(found)}
    footer = ["", *_question_lines(found, crm.width), "", _next(line)]
    crm.show_one(page, (*columns, *ASKED), title=found.code, footer=footer)


def _asked(found: Survey) -> dict[str, Any]:
    from loancrm.policy.conditions import said

    shape, lang = found.shape, language()
    asked = [
        {
            "code": key,
            "role": question.role,
            "scale": question.scale,
            "question": found.said(question.text, lang),
        }
        for key, question, rival in found.columns()
        if rival is None
    ]
    rivals = [
        {"code": one.code, "name": found.said(one.name, lang), "dimensions": list(one.dimensions)}
        for one in found.rivals
    ]
    return {
        "languages": list(shape.languages),
        "follows": shape.follows,
        "audience": said(found.audience),
        "sample": None if shape.sample is None else dict(shape.sample.per_segment),
        "asked": asked,
        "competitors": rivals,
    }


def _question_lines(found: Survey, width: int) -> list[str]:
    """Return a line for each question, and for each other bank."""
    lang = language()
    lines = [f"{one.code} · {_scale(one)} · {found.said(one.text, lang)}" for one in found.questions]
    rivals = [f"{one.code}.…  {found.said(one.name, lang)}: {listed(one.dimensions)}" for one in found.rivals]
    return [line for text in (*lines, *rivals) for line in wrapped(text, 0, width)]


def _scale(question: Question) -> str:
    return {"choice": _("choice"), "text": _("text")}.get(question.scale, question.scale)


def _next(line: SurveyLine) -> str:
    words = _("next: loancrm survey record {survey} CUSTOMER …")
    if not line.invited and line.state != "closed":
        words = _("next: loancrm survey invite {survey}")
    elif line.responses:
        words = _("next: loancrm report satisfaction --survey {survey}")
    return words.format(survey=line.survey)


def invite(crm: Context, survey: str, customers: tuple[str, ...], on: str | None) -> None:
    """Draw the sample and say how many of which segment, and who is left in peace."""
    from loancrm.parsing import day
    from loancrm.services.surveys import DrawIn, draw
    from loancrm.shell.events import by_reason

    request = DrawIn(survey=survey, customers=customers, on=None if on is None else day(on, "--on"))
    receipt = crm.change(draw, request, "survey invite")
    notes = [_by_segment(_("drawn: {segments}"), receipt.by_segment)] if receipt.by_segment else []
    notes += by_reason(receipt.held_back_by)
    if receipt.missing:
        notes.append(_by_segment(_("short of the sample: {segments}"), receipt.missing))
    words = n_("{survey}: {n} customer invited", "{survey}: {n} customers invited", receipt.invited)
    next_ = _("next: loancrm survey form {survey} --each --output form.html").format(survey=receipt.survey)
    crm.receipt(receipt, words.format(survey=receipt.survey, n=receipt.invited), *notes, next_)
    say_left_out(crm, receipt.undecided, "audience")
    say_unjudged(crm, receipt.undecided_rules)


def _by_segment(words: str, counts: Mapping[str, int]) -> str:
    named = {code: label("segment", code) if code != "none" else _("no segment") for code in counts}
    return words.format(segments=listed(f"{named[code]} {n}" for code, n in counts.items()))


def record(crm: Context, typed: Mapping[str, Any]) -> None:
    """Record what a customer answered and say its number."""
    from loancrm.identity import clean_note
    from loancrm.parsing import day
    from loancrm.services.survey_answers import AnswersIn
    from loancrm.services.survey_answers import record as work
    from loancrm.shell.prompts import read_note
    from loancrm.vocabulary import code_of

    comment = read_note(typed["comment"], editor=False, field="--comment")
    request = AnswersIn(
        survey=typed["survey"],
        customer=typed["customer"],
        values=read_pairs(typed["answers"]),
        on=None if typed["on"] is None else day(typed["on"], "--on"),
        channel=None if typed["channel"] is None else code_of("channel", typed["channel"], "--channel"),
        comment=None if comment is None else clean_note(comment, "--comment"),
        replaces=typed["replace"],
    )
    receipt = crm.change(work, request, "survey record")
    words = n_(
        "{response}: {n} answer of {customer}", "{response}: {n} answers of {customer}", receipt.answers
    )
    notes = [_("it stands for {number} now").format(number=receipt.replaced)] if receipt.replaced else []
    said = words.format(response=receipt.response, n=receipt.answers, customer=receipt.customer)
    crm.receipt(receipt, said, *notes)
    for warning in receipt.warnings:
        crm.say(warning)


def read_pairs(words: Sequence[str]) -> dict[str, str]:
    """Return what was typed as ``question=answer``.

    Raises:
        UsageFault: another form, or the same question twice; what was answered is not repeated.
    """
    found: dict[str, str] = {}
    for word in words:
        key, mark, value = word.partition("=")
        if not mark or not key.strip() or not value.strip():
            raise UsageFault(_("an answer is written question=answer, such as speed=4"), field="ANSWERS")
        if key.strip() in found:
            raise UsageFault(
                _("{question} is answered twice").format(question=key.strip()[:40]), field="ANSWERS"
            )
        found[key.strip()] = value.strip()
    return found


def show_responses(
    crm: Context,
    survey: str | None,
    customer: str | None,
    officer: str | None,
    columns: Sequence[Column],
) -> None:
    """List responses of a survey, a customer, an officer's customers, or all."""
    from loancrm.reports import lookup
    from loancrm.reports.surveys import responses
    from loancrm.reports.surveys import survey as find

    with crm.view() as view:
        rows = responses(
            view,
            survey_id=None if survey is None else find(view, survey).id,
            customer_id=None if customer is None else lookup.customer(view, customer).id,
            officer_id=crm.officer_id(view, officer) if officer else None,
        )
        crm.show(rows, columns, title=_("responses"))


def void(crm: Context, what: str, why: str | None) -> None:
    """Void a response or a survey and say so."""
    from loancrm.services.surveys import VoidIn
    from loancrm.services.surveys import void as work

    receipt = crm.change(work, VoidIn(what=what, why=why), "survey void")
    crm.receipt(receipt, _("{number} is void").format(number=receipt.what))
