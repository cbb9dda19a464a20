"""What the policy asks of feedback: working hours, priorities, service levels, escalation, limits."""

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from loancrm.policy.shapes import Days, RuleName, Shape, TextShape

if TYPE_CHECKING:
    from loancrm.desk.ticket import Rules, Targets

KindCode = Literal["complaint", "suggestion", "enquiry", "praise"]
LevelCode = Literal["high", "medium", "low"]
PriorityCode = Literal["critical", "high", "normal", "low"]
WorkHours = Annotated[int, Field(ge=1, le=10_000)]
_SPAN = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])-([01][0-9]|2[0-4]):([0-5][0-9])")


class ServiceLevelShape(Shape):
    """What is asked of feedback of these kinds, importances, urgencies and priorities; empty means any.

    Hours are of work and stand still while the customer has the next word; the first answer may be due by
    the end of a working day instead. ``resolve_days`` is the limit: calendar days from the day it came.
    """

    rule: RuleName
    kind: tuple[KindCode, ...] = ()
    importance: tuple[LevelCode, ...] = ()
    urgency: tuple[LevelCode, ...] = ()
    priority: tuple[PriorityCode, ...] = ()
    answer_working_days: Days | None = None
    answer_hours: WorkHours | None = None
    progress_hours: WorkHours | None = None
    resolve_hours: WorkHours | None = None
    resolve_days: Days | None = None

    @model_validator(mode="after")
    def _one_answer(self) -> Self:
        if self.answer_hours is not None and self.answer_working_days is not None:
            raise ValueError("answer_hours or answer_working_days")
        return self

    def fits(self, kind: str, importance: str, urgency: str, priority: str) -> bool:
        """Return whether it is for such a piece of feedback."""
        pairs = (
            (self.kind, kind), (self.importance, importance),
            (self.urgency, urgency), (self.priority, priority),
        )  # fmt: skip
        return all(not allowed or value in allowed for allowed, value in pairs)

    @property
    def targets(self) -> "Targets":
        """Return what is asked, in minutes of work."""
        from loancrm.desk.ticket import Targets

        in_hours = (self.answer_hours, self.progress_hours, self.resolve_hours)
        answer, progress, resolve = (None if hours is None else hours * 60 for hours in in_hours)
        return Targets(self.rule, self.answer_working_days, answer, progress, resolve, self.resolve_days)


class EscalationShape(Shape):
    """Who hears of a ticket next: so many hours of work after a clock ran out, or days before the limit."""

    level: Annotated[int, Field(ge=1, le=9)]
    late_hours: Annotated[int, Field(ge=0, le=10_000)]
    days_before_limit: Days | None = None
    to: TextShape


class ExtensionShape(Shape):
    """To how many calendar days from the day it came a limit may be put off, and for what."""

    days: Annotated[int, Field(ge=1, le=3650)]
    why: TextShape


class EffectShape(Shape):
    """How ``feedback effect`` compares: at most so many days on either side of the day of a measure."""

    most_days: Annotated[int, Field(ge=1, le=3650)]


class FeedbackShape(Shape):
    """Feedback; service levels: the first that fits. What is not said is as the example says."""

    service_levels: tuple[ServiceLevelShape, ...]
    hours: tuple[str, ...] | None = None
    priorities: Mapping[LevelCode, Mapping[LevelCode, PriorityCode]] | None = None
    escalation: tuple[EscalationShape, ...] | None = None
    extensions: tuple[ExtensionShape, ...] | None = None
    effect: EffectShape | None = None

    @field_validator("hours")
    @classmethod
    def _in_order(cls, spans: tuple[str, ...] | None) -> tuple[str, ...] | None:
        if spans is not None:
            edges = [edge for span in spans for edge in _edges(span)]
            if not edges or edges != sorted(set(edges)) or edges[-1] > 24 * 60:
                raise ValueError("09:00-12:00, 13:30-17:30")
        return spans

    @field_validator("priorities")
    @classmethod
    def _whole(
        cls, matrix: Mapping[LevelCode, Mapping[LevelCode, PriorityCode]] | None
    ) -> Mapping[LevelCode, Mapping[LevelCode, PriorityCode]] | None:
        if matrix is not None and (len(matrix) < 3 or any(len(row) < 3 for row in matrix.values())):
            raise ValueError("high, medium, low × high, medium, low")
        return matrix

    @field_validator("escalation")
    @classmethod
    def _rising(cls, levels: tuple[EscalationShape, ...] | None) -> tuple[EscalationShape, ...] | None:
        if levels is not None and [one.level for one in levels] != sorted({one.level for one in levels}):
            raise ValueError("1, 2, 3")
        return levels


def _edges(span: str) -> tuple[int, int]:
    found = _SPAN.fullmatch(span)
    if found is None:
        raise ValueError("09:00-12:00")
    hour, minute, until_hour, until_minute = map(int, found.groups())
    return hour * 60 + minute, until_hour * 60 + until_minute


def completed(shape: FeedbackShape, usual: Callable[[], FeedbackShape]) -> FeedbackShape:
    """Return the section with what it does not say taken from the example, which is read only then."""
    unsaid = [name for name in FeedbackShape.model_fields if getattr(shape, name) is None]
    return shape.model_copy(update={name: getattr(usual(), name) for name in unsaid})


@cache
def _rules(key: str) -> "Rules":
    """Return the rules that a section, whole and as JSON, makes; read once however many tickets there are."""
    from loancrm.desk.hours import Hours
    from loancrm.desk.ticket import Escalation, Rules, Targets

    shape = FeedbackShape.model_validate_json(key)
    matrix, levels = shape.priorities or {}, shape.service_levels

    def priority(importance: str, urgency: str) -> str:
        return matrix[importance][urgency]  # type: ignore[index]

    def targets(kind: str, importance: str, urgency: str, priority: str) -> "Targets":
        found = next((one for one in levels if one.fits(kind, importance, urgency, priority)), None)
        return Targets() if found is None else found.targets

    escalations = tuple(
        Escalation(one.level, one.late_hours * 60, one.days_before_limit) for one in shape.escalation or ()
    )
    return Rules(Hours(tuple(map(_edges, shape.hours or ()))), targets, priority, escalations)


def rules_of(shape: FeedbackShape) -> "Rules":
    """Return what a whole section makes of tickets."""
    return _rules(shape.model_dump_json())
