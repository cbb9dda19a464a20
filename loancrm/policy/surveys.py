"""A survey as it was read: what is asked, on which scale, of whom; and how an answer is read."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from loancrm import strictyaml
from loancrm.errors import InvalidInput, NotFound, UsageFault, did_you_mean
from loancrm.i18n import N_, _, listed, noted, p_, speaking
from loancrm.policy.compiling import problem
from loancrm.policy.conditions import Condition
from loancrm.policy.parse import ConditionFault, from_yaml
from loancrm.policy.survey_checks import problems_of
from loancrm.policy.survey_shapes import (
    ROLES,
    SCALES,
    USUAL_SCALE,
    DimensionShape,
    RivalShape,
    Role,
    SurveyShape,
)
from loancrm.vocabulary import VOCABULARIES

Texts = Mapping[Any, str]  # by language
SIZE_LIMIT = 1 << 18  # characters
_USUAL = N_("How satisfied are you with: {dimension}? (1 not at all, 5 very)")


@dataclass(frozen=True, slots=True)
class Question:
    """A question: ``low`` and ``high`` of its scale, None of words; ``choices`` by code."""

    code: str
    role: Role
    scale: str
    name: Texts
    text: Texts
    choices: Mapping[str, Texts] | None = None

    @property
    def ends(self) -> tuple[int, int] | None:
        """Return the ends of the scale; None of words."""
        return SCALES.get(self.scale)

    @property
    def has_shares(self) -> bool:
        """Whether a share of the satisfied is told of it: on 1 to 5 only."""
        return self.scale == USUAL_SCALE


@dataclass(frozen=True, slots=True)
class Rival:
    """Another bank, and the dimensions that are asked of it."""

    code: str
    name: Texts
    dimensions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered: a number, a choice's code, or words; ``rival`` where it is about another bank."""

    question: str
    role: Role
    rival: str | None
    value: int | None
    choice: str | None
    text: str | None


@dataclass(frozen=True)
class Survey:
    """A survey that was read and checked. ``data`` is what the file says as plain values."""

    shape: SurveyShape
    questions: tuple[Question, ...]
    rivals: tuple[Rival, ...]
    audience: Condition
    text: str
    data: Any

    @property
    def code(self) -> str:
        """Return the survey's code."""
        return self.shape.code

    @property
    def opens_on(self) -> date:
        """Return the first day of the survey."""
        return self.shape.opens

    @property
    def closes_on(self) -> date:
        """Return the last day of the survey."""
        return self.shape.closes

    def said(self, texts: Texts, lang: str) -> str:
        """Return words in a language of the survey; in one that it has, where it has not this one."""
        return texts.get(lang) or next(iter(texts.values()))

    def question(self, code: str) -> Question | None:
        """Return the question called ``code``."""
        return next((one for one in self.questions if one.code == code), None)

    def columns(self) -> Iterator[tuple[str, Question, Rival | None]]:
        """Yield what can be answered: the key that is typed, the question, and the other bank it is about."""
        for question in self.questions:
            yield question.code, question, None
        for rival in self.rivals:
            for code in rival.dimensions:
                question_ = self.question(code)
                assert question_ is not None, "the survey was checked"
                yield f"{rival.code}.{code}", question_, rival

    def read(self, key: str, typed: str) -> Answer:
        """Return the answer that was typed under ``key``; a fault never repeats the words.

        Raises:
            UsageFault: the survey asks no such thing.
            InvalidInput: it does not lie on the scale.
        """
        found = {name: (question, rival) for name, question, rival in self.columns()}
        if key not in found:
            raise UsageFault(
                _("{survey} asks nothing called {key}").format(survey=self.code, key=key[:40]),
                field=key[:40],
                hint=did_you_mean(key, tuple(found)) or _("it asks: {names}").format(names=listed(found)),
                code="unknown_question",
            )
        question, rival = found[key]
        named = None if rival is None else rival.code
        value = choice = words = None
        if question.ends is not None:
            value = _number(question, key, typed)
        elif question.choices is not None:
            choice = _choice(question, key, typed)
        else:
            words = typed
        return Answer(question.code, question.role, named, value, choice, words)


def _number(question: Question, key: str, typed: str) -> int:
    ends = question.ends
    assert ends is not None
    text = typed.strip()
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(ends[1]))):
        text = "-1"
    if not ends[0] <= int(text) <= ends[1]:
        raise InvalidInput(
            _("{question}: a whole number from {low} to {high} is needed").format(
                question=key, low=ends[0], high=ends[1]
            ),
            field=key,
            code="off_scale",
        )
    return int(text)


