"""The contract for files, figures, scores and policies works as written, on the book of the first."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Answer, Run
from tests.support import EXAMPLE_TEXT, changed

from .helpers import SECTION_6, words

LINES = """\
loancrm --store B.db statement add C-00001 --period-end 2025-12-31 --filed-on 2026-03-20 --total-assets 1000 --current-assets 450 --current-liabilities 300 --total-liabilities 600 --equity 400 --retained-earnings 200 --ebit 80 --revenue 1200
loancrm --store B.db customer indicators C-00001 --as-of 2026-11-20 --format json
loancrm --store B.db policy indicators --format json
loancrm --store B.db policy check policy.yaml
loancrm --store B.db policy try policy.yaml --as-of 2026-11-20 --format json
loancrm --store B.db score C-00001 --card enterprise_credit --as-of 2026-11-20 --format json
loancrm --store B.db score diff C-00001 --since 2026-01-31 --format json
loancrm --store B.db score what-if C-00001 current_ratio=0.8 --card enterprise_credit --format json
loancrm --store B.db screen C-00001 --format json
loancrm --store B.db import indicators FILE.csv --profile P.yaml --apply --format json
""".splitlines()  # noqa: E501
FILE = "USCC,Attr1,Attr2\n91110000600037341L,0.5,?\n"
PROFILE = """\
kind: indicators
columns:
  customer.uscc: USCC
  figure.on: {constant: 2025-12-31}
  figure.attr1: Attr1
  figure.attr2: {column: Attr2, missing: ["?"]}
"""
CRITERIA = 6


@pytest.fixture
def answers(cli: Run, tmp_path: Path, kept: list[Path]) -> dict[str, Answer]:
    path = tmp_path / "B.db"
    kept.append(path)
    for line in SECTION_6:
        assert cli(*words(line, path)).code == 0
    (tmp_path / "policy.yaml").write_bytes(cli("--store", path, "policy", "show").out)
    (tmp_path / "FILE.csv").write_text(FILE, encoding="utf-8")
    (tmp_path / "P.yaml").write_text(PROFILE, encoding="utf-8")
    found = {}
    for line in LINES:
        answer = cli(*words(line, path))
        assert (answer.code, line) == (0, line), answer.err
        found[" ".join(line.split()[3:5])] = answer
    return found


def test_the_lines_work_as_written(answers: dict[str, Answer]) -> None:
    figures = {row["name"]: row for row in answers["customer indicators"].json}
    assert (
        figures["altman_z2"]["value"] == "2.8736"
    )  # Altman: 6.56·0.15 + 3.26·0.2 + 6.72·0.08 + 1.05·400÷600
    assert figures["current_ratio"]["value"] == "1.5"
    assert figures["quick_ratio"]["value"] is None
    assert figures["quick_ratio"]["missing"]
    assert figures.keys() <= {row["name"] for row in answers["policy indicators"].json}
    tried = answers["policy try"].json
    assert {"moved", "scores", "follow_ups"} <= tried.keys()
    imported = answers["import indicators"].json
    assert (imported["read"], imported["new"], imported["rejected"]) == (1, 1, 0)


def test_the_points_of_a_score_sum_to_it_exactly(answers: dict[str, Answer]) -> None:
    score = answers["score C-00001"].json
    assert {"score", "grade", "items", "missing", "range"} <= score.keys()
    earned = [Decimal(item["points"]) for item in score["items"] if item["points"] is not None]
    assert sum(earned) == Decimal(score["score"])
    low, high = map(Decimal, score["range"])
    assert low <= Decimal(score["score"]) <= high
    assumed = answers["score what-if"].json
    read = {item["indicator"] for item in assumed["items"]}
    assert "current_ratio" in read
    assert Decimal(assumed["score"]) < Decimal(assumed["score_before"])


def test_a_missing_figure_refers_and_never_passes(answers: dict[str, Answer]) -> None:
    screened: Any = answers["screen C-00001"].json
    assert screened["decision"] == "refer"
    assert len(screened["criteria"]) == CRITERIA
    assert any(criterion["missing"] for criterion in screened["criteria"])


def test_a_changed_score_is_told_by_what_changed_of_its_points(answers: dict[str, Answer]) -> None:
    """By the policy's bands: 9 days late earn 3 and 5, a twelfth overdue 1, one talk in 90 days 2.

    In January nobody had said how the loan stands, so these earned nothing: 11 of 38.50 points are new.
    """
    found = answers["score diff"].json
    scores = (found["score_before"], found["score"], found["difference"])
    assert scores == ("27.50", "38.50", "11.00")
    assert (found["since"], found["as_of"], found["grade_before"], found["grade"]) == (
        "2026-01-31", "2026-11-21", "E", "D",
    )  # fmt: skip
    items = found["items"]
    for name, total in (("points_before", 0), ("points", 1), ("difference", 2)):
        assert sum(Decimal(item[name]) for item in items if item[name] is not None) == Decimal(scores[total])
    changed = {
        item["indicator"]: (item["value_before"], item["value"], item["difference"])
        for item in items
        if Decimal(item["difference"])
    }
    assert changed == {
        "days_past_due": (None, "9", "3.00"),
        "worst_days_past_due_12m": (None, "9", "5.00"),
        "overdue_ratio": (None, "0.083333", "1.00"),
        "contacts_90d": ("0", "1", "2.00"),
    }
    assert len(items) == len(answers["score C-00001"].json["items"])


def test_a_policy_in_order_is_said_to_be_with_its_scorecards(answers: dict[str, Answer]) -> None:
    answer = answers["policy check"]
    assert answer.out == b""
    assert answer.err == (
        "policy.yaml: policy example 2026-11 is in order\n"
        "scorecards: enterprise_credit, student_credit, cooperation_potential, identification, "
        "student_identification, churn\n"
    )


BROKEN = (
    ('when: {days_past_due: ">= 7"}', 'when: {days_past_du: ">= 7"}'),  # a name
    ('{when: "<= 5%", points: 4}', '{when: "<= 5 days", points: 4}'),  # a unit: of overdue_ratio
    ("- indicator: altman_z2\n", "- indicator: altmann_z2\n"),  # a name in a card
)
NONE = "there is no indicator {} (did you mean '{}'?)"
TOLD = (
    "segments.enterprise.0.when.days_past_du: " + NONE.format("days_past_du", "days_past_due"),
    "scorecards.enterprise_credit.items.2.bands.1.when: overdue_ratio is a share such as 10% or 0.1",
    "scorecards.enterprise_credit.items.7.indicator: " + NONE.format("altmann_z2", "altman_z2"),
)


def placed(text: str, piece: str, word: str) -> str:
    """Return where ``word`` stands in a piece of a text: line:column, counted from one."""
    start = text.index(piece) + piece.index(word)
    before = text[:start]
    return f"{before.count(chr(10)) + 1}:{start - before.rfind(chr(10))}"


def test_every_fault_of_a_broken_policy_is_told_with_its_place_and_the_nearest_name(
    cli: Run, tmp_path: Path
) -> None:
    text = changed(EXAMPLE_TEXT, *BROKEN)
    (tmp_path / "policy.yaml").write_text(text, encoding="utf-8")
    answer = cli("policy", "check", "policy.yaml")
    assert (answer.code, answer.out) == (4, b"")
    words = ("days_past_du", "when", "indicator")
    places = [placed(text, piece, word) for (_old, piece), word in zip(BROKEN, words, strict=True)]
    assert set(answer.err.removeprefix("loancrm: ").splitlines()) == {
        f"policy.yaml:{place}: {told}" for place, told in zip(places, TOLD, strict=True)
    }
