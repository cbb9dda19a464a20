"""A condition says the same in SQL, for all customers, and in Python, for one: yes, no or unknown."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Integer, create_engine, literal, null, select

from loancrm.engine import make_engine
from loancrm.indicators.catalogue import INDICATORS
from loancrm.indicators.figures import Figures
from loancrm.policy.classes import ClassRule, Scheme
from loancrm.policy.conditions import ALWAYS, All, AnyOf, Condition, Not, Test
from loancrm.policy.parse import from_yaml
from loancrm.policy.policy import Policy, example
from loancrm.reports.classification import Classification, reason_of
from loancrm.view import View
from tests.policy.books import Person, Writer, books
from tests.policy.trees import trees
from tests.support import CURRENCY, TODAY, ZONE, Book

STATES = (True, False, None)
known = st.sampled_from((None, None, TODAY, TODAY - timedelta(days=1), TODAY - timedelta(days=40)))
as_of = st.sampled_from((TODAY, TODAY, TODAY - timedelta(days=1), TODAY - timedelta(days=60)))
many = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def figures_and_states(
    view: View, policy: Policy, condition: Condition
) -> list[tuple[dict[str, Any], bool | None]]:
    """Fetch, in one statement, each customer's figures and what SQL says of the condition."""
    names = sorted(condition.indicators())
    figures = Figures(view, policy.terms, names)
    columns = [figures.columns[name].label(f"f_{name}") for name in names]
    verdict = condition.sql(figures.columns).label("verdict")
    found = []
    for row in view.rows(figures.select(verdict, *columns)):
        values = {name: plain(name, row._mapping[f"f_{name}"]) for name in names}
        found.append((values, None if row.verdict is None else bool(row.verdict)))
    return found


def plain(name: str, value: Any) -> Any:
    return bool(value) if INDICATORS[name].unit == "yes_no" and value is not None else value


@many
@given(people=books, condition=trees(), as_of=as_of, known_at=known)
def test_sql_and_judge_agree_on_any_book_and_any_condition(
    book: Book, people: list[Person], condition: Condition, as_of: date, known_at: date | None
) -> None:
    with book.scratch() as uow:
        Writer(uow).write(people)
        view = View(uow.connection, as_of, known_at, ZONE, CURRENCY)
        for values, verdict in figures_and_states(view, example(), condition):
            assert condition.judge(values).state is verdict, (condition, values)


rules = st.lists(
    st.tuples(trees() | st.just(ALWAYS), st.sampled_from(("quality", "potential", "mass_market", "risk"))),
    max_size=4,
).map(lambda pairs: tuple(ClassRule(f"rule_{i}", segment, when) for i, (when, segment) in enumerate(pairs)))


@many
@given(people=books, enterprise=rules, student=rules, as_of=as_of, known_at=known)
def test_a_customer_gets_the_first_rule_that_judges_yes(
    book: Book,
    people: list[Person],
    enterprise: tuple[ClassRule, ...],
    student: tuple[ClassRule, ...],
    as_of: date,
    known_at: date | None,
) -> None:
    policy = replace(example(), schemes={"segment": Scheme("segment", enterprise, student)})
    with book.scratch() as uow:
        Writer(uow).write(people)
        view = View(uow.connection, as_of, known_at, ZONE, CURRENCY)
        classification = Classification(view, policy)
        expected: dict[str, int] = dict.fromkeys(("quality", "potential", "mass_market", "risk"), 0)
        movers = []
        for row in view.rows(classification.statement()):
            values = {name: plain(name, row._mapping[f"figure_{name}"]) for name in classification.names}
            order = student if row.kind == "student" else enterprise
            states = [rule.when.judge(values).state for rule in order]
            first = states.index(True) if True in states else None
            assert row.place_segment == first
            if first is not None:
                expected[order[first].value] += 1
                if order[first].value != row.now_segment:
                    movers.append((row.id, order[first].value, order[first].rule))
        assert classification.counts().classes == {"segment": expected}
        assert sorted((m.customer_id, m.value, m.rule) for m in classification.moves()) == sorted(movers)


def test_the_shipped_rules_place_every_customer_of_any_kind() -> None:
    """The last rule of each list is ``always``."""
    segments = example().schemes["segment"]
    for order in (segments.enterprise, segments.student):
        assert order[-1].when == ALWAYS


# ── Kleene's tables, by hand ────────────────────────────────────────────────────────────────────

