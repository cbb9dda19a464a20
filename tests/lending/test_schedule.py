"""Schedules against published numbers, what holds of all of them, and cases worked by hand."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loancrm.calendars import add_months
from loancrm.errors import InvalidInput
from loancrm.lending.due_dates import yearly
from loancrm.lending.rounding import rounded
from loancrm.lending.schedule import Instalment, remaining, schedule
from loancrm.lending.terms import REPAYMENTS, Frequency, Terms, frequency

JANUARY = date(2026, 1, 1)
# Vectors of loans that are changed while they run: reproduced by tests of their own below.
CHANGED = {"FIN-RP12-prepay-reduce-instalment", "FIN-RESCH-extra-terms"}


def minor(text: str) -> int:
    return int(Fraction(text) * 100)


def made(**more: Any) -> tuple[Instalment, ...]:
    return schedule(Terms(**({"start_on": JANUARY} | more)))


def totals(rows: tuple[Instalment, ...]) -> list[int]:
    return [row.total_due for row in rows]


# ── published ───────────────────────────────────────────────────────────────────────────────


def terms_of(inputs: dict[str, Any]) -> Terms:
    flat = inputs.get("interest_type") == "FLAT" and inputs["annual_rate_pct"] != "0"
    is_actual = inputs["day_count"].startswith("ACT/365") if "day_count" in inputs else False
    return Terms(
        principal=minor(inputs["principal"]),
        annual_rate=int(Fraction(inputs["annual_rate_pct"]) * 10_000),
        instalments=inputs["n"],
        start_on=date.fromisoformat(inputs.get("start", "2024-01-01")),
        repayment="flat" if flat else "level",
        day_count="act/365" if is_actual else "30/360",
        rounding="ceiling" if inputs.get("round_mode") == "CEILING" else "half_even",
        round_to=minor(inputs.get("round_instalment_to", "0.01")),
        principal_grace=inputs.get("grace_principal", 0),
    )


def test_every_published_schedule_that_terms_can_say_is_reproduced_row_by_row(vectors: Path) -> None:
    cases = json.loads((vectors / "schedules.json").read_text("utf-8"))["vectors"]
    assert len(cases) == 11
    assert {case["id"] for case in cases} >= CHANGED
    for case in cases:
        if case["id"] in CHANGED:
            continue
        rows = schedule(terms_of(case["inputs"]))
        for row, wanted in zip(
            rows, case["expected_rows"], strict=case["inputs"]["n"] == len(case["expected_rows"])
        ):
            found = {
                "principal": row.principal_due,
                "interest": row.interest_due,
                "total": row.total_due,
                "balance": row.balance,
            }
            expected = {name: minor(wanted[name]) for name in found if name in wanted}
            assert {name: found[name] for name in expected} == expected, (case["id"], row.number)
            if "due" in wanted:
                assert row.due_on.isoformat() == wanted["due"], case["id"]


def published(vectors: Path, name: str) -> list[tuple[int, int, int, int]]:
    """Return the rows of a published schedule: number, principal, interest, balance."""
    cases = json.loads((vectors / "schedules.json").read_text("utf-8"))["vectors"]
    [case] = [case for case in cases if case["id"] == name]
    return [
        (row["nr"], minor(row["principal"]), minor(row["interest"]), minor(row["balance"]))
        for row in case["expected_rows"]
    ]


def plain(rows: Iterable[Instalment]) -> list[tuple[int, int, int, int]]:
    return [(row.number, row.principal_due, row.interest_due, row.balance) for row in rows]


def test_a_prepayment_that_makes_instalments_smaller_is_the_schedule_of_the_rest(vectors: Path) -> None:
    """5,000 at 12 %, ACT/365, six months; 1,000 and 2,000 are paid on the first two due days."""
    wanted = published(vectors, "FIN-RP12-prepay-reduce-instalment")
    terms = Terms(
        500_000, 120_000, 6, date(2022, 11, 1), day_count="act/365", rounding="half_even", round_to=100
    )
    [first, *_others] = schedule(terms)
    assert first.interest_due == 4_932
    balance = 500_000 - (100_000 - first.interest_due)
    [second, *_others] = remaining(terms, balance, 1)
    balance -= 200_000 - second.interest_due
    assert wanted[1][3] == balance
    assert plain(remaining(terms, balance, 2)) == wanted[2:]


def test_two_more_instalments_are_the_schedule_of_the_rest(vectors: Path) -> None:
    wanted = published(vectors, "FIN-RESCH-extra-terms")
    terms = Terms(300_000, 0, 3, date(2023, 7, 1))
    assert plain(schedule(terms)[:1] + remaining(replace(terms, instalments=5), 200_000, 1)) == wanted


def test_a_new_rate_splits_the_period_it_falls_into_by_days() -> None:
    """1,200.00 at 12 %, ACT/360, bullet by month from 20 December; 6 % from 1 January on.

    20 December to 1 January: 12 days at 12 %: 4.80; to 20 January: 19 days at 6 %: 3.80; then 31 days: 6.20.
    """
    terms = Terms(120_000, 120_000, 3, date(2025, 12, 20), repayment="bullet", day_count="act/360")
    rows = remaining(terms, 120_000, 0, rates=[(date(2026, 1, 1), 60_000)])
    assert [row.interest_due for row in rows] == [860, 620, 560]


def annuity(vectors: Path, *names: str) -> list[dict[str, Any]]:
    cases = json.loads((vectors / "annuity.json").read_text("utf-8"))["vectors"]
    return [case for case in cases if case["fn"] in names]


def rows_of(args: dict[str, Any]) -> tuple[Instalment, ...]:
    """Return the schedule of numpy-financial's arguments; a bare rate is of a year with one instalment."""
    rate, _slash, parts = args["rate"].partition("/")
    return made(
        principal=args["pv"] * 100,
        annual_rate=int(Fraction(rate) * 1_000_000),
        instalments=args["nper"],
        frequency=Frequency(0, 1 if parts else 12),
    )


