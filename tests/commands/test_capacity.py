"""What loans take of a student's month: carried here, kept elsewhere, applied for, and at other banks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run

FIGURES = ("payment_to_income", "new_payment_to_income", "fixed_obligations_to_income", "debt_to_income")


class Student:
    def __init__(self, cli: Run, book: Path) -> None:
        self.cli, self.book = cli, book
        self.do("customer add --kind student --name 王小明")
        self.do("income add C-00001 --earner student --basis expected --monthly-amount 6000 --on 2026-01-01")

    def do(self, line: str) -> Any:
        answer = self.cli("--store", self.book, *line.split(), "--format", "json")
        assert answer.code == 0, answer.err
        return answer.json

    def figures(self, *more: str) -> dict[str, str | None]:
        rows = self.do(" ".join(("customer indicators C-00001", *more)))
        return {row["name"]: row["value"] for row in rows if row["name"] in FIGURES}

    def apply(self, terms: str) -> None:
        self.do(f"loan apply C-00001 --product tuition --rate 0% --on 2026-02-01 {terms}")

    def pay_out(self, loan: str) -> None:
        for step in ("approve", "sign", "disburse"):
            self.do(f"loan {step} {loan} --on 2026-02-01")


@pytest.fixture
def student(cli: Run, book: Path) -> Student:
    return Student(cli, book)


def test_an_instalment_of_a_quarter_is_three_months_worth(student: Student) -> None:
    """12,000.00 in eight quarters: 1,500.00 a quarter, 500.00 a month, of 6,000.00."""
    student.apply("--principal 12000 --instalments 8 --frequency quarter")
    found = student.figures()
    assert (found["payment_to_income"], found["new_payment_to_income"]) == (None, "0.083333")
    student.pay_out("L-00001")
    found = student.figures()
    assert (found["payment_to_income"], found["new_payment_to_income"]) == ("0.083333", None)
    (figure,) = student.do("customer indicators C-00001 --explain payment_to_income")
    assert [(fact["fact"], fact["number"], fact["values"]) for fact in figure["facts"]][-1] == (
        "ledger", "L-00001", {"payment": "500.00"},
    )  # fmt: skip
    assert student.figures("--as-of", "2026-01-31") == dict.fromkeys(FIGURES)


def test_loans_kept_elsewhere_count_by_what_their_snapshot_says(student: Student) -> None:
    student.do("loan add C-00001 --number K1 --product tuition --principal 8000 --disbursed-on 2025-09-01")
    student.do("snapshot add K1 --on 2026-11-20 --outstanding 8000 --next-due-on 2026-12-20")
    assert student.figures()["payment_to_income"] is None  # nobody says how much falls due
    student.do(
        "snapshot add K1 --on 2026-11-21 --outstanding 8000 --next-due-on 2026-12-20 --next-due-amount 300"
    )
    assert student.figures()["payment_to_income"] == "0.05"
    student.apply("--principal 12000 --instalments 12")
    student.pay_out("L-00002")
    assert student.figures()["payment_to_income"] == "0.216667"  # 300.00 and 1,000.00


def test_fixed_obligations_are_those_here_those_applied_for_and_those_elsewhere(student: Student) -> None:
    """1,000.00 here, 500.00 applied for and 900.00 at other banks, of 6,000.00: 0.4."""
    student.apply("--principal 12000 --instalments 12")
    student.pay_out("L-00001")
    student.apply("--principal 12000 --instalments 24")
    assert student.figures()["fixed_obligations_to_income"] is None  # nobody asked the other banks
    student.do("consent add C-00001 --person 王小明 --purpose bureau_query --on 2026-01-01")
    report = "bureau add C-00001 --consent CN-00001 --lenders 1"
    student.do(f"{report} --on 2026-10-01")
    assert student.figures()["fixed_obligations_to_income"] is None  # the report does not say
    student.do(f"{report} --on 2026-10-02 --payments-elsewhere 900")
    found = student.figures()
    assert found["fixed_obligations_to_income"] == "0.4"
    assert (found["payment_to_income"], found["new_payment_to_income"]) == ("0.166667", "0.083333")
    student.do("loan withdraw L-00002 --on 2026-02-02")
    assert student.figures()["fixed_obligations_to_income"] == "0.316667"


def test_who_owes_nothing_here_has_only_what_others_get(student: Student) -> None:
    student.do("consent add C-00001 --person 王小明 --purpose bureau_query --on 2026-01-01")
    student.do("bureau add C-00001 --consent CN-00001 --on 2026-10-02 --payments-elsewhere 900")
    assert student.figures()["fixed_obligations_to_income"] == "0.15"


def test_the_page_of_a_figure_groups_amounts_and_data_does_not(student: Student) -> None:
    terms = "--product tuition --principal 1234567.8 --disbursed-on 2025-09-01"
    student.do(f"loan add C-00001 --number K1 {terms}")
    student.do("snapshot add K1 --on 2026-11-20 --outstanding 1234567.8")
    words = "customer indicators C-00001 --explain outstanding_principal"
    page = student.cli("--store", student.book, *words.split(), "--format", "table")
    assert "  outstanding 1,234,567.80\n" in page.text
    (figure,) = student.do(words)
    assert figure["facts"][-1]["values"]["outstanding_principal"] == "1234567.80"
