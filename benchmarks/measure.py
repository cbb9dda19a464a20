"""Whole processes, measured in turn: medians of ratios in a turn, so that a busy machine moves both alike."""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
COMMAND = (sys.executable, "-m", "loancrm")
SQLMODEL = (sys.executable, "-c", "import sqlmodel")
ENVIRONMENT = {
    "LOANCRM_NOW": "2026-11-20T09:00+08:00",
    "LOANCRM_LANG": "en",
    "COLUMNS": "100",
    "PYTHONPATH": str(ROOT),
}


@dataclass
class Sample:
    """What one command took, run after run: seconds of wall and processor time, peak kilobytes."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    peak: list[int] = field(default_factory=list)

    def median(self, what: str) -> float:
        return statistics.median(getattr(self, what))

    def ratio(self, base: Sample, what: str) -> float:
        """Return the median, over the turns, of this ÷ ``base`` in the same turn."""
        pairs = zip(getattr(self, what), getattr(base, what), strict=True)
        return statistics.median(mine / other for mine, other in pairs)


def measure(commands: Mapping[str, Sequence[str]], runs: int) -> dict[str, Sample]:
    """Run ``commands`` in turn, ``runs`` times each after one run to warm up; each must succeed."""
    samples = {name: Sample() for name in commands}
    for turn in range(runs + 1):
        for name, command in commands.items():
            _run(command, samples[name] if turn else Sample())
    return samples


def _run(command: Sequence[str], sample: Sample) -> None:
    environ = {k: v for k, v in os.environ.items() if not k.startswith("LOANCRM")} | ENVIRONMENT
    quiet = [(os.POSIX_SPAWN_OPEN, fd, os.devnull, os.O_WRONLY, 0) for fd in (1, 2)]
    begun = time.perf_counter()
    child = os.posix_spawn(command[0], command, environ, file_actions=quiet)
    _pid, status, usage = os.wait4(child, 0)
    sample.wall.append(time.perf_counter() - begun)
    sample.cpu.append(usage.ru_utime + usage.ru_stime)
    sample.peak.append(usage.ru_maxrss)
    if status:
        raise SystemExit(f"exit {os.waitstatus_to_exitcode(status)}: {' '.join(command)}")
