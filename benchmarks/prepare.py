"""From a run to a job: its store, its file and its statements are there, or are made by another process.

The measuring process stays small: a child's peak memory is never less than its parent's when it started.
"""

from __future__ import annotations

import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from shutil import which

from benchmarks.measure import ENVIRONMENT, ROOT, Job
from benchmarks.runs import COMMAND, RUNS, SERVICED, Run

FOLDER = ROOT / ".bench"
ROWS = {"10k": 10_000, "100k": 100_000, "1m": 1_000_000}
TASKS = 100_000


class Missing(Exception):
    """What a run needs is not on this machine; the text says what."""


def job_of(name: str) -> Job:
    """Return the job of a run.

    Raises:
        Missing: a program that is compared with is not installed.
    """
    run = RUNS[name]
    store = store_of(run.store) if run.store else None
    copy = FOLDER / "copy.db"
    words = {"{store}": str(copy if run.writes else store), **_files(run)}
    argv = tuple(_filled(word, words) for word in run.argv)
    return Job(argv, (store, copy) if run.writes and store else None)


def _filled(word: str, words: dict[str, str]) -> str:
    for mark, text in words.items():
        word = word.replace(mark, text)
    return word


def _files(run: Run) -> dict[str, str]:
    if run.file is not None:
        kind, rows = run.file
        file = Path(_made("benchmarks.files", kind, str(ROWS[rows]), str(FOLDER)))
        return {"{file}": str(file), "{profile}": str(file.with_suffix(".yaml"))}
    if run.replays:
        return {"{file}": str(_statements(run))}
    if "{policy}" in run.argv:
        return {"{policy}": _made("benchmarks.judging", "tried", str(FOLDER / "tried.yaml"))}
    if "{rows}" in run.argv:
        return {"{rows}": _made("benchmarks.schedules", "rows", str(FOLDER / "schedules.csv"))}
    if "{task}" in run.argv:
        return _tasks()
    return {}


@cache
def store_of(size: str) -> Path:
    """Return the store of ``size``."""
    if size.startswith(SERVICED):
        return Path(_made("benchmarks.ledger", "build", size.removeprefix(SERVICED), str(FOLDER)))
    return Path(_made("benchmarks.book", size, str(FOLDER)))


@cache
def _made(module: str, *words: str) -> str:
    command = [sys.executable, "-m", module, *words]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout.strip()


def _statements(run: Run) -> Path:
    """Return the statements that a command asks the store, written down by running it."""
    file = FOLDER / f"{'-'.join(run.replays[:2])}-{run.store}.json"
    store = str(store_of(run.store))
    command = [sys.executable, "-m", "benchmarks.capture", str(file), "--store", store, *run.replays]
    environ = {**os.environ, **ENVIRONMENT}
    subprocess.run(command, cwd=ROOT, env=environ, stdout=subprocess.DEVNULL, check=True)
    return file


def _tasks() -> dict[str, str]:
    program = which("task")
    if program is None:
        raise Missing("taskwarrior is not installed")
    return {"{task}": program, "{file}": _made("benchmarks.tasks", str(TASKS), str(FOLDER))}


__all__ = ["COMMAND", "FOLDER", "Missing", "job_of", "store_of"]
