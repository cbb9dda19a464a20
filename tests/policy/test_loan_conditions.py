"""Conditions over the figures of loans: the same notation, the same tree, and dates."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from loancrm.errors import InvalidInput, LoanCrmError, UsageFault
from loancrm.indicators.loan_figures import LoanFigures
from loancrm.policy.conditions import Test
from loancrm.policy.parse import LOANS, ConditionFault, from_text, from_yaml
from loancrm.policy.policy import example
from loancrm.reports.loans import loans
from tests.support import Book


@pytest.mark.parametrize(
    ("text", "data", "operator", "values"),
    [
        ("disbursed_on < 2003-01-01", {"disbursed_on": "< 2003-01-01"}, "<", (date(2003, 1, 1),)),
        ("disbursed_on = 2003-01-01..2003-12-31", {"disbursed_on": "2003-01-01..2003-12-31"}, "between",
         (date(2003, 1, 1), date(2003, 12, 31))),
        ("matures_on in (2026-02-28, 2026-03-31)", {"matures_on": ["2026-02-28", "2026-03-31"]}, "in",
         (date(2026, 2, 28), date(2026, 3, 31))),
        ("loan_status = written_off", {"loan_status": "written_off"}, "=", ("written_off",)),
        ("annual_rate >= 4.35%", {"annual_rate": ">= 4.35%"}, ">=", (43_500,)),
        ('extra.lender = "A BANK"', {"extra.lender": "A BANK"}, "=", ("A BANK",)),
    ],
)  # fmt: skip
def test_a_value_is_read_in_the_unit_of_the_figure_of_a_loan(
    text: str, data: Any, operator: str, values: tuple[Any, ...]
) -> None:
    spoken, written = from_text(text, LOANS), from_yaml(data, figures=LOANS)
    assert isinstance(spoken, Test)
    assert isinstance(written, Test)
    assert (spoken.operator, spoken.values) == (written.operator, written.values) == (operator, values)


@pytest.mark.parametrize(
    "text", ["disbursed_on < 2003", "disbursed_on = 2003-02-30", "disbursed_on = 2003-02-01..2003-01-01"]
)
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput) as fault:
        from_text(text, LOANS)
    assert fault.value.field == "disbursed_on"


def test_a_fault_names_the_option_that_was_typed() -> None:
    with pytest.raises(UsageFault) as fault:
        from_text("loan_status = written_off and", LOANS, "--target")
    assert fault.value.field == "--target"
    assert fault.value.message == "--target: it ends too early"


def test_a_figure_of_loans_is_unknown_among_those_of_customers_and_below_any_group() -> None:
    for data in ({"loan_status": "live"}, {"any": [{"kind": "student"}, {"not": {"loan_status": "live"}}]}):
        with pytest.raises(LoanCrmError) as fault:
            from_yaml(data)
        assert isinstance(fault.value, ConditionFault)
        from_yaml(data, figures=LOANS)


CONDITIONS = (
    "days_past_due > 30",
    "not days_past_due > 30",
    "disbursed_on < 2026-02-01 or days_past_due > 30",
    "disbursed_on = 2026-01-31..2026-02-01",
    "disbursed_on in (2026-01-31, 2026-02-02)",
    "matures_on is missing",
    "matures_on != 2027-01-01",
    "is_live = yes and principal >= 1000000",
    "is_live = no",
    "loan_security = mortgage",
    "not loan_security = mortgage",
)


def a_few_loans(book: Book) -> None:
    firm = book.customer()
    with book.batch():
        book.loan(firm, "A", disbursed="2026-01-31", matures="2027-01-01", security="mortgage")
        book.snapshot("A", dpd=31)
        book.loan(firm, "B", disbursed="2026-02-01", matures=None, principal=999_999)
        book.snapshot("B", dpd=30)
        book.loan(firm, "C", disbursed="2026-02-02", security="pledge")
        book.loan(firm, "D", disbursed=None)
        book.close("C", "settled", "2026-06-01")


@pytest.mark.parametrize("text", CONDITIONS)
def test_sql_and_judge_agree_on_loans(book: Book, text: str) -> None:
    a_few_loans(book)
    condition = from_text(text, LOANS)
    names = sorted(condition.indicators())
    with book.view() as view:
        figures = LoanFigures(view, example().terms, names)
        columns = [figures.columns[name].label(name) for name in names]
        rows = view.rows(figures.select(condition.sql(figures.columns).label("verdict"), *columns))
    assert len(rows) == 4
    for row in rows:
        values = {name: row._mapping[name] for name in names}
        values |= {"is_live": bool(values["is_live"])} if "is_live" in values else {}
        assert condition.judge(values).state is (None if row.verdict is None else bool(row.verdict)), row


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("days_past_due > 30 and loan_product = working_capital", ["A"]),
        ("days_past_due >= 30", ["A", "B"]),
        ("not loan_security = mortgage", []),  # unknown is not no
        ("loan_security is missing", ["B"]),
        ("loan_status = settled", ["C"]),  # asks how it ended: ended ones too
        ("disbursed_on >= 2026-02-01", ["B"]),
    ],
)
def test_loans_are_listed_for_which_the_condition_holds(book: Book, text: str, expected: list[str]) -> None:
    a_few_loans(book)
    found = book.ask_policy(loans, where=from_text(text, LOANS))
    assert [line.number for line in found] == expected
