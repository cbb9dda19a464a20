"""The commands that can be taken back, and the question before one is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from loancrm.i18n import _
from loancrm.parsing import count
from loancrm.render.columns import Column

if TYPE_CHECKING:
    from loancrm.context import Context

LISTED = 20  # commands that are shown unless more are asked for


def list_commands(crm: Context, columns: Sequence[Column]) -> None:
    """Show the newest commands that changed something."""
    from loancrm.reports.commands import commands

    limit = crm.given.get("limit")
    most: int | None = LISTED if limit is None else count(limit, "--limit")
    if limit is not None and crm.given.get("sort"):
        most = None  # all are sorted before they are cut
    with crm.view() as view:
        crm.show(commands(view, limit=most), columns, title=_("commands"))


def take_back(crm: Context, typed: str | None, *, yes: bool) -> None:
    """Undo the command that was typed, or the last one; what was agreed to is what is undone."""
    from loancrm.services.undo import UndoIn
    from loancrm.services.undo import undo as work
    from loancrm.shell.prompts import must_ask

    command_id = None if typed is None else count(typed, "COMMAND_ID", 1)
    if must_ask(crm, yes=yes):
        command_id = _agreed(crm, command_id)
    receipt = crm.change(work, UndoIn(command_id=command_id), "undo")
    sentence = _("undid command {id} ({command}); rows void: {voided}, rows as before: {restored}")
    values = {"id": receipt.command_id, "command": receipt.command}
    crm.receipt(receipt, sentence.format(**values, voided=receipt.voided, restored=receipt.restored))


def _agreed(crm: Context, command_id: int | None) -> int:
    """Show which command is meant, ask, and return its id."""
    from loancrm.reports.commands import command
    from loancrm.services.undo import refuse_not_undoable
    from loancrm.shell.prompts import agree

    line = crm.ask(command, command_id, crm.actor)
    refuse_not_undoable(line)
    at = line.at.astimezone(ZoneInfo(crm.store.zone))
    words = _("command {id}: {command}, {actor}, {at}, customers: {customers}")
    values = {"id": line.command_id, "command": line.command, "actor": line.actor}
    crm.say(words.format(**values, at=f"{at:%Y-%m-%d %H:%M}", customers=line.customers))
    agree(_("undo it?"))
    return line.command_id
