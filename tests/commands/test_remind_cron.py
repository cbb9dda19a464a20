"""remind as cron runs it: a week in an empty environment, two at once, and one that is killed."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import REPO, Run
from tests.places import asked, place

from .reminding import at, fill

WEEK = [f"2026-11-{day}" for day in range(21, 29)]


@pytest.fixture
def told(cli: Run, book: Path) -> Path:
    fill(cli, book)
    return book


def started(book: Path, day: str, *words: str, out: int = subprocess.PIPE) -> subprocess.Popen[bytes]:
    """Start a run with PATH, our sources and the clock, and nothing else: no home, no locale, no terminal."""
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(REPO), **at(day)}
    line = [sys.executable, "-m", "loancrm", "--store", place(book), "remind", *words]
    return subprocess.Popen(
        line, env=env, cwd=book.parent, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.PIPE
    )


def ended(process: subprocess.Popen[bytes]) -> str:
    out, err = process.communicate(timeout=120)
    assert (process.returncode, err) == (0, b"")
    return out.decode()


def steps(text: str) -> list[str]:
    """Return the next steps that were said."""
    return [line.split("next step: ")[1] for line in text.splitlines() if "next step: " in line]


@pytest.mark.slow
def test_a_week_of_cron_says_each_line_on_its_day_and_nothing_on_the_others(told: Path, cli: Run) -> None:
    said = {}
    for day in WEEK:
        if day == "2026-11-26":
            late = ("followup", "add", "C-00002", "--on", "2026-11-26", "--what", "寄对账单")
            assert cli("--store", told, *late, env=at(day)).code == 0
        runs = [ended(started(told, day, "--all")) for _n in range(2)]  # cron runs it twice a day
        assert runs[1] == ""
        if steps(runs[0]):
            said[day] = steps(runs[0])
        else:
            assert "next step" not in runs[0]
    assert said == {
        "2026-11-21": ["送合同", "回访"],
        "2026-11-24": ["收材料13800138000"],
        "2026-11-26": ["寄对账单"],
    }


@pytest.mark.slow
def test_two_at_once_say_a_line_once(told: Path) -> None:
    for officer in ("li.wei", "zhao.min"):
        both = [started(told, "2026-11-21", "--officer", officer) for _n in range(4)]
        texts = [ended(process) for process in both]
        found = [step for text in texts for step in steps(text)]
        assert len(found) == 1, texts
    assert asked(told, "select count(*), count(distinct line) from reminder") == [(2, 2)]


@pytest.mark.slow
def test_who_is_killed_while_speaking_has_said_nothing(told: Path, cli: Run, home: Path) -> None:
    """The reader does not read on, so the run stands in the middle of its words when it is killed."""
    for n in range(20):  # more than the pipe holds
        what = f"第{n}项" + "很长的说明" * 30
        words = ("followup", "add", "C-00001", "--on", "2026-11-21", "--what", what)
        assert cli("--store", told, *words).code == 0
    reader, writer = os.pipe()
    fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, 4096)
    process = started(told, "2026-11-21", "--officer", "li.wei", out=writer)
    os.close(writer)
    first = os.read(reader, 1)  # it is speaking now, and will be stuck
    assert first
    process.send_signal(signal.SIGKILL)
    process.wait(timeout=60)
    process.stderr.close()  # type: ignore[union-attr]
    os.close(reader)
    assert asked(told, "select count(*) from reminder") == [(0,)]
    again = cli("--store", told, "remind", "--officer", "li.wei", "--format", "json", env=at("2026-11-21"))
    assert len(again.json) >= 21
