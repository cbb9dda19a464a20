"""A rule tested on the SBA sample at successive year ends: counted apart, from the file's own rows."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from loancrm.calendars import add_months
from tests import places
from tests.conftest import REPO, call
from tests.reports.late_books import warned_by

from .conftest import SHARED

FILE = SHARED / "datasets" / "SBAnational_first22427.csv"
YEARS = (2001, 2003, 2005, 2007)


@dataclass(frozen=True)
class Lent:
    """A row of the file: when it was paid out, when it matures, whether and when it was written off."""

    disbursed: date | None
    matures: date | None
    is_lost: bool
    lost_on: date | None

    def is_live(self, on: date, known: date) -> bool:
        """Say whether it lives by what was known on a day: an unknown end is none until it matures."""
        if self.disbursed is None or self.disbursed > on:
            return False
        if self.lost_on is not None and self.lost_on <= known:
            return self.lost_on > on
        return self.matures is None or self.matures > on

    def is_there(self, on: date) -> bool:
        return self.disbursed is None or self.disbursed <= on

    def was_lost(self, on: date) -> bool:
        return self.is_there(on) and self.is_lost and (self.lost_on is None or self.lost_on <= on)


def rows() -> Iterator[tuple[str, Lent]]:
    with FILE.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            out = row["DisbursementDate"]
            off = row["ChgOffDate"] if row["MIS_Status"] == "CHGOFF" else ""
            disbursed = datetime.strptime(out, "%m/%d/%Y").date() if out else None  # noqa: DTZ007
            yield (
                row["LoanNr_ChkDgt"],
                Lent(
                    disbursed,
                    add_months(disbursed, int(row["Term"])) if disbursed else None,
                    row["MIS_Status"] == "CHGOFF",
                    datetime.strptime(off, "%d-%b-%y").date() if off else None,  # noqa: DTZ007
                ),
            )


@pytest.fixture(scope="module")
def sba(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book with the SBA sample."""
    if not FILE.is_file():
        pytest.skip("the shared data are not here")
    home = tmp_path_factory.mktemp("sba")
    book, profile = home / "A.db", REPO / "examples" / "profiles" / "sba_loans.yaml"
    for words in (("init",), ("import", "loans", FILE, "--profile", profile, "--apply")):
        done = call("--store", book, *words, home=home)
        assert done.code == 0, done.err
    return book


@pytest.mark.slow
def test_a_rule_tested_at_successive_year_ends(sba: Path) -> None:
    """Who has two live loans, and who has one written off in the year after; whose a loan is the book says.

    Loans matured that were written off years later. On the day nobody knew; by what is known now they lived
    on, and the rule would have seemed to alert of them.
    """
    leaked = 0
    owner = dict(places.asked(sba, "select number, customer_id from loan"))
    loans: dict[Any, list[Lent]] = defaultdict(list)
    for number, lent in rows():
        loans[owner[number]].append(lent)
    policy = sba.parent / "rules.yaml"
    policy.write_text(warned_by('several, 365: {live_loans: ">= 2"}'), "utf-8")
    for year in YEARS:
        on, end = date(year, 12, 31), date(year + 1, 12, 31 if (year + 1) % 4 else 30)
        words = ("warning", "backtest", "--all", "--event", "written_off_loans >= 1", "--policy", policy)
        when = ("--from", on.isoformat(), "--to", on.isoformat(), "--format", "json")
        answer = call("--store", sba, *words, *when, home=sba.parent)
        assert answer.code == 0, answer.err
        [line] = answer.json
        there = [own for own in loans.values() if any(one.is_there(on) for one in own)]
        found = [own for own in there if not any(one.was_lost(on) for one in own)]
        bad = [own for own in found if any(one.was_lost(end) for one in own)]
        alerts = [own for own in found if sum(one.is_live(on, on) for one in own) >= 2]
        leaked += sum(sum(one.is_live(on, date.max) for one in own) >= 2 for own in found) - len(alerts)
        hits = [own for own in alerts if own in bad]
        assert bad
        assert (line["baseline"]["cases"], line["baseline"]["events"]) == (len(found), len(bad)), year
        assert (line["alerts"], line["hits"]) == (len(alerts), len(hits)), year
    assert leaked > 0, "what was known later would have made no difference"
