"""An officer's list while somebody takes a file in: how many failed, how much slower (budget B-C1).

Where SQLite may use WAL, readers go on. Under the journal DELETE they wait once the import has written
more than its cache holds, until it has ended: that is measured and said, and no budget.
"""

from __future__ import annotations

import os
import shutil
import statistics
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measure import Job, Sample, finish, run, start
from benchmarks.prepare import job_of
from benchmarks.runs import RUNS

ALONE = 5  # runs without the import
SLOWDOWN = 1.3


@dataclass(frozen=True)
class Found:
    """What came of the lists that were asked for while the import ran."""

    journal: str
    lists: int
    failures: int
    slowdown: float
    longest: float

    @property
    def is_over(self) -> bool:
        """Say whether the budget is exceeded; waiting under DELETE is no failure."""
        return self.failures > 0 or (self.journal == "WAL" and self.slowdown > SLOWDOWN)


def contend(rows: str) -> Found:
    """Take a file of conversations in, and ask for the day's list until that is done."""
    taking = job_of(f"import_contacts_{rows}")
    assert taking.copied is not None
    store = taking.copied[1]
    shutil.copyfile(*taking.copied)
    words = (*RUNS["due_tsv"].argv,)
    asking = Job(tuple(word.replace("{store}", str(store)) for word in words))
    alone = Sample()
    for _turn in range(ALONE):
        run(asking, alone)
    usual = statistics.median(alone.wall)
    child = start(taking)
    while not _is_written_to(store) and not _has_ended(child):
        time.sleep(0.01)
    walls, failures = _asked(asking, child)
    return Found(_journal(store), len(walls), failures, statistics.median(walls) / usual, max(walls))


def _asked(asking: Job, child: int) -> tuple[list[float], int]:
    """Return how long each list took, and how many failed, until ``child`` has ended."""
    walls, failures = [], 0
    while True:
        begun = time.perf_counter()
        code, _usage = finish(start(asking))
        walls.append(time.perf_counter() - begun)
        failures += code != 0
        if _has_ended(child):
            return walls, failures


def _has_ended(child: int) -> bool:
    """Say whether a process has ended; it can still be waited for."""
    return os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def _is_written_to(store: Path) -> bool:
    sidecars = (store.with_name(f"{store.name}-{ending}") for ending in ("journal", "wal"))
    return any(sidecar.exists() and sidecar.stat().st_size for sidecar in sidecars)


def _journal(store: Path) -> str:
    """Return the journal mode that ran, as the file's header says (18: the version that may write)."""
    with store.open("rb") as file:
        return "WAL" if file.read(19)[18] == 2 else "DELETE"
