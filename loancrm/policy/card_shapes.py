"""The shape of scorecards and of screening in a policy file; ``policy.cards`` reads what they mean."""

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field

from loancrm.numerals import MILLION
from loancrm.policy.shapes import Days, RuleName, Shape, TextShape

Points = Annotated[Decimal, Field(ge=-MILLION, le=MILLION, decimal_places=2)]
Edge = Annotated[Decimal, Field(ge=-MILLION, le=MILLION, decimal_places=6)]
Coefficient = Annotated[float, Field(ge=-MILLION, le=MILLION, allow_inf_nan=False)]
KindOfCustomer = Literal["enterprise", "sole_proprietor", "student"]


class BandShape(Shape):
    """The points for a figure that passes ``when``: the right-hand side of a condition on it."""

    when: Any
    points: Points


class PointsItemShape(Shape):
    """A figure and its bands, first match wins; ``missing`` are the points where it is missing.

    ``criterion`` is the one of screening that the figure speaks for.
    """

    indicator: str
    bands: tuple[BandShape, ...] = Field(min_length=1)
    missing: Points | None = None
    criterion: RuleName | None = None


class TermShape(Shape):
    """A figure times its coefficient, or the coefficient of its category.

    ``missing`` is what the term is where the figure is missing; ``digits`` how much of a code is read.
    """

    indicator: str
    coefficient: Coefficient | None = None
    digits: Annotated[int, Field(ge=1, le=9)] | None = None
    categories: dict[str, Coefficient] | None = None
    other: Coefficient = 0.0
    missing: Coefficient | None = None


class ScalingShape(Shape):
    """The score that odds (good to bad) of ``odds`` give, and the points that double the odds."""

    score: Points
    odds: Annotated[float, Field(gt=0, le=MILLION, allow_inf_nan=False)]
    points_to_double: Annotated[float, Field(gt=0, le=MILLION, allow_inf_nan=False)]


class GradeShape(Shape):
    """The grade of a score from ``from`` on, what it allows, and how soon it is looked at again."""

    grade: str = Field(min_length=1, max_length=20)
    from_: Edge = Field(alias="from")
    allows: TextShape | None = None
    review_days: Days | None = None


class LevelBandShape(Shape):
    """The level that a figure has where it passes ``when``."""

    when: Any
    level: RuleName


class AxisShape(Shape):
    """One side of a matrix: a figure and its levels, first match wins."""

    indicator: str
    bands: tuple[LevelBandShape, ...] = Field(min_length=1)


class MatrixShape(Shape):
    """Severity by likelihood: ``levels`` says for each likelihood what each severity makes of it."""

    likelihood: AxisShape
    severity: AxisShape
    levels: dict[str, dict[str, str]]


class AnyCardShape(Shape):
    """What all cards have; the first card that applies to a kind of customer is its own.

    A card of loans scores each loan, and a customer by the worst of them.
    """

    title: TextShape
    level: Literal["customer", "loan"] = "customer"
    applies_to: tuple[KindOfCustomer, ...] = Field(min_length=1)
    grades: tuple[GradeShape, ...] = ()
    matrix: MatrixShape | None = None
    regrade_when: Any = None


class PointsCardShape(AnyCardShape):
    """Points per figure, added up."""

    kind: Literal["points"]
    items: tuple[PointsItemShape, ...] = Field(min_length=1)


class LogisticCardShape(AnyCardShape):
    """A probability: 1 / (1 + e^-x), x being the intercept and the terms.

    ``fitted`` says what it was estimated on, and how well it told; nothing reads it.
    """

    kind: Literal["logistic"]
    intercept: Coefficient
    items: tuple[TermShape, ...] = ()
    scaling: ScalingShape | None = None
    fitted: Any = None


CardShape = Annotated[PointsCardShape | LogisticCardShape, Field(discriminator="kind")]


class CriterionShape(Shape):
    """One criterion: ``decline`` is asked first, then ``pass``; everything else is referred.

    ``required`` are the figures without which it is always referred; all that it reads unless said.
    """

    criterion: RuleName
    title: TextShape
    pass_: Any = Field(alias="pass")
    decline: Any = None
    required: tuple[str, ...] | None = None


class ScreeningShape(Shape):
    """The criteria that a customer is screened on, for companies and for students."""

    enterprise: tuple[CriterionShape, ...] = ()
    student: tuple[CriterionShape, ...] = ()


class CardsShape(Shape):
    """The two sections of a policy file that are read when a card is asked for."""

    scorecards: dict[str, CardShape] = Field(default={})
    screening: ScreeningShape = ScreeningShape()
