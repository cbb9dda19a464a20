"""Scorecards: the same points in SQL, for the book, and in Python, for one customer; sums to the cent."""

from __future__ import annotations

import math
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loancrm.errors import InvalidInput
from loancrm.indicators.catalogue import INDICATORS
from loancrm.policy.cards import Band, Card, Grade, LogisticCard, PointsCard, PointsItem
from loancrm.policy.conditions import Test
from loancrm.policy.logistic import Scaling, Term, probability_of
from loancrm.policy.policy import Policy, example, read_policy
from loancrm.policy.shapes import TextShape
from loancrm.reports.scores import Scored, Scoring, score
from loancrm.reports.scores import book as scores_of_book
from loancrm.view import View
from tests.policy.books import Person, Writer, books
from tests.policy.test_conditions import as_of, known, many
from tests.policy.trees import ORDERED, values, written
from tests.support import CURRENCY, EXAMPLE_TEXT, TODAY, ZONE, Book, changed

POINT = 1_000_000
KINDS = ("enterprise", "sole_proprietor", "student")

# ── any card on any book ────────────────────────────────────────────────────────────────────────

points = st.integers(-3000, 3000).map(lambda hundredths: hundredths * POINT // 100)
names = st.sampled_from(sorted(INDICATORS))


@st.composite
def bands(draw: st.DrawFn, name: str) -> Band:
    indicator = INDICATORS[name]
    ordered = indicator.unit in ORDERED
    kind = draw(st.sampled_from(("=", "in", *(("<", "<=", ">", ">=", "between") if ordered else ()))))
    if kind == "between":
        bounds = tuple(sorted((draw(values(indicator)), draw(values(indicator)))))
    elif kind == "in":
        bounds = tuple(draw(st.lists(values(indicator), min_size=1, max_size=3)))
    else:
        bounds = (draw(values(indicator)),)
    text = f"{name} {kind} {', '.join(written(indicator, bound) for bound in bounds)}"
    return Band(Test(name, kind, bounds, text), draw(points), text)  # type: ignore[arg-type]


@st.composite
def points_items(draw: st.DrawFn) -> PointsItem:
    name = draw(names)
    found = tuple(draw(st.lists(bands(name), min_size=1, max_size=4)))
    return PointsItem(name, found, draw(st.one_of(st.none(), points)))


coefficients = st.floats(-5, 5, allow_nan=False).map(lambda value: round(value, 4))


@st.composite
def terms(draw: st.DrawFn) -> Term:
    name = draw(names)
    indicator = INDICATORS[name]
    missing = draw(st.one_of(st.none(), coefficients))
    if indicator.unit in (*ORDERED, "yes_no") and draw(st.booleans()):
        return Term(name, draw(coefficients), {}, 0.0, missing)
    categories = draw(st.dictionaries(values(indicator), coefficients, max_size=3))
    return Term(name, None, categories, draw(coefficients), missing)


@st.composite
def cards(draw: st.DrawFn) -> Card:
    edges = sorted(draw(st.sets(st.integers(-90, 90), max_size=4)), reverse=True)
    grades = tuple(Grade(f"G{n}", edge * POINT, None, 30) for n, edge in enumerate(edges))
    shared: dict[str, Any] = {
        "name": "drawn",
        "title": TextShape(en="drawn", zh_CN="抽取"),
        "applies_to": draw(st.sampled_from((KINDS, ("student",), ("enterprise",)))),
        "grades": grades,
        "matrix": None,
        "regrade_when": None,
    }
    if draw(st.booleans()):
        return PointsCard(items=tuple(draw(st.lists(points_items(), min_size=1, max_size=5))), **shared)
    scaling = draw(st.sampled_from((None, Scaling(600.0, 50.0, 20.0))))
    found = tuple(draw(st.lists(terms(), max_size=4)))
    return LogisticCard(items=found, intercept=draw(coefficients), scaling=scaling, **shared)


def comparable(scored: Scored) -> Any:
    result = scored.result
    return result._replace(parts=tuple(part._replace(band=None) for part in result.parts))


@many
@given(people=books, card=cards(), as_of=as_of, known_at=known)
def test_sql_and_python_score_any_book_by_any_card_alike(
    book: Book, people: list[Person], card: Card, as_of: date, known_at: date | None
) -> None:
    with book.scratch() as uow:
        Writer(uow).write(people)
        view = View(uow.connection, as_of, known_at, ZONE, CURRENCY)
        for scored in Scoring(view, example(), card).book():
            assert scored.kind in card.applies_to
            one = scored._replace(result=card.result(scored.values))
            assert comparable(scored) == comparable(one), scored.values
            check_sums(card, scored)


def check_sums(card: Card, scored: Scored) -> None:
    """What must hold of every result, said anew: sums, the range, and the grade."""
    result = scored.result
    if isinstance(card, PointsCard):
        assert result.score == sum(part.points for part in result.parts if part.points is not None)
        assert result.low is not None
        assert result.high is not None
        agreed = all(part.points is not None for part in result.parts)
        if agreed:
            assert result.low == result.high == result.score
        assert result.low <= result.high
        reached = [grade.grade for grade in card.grades if result.score >= grade.at_least]
        assert (result.grade.grade if result.grade else None) == (reached[0] if reached else None)
        return
    x = card.intercept + sum(part.term or 0.0 for part in result.parts)
    if all(part.term is not None for part in result.parts):
        assert result.probability is not None
        exact = 1 / (1 + math.exp(-x)) if x > -700 else 0.0
        assert abs(result.probability - exact * POINT) <= 0.5001
    else:
        assert (result.probability, result.score, result.grade) == (None, None, None)


@many
@given(people=books, item=points_items(), value=st.data())
def test_a_missing_figure_could_bring_anything_within_its_range_and_nothing_beyond(
    book: Book, people: list[Person], item: PointsItem, value: st.DataObject
) -> None:
    indicator = INDICATORS[item.indicator]
    low, high = item.span
    part = item.read(value.draw(values(indicator)))
    assert part.points is not None
    assert low <= part.points <= high
    worth = {band.points for band in item.bands} | {0}
    assert {low, high} <= worth


# ── by hand ─────────────────────────────────────────────────────────────────────────────────────

HEAD = """\
scorecards:
  tiny:
    title: {en: tiny, zh_CN: 小}
    kind: points
    applies_to: [enterprise]
    items:
"""
DPD = """\
      - indicator: days_past_due
        bands: [{when: "<= 0", points: 20}, {when: "1..30", points: 8.25}, {when: "> 30", points: 0.1}]
"""
UTILISATION = """\
      - indicator: line_utilisation
        bands: [{when: "<= 50%", points: 7.1}, {when: "> 50%", points: -2.05}]
"""
GRADES = """\
    grades:
      - {grade: A, from: 20, review_days: 30, allows: {en: all, zh_CN: 全部}}
      - {grade: B, from: 8.25}
      - {grade: C, from: -10}
"""


def policy_with(cards: str, screening: str = "screening: {}\n") -> str:
    """Return the example with other cards."""
    head = EXAMPLE_TEXT[: EXAMPLE_TEXT.index("\nscorecards:\n") + 1]
    return head + cards + screening


def policy(cards: str) -> Policy:
    return read_policy(policy_with(cards), "cards.yaml")


def said(book: Book, of: Policy, customer: str, card: str | None = None, **when: Any) -> Any:
    found = book.ask(score, of, customer, card, **when)
    assert found is not None
    return found.result


def yuan(millionths: int | None) -> Decimal | None:
    return None if millionths is None else Decimal(millionths) / POINT


@pytest.mark.parametrize(
    ("days", "expected", "grade"),
    [
        (0, "20", "A"),
        (1, "8.25", "B"),
        (30, "8.25", "B"),
        (31, "0.1", "C"),
    ],
)
def test_a_band_begins_and_ends_where_it_says(book: Book, days: int, expected: str, grade: str) -> None:
    customer = book.customer()
    book.owing(customer, "A", dpd=days, overdue=1 if days else 0)
    result = said(book, policy(HEAD + DPD + GRADES), customer)
    assert yuan(result.score) == yuan(result.low) == yuan(result.high) == Decimal(expected)
    assert result.grade.grade == grade
    assert next(part.band for part in result.parts).startswith("days_past_due ")


def test_a_missing_figure_earns_nothing_and_opens_the_range(book: Book) -> None:
    customer = book.customer()  # no loan: 0 days past due; no line: utilisation is missing
    result = said(book, policy(HEAD + DPD + UTILISATION + GRADES), customer)
    assert result.missing == ("line_utilisation",)
    assert [yuan(part.points) for part in result.parts] == [Decimal(20), None]
    assert (yuan(result.score), yuan(result.low), yuan(result.high)) == (
        20,
        Decimal("17.95"),
        Decimal("27.1"),
    )
    assert (result.grade.grade, result.could_be) == ("A", ("B", "A"))


def test_what_is_agreed_for_a_missing_figure_counts_and_closes_the_range(book: Book) -> None:
    agreed = UTILISATION + "        missing: 1.23\n"
    result = said(book, policy(HEAD + DPD + agreed), book.customer())
    assert (yuan(result.score), yuan(result.low), yuan(result.high)) == (Decimal("21.23"),) * 3
    assert result.missing == ("line_utilisation",)


def test_a_value_in_no_band_earns_nothing_and_the_range_knows_of_it(book: Book) -> None:
    holes = """\
      - indicator: line_utilisation
        bands: [{when: ">= 90%", points: 5}, {when: "<= 50%", points: 7}]
"""
    of = policy(HEAD + holes)
    customer = book.customer()
    assert (yuan(said(book, of, customer).low), yuan(said(book, of, customer).high)) == (0, 7)
    book.facility(customer, 100)
    book.owing(customer, "A", outstanding=60)
    result = said(book, of, customer)
    assert (result.score, result.parts[0].points, result.parts[0].band) == (0, 0, None)


def test_ten_thousand_hundredths_add_up_exactly(book: Book) -> None:
    """0.1 + 0.2 is 0.3 here, as it is not in floating point."""
    cards = """\
      - {indicator: days_past_due, bands: [{when: "<= 0", points: 0.1}]}
      - {indicator: live_loans, bands: [{when: "= 0", points: 0.2}]}
      - {indicator: open_complaints, bands: [{when: always, points: 0.01}]}
"""
    assert said(book, policy(HEAD + cards), book.customer()).score == 310_000


LOGISTIC = """\
scorecards:
  risk:
    title: {en: risk, zh_CN: 风险}
    kind: logistic
    applies_to: [enterprise]
    intercept: -1.5
    items:
      - {indicator: line_utilisation, coefficient: 2.0}
      - {indicator: industry, categories: {"44": 0.21, C34: -0.3}, other: 0.05}
      - {indicator: outstanding_principal, coefficient: 0.000001, missing: 0.7}
"""


def test_a_probability_is_the_logistic_function_of_the_terms(book: Book) -> None:
    """x = -1.5 + 2·0.6 - 0.3 + 0.6 = 0 with 600,000 of 1,000,000: one half; with industry 44, 0.51."""
    customer = book.customer(industry="C34")
    book.facility(customer, 1_000_000)
    book.owing(customer, "A", outstanding=600_000)
    result = said(book, policy(LOGISTIC), customer)
    assert (result.probability, result.score) == (500_000, None)
    assert [part.points for part in result.parts] == [1_200_000, -300_000, 600_000]
    book.edit(customer, industry="44")
    assert said(book, policy(LOGISTIC), customer).probability == 624_806  # 1/(1+e^-0.51) = 0.62480647…
    book.edit(customer, industry="X")
    assert said(book, policy(LOGISTIC), customer).probability == 586_618  # 1/(1+e^-0.35) = 0.58661757…


def test_a_missing_term_leaves_no_probability_and_a_missing_category_its_range(book: Book) -> None:
    customer = book.customer()
    result = said(book, policy(LOGISTIC), customer)
    assert (result.probability, result.low, result.high) == (None, None, None)
    assert result.missing == ("line_utilisation", "industry")
    book.facility(customer, 1_000_000)
    book.owing(customer, "A", outstanding=600_000)
    result = said(book, policy(LOGISTIC), customer)  # x between 0 and 0.51
    assert (result.probability, result.low, result.high) == (None, 500_000, 624_806)


def test_the_scaled_score_doubles_the_odds_as_it_says(book: Book) -> None:
    """At x = 0 the odds are 1: 600 + 20·log2(1/50) = 487.12; twice the odds are 20 points more."""
    scaled = LOGISTIC + "    scaling: {score: 600, odds: 50, points_to_double: 20}\n"
    customer = book.customer(industry="C34")
    book.facility(customer, 1_000_000)
    book.owing(customer, "A", outstanding=600_000)
    assert said(book, policy(scaled), customer).score == 487_120_000
    assert Scaling(600.0, 50.0, 20.0).score_of(-math.log(50)) == 600 * POINT
    assert Scaling(600.0, 50.0, 20.0).score_of(-math.log(100)) == 620 * POINT


def test_a_probability_of_an_extreme_is_still_one() -> None:
    assert [probability_of(x) for x in (-1e6, -800, 0, 800, 1e6)] == [0, 0, 500_000, POINT, POINT]


def test_the_book_is_scored_by_each_kinds_own_card(book: Book) -> None:
    company, student = book.customer(), book.student()
    found = {scored.customer: scored for scored in book.ask_policy(scores_of_book)}
    assert {code: scored.card.name for code, scored in found.items()} == {
        company: "enterprise_credit", student: "student_credit",
    }  # fmt: skip
    churn = {scored.customer: scored.result for scored in book.ask_policy(scores_of_book, "churn")}
    # -2.2 + 1.5 (never reached) + 0.9·0 - 0.4·0 + 0 = -0.7
    assert {code: result.probability for code, result in churn.items()} == {
        company: 331_812,
        student: 331_812,
    }


# ── faults, with their place ────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("old", "new", "line", "column", "words"),
    [
        ("indicator: days_past_due", "indicator: days_past_duo", 1, 9, "did you mean 'days_past_due'"),
        ('when: "1..30"', 'when: "30..1"', 2, 46, "days_past_due: the range runs backwards"),
        ('when: "1..30"', 'when: "1.5"', 2, 46, "days_past_due is a whole number"),
        ('when: "1..30"', "when: missing", 2, 46, "missing: POINTS"),
        ('when: "1..30"', 'whn: "1..30"', 2, 46, "unknown key (did you mean 'when'?)"),
        ("points: 8.25", "points: 8.255", 2, 61, "at most 2 decimals"),
        ("points: 8.25", "points: many", 2, 61, "must be a number"),
    ],
)
def test_a_fault_in_a_card_is_told_with_line_and_column(
    old: str, new: str, line: int, column: int, words: str
) -> None:
    text = policy_with(HEAD + changed(DPD, (old, new)))
    first = text[: text.index("      - indicator: days_past_du")].count("\n")
    with pytest.raises(InvalidInput) as fault:
        read_policy(text, "cards.yaml")
    (told,) = [one for one in fault.value.message.split("\n") if words in one]
    assert told.startswith(f"cards.yaml:{first + line}:{column}: scorecards.tiny.items"), told


