"""What followed an event: those who came against those who did not, and against those not invited."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run

CAME, ABSENT, OTHERS = range(1, 11), range(11, 21), range(21, 31)
EVENT = "event add --title 税贷讲座 --kind seminar --held-on 2026-10-20 --cost 900"


def do(cli: Run, book: Path, line: str, day: str = "2026-11-21") -> Any:
    done = cli("--store", book, *line.split(), "--format", "json", env={"LOANCRM_NOW": f"{day}T10:00+08:00"})
    assert done.code == 0, (line, done.err)
    return done.json


def codes(customers: range) -> str:
    return " ".join(f"C-{n:05d}" for n in customers)


@pytest.fixture
def after(cli: Run, book: Path) -> Path:
    """Thirty customers: ten came, ten were invited and did not come, ten were not invited."""
    for n in range(1, 31):
        do(
            cli,
            book,
            f"customer add --kind enterprise --name 第{n}贸易有限公司 --officer li.wei",
            "2026-09-01",
        )
        consent = f"consent add C-{n:05d} --person 王芳 --purpose marketing --on 2026-09-01"
        do(cli, book, consent, "2026-09-01")
    do(cli, book, EVENT, "2026-10-01")
    do(cli, book, f"event invite EV-1 {codes(range(1, 21))}", "2026-10-02")
    do(cli, book, f"event attend EV-1 {codes(CAME)}", "2026-10-20")
    do(cli, book, "event attend EV-1 --as no_show --rest", "2026-10-21")
    talk = (
        "contact log C-{n:05d} --on {day} --direction in --channel phone --purpose service --outcome reached"
    )
    for n in (*CAME[:9], *ABSENT[:3], OTHERS[0]):
        do(cli, book, talk.format(n=n, day="2026-10-21"))
    do(cli, book, talk.format(n=CAME[9], day="2026-10-20"))  # the day itself
    do(cli, book, talk.format(n=ABSENT[9], day="2026-11-20"))  # 31 days later
    return book


def test_each_group_counts_with_its_n(cli: Run, after: Path) -> None:
    """9 of 10 against 3 of 10: Newcombe 1998, table II (b), method 10: 0.1705 to 0.8090."""
    rows = do(cli, after, "event result EV-1 --within 30d")
    absent, others = (row for row in rows if row["outcome"] == "contact")
    assert (absent["against"], others["against"]) == ("absent", "not_invited")
    assert (absent["attended"], absent["attended_hits"], absent["compared"], absent["compared_hits"]) == (
        10,
        9,
        10,
        3,
    )
    assert (others["compared"], others["compared_hits"], others["compared_share"]) == (10, 1, "0.100000")
    assert absent["difference"] == "0.600000"
    assert [f"{float(absent[end]):.4f}" for end in ("low", "high")] == ["0.1705", "0.8090"]
    assert absent["cost_per_hit"] == "100.00"
    assert (absent["held_on"], absent["until"], absent["is_over"]) == ("2026-10-20", "2026-11-19", True)
    later = do(cli, after, "event result EV-1 --within 60d")[0]
    assert (later["compared_hits"], later["is_over"]) == (4, False)


def test_as_of_an_earlier_day_and_of_an_event_that_is_not_there(cli: Run, after: Path) -> None:
    rows = do(cli, after, "event result EV-1 --as-of 2026-10-20")
    assert {(row["attended"], row["attended_hits"]) for row in rows} == {(10, 0)}
    answer = cli("--store", after, "event", "result", "EV-9", "--format", "json")
    assert (answer.code, answer.error["code"]) == (3, "not_found")


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "10 came, 10 were invited and did not, 10 were not invited; none of them by lot"),
        ("zh_CN", "到场 10 户，受邀未到场 10 户，未受邀 10 户；均非随机分组"),
    ],
)
def test_the_page_says_how_many_it_rests_on(cli: Run, after: Path, language: str, words: str) -> None:
    page = cli("--store", after, "--lang", language, "event", "result", "EV-1", "--format", "table").text
    assert words in page


def test_an_event_to_come_has_no_absentees_and_no_shares(cli: Run, after: Path) -> None:
    """Twenty are invited on the 2nd; on the 10th nobody can have stayed away from the 20th."""
    words = "EV-00001 is still to be held, on 2026-10-20: nobody is absent yet, nothing has followed"
    asked = ("--store", after, "--as-of", "2026-10-10", "event", "result", "EV-1")
    data = cli(*asked, "--format", "json")
    assert (data.code, data.json) == (0, [])
    page = cli(*asked, "--format", "table")
    assert page.code == 0
    assert words in " ".join(page.text.split())
    assert words in data.err
    assert "2026-10-20 to" not in page.text
    assert "were invited and did not" not in page.text
    assert "%" not in page.text


def test_on_the_day_of_an_event_it_counts(cli: Run, after: Path) -> None:
    rows = do(cli, after, "event result EV-1 --as-of 2026-10-20")
    assert len(rows) == 14
    assert {row["until"] for row in rows} == {"2026-10-20"}
