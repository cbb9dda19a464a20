"""The second reader of a page, over another parser (lxml's): ``html_file`` compares what both see."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from loancrm.exchange.html_file import span


def read_again(text: str) -> list[list[str]]:
    """Return the cells of every row of all tables, as the tree of the page has them."""
    from lxml import etree

    parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    root = etree.fromstring(text.encode("utf-8", "surrogatepass"), parser)
    return [] if root is None else list(_rows(root))


def _rows(root: Any) -> Iterator[list[str]]:
    for mark in root.iter("br"):
        mark.tail = f" {mark.tail or ''}"
    reaching: dict[Any, dict[int, int]] = {}  # of each table: column -> rows that a cell still goes down
    for line in root.iter("tr"):
        owner = next(line.iterancestors("table"), root)
        above = reaching.get(owner, {})
        row, below = _cells(line, above)
        reaching[owner] = {column: left - 1 for column, left in above.items() if left > 1} | below
        yield row


def _cells(line: Any, above: dict[int, int]) -> tuple[list[str], dict[int, int]]:
    row: list[str] = []
    below: dict[int, int] = {}
    for cell in line.iterchildren("td", "th"):
        while len(row) in above:
            row.append("")
        start, height = len(row), span(cell.get("rowspan"))
        row += [" ".join(cell.xpath("string()").split()), *[""] * (span(cell.get("colspan")) - 1)]
        below |= {column: height - 1 for column in range(start, len(row)) if height > 1}
    while len(row) in above:
        row.append("")
    return row, below
