"""CSV and its relatives, row by row; a row that cannot be read is a bad record with its line."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from loancrm.errors import InvalidInput
from loancrm.exchange.encodings import NAMES, detect_delimiter, detect_encoding, not_text
from loancrm.exchange.source import BadRecord, Record, Row, Rows
from loancrm.i18n import _

FIELD_LIMIT = 131_072
_PEEKED_LINES = 20


def open_text(path: Path, encoding: str | None, delimiter: str | None) -> Rows:
    """Open a delimited text file; an encoding or delimiter that is not given is found out.

    Raises:
        InvalidInput: not text, an encoding that is not known, or bytes that do not fit it.
    """
    used = encoding or detect_encoding(path)
    read_as = _reading(used)
    size = path.stat().st_size
    raw = path.open("rb")
    try:
        lines = io.TextIOWrapper(raw, encoding=read_as, errors="strict", newline="")
        head = [line.rstrip("\r\n") for line in _decoded(islice(lines, _PEEKED_LINES), path, read_as)]
        lines.seek(0)
        mark = delimiter or detect_delimiter(head)
        how = {
            "encoding": used.removesuffix("-sig") if encoding is None else encoding,
            "encoding_by": "profile" if encoding else "detected",
            "delimiter": NAMES.get(mark, mark),
        }
        skip = 1 if head and head[0].lower().startswith("sep=") else 0
        rows = _rows(_decoded(lines, path, read_as), mark, skip)
    except BaseException:
        raw.close()
        raise
    return Rows(rows, how, lambda: (raw.tell() if not raw.closed else size, size), lines.close)


def _reading(encoding: str) -> str:
    """Return the name Python reads by; whatever is Chinese is read as GB 18030, which holds all of it."""
    name = encoding.lower().replace("_", "-")
    if name in ("gbk", "gb2312", "cp936", "ansi"):
        return "gb18030"
    if name in ("utf-8", "utf8"):
        return "utf-8-sig"
    try:
        "".encode(encoding)
    except LookupError:
        raise InvalidInput(
            _("there is no encoding {name}").format(name=encoding[:40]), field="encoding"
        ) from None
    return encoding


def _decoded(lines: Iterator[str], path: Path, encoding: str) -> Iterator[str]:
    try:
        yield from lines
    except UnicodeDecodeError:
        message = _("line {line} does not fit the encoding").format(line=_misfit(path, encoding))
        hint = _("name the encoding in the profile: format: {encoding: gb18030}")
        raise InvalidInput(message, hint=hint, code="wrong_encoding") from None
    except UnicodeError:
        raise not_text() from None


def _misfit(path: Path, encoding: str) -> int:
    """Return the first line that does not fit; blocks are decoded long before their lines are read."""
    decode = codecs.getincrementaldecoder(encoding)().decode
    line = 1
    with path.open("rb") as file:
        for raw in file:
            try:
                decode(raw)
            except UnicodeDecodeError:
                break
            line += 1
    return line


def _rows(lines: Iterator[str], delimiter: str, skip: int) -> Iterator[Row]:
    csv.field_size_limit(FIELD_LIMIT)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    for _line in range(skip):
        next(reader, None)
    line = reader.line_num + 1
    while True:
        try:
            for cells in reader:
                if "\0" in "".join(cells):
                    yield BadRecord(line, "unreadable", _("holds a NUL character"), tuple(cells))
                else:
                    yield Record(line, cells)
                line = reader.line_num + 1
        except csv.Error as problem:
            if "unexpected end of data" in str(problem):
                raise _unclosed(line) from None
            yield _bad(line, str(problem))
            line = reader.line_num + 1
        else:
            return


def _unclosed(line: int) -> InvalidInput:
    return InvalidInput(
        _("line {line}: a quotation mark is opened and never closed").format(line=line),
        hint=_("mend that line: all that follows it would be one cell"),
        code="unclosed_quote",
    )


def _bad(line: int, problem: str) -> BadRecord:
    if "field larger" in problem:
        return BadRecord(
            line, "too_long", _("a cell is longer than {limit} characters").format(limit=FIELD_LIMIT)
        )
    if "NUL" in problem:
        return BadRecord(line, "unreadable", _("holds a NUL character"))
    return BadRecord(line, "unreadable", _("quotation marks inside a cell are not doubled"))
