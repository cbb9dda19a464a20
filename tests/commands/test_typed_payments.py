"""A file brings a payment that an officer typed in already: by its reference it is known."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.commands.loan_books import Do
from tests.conftest import Run

PROFILE = """kind: payments
columns:
  loan.number: loan
  payment.on: day
  payment.amount: amount
  payment.reference: reference
"""


@pytest.fixture
def brought(cli: Run, book: Path, tmp_path: Path) -> Callable[..., Any]:
    (tmp_path / "pay.yaml").write_text(PROFILE, encoding="utf-8")

    def take(*rows: str, words: tuple[str, ...] = ("--apply",)) -> Any:
        (tmp_path / "pay.csv").write_text("loan,day,amount,reference\n" + "\n".join(rows) + "\n")
        call = ("import", "payments", "pay.csv", "--profile", "pay.yaml", *words, "--format", "json")
        return cli("--store", book, *call)

    return take


def counted(answer: Any) -> tuple[int, int, int]:
    return answer.json["new"], answer.json["known"], answer.json["rejected"]


def owed(do: Do) -> str:
    return str(do("loan show L-00001")["outstanding_principal"])


def test_a_typed_payment_is_known_by_its_reference(paid_out: Do, brought: Any) -> None:
    """412.00 is the first instalment: 400.00 of it principal, so 800.00 of 1,200.00 are left."""
    paid_out("loan pay L-00001 412 --on 2026-02-01 --reference TX-1")
    assert counted(brought("L-00001,2026-02-01,412.00,TX-1")) == (0, 1, 0)
    assert owed(paid_out) == "800.00"
    assert counted(brought("L-00001,2026-02-01,412.00,TX-1", "L-00001,2026-03-01,408.00,TX-2")) == (1, 1, 0)
    assert owed(paid_out) == "400.00"
    assert counted(brought("L-00001,2026-02-01,412.00,TX-1", "L-00001,2026-03-01,408.00,TX-2")) == (0, 2, 0)


def test_one_typed_payment_is_one_row_of_two_that_are_equal(paid_out: Do, brought: Any) -> None:
    paid_out("loan pay L-00001 100 --on 2026-02-01 --reference TX-1")
    row = "L-00001,2026-02-01,100.00,TX-1"
    assert counted(brought(row, row)) == (1, 1, 0)
    assert counted(brought(row, row)) == (0, 2, 0)
    assert len(paid_out("loan statement L-00001")) == 3, "paid out, and twice 100.00"


def test_the_same_reference_of_another_day_or_amount_is_rejected(paid_out: Do, brought: Any) -> None:
    paid_out("loan pay L-00001 412 --on 2026-02-01 --reference TX-1")
    for row, column in (("2026-02-02,412.00", "day"), ("2026-02-01,421.00", "amount")):
        answer = brought(f"L-00001,{row},TX-1", words=())
        [problem] = answer.json["problems"]
        assert (answer.code, problem["code"], problem["column"]) == (4, "typed_otherwise", column)
        assert "P-00001" in problem["reason"]
    assert owed(paid_out) == "800.00"


def test_a_reference_that_names_the_loan_is_that_of_every_payment(paid_out: Do, brought: Any) -> None:
    paid_out("loan pay L-00001 412 --on 2026-02-01 --reference L-00001")
    assert counted(brought(",2026-03-01,408.00,L-00001")) == (1, 0, 0)
    assert owed(paid_out) == "400.00"


def test_what_was_typed_and_taken_back_comes_by_the_file(paid_out: Do, brought: Any) -> None:
    typed = paid_out("loan pay L-00001 412 --on 2026-02-01 --reference TX-1")
    paid_out(f"loan reverse {typed['payment']}")
    assert counted(brought("L-00001,2026-02-01,412.00,TX-1")) == (1, 0, 0)
    assert owed(paid_out) == "800.00"


def test_what_a_file_brought_is_not_typed_again(paid_out: Do, brought: Any, cli: Run, book: Path) -> None:
    assert counted(brought("L-00001,2026-02-01,412.00,TX-1")) == (1, 0, 0)
    typed = ("--store", book, "loan", "pay", "L-00001", "412", "--on", "2026-02-01", "--reference")
    answer = cli(*typed, "TX-1", "--format", "json")
    assert (answer.code, answer.error["code"]) == (5, "taken_already")
    assert owed(paid_out) == "800.00"
    assert cli(*typed, "TX-2").code == 0
    assert owed(paid_out) == "400.00"
