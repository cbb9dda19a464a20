"""What is used otherwise than agreed bears the rate for misuse: all of a loan by a mark, a part by its use.

The loan: 120,000.00 at 3.60 %, ACT/360, interest by quarter then bullet, paid out on 2026-01-01. Interest of
the first quarter, 90 days: 1,080.00; of the second, 91 days: 1,092.00. Misuse costs twice the rate, 7.20 %,
and arrears one and a half times, 5.40 %; overdue interest bears interest. Of 30,000.00 the 3.60 % more are
3.00 a day, of all 12.00 a day.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.commands.loan_books import Do, shown
from tests.conftest import Run

PRODUCT = (
    "{repayment: bullet, frequency: quarter, day_count: act/360, rate: 3.60%,"
    " penalty: 150, compound: true, misuse: 200}"
)
USE = "proceeds add C-00001 --loan L-00001 --on 2026-01-05 --method self --amount 30000 --reference A"
FOUND = f"{USE} --deviation use_changed --found-on 2026-02-10"


@pytest.fixture
def lent(cli: Run, do: Do, book: Path, tmp_path: Path) -> Do:
    """The loan, of a product with rates for arrears and misuse."""
    config = tmp_path / "config.yaml"
    config.write_text(f"products:\n  working_capital: {PRODUCT}\n", "utf-8")
    line = "loan apply C-00001 --product working_capital --principal 120000 --instalments 2 --on 2025-12-20"
    answer = cli("--store", book, "--config", config, *line.split(), "--format", "json")
    assert answer.code == 0, answer.err
    for step, on in (("approve", "2025-12-24"), ("sign", "2025-12-28"), ("disburse", "2026-01-01")):
        do(f"loan {step} L-00001 --on {on}")
    return do


def costs(do: Do, on: str) -> Any:
    return shown(do, on, "penalty")[0]


def test_a_part_bears_it_from_the_day_it_was_found_until_it_is_put_right(lent: Do) -> None:
    """From 10 February: 10 days by the 20th, 30.00; 50 days by 1 April, 150.00; 80 days by 1 May, 240.00."""
    assert costs(lent, "2026-03-31") == "0.00"
    lent(FOUND)
    assert [costs(lent, on) for on in ("2026-02-10", "2026-02-20")] == ["0.00", "30.00"]
    paid = lent("loan pay L-00001 1230 --on 2026-04-01")
    assert (paid["penalty"], paid["interest"], paid["unallocated"]) == ("150.00", "1080.00", "0.00")
    lent(f"{FOUND} --settled-on 2026-05-01 --replace")
    assert [costs(lent, on) for on in ("2026-04-01", "2026-05-01", "2026-06-30")] == [
        "0.00",
        "90.00",
        "90.00",
    ]
    assert shown(lent, "2026-06-30", "days_past_due") == [0]
    assert costs(lent, "2026-04-21") == "60.00"


def test_a_mark_of_the_loan_is_of_all_of_it_and_ends_when_it_is_lifted(lent: Do) -> None:
    """31 days of March, 372.00; what is put right and found again on one day leaves no gap."""
    lent("mark add C-00001 --kind misuse --loan L-00001 --on 2026-03-01")
    assert costs(lent, "2026-04-01") == "372.00"
    lent("mark add C-00001 --kind misuse --loan L-00001 --is-lifted yes --on 2026-03-11")
    assert [costs(lent, on) for on in ("2026-03-11", "2026-04-01")] == ["120.00", "120.00"]
    lent("mark void MK-00001")
    assert costs(lent, "2026-04-01") == "0.00"


def test_a_mark_of_the_customer_lowers_the_class_and_names_no_loan_that_costs_more(lent: Do) -> None:
    lent("mark add C-00001 --kind misuse --on 2026-03-01")
    assert shown(lent, "2026-04-01", "penalty", "computed_five_tier") == ["0.00", "special_mention"]


def test_parts_add_up_and_all_is_all(lent: Do) -> None:
    """30,000.00 from 10 February and 60,000.00 from the 20th: 3.00, then 9.00, and 12.00 from 1 March on."""
    lent(FOUND)
    second = USE.replace("--reference A", "--reference B").replace("30000", "60000")
    lent(f"{second} --deviation flowed_back --found-on 2026-02-20")
    lent("mark add C-00001 --kind misuse --loan L-00001 --on 2026-03-01")
    # 10 days at 3.00, 9 at 9.00, 10 at 12.00
    assert [costs(lent, on) for on in ("2026-02-20", "2026-03-01", "2026-03-11")] == [
        "30.00",
        "111.00",
        "231.00",
    ]


def test_of_misuse_and_arrears_the_heavier_counts_and_never_both(lent: Do) -> None:
    """All is overdue from 1 July: 5.40 % on 90,000.00, 13.50 a day, and 7.20 % on 30,000.00, 6.00 a day.

    From 10 February to 1 July 141 days at 3.00: 423.00; it is paid with the interest of both quarters.
    """
    lent(FOUND)
    lent("loan pay L-00001 1080 --on 2026-04-01")
    lent("loan pay L-00001 1515 --on 2026-07-01")  # 1,092.00 and 423.00
    assert shown(lent, "2026-07-01", "penalty", "unpaid_interest") == ["0.00", "0.00"]
    assert costs(lent, "2026-07-11") == "195.00"


def test_overdue_interest_of_what_is_misused_bears_the_same_rate(lent: Do) -> None:
    """1,080.00 are overdue from 1 April, a quarter of it of the part: 3.60 % and a quarter of 3.60 % more.

    1,080.00 · 4.50 % · 10 ÷ 360 = 1.35, beside 60 days at 3.00 from 10 February: 181.35.
    """
    lent(FOUND)
    assert costs(lent, "2026-04-11") == "181.35"


def test_paid_early_the_part_is_what_is_left(lent: Do) -> None:
    """Of 120,000.00 100,000.00 are paid on 20 February: 20,000.00 are left, all of them of the part.

    By then 30.00 and 50 days of interest, 600.00; from then on 2.00 a day.
    """
    lent(FOUND)
    lent("loan prepay L-00001 100630 --on 2026-02-20")
    assert shown(lent, "2026-03-02", "outstanding_principal", "penalty") == ["20000.00", "20.00"]


def test_what_is_known_later_changes_what_money_paid_and_undo_brings_it_back(
    lent: Do, cli: Run, book: Path
) -> None:
    """1,080.00 of interest are paid on 1 April; found afterwards, 150.00 of it are for the misuse."""
    lent("loan pay L-00001 1080 --on 2026-04-01")
    assert shown(lent, "2026-04-02", "unpaid_interest") == ["0.00"]
    lent(FOUND)
    assert shown(lent, "2026-04-02", "unpaid_interest", "days_past_due") == ["150.00", 1]
    assert cli("--store", book, "store", "check", "--format", "json").code == 0
    lent("undo --yes")
    assert shown(lent, "2026-04-02", "unpaid_interest", "penalty") == ["0.00", "0.00"]
    lent("mark add C-00001 --kind misuse --loan L-00001 --on 2026-03-01")
    assert shown(lent, "2026-04-02", "unpaid_interest") == ["372.00"]
    lent("undo --yes")
    assert shown(lent, "2026-04-02", "unpaid_interest") == ["0.00"]
    assert cli("--store", book, "store", "check", "--format", "json").code == 0


def test_a_deviation_that_is_no_misuse_costs_nothing(lent: Do) -> None:
    lent(FOUND.replace("use_changed", "no_evidence"))
    assert costs(lent, "2026-03-01") == "0.00"


def test_a_product_without_the_rate_costs_no_more(paid_out: Do) -> None:
    paid_out("mark add C-00001 --kind misuse --loan L-00001 --on 2026-01-10")
    assert costs(paid_out, "2026-01-31") == "0.00"


def test_another_rate_moves_the_rate_for_misuse_with_it(lent: Do) -> None:
    """From 1 April at 1.80 %: misuse costs 3.60 %, 1.80 % more: 1.50 a day on 30,000.00."""
    lent(FOUND)
    lent("loan pay L-00001 1230 --on 2026-04-01")
    lent("loan reprice L-00001 --rate 1.80% --on 2026-04-01")
    assert costs(lent, "2026-04-11") == "15.00"


def test_voiding_a_mark_leaves_what_a_payment_was_used_for_and_the_other_way_round(lent: Do) -> None:
    """Each has its own meaning: the loan as a whole by the mark, one payment by its deviation."""
    lent(FOUND)
    lent("mark add C-00001 --kind misuse --loan L-00001 --on 2026-02-15")
    reasons = lent("loan explain L-00001 --as-of 2026-02-20")["reasons"]
    assert sorted(one["trigger"] for one in reasons) == ["deviation", "misuse"]
    lent("mark void MK-00001")
    reasons = lent("loan explain L-00001 --as-of 2026-02-20")["reasons"]
    assert [one["trigger"] for one in reasons] == ["deviation"]
    lent("mark add C-00001 --kind misuse --loan L-00001 --on 2026-02-15")
    lent("mark add C-00001 --kind misuse --loan L-00001 --is-lifted yes --on 2026-02-16")
    assert shown(lent, "2026-02-20", "computed_five_tier") == ["special_mention"]
    lent("mark void MK-00003")
    lent("proceeds void UP-00001 --why 误记")
    reasons = lent("loan explain L-00001 --as-of 2026-02-20")["reasons"]
    assert [one["trigger"] for one in reasons] == ["misuse"]
    lent("mark void MK-00002")
    assert shown(lent, "2026-02-20", "computed_five_tier", "penalty") == ["normal", "0.00"]
