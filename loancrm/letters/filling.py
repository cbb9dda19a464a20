"""A template filled in: read, checked, run in Jinja's sandbox. Loads jinja2."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, UndefinedError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from loancrm.errors import InvalidInput
from loancrm.i18n import _, language, speaking
from loancrm.letters.checking import SUBJECT, complaints
from loancrm.letters.fields import as_words
from loancrm.letters.library import TemplateFile, text_of

MOST_CHARACTERS = 32 * 1024  # of a draft
TAIL = 4


@dataclass(frozen=True, slots=True)
class Draft:
    """A message or letter in words; ``subject`` where the template gives one."""

    subject: str | None
    text: str


class _Unknown(Exception):
    """A template prints what is not known of this customer."""


def problems(file: TemplateFile) -> tuple[str, ...]:
    """Return what is wrong in a template, a line each with file:line; nothing where it can be used."""
    try:
        _read(file.name, text_of(file.path))
    except InvalidInput as fault:
        return tuple(fault.message.splitlines())
    return ()


def fill(file: TemplateFile, facts: Mapping[str, Any]) -> Draft:
    """Return the draft that a template makes of facts, in the template's language.

    Raises:
        InvalidInput: it cannot be used, or prints what is not known; with file:line, and no fact.
    """
    template = _read(file.name, text_of(file.path))
    with speaking(file.language):
        words = as_words(facts)
    context = template.new_context(words)
    parts, size = [], 0
    try:
        for part in template.root_render_func(context):
            parts.append(part)
            size += len(part)
            if size > MOST_CHARACTERS:
                raise _fault(file.name, 1, _("more than {most} characters").format(most=MOST_CHARACTERS))
    except (_Unknown, UndefinedError) as problem:
        line = _line_of(template, problem)
        text = _(
            "what is printed here is not known of this customer; ask for it first: {{% if … %}}"
        ).format()
        raise _fault(file.name, line, text) from None
    except (TemplateError, TypeError, ValueError, RecursionError) as problem:
        line = _line_of(template, problem)
        raise _fault(file.name, line, _("this cannot be worked out")) from None
    subject = context.vars.get(SUBJECT)
    return Draft(" ".join(str(subject).split()) if subject else None, _tidy("".join(parts)))


def _line_of(template: Any, problem: BaseException) -> int:
    """Return the line of the template in which a fault came up."""
    trace, line = problem.__traceback__, 1
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == template.filename:
            line = template.get_corresponding_lineno(trace.tb_lineno)
        trace = trace.tb_next
    return line


def _tidy(text: str) -> str:
    """Return a text without blanks at the ends of lines, and with one empty line at most between two."""
    lines: list[str] = []
    for line in text.strip().splitlines():
        if line.strip() or (lines and lines[-1]):
            lines.append(line.rstrip())
    return "\n".join(lines)


def _read(name: str, source: str) -> Any:
    """Return a template that was checked.

    Raises:
        InvalidInput: a line for each problem.
    """
    environment = _environment()
    try:
        tree = environment.parse(source, name)
        found = list(dict.fromkeys(complaints(tree)))
        if found:
            lines = "\n".join(f"{name}:{line}: {text}" for line, text in found)
            raise InvalidInput(lines, code="invalid_file")
        code = environment.compile(tree, name, name)
    except TemplateSyntaxError as problem:
        why = (
            problem.message if language() == "en" and problem.message else _("it cannot be read from here on")
        )
        raise _fault(name, problem.lineno, _("not a template: {problem}").format(problem=why)) from None
    except (RecursionError, SyntaxError, MemoryError):
        raise _fault(name, 1, _("nested too deeply")) from None
    return environment.template_class.from_code(environment, code, {})


def _fault(name: str, line: int, text: str) -> InvalidInput:
    message = f"{name}:{line}: {text}"
    return InvalidInput(message, code="invalid_file")


@cache
def _environment() -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, finalize=_printed, cache_size=0
    )
    environment.globals.clear()
    environment.tests.clear()
    environment.filters = {"length": len, "tail": _tail}
    return environment


def _printed(value: Any) -> str:
    """Return what is printed: texts and numbers; what is not known, or a group, is a fault."""
    if isinstance(value, str | int) and not isinstance(value, bool):
        return str(value)
    raise _Unknown


def _tail(text: str) -> str:
    """Return the last four characters of a number, as messages name an account."""
    if not isinstance(text, str):
        raise _Unknown
    return text[-TAIL:]
