"""One JSON object that has many of something is written on the way: it never stands in memory whole."""

from __future__ import annotations

import json
import tracemalloc
from typing import Any, BinaryIO

import pytest

from loancrm.render.columns import Column
from loancrm.render.output import Options, write_one
from loancrm.spool import Seen, Spool

COLUMNS = (
    Column("n", "n", "int"),
    Column("moved", "moved", "nested"),
    Column("classes", "classes", "nested"),
)
MANY = 40_000


class Counted:
    """What takes bytes in and forgets them."""

    def __init__(self) -> None:
        self.length = 0

    def write(self, piece: bytes) -> int:
        self.length += len(piece)
        return len(piece)

    def writelines(self, pieces: Any) -> None:
        for piece in pieces:
            self.write(piece)


def written(item: object, output: str) -> Any:
    from io import BytesIO

    out = BytesIO()
    write_one(item, COLUMNS, out, Options(format=output))
    return json.loads(out.getvalue()), out.getvalue().decode()


@pytest.mark.parametrize("output", ["json", "jsonl"])
def test_what_is_made_on_the_way_reads_as_a_list_does(output: str) -> None:
    spool: Spool[Any] = Spool(lambda values: values)
    rows = [{"customer": f"C-{n}", "reason": "逾期\u202e\n≥ 7", "from": None} for n in range(3)]
    for row in rows:
        spool.add(row)
    seen = Seen(rows, dict)
    empty: Spool[Any] = Spool(dict)
    late, text = written({"n": 3, "moved": spool, "classes": {"a": {"moved": seen}, "b": empty}}, output)
    plain, as_before = written({"n": 3, "moved": rows, "classes": {"a": {"moved": rows}, "b": []}}, output)
    assert late == plain == {"n": 3, "moved": rows, "classes": {"a": {"moved": rows}, "b": []}}
    assert text == as_before
    assert "\u202e" not in text


@pytest.mark.parametrize("output", ["json", "jsonl"])
def test_memory_does_not_grow_with_what_is_written(output: str) -> None:
    members = Seen(
        range(MANY), lambda n: {"customer": f"C-{n:05d}", "name": "华达机械有限公司", "why": "x" * 80}
    )
    out: Any = Counted()
    sink: BinaryIO = out
    tracemalloc.start()
    write_one({"n": MANY, "moved": members, "classes": {}}, COLUMNS, sink, Options(format=output))
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert out.length > MANY * 100
    assert most < out.length / 4
