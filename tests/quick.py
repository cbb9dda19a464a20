"""What makes a run of the tests quick, and changes nothing of what they find.

Tests write thousands of small books, and each commit waits for the disk: on a busy one ten times longer than
it computes. Where the machine offers a folder in memory with room in it, they live there; a killed process
does not lose what the system holds, so nothing that is tested needs the disk.

Each command line has an engine of its own, which would compile each statement anew. Here they share what
was compiled, and what Typer found in the functions of the commands. What that keeps is never garbage: it is
not looked through for some as often.
"""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import typer.main
from sqlalchemy import Connection, Engine, event

MEMORY = Path("/dev/shm")
ROOM = 4 << 30
TEMPORARY = "PYTEST_DEBUG_TEMPROOT"  # where pytest makes its folders
MOST = 3_000  # statements; those of a test that makes them by chance would fill the memory


def in_memory() -> Path | None:
    """Return a folder in memory with room for a run."""
    return MEMORY if os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM else None


def use_memory() -> None:
    """Let pytest make its folders in memory, unless somebody says where."""
    folder = in_memory()
    if folder is not None:
        os.environ.setdefault(TEMPORARY, str(folder))


class _Compiled(dict[Any, Any]):
    """Statements by what they say; an engine's own key begins with its dialect, which each makes anew."""

    def get(self, key: Any, default: Any = None) -> Any:
        return super().get(key[1:], default)

    def __setitem__(self, key: Any, compiled: Any) -> None:
        if len(self) > MOST:
            self.clear()
        super().__setitem__(key[1:], compiled)


_compiled: dict[str, _Compiled] = {}


def compile_once() -> None:
    """Let all engines of a kind in this process share what was compiled."""
    event.listen(Engine, "engine_connect", _share)


def _share(connection: Connection) -> None:
    shared = _compiled.setdefault(connection.dialect.name, _Compiled())
    connection.execution_options(compiled_cache=shared)


def read_signatures_once() -> None:
    """Let Typer read each function's parameters once: for a command line it reads all of the group's."""
    known: WeakKeyDictionary[Callable[..., Any], Any] = WeakKeyDictionary()
    read = typer.main.get_params_from_function

    def remembered(function: Callable[..., Any]) -> Any:
        if function not in known:
            known[function] = read(function)
        return known[function]

    typer.main.get_params_from_function = remembered


def collect_rarely() -> None:
    """Look for garbage less often: a run keeps millions of objects, and looked through them all the time."""
    gc.set_threshold(50_000, 20, 50)
