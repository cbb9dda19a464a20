"""The day's heading counts what is serviced here by its ledger, and says what ``changes`` says.

The loan: 1,200.00 at 12 % in three instalments of equal principal, paid out on 2026-01-01; the first one is
400.00 and 12.00 of interest, due on 2026-02-01.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands.loan_books import Do
from tests.conftest import Run


@pytest.fixture
def mixed(paid_out: Do) -> Do:
    """Beside it a loan of the core system, of which the extracts of three days speak."""
    paid_out("loan add C-00001 --number JJ-1 --product other --principal 500 --disbursed-on 2026-01-02")
    for day in ("2026-01-30", "2026-01-31", "2026-02-02"):
        paid_out(f"snapshot add JJ-1 --outstanding 500 --days-past-due 0 --on {day}")
    return paid_out


def heading(cli: Run, book: Path, day: str) -> str:
    text = cli("--store", book, "today", "--as-of", day, "--format", "table").text
    return " ".join(text.split("\n\n")[0].split())


@pytest.mark.usefixtures("mixed")
def test_an_instalment_that_is_due_here_is_due_today(cli: Run, book: Path) -> None:
    found = heading(cli, book, "2026-02-01")
    assert "since 2026-01-30: 0 newly overdue 0.00" in found
    assert "due today 1, 412.00" in found


def test_a_loan_that_is_serviced_here_is_newly_overdue_too(cli: Run, book: Path, mixed: Do) -> None:
    assert "since 2026-01-31: 1 newly overdue 412.00" in heading(cli, book, "2026-02-02")
    [line] = mixed("changes --as-of 2026-02-02 --kind newly_overdue")
    assert (line["loan"], line["amount"]) == ("L-00001", "412.00")


def test_what_was_paid_or_what_an_extract_says_beside_the_ledger_is_not(
    cli: Run, book: Path, mixed: Do
) -> None:
    mixed("snapshot add L-00001 --outstanding 1200 --days-past-due 1 --overdue-principal 400 --on 2026-02-02")
    mixed("loan pay L-00001 412 --on 2026-02-01")
    assert "since 2026-01-31: 0 newly overdue 0.00" in heading(cli, book, "2026-02-02")
    assert mixed("changes --as-of 2026-02-02 --kind newly_overdue") == []
