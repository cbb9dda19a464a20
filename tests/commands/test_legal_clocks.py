"""Legal clocks through the commands: how long each kind runs, when the day's list names it, what renews it.

All days are counted by hand, from the periods that the law or the example policy says.
"""

# ruff: noqa: E501 - one command a line

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Answer, Run

from .test_dossier import done, typed

# Of the filled book: CO-00001 is real estate, CO-00002 a vehicle.
ENDS = {
    "limitation, three years": ("--kind limitation --started-on 2026-03-15", "2029-03-15"),
    "limitation from a leap day": ("--kind limitation --started-on 2024-02-29", "2027-02-28"),
    "guarantee, half a year": ("--kind guarantee_period --started-on 2026-03-15", "2026-09-15"),
    "guarantee to a short month": ("--kind guarantee_period --started-on 2026-08-31", "2027-02-28"),
    "guarantee to a leap day": ("--kind guarantee_period --started-on 2023-08-31", "2024-02-29"),
    "seizure of nobody knows what": ("--kind seizure --started-on 2026-10-31", "2027-10-31"),
    "seizure of a movable": ("--kind seizure --started-on 2026-10-31 --collateral CO-2", "2028-10-31"),
    "seizure of real estate": ("--kind seizure --started-on 2024-02-29 --collateral CO-1", "2027-02-28"),
    "appraisal": ("--kind appraisal --started-on 2026-10-31", "2027-10-31"),
    "appraisal of real estate": ("--kind appraisal --started-on 2026-10-31 --collateral CO-1", "2027-10-31"),
    "insurance": ("--kind insurance --started-on 2024-02-29", "2025-02-28"),
    "approval": ("--kind approval --started-on 2026-08-30", "2027-02-28"),
    "line": ("--kind line --started-on 2026-11-21", "2027-11-21"),
    "said by the court": ("--kind seizure --started-on 2026-10-31 --expires-on 2027-01-30", "2027-01-30"),
}


@pytest.mark.parametrize("what", ENDS)
def test_a_clock_runs_as_long_as_its_kind_does(cli: Run, full: Path, what: str) -> None:
    typed_as, ends = ENDS[what]
    number = done(cli, full, f"clock add C-00001 {typed_as}").json["number"]
    (row,) = [row for row in done(cli, full, "clock list C-00001").json if row["number"] == number]
    assert row["expires_on"] == ends


@pytest.mark.parametrize("kind", ["registration", "other"])
def test_where_the_law_gives_no_period_the_last_day_is_asked_for(
    cli: Run, untouched: Path, kind: str
) -> None:
    answer = typed(cli, untouched, f"clock add C-00001 --kind {kind} --started-on 2026-10-31")
    assert (answer.code, answer.error["field"]) == (4, "--expires-on")
    assert "say until when it runs" in answer.error["message"]


# Ends in sight; with the 91st day before, and the 90th: the first on which the list names it.
LADDER = {
    "limitation": ("--started-on 2023-12-31", "2026-12-31", "2026-10-01", "2026-10-02", 1),
    "guarantee_period": ("--started-on 2026-06-30", "2026-12-30", "2026-09-30", "2026-10-01", 1),
    "seizure": ("--started-on 2024-12-10 --collateral CO-2", "2026-12-10", "2026-09-10", "2026-09-11", 1),
    "registration": (
        "--started-on 2021-12-10 --expires-on 2026-12-10",
        "2026-12-10",
        "2026-09-10",
        "2026-09-11",
        1,
    ),
    "appraisal": ("--started-on 2025-12-10", "2026-12-10", "2026-09-10", "2026-09-11", 6),
    "insurance": ("--started-on 2025-12-10", "2026-12-10", "2026-09-10", "2026-09-11", 6),
    "approval": ("--started-on 2026-06-10", "2026-12-10", "2026-09-10", "2026-09-11", 6),
    "line": ("--started-on 2025-12-10", "2026-12-10", "2026-09-10", "2026-09-11", 6),
    "other": ("--started-on 2025-12-10 --expires-on 2026-12-10", "2026-12-10", "2026-09-10", "2026-09-11", 6),
}


def named(answer: Answer, number: str) -> list[dict[str, Any]]:
    """Return the reasons of the day's list that are about one clock."""
    return [one for line in answer.json for one in line["reasons"] if one["ref"] == number]


@pytest.mark.parametrize("kind", LADDER)
def test_the_list_names_every_kind_from_90_days_before_its_end_on(cli: Run, full: Path, kind: str) -> None:
    words, ends, before, first, band = LADDER[kind]
    number = done(cli, full, f"clock add C-00001 --kind {kind} {words}").json["number"]
    (today,) = named(done(cli, full, "due"), number)
    assert (today["kind"], today["due_on"], today["band"]) == ("legal_clock", ends, band)
    assert today["step"] == ("30" if ends == "2026-12-10" else "90")  # 19 days, and more than 30
    (at_once,) = named(done(cli, full, f"due --as-of {first}"), number)
    assert (at_once["due_on"], at_once["step"]) == (ends, "90")
    assert named(done(cli, full, f"due --as-of {before}"), number) == []


