"""Text typed by people: the plain forms, and everything that only looks like one."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loancrm import parsing
from loancrm.errors import InvalidInput

HOSTILE = [
    "", " ", "NaN", "nan", "Infinity", "-Infinity", "1e5", "1E5", "1_000", "0x10", "½", "٣", "１２３", "²",
    "1,234.56", "¥100", "￥100", "12.5万", "(1.00)", "1.", ".5", "1.5.5", " 1", "1 ", "1\n", "−1", "--1",
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "minor"),
    [("0", 0), ("1", 100), ("1234.56", 123456), ("1234.5", 123450), ("0.01", 1), ("007", 700),
     ("9999999999999.99", 999999999999999)],
)  # fmt: skip
def test_an_amount_becomes_minor_units(text: str, minor: int) -> None:
    assert parsing.amount(text, "principal") == minor


@pytest.mark.parametrize("text", [*HOSTILE, "1.005", "100000000000000000", "10000000000000", "+1", "-1"])
def test_any_other_amount_is_refused_with_the_plain_form_and_without_the_value(text: str) -> None:
    with pytest.raises(InvalidInput) as fault:
        parsing.amount(text, "principal")
    assert fault.value.field == "principal"
    assert fault.value.message == (
        "principal: not an amount; write 1234.56 (plain digits, at most two decimals)"
    )


@pytest.mark.parametrize(("text", "minor"), [("-1.50", -150), ("+1.50", 150), ("1.50", 150), ("-0", 0)])
def test_a_sign_is_taken_only_where_asked_for(text: str, minor: int) -> None:
    assert parsing.amount(text, "adjustment", signed=True) == minor


def test_a_positive_amount_is_above_zero() -> None:
    assert parsing.positive_amount("0.01", "payment") == 1
    for text in ("0", "0.00", "-1"):
        with pytest.raises(InvalidInput):
            parsing.positive_amount(text, "payment")


@pytest.mark.parametrize(
    ("text", "millionths"),
    [("3.45%", 34500), ("345bp", 34500), ("0.0345", 34500), ("0", 0), ("0%", 0), ("4%", 40000),
     ("0.000001", 1), ("0.0001%", 1), ("0.01bp", 1), ("99.9999%", 999999), ("12.5bp", 1250)],
)  # fmt: skip
def test_a_rate_becomes_millionths(text: str, millionths: int) -> None:
    assert parsing.rate(text, "rate") == millionths


@pytest.mark.parametrize(
    "text",
    [
        *HOSTILE,
        "4.35",
        "1",
        "100%",
        "10000bp",
        "0.0000001",
        "3.00001%",
        "1.001bp",
        "-1%",
        "3.45 %",
        "3.45％",
        "%",
        "bp",
    ],
)
def test_any_other_rate_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match=r"3\.45%, 345bp or 0\.0345"):
        parsing.rate(text, "rate")


def test_a_ratio_may_reach_one_and_more() -> None:
    assert parsing.ratio("150%", "coverage") == 1_500_000
    assert parsing.ratio("1.5", "coverage") == 1_500_000
    for text in HOSTILE:
        with pytest.raises(InvalidInput):
            parsing.ratio(text, "coverage")


def test_a_day_is_year_month_day() -> None:
    assert parsing.day("2024-02-29", "on") == date(2024, 2, 29)
    assert parsing.day("1900-01-01", "on") == date(1900, 1, 1)
    assert parsing.day("2200-12-31", "on") == date(2200, 12, 31)


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-30",
        "2023-02-29",
        "20260105",
        "05/06/2026",
        "0001-01-01",
        "1899-12-31",
        "2201-01-01",
        "2026-W01-1",
        "2026-1-5",
        "2026-01-05T00:00:00",
        "2026-01-05 ",
        "２０２４－０１－０５",
        "٢٠٢٤-٠١-٠٥",
        "2024年1月5日",
        "45296",
        "",
    ],
)
def test_any_other_day_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match=r"^on: .*write YYYY-MM-DD"):
        parsing.day(text, "on")


def test_a_count_stays_within_its_bounds() -> None:
    assert parsing.count("12", "months", minimum=1, maximum=12) == 12
    assert parsing.count("-3", "offset", minimum=-7) == -3
    with pytest.raises(InvalidInput, match="months: write a whole number from 1 to 12"):
        parsing.count("13", "months", minimum=1, maximum=12)
    with pytest.raises(InvalidInput, match="months: write a whole number of at least 0"):
        parsing.count("-1", "months")
    for text in ("1.0", "+1", "1e3", "٣", "１", "", "1_0", "9999999999"):
        with pytest.raises(InvalidInput):
            parsing.count(text, "months")


def test_a_duration_is_days_or_weeks() -> None:
    assert [parsing.duration_days(text, "in") for text in ("7d", "2w", "7", "0")] == [7, 14, 7, 0]
    for text in ("7m", "d", "", "-7", "1.5d", "7 d", "７d", "7D"):
        with pytest.raises(InvalidInput, match="write 7d or 2w"):
            parsing.duration_days(text, "in")


@given(st.integers(0, 10**15 - 1))
def test_every_amount_survives_being_written_and_read(minor: int) -> None:
    assert parsing.amount(f"{minor // 100}.{minor % 100:02}", "amount") == minor


@given(st.integers(0, 999_999))
def test_the_three_ways_to_write_a_rate_mean_the_same(millionths: int) -> None:
    fraction = f"0.{millionths:06}"
    percent = f"{millionths // 10_000}.{millionths % 10_000:04}%"
    points = f"{millionths // 100}.{millionths % 100:02}bp"
    assert {parsing.rate(text, "rate") for text in (fraction, percent, points)} == {millionths}


@given(st.text())
def test_any_text_is_read_or_refused_and_never_crashes(text: str) -> None:
    for read in (
        parsing.amount,
        parsing.rate,
        parsing.ratio,
        parsing.day,
        parsing.count,
        parsing.duration_days,
    ):
        try:
            read(text, "field")
        except InvalidInput as fault:
            assert fault.field == "field"  # noqa: PT017 - both ways out are right


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-12-04", "2026-12-04"), ("today", "2026-11-20"), ("今天", "2026-11-20"),
        ("tomorrow", "2026-11-21"),
        ("后天", "2026-11-22"), ("3d", "2026-11-23"), ("+2w", "2026-12-04"), ("fri", "2026-11-27"),
        ("Monday", "2026-11-23"), ("周一", "2026-11-23"), ("星期五", "2026-11-27"), ("礼拜天", "2026-11-22"),
        ("下周一", "2026-11-23"), ("下周日", "2026-11-29"),
    ],
)  # fmt: skip
def test_a_day_ahead_is_read_as_people_say_it_on_a_friday(text: str, expected: str) -> None:
    assert parsing.day_ahead(text, "--next", date(2026, 11, 20)) == date.fromisoformat(expected)


@pytest.mark.parametrize("text", ["", "yesterday", "-3d", "0x3d", "周八", "3m", "2026-02-30", "５d"])
def test_what_is_no_day_ahead_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="--next"):
        parsing.day_ahead(text, "--next", date(2026, 11, 20))


@pytest.mark.parametrize("text", ["0d", "d", "1", "1h", "-1d", "12345d", "1.5m"])
def test_what_is_no_interval_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="--every"):
        parsing.interval(text, "--every")


@pytest.mark.parametrize("text", ["100000d", "100000", "999999999w"])
def test_of_too_many_days_the_limit_is_said(text: str) -> None:
    with pytest.raises(InvalidInput, match="the most is 99999d"):
        parsing.duration_days(text, "--within")
