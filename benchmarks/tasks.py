"""Taskwarrior's own data, to compare a day's list with: ``python -m benchmarks.tasks TASKS FOLDER``.

As many tasks are due on a day as an officer has customers, and the list of that day is asked for.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path

DUE_TODAY = 250
DAY = 86_400


def folder_of(tasks: int, folder: Path) -> Path:
    """Return the configuration over so many tasks; they are written anew for today."""
    data = folder / f"tasks-{tasks}"
    data.mkdir(parents=True, exist_ok=True)
    with (data / "pending.data").open("w", encoding="utf-8") as out:
        out.writelines(_lines(tasks, int(time.time()) // DAY * DAY + DAY // 2))
    settings = data / "taskrc"
    settings.write_text(f"data.location={data}\nconfirmation=off\nverbose=nothing\nnews.version=9.9.9\n")
    return settings


def _lines(tasks: int, noon: int) -> Iterator[str]:
    for n in range(tasks):
        due = noon if n % (tasks // DUE_TODAY) == 0 else noon + (n % 700 - 350 or 1) * DAY
        uuid = f"{n:08x}-0000-4000-8000-{n:012x}"
        made = f'entry:"{noon - 30 * DAY}" project:"o{n % 400:05d}" status:"pending" uuid:"{uuid}"'
        yield f'[description:"客户{n}：谈续贷" due:"{due}" {made}]\n'


if __name__ == "__main__":
    print(folder_of(int(sys.argv[1]), Path(sys.argv[2])))
