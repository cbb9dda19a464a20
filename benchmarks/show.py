"""A line for each budget: what was measured beside what was meant."""

from __future__ import annotations

import os
import platform
import sqlite3
import statistics
from pathlib import Path

from benchmarks.budgets import Budget
from benchmarks.contention import SLOWDOWN, Found
from benchmarks.measure import Pair, Sample

LARGE = (
    "officer",
    "customer",
    "facility",
    "loan",
    "snapshot",
    "contact",
    "follow_up",
    "feedback",
    "instalment",
)
HEAD = f"{'':5} {'':56} {'budget':>6}  {'median':>6}       {'least':>5} {'work':>5}"


def rows_of(path: Path) -> str:
    """Return how many rows the larger tables hold."""
    with sqlite3.connect(path) as connection:
        counted = {n: connection.execute(f"SELECT count(*) FROM {n}").fetchone()[0] for n in LARGE}
    return ", ".join(f"{count:,} {name}" for name, count in counted.items() if count)


def machine() -> str:
    """Return what the figures depend on beside the program."""
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    return (
        f"{os.cpu_count()} cores ({platform.machine()}, load {load:.1f}), "
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    )


def measured(budget: Budget, pair: Pair, start: Sample) -> tuple[str, bool]:
    """Return the line of a budget, and whether it is exceeded; ``start`` is what x took."""
    what, is_rate = ("wall", True) if budget.what == "rate" else (budget.what, False)
    wall, cpu = (
        tuple(times * statistics.median(getattr(start, kind)) if times else 0.0 for times in budget.off)
        for kind in ("wall", "cpu")
    )
    figures = [pair.ratio(what, wall), pair.least(what, wall), pair.ratio("cpu", cpu)]
    median, least, work = [1 / figure for figure in figures] if is_rate else figures
    is_over = budget.limit is not None and (median < budget.limit if is_rate else median > budget.limit)
    sign = "≥" if is_rate else "≤"
    limit = "–" if budget.limit is None else f"{sign} {budget.limit:.2f}"
    verdict = "" if budget.limit is None else "OVER" if is_over else "ok"
    spent = "" if what == "peak" else f"{work:5.2f}"
    unit = "x" if budget.base == "x" else ""
    return (
        f"{budget.id:5} {budget.text:56} {limit:>6}  {median:6.2f}{unit:1} {verdict:4} {least:5.2f} {spent}",
        is_over,
    )


def absent(budget: Budget, why: str) -> str:
    """Return the line of a budget that could not be measured here."""
    limit = "–" if budget.limit is None else f"≤ {budget.limit:.2f}"
    return f"{budget.id:5} {budget.text:56} {limit:>6}  {why}"


def contended(found: Found) -> str:
    """Return the line about a list beside an import."""
    text = f"due while an import runs, journal {found.journal}"
    verdict = "OVER" if found.is_over else "ok" if found.journal == "WAL" else "readers wait"
    tries = f"{found.failures} of {found.lists} failed, the longest took {found.longest:.1f} s"
    return f"B-C1  {text:56} ≤ {SLOWDOWN:.2f}  {found.slowdown:6.2f}  {verdict:4}; {tries}"
