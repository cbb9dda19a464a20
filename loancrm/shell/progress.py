"""Progress on standard error, after a second, on a terminal."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

PATIENCE_SECONDS = 1.0
_WIDTH = 24


@contextmanager
def patience(text: str, *, visible: bool) -> Iterator[None]:
    """Say ``text`` once the work has taken a second; it is gone when something else is said."""
    if not visible:
        yield
        return
    said = threading.Event()

    def say() -> None:
        said.set()
        sys.stderr.write(text)
        sys.stderr.flush()

    timer = threading.Timer(PATIENCE_SECONDS, say)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        if said.is_set():
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


@contextmanager
def progress(text: str, *, visible: bool) -> Iterator[Callable[[int, int], None]]:
    """Yield a function to call with (done, of): it draws one line, and the line is gone at the end."""
    started = time.monotonic()
    drawn = False

    def tick(done: int, of: int) -> None:
        nonlocal drawn
        if not visible or time.monotonic() - started < PATIENCE_SECONDS:
            return
        drawn = True
        filled = _WIDTH * done // max(of, 1)
        line = f"{text} {'█' * filled}{'░' * (_WIDTH - filled)} {100 * done // max(of, 1):3d} %"
        sys.stderr.write(f"\r{line}")
        sys.stderr.flush()

    try:
        yield tick
    finally:
        if drawn:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
