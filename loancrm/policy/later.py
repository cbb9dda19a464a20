"""The sections of a policy that most commands do not ask for: each is read when one does."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from loancrm import strictyaml
    from loancrm.policy.checks import ChecksShape
    from loancrm.policy.churn import Churn
    from loancrm.policy.control import ControlShape, LimitsShape
    from loancrm.policy.loyalty import Loyalty
    from loancrm.policy.marketing import Marketing
    from loancrm.policy.outreach import Outreach
    from loancrm.policy.pipeline import PipelineShape
    from loancrm.policy.playbooks import Playbooks
    from loancrm.policy.risk import Risk
    from loancrm.policy.survey_rules import SurveyRules
    from loancrm.policy.value import Value
    from loancrm.policy.warnings import Warnings


class LaterSections:
    """What ``Policy`` reads of its text later; what an older policy does not say is as the example says."""

    loaded: strictyaml.Loaded

    def _read(self, section: str, read: Callable[[strictyaml.Loaded, list[str]], Any]) -> Any:
        from loancrm.policy.policy import example

        return read(self.loaded, []) or getattr(example(), section)

    @cached_property
    def pipeline(self) -> PipelineShape:
        """Return what is asked of a loan before it is paid out."""
        from loancrm.policy.pipeline import PipelineSection
        from loancrm.policy.sections import sections

        found: PipelineShape = self._read(
            "pipeline", lambda loaded, _found: sections(PipelineSection, loaded).pipeline
        )
        return found

    @cached_property
    def checks(self) -> ChecksShape:
        """Return when loans are checked after the draw."""
        from loancrm.policy.checks import ChecksSection
        from loancrm.policy.sections import sections

        found: ChecksShape = self._read(
            "checks", lambda loaded, _found: sections(ChecksSection, loaded).checks
        )
        return found

    @cached_property
    def outreach(self) -> Outreach:
        """Return what is known before a call, and when nothing is offered."""
        from loancrm.policy.outreach import read_outreach

        found: Outreach = self._read("outreach", read_outreach)
        return found

    @cached_property
    def marketing(self) -> Marketing:
        """Return whom invitations and campaigns go to."""
        from loancrm.policy.marketing import read_marketing

        found: Marketing = self._read("marketing", read_marketing)
        return found

    @cached_property
    def surveys(self) -> SurveyRules:
        """Return who is asked, and what answers say."""
        from loancrm.policy.survey_rules import read_survey_rules

        found: SurveyRules = self._read("surveys", read_survey_rules)
        return found

    @cached_property
    def value(self) -> Value:
        """Return what customers are worth by."""
        from loancrm.policy.value import read_value

        found: Value = self._read("value", read_value)
        return found

    @cached_property
    def loyalty(self) -> Loyalty:
        """Return what earns points, and what they buy."""
        from loancrm.policy.loyalty import read_loyalty

        found: Loyalty = self._read("loyalty", read_loyalty)
        return found

    @cached_property
    def churn(self) -> Churn:
        """Return when a customer is lost, and how one is won back."""
        from loancrm.policy.churn import read_churn

        found: Churn = self._read("churn", read_churn)
        return found

    @cached_property
    def playbooks(self) -> Playbooks:
        """Return what is done step by step when a customer is in trouble."""
        from loancrm.policy.playbooks import read_playbooks

        found: Playbooks = self._read("playbooks", read_playbooks)
        return found

    @cached_property
    def control(self) -> ControlShape:
        """Return which steps of the work are checked, and how soon findings are put right."""
        from loancrm.policy.control import read_control

        found: ControlShape = self._read("control", read_control)
        return found

    @cached_property
    def limits(self) -> LimitsShape:
        """Return what one group of the book may owe at most."""
        from loancrm.policy.control import read_limits

        found: LimitsShape = self._read("limits", read_limits)
        return found

    @cached_property
    def risk(self) -> Risk:
        """Return what risk reports go by; each section that is not there is the example's."""
        from loancrm.policy.policy import example
        from loancrm.policy.risk import read_risk

        usual = example()
        return read_risk(self.loaded, [], None if usual.loaded is self.loaded else usual.risk)

    @cached_property
    def warnings(self) -> Warnings:
        """Return by which rules customers are warned of."""
        from loancrm.policy.warnings import read_warnings

        found: Warnings = self._read("warnings", read_warnings)
        return found
