"""Faults as a person or a script reads them, and Typer's own faults in our words."""

from __future__ import annotations

import json
from typing import Any

from loancrm.errors import LoanCrmError, UsageFault, did_you_mean
from loancrm.i18n import _
from loancrm.render.safe import json_safe, safe


def no_such_command(ctx: Any, name: str, known: list[str]) -> UsageFault:
    """Return the fault of a subcommand that is not there."""
    return UsageFault(
        _("there is no command '{path} {name}'").format(path=ctx.command_path, name=safe(name[:40])),
        hint=did_you_mean(name, known) or _("{path} --help lists them").format(path=ctx.command_path),
        code="no_such_command",
    )


def from_typer(fault: Any) -> UsageFault:
    """Return Typer's fault (a UsageError of any kind) in our words."""
    ctx = getattr(fault, "ctx", None)
    hint = None if ctx is None else _("{path} --help").format(path=ctx.command_path)
    name = type(fault).__name__
    if name == "NoSuchOption":
        near = did_you_mean(fault.option_name, _options(fault.ctx))
        return UsageFault(
            _("there is no option {name}").format(name=safe(fault.option_name[:40])),
            hint=near or hint,
            code="no_such_option",
        )
    if name == "MissingParameter":
        field = _name(fault.param)
        message = _("{field} is missing").format(field=_(field))
        return UsageFault(message, field=field, hint=hint, code="missing")
    if name == "BadOptionUsage":
        option = safe(str(fault.option_name)[:40])
        return UsageFault(_("{field} needs a value").format(field=option), field=option, hint=hint)
    if name == "BadParameter" and getattr(fault, "param", None) is not None:
        field = _name(fault.param)
        return UsageFault(_("{field}: cannot read this value").format(field=field), field=field, hint=hint)
    if fault.message.startswith("Got unexpected extra"):
        return UsageFault(_("there is one argument too many"), hint=hint)
    return UsageFault(_("the command is not complete"), hint=hint)


def _name(param: Any) -> str:
    if param.param_type_name == "option":
        return str(max(param.opts, key=len))
    return str(param.metavar or param.name.upper())


def _options(ctx: Any) -> list[str]:
    return [name for param in ctx.command.params for name in param.opts if name.startswith("--")]


def as_text(fault: LoanCrmError, *, as_json: bool, private: bool) -> str:
    """Return what goes to standard error: lines for a person, JSON for a script.

    ``private`` allows names beside codes: only when a person looks at a terminal.
    """
    if as_json:
        return json_safe(json.dumps(fault.as_json(), ensure_ascii=False))
    lines = [f"loancrm: {safe_lines(fault.text(private=private))}"]
    if fault.hint:
        lines.append(f"  {safe_lines(fault.hint)}")
    return "\n".join(lines)


def safe_lines(text: str) -> str:
    """Return text safe for a terminal, its own line breaks kept."""
    return "\n".join(safe(line) for line in text.split("\n"))
