"""The back-tests on the command line: what is refused, and how, and that looking writes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Run

EVENT = ("--event", "days_past_due > 30")


@pytest.mark.parametrize(
    ("words", "code", "field"),
    [
        (("warning", "backtest", *EVENT), 2, "--all"),
        (("warning", "backtest", "losses", "--all", *EVENT), 2, "--all"),
        (("warning", "backtest", "loses", *EVENT), 3, None),
        (("warning", "backtest", "--all", "--event", "days_past_dew > 30"), 2, None),
        (("warning", "backtest", "--all", "--event", "days_past_due >"), 2, "--event"),
        (("warning", "backtest", "--all", "--horizon", "soon", *EVENT), 4, "--horizon"),
        (("warning", "backtest", "--all", "--horizon", "0d", *EVENT), 4, "--horizon"),
        (("warning", "backtest", "--all", "--to", "2026-11-20", *EVENT), 4, "--to"),
        (("warning", "backtest", "--all", "--from", "2026-06-02", "--to", "2026-05-01", *EVENT), 4, "--from"),
        (
            ("warning", "backtest", "losses", "--from", "2025-06-02", "--to", "2025-06-05", *EVENT),
            4,
            "--from",
        ),
        (("score", "backtest", "nothing", *EVENT), 3, None),
        (("score", "backtest", "--horizon", "90d", "--to", "2026-09-30", *EVENT), 4, "--to"),
    ],
)
def test_what_cannot_be_tested_is_refused(
    cli: Run, filled_book: Path, words: tuple[str, ...], code: int, field: str | None
) -> None:
    answer = cli("--store", filled_book, *words, "--format", "json")
    assert (answer.code, answer.out) == (code, b""), answer.err
    assert field is None or answer.error["field"] == field


def test_the_nearest_warning_is_named(cli: Run, filled_book: Path) -> None:
    answer = cli("--store", filled_book, "warning", "backtest", "loses", *EVENT)
    assert "losses" in answer.err


def test_the_event_is_needed(cli: Run, filled_book: Path) -> None:
    assert cli("--store", filled_book, "warning", "backtest", "--all").code == 2


def test_testing_the_past_writes_nothing(cli: Run, untouched: Path) -> None:
    for words in (("warning", "backtest", "losses"), ("score", "backtest")):
        assert cli("--store", untouched, *words, *EVENT).code == 0
