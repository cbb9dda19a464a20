"""What goes into a fit: which cases are learned from, how categories are made, and what is left out."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import pytest

from loancrm.errors import InvalidInput, UsageFault
from loancrm.indicators.loan_catalogue import find_of_loan
from loancrm.lending.discrimination import Confusion
from loancrm.policy.logistic import shortened
from loancrm.policy.parse import from_text
from loancrm.policy.policy import example, read_policy
from loancrm.reports.fit_terms import plain
from loancrm.reports.fitting import LEVELS, FitQuestion, Fitted, fit_card
from tests.support import EXAMPLE_TEXT, Book

LOST = "loan_status = written_off"


def loans(book: Book, industry: str | None, lost: int, paid: int, *, year: int = 2020, **more: Any) -> None:
    """Add loans of a year to firms of an industry; so many were lost, and so many repaid."""
    firm = book.customer()
    for n in range(lost + paid):
        number = f"{industry}-{year}-{n}-{len(more)}"
        book.loan(
            firm, number, disbursed=f"{year}-01-15", matures=f"{year + 1}-01-15", industry=industry, **more
        )
        is_lost = n < lost
        status, amount = ("written_off", 100) if is_lost else ("settled", None)
        book.close(number, status, f"{year}-12-31", amount)


@pytest.fixture
def history(book: Book) -> Book:
    """Learned from: C 10 of 40 lost, F 10 of 20, two rare ones 3 of 6; then 2021, and one that is unknown."""
    with book.batch():
        loans(book, "C34", 10, 30)
        loans(book, "F51", 10, 10)
        loans(book, "A01", 2, 2)
        loans(book, "B06", 1, 1)
        loans(book, "C34", 1, 3, year=2021)
        loans(book, "Q83", 2, 2, year=2021)  # of an industry that was not seen before
        loans(book, None, 1, 1)
    return book


def fitted(book: Book, on: str = "loan_industry", level: Any = "loan", **more: Any) -> Fitted:
    figures = LEVELS[level]
    parts: dict[str, Any] = {"target": LOST, "train": "disbursed_on < 2021-01-01", **more}
    for name in ("target", "train", "test", "where"):
        if isinstance(parts.get(name), str):
            parts[name] = from_text(parts[name], figures)
    question = FitQuestion(level=level, on=tuple(on.split(",")), **{"minimum": 10, **parts})
    found: Fitted = book.ask_policy(fit_card, question)
    return found


def coefficients(found: Fitted) -> dict[Any, tuple[str, float, int, int]]:
    return {
        line.category or line.role: (line.role, float(line.coefficient), line.n, line.events)
        for line in found.lines
    }


def test_categories_are_estimated_against_the_most_frequent_and_rare_ones_go_together(history: Book) -> None:
    """With categories only the card says the shares of the table: ln(10/30), ln(10/10), ln(3/3)."""
    lines = coefficients(fitted(history))
    assert set(lines) == {"intercept", "C34", "F51", "other"}
    reference, third = math.log(10 / 30), math.log(3)
    expected = {
        "intercept": ("intercept", reference, 66, 23),
        "C34": ("reference", 0, 40, 10),
        "F51": ("category", third, 20, 10),
        "other": ("other", third, 6, 3),
    }
    for name, (role, value, n, events) in expected.items():
        assert lines[name] == (role, pytest.approx(value, abs=1e-9), n, events)


def test_a_category_that_was_not_seen_in_training_is_weighed_as_the_others(history: Book) -> None:
    found = fitted(history)
    assert found.held_out is not None
    assert (found.held_out.n, found.held_out.events) == (8, 3)
    # C has a chance of a quarter, Q one of a half as the others; the cut is the share in training.
    assert found.cut == round(Fraction(23, 66) * 1_000_000)
    assert found.held_out.confusion == Confusion(2, 2, 3, 1)
    assert found.held_out.auc == round(
        Fraction(19, 30) * 1_000_000
    )  # Q lost: 3 and 2 halves each; C lost: 3 halves


def test_a_case_with_a_missing_figure_is_left_out_and_counted(history: Book) -> None:
    out = fitted(history).left_out
    assert (out.figure_missing, out.missing) == (2, {"loan_industry": 2})
    assert (out.target_unknown, out.side_unknown, out.neither) == (0, 0, 0)


def test_a_case_on_no_known_side_or_with_no_known_target_is_left_out_and_counted(history: Book) -> None:
    firm = history.customer()
    history.loan(firm, "X", disbursed=None, industry="C34")
    assert fitted(history).left_out.side_unknown == 1
    with history.batch():
        for n, (security, amount) in enumerate(
            [("mortgage", 1000), ("pledge", 2000)] * 2 + [(None, 1000)] * 3
        ):
            for k, other in enumerate((amount, amount, 3000 - amount)):
                history.loan(firm, f"S{n}-{k}", disbursed="2020-02-01", security=security, principal=other)
    found = fitted(history, "principal", target="loan_security = mortgage")
    assert (found.left_out.target_unknown, found.train.n) == (76 + 1 + 9, 12)


def test_only_what_the_test_holds_for_is_measured(history: Book) -> None:
    found = fitted(history, test='loan_industry = "Q83"')
    assert found.held_out is not None
    assert (found.held_out.n, found.left_out.neither) == (4, 4)
    assert fitted(history, train="disbursed_on < 2022-01-01").held_out is None


def test_only_cases_that_where_holds_for_are_looked_at(history: Book) -> None:
    found = fitted(history, where="loan_industry in (C34, F51)")
    assert (found.train.n, found.left_out.figure_missing) == (60, 0)
    assert found.left_out.where_unknown == 2  # the two loans without an industry
    assert set(coefficients(found)) == {"intercept", "C34", "F51"}


def test_what_is_shown_is_what_was_measured(history: Book) -> None:
    """The area by the pairs, from the coefficients as they are written."""
    found = fitted(history)
    weight = {line.category: float(line.coefficient) for line in found.lines if line.indicator}
    scores = {("C34", 10, 30), ("F51", 10, 10), (None, 3, 3)}
    won = sum(
        hits * others * ((weight[a] > weight[b]) + 0.5 * (weight[a] == weight[b]))
        for a, hits, _ in scores
        for b, _, others in scores
    )
    assert found.train.auc == round(won / (23 * 43) * 1_000_000)
    assert found.train.gini == pytest.approx(2 * (found.train.auc or 0) - 1_000_000, abs=1)


def test_amounts_count_in_whole_units_shares_as_fractions_and_yes_as_one(book: Book) -> None:
    with book.batch():
        loans(book, "A", 3, 6, principal=1000, annual_rate=50_000)
        loans(book, "B", 6, 3, principal=3000, annual_rate=50_000)
    found = fitted(book, on="principal")
    slope = math.log(2) * 2 / 2000  # ln(6/3) − ln(3/6) over 2,000 yuan
    assert float(found.lines[1].coefficient) == pytest.approx(slope, rel=1e-9)
    with book.batch():
        loans(book, "C", 5, 4, principal=3000, annual_rate=60_000)
    rate = float(fitted(book, on="annual_rate").lines[1].coefficient)
    assert rate == pytest.approx(math.log(5 / 4) / 0.01, rel=1e-9)  # 9 of 18 at 5 %, 5 of 9 at 6 %


def test_an_industry_is_cut_to_its_first_digits_and_the_letter_before_them() -> None:
    assert [shortened(code, 2) for code in ("451120", "C3411", "C34", "C", "45")] == [
        "45", "C34", "C34", "C", "45",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (-0.5, "-0.5"),
        (1 / 3, "0.3333333333"),
        (1.5e-9, "0.0000000015"),
        (12345678901.5, "12345678900"),
    ],
)
def test_an_estimate_is_written_with_ten_digits_and_no_exponent(value: float, text: str) -> None:
    assert plain(value) == text


def test_digits_and_minimum_are_the_policys_unless_typed(history: Book) -> None:
    with history.batch():
        loans(history, "C35", 1, 1)
    assert coefficients(fitted(history, minimum=None))["C34"][2] == 40, "the policy's fifty: one is left"
    assert coefficients(fitted(history, digits=1))["C3"][2] == 42
    old = EXAMPLE_TEXT[: EXAMPLE_TEXT.index("# Scorecards: ")]  # and what follows: cards, fit and screening
    assert read_policy(old, "old.yaml").shape.fit is None
    history.adopt(old)
    assert set(coefficients(fitted(history, minimum=None))) == {"intercept", "C34", "other"}
    assert example().shape.fit is not None


@pytest.mark.parametrize(
    ("on", "more", "field"),
    [
        ("loan_status", {}, "--on"),  # the answer itself
        ("disbursed_on", {}, "--on"),  # no amount
        ("days_past_due", {}, "--train"),  # missing in every case
    ],
)
def test_what_cannot_be_fitted_on_says_so(history: Book, on: str, more: dict[str, Any], field: str) -> None:
    with pytest.raises((UsageFault, InvalidInput)) as fault:
        fitted(history, on=on, **more)
    assert fault.value.field == field


def test_a_name_that_is_no_figure_of_the_level_is_refused(history: Book) -> None:
    with pytest.raises(UsageFault):
        find_of_loan("days_since_contact")
    with pytest.raises(UsageFault):
        fitted(
            history, on="term_months", level="customer", target="days_past_due > 1", train="live_loans > 0"
        )


def test_figures_that_say_the_same_are_named(book: Book) -> None:
    with book.batch():
        for place, industry in enumerate("ABC", 1):
            loans(book, industry, 2, 3, principal=1000 * place, annual_rate=10_000 * place)
    with pytest.raises(InvalidInput) as fault:
        fitted(book, on="principal,annual_rate")
    assert fault.value.code == "collinear"
    with pytest.raises(InvalidInput) as fault:
        fitted(book, on="principal,loan_product")
    assert (fault.value.code, "loan_product" in fault.value.message) == ("constant", True)


def test_yes_counts_as_one(book: Book) -> None:
    """Of eight students in hardship six are in arrears, of eight others two."""
    with book.batch():
        for n in range(16):
            student = book.student(is_hardship=n < 8)
            book.owing(student, f"L{n}", product="tuition", dpd=30 if n < 6 or n > 13 else 0)
    more = {"target": "days_past_due >= 30", "train": "live_loans > 0"}
    intercept, hardship = fitted(book, on="is_hardship", level="customer", **more).lines
    assert float(hardship.coefficient) == pytest.approx(2 * math.log(3), rel=1e-9)
    assert float(intercept.coefficient) == pytest.approx(-math.log(3), rel=1e-9)


def test_customers_are_cases_too(book: Book) -> None:
    """Companies with more staff are less often in arrears: 2 of 8, and 6 of 8."""
    with book.batch():
        for n in range(16):
            firm = book.customer(employees=50 if n < 8 else 10)
            book.owing(firm, f"L{n}", dpd=30 if n in (0, 1, *range(8, 14)) else 0)
    more = {"target": "days_past_due >= 30", "train": "live_loans > 0"}
    found = fitted(book, on="employees", level="customer", **more)
    assert float(found.lines[1].coefficient) == pytest.approx(-2 * math.log(3) / 40, rel=1e-9)
    assert (found.train.n, found.train.events, found.kinds) == (16, 8, ("enterprise",))
