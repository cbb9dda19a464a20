"""Measure the budgets and print them: ``python -m benchmarks [--size 10k,100k,1m] [--only ID]``.

This process stays small: a child's peak memory is never less than its parent's when it was started.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.budgets import BUDGETS, Budget, command_of, sizes_of
from benchmarks.measure import ROOT, SQLMODEL, Pair, measure

FOLDER = ROOT / ".bench"
EXACT = {"B-S5": "tests/test_start.py", "B-Q3": "tests/test_plans.py"}


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--size", default="10k,100k", help="10k,100k,1m: which stores to measure on")
    parser.add_argument("--only", help="one budget, such as B-Q1")
    parser.add_argument("--runs", type=int, default=9, help="of which the median counts")
    options = parser.parse_args(argv)
    sizes = {"10k", *options.size.split(",")}
    wanted = [b for b in BUDGETS if options.only in (None, b.id)]
    wanted = [b for b in wanted if {sizes_of(b.run), sizes_of(b.base)} <= sizes | {""}]
    needed = sorted({sizes_of(name) for b in wanted for name in (b.run, b.base)} - {""})
    stores = {size: build(size) for size in needed}
    print(machine())
    for size, path in stores.items():
        print(f"{size}: {rows_of(path)}, {path.stat().st_size >> 20} MB")
    pairs = run(wanted, stores, options.runs)
    print("x is the wall time of python -c 'import sqlmodel'; medians of", options.runs, "runs\n")
    over = [show(budget, pair) for budget, pair in zip(wanted, pairs, strict=True)]
    for identity, file in EXACT.items():
        if options.only in (None, identity):
            over.append(show_exact(identity, file))
    return 1 if any(over) else 0


def build(size: str) -> Path:
    """Return the store of ``size``; a process of its own builds it when it is not there."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.book", size, str(FOLDER)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return Path(done.stdout.strip())


def rows_of(path: Path) -> str:
    """Return how many rows the larger tables hold."""
    names = ("officer", "customer", "facility", "loan", "snapshot", "contact", "follow_up", "feedback")
    with sqlite3.connect(path) as connection:
        counted = {n: connection.execute(f"SELECT count(*) FROM {n}").fetchone()[0] for n in names}
    return ", ".join(f"{count:,} {name}" for name, count in counted.items())


def machine() -> str:
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    return (
        f"{os.cpu_count()} cores ({platform.machine()}, load {load:.1f}), "
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    )


def run(budgets: Sequence[Budget], stores: dict[str, Path], runs: int) -> list[Pair]:
    """Run everything that the budgets need, in turn; what writes gets a copy of its store."""
    copy = FOLDER / "copy.db"

    def command(name: str) -> Sequence[str]:
        if name == "x":
            return SQLMODEL
        store = stores.get(sizes_of(name))
        if name == "log" and store is not None:
            store = Path(shutil.copy(store, copy))
        return command_of(name, store)

    try:
        return measure([(command(budget.base), command(budget.run)) for budget in budgets], runs)
    finally:
        copy.unlink(missing_ok=True)


def show(budget: Budget, pair: Pair) -> bool:
    """Print a line and say whether the budget is exceeded."""
    ratio = pair.ratio(budget.what)
    is_over = budget.limit is not None and ratio > budget.limit
    limit = "–" if budget.limit is None else f"≤ {budget.limit:.2f}"
    unit = "x" if budget.base == "x" else ""
    verdict = "OVER" if is_over else "ok" if budget.limit else ""
    least = pair.least(budget.what)
    print(f"{budget.id}  {budget.text:54} {limit:>6}  {ratio:5.2f}{unit:1} {verdict:4} (least {least:.2f})")
    return is_over


def show_exact(identity: str, file: str) -> bool:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", file], cwd=ROOT, stdout=subprocess.DEVNULL, check=False
    )
    print(f"{identity}  {file:54} {'exact':>6}  {'':6} {'ok' if done.returncode == 0 else 'OVER'}")
    return done.returncode != 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
