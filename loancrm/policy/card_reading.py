"""From the shape of scorecards and screening to what they mean; every fault is told with its place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from itertools import pairwise
from typing import Any

from loancrm import strictyaml
from loancrm.errors import InvalidInput, LoanCrmError, did_you_mean
from loancrm.i18n import _, listed, noted
from loancrm.numerals import MILLION
from loancrm.policy.card_shapes import (
    AxisShape,
    CardsShape,
    CriterionShape,
    GradeShape,
    MatrixShape,
    PointsCardShape,
    PointsItemShape,
    ScreeningShape,
    TermShape,
)
from loancrm.policy.cards import (
    Axis,
    Band,
    Card,
    Grade,
    LogisticCard,
    Matrix,
    PointsCard,
    PointsItem,
)
from loancrm.policy.conditions import ALWAYS, Condition, Test, Value
from loancrm.policy.logistic import Scaling, Term
from loancrm.policy.parse import CUSTOMERS, LEVELS, Catalogue, ConditionFault, from_yaml, read_value
from loancrm.policy.screening import Criterion, Screening
from loancrm.policy.sections import sections

Place = tuple[str | int, ...]
Complain = Callable[[Place, str], None]
NAME = r"[a-z][a-z0-9_]{0,59}"


@dataclass(frozen=True)
class Cards:
    """The scorecards and the screening of a policy, read when they are first asked for.

    Their shapes cost a third of what reading a policy costs, and most commands need none.
    """

    loaded: strictyaml.Loaded

    @property
    def by_name(self) -> Mapping[str, Card]:
        """Return the scorecards in the order of the file."""
        return self._read[0]

    @property
    def screening(self) -> Screening:
        """Return the criteria of screening."""
        return self._read[1]

    @property
    def problems(self) -> tuple[str, ...]:
        """Return what is wrong, a line each, with its place; nothing in a policy that was adopted."""
        return self._read[2]

    @cached_property
    def _read(self) -> tuple[Mapping[str, Card], Screening, tuple[str, ...]]:
        try:
            shape = sections(CardsShape, self.loaded)
        except InvalidInput as fault:
            return {}, Screening(), (fault.message,)
        problems: list[str] = []

        def complain(path: Place, text: str) -> None:
            dotted = ".".join(str(step) for step in path)
            problems.append(self.loaded.complaint(path, f"{dotted}: {text}"))

        reader = Reader(complain)
        cards = reader.cards(shape.scorecards, ("scorecards",))
        screening = reader.screening(shape.screening, ("screening",))
        reader.check_criteria(shape.scorecards, screening, ("scorecards",))
        return cards, screening, tuple(problems)


@dataclass(frozen=True)
class Reader:
    """Reads the parts of cards; a part that cannot be read is told to ``complain`` and left out."""

    complain: Complain
    figures: Catalogue = CUSTOMERS

    def _tell(self, path: Place, fault: LoanCrmError) -> None:
        self.complain(path, noted(fault.message, fault.hint) if fault.hint else fault.message)

    # ── cards ───────────────────────────────────────────────────────────────────────────────

    def cards(self, shapes: Mapping[str, Any], path: Place) -> dict[str, Card]:
        """Return the cards by name, in the order of the file."""
        found: dict[str, Card] = {}
        for name, shape in shapes.items():
            place = (*path, name)
            if not re.fullmatch(NAME, name):
                self.complain(place, _("a name is small letters, digits and _, beginning with a letter"))
            found[name] = replace(self, figures=LEVELS[shape.level])._card(name, shape, place)
        return found

    def _card(self, name: str, shape: Any, path: Place) -> Card:
        regrade = shape.regrade_when
        if shape.level == "loan" and regrade is not None:
            words = _("what asks for a new grade is said of customers: a card of loans has none")
            self.complain((*path, "regrade_when"), words)
        shared: dict[str, Any] = {
            "name": name,
            "title": shape.title,
            "level": shape.level,
            "applies_to": shape.applies_to,
            "grades": self._grades(shape.grades, (*path, "grades")),
            "matrix": shape.matrix and self._matrix(shape.matrix, (*path, "matrix")),
            "regrade_when": None if regrade is None else self.condition(regrade, (*path, "regrade_when")),
        }
        items = [
            (item, (*path, "items", place))
            for place, item in enumerate(shape.items)
            if self._knows(item.indicator, (*path, "items", place, "indicator"))
        ]
        self._refuse_twice(items)
        if isinstance(shape, PointsCardShape):
            return PointsCard(items=tuple(self._points(item, place) for item, place in items), **shared)
        scaling = shape.scaling and Scaling(
            float(shape.scaling.score), shape.scaling.odds, shape.scaling.points_to_double
        )
        terms = tuple(self._term(item, place) for item, place in items)
        return LogisticCard(items=terms, intercept=shape.intercept, scaling=scaling, **shared)

    def _knows(self, indicator: str, path: Place) -> bool:
        """Say whether there is an indicator of that name, and complain where there is none."""
        try:
            self.figures.find(indicator)
        except LoanCrmError as fault:
            self._tell(path, fault)
            return False
        return True

    def _refuse_twice(self, items: Iterable[tuple[Any, Place]]) -> None:
        seen: set[str] = set()
        for item, path in items:
            if item.indicator in seen:
                self.complain((*path, "indicator"), _("this indicator has an item above"))
            seen.add(item.indicator)

    def _grades(self, shapes: tuple[GradeShape, ...], path: Place) -> tuple[Grade, ...]:
        for place, (upper, lower) in enumerate(pairwise(shapes)):
            if lower.from_ >= upper.from_:
                words = _("grades go from the highest down: each begins below the one above")
                self.complain((*path, place + 1, "from"), words)
        return tuple(
            Grade(shape.grade, _millionths(shape.from_), shape.allows, shape.review_days) for shape in shapes
        )

    # ── items ───────────────────────────────────────────────────────────────────────────────

    def _points(self, item: PointsItemShape, path: Place) -> PointsItem:
        bands = [
            Band(when, _millionths(band.points), _written(when))
            for place, band in enumerate(item.bands)
            if (when := self._band(item.indicator, band.when, (*path, "bands", place, "when")))
        ]
        missing = None if item.missing is None else _millionths(item.missing)
        return PointsItem(item.indicator, tuple(bands), missing, item.criterion)

    def _band(self, indicator: str, when: Any, path: Place) -> Condition | None:
        """Return the condition that ``when``, the right-hand side of one on ``indicator``, means."""
        if when == "always":
            return ALWAYS
        try:
            condition = from_yaml({indicator: when}, (), self.figures)
        except LoanCrmError as fault:
            self._tell(path, fault)
            return None
        if not isinstance(condition, Test):
            self.complain(path, _("a band is of one figure: it compares with values, not with another"))
        elif condition.operator == "missing":
            self.complain(
                path, _("what a missing figure earns is said by  missing: POINTS  beside the bands")
            )
        else:
            return condition
        return None

    def _term(self, item: TermShape, path: Place) -> Term:
        if (item.coefficient is None) == (item.categories is None):
            self.complain(path, _("either a coefficient or categories"))
        unit = self.figures.find(item.indicator).unit
        if item.coefficient is not None and unit in ("code", "text"):
            words = _("{name} has no amount to multiply: give its categories")
            self.complain((*path, "coefficient"), words.format(name=item.indicator))
        categories: dict[Value, float] = {}
        for key, coefficient in (item.categories or {}).items():
            try:
                categories[read_value(self.figures.find(item.indicator), key)] = coefficient
            except LoanCrmError as fault:
                self._tell((*path, "categories", key), fault)
        return Term(item.indicator, item.coefficient, categories, item.other, item.missing, item.digits)

    # ── matrix, conditions, screening ───────────────────────────────────────────────────────

    def _matrix(self, shape: MatrixShape, path: Place) -> Matrix | None:
        likelihood = self._axis(shape.likelihood, (*path, "likelihood"))
        severity = self._axis(shape.severity, (*path, "severity"))
        if likelihood is None or severity is None:
            return None
        for level in dict.fromkeys(level for _when, level in likelihood.bands):
            row = shape.levels.get(level, {})
            for other in dict.fromkeys(level for _when, level in severity.bands):
                if other not in row:
                    words = _("what likelihood {likelihood} and severity {severity} make is not said")
                    text = words.format(likelihood=level, severity=other)
                    self.complain((*path, "levels", level), text)
        return Matrix(likelihood, severity, shape.levels)

    def _axis(self, shape: AxisShape, path: Place) -> Axis | None:
        if not self._knows(shape.indicator, (*path, "indicator")):
            return None
        bands = [
            (when, band.level)
            for place, band in enumerate(shape.bands)
            if (when := self._band(shape.indicator, band.when, (*path, "bands", place, "when")))
        ]
        return Axis(shape.indicator, tuple(bands))

    def condition(self, data: Any, path: Place) -> Condition | None:
        """Return the condition at ``path``; None where it cannot be read."""
        try:
            return from_yaml(data, path, self.figures)
        except ConditionFault as fault:
            self._tell(fault.path, fault)
            return None

    def screening(self, shape: ScreeningShape, path: Place) -> Screening:
        """Return the criteria for companies and for students."""
        return Screening(
            self._criteria(shape.enterprise, (*path, "enterprise")),
            self._criteria(shape.student, (*path, "student")),
        )

    def _criteria(self, shapes: tuple[CriterionShape, ...], path: Place) -> tuple[Criterion, ...]:
        found, seen = [], set()
        for place, shape in enumerate(shapes):
            here = (*path, place)
            if shape.criterion in seen:
                self.complain((*here, "criterion"), _("this criterion stands above"))
            seen.add(shape.criterion)
            passes = self.condition(shape.pass_, (*here, "pass"))
            declines = None if shape.decline is None else self.condition(shape.decline, (*here, "decline"))
            read = [condition for condition in (passes, declines) if condition is not None]
            names = sorted({name for condition in read for name in condition.indicators()})
            if shape.required is not None:
                names = [
                    name for i, name in enumerate(shape.required) if self._knows(name, (*here, "required", i))
                ]
            if passes is not None:
                found.append(Criterion(shape.criterion, shape.title, passes, declines, tuple(names)))
        return tuple(found)

    def check_criteria(self, shapes: Mapping[str, Any], screening: Screening, path: Place) -> None:
        """Complain of items for a criterion that screening does not ask of all that the card is for."""
        for name, shape in shapes.items():
            of_kinds = [[one.criterion for one in screening.criteria(kind)] for kind in shape.applies_to]
            known = [one for one in of_kinds[0] if all(one in others for others in of_kinds)]
            for place, item in enumerate(shape.items if isinstance(shape, PointsCardShape) else ()):
                if item.criterion is not None and item.criterion not in known:
                    self.complain(
                        (*path, name, "items", place, "criterion"), _no_criterion(item.criterion, known)
                    )


def _no_criterion(word: str, known: Sequence[str]) -> str:
    if not known:
        return _("screening has no criterion for all that this card is for")
    text, guess = _("must be one of {choices}").format(choices=listed(known)), did_you_mean(word, known)
    return noted(text, guess) if guess else text


def _millionths(value: Decimal) -> int:
    return int(value * MILLION)


def _written(when: Condition) -> str:
    return when.written if isinstance(when, Test) else "always"
