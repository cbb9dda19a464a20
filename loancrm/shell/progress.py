"""Progress on standard error, after a second, on a terminal."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

PATIENCE_SECONDS = 1.0
_WIDTH = 24


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
