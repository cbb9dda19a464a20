"""Several processes at once: nothing is lost, nothing fails, the audit trail stays whole."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import REPO, environment
from tests.places import place

from .counting import COUNTER
from .helpers import asked

PROCESSES, STEPS = 8, 200


@pytest.mark.slow
def test_eight_processes_count_to_1600_without_losing_one(book: Path, home: Path) -> None:
    words = [sys.executable, "-m", "tests.commands.counting", place(book)]
    started = [
        subprocess.Popen(
            [*words, str(process), str(STEPS)],
            env=environment(home),
            cwd=REPO,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for process in range(PROCESSES)
    ]
    answers = [process.communicate(timeout=500) for process in started]
    assert [(process.returncode, err) for process, (_out, err) in zip(started, answers, strict=True)] == [
        (0, b"")
    ] * PROCESSES
    numbers = [int(number) for out, _err in answers for number in out.split()]
    everything = list(range(1, PROCESSES * STEPS + 1))
    assert sorted(numbers) == everything
    assert asked(book, "select next_value from sequence where name = ?", COUNTER) == [(len(everything) + 1,)]
    rows = asked(book, "select payload from audit where payload like '%\"process\"%' order by id")
    assert [json.loads(str(payload))["after"]["number"] for (payload,) in rows] == everything


@pytest.mark.slow
def test_eight_officers_at_the_command_line_lose_nothing(book: Path, home: Path) -> None:
    def add(process: int, number: int) -> subprocess.Popen[bytes]:
        name = f"学生{process}-{number}"
        words = ("--store", place(book), "customer", "add", "--kind", "student", "--name", name)
        return subprocess.Popen(
            [sys.executable, "-m", "loancrm", *words, "--idempotency-key", name],
            env=environment(home),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    for number in range(3):
        started = [add(process, number) for process in range(8)]
        answers = [process.communicate(timeout=300) for process in started]
        assert [process.returncode for process in started] == [0] * 8, answers
    names = {f"学生{process}-{number}" for process in range(8) for number in range(3)}
    stored = asked(book, "select number, name from customer order by number")
    assert [number for number, _name in stored] == list(range(1, 25))
    assert {name for _number, name in stored} == names
