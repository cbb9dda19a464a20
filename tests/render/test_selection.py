from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest

from loancrm.errors import UsageFault
from loancrm.render.columns import Column
from loancrm.render.output import FORMATS, Options, write, write_one

from .helpers import COLUMNS, EMPTY, HUADA, Customer, shown

ROWS = (
    Customer("C-10", "b", segment="risk", days_past_due=3),
    Customer("C-9", "a", segment="quality"),
    Customer("C-100", "a", segment="potential", days_past_due=1),
    Customer("C-11", None, segment=None, days_past_due=3),
)


def codes(**options: Any) -> list[str]:
    return [row["code"] for row in json.loads(shown(ROWS, "json", **options))]


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("code", ["C-9", "C-10", "C-11", "C-100"]),
        ("-code", ["C-100", "C-11", "C-10", "C-9"]),
        ("name", ["C-9", "C-100", "C-10", "C-11"]),
        ("-name", ["C-10", "C-9", "C-100", "C-11"]),
        ("days_past_due", ["C-100", "C-10", "C-11", "C-9"]),
        ("-days_past_due", ["C-10", "C-11", "C-100", "C-9"]),
        ("segment", ["C-9", "C-100", "C-10", "C-11"]),
    ],
)
def test_sorting_is_stable_and_puts_missing_values_last(sort: str, order: list[str]) -> None:
    assert codes(sort=sort) == order


def test_a_limit_takes_the_first_after_sorting() -> None:
    assert codes(sort="-code", limit=2) == ["C-100", "C-11"]
    assert codes(limit=1) == ["C-10"]
    assert codes(limit=0) == []


def test_a_limit_reads_no_further() -> None:
    def rows() -> Iterator[Customer]:
        yield HUADA
        raise AssertionError("read too far")

    assert shown(rows(), "jsonl", limit=1).count(b"\n") == 1


def test_columns_come_in_the_order_they_were_named_once_each() -> None:
    written = shown([HUADA], "tsv", columns=("days_past_due", "code", "days_past_due"))
    assert written == b"days_past_due\tcode\n9\tC-00042\n"


def test_a_column_outside_the_default_table_can_be_asked_for() -> None:
    assert b"seen at" not in shown([HUADA], "table", width=200)
    assert b"2026-11-21 09:02" in shown([HUADA], "table", columns=("code", "seen_at"))


def test_a_column_for_people_only_is_not_data() -> None:
    columns = (Column("code", "code", "code"), Column("name", "name", data=False))
    assert shown([HUADA], "tsv", columns) == b"code\nC-00042\n"
    assert "华达" in shown([HUADA], "table", columns).decode()


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("wrong", [{"sort": "-days_past_du"}, {"columns": ("code", "days_past_du")}])
def test_an_unknown_column_is_refused_before_any_output(format: str, wrong: dict[str, Any]) -> None:
    out = BytesIO()
    options = replace(Options(format), **wrong)
    with pytest.raises(UsageFault, match=r"known are code, .*days_past_due") as many:
        write([HUADA], COLUMNS, out, options)
    with pytest.raises(UsageFault, match=r"known are code, .*days_past_due") as single:
        write_one(HUADA, COLUMNS, out, options)
    assert many.value.hint == single.value.hint == "did you mean 'days_past_due'?"
    assert out.getvalue() == b""


@pytest.mark.parametrize(("format", "key"), [("csv", "parts"), ("table", "parts"), ("json", "bar")])
def test_a_column_that_a_format_cannot_hold_is_refused(format: str, key: str) -> None:
    with pytest.raises(UsageFault, match=f"column '{key}' cannot be shown as {format}"):
        shown([HUADA], format, columns=(key,))


def test_nested_values_have_no_order() -> None:
    with pytest.raises(UsageFault, match="unknown column 'parts'"):
        shown([HUADA], "json", sort="parts")


def test_an_unknown_format_and_a_negative_limit_are_refused() -> None:
    with pytest.raises(UsageFault, match="unknown format 'jsn'") as fault:
        shown([HUADA], "jsn")
    assert fault.value.hint == "did you mean 'json'?"
    with pytest.raises(UsageFault, match="0 or more"):
        shown([HUADA], "json", limit=-1)


@pytest.mark.parametrize("format", ["tsv", "csv", "jsonl", "xlsx"])
def test_totals_are_refused_where_there_is_no_place_for_them(format: str) -> None:
    with pytest.raises(UsageFault, match="rows only") as fault:
        shown([HUADA], format, totals=True)
    assert fault.value.hint == "use --format table | json | html"


def test_rows_may_be_mappings() -> None:
    assert shown([{"code": "C-1"}], "tsv", COLUMNS[:1]) == b"code\nC-1\n"


def test_sorting_by_a_masked_column_does_not_give_its_order_away() -> None:
    rows = [Customer("C-1", "x", phone="13899998000"), Customer("C-2", "y", phone="13811118000"), EMPTY]
    assert b"C-1" in shown(rows, "tsv", sort="phone").split(b"\n")[1]
    assert b"C-2" in shown(rows, "tsv", sort="phone", unmask=True).split(b"\n")[1]
