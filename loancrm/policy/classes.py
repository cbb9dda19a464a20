"""The schemes by which the policy classes customers: segments, standing, tier, life cycle, student axes.

A scheme may read the class that another one gives; it is then decided after that one, in the same run.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Any

from loancrm import strictyaml
from loancrm.i18n import _
from loancrm.policy.compiling import Place, compiled, problem, unknown
from loancrm.policy.conditions import Condition
from loancrm.policy.model import PolicyShape, TreatmentShape
from loancrm.policy.shapes import TextShape
from loancrm.vocabulary import codes_of
from loancrm.vocabulary.classes import SCHEME

SEGMENT = "segment"
TYPED = ("service_tier",)  # an officer may type it too, and then that holds


@dataclass(frozen=True, slots=True)
class ClassRule:
    """Customers for whom ``when`` holds are in the class ``value``."""

    rule: str
    value: str
    when: Condition


@dataclass(frozen=True, slots=True)
class Scheme:
    """The rules of one scheme; the first that holds gives the class."""

    name: str
    enterprise: tuple[ClassRule, ...]
    student: tuple[ClassRule, ...]

    def rules(self, kind: str) -> tuple[ClassRule, ...]:
        """Return the rules for a kind of customer."""
        return self.student if kind == "student" else self.enterprise

    def indicators(self) -> frozenset[str]:
        """Return the names of the figures that are read."""
        found = (rule.when.indicators() for rule in (*self.enterprise, *self.student))
        return frozenset[str]().union(*found)


@dataclass(frozen=True, slots=True)
class Treatment:
    """What an officer does with customers of a class, in one language."""

    text: str
    cadence: str | None
    benefits: tuple[str, ...]


def read_schemes(shape: PolicyShape, loaded: strictyaml.Loaded, problems: list[str]) -> Mapping[str, Scheme]:
    """Return the schemes that have rules, those first that others read."""
    lists: dict[str, Any] = {
        SEGMENT: shape.segments,
        **{str(name): one for name, one in shape.classes.items()},
    }
    found = {}
    for name in [name for name in SCHEME if name in lists]:
        path: Place = ("segments",) if name == SEGMENT else ("classes", name)
        one = lists[name]
        scheme = Scheme(
            name,
            _rules(name, one.enterprise, (*path, "enterprise"), loaded, problems),
            _rules(name, one.student, (*path, "student"), loaded, problems),
        )
        if one.enterprise or one.student:
            found[name] = scheme
    return _ordered(found, loaded, problems)


def _rules(
    scheme: str, rules: Any, path: Place, loaded: strictyaml.Loaded, problems: list[str]
) -> tuple[ClassRule, ...]:
    known, key = codes_of(scheme), SEGMENT if scheme == SEGMENT else "value"
    problems += [
        unknown(loaded, (*path, place, key), getattr(rule, key), known)
        for place, rule in enumerate(rules)
        if getattr(rule, key) not in known
    ]
    pairs = compiled(rules, path, loaded, problems)
    return tuple(ClassRule(rule.rule, getattr(rule, key), when) for rule, when in pairs)


def _ordered(
    schemes: dict[str, Scheme], loaded: strictyaml.Loaded, problems: list[str]
) -> Mapping[str, Scheme]:
    """Return the schemes so that each comes after those that it reads; its own last class it may read."""
    reads = {name: (one.indicators() & schemes.keys()) - {name} for name, one in schemes.items()}
    try:
        order = list(TopologicalSorter({name: sorted(reads[name]) for name in schemes}).static_order())
    except CycleError as fault:
        circle = " → ".join(fault.args[1])
        text = _("these schemes read each other: {circle}").format(circle=circle)
        first = next(name for name in fault.args[1] if name != SEGMENT)
        problems.append(problem(loaded, ("classes", first), text))
        return schemes
    return {name: schemes[name] for name in order}


def treatment_problems(shape: PolicyShape, loaded: strictyaml.Loaded) -> Iterator[str]:
    """Yield what is wrong in the treatments: an unknown class, an unknown rule of the cadence."""
    rules = [rule.rule for rule in shape.cadence]
    for scheme in SCHEME:
        for value, one in _treatments(shape, scheme).items():
            path: Place = ("treatments", value) if scheme == SEGMENT else ("treatments", scheme, value)
            if value not in codes_of(scheme):
                yield unknown(loaded, path, value, codes_of(scheme))
            if one.cadence is not None and one.cadence not in rules:
                yield unknown(loaded, (*path, "cadence"), one.cadence, rules)


def _treatments(shape: PolicyShape, scheme: str) -> dict[str, TreatmentShape]:
    if scheme != SEGMENT:
        return dict(getattr(shape.treatments, scheme))
    found = {code: getattr(shape.treatments, code) for code in codes_of(SEGMENT)}
    return {code: one for code, one in found.items() if one is not None}


def treatment(shape: PolicyShape, scheme: str, value: str | None, lang: str) -> Treatment | None:
    """Return how customers of a class are treated, None where the policy says nothing."""
    one = None if value is None else _treatments(shape, scheme).get(value)
    if one is None:
        return None
    return Treatment(_said(one, lang), one.cadence, tuple(_said(text, lang) for text in one.benefits))


def _said(text: TextShape, lang: str) -> str:
    return text.zh_CN if lang == "zh_CN" else text.en
