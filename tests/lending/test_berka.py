"""Real loans: 682 of a Czech bank, 1993 to 1998 (PKDD'99), read where they are and copied nowhere."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date, datetime
from pathlib import Path

import pytest

from loancrm.lending.ledger import Payment, replay
from loancrm.lending.schedule import schedule
from loancrm.lending.standing import standing
from loancrm.lending.terms import Terms
from tests.lending.test_standing import RULES

BERKA = Path(__file__).resolve().parents[3] / "shared" / "data" / "datasets" / "berka" / "loan.asc"
# A: over, paid; B: over, not paid; C: running, paid so far; D: running, in debt
END = date(1998, 12, 31)


@pytest.fixture(scope="module")
def loans() -> list[dict[str, str]]:
    if not BERKA.is_file():
        pytest.skip("the loans of the Czech bank are not here")
    with BERKA.open(encoding="ascii", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def agreed(loan: dict[str, str]) -> Terms:
    """A loan's own terms: the published payment is its amount by its months, without interest."""
    day = datetime.strptime(loan["date"], "%y%m%d").date()  # noqa: DTZ007 - a day has no zone
    return Terms(int(loan["amount"]) * 100, 0, int(loan["duration"]), day)


def test_the_published_payment_of_every_loan_is_its_level_instalment(loans: list[dict[str, str]]) -> None:
    assert len(loans) == 682
    for loan in loans:
        rows = schedule(agreed(loan))
        assert rows[0].total_due == round(float(loan["payments"]) * 100), loan["loan_id"]
        assert {row.total_due for row in rows} == {rows[0].total_due}, loan["loan_id"]


def test_a_loan_that_is_paid_is_never_late_and_one_in_debt_is_from_its_second_instalment_on(
    loans: list[dict[str, str]],
) -> None:
    """Status A and C: each instalment came on its day; B and D: none after the first did."""
    found: dict[str, set[bool]] = {}
    for loan in loans:
        rows = schedule(agreed(loan))
        is_paid = loan["status"] in "AC"
        until = END if is_paid else rows[0].due_on
        paid = [Payment(row.due_on, row.total_due) for row in rows if row.due_on <= until]
        position = replay(rows, paid, END)
        found.setdefault(loan["status"], set()).add(position.days_past_due > 0)
        if is_paid:
            assert (position.outstanding_principal == 0) == (rows[-1].due_on <= END)
        elif len(rows) > 1 and rows[1].due_on < END:
            assert position.days_past_due == (END - rows[1].due_on).days
    assert found["A"] == found["C"] == {False}
    assert found["B"] == {True}


def test_what_was_paid_is_normal_and_a_debt_as_bad_as_it_is_old(loans: list[dict[str, str]]) -> None:
    """The published status as five-tier class: of B and D the second instalment was never paid."""
    found: dict[str, Counter[str]] = {}
    for loan in loans:
        rows = schedule(agreed(loan))
        until = END if loan["status"] in "AC" else rows[0].due_on
        paid = [Payment(row.due_on, row.total_due) for row in rows if row.due_on <= until]
        days = replay(rows, paid, END).days_past_due
        five_tier = standing(END, days, (), RULES).five_tier
        if loan["status"] in "BD":
            late = (END - rows[1].due_on).days  # by hand: more than 360, 270, 90 and 7 days
            edges = ((360, "loss"), (270, "doubtful"), (90, "substandard"), (7, "special_mention"))
            assert five_tier == next(name for edge, name in edges if late > edge), loan["loan_id"]
        found.setdefault(loan["status"], Counter())[five_tier] += 1
    assert found["A"] == {"normal": 203}
    assert found["C"] == {"normal": 403}
    assert (found["B"].total(), found["D"].total()) == (31, 45)
    assert "normal" not in found["B"] + found["D"]