def test_a_notice_takes_a_clock_off_the_list_from_its_day_on(cli: Run, full: Path) -> None:
    old = done(cli, full, "clock add C-00001 --kind limitation --started-on 2023-12-31 --loan JJ-0001").json
    new = done(cli, full, f"clock add C-00001 --restarts {old['number']} --started-on 2026-11-20").json
    assert named(done(cli, full, "due"), old["number"]) == []
    assert [one["due_on"] for one in named(done(cli, full, "due --as-of 2026-11-19"), old["number"])] == [
        "2026-12-31"
    ]
    (row,) = [row for row in done(cli, full, "clock list").json if row["number"] == new["number"]]
    assert (row["kind"], row["loan"], row["expires_on"]) == ("limitation", "JJ-0001", "2029-11-20")


def test_a_renewed_seizure_runs_as_long_again_by_what_was_seized(cli: Run, full: Path) -> None:
    old = done(cli, full, "clock add C-00001 --kind seizure --started-on 2024-12-10 --collateral CO-2").json
    new = done(cli, full, f"clock add C-00001 --restarts {old['number']} --started-on 2026-11-20").json
    rows = {row["number"]: row for row in done(cli, full, "clock list").json}
    assert rows[new["number"]]["collateral"] == "CO-00002"
    assert rows[new["number"]]["expires_on"] == "2028-11-20"


def test_a_file_of_clocks_counts_the_same_periods(cli: Run, full: Path, tmp_path: Path) -> None:
    (tmp_path / "clocks.yaml").write_text(
        "kind: clocks\ncolumns:\n  customer.bank_number: no\n  clock.kind: kind\n"
        "  clock.started_on: since\n  clock.collateral: thing\n",
        encoding="utf-8",
    )
    (tmp_path / "clocks.csv").write_text(
        "no,kind,since,thing\n8800123,查封,2026-10-31,CO-1\n8800123,seizure,2026-10-30,\n"
        "8800123,registration,2026-10-29,CO-1\n",
        encoding="utf-8",
    )
    file, profile = tmp_path / "clocks.csv", tmp_path / "clocks.yaml"
    words = ("import", "clocks", file, "--profile", profile, "--format", "json")
    problems = cli("--store", full, *words).json["problems"]
    assert [(one["row"], one["code"]) for one in problems] == [(4, "missing")]
    assert cli("--store", full, *words, "--apply", "--partial").code == 9  # partly done
    found = {row["started_on"]: row["expires_on"] for row in done(cli, full, "clock list C-00001").json}
    assert (found["2026-10-31"], found["2026-10-30"]) == ("2029-10-31", "2027-10-30")


def test_a_notice_before_a_bad_record_is_logged_listed_imported_and_no_longer_asked_for(
    cli: Run, full: Path, tmp_path: Path
) -> None:
    def asked_for() -> list[str]:
        lines = done(cli, full, "due").json
        return [one["ref"] for line in lines for one in line["reasons"] if one["kind"] == "bad_record"]

    for number in ("JJ-0011", "JJ-0012"):
        done(cli, full, f"customer add --kind student --name 学生{number} --bank-number {number[3:]}")
        who = done(cli, full, "customer list").json[-1]["code"]
        done(
            cli,
            full,
            f"loan add {who} --number {number} --product tuition --principal 8000 --disbursed-on 2026-01-05",
        )
        done(
            cli,
            full,
            f"snapshot add {number} --on 2026-11-20 --outstanding 8000 --overdue-principal 500 --days-past-due 5",
        )
    assert sorted(asked_for()) == ["JJ-0011", "JJ-0012"]
    told = done(
        cli, full, "contact log 0011 --channel sms --purpose bad_record_notice --outcome message_left"
    ).json
    assert asked_for() == ["JJ-0012"]
    (tmp_path / "told.yaml").write_text(
        "kind: contacts\ncolumns:\n  customer.bank_number: no\n  contact.on: day\n  contact.channel: by\n"
        "  contact.purpose: why\n  contact.outcome: came\n",
        encoding="utf-8",
    )
    row = "no,day,by,why,came\n0012,2026-11-20,letter,bad_record_notice,message_left\n"
    (tmp_path / "told.csv").write_text(row, encoding="utf-8")
    words = ("import", "contacts", tmp_path / "told.csv", "--profile", tmp_path / "told.yaml", "--apply")
    assert cli("--store", full, *words).code == 0
    assert asked_for() == []
    rows = done(cli, full, "contact list --purpose bad_record_notice").json
    assert [(row["on"], row["channel"]) for row in rows] == [("2026-11-21", "sms"), ("2026-11-20", "letter")]
    assert rows[0]["contact"] == told["contact"]
    assert typed(cli, full, "contact list --purpose bad").code == 2
