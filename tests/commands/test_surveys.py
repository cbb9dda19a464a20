"""Surveys from the file to the report: the lines of the contract, the paper and its way back, the privacy."""

from __future__ import annotations

import csv
import io
import shlex
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook
from xlsxwriter import Workbook

from tests.conftest import Answer, Run

from .helpers import FORMATS, rows_of
from .shapes_surveys import EXAMPLES
from .test_undo import holds

SECRET = "绝密原话"


@pytest.fixture
def asked(cli: Run, book: Path, tmp_path: Path) -> Path:
    """A book with 50 firms and the example survey, in the days of the survey."""
    lines = [
        f"customer add --kind enterprise --name 公司{n}有限公司 --region {('郑州', '苏州')[n % 2]}"
        for n in range(50)
    ]
    for line in lines:
        ok(cli("--store", book, *shlex.split(line)))
    text = (EXAMPLES / "survey.yaml").read_text(encoding="utf-8")
    text = text.replace("2026-03-31", "2026-12-31").replace('{live_loans: ">= 1"}', "always")
    (tmp_path / "survey.yaml").write_text(text.replace("none: 0", "none: 60"), encoding="utf-8")
    ok(cli("--store", book, "survey", "define", tmp_path / "survey.yaml"))
    return book


def ok(answer: Answer) -> Answer:
    assert answer.code == 0, answer.err
    return answer


def test_the_lines_of_the_contract(cli: Run, book: Path, tmp_path: Path) -> None:
    ok(cli("--store", book, "customer", "add", "--kind", "enterprise", "--name", "华达机械有限公司"))
    survey = tmp_path / "survey.yaml"
    survey.write_text(
        "code: S-2026Q1\ntitle: 客户满意度\nopens: 2026-01-01\ncloses: 2026-03-31\n"
        "dimensions: [process, speed]\nnps: true\n",
        encoding="utf-8",
    )
    ok(cli("--store", book, "survey", "define", survey))
    ok(cli("--store", book, "survey", "record", "S-2026Q1", "C-00001", "process=4", "speed=2", "nps=9"))
    (found,) = ok(cli("--store", book, "report", "satisfaction", "--format", "json")).json
    assert (found["survey"], found["responses"]) == ("S-2026Q1", 1)
    assert [(one["code"], one["n"], one["mean"], one["csat"]) for one in found["dimensions"]] == [
        ("process", 1, "4.00", "1.000000"),
        ("speed", 1, "2.00", "0.000000"),
    ]
    assert (found["nps"]["n"], found["nps"]["value"], found["nps"]["method"]) == (1, "100.0", "adjusted_wald")


def test_fifty_answers_give_the_published_net_promoter_score(cli: Run, asked: Path, tmp_path: Path) -> None:
    votes = [9] * 25 + [8] * 15 + [6] * 10
    rows = "".join(f"C-{n:05d},{nps}\n" for n, nps in enumerate(votes, 1))
    (tmp_path / "answers.csv").write_text("customer,nps\n" + rows, encoding="utf-8")
    profile = (
        "kind: answers\ncolumns:\n  customer.code: customer\n  answer.survey: {constant: S-2026Q1}\n"
        "  answer.nps: nps\n"
    )
    (tmp_path / "P.yaml").write_text(profile, encoding="utf-8")
    words = (
        "import",
        "answers",
        tmp_path / "answers.csv",
        "--profile",
        tmp_path / "P.yaml",
        "--format",
        "json",
    )
    before = rows_of(asked)
    ok(cli("--store", asked, *words))
    assert rows_of(asked) == before, "a dry run stored something"
    receipt = ok(cli("--store", asked, *words, "--apply")).json
    assert (receipt["read"], receipt["new"], receipt["made"]) == (50, 50, {"answers": 50})
    again = ok(cli("--store", asked, *words, "--apply")).json
    assert (again["new"], again["known"], again["changed"]) == (0, 50, 0)
    (found,) = ok(cli("--store", asked, "report", "satisfaction", "--format", "json")).json
    nps = {key: found["nps"][key] for key in ("n", "value", "estimate", "low", "high", "method")}
    assert nps == {
        "n": 50, "value": "30.0", "estimate": "28.3", "low": "7.3", "high": "49.3",
        "method": "adjusted_wald",
    }  # fmt: skip


