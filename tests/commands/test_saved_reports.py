"""Reports in files: they say how they were made, and ``report verify`` finds what is not as it was."""

from __future__ import annotations

import hashlib
import html
import io
import json
import re
import shlex
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from loancrm.policy.policy import EXAMPLE
from loancrm.typeset import display_width
from tests.conftest import Answer, Run

from .shapes import misfits
from .shapes_files import PACKED, VERIFIED

DAY = ("--as-of", "2026-11-20")
EXAMPLE_SCENARIO = Path(__file__).parents[2] / "examples" / "scenarios" / "export_slump.yaml"
RECORD = re.compile(r'data-loancrm="([^"]*)"')
Do = Callable[..., Answer]


@pytest.fixture
def do(cli: Run, full: Path) -> Do:
    """One command on the book that may be changed."""
    return lambda *words: cli("--store", full, *words)


def save(do: Do, path: Path, report: str = "portfolio", *more: str) -> Path:
    done = do("report", *shlex.split(report), *(more or DAY), "--output", path)
    assert done.code == 0, done.err
    return path


def verdict(do: Do, *paths: Path, code: int) -> list[dict[str, Any]]:
    answer = do("report", "verify", *paths, "--format", "json")
    assert answer.code == code, answer.err
    assert misfits(answer.json, [VERIFIED]) == []
    found: list[dict[str, Any]] = answer.json
    return found


def record_of(page: Path) -> dict[str, Any]:
    found = RECORD.search(page.read_text("utf-8"))
    assert found is not None
    record: dict[str, Any] = json.loads(html.unescape(found[1]))
    return record


def write_record(page: Path, **values: Any) -> None:
    text = html.escape(json.dumps({**record_of(page), **values}))
    page.write_text(RECORD.sub(lambda _m: f'data-loancrm="{text}"', page.read_text("utf-8")), "utf-8")


REPORTS = (
    "portfolio --explain",
    "delinquency --totals",
    "par --months 3 --by segment",
    "five-tier",
    "concentration --by customer --sort=-outstanding_principal --limit 1",
    "concentration --columns key,share",
    "feedback",
    "satisfaction",
    "officer --officer zhao.min --team",
    "growth",
    "quality",
)


@pytest.mark.parametrize("report", REPORTS)
def test_a_saved_report_is_the_same_as_long_as_the_book_is(do: Do, tmp_path: Path, report: str) -> None:
    page = save(do, tmp_path / "p.html", report)
    more = "" if "--totals" in report else report
    book = save(do, tmp_path / "p.xlsx", more or report.replace(" --totals", ""))
    found = verdict(do, page, book, code=0)
    assert [(one["verdict"], one["n"]) for one in found] == [("same", 0)] * 2
    assert [one["as_of"] for one in found] == ["2026-11-20"] * 2
    assert [one["digest"] == one["digest_now"] for one in found] == [True, True]


def test_a_report_of_another_language_and_officer_is_made_again_as_it_was(cli: Run, full: Path) -> None:
    for number, words in enumerate((("--lang", "zh_CN"), ("--me", "li.wei"))):
        path = full.with_name(f"{number}.html")
        done = cli(*words, "--store", full, "report", "officer", *DAY, "--output", path)
        assert done.code == 0, done.err
        assert verdict(lambda *said: cli("--store", full, *said), path, code=0)[0]["verdict"] == "same"


def test_an_altered_figure_is_named(do: Do, tmp_path: Path) -> None:
    page = save(do, tmp_path / "p.html")
    text = page.read_text("utf-8")
    assert text.count("1,650,000.00") == 1
    page.write_text(text.replace("1,650,000.00", "9,650,000.00"), "utf-8")
    (found,) = verdict(do, page, code=7)
    assert (found["verdict"], found["n"]) == ("altered", 1)
    assert found["differences"] == [
        {
            "section": "Balance and growth",
            "row": "outstanding principal",
            "column": "2026-11-20",
            "saved": "9,650,000.00",
            "now": "1,650,000.00",
        }
    ]


