"""Reads an old workbook (.xls) for ``sheet_file``, as a process of its own with bounded memory.

A damaged one can make the reader ask for all memory there is and abort: then this process ends, and the
import says that the workbook cannot be read.
"""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

MEMORY = 1 << 30
PATIENCE_SECONDS = 300


def read(path: Path, sheet: str | int | None) -> tuple[list[str], str | None, list[list[Any]]] | None:
    """Return the names of the sheets, the chosen one and its cells; None when it cannot be read."""
    words = [sys.executable, "-m", __name__, str(path), json.dumps(sheet)]
    try:
        done = subprocess.run(words, capture_output=True, timeout=PATIENCE_SECONDS, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        return None
    if done.returncode:
        return None
    found: tuple[list[str], str | None, list[list[Any]]] = pickle.loads(done.stdout)  # noqa: S301 - our own child
    return found


def _main(path: str, sheet: str | int | None) -> None:
    _limit_memory()
    from python_calamine import CalamineWorkbook

    from loancrm.exchange.sheet_file import chosen_of

    with CalamineWorkbook.from_path(path) as book:
        filled = [name for name in book.sheet_names if book.get_sheet_by_name(name).total_height > 0]
        name = chosen_of(book.sheet_names, filled, sheet)
        cells = [] if name is None else book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        sys.stdout.buffer.write(pickle.dumps((book.sheet_names, name, cells)))


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


if __name__ == "__main__":
    _main(sys.argv[1], json.loads(sys.argv[2]))