def test_the_paper_bears_codes_and_no_names_and_comes_back_by_its_own_profile(
    cli: Run, asked: Path, tmp_path: Path
) -> None:
    receipt = ok(cli("--store", asked, "survey", "invite", "S-2026Q1", "--format", "json")).json
    assert (receipt["invited"], receipt["by_segment"]) == (50, {"none": 50})
    form = ok(cli("--store", asked, "survey", "form", "S-2026Q1", "--language", "zh_CN", "--each")).text
    page = tmp_path / "form.html"
    ok(cli("--store", asked, "survey", "form", "S-2026Q1", "--language", "en", "--each", "--output", page))
    sheet = ok(cli("--store", asked, "survey", "sheet", "S-2026Q1", "--format", "csv")).text
    for paper in (form, page.read_text(encoding="utf-8"), sheet):
        assert paper.count("IV-") == 50
        assert "公司" not in paper
        assert "C-000" not in paper
    assert "您对我行的审批速度是否满意" in form
    profile = tmp_path / "P.yaml"
    profile.write_text(ok(cli("--store", asked, "survey", "profile", "S-2026Q1")).text, encoding="utf-8")
    header, *rows = list(csv.reader(io.StringIO(sheet.lstrip("\ufeff"))))
    filled = [dict(zip(header, row, strict=True)) for row in rows]
    filled[0] |= {
        "process": "4",
        "nps": "9",
        "bank_b.speed": "3",
        "heard": "网络",
        "wish": "更快",
        "comment": "好",
    }
    filled[1] |= {"process": "2", "on": "2026-11-20", "channel": "branch"}
    sheet_back = tmp_path / "sheet.csv"
    with sheet_back.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, header)
        writer.writeheader()
        writer.writerows(filled)
    words = ("import", "answers", sheet_back, "--profile", profile, "--apply", "--format", "json")
    receipt = ok(cli("--store", asked, *words)).json
    assert (receipt["new"], receipt["skipped"]) == (2, {"unfilled": 48})
    lines = ok(cli("--store", asked, "survey", "responses", "--format", "json")).json
    assert lines[0]["answers"] == {
        "process": 4,
        "nps": 9,
        "bank_b.speed": 3,
        "heard": "online",
        "wish": "更快",
    }
    assert (lines[1]["on"], lines[1]["channel"]) == ("2026-11-20", "branch")
    left = ok(cli("--store", asked, "survey", "invitations", "S-2026Q1", "--open", "--format", "json")).json
    assert len(left) == 48


def test_a_workbook_of_the_sheet_comes_back_too(cli: Run, asked: Path, tmp_path: Path) -> None:
    ok(cli("--store", asked, "survey", "invite", "S-2026Q1", "C-00001", "C-00002"))
    sheet, profile = tmp_path / "sheet.xlsx", tmp_path / "P.yaml"
    ok(cli("--store", asked, "survey", "sheet", "S-2026Q1", "--output", sheet, "--lang", "zh_CN"))
    profile.write_text(ok(cli("--store", asked, "survey", "profile", "S-2026Q1")).text, encoding="utf-8")
    rows = CalamineWorkbook.from_path(sheet).get_sheet_by_index(0).to_python()
    place = next(number for number, row in enumerate(rows) if "speed" in row)
    rows[place + 1][rows[place].index("speed")] = 4
    with Workbook(sheet) as filled:
        page = filled.add_worksheet()
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)
    words = ("import", "answers", sheet, "--profile", profile, "--apply", "--format", "json")
    receipt = ok(cli("--store", asked, *words)).json
    assert (receipt["new"], receipt["made"]) == (1, {"answers": 1})


