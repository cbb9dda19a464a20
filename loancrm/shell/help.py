"""Help as text: aligned for Chinese too, in the language in use, without importing Rich."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from typing import Any

from loancrm.i18n import N_, _, noted, titled
from loancrm.typeset import display_width, wrapped

INDENT = 2
LEFT_MOST = 30
WIDEST = 100
METAVARS = (
    N_("ADDRESS"),
    N_("AMOUNT"),
    N_("CARD"),
    N_("CHANNEL"),
    N_("CLASS"),
    N_("CODE"),
    N_("COLUMN"),
    N_("CONDITION"),
    N_("COMMAND_ID"),
    N_("[COMMAND_ID]"),
    N_("CONTACT"),
    N_("CUSTOMER"),
    N_("[CUSTOMER]"),
    N_("[CUSTOMER…]"),
    N_("DAY"),
    N_("FEEDBACK"),
    N_("FIELD"),
    N_("FILE"),
    N_("FILE|VERSION"),
    N_("FOLLOW_UP"),
    N_("FORMAT"),
    N_("GROUP"),
    N_("KEY"),
    N_("KEYS"),
    N_("KIND"),
    N_("LEVEL"),
    N_("LINE"),
    N_("LOAN"),
    N_("MEASURE"),
    N_("N"),
    N_("NAME"),
    N_("NAME=VALUE…"),
    N_("NUMBER"),
    N_("OFFICER"),
    N_("OUTCOME"),
    N_("PRODUCT"),
    N_("PURPOSE"),
    N_("RATE"),
    N_("SHELL"),
    N_("SIZE"),
    N_("STAGE"),
    N_("STATUS"),
    N_("TEXT"),
    N_("TIER"),
    N_("TIME"),
    N_("HOUR"),
    N_("YES|NO"),
    N_("ZONE"),
    N_("out|in"),
)


def write_help(command: Any, ctx: Any, formatter: Any) -> None:
    """Write the help of ``command`` into ``formatter``."""
    formatter.write("\n".join(help_lines(command, ctx)) + "\n")


def help_lines(command: Any, ctx: Any) -> Iterable[str]:
    """Return the lines: what it does, usage, arguments, options, subcommands."""
    yield from wrapped(first_words(command.help), 0, _width())
    yield ""
    yield titled(_("usage"), usage(command, ctx))
    arguments = [(_argument(p), first_words(p.help)) for p in command.params if _is_argument(p)]
    yield from section("", arguments)
    for title, panel in ((_("options"), None), (_("output"), "output")):
        options = [_option(p) for p in command.params if _is_shown(p) and p.rich_help_panel == panel]
        yield from section(title, options)
    if hasattr(command, "list_commands"):
        yield from section(_("commands"), list(_subcommands(command, ctx)))
    if getattr(command, "is_bare", False):  # what can be typed without a command
        usual = command.commands[command.usual]
        yield from section(
            _("options of {command}").format(command=usual.name),
            [_option(p) for p in usual.params if _is_shown(p) and p.rich_help_panel is None],
        )
    if ctx.parent is None:
        shared = [_option(p) for p in command.params if _is_shown(p) and p.rich_help_panel == "shared"]
        yield from section(_("options of every command"), [*shared, _LANG()])
    else:
        yield ""
        yield _("options of every command, such as --store and --as-of: loancrm --help")


def first_words(text: str | None) -> str:
    """Return the first paragraph of a help text on one line, in the language in use."""
    words = " ".join((text or "").split("\n\n")[0].split())
    return _(words)


def _LANG() -> tuple[str, str]:  # noqa: N802 - read when it is shown
    return ("--lang en|zh_CN", _("language: en or zh_CN (also LOANCRM_LANG, config, locale)"))


def usage(command: Any, ctx: Any) -> str:
    """Return the usage line."""
    parts = [ctx.command_path]
    parts += [_argument(p) for p in command.params if _is_argument(p)]
    parts += [f"{p.opts[0]} {_metavar(p)}".strip() for p in command.params if _is_shown(p) and p.required]
    if hasattr(command, "list_commands"):
        return " ".join([*parts, _("COMMAND …")])
    return " ".join([*parts, _("[options]")])


def _argument(param: Any) -> str:
    words = str(param.metavar or param.name.upper())
    return _(words)


def _is_argument(param: Any) -> bool:
    return bool(param.param_type_name == "argument" and not param.hidden)


def _is_shown(param: Any) -> bool:
    return bool(param.param_type_name == "option" and not param.hidden)


def _metavar(param: Any) -> str:
    if param.is_flag or param.count:
        return ""
    return _argument(param)


def _option(param: Any) -> tuple[str, str]:
    names = ", ".join([*sorted(param.opts, key=len, reverse=True), *param.secondary_opts])
    text = _("show this help") if param.name == "help" else first_words(param.help)
    if param.required:
        text = noted(text, _("required"))
    return f"{names} {_metavar(param)}".strip(), text


def _subcommands(command: Any, ctx: Any) -> Iterable[tuple[str, str]]:
    one_line = getattr(command, "one_line_help", None)
    for name in command.list_commands(ctx):
        if one_line is not None:
            yield name, _(one_line(name))
        elif not (found := command.get_command(ctx, name)).hidden:
            yield name, first_words(found.help)


def section(title: str, pairs: list[tuple[str, str]]) -> Iterable[str]:
    """Return a title and two aligned columns; nothing without pairs."""
    if not pairs:
        return
    yield ""
    if title:
        yield title
    left = min(max(display_width(name) for name, _text in pairs), LEFT_MOST)
    for name, text in pairs:
        first, *rest = list(wrapped(text, INDENT * 2 + left, _width())) or [""]
        head = " " * INDENT + name
        if display_width(name) > left:
            yield head
            head = ""
        yield f"{head}{' ' * (INDENT * 2 + left - display_width(head))}{first.strip()}".rstrip()
        yield from rest


def _width() -> int:
    return min(shutil.get_terminal_size((80, 24)).columns, WIDEST)
