"""The rows that were left out, in a file that can be mended and fed again with the same profile."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from loancrm.copies import part_of, put_in_place
from loancrm.errors import Refused
from loancrm.exchange.importing import Rejects
from loancrm.exchange.source import text_of
from loancrm.i18n import _

_LIVE = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


_ENDING = ".rejects.csv"


def is_rejects(path: Path) -> bool:
    """Say whether a file's name is one that rejected rows were set aside under: it is fed again by name."""
    return path.name.casefold().endswith(_ENDING)


def rejects_path(named: str | None, file: Path, *, force: bool) -> Path:
    """Return where rejected rows go: ``NAME.rejects.csv`` in the current folder unless named.

    Raises:
        Refused: something is there already.
    """
    path = Path(named) if named else Path(f"{file.stem}{_ENDING}")
    if os.path.lexists(path) and (not force or path.is_symlink() or not path.is_file()):
        raise Refused(
            _("{path} is there already").format(path=path),
            field="--rejects",
            hint=_("mend and import it, or write over it with --force"),
            code="exists",
        )
    return path


@contextmanager
def set_aside(*, force: bool) -> Iterator[Callable[[Path, Rejects], None]]:
    """Yield what writes rejected rows to a file that gets its name when all went well.

    It is called before the import is kept: rows that cannot be set aside are not left out.
    """
    with ExitStack() as stack:
        whole: list[tuple[Path, Path]] = []

        def write(path: Path, rejects: Rejects) -> None:
            if rejects.rows:
                part = stack.enter_context(part_of(path))
                _write(part, rejects)
                whole.append((part, path))

        yield write
        for part, path in whole:
            put_in_place(part, path, force=force)


def _write(path: Path, rejects: Rejects) -> None:
    """Write the rows as they stood, under their header in the row where the profile looks for it."""
    with path.open("w", encoding=rejects.encoding or "utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=rejects.delimiter)
        for _row in range(rejects.header_line - 1):
            writer.writerow([])
        if rejects.header_line:
            writer.writerow([_plain(name) for name in rejects.header])
        writer.writerows([_plain(cell) for cell in row] for row in rejects.rows)


def _plain(cell: Any) -> str:
    """Return a cell as text that a spreadsheet does not run; the import takes the mark away again."""
    text = text_of(cell)
    return f"'{text}" if text.startswith(_LIVE) and not _is_number(text) else text


def _is_number(text: str) -> bool:
    return text[1:].replace(".", "", 1).replace(",", "").isdigit()