@pytest.mark.parametrize(
    "injected",
    [
        "<p>all is well</p>",
        "<style>td { display: none }</style>",
        "<script>1</script>",
        "<!-- -->",
    ],
)
def test_what_is_put_into_a_page_is_found(do: Do, tmp_path: Path, injected: str) -> None:
    page = save(do, tmp_path / "p.html")
    page.write_text(page.read_text("utf-8").replace("<table", f"{injected}<table", 1), "utf-8")
    assert verdict(do, page, code=7)[0]["verdict"] == "altered"


def test_a_page_with_other_line_ends_is_the_same(do: Do, tmp_path: Path) -> None:
    page = save(do, tmp_path / "p.html")
    page.write_bytes(page.read_bytes().replace(b"\n", b"\r\n"))
    assert verdict(do, page, code=0)[0]["verdict"] == "same"


def test_an_altered_cell_of_a_workbook_is_named(do: Do, tmp_path: Path) -> None:
    book = save(do, tmp_path / "p.xlsx", "delinquency")
    out = io.BytesIO()
    with zipfile.ZipFile(book) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, re.sub(rb"<v>1250000[.0]*</v>", b"<v>125</v>", content))
    book.write_bytes(out.getvalue())
    (found,) = verdict(do, book, code=7)
    assert found["verdict"] == "altered"
    changed = [(one["row"], one["column"], one["saved"], one["now"]) for one in found["differences"]]
    assert changed == [("1_30", "outstanding", "125.0", "1250000.0")]


def test_what_was_recorded_later_is_said(cli: Run, full: Path, tmp_path: Path) -> None:
    def do(*words: str | Path) -> Answer:
        return cli("--store", full, *words, env={"LOANCRM_NOW": "2026-11-23T09:00+08:00"})

    today = ("--as-of", "2026-11-21")
    page = save(do, tmp_path / "p.html", "portfolio", *today)
    done = do("snapshot", "add", "JJ-0001", "--on", "2026-11-20", "--outstanding", "1240000")
    assert done.code == 0, done.err
    (found,) = verdict(do, page, code=7)
    assert found["verdict"] == "differs"
    assert found["digest"] != found["digest_now"]
    assert "outstanding principal" in {one["row"] for one in found["differences"]}
    assert found["known_at_same"] == "2026-11-21"  # it was learned on the 23rd
    as_then = save(do, tmp_path / "then.html", "portfolio", *today, "--known-at", "2026-11-21")
    assert verdict(do, as_then, code=0)[0]["known_at"] == "2026-11-21"


def test_another_policy_is_said(do: Do, cli: Run, full: Path, tmp_path: Path) -> None:
    page = save(do, tmp_path / "p.html", "delinquency")
    other = tmp_path / "other.yaml"
    text = EXAMPLE.read_text("utf-8")
    other.write_text(text.replace("bucket_edges: [1, 31, 61", "bucket_edges: [1, 21, 61"), "utf-8")
    assert other.read_text("utf-8") != text
    answer = cli("--store", full, "--policy", other, "report", "verify", page, "-f", "json")
    assert answer.code == 7
    (found,) = answer.json
    assert (found["verdict"], found["policy_now"] is None) == ("differs", False)


def test_personal_data_stays_as_it_was_shown(do: Do, tmp_path: Path) -> None:
    """A record cannot ask for more than reports show: there is no such option among them."""
    page = save(do, tmp_path / "p.html")
    write_record(page, command=["report", "portfolio", "--unmask"])
    assert do("report", "verify", page, "-f", "json").error["code"] == "not_a_report"


