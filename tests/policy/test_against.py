"""One figure against another: a factor, units that must agree, both values in the explanation."""

from __future__ import annotations

import os
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import BigInteger, Connection, Integer, create_engine, literal, null, select

from loancrm.dialect import scaled
from loancrm.engine import make_engine
from loancrm.errors import InvalidInput, UsageFault
from loancrm.policy.conditions import Against
from loancrm.policy.parse import ConditionFault, from_text, from_yaml
from loancrm.reports.classification import Classification, reason_of
from tests.support import Book, policy_of

from .test_parse import complaints, place


@pytest.fixture(scope="module")
def database() -> Iterator[Connection]:
    address = os.environ.get("LOANCRM_TEST_PG")
    engine = make_engine(address) if address and "://" in address else create_engine("sqlite://")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def both(database: Connection, condition: Any, values: dict[str, int | None]) -> tuple[Any, Any]:
    columns = {
        name: null().cast(Integer) if value is None else literal(value, BigInteger())
        for name, value in values.items()
    }
    verdict = database.scalar(select(condition.sql(columns)))
    return (None if verdict is None else bool(verdict)), condition.judge(values).state


# ── reading ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("written", "sign", "factor"),
    [
        (">= 10% * outstanding_principal", ">=", 100_000),
        (">=10%*outstanding_principal", ">=", 100_000),
        ("< 0.8 * outstanding_principal", "<", 800_000),
        ("> 1000 * outstanding_principal", ">", 1_000_000_000),
        ("= outstanding_principal", "=", 1_000_000),
        ("!= outstanding_principal", "!=", 1_000_000),
    ],
)
def test_yaml_and_text_read_one_figure_against_another(written: str, sign: str, factor: int) -> None:
    from_file = from_yaml({"overdue_principal": written})
    assert isinstance(from_file, Against)
    assert (from_file.operator, from_file.other, from_file.factor) == (sign, "outstanding_principal", factor)
    typed = from_text(f"overdue_principal {written}")
    assert isinstance(typed, Against)
    assert (typed.operator, typed.other, typed.factor) == (sign, "outstanding_principal", factor)
    assert typed.indicators() == {"overdue_principal", "outstanding_principal"}


def test_a_code_that_is_called_as_a_figure_stays_a_code() -> None:
    """A region may be called segment; a text is never a figure."""
    assert from_yaml({"region": "= segment"}).values == ("segment",)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("data", "words", "hint"),
    [
        ({"unpaid_interest": "> 2 * overdue_ratio"}, "only figures of one unit", "overdue_principal"),
        ({"overdue_principal": "> days_past_due"}, "only figures of one unit", None),
        ({"days_past_due": "> live_loans"}, "only figures of one unit", None),
        ({"overdue_principal": "> 2 * outstanding_principle"}, "no indicator", "outstanding_principal"),
        ({"overdue_principal": "> outstanding_principle"}, "no indicator", "outstanding_principal"),
        ({"overdue_principal": "> 0 * outstanding_principal"}, "a factor is written", None),
        ({"overdue_principal": "> 1001 * outstanding_principal"}, "a factor is written", None),
        ({"overdue_principal": "> 0.0000001 * outstanding_principal"}, "a factor is written", None),
        ({"segment": "= kind"}, "only figures of one unit", None),
        ({"segment": "> kind"}, "has no order", None),
        ({"is_hardship": "= 2 * is_hardship"}, "has no order", None),
    ],
)
def test_figures_that_cannot_be_compared_are_refused(data: Any, words: str, hint: str | None) -> None:
    with pytest.raises(ConditionFault) as fault:
        from_yaml(data)
    assert words in fault.value.message
    assert fault.value.path == tuple(data)
    assert hint is None or fault.value.hint == f"did you mean '{hint}'?"


@pytest.mark.parametrize(
    "text", ["overdue_principal > 2 *", "overdue_principal > * unpaid_interest", "overdue_principal > 2 * 3"]
)
def test_a_line_with_half_a_factor_is_refused(text: str) -> None:
    with pytest.raises((UsageFault, InvalidInput)):
        from_text(text)