@pytest.mark.parametrize(
    ("cards", "words"),
    [
        (HEAD + DPD + DPD, "this indicator has an item above"),
        (HEAD + DPD + GRADES.replace("from: 20", "from: 8.25"), "each begins below the one above"),
        (HEAD.replace("tiny:", "Tiny Card:") + DPD, "a name is small letters"),
        (HEAD + DPD + "    regrade_when: {days_past_duo: 1}\n", "did you mean 'days_past_due'"),
        (LOGISTIC.replace("coefficient: 2.0", "categories: {many: 1}"), "line_utilisation is a share"),
        (
            LOGISTIC.replace("coefficient: 2.0}", "coefficient: 2.0, categories: {1%: 1}}"),
            "either a coefficient or",
        ),
        (LOGISTIC.replace('categories: {"44": 0.21, C34: -0.3}', "coefficient: 1"), "give its categories"),
        (LOGISTIC.replace("kind: logistic", "kind: linear"), "must be one of points, logistic"),
        (LOGISTIC.replace("coefficient: 2.0}", "coefficient: 2.0, criterion: a}"), "unknown key"),
    ],
)
def test_what_a_card_cannot_mean_is_refused(cards: str, words: str) -> None:
    with pytest.raises(InvalidInput) as fault:
        policy(cards)
    assert words in fault.value.message
    assert fault.value.message.startswith("cards.yaml:")


