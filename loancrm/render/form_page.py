"""A form to be filled in by hand: as a self-contained page, or as Markdown. The page loads jinja2."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from loancrm.render.safe import one_line


@dataclass(frozen=True, slots=True)
class Line:
    """A question with the marks to tick; ``is_open``: a line to write on instead."""

    text: str
    marks: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether there is nothing to tick."""
        return not self.marks


@dataclass(frozen=True, slots=True)
class Part:
    """Questions under a title; the first part has none."""

    title: str | None
    questions: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """What stands on a form, in the language in which it is printed."""

    title: str
    intro: str
    code_label: str
    comment_label: str
    parts: tuple[Part, ...]


def as_html(form: Form, codes: Sequence[str | None], lang: str) -> str:
    """Return a page with one form for each code; a form without one leaves room for it."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    template = environment.get_template("form.html.j2")
    return template.render(form=form, codes=codes, lang=lang.replace("_", "-"))


def as_markdown(form: Form, codes: Sequence[str | None]) -> str:
    """Return the same as Markdown, forms parted by rules."""
    return "\n---\n\n".join("".join(f"{line}\n" for line in _lines(form, code)) for code in codes)


def _lines(form: Form, code: str | None) -> Iterator[str]:
    yield from (f"# {one_line(form.title)}", "", one_line(form.intro), "")
    yield from (f"{form.code_label} {code or '____________'}", "")
    for part in form.parts:
        if part.title:
            yield from (f"## {one_line(part.title)}", "")
        for question in part.questions:
            ticks = "  ".join(f"☐ {one_line(mark)}" for mark in question.marks)
            yield from (f"- {one_line(question.text)}", f"  {ticks or '_' * 60}", "")
    yield from (form.comment_label, "", "_" * 60)
