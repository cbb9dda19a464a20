"""What the policy says of surveys: who is left in peace, and how many answers say something."""

from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field

from loancrm import strictyaml
from loancrm.policy.compiling import compiled
from loancrm.policy.conditions import Condition
from loancrm.policy.marketing import Wanted
from loancrm.policy.sections import sections
from loancrm.policy.shapes import Days, RuleName, Shape

Answers = Annotated[int, Field(ge=1)]


class SpareShape(Shape):
    """Customers for whom ``when`` holds are not invited to a survey."""

    rule: RuleName
    when: Any


class SurveysShape(Shape):
    """Surveys.

    Attributes:
        consent: to be contacted: only who gave it, or all who did not take it back, or nobody is asked.
        rest_days: who was invited to a survey so many days ago or less is not asked again; null: may be.
        spare: who is not asked either.
        least_answers: of fewer, no change and no lowest dimension is told.
        least_answers_of_drivers: of fewer pairs, nothing is said of what goes with satisfaction.
        lowest: how many of the lowest dimensions are named.
    """

    consent: Wanted
    rest_days: Days | None
    spare: tuple[SpareShape, ...] = ()
    least_answers: Answers
    least_answers_of_drivers: Answers
    lowest: Annotated[int, Field(ge=0)]


class SurveysSection(Shape):
    """The section of surveys; without it, of a policy from before, the example's holds."""

    surveys: SurveysShape | None = None


@dataclass(frozen=True, slots=True)
class SurveyRules:
    """The section with its conditions read: rules by name."""

    shape: SurveysShape
    spare: tuple[tuple[str, Condition], ...]


def read_survey_rules(loaded: strictyaml.Loaded, problems: list[str]) -> SurveyRules | None:
    """Return the section, None where there is none; conditions that cannot be read go into ``problems``.

    Raises:
        InvalidInput: it has another shape.
    """
    shape = sections(SurveysSection, loaded).surveys
    if shape is None:
        return None
    rules = compiled(shape.spare, ("surveys", "spare"), loaded, problems)
    return SurveyRules(shape, tuple((rule.rule, when) for rule, when in rules))
