"""Which cells of a sheet show their number as a percentage: 0.0435 that an officer sees as 4.35%.

The reader of workbooks gives numbers without their format; who writes ``rate: percent`` for such a column
would get a hundredth of the rate. ECMA-376 part 1, 18.8.30 (numFmt) and 18.3.1.4 (c).
"""

from __future__ import annotations

import html
import re
import zipfile
import zlib
from pathlib import Path
from typing import Any

from loancrm.exchange.source import Percent

_BUILT_IN = ("9", "10")  # 0% and 0.00%
_TAG = re.compile(rb"<(?:\w+:)?(sheet|Relationship|numFmt|xf|c)\s([^>]*)>")
_ATTRIBUTE = re.compile(r"([\w:]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_CELL = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


def mark_percentages(path: Path, sheet: str, cells: list[list[Any]]) -> None:
    """Make a ``Percent`` of each number of ``cells`` (of ``sheet``) that is shown as a percentage."""
    try:
        with zipfile.ZipFile(path) as archive:
            styles = _percent_styles(archive)
            shown = _cells_of(archive, sheet, styles) if styles else []
    except (KeyError, zipfile.BadZipFile, zlib.error, NotImplementedError, UnicodeDecodeError):
        return  # a workbook without these parts has no formats
    for row, column in shown:
        if row < len(cells) and column < len(cells[row]) and type(cells[row][column]) is float:
            number = cells[row][column]
            cells[row][column] = Percent(number) if number else number


def _tags(content: bytes, name: str) -> list[dict[str, str]]:
    return [_attributes(found[2]) for found in _TAG.finditer(content) if found[1].decode() == name]


def _attributes(text: bytes) -> dict[str, str]:
    found = _ATTRIBUTE.findall(text.decode("utf-8"))
    return {name: html.unescape(double or single) for name, double, single in found}


def _percent_styles(archive: zipfile.ZipFile) -> set[str]:
    """Return the numbers of the cell styles whose format is a percentage."""
    content = archive.read("xl/styles.xml")
    shown = {one["numFmtId"] for one in _tags(content, "numFmt") if _is_percent(one.get("formatCode", ""))}
    start = re.search(rb"<(?:\w+:)?cellXfs[\s>]", content)
    end = re.search(rb"</(?:\w+:)?cellXfs>", content)
    if start is None or end is None:
        return set()
    styles = _tags(content[start.start() : end.start()], "xf")
    return {str(n) for n, one in enumerate(styles) if one.get("numFmtId") in {*_BUILT_IN, *shown}}


def _is_percent(code: str) -> bool:
    """Say of a format whether it multiplies by a hundred: a percent sign that is no quoted text."""
    return "%" in re.sub(r'"[^"]*"|\\.', "", code)


def _cells_of(archive: zipfile.ZipFile, sheet: str, styles: set[str]) -> list[tuple[int, int]]:
    """Return row and column, from 0, of the cells of a sheet that have one of the styles."""
    sheets = {one["name"]: one for one in _tags(archive.read("xl/workbook.xml"), "sheet") if "name" in one}
    key = next((value for name, value in sheets.get(sheet, {}).items() if name.endswith(":id")), None)
    links = _tags(archive.read("xl/_rels/workbook.xml.rels"), "Relationship")
    target = next((one["Target"] for one in links if one.get("Id") == key), None)
    if target is None:
        return []
    content = archive.read(target.lstrip("/") if target.startswith("/") else f"xl/{target}")
    places = []
    for one in _tags(content, "c"):
        place = _CELL.fullmatch(one.get("r", ""))
        if one.get("s") in styles and place is not None:
            places.append((int(place[2]) - 1, _column(place[1])))
    return places


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1
