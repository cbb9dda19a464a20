"""The program in a child of this process, with real streams, limits and signals: no start to wait for."""

from __future__ import annotations

import os
import select
import signal
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import environment


@dataclass(frozen=True)
class Child:
    """A program that runs; ``wait`` returns its exit code and what it said on standard error."""

    pid: int
    err: Path

    def interrupt(self, after: float, number: int = signal.SIGINT) -> None:
        """Press Ctrl-C, or send another signal, after so many seconds, unless it is done by then."""
        watched = os.pidfd_open(self.pid)
        if not select.select([watched], [], [], after)[0]:
            os.kill(self.pid, number)
        os.close(watched)

    def wait(self) -> tuple[int, str]:
        _pid, status = os.waitpid(self.pid, 0)
        code = os.waitstatus_to_exitcode(status)
        said = self.err.read_text(encoding="utf-8")
        self.err.unlink()
        return code, said


def start(words: Sequence[str], folder: Path, prepare: Callable[[], None] = lambda: None) -> Child:
    """Run a command line in ``folder``; ``prepare`` changes the child's streams and limits first.

    Ctrl-C reaches it when it has begun, and not before.
    """
    handle, name = tempfile.mkstemp()  # not in ``folder``, whose disk may be full
    os.close(handle)
    err = Path(name)
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    pid = os.fork()
    if pid == 0:
        _become(words, folder, err, prepare)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    return Child(pid, err)


def _become(words: Sequence[str], folder: Path, err: Path, prepare: Callable[[], None]) -> None:
    code = 99
    try:
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(environment(folder / "home"))
        tempfile.tempdir = None
        for number, name in ((0, os.devnull), (1, os.devnull), (2, str(err))):
            os.dup2(os.open(name, os.O_RDWR | os.O_CREAT, 0o600), number)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        prepare()
        sys.stdin = _stream(0, "r")
        sys.stdout, sys.stderr = _stream(1, "w"), _stream(2, "w")
        sys.argv = ["loancrm", *words]
        code = _main()
    finally:
        os._exit(code)


def _stream(number: int, mode: str) -> object:
    """As Python does: a descriptor that is closed is no stream."""
    try:
        return os.fdopen(number, mode, encoding="utf-8")
    except OSError:
        return None


def _main() -> int:
    from loancrm.__main__ import main

    try:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    except KeyboardInterrupt:  # pressed before there was a program to hear it
        return 130
    try:
        main()
    except SystemExit as leaving:
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                stream.flush()
        return int(leaving.code or 0)
    except KeyboardInterrupt:
        return 98
    return 97
