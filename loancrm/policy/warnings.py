"""What the policy warns of: rules over figures, how grave each is, and how far ahead it looks."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field

from loancrm import strictyaml
from loancrm.policy.compiling import compiled, unknown
from loancrm.policy.conditions import Condition
from loancrm.policy.sections import sections
from loancrm.policy.shapes import RuleName, Shape, TextShape

Kind = Literal["credit", "market", "operational", "legal", "liquidity", "fraud"]
Severity = Literal["low", "medium", "high"]


class PeersShape(Shape):
    """Who is compared with whom: customers whose industry begins alike, if so many have the figure."""

    industry_characters: Annotated[int, Field(ge=1, le=5)]
    least: Annotated[int, Field(ge=2, le=1000)]


class WarningShape(TextShape):
    """Customers for whom ``when`` holds are warned of; the texts say what the warning is."""

    rule: RuleName
    kind: Kind
    severity: Severity
    horizon_days: Annotated[int, Field(ge=1, le=1830)]
    playbook: RuleName | None = None
    when: Any


class WarningsShape(Shape):
    """Warnings: the peers, and the rules.

    A warning whose rule still holds is renewed, with its figures, ``renew_after_days`` after the last time.
    """

    peers: PeersShape
    renew_after_days: Annotated[int, Field(ge=1, le=366)]
    rules: tuple[WarningShape, ...] = ()


class WarningsSection(Shape):
    """The section of warnings; without it, of a policy from before, the example's holds."""

    warnings: WarningsShape | None = None


@dataclass(frozen=True, slots=True)
class WarningRule:
    """A rule of warnings, its condition read.

    Attributes:
        rule: its name.
        kind: what kind of risk it speaks of: a code of the vocabulary ``warning_kind``.
        severity: low, medium or high.
        horizon_days: within how many days what it warns of is expected.
        playbook: the name of what is done about it, None without one.
        label: what the warning is, in both languages.
        when: the condition over figures of a customer.
    """

    rule: str
    kind: str
    severity: str
    horizon_days: int
    playbook: str | None
    label: TextShape
    when: Condition


@dataclass(frozen=True, slots=True)
class Warnings:
    """The section, read.

    ``peers``: by how many characters of the industry customers are peers, and how many there must be.
    """

    peers: tuple[int, int]
    renew_after_days: int
    rules: tuple[WarningRule, ...]

    def rule(self, name: str) -> WarningRule | None:
        """Return the rule called ``name``, None where there is none."""
        return next((rule for rule in self.rules if rule.rule == name), None)


def read_warnings(loaded: strictyaml.Loaded, problems: list[str]) -> Warnings | None:
    """Return the section, None without one; conditions that cannot be read go into ``problems``.

    Raises:
        InvalidInput: the section has another shape.
    """
    shape = sections(WarningsSection, loaded).warnings
    if shape is None:
        return None
    rules = compiled(shape.rules, ("warnings", "rules"), loaded, problems)
    problems += _unknown_playbooks(shape, loaded)
    return Warnings(
        (shape.peers.industry_characters, shape.peers.least),
        shape.renew_after_days,
        tuple(
            WarningRule(r.rule, r.kind, r.severity, r.horizon_days, r.playbook, r, when) for r, when in rules
        ),
    )


def _unknown_playbooks(shape: WarningsShape, loaded: strictyaml.Loaded) -> Iterator[str]:
    known = _playbooks(loaded)
    for index, rule in enumerate(shape.rules):
        if known is not None and rule.playbook is not None and rule.playbook not in known:
            yield unknown(loaded, ("warnings", "rules", index, "playbook"), rule.playbook, known)


def _playbooks(loaded: strictyaml.Loaded) -> tuple[str, ...] | None:
    """Return the names of the section of playbooks, None where there is no such section."""
    data = loaded.data if isinstance(loaded.data, Mapping) else {}
    said = data.get("playbooks")
    books = said.get("books") if isinstance(said, Mapping) else None
    if not isinstance(books, list):
        return None  # the section says itself what is wrong with it
    return tuple(str(one.get("playbook")) for one in books if isinstance(one, Mapping))
