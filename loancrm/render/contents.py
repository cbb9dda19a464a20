"""A table of contents as a page: a link to each file that stands beside it. Loads jinja2."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from loancrm.i18n import _
from loancrm.render.safe import one_line


@dataclass(frozen=True, slots=True)
class Entry:
    """A report: its title, and its files, each with the SHA-256 of it."""

    title: str
    files: Sequence[tuple[str, str]]


def contents(title: str, entries: Sequence[Entry], *, mark: str, lang: str) -> bytes:
    """Return the page; ``mark`` says in it what it is of."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    template = environment.get_template("contents.html.j2")
    page = template.render(
        title=one_line(title),
        entries=entries,
        mark=mark,
        lang=lang.replace("_", "-"),
        headings=(_("report"), _("files"), "SHA-256"),
        check=_("to check them against the book: loancrm report verify FOLDER"),
    )
    return page.encode()
