"""Charts of a page as SVG inside it: bars, and lines over months. The figures stand in a table too."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Literal

from loancrm.i18n import language
from loancrm.numerals import MILLION, format_money, format_ratio
from loancrm.render.safe import one_line
from loancrm.typeset import display_width

Unit = Literal["ratio", "money"]
WIDTH, BAR, GAP, PLOT = 460, 16, 6, 150
LETTER = 8  # how wide a letter is, in the units of the picture
MOST_LABEL = 168
LEFT, RIGHT, TOP, BOTTOM = 56, 8, 12, 24
TICKS = 4
MOST_DAYS = 5  # labels below a chart of lines
NICE = (10, 20, 25, 50, 100)
SIZES = {"en": ((10**9, "bn"), (10**6, "m"), (10**3, "k")), "zh_CN": ((10**8, "亿"), (10**4, "万"))}
LINES = 4  # that can be told apart


@dataclass(frozen=True, slots=True)
class Chart:
    """Figures drawn: ``labels`` say what each value is of; a value of None is a gap.

    ``unit``: millionths or minor units. ``bars`` draw the first series only.
    """

    kind: Literal["bars", "lines"]
    title: str
    labels: Sequence[str]
    series: Sequence[tuple[str, Sequence[int | None]]]
    unit: Unit = "ratio"

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw; a line needs two points."""
        known = [value for _name, values in self.series for value in values if value is not None]
        return not any(known) or (self.kind == "lines" and len(self.labels) < 2)


def svg(chart: Chart) -> str:
    """Return the picture as markup, its texts escaped; nothing where there is nothing to draw."""
    if chart.is_empty:
        return ""
    height, inside = (_bars if chart.kind == "bars" else _lines)(chart)
    name = _text(chart.title)
    head = f'<figcaption>{name}</figcaption><svg class="chart" viewBox="0 0 {WIDTH} {height}" role="img" '
    return "".join((head, f'aria-label="{name}">', *inside, "</svg>"))


def _text(text: str) -> str:
    return escape(one_line(text), quote=True)


def _words(unit: Unit) -> Callable[[int], str]:
    return format_ratio if unit == "ratio" else format_money


def _put(x: float, y: float, text: str, style: str = "", anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{style}" text-anchor="{anchor}">{_text(text)}</text>'


def _bars(chart: Chart) -> tuple[int, list[str]]:
    values, words = chart.series[0][1], _words(chart.unit)
    longest = max(map(display_width, chart.labels)) * LETTER
    left = min(longest, MOST_LABEL) + 14
    room = max(display_width(words(value or 0)) for value in values) * LETTER + 10
    most = max(value or 0 for value in values) or 1
    parts = []
    for place, (label, value) in enumerate(zip(chart.labels, values, strict=True)):
        top = place * (BAR + GAP)
        length = max(value or 0, 0) * (WIDTH - left - room) / most
        parts.append(_put(left - 8, top + BAR - 3, _cut(label), anchor="end"))
        if value is not None:
            drawn = max(length, 1) if value else 0
            parts.append(f'<rect class="s0" x="{left}" y="{top}" width="{drawn:.1f}" height="{BAR}"/>')
            parts.append(_put(left + drawn + 6, top + BAR - 3, words(value)))
    return len(values) * (BAR + GAP), parts


def _cut(label: str) -> str:
    most = MOST_LABEL // LETTER
    if display_width(label) <= most:
        return label
    while display_width(label) > most - 1:
        label = label[:-1]
    return label + "…"


def _lines(chart: Chart) -> tuple[int, list[str]]:
    top = _step(chart) * TICKS
    parts = list(_grid(chart, top))
    for place, (name, values) in enumerate(chart.series[:LINES]):
        parts.extend(_line(values, place, top))
        x = LEFT + place * (WIDTH - LEFT - RIGHT) / LINES
        y = TOP + PLOT + BOTTOM + 14
        parts.append(f'<path class="l{place}" d="M{x:.1f} {y - 4}h22"/>')
        parts.append(_put(x + 28, y, name))
    return TOP + PLOT + BOTTOM + 22, parts


def _step(chart: Chart) -> int:
    """Return the distance of two lines of the grid: a round number, so that all values lie below the top."""
    most = max(value or 0 for _name, values in chart.series for value in values)
    unit = 1
    while True:
        for nice in NICE:
            if nice * unit * TICKS >= most:
                return nice * unit
        unit *= 10


def _grid(chart: Chart, top: int) -> Iterator[str]:
    for tick in range(TICKS + 1):
        y = TOP + PLOT - PLOT * tick / TICKS
        yield f'<path class="grid" d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}"/>'
        yield _put(LEFT - 6, y + 4, _tick(top * tick // TICKS, chart.unit), "tick", "end")
    every = -(-len(chart.labels) // MOST_DAYS)
    last = len(chart.labels) - 1
    for place, label in enumerate(chart.labels):
        if (last - place) % every == 0:
            x, anchor = _x(place, len(chart.labels)), "end" if place == last else "middle"
            yield _put(x, TOP + PLOT + 16, label, "tick", anchor)


def _tick(value: int, unit: Unit) -> str:
    if unit == "ratio":
        return format_ratio(value)
    whole = value // 100
    for size, name in SIZES.get(language(), SIZES["en"]):
        if whole >= size:
            return f"{whole / size:g} {name}"
    return f"{whole}"


def _x(place: int, n: int) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * place / (n - 1)


def _line(values: Sequence[int | None], place: int, top: int) -> Iterator[str]:
    """Yield the pieces of a line, which is broken where a value is missing, and a dot at its end."""
    pieces: list[list[tuple[float, float]]] = [[]]
    for at, value in enumerate(values):
        if value is None:
            pieces.append([])
        else:
            pieces[-1].append((_x(at, len(values)), TOP + PLOT - PLOT * value / (top or MILLION)))
    for piece in filter(None, pieces):
        points = " ".join(f"{x:.1f},{y:.1f}" for x, y in piece)
        yield f'<polyline class="l{place}" points="{points}"/>'
        x, y = piece[-1]
        yield f'<circle class="s{place}" cx="{x:.1f}" cy="{y:.1f}" r="3"/>'
