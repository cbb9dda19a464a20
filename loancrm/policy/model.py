"""The shape of a policy file, key by key. Conditions are read by ``policy.parse`` afterwards."""

import re
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator

from loancrm.i18n import _
from loancrm.policy.due import DueShape, OutcomeCode
from loancrm.policy.feedback import FeedbackShape
from loancrm.policy.shapes import Days, RuleName, Shape, TextShape

SegmentCode = Literal["quality", "potential", "mass_market", "risk"]
SchemeCode = Literal[
    "life_cycle",
    "credit_standing",
    "service_tier",
    "student_level",
    "student_means",
    "student_credit_file",
    "student_need",
]


CODED = ("industry", "region", "branch", "source", "school", "product", "security")
_EXTRA = re.compile(r"extra\.[a-z][a-z0-9_]{0,39}")


class DataShape(Shape):
    """How old a snapshot or a statement may be and still count, and what looks odd in the data."""

    stale_after_days: Days
    statement_stale_after_days: Days | None = None
    class_floor_days: dict[Literal["special_mention", "substandard", "doubtful", "loss"], Days] = Field(
        default={}
    )
    balance_jump_percent: Annotated[int, Field(ge=1, le=10_000)] | None = None
    known_codes: dict[str, tuple[str, ...]] = Field(default={})

    @field_validator("known_codes")
    @classmethod
    def _coded(cls, codes: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        if any(name not in CODED and not _EXTRA.fullmatch(name) for name in codes):
            raise ValueError(
                _("only codes of extra.NAME and of {known} can be named").format(known=", ".join(CODED))
            )
        return codes


class ContactsShape(Shape):
    """Which outcomes count as having really reached the customer."""

    real_outcomes: tuple[OutcomeCode, ...] = Field(min_length=1)


class SegmentRuleShape(Shape):
    """Customers for whom ``when`` holds are in ``segment``, unless a rule above took them."""

    rule: RuleName
    segment: SegmentCode
    when: Any


class SegmentsShape(Shape):
    """The rules for companies (sole proprietors too) and for students, first match wins."""

    enterprise: tuple[SegmentRuleShape, ...]
    student: tuple[SegmentRuleShape, ...]


class ClassRuleShape(Shape):
    """Customers for whom ``when`` holds are in the class ``value``, unless a rule above took them."""

    rule: RuleName
    value: str
    when: Any


class SchemeShape(Shape):
    """The rules of a scheme for companies and for students, first match wins; none: not for them."""

    enterprise: tuple[ClassRuleShape, ...] = ()
    student: tuple[ClassRuleShape, ...] = ()


class TreatmentShape(TextShape):
    """How customers of a class are treated, by which rule of the cadence, and what they are given."""

    cadence: RuleName | None = None
    benefits: tuple[TextShape, ...] = ()


class TreatmentsShape(Shape):
    """The treatment of each segment, and below a scheme's name of each of its classes."""

    quality: TreatmentShape | None = None
    potential: TreatmentShape | None = None
    mass_market: TreatmentShape | None = None
    risk: TreatmentShape | None = None
    life_cycle: dict[str, TreatmentShape] = Field(default={})
    credit_standing: dict[str, TreatmentShape] = Field(default={})
    service_tier: dict[str, TreatmentShape] = Field(default={})
    student_level: dict[str, TreatmentShape] = Field(default={})
    student_means: dict[str, TreatmentShape] = Field(default={})
    student_credit_file: dict[str, TreatmentShape] = Field(default={})
    student_need: dict[str, TreatmentShape] = Field(default={})


class CadenceRuleShape(Shape):
    """How often to talk to customers for whom ``when`` holds; null days: not at all."""

    rule: RuleName
    when: Any
    target_days: Days | None
    maximum_days: Days | None


class DelinquencyShape(Shape):
    """The lower edges of the buckets of days past due, from 1 on; so many days of grace are shown beside."""

    bucket_edges: tuple[Annotated[int, Field(ge=1, le=9999)], ...] = Field(min_length=1)
    grace_days: Annotated[int, Field(ge=0, le=9999)] = 0

    @field_validator("bucket_edges")
    @classmethod
    def _rising(cls, edges: tuple[int, ...]) -> tuple[int, ...]:
        if list(edges) != sorted(set(edges)) or edges[0] != 1:
            raise ValueError("1, 31, 61, …")
        return edges


class FitShape(Shape):
    """How ``score fit`` reads categories: those with fewer cases go together; digits of an industry code."""

    category_minimum: Annotated[int, Field(ge=1, le=10_000)]
    industry_digits: Annotated[int, Field(ge=1, le=9)]


ClockKind = Literal[
    "limitation",
    "guarantee_period",
    "seizure",
    "appraisal",
    "insurance",
    "approval",
    "line",
]  # a registration runs as it is entered
CollateralKind = Literal[
    "real_estate",
    "land",
    "equipment",
    "vehicle",
    "inventory",
    "receivables",
    "deposit",
    "shares",
    "other",
]


class ClockShape(Shape):
    """How long a legal clock runs when nobody says until when."""

    months: Annotated[int, Field(ge=1, le=1200)]


class PolicyShape(Shape):
    """A policy file."""

    format: Literal[1]
    name: str = Field(min_length=1, max_length=100)
    review_by: date | None = None
    data: DataShape
    contacts: ContactsShape
    segments: SegmentsShape
    classes: dict[SchemeCode, SchemeShape] = Field(default={})
    treatments: TreatmentsShape
    cadence: tuple[CadenceRuleShape, ...]
    due: DueShape
    feedback: FeedbackShape
    delinquency: DelinquencyShape
    fit: FitShape | None = None  # of a policy from before: as the example says
    legal_clocks: dict[ClockKind, ClockShape] = Field(default_factory=dict)
    seizures: dict[CollateralKind, ClockShape] = Field(default_factory=dict)
    # What few commands need has its shape elsewhere, and is read when it is asked for (policy.sections).
    duplicates: Any = None
    file: Any = None
    outreach: Any = None
    pipeline: Any = None
    pricing: Any = None
    proceeds: Any = None
    promises: Any = None
    provisions: Any = None
    reference_rates: Any = None
    relief: Any = None
    scorecards: Any = None
    screening: Any = None
    standing: Any = None
    checks: Any = None
    marketing: Any = None
    surveys: Any = None
    churn: Any = None
    growth: Any = None
    playbooks: Any = None
    control: Any = None
    limits: Any = None
    value: Any = None
    warnings: Any = None
    loyalty: Any = None
    vintage: Any = None
    expected_loss: Any = None
    maturity: Any = None
    watch_list: Any = None
