"""Text on a terminal: how wide it is, and where it may break. Chinese counts two columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from unicodedata import east_asian_width

_UNBROKEN = "\u00a0"
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
    """Return ``parts`` with dots between them, in lines that break after a dot only."""
    whole = (part.replace(" ", _UNBROKEN) for part in parts)
    for line in wrapped(f"{_UNBROKEN}· ".join(whole), 0, width):
        yield line.replace(_UNBROKEN, " ")


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
