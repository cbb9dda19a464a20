"""A first profile for a file nobody has described yet: from its header, and from what its rows look like."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from loancrm.errors import InvalidInput
from loancrm.exchange.days import day_in_name, day_reader
from loancrm.exchange.header import header_key
from loancrm.exchange.opening import open_rows
from loancrm.exchange.profile import UNITS, Format
from loancrm.exchange.source import Record, Rows, text_of
from loancrm.exchange.synonyms import NAMES, SIGNS
from loancrm.exchange.targets import KINDS, TARGETS
from loancrm.i18n import _, listed

SAMPLE = 200
_DAY_FORMS = ("iso", "ymd", "yyyymmdd", "any", "%d.%m.%Y", "%m/%d/%Y", "%d/%m/%Y", "%d-%b-%y")
_DEFAULTS = {
    "customer.kind": "{constant: enterprise}",
    "contact.channel": "{constant: phone}",
    "contact.outcome": "{constant: reached}",
    "feedback.kind": "{constant: complaint}",
    "feedback.channel": "{constant: phone}",
}


@dataclass(frozen=True, slots=True)
class Draft:
    """A drafted profile as YAML, and what it rests on."""

    kind: str
    text: str
    mapped: int
    unmapped: tuple[str, ...]


def draft(path: Path, kind: str | None) -> Draft:
    """Draft a profile for ``path``; without ``kind`` the header tells it.

    Raises:
        LoanCrmError: the file cannot be read as a table, or no kind fits its header.
    """
    opened = open_rows(path, Format())
    try:
        head = [row for row in islice(opened.rows, SAMPLE) if isinstance(row, Record)]
    finally:
        opened.close()
    place = _header_place(head)
    names = [" ".join(text_of(cell).split()) for cell in head[place].cells]
    kind = kind or _kind(names)
    found = _targets(kind, names)
    samples = [row.cells for row in head[place + 1 :]]
    lines = [
        _line(target, names[n], [row[n] for row in samples if n < len(row)]) for target, n in found.items()
    ]
    unmapped = tuple(name for n, name in enumerate(names) if name and n not in found.values())
    text = "\n".join(
        [*_top(kind, opened, head[place].line, path), *lines, *_rest(kind, found, unmapped, path), ""]
    )
    return Draft(kind, text, len(found), unmapped)


def _header_place(head: list[Record]) -> int:
    """Return where the header is: the row that knows most names, else the first with most texts."""
    if not head:
        raise InvalidInput(_("the file is empty"), code="empty_file")
    known = {_bare_key(name) for names in NAMES.values() for name in names}

    def score(row: Record) -> tuple[int, int]:
        keys = [_bare_key(text_of(cell)) for cell in row.cells]
        return sum(key in known for key in keys), sum(bool(key) for key in keys)

    return max(range(min(len(head), 20)), key=lambda n: (*score(head[n]), -n))


def _kind(names: list[str]) -> str:
    for kind, signs in SIGNS:
        if set(signs) <= set(_targets(kind, names)):
            return kind
    raise InvalidInput(
        _("the header does not tell what kind of file this is"),
        field="--kind",
        hint=_("say it: --kind {kinds}").format(kinds=listed(KINDS)),
    )


def _targets(kind: str, names: list[str]) -> dict[str, int]:
    """Return where the column of each target stands; a column serves one target, the likeliest first."""
    keys = [_bare_key(name) for name in names]
    found: dict[str, int] = {}
    for rank in range(max(map(len, NAMES.values()))):
        for target in TARGETS[kind]:
            options = NAMES.get(target, ())
            if target in found or rank >= len(options) or _bare_key(options[rank]) not in keys:
                continue
            place = keys.index(_bare_key(options[rank]))
            if place not in found.values():
                found[target] = place
    return {target: found[target] for target in TARGETS[kind] if target in found}


def _bare_key(name: str) -> str:
    """Return what a column is compared by, without the unit behind it: 贷款金额(万元) is 贷款金额."""
    return header_key(re.sub(r"(?<=.)[(（][^()（）]*[)）]$", "", name.strip()))


def _top(kind: str, opened: Rows, header_line: int, path: Path) -> list[str]:
    how = {name: value for name, value in opened.how.items() if name in ("encoding", "delimiter", "sheet")}
    if header_line > 1:
        how["header_row"] = str(header_line)
    form = ", ".join(
        f"{name}: {value if name == 'header_row' else _quoted(value)}" for name, value in how.items()
    )
    pattern = re.sub(r"[0-9]{4}[-_.]?[0-9]{2}[-_.]?[0-9]{2}", "*", path.name)
    lines = [
        "# "
        + _("Drafted from the header; read it, and try it: loancrm import {kind} FILE --profile THIS").format(
            kind=kind
        ),
        f"kind: {kind}",
        f"format: {{{form}}}",
        f"files: [{_quoted(pattern)}]",
    ]
    if kind == "snapshots":
        lines.append("extract: partial              # full: " + _("a loan that is missing is asked about"))
    return [*lines, "columns:"]


def _rest(kind: str, found: dict[str, int], unmapped: tuple[str, ...], path: Path) -> list[str]:
    lines = [f"  {target}: {value}" for target, value in _DEFAULTS.items() if _wants(kind, target, found)]
    if kind == "snapshots" and "snapshot.on" not in found and day_in_name(path.name):
        lines.append("  snapshot.on: {file_name: true}")
    for target, one in TARGETS[kind].items():
        if one.is_needed and target not in found and target not in _DEFAULTS:
            lines.append(f"  {target}: ???             # " + _("needed: name its column"))
    lines += [f"  # {_('not mapped')}: {_quoted(name)}" for name in unmapped]
    return lines


def _wants(kind: str, target: str, found: dict[str, int]) -> bool:
    needed = target in TARGETS[kind] and target not in found
    return needed and (
        target != "customer.kind" or ("customer.name" in found and kind in ("customers", "loans"))
    )


def _line(target: str, name: str, cells: list[Any]) -> str:
    texts = [text_of(cell).strip() for cell in cells if isinstance(cell, str) and cell.strip()]
    reading = next(one.reading for kind in KINDS for key, one in TARGETS[kind].items() if key == target)
    more: dict[str, str] = {}
    note = ""
    if reading == "date" and texts:
        form = next((form for form in _DAY_FORMS if all(day_reader((form,))(text) for text in texts)), None)
        more |= {} if form in (None, "iso") else {"date": _quoted(str(form))}
        note = (
            "   # " + _("month/day or day/month? check") if form == "%m/%d/%Y" and _ambiguous(texts) else ""
        )
    elif reading == "amount":
        unit = next(
            (unit for unit in sorted(UNITS, key=len, reverse=True) if f"({unit})" in _narrow(name)), None
        )
        more |= {"unit": unit} if unit not in (None, "元") else {}
        more |= {"thousands": '","'} if any(re.search(r"[0-9],[0-9]{3}", text) for text in texts) else {}
    elif reading == "rate":
        more["rate"] = "percent"
    if not more:
        return f"  {target}: {_quoted(name)}{note}"
    spec = ", ".join(f"{key}: {value}" for key, value in more.items())
    return f"  {target}: {{column: {_quoted(name)}, {spec}}}{note}"


def _ambiguous(texts: list[str]) -> bool:
    return all(day_reader(("%d/%m/%Y",))(text) for text in texts)


def _narrow(name: str) -> str:
    return name.replace("（", "(").replace("）", ")")


def _quoted(text: str) -> str:
    """Return a text as YAML reads it back."""
    return (
        text
        if re.fullmatch(r"[^\W\d][\w ]*", text) and text.lower() not in ("null", "true", "false")
        else json.dumps(text, ensure_ascii=False)
    )
