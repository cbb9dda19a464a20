"""Loans from the draw to the last day, worked by hand: a corporate one with a bad end, a student's four."""

from __future__ import annotations

from datetime import date

import pytest

from loancrm.lending.arrears import Arrears
from loancrm.lending.due_dates import yearly
from loancrm.lending.ledger import Payment, replay
from loancrm.lending.schedule import Instalment, schedule
from loancrm.lending.terms import Frequency, Terms

MATURITY = date(2027, 1, 15)


def corporate() -> tuple[Instalment, ...]:
    """1,000,000 at 4.35 %, ACT/360, drawn 15 January 2026; interest settles on the 20th by quarter.

    It is debited on the 21st. 65 days to 21 March: 7,854.17; then 92, 92 and 91 days: 11,116.67 twice and
    10,995.83; the last 25 days to 15 January 2027: 3,020.83, with the principal.
    """
    return schedule(
        Terms(100_000_000, 43_500, 12, date(2026, 1, 15), repayment="bullet", day_count="act/360",
              frequency=Frequency(0, 3), settlement_day=20)
    )  # fmt: skip


def test_a_corporate_loan_s_three_late_days_bear_compound_and_penalty_interest() -> None:
    """The interest of 21 June comes on the 24th; 11,116.67 · 4.35 % · 3 ÷ 360 = 4.03 of compound interest.

    At the end principal and the last interest are three days late, at 1.5 times 4.35 % = 6.525 %:
    1,000,000 · 6.525 % · 3 ÷ 360 = 543.75 of penalty, and 3,020.83 · 6.525 % · 3 ÷ 360 = 1.64 of compound
    interest: 545.39. What pays it off on 18 January is 1,000,000 + 3,020.83 + 545.39.
    """
    rows = corporate()
    assert [row.total_due for row in rows] == [785_417, 1_111_667, 1_111_667, 1_099_583, 100_302_083]
    rules = Arrears(43_500, 65_250, has_compound=True)
    in_june = Payment(date(2026, 6, 24), 1_111_667 + 403)
    paid = [Payment(row.due_on, row.total_due) for row in rows[:4] if row.number != 2]
    after = replay(rows, [*paid, in_june], in_june.on, rules)
    assert (after.penalty, after.overdue_interest, after.days_past_due) == (0, 0, 0)
    day_before = replay(rows, paid, date(2026, 6, 23), rules)
    assert (day_before.days_past_due, day_before.interest_days_past_due) == (2, 2)
    end = replay(rows, [*paid, in_june], date(2027, 1, 18), rules)
    assert (end.overdue_principal, end.overdue_interest, end.penalty) == (100_000_000, 302_083, 54_539)
    closing = Payment(date(2027, 1, 18), 100_000_000 + 302_083 + 54_539, 1)
    closed = replay(rows, [*paid, in_june, closing], closing.on, rules)
    assert (closed.outstanding_principal, closed.penalty, closed.unallocated) == (0, 0, 0)
    assert closed.days_past_due == 0


def draw(year: int) -> tuple[Instalment, ...]:
    """16,000 at 3 %, drawn 1 September; the state owes the interest until graduation on 1 July 2030.

    Due each 20 December, in the last year, 2045, on 20 September. For five years after graduation no
    principal is due: the first is due on 20 December 2035, eleven in all.
    """
    n = 2045 - year + 1
    return schedule(
        Terms(1_600_000, 30_000, n, date(year, 9, 1), repayment="equal_principal",
              principal_grace=2035 - year, subsidy_until=date(2030, 7, 1),
              due_dates=yearly(date(year, 12, 20), n, last=(9, 20)))
    )  # fmt: skip


def total(rows: list[tuple[Instalment, ...]], day: date) -> int:
    return sum(row.total_due for loan in rows for row in loan if row.due_on == day)


@pytest.mark.parametrize("year", [2026, 2027, 2028, 2029])
def test_each_year_s_draw_of_a_student_is_a_loan_of_its_own(year: int) -> None:
    """1 September to 20 December: 109 days of 30/360: 16,000 · 3 % · 109 ÷ 360 = 145.33; a year bears 480.00.

    Of the year to 20 December 2030 193 of 365 days lie before the graduation: 253.81 are the state's,
    226.19 the student's. From 2035 on 16,000 ÷ 11 = 1,454.55 of principal, the last 1,454.50; its last
    270 days bear 32.73.
    """
    rows = {row.due_on: row for row in draw(year)}
    first = rows[date(year, 12, 20)]
    assert (first.subsidised_interest, first.total_due) == (14_533, 0)
    parted = rows[date(2030, 12, 20)]
    assert (parted.subsidised_interest, parted.interest_due, parted.principal_due) == (25_381, 22_619, 0)
    assert rows[date(2034, 12, 20)].total_due == 48_000
    assert rows[date(2035, 12, 20)].total_due == 145_455 + 48_000
    # 14,545.45 · 3 %
    assert rows[date(2036, 12, 20)].total_due == 145_455 + 43_636
    last = rows[date(2045, 9, 20)]
    assert (last.principal_due, last.interest_due, last.balance) == (145_450, 3_273, 0)


def test_a_student_s_four_loans_together() -> None:
    """Nothing while studying, 4 · 226.19 in the year of graduation, 4 · 480.00 in grace, then 7,738.20."""
    loans = [draw(year) for year in (2026, 2027, 2028, 2029)]
    assert [total(loans, date(year, 12, 20)) for year in (2026, 2029, 2030, 2031, 2034, 2035)] == [
        0, 0, 90_476, 192_000, 192_000, 773_820,
    ]  # fmt: skip
    assert sum(row.principal_due for loan in loans for row in loan) == 6_400_000


def test_what_the_state_owes_is_never_overdue_for_the_student() -> None:
    position = replay(draw(2026), [], date(2030, 6, 30))
    assert (position.days_past_due, position.overdue_interest) == (0, 0)