def test_numpy_s_payments_are_reproduced_to_the_minor_unit(vectors: Path) -> None:
    cases = annuity(vectors, "pmt")
    assert len(cases) == 4
    for case in cases:
        assert rows_of(case["args"])[0].total_due == round(-case["expected"] * 100), case


def test_numpy_s_parts_of_payments_are_reproduced_to_the_minor_unit(vectors: Path) -> None:
    """Left out: payments at the beginning of a period, which no product here has."""
    cases = annuity(vectors, "ppmt", "ipmt")
    taken = [case for case in cases if case["args"].get("when") != "begin"]
    assert (len(cases), len(taken)) == (12, 10)
    for case in taken:
        row = rows_of(case["args"])[case["args"]["per"] - 1]
        part = row.principal_due if case["fn"] == "ppmt" else row.interest_due
        assert abs(part + case["expected"] * 100) < 1, case  # a row carries the rounding of those before


@pytest.mark.parametrize(
    ("repayment", "first", "last", "interest"),
    [("equal_principal", 1_060_000, 1_005_000, 390_000), ("level", 1_032_797, 1_032_799, 393_566)],
)
def test_a_year_of_120_000_at_6_per_cent(repayment: str, first: int, last: int, interest: int) -> None:
    rows = made(principal=12_000_000, annual_rate=60_000, instalments=12, repayment=repayment)
    assert (rows[0].total_due, rows[-1].total_due) == (first, last)
    assert sum(row.interest_due for row in rows) == interest
    assert repayment != "level" or totals(rows)[:-1] == [first] * 11


def test_a_bullet_pays_interest_and_the_principal_at_the_end() -> None:
    rows = made(principal=10_000, annual_rate=300_000, instalments=8, repayment="bullet")
    assert totals(rows) == [250] * 7 + [10_250]


# ── worked by hand ──────────────────────────────────────────────────────────────────────────


