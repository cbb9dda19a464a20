from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from io import BytesIO, StringIO

import pytest

from loancrm import i18n
from loancrm.render.columns import Column
from loancrm.render.output import Options, write

from .helpers import COLUMNS, EMPTY, HUADA, one, shown, with_totals

HUADA_JSON = (
    '{"code": "C-00042", "name": "华达机械有限公司", "segment": "mass_market", "phone": "138****8000",'
    ' "outstanding_principal": "1250000.00", "annual_rate": "0.034500", "share": "0.035000",'
    ' "days_past_due": 9, "due_on": "2026-11-21", "seen_at": "2026-11-21T01:02:03Z", "is_local": true,'
    ' "parts": {"pieces": [1, 2]}}'
)
EMPTY_JSON = (
    '{"code": "C-00043", "name": null, "segment": null, "phone": null,'
    ' "outstanding_principal": null, "annual_rate": null, "share": null,'
    ' "days_past_due": null, "due_on": null, "seen_at": null, "is_local": null,'
    ' "parts": null}'
)
KEYS = [
    "code",
    "name",
    "segment",
    "phone",
    "outstanding_principal",
    "annual_rate",
    "share",
    "days_past_due",
    "due_on",
    "seen_at",
    "is_local",
]
HUADA_CELLS = [
    "C-00042",
    "华达机械有限公司",
    "mass_market",
    "138****8000",
    "1250000.00",
    "0.034500",
    "0.035000",
    "9",
    "2026-11-21",
    "2026-11-21T01:02:03Z",
    "1",
]


def test_json_is_a_list_with_one_object_per_line() -> None:
    assert shown([HUADA, EMPTY], "json").decode() == f"[\n  {HUADA_JSON},\n  {EMPTY_JSON}\n]\n"


def test_json_without_rows_is_an_empty_list() -> None:
    assert shown([], "json") == b"[]\n"


def test_json_with_totals_is_an_object() -> None:
    written = with_totals([EMPTY], "json").decode()
    assert written == f'{{"rows": [\n  {EMPTY_JSON}\n], "totals": {{"loans": 2, "paid": "0.05"}}}}\n'
    assert with_totals([], "json").decode() == '{"rows": [], "totals": {"loans": 2, "paid": "0.05"}}\n'


def test_jsonl_is_one_object_per_line() -> None:
    assert shown([HUADA, EMPTY], "jsonl").decode() == f"{HUADA_JSON}\n{EMPTY_JSON}\n"
    assert shown([], "jsonl") == b""


def test_tsv_is_keys_and_plain_values() -> None:
    lines = shown([HUADA, EMPTY], "tsv").decode().split("\n")
    assert lines == ["\t".join(KEYS), "\t".join(HUADA_CELLS), "C-00043" + "\t" * 10, ""]


def test_tsv_without_rows_is_nothing() -> None:
    assert shown([], "tsv", header=["head"], footer=["foot"]) == b""


def test_csv_has_a_bom_keys_and_windows_line_ends() -> None:
    lines = shown([HUADA, EMPTY], "csv").decode().split("\r\n")
    assert lines == ["\ufeff" + ",".join(KEYS), ",".join(HUADA_CELLS), "C-00043" + "," * 10, ""]


def test_csv_without_rows_is_its_header() -> None:
    assert shown([], "csv").decode() == "\ufeff" + ",".join(KEYS) + "\r\n"


def test_csv_defuses_formulas_in_texts_but_not_negative_numbers() -> None:
    row = replace(EMPTY, name='=HYPERLINK("x","y")', outstanding_principal=-5)
    cells = list(csv.reader(StringIO(shown([row], "csv").decode("utf-8-sig"))))[1]
    assert cells[1] == '\'=HYPERLINK("x","y")'
    assert cells[4] == "-0.05"


@pytest.mark.parametrize("format", ["json", "jsonl", "tsv", "csv"])
def test_data_do_not_depend_on_the_language(format: str) -> None:
    english = shown([HUADA], format)
    i18n.set_language("zh_CN")
    assert shown([HUADA], format) == english


@pytest.mark.parametrize("format", ["json", "jsonl", "tsv", "csv"])
def test_rows_are_written_as_they_come(format: str) -> None:
    out = BytesIO()
    seen: list[int] = []

    def rows() -> Iterator[object]:
        for _number in range(3):
            yield HUADA
            seen.append(len(out.getvalue()))

    write(rows(), COLUMNS, out, Options(format))
    assert 0 < seen[0] < seen[1] < seen[2]


def test_a_long_csv_is_not_held_until_its_end() -> None:
    out = BytesIO()
    seen: list[int] = []

    def rows() -> Iterator[object]:
        for _number in range(5_000):
            yield HUADA
            seen.append(len(out.getvalue()))

    write(rows(), COLUMNS, out, Options("csv"))
    last = out.getvalue().rstrip().rpartition(b"\r\n")[2]
    assert len(out.getvalue()) - seen[-1] <= 1_000 * (len(last) + 2)
    assert out.getvalue().count(last) == 5_000


def test_equal_values_of_a_csv_column_are_each_written_as_what_they_are() -> None:
    rows = [
        replace(EMPTY, name=name, outstanding_principal=n) for name, n in (("a", 0), ("=b", 5), (None, None))
    ]
    cells = list(csv.reader(StringIO(shown(rows * 200, "csv").decode("utf-8-sig"))))[1:]
    assert [(row[1], row[4]) for row in cells] == [("a", "0.00"), ("'=b", "0.05"), ("", "")] * 200


def test_one_thing_is_an_object_in_json_and_a_line_in_jsonl() -> None:
    assert json.loads(one(HUADA, "json")) == json.loads(HUADA_JSON)
    assert one(HUADA, "json").startswith(b'{\n  "code": "C-00042",\n')
    assert one(HUADA, "jsonl").decode() == HUADA_JSON + "\n"


def test_one_thing_is_a_line_per_key_in_tsv_and_csv() -> None:
    lines = [f"{key}\t{value}\n" for key, value in zip(KEYS, HUADA_CELLS, strict=True)]
    assert one(HUADA, "tsv").decode() == "".join(lines)
    pairs = [f"{key},{value}\r\n" for key, value in zip(KEYS, HUADA_CELLS, strict=True)]
    assert one(HUADA, "csv").decode() == "\ufeffkey,value\r\n" + "".join(pairs)


def test_nested_values_may_hold_dataclasses() -> None:
    columns = (Column("parts", "parts", "nested"),)
    item = {"parts": [EMPTY, {"due_on": HUADA.due_on, "seen_at": HUADA.seen_at}]}
    parts = json.loads(one(item, "json", columns))["parts"]
    assert parts[0]["code"] == "C-00043"
    assert parts[1] == {"due_on": "2026-11-21", "seen_at": "2026-11-21T01:02:03Z"}


def test_an_instant_without_a_zone_is_a_bug_and_not_guessed() -> None:
    naive = replace(EMPTY, seen_at=datetime(2026, 11, 21))  # noqa: DTZ001
    with pytest.raises(ValueError, match="time zone"):
        shown([naive], "json")


@pytest.mark.parametrize("format", ["json", "jsonl", "tsv", "csv", "table", "html"])
def test_personal_values_are_masked_unless_unmasked(format: str) -> None:
    assert b"13812348000" not in shown([HUADA], format) + one(HUADA, format)
    assert b"138****8000" in shown([HUADA], format)
    assert b"13812348000" in shown([HUADA], format, unmask=True)
