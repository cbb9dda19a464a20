"""An additive card on real data: 1,000 German loans (Hofmann 1994), one third of them held out.

The points are ten times the weight of evidence of the other two thirds, to a quarter of a point. On the
held-out third the area under the curve is 0.789871: found once through the policy's own card over imported
figures, and once from the file alone, pair by pair.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import pytest
from sqlalchemy import select

from loancrm.models import Customer, ImportedFigure, table
from loancrm.policy.policy import Policy, read_policy
from loancrm.reports.scores import Scoring
from tests.exchange.conftest import SHARED
from tests.policy.test_cards import policy_with
from tests.support import TODAY, Book

STATED = "0.789871"
# figure: (column of the file, bounds or codes with their points; a bound holds from there on)
CODES = {
    "checking": (0, {11: "-8.25", 12: "-4.5", 13: "5.5", 14: "12.5"}),
    "history": (2, {30: "-16.25", 31: "-10.5", 32: "-0.25", 33: "-0.25", 34: "6"}),
    "savings": (5, {61: "-2.25", 62: "-0.5", 63: "2.75", 64: "6.5", 65: "5.5"}),
    "employment": (6, {71: "-2.75", 72: "-5.5", 73: "0", 74: "4.5", 75: "1.75"}),
    "property": (11, {121: "4.25", 122: "-0.5", 123: "0.75", 124: "-7"}),
    "plans": (13, {141: "-4", 142: "-7.5", 143: "1.25"}),
}
MONTHS = (1, {36: "-7", 24: "-0.25", 12: "0.25", 0: "8.75"})
Row = list[str]


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    file = SHARED / "datasets" / "german.data"
    if not file.exists():
        pytest.skip("the shared data are not here")
    return [line.split() for line in file.read_text("utf-8").splitlines()]


def number(row: Row, column: int) -> int:
    return int(row[column].removeprefix("A"))


def card() -> str:
    lines = [
        "scorecards:",
        "  german:",
        "    title: {en: German loans, zh_CN: 德国贷款}",
        "    kind: points",
        "    applies_to: [sole_proprietor]",
        "    items:",
    ]
    for name, (_column, points) in CODES.items():
        bands = ", ".join(f'{{when: "= {code}", points: {worth}}}' for code, worth in points.items())
        lines.append(f"      - {{indicator: imported.{name}, bands: [{bands}]}}")
    bands = ", ".join(f'{{when: ">= {bound}", points: {worth}}}' for bound, worth in MONTHS[1].items())
    lines.append(f"      - {{indicator: imported.months, bands: [{bands}]}}")
    return "\n".join(lines) + "\n"


def policy() -> Policy:
    return read_policy(policy_with(card()), "german.yaml")


def write(uow: Any, rows: list[Row]) -> None:
    """Write each loan as a customer with seven imported figures."""
    people = [
        {"number": n, "kind": "sole_proprietor", "name": f"L{n}", "name_key": f"l{n}", "since_on": TODAY}
        for n in range(1, len(rows) + 1)
    ]
    uow.insert_many(Customer, people)
    customers = table(Customer)
    keys = list(uow.connection.scalars(select(customers.c.id).order_by(customers.c.number)))
    columns = {**{name: column for name, (column, _points) in CODES.items()}, "months": MONTHS[0]}
    uow.insert_many(ImportedFigure, list(figures(rows, keys, columns)))


def figures(rows: list[Row], keys: list[int], columns: dict[str, int]) -> Iterator[dict[str, Any]]:
    count = 0
    for key, row in zip(keys, rows, strict=True):
        for name, column in columns.items():
            count += 1
            yield {
                "number": count,
                "customer_id": key,
                "name": name,
                "value": number(row, column) * 1_000_000,
                "effective_on": TODAY,
            }


def by_hand(row: Row) -> Fraction:
    """Return the score of a row of the file, from the tables above alone."""
    found = sum((Fraction(points[number(row, column)]) for column, points in CODES.values()), Fraction())
    return found + next(
        Fraction(worth) for bound, worth in MONTHS[1].items() if number(row, MONTHS[0]) >= bound
    )


def area_by_ranks(good: list[int], bad: list[int]) -> Fraction:
    """Return the area under the curve from the sum of the ranks, ties sharing theirs (Mann and Whitney)."""
    ordered = sorted([*good, *bad])
    ranks = {
        value: Fraction(2 * ordered.index(value) + ordered.count(value) + 1, 2) for value in set(ordered)
    }
    above = sum((ranks[value] for value in good), Fraction()) - Fraction(len(good) * (len(good) + 1), 2)
    return above / (len(good) * len(bad))


def area_by_pairs(good: list[Fraction], bad: list[Fraction]) -> Fraction:
    """Return how often a good one scores above a bad one, half for a tie."""
    won = sum((Fraction(x > y) + Fraction(x == y, 2) for x in good for y in bad), Fraction())
    return won / (len(good) * len(bad))


def test_an_additive_card_ranks_the_held_out_third_of_german_loans_as_stated(
    book: Book, rows: list[Row]
) -> None:
    with book.scratch() as uow:
        write(uow, rows)
        german = policy()
        scores = [
            scored.result.score for scored in Scoring(uow.view(), german, german.cards["german"]).book()
        ]
    assert len(scores) == 1000
    held_out = range(0, len(rows), 3)
    assert [Fraction(scores[n] or 0, 1_000_000) for n in held_out] == [by_hand(rows[n]) for n in held_out]
    good, bad = ([n for n in held_out if rows[n][20] == outcome] for outcome in "12")
    assert (len(good), len(bad)) == (232, 102)
    shown = area_by_ranks([scores[n] or 0 for n in good], [scores[n] or 0 for n in bad])
    alone = area_by_pairs([by_hand(rows[n]) for n in good], [by_hand(rows[n]) for n in bad])
    assert shown == alone
    assert f"{float(shown):.6f}" == STATED


def test_a_loan_of_which_a_figure_is_missing_could_score_anything_that_the_figure_can_earn(
    book: Book, rows: list[Row]
) -> None:
    with book.scratch() as uow:
        write(uow, rows[:1])
        uow.connection.exec_driver_sql("delete from imported_figure where name = 'checking'")
        german = policy()
        (scored,) = Scoring(uow.view(), german, german.cards["german"]).book()
    whole = by_hand(rows[0])
    rest = whole - Fraction(CODES["checking"][1][number(rows[0], 0)])
    result = scored.result
    assert result.missing == ("imported.checking",)
    ends = [Fraction(end or 0, 1_000_000) for end in (result.score, result.low, result.high)]
    assert ends == [rest, rest - Fraction("8.25"), rest + Fraction("12.5")]