def test_a_corporate_loan_settles_on_the_20th_of_the_quarter_s_last_month_with_a_stub() -> None:
    """1,000,000 at 4.35 %, drawn 15 January 2026 for a year, ACT/360, interest by quarter.

    15 January to 21 March:  65 days: 1,000,000 · 0.0435 · 65 ÷ 360 =  7,854.17
    21 March to 21 June:     92 days:                                  11,116.67
    21 June to 21 September: 92 days:                                  11,116.67
    to 21 December:          91 days:                                  10,995.83
    to 15 January 2027:      25 days:                                   3,020.83, and the principal
    """
    rows = made(
        principal=100_000_000, annual_rate=43_500, instalments=12, repayment="bullet", day_count="act/360",
        frequency=Frequency(0, 3), settlement_day=20, start_on=date(2026, 1, 15),
    )  # fmt: skip
    assert [(row.due_on.isoformat(), row.interest_due) for row in rows] == [
        ("2026-03-21", 785_417),
        ("2026-06-21", 1_111_667),
        ("2026-09-21", 1_111_667),
        ("2026-12-21", 1_099_583),
        ("2027-01-15", 302_083),
    ]
    assert [row.principal_due for row in rows] == [0, 0, 0, 0, 100_000_000]


def test_interest_grace_is_collected_with_the_first_payment_after_it_without_capitalisation() -> None:
    rows = made(
        principal=120_000, annual_rate=120_000, instalments=4, repayment="equal_principal", interest_grace=2
    )
    # 1 % a month on 1,200, 900, 600, 300: 12, 9, 6, 3
    assert [row.interest_due for row in rows] == [0, 0, 2_700, 300]


def test_interest_while_studying_is_the_state_s_and_is_split_by_days() -> None:
    """16,000 at 3.6 % by year, studies end half way through the second: 576.00 a year, 30/360."""
    rows = made(
        principal=1_600_000, annual_rate=36_000, instalments=3, repayment="bullet",
        frequency=Frequency(0, 12), subsidy_until=date(2027, 7, 2),
    )  # fmt: skip
    # 1 January to 2 July 2027: 182 of 365 days: 576.00 · 182 ÷ 365 = 287.21
    assert [(row.subsidised_interest, row.interest_due) for row in rows] == [
        (57_600, 0),
        (28_721, 28_879),
        (0, 57_600),
    ]


def test_with_recurring_grace_principal_is_paid_with_every_second_instalment() -> None:
    rows = made(
        principal=90_000, annual_rate=0, instalments=6, repayment="equal_principal", recurring_grace=1
    )
    assert [row.principal_due for row in rows] == [0, 30_000, 0, 30_000, 0, 30_000]


def test_a_balloon_is_left_for_the_last_instalment() -> None:
    rows = made(principal=100_000, annual_rate=0, instalments=4, repayment="balloon", balloon=60_000)
    assert [row.principal_due for row in rows] == [10_000, 10_000, 10_000, 70_000]


def test_a_single_payment_bears_the_interest_of_the_whole_term() -> None:
    rows = made(principal=100_000, annual_rate=60_000, instalments=6, repayment="single")
    assert [(row.due_on, row.principal_due, row.interest_due) for row in rows] == [
        (date(2026, 7, 1), 100_000, 3_000)
    ]


def test_a_custom_table_is_followed() -> None:
    rows = made(
        principal=100_000, annual_rate=120_000, instalments=3, repayment="custom", table=(10_000, 0, 90_000)
    )
    assert [(row.principal_due, row.interest_due) for row in rows] == [
        (10_000, 1_000),
        (0, 900),
        (90_000, 900),
    ]


def test_a_due_day_that_is_no_working_day_moves_and_interest_does_not() -> None:
    def weekdays(day: date) -> bool:
        return day.weekday() < 5

    terms = {"principal": 100_000, "annual_rate": 120_000, "instalments": 3, "day_count": "act/365"}
    plain = schedule(Terms(**terms, start_on=date(2026, 1, 31)))  # type: ignore[arg-type]
    # 28 February and 31 March 2026 are a Saturday and a Tuesday, 30 April a Thursday
    for rule, first in (
        ("following", "2026-03-02"),
        ("preceding", "2026-02-27"),
        ("modified_following", "2026-02-27"),
    ):
        rows = schedule(Terms(**terms, start_on=date(2026, 1, 31), holiday_shift=rule), weekdays)  # type: ignore[arg-type]
        assert [row.due_on.isoformat() for row in rows] == [first, "2026-03-31", "2026-04-30"]
        assert [row.interest_due for row in rows] == [row.interest_due for row in plain]


