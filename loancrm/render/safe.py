"""Text from data made harmless for a terminal, a reader and a spreadsheet."""

from __future__ import annotations

from unicodedata import category

ACTING = ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
NEW_LINE = " ⏎ "


def safe(value: str) -> str:
    r"""Return ``value`` with every character that could act made visible, as ``\uNNNN`` or ``\UNNNNNNNN``.

    These are control, format (bidi, zero width), surrogate and private characters, and line and
    paragraph separators.
    """
    if value.isprintable():  # the common case, in C
        return value
    return "".join(_visible(char) if category(char) in ACTING else char for char in value)


def one_line(value: str) -> str:
    """Return ``value`` safe, its line breaks as ``⏎``, for a cell that people read."""
    if "\n" in value:
        value = NEW_LINE.join(value.replace("\r\n", "\n").split("\n"))
    return safe(value)


def spreadsheet_safe(value: str) -> str:
    """Return ``value`` with a leading ``'`` where a spreadsheet would take it for a formula."""
    return "'" + value if value.startswith(FORMULA_STARTS) else value


def json_safe(document: str) -> str:
    r"""Return the JSON text ``document`` with acting characters as ``\u`` escapes; it means the same.

    Such characters stand only inside strings there, except the line breaks of the layout, which stay.
    """
    if document.isprintable():
        return document
    return "".join(
        _json_escape(char) if char != "\n" and category(char) in ACTING else char for char in document
    )


def _visible(char: str) -> str:
    number = ord(char)
    return f"\\u{number:04X}" if number <= 0xFFFF else f"\\U{number:08X}"


def _json_escape(char: str) -> str:
    units = char.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[i : i + 2].hex()}" for i in range(0, len(units), 2))