def _choice(question: Question, key: str, typed: str) -> str:
    assert question.choices is not None
    wanted = typed.strip().casefold()
    for code, texts in question.choices.items():
        if wanted in (code, *(text.casefold() for text in texts.values())):
            return code
    raise InvalidInput(
        _("{question}: one of {known} is needed").format(question=key, known=listed(question.choices)),
        field=key,
        code="off_scale",
    )


# ── reading a file ──────────────────────────────────────────────────────────────────────────────


def read_file(path: Path) -> str:
    """Return the text of a survey file.

    Raises:
        NotFound: there is none.
        InvalidInput: it is no text, or too large.
    """
    if not path.is_file():
        raise NotFound(_("there is no survey file {path}").format(path=path), field="FILE")
    if path.stat().st_size > SIZE_LIMIT:
        raise InvalidInput(_("{path} is too large for a survey").format(path=path), field="FILE")
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise InvalidInput(_("{path} is not UTF-8 text").format(path=path), code="invalid_file") from None


def read_survey(text: str, source: str) -> Survey:
    """Return the survey that ``text`` says.

    Raises:
        InvalidInput: every problem, a line each, with ``source``:line:column.
    """
    return _read(strictyaml.load(text, source), text)


@cache
def kept(text: str, data: str) -> Survey:
    """Return a survey that was defined, from what its text was read as then."""
    return _read(strictyaml.Loaded(json.loads(data), {}, ""), text)


def _read(loaded: strictyaml.Loaded, text: str) -> Survey:
    shape = strictyaml.validate(SurveyShape, loaded)
    problems = list(problems_of(shape, loaded))
    condition = _audience(shape, loaded, problems)
    if problems or condition is None:
        raise InvalidInput("\n".join(dict.fromkeys(problems)), code="invalid_file")
    questions = tuple(_questions(shape))
    rivals = tuple(_rival(one, questions) for one in shape.competitors)
    return Survey(shape, questions, rivals, condition, text, loaded.data)


def _audience(shape: SurveyShape, loaded: strictyaml.Loaded, problems: list[str]) -> Condition | None:
    try:
        return from_yaml(shape.audience, ("audience",))
    except ConditionFault as fault:
        words = noted(fault.message, fault.hint) if fault.hint else fault.message
        problems.append(problem(loaded, fault.path, words))
        return None


def _questions(shape: SurveyShape) -> Iterator[Question]:
    if shape.overall is not None:
        yield _usual("overall", shape.overall.question)
    for one in shape.dimensions:
        yield _dimension(one)
    for role, asked in (("ces", shape.ces), ("nps", shape.nps)):
        if asked is not None:
            yield _usual(role, asked.question)  # type: ignore[arg-type]
    for further in shape.questions:
        yield Question(
            further.code, "question", further.scale, further.question, further.question, further.choices
        )


def _usual(role: Role, texts: Texts | None) -> Question:
    scale, words = ROLES[role]
    return Question(role, role, scale, _named("survey_role", role), texts or _in_both(words))


def _dimension(one: DimensionShape) -> Question:
    name: Texts | None = one.name
    if name is None and one.code in VOCABULARIES["survey_dimension"]:
        name = _named("survey_dimension", one.code)
    name = name or one.question or {}  # the file was checked: one of them is there
    usual = _in_both(_USUAL)
    question: Texts = one.question or {
        lang: usual[lang].format(dimension=words) for lang, words in name.items()
    }
    return Question(one.code, "dimension", one.scale, name, question)


def _in_both(message: str) -> Texts:
    """Return words of ours in both languages."""
    found = {}
    for lang in ("en", "zh_CN"):
        with speaking(lang):
            found[lang] = _(message)
    return found


def _named(vocabulary: str, code: str) -> Texts:
    from loancrm.vocabulary import LABELS

    words = (VOCABULARIES.get(vocabulary) or LABELS[vocabulary])[code]
    found = {}
    for lang in ("en", "zh_CN"):
        with speaking(lang):
            found[lang] = p_(vocabulary, words)
    return found


def _rival(one: RivalShape, questions: tuple[Question, ...]) -> Rival:
    usual = tuple(q.code for q in questions if q.role == "dimension" and q.ends is not None)
    return Rival(one.code, one.name, one.dimensions or usual)
