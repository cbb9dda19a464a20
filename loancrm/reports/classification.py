"""Classes by the policy's rules: the whole book in one statement, and one customer explained.

Segments are one scheme among the others. A scheme that reads the class of another is decided after it, on
what that one gives in the same run.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Integer,
    Row,
    Select,
    Subquery,
    and_,
    case,
    func,
    literal,
    null,
    or_,
    select,
)

from loancrm.i18n import _, listed
from loancrm.indicators.facts import class_at, customer_ids
from loancrm.indicators.figures import Figures, find
from loancrm.numerals import format_money, format_number, format_ratio
from loancrm.policy.classes import TYPED, ClassRule, Scheme
from loancrm.policy.conditions import Against, Outcome, Test
from loancrm.policy.parse import figure_named
from loancrm.policy.policy import Policy
from loancrm.reports.lookup import customer_code
from loancrm.spool import Spool
from loancrm.view import FETCHED, View
from loancrm.vocabulary import codes_of


class Move(NamedTuple):
    """A customer whose class in a scheme changes.

    ``figures`` are what the deciding rule read, and as None what was missing for the rules above it. A tuple,
    since a book has very many of them.
    """

    scheme: str
    customer_id: int
    customer: str
    name: str
    previous: str | None
    value: str
    rule: str
    reason: str
    figures: Mapping[str, object]


def move_spool() -> Spool[Move]:
    """Return a spool of moves."""
    return Spool(lambda values: Move(**values))


def plain_move(move: Move) -> dict[str, Any]:
    """Return a move as plain values, as a spool and a column of JSON take them."""
    figures = {
        name: value.isoformat() if isinstance(value, date) else value for name, value in move.figures.items()
    }
    return {**{name: getattr(move, name) for name in Move._fields}, "figures": figures}


@dataclass(frozen=True, slots=True)
class TestLine:
    """One test of one rule for one customer: ``outcome`` is yes, no or unknown.

    ``given`` is the class that the rule gives; ``against`` the figure that ``indicator`` is compared with,
    empty for a value.
    """

    __test__ = False

    rule: str
    given: str
    decides: bool
    condition: str
    indicator: str
    value: str | None
    against: str
    against_value: str | None
    outcome: str


@dataclass(frozen=True, slots=True)
class Counts:
    """How many customers were looked at; of each scheme, how many each class holds by the rules.

    ``typed`` says of how many an officer typed the class, which then holds.
    """

    customers: int
    classes: Mapping[str, Mapping[str, int]]
    typed: Mapping[str, int]


class Classification:
    """What the policy's rules say of customers as of a day, by all its schemes or some of them."""

    def __init__(
        self,
        view: View,
        policy: Policy,
        ids: list[int] | None = None,
        schemes: Iterable[str] | None = None,
        scope: Select[Any] | None = None,
    ) -> None:
        self.view = view
        self.policy = policy
        chosen = policy.schemes if schemes is None else frozenset(schemes)
        self.schemes = {name: one for name, one in policy.schemes.items() if name in chosen}
        self.names = sorted(frozenset[str]().union(*(one.indicators() for one in self.schemes.values())))
        self._labels = {name: self._labels_of(one) for name, one in self.schemes.items()}
        self._rules: dict[tuple[str, int], list[tuple[str, str]]] = {}
        self._above: dict[tuple[str, str, int], list[str]] = {}
        self._yes_no = {name for name in self.names if find(name).unit == "yes_no"}
        scope = scope if ids is None else customer_ids(view, ids=ids)
        self.figures = Figures(view, policy.terms, self.names, attributes=tuple(self.schemes), scope=scope)

    def _labels_of(self, scheme: Scheme) -> list[tuple[str, str]]:
        """Return the figures of a scheme, each with its column: of a class above it, the new one."""
        names = list(self.schemes)
        above = names[: names.index(scheme.name)]
        return [(name, f"{'new' if name in above else 'figure'}_{name}") for name in scheme.indicators()]

    def statement(self) -> Select[Any]:
        """Return every customer with, of each scheme, the class now, the class then and the rule's place.

        The columns are id, number, kind, name, ``figure_…`` of each indicator, and ``now_…``, ``new_…``,
        ``place_…`` and ``typed_…`` of each scheme.
        """
        rows = self._people().subquery("people")
        for place, layer in enumerate(self._layers()):
            decided = [column for one in layer for column in self._decided(one, rows)]
            rows = select(rows, *decided).subquery(f"layer_{place}")
        return select(rows)

    def _people(self) -> Select[Any]:
        people = self.figures.customers.c
        typed = [
            and_(people[name].is_not(None), people[name].is_distinct_from(given)).label(f"typed_{name}")
            for name in self.schemes
            if name in TYPED
            for given in [class_at(self.view, name, people.id)]
        ]
        return self.figures.select(
            *(people.id, people.number, people.kind, people.name),
            *(people[name].label(f"now_{name}") for name in self.schemes),
            *(column.label(f"figure_{name}") for name, column in self.figures.columns.items()),
            *typed,
        )

    def _layers(self) -> list[list[Scheme]]:
        """Return the schemes in layers: each reads only what those above it give."""
        depth: dict[str, int] = {}
        for name, one in self.schemes.items():
            above = [depth[read] for read in one.indicators() if read in depth]
            depth[name] = max(above, default=-1) + 1
        levels = range(max(depth.values(), default=-1) + 1)
        return [[self.schemes[name] for name in depth if depth[name] == level] for level in levels]

    def _decided(self, scheme: Scheme, rows: Subquery) -> list[ColumnElement[Any]]:
        """Return the place of the rule that holds and the class that it gives, over the layer above."""
        c, name = rows.c, scheme.name
        columns = {figure: c[self._source(figure, c)] for figure in scheme.indicators()}
        lists = (scheme.student, scheme.enterprise)
        place: ColumnElement[Any] = case(
            (c.kind == "student", _first(lists[0], columns)), else_=_first(lists[1], columns)
        )
        values = [
            case({n: rule.value for n, rule in enumerate(rules)}, value=_first(rules, columns))
            if rules
            else null()
            for rules in lists
        ]
        value: ColumnElement[Any] = func.coalesce(
            case((c.kind == "student", values[0]), else_=values[1]), c[f"now_{name}"]
        )
        if name in TYPED:
            typed = c[f"typed_{name}"]
            place = case((typed, null()), else_=place)
            value = case((typed, c[f"now_{name}"]), else_=value)
        return [place.label(f"place_{name}"), value.label(f"new_{name}")]

    def _source(self, figure: str, columns: Any) -> str:
        """Return the column of a figure: of a class that was just decided, what it is from now on."""
        return f"new_{figure}" if f"new_{figure}" in columns else f"figure_{figure}"

    def counts(self) -> Counts:
        """Return how many customers each class holds; those that no rule takes are left out."""
        inner = self.statement().subquery("placed")
        wanted = [self._counted(name, inner) for name in self.schemes]
        typed = [inner.c[f"typed_{name}"] for name in self.schemes if name in TYPED]
        grouped = select(*wanted, *typed, func.count()).group_by(*wanted, *typed)
        found = {name: dict.fromkeys(codes_of(name), 0) for name in self.schemes}
        by_hand = dict.fromkeys((name for name in self.schemes if name in TYPED), 0)
        customers = 0
        for row in map(tuple, self.view.rows(grouped)):
            customers += row[-1]
            for name, value in zip(self.schemes, row, strict=False):
                if value is not None:
                    found[name][value] += row[-1]
            for name, is_typed in zip(by_hand, row[len(wanted) :], strict=False):
                by_hand[name] += row[-1] if is_typed else 0
        return Counts(customers, found, by_hand)

    def _counted(self, name: str, inner: Subquery) -> ColumnElement[Any]:
        c = inner.c
        taken = c[f"place_{name}"].is_not(None)
        return case((or_(taken, c[f"typed_{name}"]) if name in TYPED else taken, c[f"new_{name}"]))

    def moves(self) -> Iterator[Move]:
        """Return who would move, in the order of their codes, and of the schemes for each."""
        inner = self.statement().subquery("placed")
        moved = [inner.c[f"new_{name}"].is_distinct_from(inner.c[f"now_{name}"]) for name in self.schemes]
        query = select(inner).where(or_(*moved)) if moved else select(inner).where(literal(0) == 1)
        rows = self.view.connection.execute(query.order_by(inner.c.number))
        places = {name: place for place, name in enumerate(rows.keys())}
        pairs = [
            (scheme, places[f"now_{scheme.name}"], places[f"new_{scheme.name}"])
            for scheme in self.schemes.values()
        ]
        for row in chain.from_iterable(rows.partitions(FETCHED)):
            for scheme, now, new in pairs:
                if row[now] != row[new]:
                    yield self.move(row, scheme, row[now])

    def spooled_moves(self) -> dict[str, Spool[Move]]:
        """Return who would move, by scheme, however many they are; days among the figures are texts."""
        found = {name: move_spool() for name in self.schemes}
        for move in self.moves():
            found[move.scheme].add(plain_move(move))
        return found

    def placed(self) -> Iterator[Row[Any]]:
        """Return all customers as ``statement`` does, in the order of their codes."""
        inner = self.statement().subquery("placed")
        query = select(inner).order_by(inner.c.number)
        yield from self.view.connection.execute(query)

    def move(self, row: Row[Any], scheme: Scheme, previous: str | None) -> Move:
        """Return the move of a customer whom a rule takes."""
        place = row._mapping[f"place_{scheme.name}"]
        rule = scheme.rules(row.kind)[place]
        values = self._values(row, self._read_by(scheme, rule))
        reason = reason_of(rule.when.judge(values)) or _("no rule above holds")
        undecided = self._undecided(row, scheme, place)
        missing = list(dict.fromkeys(name for one in undecided.values() for name in one.missing()))
        return Move(
            scheme=scheme.name,
            customer_id=row.id,
            customer=customer_code(row.number),
            name=row.name,
            previous=previous,
            value=rule.value,
            rule=rule.rule,
            reason=with_undecided(reason, list(undecided), missing),
            figures=values | dict.fromkeys(missing) if missing else values,
        )

    def _undecided(self, row: Row[Any], scheme: Scheme, place: int) -> dict[str, Outcome]:
        """Return the rules above one that could not be judged, since a figure is missing."""
        found = row._mapping
        if all(found[label] is not None for label in self._read_above(scheme, row.kind, place)):
            return {}
        values = self._values(row, self._labels[scheme.name])
        judged = {one.rule: one.when.judge(values) for one in scheme.rules(row.kind)[:place]}
        return {rule: outcome for rule, outcome in judged.items() if outcome.state is None}

    def _read_above(self, scheme: Scheme, kind: str, place: int) -> list[str]:
        """Return the columns of what the rules above one read; kept for the next customer."""
        key = (scheme.name, kind, place)
        if key not in self._above:
            read = frozenset[str]().union(*(one.when.indicators() for one in scheme.rules(kind)[:place]))
            self._above[key] = [label for name, label in self._labels[scheme.name] if name in read]
        return self._above[key]

    def _read_by(self, scheme: Scheme, rule: ClassRule) -> list[tuple[str, str]]:
        """Return the figures that a rule reads, by name, each with its column; kept for the next customer."""
        key = (scheme.name, id(rule))
        if key not in self._rules:
            read = rule.when.indicators()
            self._rules[key] = sorted(pair for pair in self._labels[scheme.name] if pair[0] in read)
        return self._rules[key]

    def _values(self, row: Row[Any], labels: list[tuple[str, str]]) -> dict[str, Any]:
        found = row._mapping
        values = {name: found[label] for name, label in labels}
        for name in self._yes_no:
            if values.get(name) is not None:
                values[name] = bool(values[name])
        return values

    def explain(self, scheme: str = "segment") -> list[TestLine]:
        """Return every rule for the one customer in scope, test by test, with the actual values."""
        row = self.view.one(self.statement())
        if row is None or scheme not in self.schemes:
            return []
        one = self.schemes[scheme]
        values, decided = self._values(row, self._labels[scheme]), row._mapping[f"place_{scheme}"]
        lines: list[TestLine] = []
        for place, rule in enumerate(one.rules(row.kind)):
            lines += _test_lines(rule, rule.when.judge(values), decides=place == decided)
        return lines

    def is_typed(self, scheme: str) -> bool:
        """Say whether an officer typed the class of the one customer in scope: then that holds."""
        row = self.view.one(self.statement())
        return row is not None and bool(row._mapping.get(f"typed_{scheme}"))


