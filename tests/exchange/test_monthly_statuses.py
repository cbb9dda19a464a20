"""Thirteen month ends of 160 loans, imported as snapshots: reports and a back-test, counted apart.

The statuses are drawn with a seed and written to the file that is imported; the counts below are made from
the drawn numbers, with plain loops and fractions.
"""

from __future__ import annotations

import csv
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import pairwise
from math import floor
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run
from tests.reports.late_books import warned_by

ENDS = tuple(
    date.fromisoformat(day)
    for day in (
        "2025-10-31", "2025-11-30", "2025-12-31", "2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30",
        "2026-05-31", "2026-06-30", "2026-07-31", "2026-08-31", "2026-09-30", "2026-10-31",
    )
)  # fmt: skip
LOANS = """\
kind: loans
format: {type: csv, delimiter: ","}
columns:
  customer.bank_number: customer
  customer.name: customer
  customer.kind: {constant: enterprise}
  loan.number: loan
  loan.principal: principal
  loan.disbursed_on: {constant: "2025-10-01"}
  loan.matures_on: {constant: "2030-10-01"}
  loan.product: {constant: working_capital}
  loan.status: {column: status, map: {"": unknown, "off": written_off}}
  loan.written_off_on: off_on
  loan.written_off_amount: lost
"""
STATUSES = """\
kind: snapshots
format: {type: csv, delimiter: ","}
columns:
  loan.number: loan
  snapshot.on: on
  snapshot.outstanding_principal: owed
  snapshot.days_past_due: days
"""
BUCKETS = ((0, "0"), (30, "1_30"), (60, "31_60"), (90, "61_90"), (180, "91_180"), (10**6, "over_180"))


@dataclass
class Drawn:
    """A loan: what it owes (minor units) and how late it is at each month end until it is written off."""

    number: str
    owed: list[int]
    days: list[int]

    @property
    def off(self) -> date | None:
        return ENDS[len(self.days)] if len(self.days) < len(ENDS) else None

    def state(self, place: int) -> str:
        if place >= len(self.days):
            return "written_off"
        return next(code for most, code in BUCKETS if self.days[place] <= most)


