"""The sections of a policy that few commands need: their modules are loaded when a section is asked for.

Reading a policy whole takes three times as long as reading what the list of due customers needs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TypeVar

from loancrm import strictyaml
from loancrm.errors import InvalidInput
from loancrm.policy.shapes import Shape

Section = TypeVar("Section", bound=Shape)


def sections(shape: type[Section], loaded: strictyaml.Loaded) -> Section:
    """Return the sections of a policy that ``shape`` has fields for.

    Raises:
        InvalidInput: every problem in them, a line each, with its place.
    """
    data = loaded.data if isinstance(loaded.data, Mapping) else {}
    own = {name: data[name] for name in shape.model_fields if name in data}
    return strictyaml.validate(shape, replace(loaded, data=own))


def problems(loaded: strictyaml.Loaded) -> Iterator[str]:
    """Yield what is wrong in the sections that are read later, lines with their places."""
    from loancrm.policy.checks import ChecksSection
    from loancrm.policy.churn import read_churn
    from loancrm.policy.control import read_control, read_limits
    from loancrm.policy.credit import CreditSections
    from loancrm.policy.file_rules import read_file_rules
    from loancrm.policy.loyalty import read_loyalty
    from loancrm.policy.marketing import read_marketing
    from loancrm.policy.outreach import read_outreach
    from loancrm.policy.pipeline import PipelineSection
    from loancrm.policy.playbooks import read_playbooks
    from loancrm.policy.risk import problems_of_risk
    from loancrm.policy.standing import StandingSection
    from loancrm.policy.survey_rules import read_survey_rules
    from loancrm.policy.value import read_value
    from loancrm.policy.warnings import read_warnings

    for shape in (StandingSection, PipelineSection, CreditSections, ChecksSection):
        try:
            sections(shape, loaded)
        except InvalidInput as fault:
            yield fault.message
    found: list[str] = []
    readers = (read_outreach, read_marketing, read_survey_rules, read_value, read_loyalty, read_churn)
    more = (read_playbooks, read_control, read_limits, problems_of_risk, read_warnings)
    for read in (read_file_rules, *readers, *more):
        try:
            read(loaded, found)
        except InvalidInput as fault:
            yield fault.message
    yield from found
