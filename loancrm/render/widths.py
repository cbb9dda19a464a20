"""How wide each column of a table is: numbers and codes whole, headings broken, names cut last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

GAP = 2
NARROWEST_TEXT = 12
NARROWEST_BAR = 8
WIDEST_BAR = 36


@dataclass(frozen=True, slots=True)
class Natural:
    """What a column would take.

    Attributes:
        cells: width of its widest cell.
        heading: width of its heading on one line.
        word: width of the longest word of the heading.
        elastic: whether its cells may be cut.
    """

    cells: int
    heading: int
    word: int
    elastic: bool


def fit(columns: Sequence[Natural], room: int) -> list[int]:
    """Return the widths that bring ``columns`` into ``room``, as far as that is possible.

    First headings of inelastic columns break at spaces, widest excess first; then the widest elastic
    column shrinks, and again, down to ``NARROWEST_TEXT``. What still does not fit stays too wide: a cut
    number is worse than a long line.
    """
    room -= GAP * (len(columns) - 1)
    widths = [
        min(max(c.cells, c.heading), max(room, c.heading)) if c.elastic else max(c.cells, c.heading)
        for c in columns
    ]
    floors = [
        min(NARROWEST_TEXT, width) if c.elastic else max(c.cells, c.word)
        for c, width in zip(columns, widths, strict=True)
    ]
    for elastic in (False, True):
        group = [place for place, column in enumerate(columns) if column.elastic is elastic]
        _shrink(widths, floors, group, room)
    return widths


def _shrink(widths: list[int], floors: Sequence[int], group: Sequence[int], room: int) -> None:
    """Take from the columns of ``group`` what exceeds ``room``, one at a time from the widest."""
    for _step in range(sum(widths) - room):
        spare = [place for place in group if widths[place] > floors[place]]
        if not spare:
            return
        widths[max(spare, key=lambda place: widths[place])] -= 1
