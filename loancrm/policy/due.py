"""The shape of the policy's section ``due``: the sources of the day's list, their bands, and their order."""

from typing import Annotated, Literal

from pydantic import Field, field_validator

from loancrm.policy.shapes import Days, Shape

Band = Annotated[int, Field(ge=1, le=9)]
Points = Annotated[int, Field(ge=0, le=1000)]
Count = Annotated[int, Field(ge=1, le=1000)]
ClockKind = Literal[
    "limitation",
    "guarantee_period",
    "seizure",
    "registration",
    "appraisal",
    "insurance",
    "approval",
    "line",
    "other",
]
OutcomeCode = Literal[
    "reached", "met", "promised", "call_back", "no_answer", "wrong_number", "refused", "message_left"
]
StatementMonths = Literal[3, 6, 12]
FestivalCode = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,59}$")]


class SourceShape(Shape):
    """A source of the list of due customers: its band, and what comes first within the band."""

    band: Band
    order: Literal["date", "amount"] = "date"


class LadderShape(SourceShape):
    """A source that speaks up so many days before a date, and again at each step."""

    days_before: tuple[Days, ...] = Field(min_length=1)

    @field_validator("days_before")
    @classmethod
    def _descending(cls, steps: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(sorted(set(steps), reverse=True))


class InstalmentShape(LadderShape):
    """Instalments ahead, from an amount on (whole units of the currency)."""

    minimum_amount: Annotated[int, Field(ge=0, le=10**12)] = 0


class FeedbackSourceShape(SourceShape):
    """Tickets that wait: how early they show, and the band of a complaint near its limit."""

    days_before: Days
    limit_band: Band
    limit_days: Days


class TicketShape(SourceShape):
    """Escalations, steps of tickets' plans, what control found: shown so many days before they are due."""

    days_before: Days


class LegalClockShape(LadderShape):
    """Legal clocks that run out: ``final_kinds`` stand in ``band``, since their right is lost.

    Others stand in ``other_band``.

    A clock stays on the list until a notice starts it anew, and for ``days_after`` days when it ran out.
    """

    final_kinds: tuple[ClockKind, ...]
    other_band: Band
    days_after: Days


class ApprovalShape(LadderShape):
    """Approvals that expire before the loan is paid out, and what lapses that was not drawn.

    One that expired stays for ``days_after`` days; null, as in a policy that does not say so: while its case
    waits.
    """

    days_after: Days | None = None


class BadRecordShape(SourceShape):
    """Persons, by the kind of customer, whose loans are past due for so many days, and who were not told.

    ``told`` are the outcomes of a conversation, message or letter that count as a notice.
    """

    from_days: Days
    kinds: tuple[Literal["enterprise", "sole_proprietor", "student"], ...] = Field(min_length=1)
    told: tuple[OutcomeCode, ...] = Field(min_length=1)


class PromiseShape(SourceShape):
    """Promises to pay; those that were not kept stay for so many days, until somebody talks."""

    days_after: Days


class ShortShape(SourceShape):
    """Accounts that hold less than what falls due in so many days, by turnovers of at most so many days."""

    days_before: Days
    stale_after_days: Days


class CheckSourceShape(SourceShape):
    """Post-loan checks that the section ``checks`` asks for, shown so many days before they are due."""

    days_before: Days


class RequirementShape(SourceShape):
    """Documents and conditions of a loan: ``days_after`` it was asked for, where no day was said."""

    days_before: Days
    days_after: Days


class StatementShape(SourceShape):
    """Statements: of periods that end every so many months, due so many days after their end."""

    months: StatementMonths
    days_after: Days


class ConfirmationShape(LadderShape):
    """Once a year, by ``month`` and ``day``, students say that they still study and where they live."""

    month: Annotated[int, Field(ge=1, le=12)]
    day: Annotated[int, Field(ge=1, le=28)]
    days_after: Days


class StageShape(SourceShape):
    """Loans that stand at a stage for longer than ``pipeline.target_days``."""


class LowAnswerShape(SourceShape):
    """Low answers in surveys: at most so much, to be called back in so many days; null: not looked at."""

    nps_at_most: Annotated[int, Field(ge=0, le=10)] | None
    overall_at_most: Annotated[int, Field(ge=1, le=5)] | None
    days_after: Days
    call_days: Days


class NewWarningShape(SourceShape):
    """New warnings of these severities; late when nobody has answered them after so many days."""

    severities: tuple[Literal["low", "medium", "high"], ...] = Field(min_length=1)
    answer_days: Days


class LimitSourceShape(SourceShape):
    """Customers, alone or as a group, whose limit is in one of these states and nothing is done about it.

    A limit that is a share of the book counts from so many customers in it on: of a few each has a large one.
    """

    states: tuple[Literal["breach", "near"], ...] = Field(min_length=1)
    least_customers: Annotated[int, Field(ge=1, le=500)]  # no more are counted


class ReferralShape(SourceShape):
    """Customers who brought another one are thanked; shown for so many days, until somebody talks."""

    days_after: Days


class PointsShape(LadderShape):
    """Points that are lost soon unless they are spent, from so many on."""

    minimum_points: Count = 1


class FestivalShape(LadderShape):
    """Greetings at festivals, to customers of these tiers; none: to all."""

    festivals: tuple[FestivalCode, ...] = ()
    service_tiers: tuple[str, ...] = ()


class CareShape(Shape):
    """What holds care back: no consent to it, or so many conversations of care in so many days."""

    needs_consent: bool
    most_contacts: Count | None
    in_days: Days


class RankShape(Shape):
    """Points within a band; more come first, then the day or the amount.

    ``class_cut``: arrears whose class is worse at the month's end unless they are cleared. ``late_day``: a
    day late, up to ``late_days`` of them. ``amount``: every ``amount_unit`` of the currency, up to
    ``amount_units`` of them. ``service_tier`` and ``segment``: by class of the customer.
    """

    class_cut: Points = 0
    late_day: Points = 0
    late_days: Days = 0
    amount: Points = 0
    amount_unit: Annotated[int, Field(ge=1, le=10**12)] = 1
    amount_units: Annotated[int, Field(ge=0, le=1000)] = 0
    service_tier: dict[str, Points] = Field(default={})
    segment: dict[str, Points] = Field(default={})


class DueShape(Shape):
    """The sources of ``due`` and their bands; null: not on the list, absent: as the example says."""

    follow_up: SourceShape
    past_due: SourceShape
    maturity: LadderShape
    instalment: InstalmentShape
    facility: LadderShape
    feedback: FeedbackSourceShape
    escalation: TicketShape | None = None
    plan_step: TicketShape | None = None
    cadence: SourceShape
    legal_clock: LegalClockShape | None = None
    bad_record: BadRecordShape | None = None
    promise: PromiseShape | None = None
    account_short: ShortShape | None = None
    rate_change: LadderShape | None = None
    approval: ApprovalShape | None = None
    check: CheckSourceShape | None = None
    requirement: RequirementShape | None = None
    statement: StatementShape | None = None
    stage: StageShape | None = None
    graduation: LadderShape | None = None
    subsidy_end: LadderShape | None = None
    grace_end: LadderShape | None = None
    confirmation: ConfirmationShape | None = None
    birthday: LadderShape | None = None
    anniversary: LadderShape | None = None
    festival: FestivalShape | None = None
    no_next_step: SourceShape | None = None
    low_answer: LowAnswerShape | None = None
    referral: ReferralShape | None = None
    offer: LadderShape | None = None
    points: PointsShape | None = None
    rectification: TicketShape | None = None
    warning: NewWarningShape | None = None
    limit: LimitSourceShape | None = None
    care: CareShape | None = None
    rank: RankShape = RankShape()
    alike_from: Count | None = None
    wait_days: Count | None = None
