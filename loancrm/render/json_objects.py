"""Rows as JSON objects, each on one line; shared by JSON and JSONL."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from loancrm.render.cells import in_json
from loancrm.render.columns import Column, reader
from loancrm.render.safe import json_safe

PIECES = 4096  # of a document, put together before they are written


def pieces(
    item: object, columns: Sequence[Column], *, unmask: bool, indent: int | None = None
) -> Iterator[bytes]:
    """Yield one object with the keys of ``columns``, piece by piece: what is many is made on the way."""
    read = reader(columns, unmask=unmask)(item)
    body = {
        column.key: in_json(column, late=True)(value) for column, value in zip(columns, read, strict=True)
    }
    encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, indent=indent)
    found = map(json_safe, encode.iterencode(body))
    while piece := "".join(islice(found, PIECES)):
        yield piece.encode()


def encoder(columns: Sequence[Column], *, unmask: bool) -> Callable[[object], bytes]:
    """Return a function that writes a row as a JSON object with the keys of ``columns``.

    Characters that could act on a terminal are escaped; every string reads back as it was.
    """
    read = reader(columns, unmask=unmask)
    parts = [(column.key, in_json(column)) for column in columns]

    def encode(row: object) -> bytes:
        body = {key: convert(value) for (key, convert), value in zip(parts, read(row), strict=True)}
        return json_safe(json.dumps(body, ensure_ascii=False, allow_nan=False)).encode()

    return encode
