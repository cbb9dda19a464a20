"""The report on satisfaction, against figures by hand and the published net promoter score."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from loancrm.reports.satisfaction import Measure, Satisfaction, satisfaction
from loancrm.services.survey_answers import AnswersIn, record
from loancrm.services.surveys import DrawIn, SurveyIn, VoidIn, define, draw, void
from tests.support import Book

TEXT = """\
code: {code}
title: Quick
opens: {opens}
closes: {closes}
{more}
dimensions: [process, {{code: fees, scale: 1-7}}, speed]
overall: true
nps: true
ces: true
competitors: [{{code: bank_b, name: B, dimensions: [speed]}}]
"""


def defined(book: Book, code: str, opens: str, closes: str, more: str = "") -> None:
    text = TEXT.format(code=code, opens=opens, closes=closes, more=more)
    book.do(define, SurveyIn(text=text, source="survey.yaml"))


def said(book: Book, survey: str, customer: str, **values: int) -> Any:
    typed = {key.replace("__", "."): str(value) for key, value in values.items()}
    return book.do(record, AnswersIn(survey=survey, customer=customer, values=typed))


@pytest.fixture
def spring(book: Book) -> Book:
    """A book of 60 firms in the time of a survey in spring."""
    book.on("2026-03-02")
    with book.batch():
        for code, name in (("li.wei", "李伟"), ("zhao.min", "赵敏")):
            book.officer(code, name)
        for place in range(60):
            officer = "li.wei" if place < 30 else "zhao.min"
            book.customer(officer=officer, region="郑州" if place % 2 else None)
    defined(book, "S-A", "2026-03-01", "2026-04-30")
    return book


def codes(first: int, last: int) -> list[str]:
    return [f"C-{number:05d}" for number in range(first, last + 1)]


def found(book: Book, **more: Any) -> list[Satisfaction]:
    return book.ask_policy(satisfaction, **more)  # type: ignore[no-any-return]


def measure(one: Satisfaction, code: str) -> Measure:
    return next(measure for measure in one.whole.measures if measure.question.code == code)


def vote(book: Book, survey: str, promoters: int, passives: int, detractors: int, first: int = 1) -> None:
    votes = [9] * promoters + [8] * passives + [6] * detractors
    with book.batch():
        for place, nps in enumerate(votes, first):
            said(book, survey, f"C-{place:05d}", nps=nps)


def test_the_golden_net_promoter_score(spring: Book) -> None:
    vote(spring, "S-A", 25, 15, 10)
    (one,) = found(spring)
    figure = measure(one, "nps").figure
    assert figure is not None
    assert (figure.n, figure.value) == (50, Fraction(30, 100))
    assert [round(float(100 * value), 1) for value in (figure.estimate, figure.low, figure.high)] == [
        28.3,
        7.3,
        49.3,
    ]


def test_means_csat_and_ces_are_counted_by_hand(spring: Book) -> None:
    for customer, process, ces, fees in (("C-00001", 5, 7, 7), ("C-00002", 4, 5, 1), ("C-00003", 1, 4, 2)):
        said(spring, "S-A", customer, process=process, ces=ces, fees=fees)
    said(spring, "S-A", "C-00004", speed=2, bank_b__speed=4)
    (one,) = found(spring)
    process, ces, fees, speed = (measure(one, code) for code in ("process", "ces", "fees", "speed"))
    assert (process.n, process.mean, process.figure and process.figure.value) == (
        3,
        Fraction(10, 3),
        Fraction(2, 3),
    )
    assert (ces.mean, ces.figure and ces.figure.value) == (Fraction(16, 3), Fraction(2, 3))
    assert (fees.n, fees.mean, fees.figure, fees.kind) == (3, Fraction(10, 3), None, None)
    (beside,) = speed.beside
    assert (speed.mean, beside.rival, beside.n, beside.mean) == (2, "bank_b", 1, 4)
    assert (measure(one, "overall").n, measure(one, "overall").figure) == (0, None)


def test_the_response_rate_is_of_the_invited_and_others_are_counted_apart(spring: Book) -> None:
    spring.do(draw, DrawIn(survey="S-A", customers=tuple(codes(1, 10))))
    with spring.batch():
        for customer in (*codes(1, 4), "C-00050"):
            said(spring, "S-A", customer, speed=4)
    (one,) = found(spring)
    assert (one.whole.invited, one.whole.answered, one.whole.responses) == (10, 4, 5)


def wave(book: Book, survey: str, satisfied: int, n: int) -> None:
    with book.batch():
        for place in range(1, n + 1):
            said(book, survey, f"C-{place:05d}", speed=5 if place <= satisfied else 2, process=4)


def test_a_change_is_told_where_the_interval_shows_one_and_only_of_enough_answers(spring: Book) -> None:
    wave(spring, "S-A", 10, 50)
    spring.on("2026-09-01")
    defined(spring, "S-B", "2026-09-01", "2026-09-30")
    wave(spring, "S-B", 35, 50)
    newest, oldest = found(spring)
    assert [newest.survey.code, oldest.survey.code] == ["S-B", "S-A"]
    speed = measure(newest, "speed").change
    assert (speed.kind, speed.since, speed.n_before) == ("rose", "S-A", 50)
    assert speed.movement is not None
    assert speed.movement.value == Fraction(1, 2)
    assert measure(newest, "process").change.kind == "none"
    assert measure(newest, "nps").change.kind == "too_few"
    assert measure(oldest, "speed").change.kind == "first"


def test_a_wave_follows_the_one_that_it_names(spring: Book) -> None:
    wave(spring, "S-A", 45, 50)
    spring.on("2026-06-01")
    defined(spring, "S-STUDENTS", "2026-06-01", "2026-06-30")
    wave(spring, "S-STUDENTS", 45, 50)
    spring.on("2026-09-01")
    defined(spring, "S-B", "2026-09-01", "2026-09-30", "follows: S-A")
    wave(spring, "S-B", 10, 50)
    change = measure(found(spring)[0], "speed").change
    assert (change.kind, change.since) == ("fell", "S-A")


def test_what_goes_along_is_told_of_enough_pairs_the_closest_first(spring: Book) -> None:
    with spring.batch():
        for place in range(1, 41):
            level = place % 5 + 1
            said(spring, "S-A", f"C-{place:05d}", speed=level, process=1 + place % 3, overall=level)
    (one,) = found(spring)
    assert [(driver.question.code, driver.role) for driver in one.drivers] == [
        ("speed", "overall"),
        ("process", "overall"),
    ]
    assert one.drivers[0].correlation.value == 1.0
    few = found(spring, as_of="2026-03-02")[0]
    assert few.drivers
    spring.do(void, VoidIn(what="SR-00001"))
    with spring.batch():
        for number in range(2, 13):
            spring.do(void, VoidIn(what=f"SR-{number:05d}"))
    assert found(spring)[0].drivers == ()


def test_the_lowest_dimensions_are_named(spring: Book) -> None:
    wave(spring, "S-A", 5, 20)
    (one,) = found(spring)
    assert [measure.question.code for measure in one.lowest] == ["speed", "process"]


def test_groups_add_up_to_the_whole(spring: Book) -> None:
    spring.do(draw, DrawIn(survey="S-A", customers=tuple(codes(21, 45))))
    wave(spring, "S-A", 10, 40)
    for by, groups in (("officer", ["li.wei", "zhao.min"]), ("region", ["郑州", None]), ("segment", [None])):
        (one,) = found(spring, by=by)
        assert [part.group for part in one.parts] == groups
        for name in ("invited", "answered", "responses"):
            assert sum(getattr(part, name) for part in one.parts) == getattr(one.whole, name)
        for place, whole in enumerate(one.whole.measures):
            assert sum(part.measures[place].n for part in one.parts) == whole.n


def test_a_past_day_is_seen_as_it_was_and_as_it_was_known(spring: Book) -> None:
    spring.on("2026-03-10")
    vote(spring, "S-A", 5, 0, 0)
    spring.on("2026-03-20")
    late = said(spring, "S-A", "C-00010", nps=0).response
    before = found(spring, as_of="2026-03-19")
    assert before[0].whole.responses == 5
    known = found(spring, as_of="2026-03-20", known_at="2026-03-20")
    assert known[0].whole.responses == 6
    spring.on("2026-03-25")
    spring.do(void, VoidIn(what=late))
    assert found(spring)[0].whole.responses == 5
    assert found(spring, as_of="2026-03-20", known_at="2026-03-20") == known
    assert found(spring, as_of=date(2026, 2, 28)) == []