def test_another_answer_in_a_file_takes_the_place_of_the_first_and_can_be_undone(
    cli: Run, asked: Path, tmp_path: Path
) -> None:
    profile = tmp_path / "P.yaml"
    profile.write_text(
        "kind: answers\ncolumns: {customer.code: c, answer.survey: s, answer.nps: n, answer.speed: v}\n",
        encoding="utf-8",
    )

    def take(content: str, *more: str) -> Answer:
        (tmp_path / "a.csv").write_text("c,s,n,v\n" + content, encoding="utf-8")
        file = tmp_path / "a.csv"
        return cli(
            "--store",
            asked,
            "import",
            "answers",
            file,
            "--profile",
            profile,
            "--apply",
            *more,
            "--format",
            "json",
        )

    ok(take("C-00001,S-2026Q1,9,\nC-00002,S-2026Q1,3,2\n"))
    before = holds(asked)
    receipt = ok(take("C-00001,S-2026Q1,9,\nC-00002,S-2026Q1,7,2\nC-00003,S-2026Q1,,5\n")).json
    assert (receipt["new"], receipt["known"], receipt["changed"]) == (1, 1, 1)
    ok(cli("--store", asked, "undo", "--yes"))
    assert holds(asked) == before
    refused = take(
        "C-00001,S-2026Q1,8,\nC-00001,S-2026Q1,7,\nC-00009,S-2026Q1,11,\nC-00008,S-X,5,\nC-00099,S-2026Q1,5,\nC-00010,S-2026Q1,,\n"
    )
    assert (refused.code, refused.json["rejected"]) == (4, 5)
    assert holds(asked) == before


def test_what_a_customer_wrote_is_in_no_fault(cli: Run, asked: Path, tmp_path: Path) -> None:
    def fault(*words: str) -> Answer:
        answer = cli("--store", asked, "survey", "record", "S-2026Q1", "C-00001", *words, "--format", "json")
        assert answer.code in (2, 4, 5)
        assert SECRET not in answer.err
        return answer

    assert fault(f"speed={SECRET}").error["code"] == "off_scale"
    assert fault(f"heard={SECRET}").error["code"] == "off_scale"
    fault(SECRET)
    fault("speed=4", f"speed={SECRET}")
    fault(f"wish={SECRET}", "--comment", SECRET + "\u0007")
    ok(
        cli(
            "--store", asked, "survey", "record", "S-2026Q1", "C-00001", f"wish={SECRET}", "--comment", SECRET
        )
    )
    assert fault("speed=4").error["code"] == "answered"
    (tmp_path / "a.csv").write_text(f"c,v\nC-00002,{SECRET}\n", encoding="utf-8")
    profile = (
        "kind: answers\ncolumns: {customer.code: c, answer.survey: {constant: S-2026Q1}, answer.speed: v}\n"
    )
    (tmp_path / "P.yaml").write_text(profile, encoding="utf-8")
    answer = cli("--store", asked, "import", "answers", tmp_path / "a.csv", "--profile", tmp_path / "P.yaml")
    assert (answer.code, SECRET in answer.err, SECRET in answer.text) == (4, False, False)


@pytest.mark.parametrize(
    "line", ["invite S-2026Q1", "record S-2026Q1 C-00001 speed=4 nps=2 --comment 慢", "void S-2026Q1"]
)
def test_a_retry_does_nothing_twice_and_an_undo_takes_all_of_it_back(
    cli: Run, asked: Path, line: str
) -> None:
    words = ("survey", *shlex.split(line), "--format", "json")
    before = holds(asked)
    ok(cli("--store", asked, *words, "--dry-run"))
    assert holds(asked) == before
    first = ok(cli("--store", asked, *words, "--idempotency-key", "K1"))
    after = holds(asked)
    assert after != before
    assert ok(cli("--store", asked, *words, "--idempotency-key", "K1")).out == first.out
    assert holds(asked) == after
    ok(cli("--store", asked, "undo", "--yes"))
    assert holds(asked) == before


def test_what_is_wrong_is_told_with_its_exit_code(cli: Run, asked: Path, tmp_path: Path) -> None:
    def code(*words: str | Path) -> tuple[int, str]:
        answer = cli("--store", asked, *words, "--format", "json")
        return answer.code, answer.error["code"]

    assert code("survey", "define", tmp_path / "none.yaml") == (3, "not_found")
    (tmp_path / "bad.yaml").write_text("code: S-9\ntitle: x\n", encoding="utf-8")
    assert code("survey", "define", tmp_path / "bad.yaml") == (4, "invalid_file")
    assert code("survey", "record", "S-9", "C-00001", "nps=9") == (3, "not_found")
    assert code("survey", "record", "S-2026Q1", "C-00099", "nps=9") == (3, "not_found")
    assert code("survey", "record", "S-2026Q1", "IV-00001-0", "nps=9") == (4, "misread_code")
    assert code("survey", "record", "S-2026Q1", "C-00001", "n=9") == (2, "unknown_question")
    assert code("survey", "record", "S-2026Q1", "C-00001", "nps=9", "--on", "2026-01-04") == (4, "not_open")
    assert code("report", "satisfaction", "--survey", "S-9") == (3, "not_found")
    assert code("report", "satisfaction", "--by", "shoe size")[0] == 2
    assert code("survey", "void", "SR-00007") == (3, "not_found")
    answer = cli("--store", asked, "survey", "form", "S-2026Q1", "--language", "fr")
    assert answer.code == 4