# ── what holds of all ───────────────────────────────────────────────────────────────────────


@st.composite
def any_terms(draw: Callable[..., Any]) -> Terms:
    n = draw(st.integers(1, 60))
    repayment = draw(st.sampled_from([name for name in REPAYMENTS if name != "custom"]))
    principal = draw(st.integers(1_000, 10**11))
    grace = st.integers(0, min(n - 1, 6))
    return Terms(
        principal=principal,
        annual_rate=draw(st.integers(0, 400_000)),
        instalments=n,
        start_on=draw(st.dates(date(1990, 1, 1), date(2080, 1, 1))),
        repayment=repayment,
        frequency=draw(
            st.sampled_from([Frequency(0, 1), Frequency(0, 3), Frequency(0, 12), Frequency(14, 0)])
        ),
        day_count=draw(st.sampled_from(["30/360", "act/360", "act/365", "act/364", "act/act"])),
        rounding=draw(st.sampled_from(["half_up", "half_even", "ceiling"])),
        round_to=draw(st.sampled_from([1, 1, 100])),
        principal_grace=draw(grace),
        interest_grace=draw(grace),
        recurring_grace=draw(st.sampled_from([0, 0, 1, 2])) if n > 3 else 0,
        balloon=principal // 3 if repayment == "balloon" else 0,
    )


@given(any_terms())
@settings(max_examples=300, deadline=None)
def test_principal_is_paid_back_exactly_and_due_days_rise(terms: Terms) -> None:
    rows = schedule(terms)
    assert sum(row.principal_due for row in rows) == terms.principal
    assert rows[-1].balance == 0
    assert all(row.balance >= 0 and row.principal_due >= 0 and row.interest_due >= 0 for row in rows)
    days = [terms.start_on, *(row.due_on for row in rows)]
    assert all(before < after for before, after in pairwise(days))
    balances = [terms.principal, *(row.balance for row in rows)]
    assert all(b - row.principal_due == row.balance for b, row in zip(balances, rows, strict=False))


@given(any_terms(), st.integers(0, 59), st.sampled_from(["bullet", "single"]))
@settings(max_examples=200, deadline=None)
def test_the_rest_of_an_unchanged_loan_is_the_rest_of_its_schedule(
    terms: Terms, after: int, repayment: str
) -> None:
    terms = replace(terms, repayment=repayment, balloon=0, interest_grace=0)
    rows = schedule(terms)
    assert remaining(terms, terms.principal, after % len(rows)) == rows[after % len(rows) :]


@given(st.dates(date(1950, 1, 1), date(2100, 1, 1)), st.integers(1, 480))
@settings(deadline=None)
def test_due_days_never_drift_from_the_anchor(start: date, n: int) -> None:
    rows = made(principal=10**7, annual_rate=0, instalments=n, start_on=start)
    for row in rows:
        last_day = (add_months(row.due_on.replace(day=1), 1) - timedelta(days=1)).day
        assert row.due_on.day == min(start.day, last_day)


@given(
    st.integers(-(10**15), 10**15),
    st.integers(1, 10**6),
    st.sampled_from(["half_up", "half_even", "ceiling", "floor"]),
)
def test_rounding_is_within_one_and_idempotent(numerator: int, denominator: int, mode: str) -> None:
    found = rounded(numerator, denominator, mode)
    assert abs(found - Fraction(numerator, denominator)) < 1
    assert rounded(found, 1, mode) == found


