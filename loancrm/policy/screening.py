"""Screening: whether a customer passes, criterion by criterion; what is not certain is referred."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from loancrm.policy.conditions import Condition, Outcome, Value
from loancrm.policy.shapes import TextShape

Decision = Literal["pass", "refer", "decline"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What one criterion says: the condition that decided (None: neither holds), and what is missing."""

    criterion: str
    title: TextShape
    decision: Decision
    outcome: Outcome
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Criterion:
    """``declines`` is asked first, then ``passes``; without a ``required`` figure neither is."""

    criterion: str
    title: TextShape
    passes: Condition
    declines: Condition | None
    required: tuple[str, ...]

    def indicators(self) -> frozenset[str]:
        """Return the names of the figures that are read."""
        declines = frozenset() if self.declines is None else self.declines.indicators()
        return self.passes.indicators() | declines | frozenset(self.required)

    def judge(self, values: Mapping[str, Value]) -> Finding:
        """Return what the criterion says of one customer's figures."""
        missing = tuple(name for name in self.required if values[name] is None)
        passes = self.passes.judge(values)
        if missing:
            return self._finding("refer", passes, missing)
        declines = None if self.declines is None else self.declines.judge(values)
        if declines is not None and declines.state:
            return self._finding("decline", declines, ())
        # Where it is unknown whether it is to be declined, passing would not be certain.
        if declines is not None and declines.state is None:
            return self._finding("refer", declines, ())
        return self._finding("pass" if passes.state else "refer", passes, ())

    def _finding(self, decision: Decision, outcome: Outcome, missing: tuple[str, ...]) -> Finding:
        return Finding(self.criterion, self.title, decision, outcome, missing)


@dataclass(frozen=True, slots=True)
class Screening:
    """The criteria for companies (sole proprietors too) and for students."""

    enterprise: tuple[Criterion, ...] = ()
    student: tuple[Criterion, ...] = ()

    def criteria(self, kind: str) -> tuple[Criterion, ...]:
        """Return the criteria for a kind of customer."""
        return self.student if kind == "student" else self.enterprise

    def title(self, kind: str, criterion: str) -> TextShape:
        """Return how a criterion for a kind of customer is called."""
        return next(one.title for one in self.criteria(kind) if one.criterion == criterion)


def decide(findings: tuple[Finding, ...]) -> Decision:
    """Return the decision of all criteria.

    A missing required figure refers the customer whatever the others say; else one that declines decides,
    and one that refers before all that pass.
    """
    decisions = {finding.decision for finding in findings}
    if not findings or any(finding.missing for finding in findings):
        return "refer"
    if "decline" in decisions:
        return "decline"
    return "refer" if "refer" in decisions else "pass"
