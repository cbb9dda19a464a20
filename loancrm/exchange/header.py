"""Where the table begins: title rows before it, a header in one row or two, totals after it."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain, islice
from typing import Any

from loancrm.errors import InvalidInput
from loancrm.exchange.source import BadRecord, Record, Row, Rows, Source, is_blank, text_of
from loancrm.i18n import _, listed

SEARCHED_ROWS = 40
TOTALS = ("合计", "总计", "小计", "共计", "本页合计", "total", "grand total", "subtotal", "sum")
LEAST_SIMILAR = 60.0  # of 100, by rapidfuzz's weighted ratio


def header_key(name: str) -> str:
    """Return what names of columns are compared by: without width, case, spaces and line breaks."""
    return "".join(name.lower().split()) if name.isascii() else _wide_key(name)


@lru_cache(maxsize=4_096)
def _wide_key(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def start(
    opened: Rows,
    wanted: Sequence[tuple[str, ...]],
    *,
    header_row: int | tuple[int, ...] | None,
    has_header: bool,
    totals: tuple[str, ...],
) -> Source:
    """Return the table in ``opened``; ``wanted`` are the columns it must have, each by its possible names.

    Without ``header_row`` the first row (or pair of rows) that has them all is the header.

    Raises:
        InvalidInput: no such row; the fault names the missing column and the likely one.
    """
    skipped: dict[str, int] = {}
    rows = iter(opened.rows)
    if not has_header:
        first = next((row for row in rows if not is_blank(row.cells)), None)
        width = len(first.cells) if isinstance(first, Record) else 0
        names, line = tuple(str(n) for n in range(1, width + 1)), 0
        rest: Iterator[Row] = chain([first] if first else [], rows)
    else:
        head = list(islice(rows, SEARCHED_ROWS))
        names, line, used = _given(head, header_row) if header_row else _found(head, wanted)
        if used > 1:
            skipped["title"] = sum(not is_blank(row.cells) for row in head[: used - 1]) - (
                len(_lines(header_row)) - 1
            )
        rest = chain(head[used:], rows)
    _refuse_missing(names, wanted)
    _refuse_double(names, wanted)
    skipped = {name: n for name, n in skipped.items() if n > 0}
    table = Source(names, line, iter(()), opened.how, opened.progress, opened.close, skipped)
    table.rows = _body(rest, len(names), totals, skipped)
    return table


def _lines(header_row: int | tuple[int, ...] | None) -> tuple[int, ...]:
    return header_row if isinstance(header_row, tuple) else (header_row or 1,)


def _given(head: list[Row], header_row: int | tuple[int, ...]) -> tuple[tuple[str, ...], int, int]:
    chosen = [row for row in head if row.line in _lines(header_row)]
    if len(chosen) != len(_lines(header_row)):
        raise InvalidInput(_("there is no row for the header there"), field="header_row", code="no_header")
    names = _names(chosen[0].cells) if len(chosen) == 1 else _joined(chosen[0].cells, chosen[1].cells)
    return names, chosen[-1].line, head.index(chosen[-1]) + 1


def _found(head: list[Row], wanted: Sequence[tuple[str, ...]]) -> tuple[tuple[str, ...], int, int]:
    best: tuple[int, tuple[str, ...], int, int] = (-1, (), 0, 0)
    for n, row in enumerate(head):
        options = [_names(row.cells)]
        if n + 1 < len(head):
            options.append(_joined(row.cells, head[n + 1].cells))
        for used, names in enumerate(options, n + 1):
            hits = sum(_place(names, one) is not None for one in wanted)
            if hits > best[0] and any(names):
                best = (hits, names, head[used - 1].line, used)
    if best[0] < 0:
        raise InvalidInput(_("the file is empty"), code="empty_file")
    return best[1:]


def _names(cells: Sequence[Any]) -> tuple[str, ...]:
    return tuple(" ".join(text_of(cell).split()) for cell in cells)


def _joined(upper: Sequence[Any], lower: Sequence[Any]) -> tuple[str, ...]:
    """Return a header of two rows: a heading over several columns stands before each of theirs."""
    width = max(len(upper), len(lower))
    above, names, group = _names(upper), [], ""
    for n, name in enumerate((*_names(lower), *[""] * (width - len(lower)))):
        here = above[n] if n < len(above) else ""
        group = here or (group if name else "")
        names.append(f"{group} {name}".strip() if group != name else name)
    return tuple(names)


def _place(names: Sequence[str], one: Sequence[str]) -> int | None:
    for name in one:
        if name in names:
            return names.index(name)
    keys = [header_key(name) for name in names]
    return next((keys.index(header_key(name)) for name in one if header_key(name) in keys), None)


def place(names: Sequence[str], one: Sequence[str]) -> int:
    """Return where the column with one of these names stands."""
    found = _place(names, one)
    assert found is not None, "the header was checked"
    return found


def _refuse_missing(names: Sequence[str], wanted: Sequence[tuple[str, ...]]) -> None:
    missing = [one for one in wanted if _place(names, one) is None]
    if not missing:
        return
    lines = [_missing(names, one, wanted) for one in missing]
    raise InvalidInput(
        "\n".join(lines),
        hint=_("change the name in the profile, or give both: column: [old, new]"),
        field=missing[0][0],
        code="missing_column",
    )


def _missing(names: Sequence[str], one: tuple[str, ...], wanted: Sequence[tuple[str, ...]]) -> str:
    from rapidfuzz import fuzz, process

    taken = {place for column in wanted if (place := _place(names, column)) is not None}
    free = [name for n, name in enumerate(names) if name and n not in taken]
    text = _("there is no column {name}").format(name=one[0])
    near = process.extractOne(one[0], free, scorer=fuzz.WRatio, score_cutoff=LEAST_SIMILAR)
    if near is not None:
        return _("{text}; it is probably {name} now").format(text=text, name=near[0])
    return _("{text}; there are {names}").format(text=text, names=listed(free[:12])) if free else text


def _refuse_double(names: Sequence[str], wanted: Sequence[tuple[str, ...]]) -> None:
    keys = [header_key(name) for name in names]
    for one in wanted:
        if keys.count(header_key(names[place(names, one)])) > 1:
            raise InvalidInput(
                _("two columns are called {name}").format(name=names[place(names, one)]),
                hint=_("give one of them another name"),
                code="duplicate_header",
            )


def _body(rows: Iterable[Row], width: int, totals: tuple[str, ...], skipped: dict[str, int]) -> Iterator[Row]:
    starts = {total[0] for total in totals}
    for row in rows:
        if isinstance(row, BadRecord):
            yield row
            continue
        first = row.cells[0] if row.cells else None
        if type(first) is str and _is_plainly_said(first, starts):
            yield row if len(row.cells) == width else _of_width(row, width)
        elif is_blank(row.cells):
            skipped["blank"] = skipped.get("blank", 0) + 1
        elif totals and _is_total(row.cells, totals):
            skipped["total"] = skipped.get("total", 0) + 1
        else:
            yield _of_width(row, width)


def _is_plainly_said(first: str, starts: Collection[str]) -> bool:
    """Say of a row by its first letter that it is neither blank nor a total, as of most."""
    return first.isascii() and first[:1].isalnum() and first[0].lower() not in starts


def _is_total(cells: Sequence[Any], totals: tuple[str, ...]) -> bool:
    first = next((text for cell in cells if (text := text_of(cell)) and not text.isspace()), "")
    return header_key(first).rstrip(":") in totals


def _of_width(row: Record, width: int) -> Row:
    cells = row.cells
    if len(cells) == width:
        return row
    if len(cells) > width and is_blank(cells[width:]):
        return Record(row.line, cells[:width])
    reason = _("has {n} cells; the header has {width}").format(n=len(cells), width=width)
    return BadRecord(row.line, "ragged", reason, tuple(cells))