@pytest.mark.parametrize(
    ("value", "mode", "found"),
    [("2.5", "half_up", 3), ("-2.5", "half_up", -3), ("2.5", "half_even", 2), ("3.5", "half_even", 4),
     ("2.01", "ceiling", 3), ("-2.01", "ceiling", -2), ("2.99", "floor", 2), ("2.49", "half_up", 2)],
)  # fmt: skip
def test_halves_go_where_the_mode_says(value: str, mode: str, found: int) -> None:
    exact = Fraction(value)
    assert rounded(exact.numerator, exact.denominator, mode) == found


# ── what is refused ─────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("more", "option"),
    [
        ({"principal": 0}, "--principal"),
        ({"instalments": 0}, "--instalments"),
        ({"instalments": 1201}, "--instalments"),
        ({"principal_grace": 12}, "--principal-grace"),
        ({"interest_grace": -1}, "--interest-grace"),
        ({"balloon": 5}, "--balloon"),
        ({"repayment": "balloon"}, "--balloon"),
        ({"settlement_day": 29}, "--settlement-day"),
        ({"settlement_day": 20, "frequency": Frequency(7, 0)}, "--settlement-day"),
        ({"repayment": "custom", "table": (1, 2)}, "--table"),
        ({"day_count": "act/366"}, "--day-count"),
    ],
)
def test_terms_that_cannot_be_are_refused(more: dict[str, Any], option: str) -> None:
    with pytest.raises(InvalidInput) as fault:
        made(**({"principal": 100_000, "annual_rate": 50_000, "instalments": 12} | more))
    assert fault.value.field == option


@pytest.mark.parametrize(
    ("text", "found"), [("week", (7, 0)), ("2week", (14, 0)), ("15d", (15, 0)), ("year", (0, 12))]
)
def test_frequencies_are_days_or_months(text: str, found: tuple[int, int]) -> None:
    assert frequency(text) == Frequency(*found)


@pytest.mark.parametrize("text", ["", "0d", "d", "1000d", "month ", "daily"])
def test_another_frequency_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        frequency(text)


def test_own_days_are_kept_and_the_last_one_may_be_another() -> None:
    """Due on 20 December, the last year on 20 September; 300.00 at 3.6 %, 30/360.

    From 1 September 2026: 109 days, 300 · 3.6 % · 109 ÷ 360 = 3.27; then 7.20; 270 days of 100: 2.70.
    """
    days = yearly(date(2026, 12, 20), 3, last=(9, 20))
    rows = made(
        principal=30_000, annual_rate=36_000, instalments=3, repayment="equal_principal",
        start_on=date(2026, 9, 1), due_dates=days,
    )  # fmt: skip
    assert [(row.due_on.isoformat(), row.interest_due) for row in rows] == [
        ("2026-12-20", 327),
        ("2027-12-20", 720),
        ("2028-09-20", 270),
    ]


def test_the_holidays_never_make_two_instalments_one() -> None:
    """Chinese New Year 2016 reaches from 7 to 13 February; 10 and 13 February would both move to the 14th."""
    days = (date(2016, 2, 10), date(2016, 2, 13))
    rows = made(
        principal=30_000, annual_rate=0, instalments=2, start_on=date(2016, 1, 1), due_dates=days,
        holiday_shift="following",
    )  # fmt: skip
    assert [row.due_on.day for row in rows] == [10, 14]


@pytest.mark.parametrize("repayment", ["single", "equal_principal"])
def test_interest_that_comes_later_comes_with_the_last_instalment_at_the_latest(repayment: str) -> None:
    # with a settlement day a year by quarter has five instalments at most, and twelve months of grace
    rows = made(
        principal=120_000, annual_rate=120_000, instalments=12, repayment=repayment, interest_grace=11,
        frequency=Frequency(0, 3), settlement_day=None if repayment == "single" else 20,
    )  # fmt: skip
    assert rows[-1].interest_due == sum(row.interest_due for row in rows) > 0


def test_days_of_one_s_own_that_do_not_rise_are_refused() -> None:
    with pytest.raises(InvalidInput) as fault:
        made(principal=1_000, annual_rate=0, instalments=2, due_dates=(date(2026, 3, 1), date(2026, 3, 1)))
    assert fault.value.field == "--due-dates"
