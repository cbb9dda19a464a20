"""Reports of risk over loans that are serviced here, through the program; by hand, on the small loan."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.commands.loan_books import Do
from tests.reports.test_provision import PLAIN
from tests.support import changed


@pytest.fixture
def renewed(paid_out: Do) -> Do:
    """412.00 came on 1 February; the 800.00 left are renewed on the 16th, until mid-August."""
    paid_out("loan pay L-00001 412 --on 2026-02-01")
    paid_out("relief apply L-00001 --kind renewal --months 6 --why 周转 --on 2026-02-16 --paid 4")
    return paid_out


def shares(rows: list[dict[str, Any]]) -> dict[tuple[str, int | None], tuple[int, str, str, str]]:
    return {
        (row["cohort"], row["months_on_book"]): (
            row["loans"],
            row["original_principal"],
            row["bad_principal"],
            row["share"],
        )
        for row in rows
    }


def test_a_renewal_keeps_the_cohort_of_the_loan_that_it_renews(renewed: Do) -> None:
    """The renewal's first instalment is due on 16 March and never paid: 91 days late on 15 June.

    L-00001 was paid out on 1 January: by then it is five months and a half old, so bad from the sixth on; and
    1,200.00 were lent, not 800.00 more.
    """
    rows = renewed("report vintage --every 1 --as-of 2026-07-20")
    assert shares(rows) == {
        **{("2026-01", age): (1, "1200.00", "0.00", "0.000000") for age in range(1, 6)},
        ("2026-01", 6): (1, "1200.00", "1200.00", "1.000000"),
        ("2026-01", None): (1, "1200.00", "1200.00", "1.000000"),
    }
    before = renewed("report vintage --as-of 2026-06-14 --totals")
    assert (before["totals"]["bad_principal"], before["totals"]["renewals"]) == ("0.00", 1)
    on_the_day = renewed("report vintage --as-of 2026-06-15 --totals")
    assert on_the_day["totals"]["largest"] == [
        {
            "loan": "L-00001",
            "disbursed_on": "2026-01-01",
            "bad_on": "2026-06-15",
            "original_principal": "1200.00",
        }
    ]


GOLDEN = changed(
    PLAIN,
    ("default: {stage_1: 2%, stage_2: 10%}", "default: {stage_1: 2%, stage_2: 2%}"),
    ("stage_of_class: {special_mention: 1,", "stage_of_class: {special_mention: 2,"),
)


@pytest.fixture
def million(do: Do, tmp_path: Path) -> Do:
    """1,000,000.00 at 5 %, unsecured, paid out on 10 January 2025: 300,000.00, twice 350,000.00."""
    (tmp_path / "policy.yaml").write_text(GOLDEN, "utf-8")
    do(f"policy adopt {tmp_path / 'policy.yaml'} --on 2025-01-01")
    terms = "--principal 1000000 --rate 5% --instalments 3 --frequency year --repayment custom"
    more = "--table 300000,350000,350000 --security unsecured --on 2025-01-02"
    do(f"loan apply C-00001 --product fixed_asset {terms} {more}")
    for step, on in (("approve", "2025-01-03"), ("sign", "2025-01-06"), ("disburse", "2025-01-10")):
        do(f"loan {step} L-00001 --on {on}")
    return do


def test_the_loss_of_twelve_months_is_the_published_one(million: Do) -> None:
    """PD 2 %, LGD 45 %, exposure 1,000,000.00: 9,000.00."""
    found = million("report provision --as-of 2025-01-10 --totals")
    assert [(row["ifrs9_stage"], row["expected_loss"]) for row in found["rows"] if row["loans"]] == [
        (1, "9000.00")
    ]
    assert found["totals"]["expected_loss"] == "9000.00"


def test_the_loss_of_a_whole_life_follows_the_schedule(million: Do) -> None:
    """2 % a year, 1.0, 0.7 and 0.35 million by the schedule, 5 %, LGD 45 %: 16,784.76."""
    million("mark add C-00001 --kind misuse --loan L-00001 --on 2025-01-10")
    rows = million("report provision --as-of 2025-01-10")
    assert [(row["ifrs9_stage"], row["expected_loss"]) for row in rows if row["loans"]] == [(2, "16784.76")]


def flow(rows: list[dict[str, Any]]) -> dict[str, tuple[str, str]]:
    return {row["period"]: (row["principal"], row["interest"]) for row in rows}


def test_expected_payments_follow_the_schedule_and_what_was_paid(paid_out: Do) -> None:
    """400.00 with 12.00, 8.00 and 4.00 of interest on the first of February, March and April."""
    assert flow(paid_out("report cash-flow --as-of 2026-01-15")) == {
        "2026-02": ("400.00", "12.00"),
        "2026-03": ("400.00", "8.00"),
        "2026-04": ("400.00", "4.00"),
    }
    # 300.00 on the first of February: 12.00 of interest, 288.00 of principal; 112.00 stay overdue
    paid_out("loan pay L-00001 300 --on 2026-02-01")
    assert flow(paid_out("report cash-flow --as-of 2026-02-01")) == {
        "2026-02": ("112.00", "0.00"),
        "2026-03": ("400.00", "8.00"),
        "2026-04": ("400.00", "4.00"),
    }
    later = paid_out("report cash-flow --as-of 2026-02-10 --months 1 --totals")
    assert flow(later["rows"]) == {
        "overdue": ("112.00", "0.00"),
        "2026-03": ("400.00", "8.00"),
        "later": ("400.00", "4.00"),
    }
    assert (later["totals"]["overdue"], later["totals"]["principal"]) == ("112.00", "800.00")


def test_a_stress_needs_its_scenario(paid_out: Do, refused: Any, tmp_path: Path) -> None:
    answer = refused("report stress")
    assert (answer.code, answer.error["field"]) == (2, "--scenario")
    (tmp_path / "s.yaml").write_text("format: 1\nname: x\ndefault: {all: 150%}\n", "utf-8")
    rows = paid_out(f"report stress --scenario {tmp_path / 's.yaml'} --as-of 2026-01-15")
    normal = next(row for row in rows if row["five_tier"] == "normal")
    # 2 % becomes 3 %: 12.00 of 1,200.00 more go bad; what secures the loan is unknown, so all is lost
    assert (normal["balance_before"], normal["balance_after"]) == ("1200.00", "1188.00")
    assert next(row for row in rows if row["five_tier"] == "substandard")["balance_after"] == "12.00"


def test_published_rates_stress_the_loans_that_follow_them(do: Do, tmp_path: Path) -> None:
    """120,000.00 at a reference + 50 bp: a point more makes 2 % 3 %, and 1,200.00 a year come in."""
    do("rate add LPR-1Y 3.00% --on 2025-10-20")
    for number, rate in (
        ("L-00001", "--reference LPR-1Y --spread +50bp --reprice yearly"),
        ("L-00002", "--rate 4%"),
    ):
        terms = f"--principal 120000 --instalments 12 --repayment equal_principal {rate}"
        do(f"loan apply C-00001 --product working_capital {terms} --on 2025-10-25")
        for step, on in (("approve", "2025-10-27"), ("sign", "2025-10-28"), ("disburse", "2025-11-01")):
            do(f"loan {step} {number} --on {on}")
    path = tmp_path / "s.yaml"
    path.write_text(
        "format: 1\nname: x\nreference_rate: {change: +100bp, default_per_100bp: 150%}\n", "utf-8"
    )
    do(f"policy adopt {written(tmp_path, PLAIN)} --on 2025-01-01")
    totals = do(f"report stress --scenario {path} --as-of 2025-11-01 --totals")["totals"]
    assert (totals["floating_balance"], totals["interest_more"]) == ("120000.00", "1200.00")
    # 2,400.00 of each before; 3,600.00 of the first after
    assert (totals["expected_loss_before"], totals["expected_loss_after"]) == ("4800.00", "6000.00")


def written(folder: Path, text: str) -> Path:
    path = folder / "plain.yaml"
    path.write_text(text, "utf-8")
    return path


def test_the_interest_of_a_month_is_missing_where_no_loan_is_serviced_yet(paid_out: Do) -> None:
    """1,200.00 at 1 % a month from 1 January on: of the 412.00 that came on 1 February 12.00 are interest."""
    paid_out("loan pay L-00001 412 --on 2026-02-01")
    assert {
        day: paid_out(f"report portfolio --as-of {day}")["interest_collected"]
        for day in ("2025-12-15", "2026-01-15", "2026-02-01", "2026-03-01")
    } == {"2025-12-15": None, "2026-01-15": "0.00", "2026-02-01": "12.00", "2026-03-01": "0.00"}


@pytest.mark.parametrize("option", ["--by product", "--since 2026-01-10"])
def test_a_figure_of_the_portfolio_is_shown_alone(
    paid_out: Do, refused: Callable[[str], Any], option: str
) -> None:
    answer = refused(f"report portfolio npl_ratio {option}")
    assert (answer.code, option.split()[0] in answer.err) == (2, True)


@pytest.mark.parametrize(("kind", "beside"), [("extension", "800.00"), ("deferral", "0.00")])
def test_what_is_renegotiated_stands_beside_par(paid_out: Do, kind: str, beside: str) -> None:
    """412.00 on 1 February leave 800.00. The example policy observes an extension, and no deferral."""
    paid_out("loan pay L-00001 412 --on 2026-02-01")
    paid_out(f"relief apply L-00001 --kind {kind} --months 2 --why 周转 --on 2026-02-16")
    for day, renegotiated in (("2026-02-15", "0.00"), ("2026-02-16", beside)):
        (line,) = paid_out(f"report par --as-of {day}")
        assert (line["outstanding_principal"], line["renegotiated"]) == ("800.00", renegotiated)
