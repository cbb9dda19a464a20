"""A child that does something and is killed on the way: what it told before is all that is known of it."""

from __future__ import annotations

import os
import select
import signal
from collections.abc import Callable

Tell = Callable[[str], None]


def in_child(work: Callable[[Tell], None]) -> tuple[int, int]:
    """Fork a child that does ``work`` and tells through a pipe what was acknowledged."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reader)
        try:
            work(lambda text: os.write(writer, f"{text}\n".encode()) and None)
        finally:
            os._exit(0)
    os.close(writer)
    return pid, reader


def killed_after(pid: int, reader: int, seconds: float) -> list[str]:
    """Kill the child after a while, or when it is done; return what it told."""
    told = b""
    rest = seconds
    while select.select([reader], [], [], rest)[0]:
        block = os.read(reader, 4096)
        if not block:
            break
        told += block
        rest = 0.0 if told.count(b"\n") > 3 else rest / 2
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    while block := os.read(reader, 4096):
        told += block
    os.close(reader)
    return told.decode().splitlines()
