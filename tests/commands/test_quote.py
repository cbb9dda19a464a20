"""loancrm loan quote: schedules and their cost, without a store."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.commands.patterns import misfits
from tests.commands.shapes_loans import OFFER, QUOTE, QUOTE_ROW
from tests.conftest import Run

YEAR = "--principal 120000 --rate 6% --instalments 12 --from 2026-01-01"


@pytest.fixture
def quoted(cli: Run) -> Any:
    """Ask for a quote and return its rows; there is no store, and none is made."""

    def ask(words: str) -> Any:
        answer = cli("loan", "quote", *words.split(), "--format", "json")
        assert answer.code == 0, answer.err
        return json.loads(answer.out)

    return ask


def test_a_year_of_equal_principal_falls(quoted: Any) -> None:
    rows = quoted(f"{YEAR} --repayment equal_principal")
    assert misfits(rows, [QUOTE_ROW]) == []
    assert [row["total_due"] for row in rows[:2] + rows[-1:]] == ["10600.00", "10550.00", "10050.00"]


def test_a_year_of_level_instalments_and_what_it_costs(quoted: Any) -> None:
    answer = quoted(f"{YEAR} --repayment level --totals")
    assert misfits(answer, QUOTE) == []
    assert [row["total_due"] for row in answer["rows"]] == ["10327.97"] * 11 + ["10327.99"]
    assert answer["totals"]["interest_due"] == "3935.66"
    assert answer["totals"]["annual_percentage_rate"] == "0.060000"


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        # 100 · 9.4822 % · 31 ÷ 365 = 0.81; 31 ÷ 360 = 0.82; 31 ÷ 364 = 0.81; 31 ÷ 366 = 0.80
        ("--day-count act/365", "0.81", "0.13"),
        ("--day-count act/360", "0.82", "0.13"),
        ("--day-count act/364", "0.81", "0.13"),
        ("--day-count act/act", "0.80", "0.13"),
        ("--day-count 30/360", "0.79", "0.13"),
        # 15 days: 100 · 9.4822 % · 15 ÷ 360 = 0.40
        ("--day-count act/360 --frequency 15d", "0.40", "0.07"),
    ],
)
def test_day_counts_and_frequencies(quoted: Any, words: str, first: str, last: str) -> None:
    rows = quoted(f"--principal 100 --rate 9.4822% --instalments 6 --from 2024-01-01 {words}")
    assert (rows[0]["interest_due"], rows[-1]["interest_due"]) == (first, last)


def test_an_instalment_is_rounded_up_to_a_whole_unit(quoted: Any) -> None:
    rows = quoted(
        "--principal 5000 --rate 12% --instalments 6 --rounding ceiling --round-to 1 --from 2022-11-01"
    )
    # 5000 · 0.01 ÷ (1 - 1.01^-6) = 862.74
    assert [row["total_due"] for row in rows] == ["863.00"] * 5 + ["861.42"]


def test_principal_grace_is_interest_only(quoted: Any) -> None:
    rows = quoted("--principal 5000 --rate 12% --instalments 18 --principal-grace 6 --from 2022-11-01")
    assert [row["total_due"] for row in rows[:6]] == ["50.00"] * 6
    # 5000 · 0.01 ÷ (1 - 1.01^-12) = 444.24
    assert rows[6]["total_due"] == "444.24"


@pytest.mark.parametrize(
    ("words", "code", "field"),
    [
        ("--principal 1e5 --rate 6% --instalments 12", 4, "--principal"),
        ("--principal 100 --rate 6 --instalments 12", 4, "--rate"),
        ("--principal 100 --rate 6% --instalments 0", 4, "--instalments"),
        ("--principal 100 --rate 6% --instalments 12 --day-count act/366", 2, "--day-count"),
        ("--principal 100 --rate 6% --instalments 12 --from 2026-02-30", 4, "--from"),
        ("--principal 100 --rate 6% --instalments 12 --frequency daily", 4, "--frequency"),
        ("--principal 100 --rate 6% --instalments 2 --repayment custom --table 40,50", 4, "--table"),
    ],
)
def test_what_cannot_be_is_refused_with_its_option(cli: Run, words: str, code: int, field: str) -> None:
    answer = cli("loan", "quote", *words.split(), "--format", "json")
    assert (answer.code, answer.error["field"]) == (code, field)


def test_offers_stand_side_by_side(quoted: Any) -> None:
    """120,000 at 6 % over a year: bullet pays 600.00 eleven times and 120,600.00."""
    offers = quoted(f"{YEAR} --compare level,equal_principal,bullet")
    assert misfits(offers, [OFFER]) == []
    names = ("repayment", "first_instalment", "largest_instalment", "interest_due")
    assert [tuple(offer[name] for name in names) for offer in offers] == [
        ("level", "10327.97", "10327.99", "3935.66"),
        ("equal_principal", "10600.00", "10600.00", "3900.00"),
        ("bullet", "600.00", "120600.00", "7200.00"),
    ]


def test_the_policy_says_the_least_rate_and_what_it_asks(cli: Run, book: Any) -> None:
    """Grade B for a year, guaranteed: 1.80 + 1.20 · 0.35 + 0.60 + 0.40 = 3.22 %, and 0.50 above it."""
    line = f"loan quote {YEAR} --grade B --security guarantee --totals --format json"
    totals = cli("--store", book, *line.split()).json["totals"]
    assert (totals["floor_rate"], totals["asked_rate"]) == ("0.032200", "0.037200")
    cheap = f"loan quote {YEAR.replace('6%', '3.2%')} --grade B --security guarantee --format table"
    said = cli("--store", book, *cheap.split()).text
    assert "least rate 3.22 %, asked of grade B 3.72 %" in said
    assert "the offer is below the least rate" in said
    unknown = cli("--store", book, *f"loan quote {YEAR} --grade Z".split())
    assert (unknown.code, "the policy prices these grades" in unknown.err) == (4, True)


@pytest.mark.parametrize("fee", ["100", "200"])
def test_a_fee_that_takes_all_that_is_paid_out_is_refused(cli: Run, fee: str) -> None:
    terms = ("--principal", "100", "--rate", "5%", "--instalments", "3")
    answer = cli("loan", "quote", *terms, "--fee", fee)
    assert (answer.code, answer.out) == (4, b"")
    assert "--fee: must be less than the principal" in answer.err
