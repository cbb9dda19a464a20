"""Scores by the policy's cards: the whole book in one statement a card, and one customer explained."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, NamedTuple

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Double,
    Integer,
    Row,
    Select,
    case,
    func,
    literal,
    or_,
    select,
)

from loancrm.dialect import found_first
from loancrm.errors import Conflict
from loancrm.i18n import _
from loancrm.indicators.facts import customer_ids
from loancrm.indicators.figures import Figures
from loancrm.indicators.loan_figures import LoanFigures
from loancrm.numerals import exact_number, plain_millionths, plain_money
from loancrm.policy.cards import Card, Grade, LogisticCard, PointsCard, PointsItem, Result
from loancrm.policy.conditions import Value
from loancrm.policy.logistic import Term
from loancrm.policy.parse import figure_named
from loancrm.policy.policy import Policy
from loancrm.reports.lookup import customer, customer_code
from loancrm.view import FETCHED, View

NAMED = ("id", "number", "kind", "name", "officer_id")  # a row begins with these, then come the figures
OF_A_LOAN = ("loan_id", "loan", "loans", "loans_scored")


class Scored(NamedTuple):
    """A customer and what a card says; ``values`` are the figures that were read.

    By a card of loans it is what the card says of ``loan``, the worst; of so many ``loans`` there is a score,
    or a probability, of ``loans_scored``.
    """

    customer_id: int
    number: int
    customer: str
    name: str
    kind: str
    officer_id: int | None
    card: Card
    result: Result
    values: Mapping[str, Value]
    loan_id: int | None = None
    loan: str | None = None
    loans: int | None = None
    loans_scored: int | None = None


class Scoring:
    """What one card says of customers as of a day."""

    def __init__(self, view: View, policy: Policy, card: Card, scope: Select[Any] | None = None) -> None:
        self.view = view
        self.card = card
        self.names = sorted(card.indicators())
        self.figures: Any = (LoanFigures if card.level == "loan" else Figures)(
            view, policy.terms, self.names, attributes=("name", "officer_id"), scope=scope
        )
        self._yes_no = [name for name in self.names if figure_named(name).unit == "yes_no"]

    def statement(self) -> Select[Any]:
        """Return every customer that the card is for: figures, what each earns, and what they add up to."""
        parts, card = self._parts(), self.card
        found = _summed(card, parts) if isinstance(card, PointsCard) else select(*parts.c)
        if card.level == "loan":
            found = _worst_of_each(card, found)
        return found.order_by(found.selected_columns.number)

    def _parts(self) -> CTE:
        """Return the customers with their figures, and the points or term of each item.

        Each is found once: the sum, its bounds and the grade's place would each work the bands out again.
        """
        people = self.figures.customers.c
        named = [people[name] for name in NAMED]
        columns = [self.figures.columns[name].label(f"figure_{name}") for name in self.names]
        query = self.figures.select(*named, *columns).where(people.kind.in_(self.card.applies_to))
        if self.card.level == "loan":
            loan = self.figures.loans.c
            query = query.add_columns(loan.id.label("loan_id"), loan.number.label("loan"))
            query = query.where(is_scored(loan))
        read = found_first(query, "figures")
        values = {name: read.c[f"figure_{name}"] for name in self.names}
        items: Sequence[PointsItem | Term] = self.card.items
        earned = [item.sql(values).label(f"part_{n}") for n, item in enumerate(items)]
        return found_first(select(*read.c, *earned), "parts")

    def book(self) -> Iterator[Scored]:
        """Return every customer that the card is for, by code."""
        rows = self.view.connection.execute(self.statement())
        places = {name: place for place, name in enumerate(rows.keys())}
        first = places.get("part_0", 0)  # a card of nothing but an intercept has none
        last = first + len(self.card.items)
        for row in chain.from_iterable(rows.partitions(FETCHED)):
            values = self._values(row)
            yield self._scored(row, values, self._result(row, row[first:last], values))

    def explained(self) -> Scored | None:
        """Return the one customer in scope with the bands that decided; None where there is nobody."""
        row = self.view.one(self.statement())
        if row is None:
            return None
        values = self._values(row)
        return self._scored(row, values, self.card.result(values))

    def _scored(self, row: Row[Any], values: Mapping[str, Value], result: Result) -> Scored:
        customer_id, number, kind, name, officer_id = row[: len(NAMED)]
        code = customer_code(number)
        one = Scored(customer_id, number, code, name, kind, officer_id, self.card, result, values)
        if self.card.level == "loan":
            one = one._replace(**{name: getattr(row, name) for name in OF_A_LOAN})
        return one

    def _values(self, row: Row[Any]) -> dict[str, Value]:
        first = len(NAMED)
        values: dict[str, Value] = dict(zip(self.names, row[first : first + len(self.names)], strict=True))
        for name in self._yes_no:
            if values[name] is not None:
                values[name] = bool(values[name])
        return values

    def _result(self, row: Row[Any], earned: Sequence[Any], values: Mapping[str, Value]) -> Result:
        if isinstance(self.card, LogisticCard):
            return self.card.of_terms(earned, values)
        return self.card.of_points(earned, (row.score, row.low, row.high), row.grade, values)


def _summed(card: PointsCard, parts: CTE) -> Select[Any]:
    """Return the parts with their sum, between what it could lie, and the place of its grade."""
    earned = [(parts.c[f"part_{n}"], item.span) for n, item in enumerate(card.items)]
    nothing: ColumnElement[int] = literal(0, BigInteger())
    exact = sum((part for part, _span in earned), nothing)  # of most customers nothing is missing

    def total(missing: Sequence[int]) -> ColumnElement[int]:
        whole = nothing
        for (part, _span), instead in zip(earned, missing, strict=True):
            whole += func.coalesce(part, literal(instead, BigInteger()))
        return func.coalesce(exact, whole)

    sums = select(
        *parts.c,
        total([0] * len(earned)).label("score"),
        total([span[0] for _part, span in earned]).label("low"),
        total([span[1] for _part, span in earned]).label("high"),
    ).subquery("sums")
    return select(*sums.c, _place(card.grades, sums.c.score).label("grade"))


def is_scored(loan: Any) -> ColumnElement[bool]:
    """Say whether a card of loans scores a loan (of ``loans_at``): it lives, or is applied for."""
    return or_(loan.is_live == 1, loan.status == "pending")


def _worst_of_each(card: Card, query: Select[Any]) -> Select[Any]:
    """Return the worst loan of each customer, those first of which the card can say something."""
    rows = query.subquery("each_loan")
    risk: ColumnElement[Any]
    if isinstance(card, PointsCard):
        risk = -rows.c.score
    else:
        risk = sum((rows.c[f"part_{n}"] for n in range(len(card.items))), literal(card.intercept, Double()))
    order = (case((risk.is_(None), 1), else_=0), risk.desc(), rows.c.loan_id)
    ranked = select(
        *rows.c,
        func.row_number().over(partition_by=rows.c.id, order_by=order).label("place"),
        func.count().over(partition_by=rows.c.id).label("loans"),
        func.count(risk).over(partition_by=rows.c.id).label("loans_scored"),
    ).subquery("by_risk")
    return select(*ranked.c).where(ranked.c.place == 1)


def _place(grades: tuple[Grade, ...], score: ColumnElement[int]) -> ColumnElement[Any]:
    reached = [
        (score >= literal(grade.at_least, BigInteger()), literal(place, Integer()))
        for place, grade in enumerate(grades)
    ]
    return case(*reached, else_=None) if reached else literal(None, Integer())


def score(view: View, policy: Policy, named: str, card: str | None = None) -> Scored | None:
    """Return what a card says of one customer, explained; None where the customer is not there yet.

    Raises:
        NotFound: nobody is called so, or there is no such card.
        Conflict: several customers are, or the card is of loans and the customer has none.
        InvalidInput: the card is not for this kind of customer.
    """
    row = customer(view, named)
    found = policy.card(card, row.kind)
    scored = Scoring(view, policy, found, customer_ids(view, ids=[row.id])).explained()
    if scored is None and found.level == "loan":
        message = _("{code} has no live loan and none applied for, and card {card} scores loans")
        code = customer_code(row.number)
        raise Conflict(message.format(code=code, card=found.name), field="--card", code="nothing_to_score")
    return scored


def cards_for(policy: Policy, card: str | None) -> tuple[tuple[Card, tuple[str, ...]], ...]:
    """Return each card that the book is scored by, with the kinds of customer it is then for.

    The card ``card`` for all that it applies to; without one, for each kind the first that applies to it.
    """
    if card is not None:
        found = policy.named_card(card)
        return ((found, found.applies_to),)
    taken: set[str] = set()
    pairs = []
    for one in policy.cards.values():
        kinds = tuple(kind for kind in one.applies_to if kind not in taken)
        taken.update(kinds)
        if kinds:
            pairs.append((one, kinds))
    return tuple(pairs)


def book(
    view: View, policy: Policy, card: str | None = None, *, officer_id: int | None = None
) -> Iterator[Scored]:
    """Return the scores of the book, or of one officer's customers, by card and code."""
    scope = None if officer_id is None else customer_ids(view, officer_id=officer_id)
    for one, kinds in cards_for(policy, card):
        for scored in Scoring(view, policy, one, scope).book():
            if scored.kind in kinds:
                yield scored


_PLAIN = {"money": plain_money, "ratio": plain_millionths, "number": exact_number}


def plain_value(indicator: str, value: Value) -> str | None:
    """Return a figure as data: money with two decimals, shares with six, codes as they are."""
    if value is None:
        return None
    unit = figure_named(indicator).unit
    if isinstance(value, int) and unit in _PLAIN:
        return _PLAIN[unit](value)
    return str(value).lower() if isinstance(value, bool) else str(value)
