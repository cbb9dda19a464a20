"""Whole processes, measured in turn: what is compared, one right after the other."""

from __future__ import annotations

import os
import resource
import shutil
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ENVIRONMENT = {
    "LOANCRM_NOW": "2026-11-20T09:00+08:00",
    "LOANCRM_LANG": "en",
    "COLUMNS": "100",
    "PYTHONPATH": str(ROOT),
}


@dataclass(frozen=True)
class Job:
    """A command line; ``copied`` from a store to the one that it writes to, anew before each run."""

    argv: tuple[str, ...]
    copied: tuple[Path, Path] | None = None


Off = tuple[float, float]
SQLMODEL = Job((sys.executable, "-c", "import sqlmodel"))


@dataclass
class Sample:
    """What one command took, run after run: seconds of wall time and of work, peak kilobytes."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    peak: list[int] = field(default_factory=list)


@dataclass
class Pair:
    """A command and what it is compared with, run one right after the other."""

    base: Sample = field(default_factory=Sample)
    run: Sample = field(default_factory=Sample)

    def ratio(self, what: str, off: Off = (0.0, 0.0)) -> float:
        """Return the median of the ratios of the turns, ``off`` being taken off the run and off its base."""
        turns = zip(getattr(self.run, what), getattr(self.base, what), strict=True)
        return statistics.median((mine - off[0]) / (other - off[1]) for mine, other in turns)

    def least(self, what: str, off: Off = (0.0, 0.0)) -> float:
        """Return the least ÷ the least: what a machine without other work would show."""
        mine, other = (min(getattr(sample, what)) for sample in (self.run, self.base))
        return float((mine - off[0]) / (other - off[1]))


def measure(jobs: Sequence[tuple[Job, Job, int]]) -> list[Pair]:
    """Run each base and its command in turn, so many times after one run to warm up; all must succeed."""
    pairs = [Pair() for _jobs in jobs]
    for turn in range(1 + max((runs for _base, _run, runs in jobs), default=0)):
        for pair, (base, job, runs) in zip(pairs, jobs, strict=True):
            if turn <= runs:
                kept = pair if turn else Pair()
                run(base, kept.base)
                run(job, kept.run)
    return pairs


def run(job: Job, sample: Sample) -> None:
    """Run a command once."""
    if job.copied is not None:
        shutil.copyfile(*job.copied)
    begun = time.perf_counter()
    code, usage = finish(start(job))
    sample.wall.append(time.perf_counter() - begun)
    sample.cpu.append(usage.ru_utime + usage.ru_stime)
    sample.peak.append(usage.ru_maxrss)
    if code:
        raise SystemExit(f"exit {code}: {' '.join(job.argv)}")


def start(job: Job) -> int:
    """Start a command that shows nothing, and return its process."""
    environ = {k: v for k, v in os.environ.items() if not k.startswith("LOANCRM")} | ENVIRONMENT
    quiet = [(os.POSIX_SPAWN_OPEN, fd, os.devnull, os.O_WRONLY, 0) for fd in (1, 2)]
    return os.posix_spawn(job.argv[0], job.argv, environ, file_actions=quiet)


def finish(child: int) -> tuple[int, resource.struct_rusage]:
    """Wait for a command and return its exit code and what it used."""
    _pid, status, usage = os.wait4(child, 0)
    return os.waitstatus_to_exitcode(status), usage
