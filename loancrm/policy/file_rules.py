"""What customers' files must hold by the policy: rules with their conditions read."""

from __future__ import annotations

from dataclasses import dataclass

from loancrm import strictyaml
from loancrm.policy.care import CareSections, FactNeedShape
from loancrm.policy.compiling import compiled
from loancrm.policy.conditions import Condition
from loancrm.policy.sections import sections


@dataclass(frozen=True, slots=True)
class FileRule:
    """What the file of customers for whom ``when`` holds must hold."""

    rule: str
    when: Condition
    needs: tuple[str | FactNeedShape, ...]


def read_file_rules(loaded: strictyaml.Loaded, problems: list[str]) -> tuple[FileRule, ...]:
    """Return the rules; conditions that cannot be read go into ``problems``.

    Raises:
        InvalidInput: a section about files has another shape.
    """
    rules = compiled(sections(CareSections, loaded).file, ("file",), loaded, problems)
    return tuple(FileRule(rule.rule, when, rule.need) for rule, when in rules)
