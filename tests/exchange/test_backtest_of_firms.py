"""Rules over the ratios of 7,027 Polish firms, tested on which of them went bankrupt: counted apart, exactly.

The ratios are known at the end of 2007, the bankruptcies a year later; each rule is counted from the file
itself, with the csv module, and nothing of the program.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from loancrm.numerals import plain_millionths
from tests.conftest import REPO, Run
from tests.reports.late_books import warned_by

PROFILES = REPO / "examples" / "profiles"
OUTCOME = """\
kind: indicators
format: {type: csv, delimiter: ",", header: false}
columns:
  customer.bank_number: {constant: "PL-{row}"}
  figure.bankrupt: {column: "65"}
"""
Row = list[str]
RULES: dict[str, tuple[str, Callable[[Row], bool]]] = {
    "owes_much": ('{imported.attr02: "> 0.9"}', lambda row: above(row, 2, "0.9")),
    "loses": ('{imported.attr01: "< 0"}', lambda row: below(row, 1, "0")),
    "short": ('{imported.attr04: "< 1"}', lambda row: below(row, 4, "1")),
    "loses_and_owes": (
        '{imported.attr01: "< 0", imported.attr02: "> 0.9"}',
        lambda row: below(row, 1, "0") and above(row, 2, "0.9"),
    ),
}


def value(row: Row, column: int) -> Decimal | None:
    return None if row[column - 1] == "?" else round(Decimal(row[column - 1]), 6)


def above(row: Row, column: int, bound: str) -> bool:
    found = value(row, column)
    return found is not None and found > Decimal(bound)


def below(row: Row, column: int, bound: str) -> bool:
    found = value(row, column)
    return found is not None and found < Decimal(bound)


def share(part: int, whole: int) -> str:
    return plain_millionths(round(Decimal(part) / whole * 1_000_000))


@pytest.mark.slow
def test_rules_over_the_ratios_of_7027_firms_are_counted_exactly(
    cli: Run, book: Path, data: Path, tmp_path: Path
) -> None:
    file = data / "datasets" / "polish_1year.data"
    with file.open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.reader(lines) if row]
    bankrupt = [row[64] == "1" for row in rows]
    assert (len(rows), sum(bankrupt)) == (7027, 271)  # as the description of the set counts them

    (tmp_path / "outcome.yaml").write_text(OUTCOME, "utf-8")
    (tmp_path / "rules.yaml").write_text(
        warned_by(*(f"{name}, 366: {when}" for name, (when, _holds) in RULES.items())), "utf-8"
    )
    for clock, kind, profile in (
        ("2007-12-31", "customers", PROFILES / "polish_firms.yaml"),
        ("2007-12-31", "indicators", PROFILES / "polish_ratios.yaml"),
        ("2008-12-31", "indicators", tmp_path / "outcome.yaml"),
    ):
        words = ("import", kind, file, "--profile", profile, "--apply", "--format", "json")
        on = ("--on", clock) if kind == "indicators" else ()
        done = cli("--store", book, *words, *on, env={"LOANCRM_NOW": f"{clock}T10:00+08:00"})
        assert done.code == 0, done.err

    words = (
        "warning", "backtest", "--all", "--event", "imported.bankrupt = 1", "--from", "2007-12-31",
        "--to", "2007-12-31", "--as-of", "2009-01-02", "--policy", tmp_path / "rules.yaml",
        "--format", "json",
    )  # fmt: skip
    answer = cli("--store", book, *words)
    assert answer.code == 0, answer.err
    found: dict[str, Any] = {line["rule"]: line for line in answer.json}
    for name, (_when, holds) in RULES.items():
        alerted = [holds(row) for row in rows]
        alerts, hits = sum(alerted), sum(a and b for a, b in zip(alerted, bankrupt, strict=True))
        assert alerts > hits > 0, name
        line = found[name]
        assert (line["alerts"], line["hits"]) == (alerts, hits), name
        assert (line["precision"], line["recall"]) == (share(hits, alerts), share(hits, 271)), name
        assert line["lift"] == share(hits * 7027, alerts * 271), name
        assert line["median_lead_days"] == 366  # to the last day of 2008, a leap year
        assert line["baseline"]["share"] == share(271, 7027)
        assert (line["baseline"]["cases"], line["baseline"]["events"]) == (7027, 271)
