"""Whole processes, measured in turn: what is compared, one right after the other."""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

Command = Sequence[str]
ROOT = Path(__file__).resolve().parents[1]
COMMAND = (sys.executable, "-c", "from loancrm.__main__ import main; main()")  # as the script does
SQLMODEL = (sys.executable, "-c", "import sqlmodel")
ENVIRONMENT = {
    "LOANCRM_NOW": "2026-11-20T09:00+08:00",
    "LOANCRM_LANG": "en",
    "COLUMNS": "100",
    "PYTHONPATH": str(ROOT),
}


@dataclass
class Sample:
    """What one command took, run after run: seconds of wall time, peak kilobytes."""

    wall: list[float] = field(default_factory=list)
    peak: list[int] = field(default_factory=list)


@dataclass
class Pair:
    """A command and what it is compared with, run one right after the other."""

    base: Sample = field(default_factory=Sample)
    run: Sample = field(default_factory=Sample)

    def ratio(self, what: str) -> float:
        """Return the median of the ratios of the turns."""
        turns = zip(getattr(self.run, what), getattr(self.base, what), strict=True)
        return statistics.median(mine / other for mine, other in turns)

    def least(self, what: str) -> float:
        """Return the least ÷ the least: what a machine without other work would show."""
        return float(min(getattr(self.run, what)) / min(getattr(self.base, what)))


def measure(commands: Sequence[tuple[Command, Command]], runs: int) -> list[Pair]:
    """Run each base and its command in turn, ``runs`` times after one run to warm up; all must succeed."""
    pairs = [Pair() for _command in commands]
    for turn in range(runs + 1):
        for pair, (base, command) in zip(pairs, commands, strict=True):
            kept = pair if turn else Pair()
            _run(base, kept.base)
            _run(command, kept.run)
    return pairs


def _run(command: Command, sample: Sample) -> None:
    environ = {k: v for k, v in os.environ.items() if not k.startswith("LOANCRM")} | ENVIRONMENT
    quiet = [(os.POSIX_SPAWN_OPEN, fd, os.devnull, os.O_WRONLY, 0) for fd in (1, 2)]
    begun = time.perf_counter()
    child = os.posix_spawn(command[0], command, environ, file_actions=quiet)
    _pid, status, usage = os.wait4(child, 0)
    sample.wall.append(time.perf_counter() - begun)
    sample.peak.append(usage.ru_maxrss)
    if status:
        raise SystemExit(f"exit {os.waitstatus_to_exitcode(status)}: {' '.join(command)}")
