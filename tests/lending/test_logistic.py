"""The maximum of the likelihood: published estimates, the equations it must solve, and what has none."""

from __future__ import annotations

import builtins
import math
import random
from typing import Any

import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loancrm import i18n
from loancrm.errors import InvalidInput, Refused
from loancrm.lending.logistic import fit

# Spector and Mazzeo, Journal of Economic Education 11 (1980): grade point average, test score, whether the
# course was taught individually, and whether the grade rose. Estimates: Greene, Econometric Analysis,
# 5th ed. (2003), table 21.1 (logit), with the standard errors of its table 21.2.
SPECTOR = """2.66 20 0 0|2.89 22 0 0|3.28 24 0 0|2.92 12 0 0|4.00 21 0 1|2.86 17 0 0|2.76 17 0 0|2.87 21 0 0|
3.03 25 0 0|3.92 29 0 1|2.63 20 0 0|3.32 23 0 0|3.57 23 0 0|3.26 25 0 1|3.53 26 0 0|2.74 19 0 0|2.75 25 0 0|
2.83 19 0 0|3.12 23 1 0|3.16 25 1 1|2.06 22 1 0|3.62 28 1 1|2.89 14 1 0|3.51 26 1 0|3.54 24 1 1|2.83 27 1 1|
3.39 17 1 1|2.67 24 1 0|3.65 21 1 1|4.00 23 1 1|3.10 21 1 0|2.39 19 1 1"""
GREENE = {"": (-13.021, 4.931), "gpa": (2.826, 1.263), "tuce": (0.095, 0.142), "psi": (2.379, 1.065)}


@pytest.fixture(autouse=True)
def english() -> Any:
    before = i18n.language()
    i18n.set_language("en")
    yield
    i18n.set_language(before)


def spector() -> tuple[list[str], list[list[float]], list[bool]]:
    rows = [[float(part) for part in row.split()] for row in SPECTOR.replace("\n", "").split("|")]
    gpa, tuce, psi, grade = (list(column) for column in zip(*rows, strict=True))
    return ["gpa", "tuce", "psi"], [gpa, tuce, psi], [value == 1 for value in grade]


def test_the_estimates_are_those_that_were_published() -> None:
    found = fit(*spector())
    told = {one.name: (round(one.coefficient, 3), round(one.error, 3)) for one in found.estimates}
    assert told == GREENE
    assert round(found.log_likelihood, 3) == -12.890


def test_a_column_alone_gives_the_log_odds_of_the_table() -> None:
    """Of 40 with the mark 10 have the event, of 60 without it 30: ln(10/30) and ln(30/30)."""
    marks = [1.0] * 40 + [0.0] * 60
    events = [True] * 10 + [False] * 30 + [True] * 30 + [False] * 30
    intercept, mark = fit(["mark"], [marks], events).estimates
    assert (intercept.coefficient, mark.coefficient) == pytest.approx((0, math.log(1 / 3)), abs=1e-12)
    assert intercept.error == pytest.approx(math.sqrt(1 / 30 + 1 / 30), abs=1e-12)
    assert mark.error == pytest.approx(math.sqrt(1 / 10 + 1 / 30 + 1 / 30 + 1 / 30), abs=1e-12)


def test_without_a_column_the_intercept_is_the_log_odds() -> None:
    (intercept,) = fit([], [], [True] * 20 + [False] * 80).estimates
    assert intercept.coefficient == pytest.approx(math.log(20 / 80), abs=1e-12)


