"""What does not go together in a survey file, each with its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from loancrm.errors import did_you_mean
from loancrm.i18n import _, listed, noted
from loancrm.policy.compiling import problem
from loancrm.policy.survey_shapes import RESERVED, ROLES, WORDED, SurveyShape, is_of_invitation
from loancrm.strictyaml import Loaded
from loancrm.vocabulary import VOCABULARIES


def problems_of(shape: SurveyShape, loaded: Loaded) -> Iterator[str]:
    """Yield every problem in one line: file:line:column, the key, what is wrong."""
    if shape.closes < shape.opens:
        yield problem(loaded, ("closes",), _("it closes before it opens"))
    if is_of_invitation(shape.code):
        yield problem(loaded, ("code",), _("that is what invitations and answers are called"))
    if shape.follows == shape.code:
        yield problem(loaded, ("follows",), _("a survey does not follow itself"))
    if not (shape.dimensions or shape.overall or shape.nps or shape.ces or shape.questions):
        yield loaded.complaint((), _("it asks nothing: name dimensions, nps, ces, overall or questions"))
    yield from _codes(shape, loaded)
    yield from _scales(shape, loaded)
    yield from _rivals(shape, loaded)
    yield from _languages(shape, loaded)


def _codes(shape: SurveyShape, loaded: Loaded) -> Iterator[str]:
    """Each code stands once, and is none of those that mean something else."""
    taken = {*RESERVED, *ROLES}
    lists: tuple[tuple[str, Any], ...] = (
        ("dimensions", shape.dimensions),
        ("questions", shape.questions),
        ("competitors", shape.competitors),
    )
    for key, items in lists:
        for index, one in enumerate(items):
            if one.code in taken:
                words = _("the code {code} is taken").format(code=one.code)
                yield problem(loaded, (key, index, "code"), words)
            taken.add(one.code)


def _scales(shape: SurveyShape, loaded: Loaded) -> Iterator[str]:
    known = VOCABULARIES["survey_dimension"]
    for index, one in enumerate(shape.dimensions):
        place = ("dimensions", index)
        if one.scale in WORDED:
            yield problem(loaded, (*place, "scale"), _("a dimension is asked on a scale of numbers"))
        if one.code not in known and one.question is None and one.name is None:
            guess = did_you_mean(one.code, tuple(known))
            words = _("{code} is none of {known}: it needs a name or a question")
            words = words.format(code=one.code, known=listed(known))
            yield problem(loaded, place, noted(words, guess) if guess else words)
    for index, further in enumerate(shape.questions):
        if (further.scale == "choice") != bool(further.choices):
            words = _("choices and the scale choice go together")
            yield problem(loaded, ("questions", index), words)


def _rivals(shape: SurveyShape, loaded: Loaded) -> Iterator[str]:
    asked = {one.code for one in shape.dimensions}
    for index, rival in enumerate(shape.competitors):
        for place, code in enumerate(rival.dimensions or ()):
            if code not in asked:
                words = _("{code} is no dimension of this survey").format(code=code)
                yield problem(loaded, ("competitors", index, "dimensions", place), words)
        if not asked:
            yield problem(loaded, ("competitors", index), _("there is no dimension to ask of another bank"))


def _languages(shape: SurveyShape, loaded: Loaded) -> Iterator[str]:
    """What is printed has words in each language of the survey."""
    if not shape.languages:
        yield problem(loaded, ("languages",), _("name one language at least"))
    for path, texts in _printed(shape):
        for lang in shape.languages:
            if texts is not None and lang not in texts:
                yield problem(loaded, path, _("the words in {language} are missing").format(language=lang))


def _printed(shape: SurveyShape) -> Iterator[tuple[tuple[str | int, ...], Mapping[Any, str] | None]]:
    yield ("title",), shape.title
    for role in ("overall", "nps", "ces"):
        asked = getattr(shape, role)
        yield (role, "question"), asked and asked.question
    for index, one in enumerate(shape.dimensions):
        yield ("dimensions", index, "name"), one.name
        yield ("dimensions", index, "question"), one.question
    for index, further in enumerate(shape.questions):
        yield ("questions", index, "question"), further.question
        for code, texts in (further.choices or {}).items():
            yield ("questions", index, "choices", code), texts
    for index, rival in enumerate(shape.competitors):
        yield ("competitors", index, "name"), rival.name
