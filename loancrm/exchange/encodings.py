"""Which encoding and which delimiter a text file has: by its marks, by trying, and only then by guessing."""

from __future__ import annotations

import codecs
from pathlib import Path

from loancrm.errors import InvalidInput
from loancrm.i18n import _

SAMPLE_BYTES = 1 << 20
GUESSED_BYTES = 1 << 15
DELIMITERS = (",", ";", "\t", "|")
NAMES = {",": ",", ";": ";", "\t": "tab", "|": "|"}
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What guessers call the encodings of Chinese text; GB 18030 reads all that the older ones hold.
_CHINESE = (
    "gb2312",
    "gbk",
    "gb18030",
    "cp936",
    "hz",
    "big5",
    "cp949",
    "euc_kr",
    "johab",
    "big5hkscs",
    "cp950",
)


def detect_encoding(path: Path) -> str:
    """Return the encoding of a text file: its byte order mark, else UTF-8, else a careful guess.

    Raises:
        InvalidInput: it is no text.
    """
    with path.open("rb") as file:
        head = file.read(SAMPLE_BYTES)
        for mark, name in _MARKS:
            if head.startswith(mark):
                return name
        if b"\0" in head:
            raise not_text()
        if _is_utf8(head) and all(_is_utf8_stream(file)):
            return "utf-8"
    return _guess(head)


def not_text() -> InvalidInput:
    """Return the fault of a file that is no table of text."""
    return InvalidInput(
        _("this is not a text file"),
        hint=_("save it as CSV or as an Excel workbook (.xlsx)"),
        code="not_text",
    )


def _is_utf8(data: bytes) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        decoder.decode(data)
    except UnicodeDecodeError:
        return False
    return True


def _is_utf8_stream(file: object) -> list[bool]:
    """Try the rest of the file: a name in GBK may stand in its last line."""
    file.seek(0)  # type: ignore[attr-defined]
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while block := file.read(SAMPLE_BYTES):  # type: ignore[attr-defined]
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return [False]
    return [True]


def _guess(head: bytes) -> str:
    sample = head[: head.rfind(b"\n") + 1] or head
    if _reads(sample, "gb18030"):
        return "gb18030"
    from charset_normalizer import from_bytes

    best = from_bytes(sample[:GUESSED_BYTES]).best()
    name = best.encoding if best is not None else "gb18030"
    return "gb18030" if name in _CHINESE else name


def _reads(sample: bytes, encoding: str) -> bool:
    """Say whether the sample is common Chinese in that encoding: most of what is not ASCII is."""
    try:
        text = sample.decode(encoding)
    except UnicodeDecodeError:
        return False
    others = [char for char in text if not char.isascii()]
    common = sum(
        "\u4e00" <= char <= "\u9fff" or "\u3000" <= char <= "\u303f" or char > "\uff00" for char in others
    )
    return bool(others) and common * 10 >= len(others) * 9


def detect_delimiter(lines: list[str]) -> str:
    """Return the delimiter that most of the first lines agree on; a comma when none stands there."""
    if lines and lines[0].lower().startswith("sep=") and len(lines[0].strip()) == len("sep=") + 1:
        return lines[0].strip()[-1]
    counts = {
        mark: sorted((_outside_quotes(line, mark) for line in lines), reverse=True) for mark in DELIMITERS
    }
    best = max(DELIMITERS, key=lambda mark: (sum(n > 0 for n in counts[mark]), sum(counts[mark])))
    return best if any(counts[best]) else ","


def _outside_quotes(line: str, mark: str) -> int:
    return sum(part.count(mark) for part in line.split('"')[::2])
