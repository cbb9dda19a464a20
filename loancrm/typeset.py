"""Text on a terminal: how wide it is, and where it may break. Chinese counts two columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from unicodedata import east_asian_width

_CLOSING = tuple("，。、；：？！）」』》”’…%")  # never at the beginning of a line
_OPENING = "（「『《“‘"  # never at the end of one


def display_width(text: str) -> int:
    """Return how many columns ``text`` takes, a Chinese character counting as two."""
    if text.isascii():
        return len(text)
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)


def wrapped(text: str, indent: int, width: int) -> Iterator[str]:
    """Return ``text`` in lines of at most ``width`` columns, each after ``indent`` blanks."""
    room = max(20, width - indent)
    line = ""
    for word in _pieces(text):
        if line and display_width(line + word.rstrip()) > room:
            yield " " * indent + line.rstrip()
            line = ""
        line += word
    if line.strip():
        yield " " * indent + line.rstrip()


def joined(parts: Iterable[str], width: int) -> Iterator[str]:
    """Return ``parts``, one at least, with dots between them, in lines that break after a dot only.

    Inside a part only where it is wider than a line by itself.
    """
    *before, last = parts
    line = ""
    for text in (*(f"{part} ·" for part in before), last):
        longer = f"{line} {text}" if line else text
        if line and display_width(longer) > width:
            yield from wrapped(line, 0, width)
            longer = text
        line = longer
    yield from wrapped(line, 0, width)


def _pieces(text: str) -> Iterator[str]:
    """Return what may stand on a line of its own: words, and single Chinese characters."""
    word = ""
    for char, after in zip(text, [*text[1:], ""], strict=False):
        word += char
        breaks = char == " " or display_width(char) == 2
        is_unit = char == " " and word[-2:-1].isdigit() and display_width(after) == 2  # 9 天
        if breaks and not is_unit and char not in _OPENING and after not in _CLOSING:
            yield word
            word = ""
    if word:
        yield word
