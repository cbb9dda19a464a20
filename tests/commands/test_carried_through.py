"""Loans through their lives by the commands: what lists and statements say of arrears, and the class."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from loancrm.schema import as_place
from loancrm.store import Store
from tests import places
from tests.commands.loan_books import Do
from tests.indicators.test_standing import stands_of

PRODUCT = """\
products:
  working_capital:
    {rate: 4.35%, repayment: bullet, day_count: act/360, frequency: quarter, settlement_day: 20, penalty: 150, compound: true}
"""  # noqa: E501 - a product a line


@pytest.fixture
def corporate(do: Do, tmp_path: Path) -> Do:
    """1,000,000 at 4.35 %, ACT/360, drawn 15 January 2025; interest settles on the 20th by quarter.

    It is debited on the 21st: 7,854.17 (65 days), 11,116.67, 11,116.67 (92), 10,995.83 (91), and on
    15 January 2026 3,020.83 (25 days) with the principal. That of March is paid.
    """
    (tmp_path / "loancrm.yaml").write_text(PRODUCT, encoding="utf-8")
    do("loan apply C-00001 --product working_capital --principal 1000000 --instalments 12 --on 2025-01-05")
    for step, on in (("approve", "2025-01-08"), ("sign", "2025-01-10"), ("disburse", "2025-01-15")):
        do(f"loan {step} L-00001 --on {on}")
    do("loan pay L-00001 7854.17 --on 2025-03-21")
    return do


def penalties(do: Do, on: str) -> set[str]:
    """Return what the page, the list and a pay-off on the day say of penalty and compound interest."""
    (line,) = do(f"loan list --as-of {on}")
    paid_off = do(f"loan payoff L-00001 --on {on} --dry-run")
    return {do(f"loan show L-00001 --as-of {on}")["penalty"], line["penalty"], paid_off["penalty"]}


def test_three_late_days_bear_the_same_interest_wherever_they_are_shown(corporate: Do) -> None:
    """11,116.67 · 4.35 % · 2 ÷ 360 = 2.69 of compound interest on the 23rd, 4.03 on the 24th.

    At the end 1,000,000 · 6.525 % · 3 ÷ 360 = 543.75 of penalty and 3,020.83 · 6.525 % · 3 ÷ 360 = 1.64 of
    compound interest: 545.39.
    """
    assert penalties(corporate, "2025-06-21") == {"0.00"}
    assert penalties(corporate, "2025-06-23") == {"2.69"}
    assert penalties(corporate, "2025-06-24") == {"4.03"}
    corporate("loan pay L-00001 11120.70 --on 2025-06-24")
    assert penalties(corporate, "2025-06-24") == penalties(corporate, "2025-06-25") == {"0.00"}
    corporate("loan pay L-00001 11116.67 --on 2025-09-21")
    corporate("loan pay L-00001 10995.83 --on 2025-12-21")
    assert penalties(corporate, "2026-01-18") == {"545.39"}
    corporate("loan payoff L-00001 --on 2026-01-18")
    lines = corporate("loan statement L-00001")
    assert [(line["on"], line["penalty"]) for line in lines if line["penalty"] != "0.00"] == [
        ("2025-06-24", "4.03"), ("2026-01-18", "545.39"),
    ]  # fmt: skip
    assert lines[-1]["amount"] == "1003566.22"  # 1,000,000 + 3,020.83 + 545.39
    assert corporate("loan show L-00001")["penalty"] is None  # it has ended


def test_what_ran_before_arrears_were_paid_is_still_owed(corporate: Do) -> None:
    """Only the interest of June comes on the 24th: 4.03 of it pays what ran, and 4.03 stays unpaid."""
    corporate("loan pay L-00001 11116.67 --on 2025-06-24")
    found = corporate("loan show L-00001 --as-of 2025-06-24")
    assert (found["unpaid_interest"], found["penalty"]) == ("4.03", "0.00")
    # 4.03 · 4.35 % · 180 ÷ 360 = 0.09 by 21 December
    assert corporate("loan show L-00001 --as-of 2025-12-21")["penalty"] != "0.00"


def test_a_loan_that_is_kept_elsewhere_has_no_penalty_of_ours(do: Do) -> None:
    do("loan add C-00001 --number A --product working_capital --principal 1000 --disbursed-on 2025-01-15")
    do("snapshot add A --outstanding 900 --days-past-due 9 --on 2026-05-31")
    assert do("loan show A --as-of 2026-06-01")["penalty"] is None


# ── a loan through extension, missed payment, observation and upgrade ────────────────────────────


@pytest.fixture
def watched(do: Do) -> Do:
    """1,200.00 at 0 % in twelve instalments of 100.00 from 1 February 2024 on.

    1 April is missed; on the 11th twelve months more are given, the next due day is 1 May: observed until
    1 May 2025, a year from then. 1 July is paid on the 21st only: observed anew until 21 July 2025, a year
    from then (the due days of August and September come before). All else is paid on its day.
    """
    do(
        "loan apply C-00001 --product working_capital --principal 1200 --rate 0% --instalments 12"
        " --repayment equal_principal --on 2023-12-20"
    )
    for step, on in (("approve", "2023-12-24"), ("sign", "2023-12-28"), ("disburse", "2024-01-01")):
        do(f"loan {step} L-00001 --on {on}")
    for on in ("2024-02-01", "2024-03-01"):
        do(f"loan pay L-00001 100 --on {on}")
    do("relief apply L-00001 --kind extension --months 12 --on 2024-04-11 --why 停产")
    return do


def test_a_loan_through_extension_missed_payment_observation_and_upgrade(watched: Do, book: Path) -> None:
    rows = [row for row in watched("loan schedule L-00001") if row["due_on"] >= "2024-05-01"]
    for row in rows:
        on = {"2024-07-01": "2024-07-21"}.get(row["due_on"], row["due_on"])
        if on <= "2025-12-01":
            watched(f"loan pay L-00001 {row['total_due']} --on {on}")
    found = _changes(book, date(2024, 1, 1), date(2025, 8, 15))
    assert found == [
        ("2024-01-01", "normal", 1),
        ("2024-04-09", "special_mention", 1),  # eight days past due
        ("2024-04-11", "special_mention", 2),  # given time
        ("2025-07-22", "normal", 1),
    ]
    (reason,) = watched("loan explain L-00001 --as-of 2025-03-01")["reasons"]
    assert (reason["trigger"], reason["since"], reason["until"]) == ("missed", "2024-07-21", "2025-07-22")
    during = watched("loan explain L-00001 --as-of 2024-07-10")["reasons"]
    assert {one["trigger"] for one in during} == {"restructured", "days_past_due"}


def _changes(book: Path, first: date, last: date) -> list[tuple[str, str, int]]:
    """Return on which days class or stage became another, looking at every day."""
    found: list[tuple[str, str, int]] = []
    store, day = Store(as_place(places.place(book))), first
    while day <= last:
        with store.read(day) as view:
            five_tier, stage, _trigger = stands_of(view)["L-00001"]
        if not found or found[-1][1:] != (five_tier, stage):
            found.append((str(day), str(five_tier), int(stage or 0)))
        day += timedelta(days=1)
    store.close()
    return found