def _first(rules: tuple[ClassRule, ...], columns: Mapping[str, ColumnElement[Any]]) -> ColumnElement[Any]:
    """Return the place of the first rule that holds."""
    cases = [(rule.when.sql(columns), literal(place, Integer())) for place, rule in enumerate(rules)]
    return case(*cases, else_=None) if cases else literal(None, Integer())


def _test_lines(rule: ClassRule, outcome: Outcome, *, decides: bool) -> list[TestLine]:
    tests = list(outcome.tests())
    if not tests:
        return [TestLine(rule.rule, rule.value, decides, "always", "", None, "", None, "yes")]
    return [
        TestLine(
            rule.rule,
            rule.value,
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
    unit = figure_named(indicator).unit
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


def with_undecided(reason: str, rules: list[str], missing: list[str]) -> str:
    """Return a reason, and for want of which figures which rules above could not be judged, if any."""
    if not missing:
        return reason
    figures = listed(missing)
    if not rules:
        return _("{reason}; rules above undecided: {figures} missing").format(reason=reason, figures=figures)
    words = _("{reason}; undecided above: {rules} ({figures} missing)")
    return words.format(reason=reason, rules=listed(rules), figures=figures)


_SIGNS = {">=": "≥", "<=": "≤", "!=": "≠"}


def _with_value(outcome: Outcome) -> str:
    """Return a test with its actual values: ``days_past_due 9 ≥ 7``, the other figure's at the end."""
    test = outcome.test
    value = None if test is None else shown(test, outcome.value)
    if test is not None and test.operator == "missing":
        return _("{name} is missing").format(name=test.indicator)
    if test is None or value is None:
        return outcome.text
    rest = outcome.text.removeprefix(test.indicator).strip()
    for plain, sign in _SIGNS.items():
        rest = rest.replace(plain, sign)
    said = f"{test.indicator} {value} {rest}"
    return f"{said} {shown(test, outcome.other) or ''}".strip() if isinstance(test, Against) else said
