"""Several processes at once: nothing is lost, nothing fails, the audit trail stays whole."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from loancrm.engine import make_engine, writing
from tests.conftest import REPO, Run, environment
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


def test_two_redemptions_at_once_never_spend_more_than_there_is(cli: Run, full: Path, home: Path) -> None:
    """Both begin while the points are enough for one, and wait for a third writer: one gets them."""
    given = cli("--store", full, "loyalty", "adjust", "C-00001", "+60", "--why", "gift")
    assert given.code == 0, given.err
    where = place(full)
    engine = make_engine(where if "://" in where else full)
    words = ("--store", where, "loyalty", "redeem", "C-00001", "fee_voucher", "--format", "json")
    with writing(engine):
        started = [
            subprocess.Popen(
                [sys.executable, "-m", "loancrm", *words],
                env=environment(home),
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            )
            for _n in range(2)
        ]
        said = [_first_line(process) for process in started]
        assert all("waiting" in one for one in said), said
    engine.dispose()
    answers = [process.communicate(timeout=60) for process in started]
    codes = [process.returncode for process in started]
    assert sorted(codes) == [0, 5], answers
    (receipt,) = [json.loads(out) for out, _err in answers if out]
    assert (receipt["points"], receipt["balance"]) == (-50, 10)
    assert b"too_few_points" in answers[codes.index(5)][1]
    page = cli("--store", full, "loyalty", "show", "C-00001", "--format", "json").json
    assert (page["balance"], [one["points"] for one in page["entries"]]) == (10, [-50, 60])


def _first_line(process: subprocess.Popen[bytes]) -> str:
    """Return the first line that a process says on stderr: that it waits."""
    assert process.stderr is not None
    return process.stderr.readline().decode()
