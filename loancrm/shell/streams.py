"""The three streams of the process: there whatever the caller closed, and in UTF-8 whatever the locale."""

from __future__ import annotations

import os
import sys


def prepare() -> None:
    """Make the streams usable; a closed one reads nothing and writes nowhere.

    What is not UTF-8 comes in as surrogates, which every reader of text refuses; what a terminal lacks
    goes out as a backslash and its number.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:  # closed by the caller, as cron and some services do
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115 - for the whole run
    for stream, errors in (
        (sys.stdin, "surrogateescape"),
        (sys.stdout, "backslashreplace"),
        (sys.stderr, "backslashreplace"),
    ):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors=errors)


def drop_output() -> None:
    """Point standard output at nothing, so that Python's own flush at the end stays silent."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