SCREENED = """\
screening:
  enterprise:
    - {criterion: credit_record, title: {en: credit record, zh_CN: 信用记录}, pass: {days_past_due: 0}}
  student: []
"""


@pytest.mark.parametrize(
    ("head", "criterion", "screening", "words"),
    [
        (HEAD, "credit_record", "screening: {}\n", "screening has no criterion for all that this card"),
        (HEAD, "credit_records", SCREENED, "must be one of credit_record (did you mean 'credit_record'?)"),
        (HEAD.replace("[ent", "[student, ent"), "credit_record", SCREENED, "no criterion for all that"),
    ],
)
def test_a_figure_speaks_for_a_criterion_that_screening_has(
    head: str, criterion: str, screening: str, words: str
) -> None:
    with pytest.raises(InvalidInput) as fault:
        read_policy(policy_with(f"{head}{DPD}        criterion: {criterion}\n", screening), "cards.yaml")
    (line,) = fault.value.message.split("\n")
    assert ": scorecards.tiny.items.0.criterion: " in line
    assert words in line


def test_a_policy_without_cards_is_read_and_says_that_it_has_none(book: Book) -> None:
    before = EXAMPLE_TEXT[: EXAMPLE_TEXT.index("\n# Scorecards:")]
    old = read_policy(before, "old.yaml")
    assert (old.cards, old.screening.enterprise) == ({}, ())
    from loancrm.errors import NotFound

    with pytest.raises(NotFound) as fault:
        book.ask(score, old, book.customer())
    assert fault.value.code == "no_card"