def made(seed: int, scales: list[float]) -> tuple[list[list[float]], list[bool]]:
    chance = random.Random(seed)
    columns = [[chance.gauss(0, 1) * scale for _ in range(200)] for scale in scales]
    sums = [
        sum(value / scale for value, scale in zip(row, scales, strict=True))
        for row in zip(*columns, strict=True)
    ]
    return columns, [chance.random() < 1 / (1 + math.exp(0.7 - total)) for total in sums]


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10_000), st.lists(st.sampled_from((1e-6, 1e-3, 1.0, 1e4, 1e9)), min_size=1, max_size=4))
def test_the_estimates_solve_the_likelihood_equations_in_any_units(seed: int, scales: list[float]) -> None:
    """At the maximum what is foretold of each column adds up to what came; errors are the curvature's."""
    columns, events = made(seed, scales)
    found = fit([f"x{n}" for n in range(len(scales))], columns, events)
    x = numpy.column_stack([numpy.ones(200), *columns]) / numpy.array([1.0, *scales])
    beta = numpy.array([one.coefficient for one in found.estimates]) * numpy.array([1.0, *scales])
    p = 1 / (1 + numpy.exp(-x @ beta))
    assert numpy.abs(x.T @ (numpy.array(events) - p)).max() < 1e-8
    information = sum(q * (1 - q) * numpy.outer(row, row) for row, q in zip(x, p, strict=True))
    errors = numpy.sqrt(numpy.diag(numpy.linalg.inv(information)))
    assert [one.error for one in found.estimates] == pytest.approx(
        list(errors / numpy.array([1.0, *scales])), rel=1e-6
    )


def refusal(names: list[str], columns: list[list[float]], events: list[bool]) -> tuple[str, str]:
    with pytest.raises(InvalidInput) as fault:
        fit(names, columns, events)
    return fault.value.code, fault.value.message


def test_a_column_that_tells_all_apart_has_no_finite_coefficient() -> None:
    columns, events = made(1, [1.0, 1.0])
    telling = [abs(x) if event else -abs(x) for x, event in zip(columns[0], events, strict=True)]
    assert refusal(["x"], [telling], events)[0] == "separated"
    # two columns together, neither alone
    both = [[a - 5 * b for a, b in zip(telling, columns[1], strict=True)], columns[1]]
    code, message = refusal(["a", "b"], both, events)
    assert (code, message.split(":")[0]) == ("separated", "a, b")


def test_a_category_with_one_outcome_only_is_named() -> None:
    columns, events = made(2, [1.0])
    rare = [float(event and n % 7 == 0) for n, event in enumerate(events)]
    code, message = refusal(["x", "industry = 72"], [columns[0], rare], events)
    assert code == "separated"
    assert message.startswith("industry = 72: tells the cases apart without error")


def test_cases_that_are_apart_but_for_a_tie_have_no_finite_coefficient() -> None:
    x = [1.0, 2.0, 3.0, 4.0, 4.0, 5.0, 6.0]
    assert refusal(["x"], [x], [False, False, False, False, True, True, True])[0] == "separated"


def test_a_column_that_others_say_already_is_named_with_them() -> None:
    columns, events = made(3, [1.0, 100.0, 1.0])
    a, b, c = columns
    total = [2 * x + y / 50 + 7 for x, y in zip(a, b, strict=True)]
    code, message = refusal(["a", "b", "c", "total"], [a, b, c, total], events)
    assert (code, message) == ("collinear", "total says nothing that a, b do not say already")
    assert refusal(["a", "twice"], [a, [2 * x for x in a]], events)[0] == "collinear"


def test_a_column_that_never_changes_is_named() -> None:
    columns, events = made(4, [1.0])
    assert refusal(["x", "flat"], [columns[0], [3.0] * 200], events) == (
        "constant", "flat: the same in every case, so nothing can be learned from it",
    )  # fmt: skip


def test_one_outcome_only_is_nothing_to_tell_apart() -> None:
    assert refusal(["x"], [[1.0, 2.0]], [True, True])[0] == "one_outcome"
    assert refusal(["x"], [[1.0, 2.0]], [False, False])[0] == "one_outcome"
    assert refusal([], [], [])[0] == "no_cases"


def test_more_columns_than_cases_is_refused() -> None:
    columns = [[1.0, 2.0, 4.0, 7.0], [2.0, 1.0, 3.0, 9.0], [5.0, 1.0, 0.0, 2.0], [1.0, 3.0, 2.0, 8.0]]
    assert refusal(list("abcd"), columns, [True, False, True, False])[0] == "collinear"


def test_without_numpy_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *more: Any, **also: Any) -> Any:
        if name == "numpy":
            raise ImportError(name)
        return real(name, *more, **also)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(Refused) as fault:
        fit(*spector())
    assert (fault.value.code, fault.value.exit_code) == ("missing_extra", 8)
    assert "pip install 'loancrm[fit]'" in str(fault.value.hint)