@pytest.mark.parametrize(
    "command",
    [
        ["customer", "list"],
        ["undo", "--yes"],
        ["report"],
        ["report", "verify", "p.html"],
        ["report", "pack", "--month=2026-10", "--output=OUT"],
        ["report", "portfolio", "--output=OUT"],
        ["report", "portfolio", "--output", "OUT"],
        ["report", "portfolio", "-oOUT"],
        ["report", "portfolio", "--store=OUT"],
        ["report", "portfolio", "--policy=OUT"],
        ["--store", "report"],
        "report portfolio",
        [1, 2],
        ["report", *["portfolio"] * 100],
    ],
)
def test_a_file_cannot_ask_for_anything_but_a_report(do: Do, tmp_path: Path, command: Any) -> None:
    page = save(do, tmp_path / "p.html")
    write_record(page, command=command)
    before = sorted(tmp_path.iterdir())
    answer = do("report", "verify", page, "--format", "json")
    assert (answer.code, answer.error["code"]) == (4, "not_a_report")
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"as_of": "soon"}, 4),
        ({"as_of": 3}, 4),
        ({"lang": "../x"}, 4),
        ({"format": "csv"}, 4),
        ({"basis": None}, 4),
        ({"me": "nobody", "command": ["report", "officer", "--team"]}, 3),
        ({"command": ["report", "of-the-future"]}, 4),
        ({"command": ["report", "portfolio", "--of-the-future"]}, 4),
    ],
)
def test_a_record_that_does_not_fit_is_a_fault_and_no_bug(
    do: Do, tmp_path: Path, values: dict[str, Any], code: int
) -> None:
    page = save(do, tmp_path / "p.html", "officer")
    write_record(page, **values)
    answer = do("report", "verify", page, "--format", "json")
    assert answer.code == code, answer.err


@pytest.mark.parametrize(
    "content", [b"", b"x,y\n1,2\n", b"<html><p>x</p></html>", b"PK\x03\x04", b"\xff\xfe", b"[]"]
)
def test_other_files_are_refused_in_words(do: Do, tmp_path: Path, content: bytes) -> None:
    other = tmp_path / "other.html"
    other.write_bytes(content)
    answer = do("report", "verify", other)
    assert answer.code == 4
    assert "Traceback" not in answer.err


def test_what_is_not_there_is_not_found(do: Do, tmp_path: Path) -> None:
    assert do("report", "verify", tmp_path / "no.html").code == 3
    (tmp_path / "empty").mkdir()
    assert do("report", "verify", tmp_path / "empty").code == 4


def test_only_reports_carry_a_record(do: Do) -> None:
    assert b"data-loancrm" in do("report", "quality", "--format", "html").out
    assert b"data-loancrm" not in do("customer", "list", "--format", "html").out


def test_the_footer_names_day_data_policy_and_digest(do: Do, tmp_path: Path) -> None:
    page = save(do, tmp_path / "p.html", "quality").read_text("utf-8")
    footer = page[page.index("<footer") :]
    for part in ("2026-11-20", "2026-11-19", "example 2026-11", record_of(tmp_path / "p.html")["digest"]):
        assert f"{part}" in footer.split(">", 1)[1]


ON_SCREEN = (
    *REPORTS,
    "portfolio",
    "five-tier --differences",
    "portfolio outstanding_principal",
    "portfolio --by branch --since 2026-10-31",
    "migration --since 2026-10-31 --by region --explain",
    "transitions --since 2026-10-31",
    "migration --since 2026-10-31",
    "roll-rates --months 2",
    "vintage --cohort year",
    "vintage --cohort year --since 2026-10-31",
    "provision --explain --totals",
    f"stress --scenario {EXAMPLE_SCENARIO}",
    f"stress --scenario {EXAMPLE_SCENARIO} --since 2026-10-31",
    "maturity",
    "cash-flow --months 3 --by product",
    "watch-list",
    "value",
    "rfm",
    "next-products",
    "growth --funnel",
    "churn",
    "referrals",
    "loyalty",
    "limits --all --explain",
    "risk-register",
    "risk-register --by region --since 2026-10-31",
    "feedback --explain --limit 1",
)


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_a_table_ends_with_the_digest_of_its_page(cli: Run, full: Path, language: str) -> None:
    """Day, data day, policy and digest, on one line of the screen; the page's own digest is in full."""
    wrong = []
    for report in ON_SCREEN:
        asked = ("--lang", language, "--store", full, "report", *shlex.split(report), *DAY, "--format")
        page = cli(*asked, "html").out.decode()
        found = RECORD.search(page)
        assert found is not None, report
        digest = json.loads(html.unescape(found[1]))["digest"]
        last = cli(*asked, "table").out.decode().splitlines()[-1]
        words = {"en": "digest", "zh_CN": "摘要值"}[language]
        is_whole = last.startswith("2026-11-20") and "2026-11-19" in last and "example 2026-11" in last
        if not is_whole or not last.endswith(f"{words} {digest[:12]}") or display_width(last) > 80:
            wrong.append((report, last, digest[:12]))
    assert wrong == []