def test_units_that_differ_are_named_with_file_line_and_column() -> None:
    old = 'when: {worst_days_past_due_6m: ">= 31"}'
    (line,) = complaints((old, 'when: {worst_days_past_due_6m: ">= 2 * live_loans"}'))
    assert line.startswith(f"policy.yaml:{place('worst_days_past_due_6m')}: segments.enterprise.1.when.")
    assert "worst_days_past_due_6m is in days, live_loans in count: only figures of one unit" in line


# ── meaning ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("sign", "value", "other", "expected"),
    [
        # 0.8 * 101 = 80.8
        ("<", 80, 101, True), ("<", 81, 101, False), ("<=", 80, 101, True), ("<=", 81, 101, False),
        (">", 80, 101, False), (">", 81, 101, True), (">=", 80, 101, False), (">=", 81, 101, True),
        ("=", 80, 101, False), ("=", 81, 101, False), ("!=", 81, 101, True),
        # 0.8 * 100 = 80
        ("<", 80, 100, False), ("<=", 80, 100, True), (">", 80, 100, False), (">=", 80, 100, True),
        ("=", 80, 100, True), ("!=", 80, 100, False),
        # 0.8 * -101 = -80.8
        ("<", -81, -101, True), ("<", -80, -101, False), (">", -81, -101, False), (">", -80, -101, True),
        ("<", None, 100, None), ("<", 80, None, None), ("=", None, None, None), ("!=", 80, None, None),
    ],
)  # fmt: skip
def test_a_factor_is_exact_and_a_missing_side_is_unknown(
    database: Connection, sign: str, value: int | None, other: int | None, expected: bool | None
) -> None:
    condition = from_yaml({"overdue_principal": f"{sign} 0.8 * outstanding_principal"})
    values = {"overdue_principal": value, "outstanding_principal": other}
    assert both(database, condition, values) == (expected, expected)


big = st.integers(-(10**15), 10**15)
quick = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@quick
@given(value=big, factor=st.integers(1, 10**9))
def test_scaling_brackets_the_exact_product(database: Connection, value: int, factor: int) -> None:
    exact = Fraction(value * factor, 10**6)
    low, high = database.execute(select(*scaled(literal(value, BigInteger()), factor))).one()
    assert (low, high) == (exact.__floor__(), exact.__ceil__())


# ── shown ───────────────────────────────────────────────────────────────────────────────────────

RULE = (
    'when: {worst_days_past_due_6m: ">= 31"}',
    'when: {overdue_principal: ">= 10% * outstanding_principal"}',
)


def test_a_rule_of_two_figures_decides_and_says_both(book: Book) -> None:
    """Company 1 owes 10.00 % of its balance overdue, company 2 a cent less."""
    with book.batch():
        for number, overdue in (("A", "100"), ("B", "99.99")):
            book.owing(book.customer(), number, dpd=3, overdue=overdue, outstanding=1000)
    policy = policy_of(RULE)
    found = book.ask(lambda view: Classification(view, policy, schemes=("segment",)).moves())
    moves = {move.customer: move for move in found}
    assert moves["C-00001"].rule == "often_late"
    assert moves["C-00001"].reason == "overdue_principal 100.00 ≥ 10% * outstanding_principal 1,000.00"
    assert moves["C-00002"].rule != "often_late"
    lines = book.ask(lambda view: Classification(view, policy, [2]).explain())
    (line,) = [line for line in lines if line.rule == "often_late"]
    assert (line.indicator, line.value, line.against, line.against_value, line.outcome) == (
        "overdue_principal", "99.99", "outstanding_principal", "1,000.00", "no",
    )  # fmt: skip


def test_a_reason_names_the_other_figure_without_its_value_when_that_is_missing() -> None:
    condition = from_yaml({"not": {"any": [{"live_loans": "> 2 * settled_loans"}, {"live_loans": 9}]}})
    assert "live_loans 1 > 2 * settled_loans 4" in reason_of(
        condition.judge({"live_loans": 1, "settled_loans": 4})
    )
