"""Segments by the policy's rules: the whole book in one statement, and one customer explained."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Integer, Row, Select, case, func, literal, select

from loancrm.i18n import _
from loancrm.indicators.facts import customer_ids
from loancrm.indicators.figures import Figures, find
from loancrm.numerals import format_money, format_number, format_ratio
from loancrm.policy.conditions import Against, Outcome, Test
from loancrm.policy.policy import Policy, SegmentRule
from loancrm.reports.lookup import customer_code
from loancrm.view import View


@dataclass(frozen=True, slots=True)
class Move:
    """A customer who changes segment: ``figures`` are what the deciding rule read."""

    customer_id: int
    customer: str
    name: str
    previous: str | None
    segment: str
    rule: str
    reason: str
    figures: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class TestLine:
    """One test of one rule for one customer: ``outcome`` is yes, no or unknown.

    ``against`` is the figure that ``indicator`` is compared with, empty for a value.
    """

    __test__ = False

    rule: str
    segment: str
    decides: bool
    condition: str
    indicator: str
    value: str | None
    against: str
    against_value: str | None
    outcome: str


class Classification:
    """What the policy's rules say of customers as of a day."""

    def __init__(self, view: View, policy: Policy, ids: list[int] | None = None) -> None:
        self.view = view
        self.policy = policy
        rules = (*policy.enterprise_segments, *policy.student_segments)
        names = sorted({name for rule in rules for name in rule.when.indicators()})
        scope = None if ids is None else customer_ids(view, ids=ids)
        self.figures = Figures(view, policy.terms, names, attributes=("segment",), scope=scope)
        self.names = names

    def statement(self) -> Select[Any]:
        """Return every customer with the place of the first rule that holds, and the figures."""
        people = self.figures.customers.c
        place = case(
            (people.kind == "student", self._first(self.policy.student_segments)),
            else_=self._first(self.policy.enterprise_segments),
        )
        columns = [column.label(f"figure_{name}") for name, column in self.figures.columns.items()]
        named = (people.id, people.number, people.kind, people.name, people.segment)
        return self.figures.select(*named, place.label("place"), *columns)

    def _first(self, rules: tuple[SegmentRule, ...]) -> Any:
        cases = [
            (rule.when.sql(self.figures.columns), literal(place, Integer()))
            for place, rule in enumerate(rules)
        ]
        return case(*cases, else_=None) if cases else literal(None, Integer())

    def counts(self) -> dict[str, int]:
        """Return how many customers each segment holds by the rules; unclassifiable ones are left out."""
        inner = self.statement().subquery("placed")
        is_student = case((inner.c.kind == "student", 1), else_=0)
        grouped = select(is_student, inner.c.place, func.count()).group_by(is_student, inner.c.place)
        found: dict[str, int] = dict.fromkeys(("quality", "potential", "mass_market", "risk"), 0)
        for student, place, count in map(tuple, self.view.rows(grouped)):
            if place is not None:
                found[self._rules(bool(student))[place].segment] += count
        return found

    def _rules(self, student: bool) -> tuple[SegmentRule, ...]:
        return self.policy.student_segments if student else self.policy.enterprise_segments

    def moves(self) -> Iterator[Move]:
        """Return who would move, in the order of their codes."""
        for row in self.view.connection.execute(self.statement().order_by(self.figures.customers.c.number)):
            rules = self.policy.segment_rules(row.kind)
            if row.place is None or rules[row.place].segment == row.segment:
                continue
            yield self._move(row, rules[row.place])

    def _move(self, row: Row[Any], rule: SegmentRule) -> Move:
        values = self._values(row)
        outcome = rule.when.judge(values)
        return Move(
            customer_id=row.id,
            customer=customer_code(row.number),
            name=row.name,
            previous=row.segment,
            segment=rule.segment,
            rule=rule.rule,
            reason=reason_of(outcome) or _("no rule above holds"),
            figures={name: values[name] for name in sorted(rule.when.indicators())},
        )

    def _values(self, row: Row[Any]) -> dict[str, Any]:
        return {name: _plain(row._mapping[f"figure_{name}"], find(name).unit) for name in self.names}

    def explain(self) -> list[TestLine]:
        """Return every rule for the one customer in scope, test by test, with the actual values."""
        row = self.view.one(self.statement())
        if row is None:
            return []
        values = self._values(row)
        lines: list[TestLine] = []
        for place, rule in enumerate(self.policy.segment_rules(row.kind)):
            lines += _test_lines(rule, rule.when.judge(values), decides=place == row.place)
        return lines


def _plain(value: Any, unit: str) -> Any:
    return bool(value) if unit == "yes_no" and value is not None else value


def _test_lines(rule: SegmentRule, outcome: Outcome, *, decides: bool) -> list[TestLine]:
    tests = list(outcome.tests())
    if not tests:
        return [TestLine(rule.rule, rule.segment, decides, "always", "", None, "", None, "yes")]
    return [
        TestLine(
            rule.rule,
            rule.segment,
            decides,
            test.text,
            test.test.indicator if test.test else "",
            shown(test.test, test.value),
            test.test.other if isinstance(test.test, Against) else "",
            shown(test.test, test.other),
            _WORDS[test.state],
        )
        for test in tests
    ]


_WORDS = {True: "yes", False: "no", None: "unknown"}


def shown(test: Test | Against | None, value: Any) -> str | None:
    """Return a figure as text in its own unit, None where it is missing."""
    return None if test is None or value is None else figure_text(test.indicator, value)


def figure_text(indicator: str, value: Any) -> str:
    """Return an indicator's value as text: money and shares as people read them."""
    unit = find(indicator).unit
    if unit == "money":
        return format_money(value)
    if unit == "ratio":
        return format_ratio(value)
    if unit == "number":
        return format_number(value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def reason_of(outcome: Outcome) -> str:
    """Return the tests that decided, with their actual values: ``days_past_due 9 ≥ 7``."""
    return ", ".join(_with_value(test) for test in outcome.deciding())


_SIGNS = {">=": "≥", "<=": "≤", "!=": "≠"}


def _with_value(outcome: Outcome) -> str:
    """Return a test with its actual values: ``days_past_due 9 ≥ 7``, the other figure's at the end."""
    test = outcome.test
    value = None if test is None else shown(test, outcome.value)
    if test is None or value is None:
        return outcome.text
    rest = outcome.text.removeprefix(test.indicator).strip()
    for plain, sign in _SIGNS.items():
        rest = rest.replace(plain, sign)
    said = f"{test.indicator} {value} {rest}"
    return f"{said} {shown(test, outcome.other) or ''}".strip() if isinstance(test, Against) else said
