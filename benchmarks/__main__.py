"""Measure the budgets and print them: ``python -m benchmarks [--size 10k,100k,1m] [--only ID]``.

This process stays small: a child's peak memory is never less than its parent's when it was started.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Sequence

from benchmarks import show
from benchmarks.budgets import BUDGETS, Budget
from benchmarks.contention import contend
from benchmarks.measure import ROOT, SQLMODEL, Job, Sample, measure
from benchmarks.prepare import FOLDER, Missing, job_of, store_of

EXACT = {"B-S5": "tests/test_start.py", "B-Q3": "tests/test_plans.py"}
CONTENDED = "B-C1"


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--size", default="10k,100k", help="10k,100k,1m: which stores to measure on")
    parser.add_argument("--only", help="some budgets, such as B-Q1,B-Q2")
    parser.add_argument("--runs", type=int, default=9, help="of which the median counts")
    options = parser.parse_args(argv)
    sizes = {"10k", *options.size.split(",")}
    only = options.only.split(",") if options.only else None
    print(f"{' '.join(['python -m benchmarks', *argv])}\n{show.machine()}")
    wanted = [b for b in BUDGETS if (not only or b.id in only) and b.sizes <= sizes]
    over = _ratios(wanted, options.runs) if wanted else False
    if not only or CONTENDED in only:
        found = contend("100k" if "100k" in sizes else "10k")
        print(show.contended(found))
        over |= found.is_over
    for identity, file in EXACT.items():
        if not only or identity in only:
            over |= _exact(identity, file)
    return 1 if over else 0


def _ratios(budgets: Sequence[Budget], runs: int) -> bool:
    """Measure what is compared with something, print it, and say whether a budget is exceeded."""
    jobs: list[tuple[Budget, Job, Job]] = []
    missing: list[tuple[Budget, str]] = []
    for budget in budgets:
        try:
            jobs.append((budget, job_of(budget.base), job_of(budget.run)))
        except Missing as reason:
            missing.append((budget, str(reason)))
    for size in sorted({size for budget in budgets for size in budget.stores}):
        path = store_of(size)
        print(f"{size}: {show.rows_of(path)}, {path.stat().st_size >> 20} MB")
    try:
        pairs = measure([(base, run, min(runs, budget.runs or runs)) for budget, base, run in jobs])
        start = measure([(SQLMODEL, SQLMODEL, runs)])[0].run if any(sum(b.off) for b in budgets) else Sample()
    finally:
        (FOLDER / "copy.db").unlink(missing_ok=True)
    print(f"x is python -c 'import sqlmodel'; whole processes, {runs} runs, fewer of long ones")
    print(
        "least is the least run ÷ the least, work the ratio of CPU times: for a machine that others use too"
    )
    print(f"\n{show.HEAD}")
    over = False
    for (budget, _base, _run), pair in zip(jobs, pairs, strict=True):
        line, is_over = show.measured(budget, pair, start)
        print(line, flush=True)
        over |= is_over
    for budget, why in missing:
        print(show.absent(budget, why))
    return over


def _exact(identity: str, file: str) -> bool:
    """Run the test of an exact budget, and say whether it failed."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", file], cwd=ROOT, stdout=subprocess.DEVNULL, check=False
    )
    print(f"{identity:5} {file:56} {'exact':>6}  {'':7} {'ok' if done.returncode == 0 else 'OVER'}")
    return done.returncode != 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