@pytest.mark.parametrize("format_", FORMATS)
def test_every_format_shows_the_report(cli: Run, asked: Path, tmp_path: Path, format_: str) -> None:
    ok(cli("--store", asked, "survey", "record", "S-2026Q1", "C-00001", "speed=4", "nps=9"))
    for more in ((), ("--by", "region"), ("--explain",)):
        answer = ok(cli("--store", asked, "report", "satisfaction", *more, "--format", format_))
        assert answer.out
        ok(cli("--store", asked, "report", "satisfaction", *more, "--format", format_, "--lang", "zh_CN"))
    file = tmp_path / f"report.{format_}"
    if format_ != "table":
        ok(cli("--store", asked, "report", "satisfaction", "--output", file))
        assert file.stat().st_size


def test_a_page_reads_well_in_eighty_columns_in_both_languages(
    cli: Run, asked: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from loancrm.typeset import display_width

    monkeypatch.setenv("COLUMNS", "80")
    for n in range(1, 31):
        values = (f"{key}={1 + n % 5}" for key in ("overall", "speed", "fees", "process", "bank_b.speed"))
        who = ("S-2026Q1", f"C-{n:05d}")
        ok(cli("--store", asked, "survey", "record", *who, *values, f"nps={n % 11}"))
    for lang in ("en", "zh_CN"):
        for words in (("report", "satisfaction", "--explain"), ("report", "satisfaction", "--by", "region"),
                      ("survey", "list"), ("survey", "show", "S-2026Q1")):  # fmt: skip
            text = ok(cli("--store", asked, *words, "--format", "table", "--lang", lang)).text
            wide = [line for line in text.splitlines() if display_width(line) > 90]
            assert wide == [], words


def test_the_page_before_a_call_says_what_was_answered_last_and_what_of_it_was_low(
    cli: Run, asked: Path
) -> None:
    """By the example policy an NPS of at most 6 is low, and of 1 to 5 at most 2."""
    show = ("--store", asked, "customer", "show", "C-00001")
    assert ok(cli(*show, "--format", "json")).json["surveys"] == []
    assert "surveys" not in ok(cli(*show, "--format", "table")).text
    said = ("process=4", "speed=2", "overall=2", "nps=7", "bank_b.speed=1")
    ok(cli("--store", asked, "survey", "record", "S-2026Q1", "C-00001", *said, "--on", "2026-11-02"))
    (one,) = ok(cli(*show, "--format", "json")).json["surveys"]
    assert (one["response"], one["survey"], one["on"]) == ("SR-00001", "S-2026Q1", "2026-11-02")
    assert (one["overall"], one["nps"], one["ces"]) == (2, 7, None)
    assert [(part["code"], part["value"]) for part in one["dimensions"]] == [("process", 4), ("speed", 2)]
    assert one["low"] == ["overall", "speed"]
    brief = ok(cli("--store", asked, "customer", "brief", "C-00001", "--format", "json")).json
    assert brief["surveys"] == [one]
    line = "2026-11-02 S-2026Q1 · satisfaction overall 2 (low) · recommending us (NPS) 7 · process 4"
    for words in (show, ("--store", asked, "customer", "brief", "C-00001")):
        for format_ in ("table", "html"):
            page = " ".join(ok(cli(*words, "--format", format_)).text.split())
            assert line in page, (words, format_)
            assert "speed of approval 2 (low)" in page
    chinese = " ".join(ok(cli("--lang", "zh_CN", *show, "--format", "table")).text.split())
    assert "审批速度 2（偏低）" in chinese
    ok(cli("--store", asked, "contact", "log", "C-00001", "--channel", "phone", "--on", "2026-10-30"))
    before = ok(cli(*show, "--as-of", "2026-11-01", "--format", "json")).json
    assert before["surveys"] == []
    ok(cli("--store", asked, "survey", "void", "SR-00001"))
    assert ok(cli(*show, "--format", "json")).json["surveys"] == []
