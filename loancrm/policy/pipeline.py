"""The shape of what the policy asks of a loan before it is paid out, and how long each stage may take."""

from typing import Annotated, Literal

from pydantic import Field

from loancrm.policy.shapes import Days, RuleName, Shape

StageCode = Literal["application", "investigation", "review", "approval", "contract", "disbursement"]
DecisionCode = Literal["pass", "refer", "decline"]
Amount = Annotated[int, Field(ge=0, le=10**12)]


class RequirementsShape(Shape):
    """What loans of a product must have: documents before the approval, conditions before the disbursement.

    Without a ``product`` it is asked of all loans.
    """

    product: tuple[str, ...] = ()
    documents: tuple[RuleName, ...] = ()
    conditions: tuple[RuleName, ...] = ()


class AvailabilityShape(Shape):
    """How many days after the signing a loan may be drawn; without a ``product`` it is so of all loans."""

    product: tuple[str, ...] = ()
    days: Days


class PipelineShape(Shape):
    """From application to disbursement.

    ``approval_days``: so long an approval holds. ``second_person_above``: loans of more need two approvals
    by different persons; null: none do. ``stages``: what must have happened before an approval.
    ``screening``: decisions of the screening with which a loan may be approved; empty: it is not asked.
    ``target_days``: how long a loan may stand at a stage. ``availability``: until when what was signed for
    may be drawn, the first rule that fits; what is not drawn by then lapses. Empty: it never does.
    """

    approval_days: Days
    second_person_above: Amount | None = None
    stages: tuple[Literal["investigation", "review"], ...] = ()
    screening: tuple[DecisionCode, ...] = ()
    requirements: tuple[RequirementsShape, ...] = ()
    target_days: dict[StageCode, Days] = Field(default={})
    availability: tuple[AvailabilityShape, ...] = ()

    def available_days(self, product: str) -> int | None:
        """Return for how many days after its signing a loan may be drawn; None: no end is set."""
        rules = (rule.days for rule in self.availability if not rule.product or product in rule.product)
        return next(rules, None)


class PipelineSection(Shape):
    """The section of the pipeline; without it, of a policy from before, the example's holds."""

    pipeline: PipelineShape | None = None
