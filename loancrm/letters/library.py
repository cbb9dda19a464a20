"""Which template goes: the bank's before those that are shipped, the most specific first.

A file is called after what it is for: ``reason.language.j2``, and between them a segment, a channel or both:
``past_due.risk.sms.zh_CN.j2``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from loancrm.errors import InvalidInput, NotFound
from loancrm.i18n import LANGUAGES, _
from loancrm.vocabulary import codes_of

SHIPPED = Path(__file__).parent / "templates"
ENDING = ".j2"
SIZE_LIMIT = 64 * 1024  # bytes of a template; a letter has three thousand
MOST_FILES = 1_000


@dataclass(frozen=True, slots=True)
class TemplateFile:
    """A template by what it is for; ``source`` is ``bank`` or ``loancrm``."""

    path: Path
    source: str
    reason: str
    segment: str | None
    channel: str | None
    language: str

    @property
    def name(self) -> str:
        """Return the name of the file."""
        return self.path.name

    @property
    def rank(self) -> tuple[bool, bool, bool]:
        """Return what sorts templates that fit: the bank's first, then by segment, then by channel."""
        return self.source != "bank", self.segment is None, self.channel is None


@dataclass(frozen=True, slots=True)
class Misnamed:
    """A file in the bank's folder whose name says not what it is for."""

    path: Path
    problem: str


def templates(own: Path | None) -> Iterator[TemplateFile | Misnamed]:
    """Yield every template, the bank's own first, by name.

    Raises:
        NotFound: the folder of the config file is not there.
        InvalidInput: it holds more files than anybody writes.
    """
    for folder, source in ((own, "bank"), (SHIPPED, "loancrm")):
        if folder is not None:
            for path in _files(folder):
                yield _named(path, source)


def _files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise NotFound(
            _("there is no folder of templates {path}").format(path=folder),
            field="templates",
            hint=_("templates in the config file names it"),
        )
    found = sorted(path for path in folder.iterdir() if path.name.endswith(ENDING))
    if len(found) > MOST_FILES:
        raise InvalidInput(_("{path} holds too many files").format(path=folder), field="templates")
    return found


def _named(path: Path, source: str) -> TemplateFile | Misnamed:
    reason, _point, rest = path.name.removesuffix(ENDING).partition(".")
    *middle, lang = rest.split(".")
    segments = [part for part in middle if part in codes_of("segment")]
    channels = [part for part in middle if part in codes_of("draft_channel")]
    problem = None
    if reason not in codes_of("draft_reason"):
        problem = _("the name begins with none of the reasons: {reason}").format(reason=reason[:40])
    elif lang not in LANGUAGES:
        problem = _("the name ends with none of the languages: {lang}").format(lang=lang[:40])
    elif middle != segments[:1] + channels[:1]:
        problem = _("between reason and language stand a segment, a channel, or both in this order")
    if problem is not None:
        return Misnamed(path, problem)
    return TemplateFile(path, source, reason, next(iter(segments), None), next(iter(channels), None), lang)


def choose(own: Path | None, reason: str, segment: str | None, channel: str, lang: str) -> TemplateFile:
    """Return the template that goes: the bank's before what is shipped, then the most specific.

    Raises:
        NotFound: there is none.
    """
    fitting = [
        one
        for one in templates(own)
        if isinstance(one, TemplateFile)
        and (one.reason, one.language) == (reason, lang)
        and one.segment in (None, segment)
        and one.channel in (None, channel)
    ]
    if not fitting:
        raise NotFound(
            _("there is no template {name}").format(name=f"{reason}.{lang}{ENDING}"),
            field="--for",
            hint=_("loancrm contact templates lists them"),
            code="no_template",
        )
    return min(fitting, key=lambda one: one.rank)


def text_of(path: Path) -> str:
    """Return the text of a template.

    Raises:
        InvalidInput: not a plain file of UTF-8, or too large.
    """
    try:
        if not path.is_file():
            raise InvalidInput(_("{file}: not a plain file").format(file=path.name), code="invalid_file")
        with path.open("rb") as file:
            content = file.read(SIZE_LIMIT + 1)
        if len(content) > SIZE_LIMIT:
            text = _("{file}: too large for a template").format(file=path.name)
            raise InvalidInput(text, code="invalid_file")
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = content.count(b"\n", 0, problem.start) + 1
        text = _("{file}:{line}:1: not UTF-8; save the file as UTF-8").format(file=path.name, line=line)
        raise InvalidInput(text, code="invalid_file") from None
    except OSError:
        text = _("{file}: cannot be read").format(file=path.name)
        raise InvalidInput(text, code="invalid_file") from None