LITERALS = {True: 1, False: 0, None: None}


@pytest.fixture(scope="module")
def database() -> Iterator[Connection]:
    address = os.environ.get("LOANCRM_TEST_PG")
    engine = make_engine(address) if address else create_engine("sqlite://")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def both(
    database: Connection, condition: Condition, values: dict[str, int | None]
) -> tuple[bool | None, bool | None]:
    """Return what SQL and what judge says of values."""
    columns = {name: literal(value, Integer()) if value is not None else null().cast(Integer)
               for name, value in values.items()}  # fmt: skip
    verdict = database.scalar(select(condition.sql(columns)))
    return (None if verdict is None else bool(verdict)), condition.judge(values).state


def held(name: str) -> Test:
    return Test(name, "=", (1,), f"{name} = 1")


@pytest.mark.parametrize(
    ("a", "b", "both_hold", "one_holds"),
    [
        (True, True, True, True),
        (True, False, False, True),
        (True, None, None, True),
        (False, True, False, True),
        (False, False, False, False),
        (False, None, False, None),
        (None, True, None, True),
        (None, False, False, None),
        (None, None, None, None),
    ],
)
def test_all_and_any_follow_kleenes_tables(
    database: Connection, a: bool | None, b: bool | None, both_hold: bool | None, one_holds: bool | None
) -> None:
    values = {"live_loans": LITERALS[a], "employees": LITERALS[b]}
    parts = (held("live_loans"), held("employees"))
    assert both(database, All(parts), values) == (both_hold, both_hold)
    assert both(database, AnyOf(parts), values) == (one_holds, one_holds)


@pytest.mark.parametrize(
    ("written", "value", "expected"),
    [
        ("= 7", 7, True), ("= 7", 8, False), ("= 7", None, None),
        ("!= 7", 7, False), ("!= 7", 8, True), ("!= 7", None, None),
        ("< 7", 6, True), ("< 7", 7, False), ("<= 7", 7, True), ("<= 7", 8, False),
        ("> 7", 8, True), ("> 7", 7, False), (">= 7", 7, True), (">= 7", 6, False), (">= 7", None, None),
        ("1..30", 0, False), ("1..30", 1, True), ("1..30", 30, True), ("1..30", 31, False),
        ("1..30", None, None), ("missing", None, True), ("missing", 0, False),
    ],
)  # fmt: skip
def test_a_test_holds_at_its_bound_or_not_as_written(
    database: Connection, written: str, value: int | None, expected: bool | None
) -> None:
    test = from_yaml({"days_past_due": written})
    opposite = None if expected is None else not expected
    values = {"days_past_due": value}
    assert both(database, test, values) == (expected, expected)
    assert both(database, Not(test), values) == (opposite, opposite)


def test_lists_are_unknown_on_a_missing_value_and_not_otherwise(database: Connection) -> None:
    test = from_yaml({"days_past_due": [1, 2]})
    for value, expected in ((1, True), (3, False), (None, None)):
        assert both(database, test, {"days_past_due": value}) == (expected, expected)


def test_the_outcome_names_the_tests_that_decided() -> None:
    condition = from_yaml(
        {"all": [{"days_past_due": ">= 7"}, {"any": [{"segment": "risk"}, {"employees": "< 20"}]}]}
    )
    yes = condition.judge({"days_past_due": 9, "segment": "quality", "employees": 5})
    assert yes.state is True
    assert [found.text for found in yes.deciding()] == ["days_past_due >= 7", "employees < 20"]
    assert reason_of(yes) == "days_past_due 9 ≥ 7, employees 5 < 20"
    no = condition.judge({"days_past_due": 6, "segment": "risk", "employees": 5})
    assert no.state is False
    assert [found.text for found in no.deciding()] == ["days_past_due >= 7"]
    unknown = condition.judge({"days_past_due": 9, "segment": None, "employees": 50})
    assert unknown.state is None
    assert [found.text for found in unknown.deciding()] == ["segment = risk"]
    assert len(list(unknown.tests())) == 3


def test_every_combination_of_two_states_under_not_and_all_agrees(database: Connection) -> None:
    parts = (held("live_loans"), Not(held("employees")))
    for a, b in product(STATES, repeat=2):
        sql, judged = both(database, Not(All(parts)), {"live_loans": LITERALS[a], "employees": LITERALS[b]})
        assert sql is judged
