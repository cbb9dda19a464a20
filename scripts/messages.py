"""Bring the Chinese catalogue up to date: extract, merge, compile.

    .venv/bin/python scripts/messages.py            write loancrm.po and loancrm.mo
    .venv/bin/python scripts/messages.py --check    write nothing; 1 when either would change

A new text stands in the .po with an empty translation until somebody writes it; a text that is gone is
taken out. Nothing is ever guessed, so nothing is fuzzy. Both files hold no dates and no versions: the
same sources give the same bytes.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

REPO = Path(__file__).resolve().parent.parent
FOLDER = REPO / "loancrm" / "locale" / "zh_CN" / "LC_MESSAGES"
PO, MO = FOLDER / "loancrm.po", FOLDER / "loancrm.mo"
LOCALE = "zh_CN"
KEYWORDS: dict[str, Any] = {
    "_": None,
    "N_": None,
    "p_": ((1, "c"), 2),
    "NP_": ((1, "c"), 2),
    "n_": (1, 2),
}
WIDTH = 100
HEADERS = [
    ("Project-Id-Version", "loancrm"),
    ("Language", LOCALE),
    ("Language-Team", "简体中文"),
    ("Plural-Forms", "nplurals=1; plural=0;"),
    ("MIME-Version", "1.0"),
    ("Content-Type", "text/plain; charset=utf-8"),
    ("Content-Transfer-Encoding", "8bit"),
]


class Plain(Catalog):
    """A catalogue whose header says nothing of when and by what it was written."""

    mime_headers = property(lambda self: HEADERS)  # type: ignore[assignment]
    header_comment = property(lambda self: "# 简体中文", lambda self, value: None)  # type: ignore[assignment]


def extracted() -> Catalog:
    """Return every message of the sources, with the files that it stands in."""
    found = Plain(locale=LOCALE)
    source = REPO / "loancrm"
    for name, _line, message, comments, context in extract_from_dir(
        source, method_map=[("**.py", "python")], keywords=KEYWORDS
    ):
        found.add(message, locations=[(f"loancrm/{name}", None)], auto_comments=comments, context=context)
    return found


def stored(path: Path = PO) -> Catalog:
    """Return the catalogue in the .po file."""
    with path.open("rb") as file:
        return read_po(file, locale=LOCALE)


def merged(sources: Catalog, translations: Catalog) -> Catalog:
    """Return the messages of the sources with the translations that are there, file by file."""
    catalogue = Plain(locale=LOCALE)
    for message in sources:
        if not message.id:
            continue
        known = translations.get(message.id, context=message.context)
        catalogue.add(
            message.id,
            known.string if known is not None else None,
            locations=sorted(set(message.locations)),
            context=message.context,
        )
    return catalogue


def as_po(catalogue: Catalog) -> bytes:
    """Return the text of a .po file."""
    out = io.BytesIO()
    write_po(out, catalogue, width=WIDTH, include_lineno=False, ignore_obsolete=True)
    return out.getvalue()


def as_mo(catalogue: Catalog) -> bytes:
    """Return the bytes of a .mo file; messages without a translation are left out."""
    plain = Plain(locale=LOCALE)
    for message in catalogue:
        if message.id:
            plain.add(message.id, message.string, context=message.context)
    out = io.BytesIO()
    write_mo(out, plain)
    return out.getvalue()


def main(args: list[str]) -> int:
    """Write both files, or with ``--check`` only look."""
    catalogue = merged(extracted(), stored())
    wanted = {PO: as_po(catalogue), MO: as_mo(catalogue)}
    changed = [path for path, content in wanted.items() if path.read_bytes() != content]
    if "--check" not in args:
        for path in changed:
            path.write_bytes(wanted[path])
    missing = [message.id for message in catalogue if message.id and not _is_translated(message.string)]
    names = ", ".join(path.name for path in changed) or "nothing"
    sys.stdout.write(f"{len(catalogue)} messages, {len(missing)} untranslated; changed: {names}\n")
    sys.stdout.writelines(f"  {text!r}\n" for text in missing)
    return 1 if missing or (changed and "--check" in args) else 0


def _is_translated(text: str | tuple[str, ...]) -> bool:
    return bool(text) if isinstance(text, str) else bool(text) and all(text)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