def draw(lot: random.Random, number: str) -> Drawn:
    """Draw a loan: late by a month more, or less, or cured; written off beyond half a year."""
    owed, days = [lot.randrange(10_000_00, 900_000_00)], [lot.choice((0, 0, 0, 5, 35))]
    for before, on in pairwise(ENDS):
        late = days[-1]
        if late > 150:
            break
        if late == 0:
            late = lot.choice((0, 0, 0, 0, 0, 0, 12, 25))
        else:
            late = lot.choice((late + (on - before).days, late + (on - before).days, late, late // 3, 0))
        owed.append(owed[-1] - (0 if late else owed[-1] // 50))
        days.append(late)
    return Drawn(number, owed, days)


@pytest.fixture
def drawn() -> list[Drawn]:
    lot = random.Random(20261031)  # the same file each time
    return [draw(lot, f"L{n:03d}") for n in range(160)]


@pytest.fixture
def statuses(cli: Run, book: Path, tmp_path: Path, drawn: list[Drawn]) -> Path:
    """The book with both files imported."""
    with (tmp_path / "loans.csv").open("w", newline="", encoding="utf-8") as file:
        lines = csv.writer(file)
        lines.writerow(("loan", "customer", "principal", "status", "off_on", "lost"))
        for one in drawn:
            end = ("off", one.off, yuan(one.owed[-1])) if one.off else ("", "", "")
            lines.writerow((one.number, f"K{one.number}", yuan(one.owed[0]), *end))
    with (tmp_path / "months.csv").open("w", newline="", encoding="utf-8") as file:
        lines = csv.writer(file)
        lines.writerow(("loan", "on", "owed", "days"))
        for place, on in enumerate(ENDS):
            lines.writerows(
                (one.number, on, yuan(one.owed[place]), one.days[place])
                for one in drawn
                if place < len(one.days)
            )
    for kind, name, profile in (("loans", "loans", LOANS), ("snapshots", "months", STATUSES)):
        (tmp_path / f"{kind}.yaml").write_text(profile, "utf-8")
        words = ("import", kind, f"{name}.csv", "--profile", f"{kind}.yaml", "--apply", "--format", "json")
        done = cli("--store", book, *words)
        assert done.code == 0, (done.err, done.text)
    return book


def yuan(minor: int) -> str:
    return f"{minor // 100}.{minor % 100:02d}"


def share(part: int, whole: int) -> str:
    millionths = floor(Fraction(part * 1_000_000, whole) + Fraction(1, 2))
    return f"{millionths // 1_000_000}.{millionths % 1_000_000:06d}"


def ask(cli: Run, book: Path, *words: str | Path) -> Any:
    answer = cli("--store", book, *words, "--as-of", "2026-10-31", "--format", "json")
    assert answer.code == 0, answer.err
    return answer.json


def test_par_at_each_month_end(cli: Run, statuses: Path, drawn: list[Drawn]) -> None:
    lines = ask(cli, statuses, "report", "par", "--months", "13")
    assert [line["on"] for line in lines] == [on.isoformat() for on in ENDS]
    for place, line in enumerate(lines):
        live = [one for one in drawn if place < len(one.days)]
        whole = sum(one.owed[place] for one in live)
        assert (line["loans"], line["outstanding_principal"]) == (len(live), yuan(whole))
        for most in (1, 30, 60, 90):
            late = sum(one.owed[place] for one in live if one.days[place] > most)
            assert line[f"par_{most}"] == share(late, whole), (line["on"], most)


def test_every_move_from_bucket_to_bucket(cli: Run, statuses: Path, drawn: list[Drawn]) -> None:
    moves: Counter[tuple[str, str]] = Counter()
    balances: Counter[tuple[str, str]] = Counter()
    for one, place in ((one, place) for one in drawn for place in range(len(ENDS) - 1)):
        if place < len(one.days):
            move = one.state(place), one.state(place + 1)
            moves[move] += 1
            balances[move] += one.owed[place]
    rows = ask(cli, statuses, "report", "roll-rates", "--months", "12")
    assert {(row["before"], row["after"]): row["loans"] for row in rows} == dict(moves)
    assert {(row["before"], row["after"]): row["opening_balance"] for row in rows} == {
        move: yuan(balance) for move, balance in balances.items()
    }
    assert len(moves) > 15
    assert moves["91_180", "written_off"] + moves["over_180", "written_off"] > 0

    last = ask(cli, statuses, "report", "transitions", "--since", "2026-09-30", "--of", "bucket")
    assert {(row["before"], row["after"]): row["loans"] for row in last} == Counter(
        (one.state(11), one.state(12)) for one in drawn if len(one.days) > 11
    )


def cases(drawn: list[Drawn]) -> Iterator[tuple[int, int, int, bool]]:
    """Yield place, days late, what is owed and whether over 60 days followed, of those not there yet.

    A written-off loan leaves its customer without a live one, who is not late.
    """
    for one, place in ((one, place) for one in drawn for place in range(len(ENDS) - 1)):
        late = one.days[place] if place < len(one.days) else 0
        later = one.days[place + 1] if place + 1 < len(one.days) else 0
        if late <= 60:
            yield place, late, one.owed[place] if place < len(one.days) else 0, later > 60


def test_a_rule_tested_on_the_months(cli: Run, statuses: Path, drawn: list[Drawn], tmp_path: Path) -> None:
    """Within 31 days of a month end lies the next one, and what was known at its own end."""
    policy = tmp_path / "rules.yaml"
    policy.write_text(warned_by('slow: {days_past_due: "31..60"}', 'late: {days_past_due: ">= 1"}'), "utf-8")
    words = ("warning", "backtest", "--all", "--event", "days_past_due > 60", "--from", "2025-10-31")
    slow, late = ask(cli, statuses, *words, "--to", "2026-09-30", "--policy", policy)
    found = list(cases(drawn))
    bad = [case for case in found if case[3]]
    for line, least in ((slow, 31), (late, 1)):
        alerts = [case for case in found if case[1] >= least]
        hits = [case for case in alerts if case[3]]
        assert len(bad) >= len(hits) > 0
        assert (line["alerts"], line["hits"]) == (len(alerts), len(hits))
        assert line["precision"] == share(len(hits), len(alerts))
        assert line["recall"] == share(len(hits), len(bad))
        assert line["lift"] == share(len(hits) * len(found), len(alerts) * len(bad))
        assert line["onsets_caught"] == len(hits)
        assert line["balance_caught"] == yuan(sum(case[2] for case in hits))
        leads = sorted((ENDS[place + 1] - ENDS[place]).days for place, *_rest in hits)
        assert line["median_lead_days"] == leads[(len(leads) - 1) // 2]
        by_month = Counter(place for place, *_rest in alerts)
        assert [month["alerts"] for month in line["months"]] == [by_month[n] for n in range(12)]
    ground = slow["baseline"]
    assert (ground["cases"], ground["events"], ground["onsets"]) == (len(found), len(bad), len(bad))
    assert ground["past_due"]["hits"] == late["hits"]