def test_a_digest_on_the_screen_is_of_what_was_known_and_all_its_rows(do: Do) -> None:
    def last(*more: str) -> str:
        return do("report", "concentration", "--by", "customer", *DAY, *more, "-f", "table").out.decode()

    first, whole = last("--limit", "1").splitlines(), last().splitlines()
    assert first[-1].split()[-1] != whole[-1].split()[-1]
    known = " ".join(last("--known-at", "2026-11-20").splitlines()[-2:])
    assert "known by 2026-11-20" in known


def test_only_a_report_ends_with_a_digest(do: Do, tmp_path: Path) -> None:
    page = save(do, tmp_path / "p.html")
    for words in (("customer", "list"), ("report", "verify", page), ("today",)):
        assert "digest" not in do(*words, "--format", "table").out.decode(), words


def test_a_workbook_has_a_sheet_for_each_section_and_the_basis_last(do: Do, tmp_path: Path) -> None:
    book = CalamineWorkbook.from_path(str(save(do, tmp_path / "p.xlsx")))
    assert book.sheet_names == [
        "Balance and growth", "Quality", "Collection this month", "Concentration", "Data", "basis",
    ]  # fmt: skip
    rows = {row[0]: row[1:] for row in book.get_sheet_by_name("Balance and growth").to_python()}
    assert rows["figure"] == ["2026-11-20", "2026-10-20", "2025-11-20"]
    assert rows["outstanding principal"][0] == 1650000.0
    assert rows["live loans"] == [3.0, 3.0, 0.0]
    parts = zipfile.ZipFile(tmp_path / "p.xlsx")
    assert b"#,##0.00" in parts.read("xl/styles.xml")
    assert not [name for name in parts.namelist() if b"<f>" in parts.read(name)]


# ── the reports of a month ──────────────────────────────────────────────────────────────────────


def pack(do: Do, folder: Path, *more: str, month: str = "2026-10") -> Answer:
    return do("report", "pack", "--month", month, "--output", folder, *more, "--format", "json")


@pytest.mark.slow
def test_a_pack_is_whole_private_and_each_part_of_it_can_be_verified(do: Do, tmp_path: Path) -> None:
    folder = tmp_path / "pack"
    answer = pack(do, folder)
    assert answer.code == 0, answer.err
    assert misfits(answer.json, [PACKED]) == []
    files = {one["file"]: one["sha256"] for one in answer.json}
    assert {path.name for path in folder.iterdir()} == {*files, "index.html"}
    for name, digest in files.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
    assert {oct(path.stat().st_mode)[-3:] for path in folder.iterdir()} == {"600"}
    contents = (folder / "index.html").read_text("utf-8")
    assert re.findall(r'href="([^"]+)"', contents) == list(files)
    found = verdict(do, folder, code=0)
    assert {(one["verdict"], one["as_of"]) for one in found} == {("same", "2026-10-31")}
    assert len(found) == len(files)
    again = pack(do, folder)
    assert (again.code, again.error["code"]) == (8, "exists")
    assert pack(do, folder, "--force").json == answer.json
    assert [path.name for path in tmp_path.iterdir() if "part" in path.name or "old" in path.name] == []


@pytest.mark.parametrize("month", ["2026-11", "2026-13", "2026", "2026-1", "x"])
def test_a_month_that_is_not_over_or_none_is_refused(do: Do, tmp_path: Path, month: str) -> None:
    answer = pack(do, tmp_path / "pack", month=month)
    assert (answer.code, answer.error["field"]) == (4, "--month")
    assert not (tmp_path / "pack").exists()


def test_a_folder_that_is_no_pack_stays_as_it_is(do: Do, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "letter.txt").write_text("x", "utf-8")
    for more in ((), ("--force",)):
        answer = pack(do, folder, *more)
        assert (answer.code, answer.error["code"]) == (8, "exists")
    assert [path.name for path in folder.iterdir()] == ["letter.txt"]