def test_the_shipped_cards_use_every_key_that_a_card_can_have() -> None:
    text = EXAMPLE_TEXT[EXAMPLE_TEXT.index("\nscorecards:") :]
    keys = ["kind", "title", "applies_to", "items", "bands", "missing", "intercept", "coefficient"]
    keys += ["categories", "other", "grades", "from", "allows", "review_days", "matrix", "regrade_when"]
    keys += ["scaling", "criterion"]
    assert [key for key in keys if f"{key}:" not in text] == []
    assert [card.span[1] for card in example().cards.values() if isinstance(card, PointsCard)] == [
        100 * POINT
    ] * 5


def test_the_matrix_is_what_likelihood_and_severity_make(book: Book) -> None:
    customer = book.customer()
    assert said(book, example(), customer).level is None  # never a snapshot: the likelihood is not known
    book.owing(customer, "A", dpd=31, overdue=1, outstanding=5_000_000, principal=6_000_000)
    assert said(book, example(), customer).level == "critical"


def test_a_score_of_an_old_day_is_the_same_after_later_facts(book: Book) -> None:
    customer = book.customer(since="2026-01-01")
    book.on("2026-11-01").owing(customer, "A", outstanding=500_000)
    before = said(book, example(), customer, as_of="2026-11-01", known_at="2026-11-01")
    book.on(TODAY).snapshot("A", dpd=40, overdue=9)
    book.edit(customer, size_class="large", on="2026-06-01")
    assert said(book, example(), customer, as_of="2026-11-01", known_at="2026-11-01") == before
    assert said(book, example(), customer) != before
