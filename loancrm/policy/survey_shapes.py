"""The shape of a survey file, key by key; what it means together is read by ``policy.surveys``."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal, get_args

from pydantic import BeforeValidator, Field

from loancrm.i18n import N_, _
from loancrm.policy.shapes import Shape

Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
SurveyCode = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{1,39}$")]
Language = Literal["en", "zh_CN"]
NO_SEGMENT = "none"
Stratum = Literal["quality", "potential", "mass_market", "risk", "none"]
Count = Annotated[int, Field(ge=0, le=1_000_000)]
SCALES = {"1-5": (1, 5), "1-7": (1, 7), "0-10": (0, 10)}
WORDED = ("choice", "text")  # scales without numbers
USUAL_SCALE = "1-5"
Role = Literal["dimension", "overall", "nps", "ces", "question"]
# Columns of a file of answers that are no questions, and what is asked by roles.
RESERVED = ("survey", "customer", "invitation", "on", "channel", "comment", "response")
ROLES: Mapping[Role, tuple[str, str]] = {  # role -> scale, usual question
    "overall": ("1-5", N_("All in all, how satisfied are you with us? (1 not at all, 5 very)")),
    "ces": ("1-7", N_("It was easy to get done what I came for. (1 not at all true, 7 very true)")),
    "nps": ("0-10", N_("How likely are you to recommend us to others? (0 not at all, 10 very)")),
}


def _texts(value: Any) -> Any:
    """Return one text as the same text in every language."""
    return {"en": value, "zh_CN": value} if isinstance(value, str) else value


def _scale(value: Any) -> Any:
    if not isinstance(value, str) or value not in (*SCALES, *WORDED):
        raise ValueError(_("scale is one of {known}").format(known=", ".join((*SCALES, *WORDED))))
    return value


def _coded(value: Any) -> Any:
    """Return a dimension that is named by its code alone as one."""
    return {"code": value} if isinstance(value, str) else value


def _asked(value: Any) -> Any:
    """Return ``true`` as the usual question, ``false`` as none."""
    return {True: {}, False: None}.get(value, value) if isinstance(value, bool) else value


Texts = Annotated[
    dict[Language, Annotated[str, Field(min_length=1, max_length=500)]], BeforeValidator(_texts)
]
Scale = Annotated[str, BeforeValidator(_scale)]


def _each(value: Any) -> Any:
    """Return one number as the same number of each segment."""
    return dict.fromkeys(get_args(Stratum), value) if isinstance(value, int) else value


class DimensionShape(Shape):
    """A dimension: its code, and its name and question where it is none of the usual ones."""

    code: Code
    name: Texts | None = None
    question: Texts | None = None
    scale: Scale = USUAL_SCALE


class AskedShape(Shape):
    """A question of its own kind (overall, NPS, CES); without words the usual ones are asked."""

    question: Texts | None = None


class QuestionShape(Shape):
    """A further question: a number on a scale, one of ``choices``, or free text."""

    code: Code
    question: Texts
    scale: Scale = "text"
    choices: dict[Code, Texts] | None = None


class RivalShape(Shape):
    """Another bank of which the same dimensions are asked: all that are on a scale, or those named."""

    code: Code
    name: Texts
    dimensions: tuple[Code, ...] | None = None


class SampleShape(Shape):
    """How many are drawn of each segment, by lot; ``none`` is who has no segment."""

    per_segment: Annotated[dict[Stratum, Count], BeforeValidator(_each)]
    seed: Annotated[int, Field(ge=0, le=10**9)] = 1


class SurveyShape(Shape):
    """A survey file."""

    code: SurveyCode
    title: Texts
    opens: date
    closes: date
    languages: tuple[Language, ...] = ("en", "zh_CN")
    follows: SurveyCode | None = None
    audience: Any = "always"
    sample: SampleShape | None = None
    dimensions: tuple[Annotated[DimensionShape, BeforeValidator(_coded)], ...] = ()
    overall: Annotated[AskedShape | None, BeforeValidator(_asked)] = None
    nps: Annotated[AskedShape | None, BeforeValidator(_asked)] = None
    ces: Annotated[AskedShape | None, BeforeValidator(_asked)] = None
    questions: tuple[QuestionShape, ...] = ()
    competitors: tuple[RivalShape, ...] = ()


def is_of_invitation(text: str) -> bool:
    """Say whether a word looks like the code of an invitation or an answer, which a survey's may not."""
    return re.fullmatch(r"(?i:IV|SR)-?[0-9]+(-[0-9])?", text) is not None
