"""Asking a person on a terminal for what a command is missing."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from contextlib import nullcontext, redirect_stdout
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from loancrm.errors import InvalidInput, LoanCrmError, UsageFault
from loancrm.i18n import N_, _
from loancrm.vocabulary import code_of, label
from loancrm.vocabulary.words import CUSTOMER_KIND

if TYPE_CHECKING:
    from loancrm.context import Context

NOTE_LIMIT = 65_536
_COMPANY = (
    ("uscc", N_("unified social credit code")),
    ("industry", N_("industry, such as C34")),
    ("region", N_("region")),
    ("legal_representative", N_("legal representative")),
    ("phone", N_("phone")),
)
_STUDENT = (
    ("resident_id", N_("resident ID number")),
    ("school", N_("school")),
    ("study_level", N_("level: vocational, undergraduate, master or doctor")),
    ("major", N_("major")),
    ("graduates_on", N_("graduates on (YYYY-MM-DD)")),
    ("phone", N_("phone")),
)


def fill_in_customer(crm: Context, typed: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was typed; on a terminal, ask for kind and name when missing, then for the usual fields."""
    values = dict(typed)
    if (values.get("kind") and values.get("name")) or not sys.stdin.isatty():
        return values
    if not values.get("kind"):
        known = " / ".join(label("customer_kind", code) for code in CUSTOMER_KIND)
        values["kind"] = _until_right(f"{_('kind')} ({known})", _kind)
    kind = _kind(values["kind"])
    if not values.get("name"):
        values["name"] = _until_right(_("name"), lambda text: _read(crm, kind, "name", text))
    crm.say(_("leave empty what you do not know"))
    for field, words in _STUDENT if kind == "student" else _COMPANY:
        if values.get(field) is None:
            values[field] = _until_right(_(words), partial(_read, crm, kind, field), may_lack=True)
    if not values.get("officer") and not crm.settings.me:
        values["officer"] = _until_right(_("officer"), lambda text: crm.ask(_present, text), may_lack=True)
    return values


def _kind(text: str) -> str:
    return code_of("customer_kind", text, "--kind")


def _read(crm: Context, kind: str, field: str, text: str) -> None:
    from loancrm.services.customer_fields import read_fields

    read_fields(kind, {field: text}, crm.reading)


def _present(view: Any, code: str) -> None:
    from loancrm.services.officers import present

    present(view, code)


def _until_right(question: str, read: Callable[[str], object], *, may_lack: bool = False) -> str | None:
    """Ask until the answer can be read: what was answered before is not lost over a slip."""
    from loancrm.shell.faults import as_text

    more: dict[str, Any] = {"default": "", "show_default": False} if may_lack else {}
    while True:
        text = _ask(question, **more)
        if may_lack and not text.strip():
            return None
        try:
            read(text)
        except LoanCrmError as fault:
            sys.stderr.write(as_text(fault, as_json=False, private=sys.stderr.isatty()) + "\n")
        else:
            return text


def warn_of_industry(crm: Context, industry: str | None) -> None:
    """Say that an industry does not look like a code of GB/T 4754-2017; it is taken as it is."""
    from loancrm.industries import has_known_form

    if industry and not has_known_form(industry):
        crm.say(_("the industry is no code of GB/T 4754-2017, a letter and up to four digits, such as C3411"))


def _ask(question: str, **more: Any) -> str:
    """Ask on the terminal; the question never becomes part of data that goes elsewhere."""
    import typer

    aside = nullcontext() if sys.stdout.isatty() else redirect_stdout(sys.stderr)
    with aside:
        return str(typer.prompt(question, **more))


def must_ask(crm: Context, *, yes: bool) -> bool:
    """Return whether a person is to be asked before something that destroys; a dry run destroys nothing.

    Raises:
        UsageFault: nobody can be asked, and ``--yes`` was not typed.
    """
    if yes or crm.given.get("dry_run"):
        return False
    if not sys.stdin.isatty():
        message = _("nobody can be asked here, so this needs --yes; nothing was done")
        raise UsageFault(message, field="--yes", code="needs_yes")
    return True


def agree(question: str) -> None:
    """Ask a person; anything but yes ends the command.

    Raises:
        Abort: it was not agreed to.
    """
    import typer

    aside = nullcontext() if sys.stdout.isatty() else redirect_stdout(sys.stderr)
    with aside:
        if not typer.confirm(question):
            raise typer.Abort


def read_note(note: str | None, *, editor: bool, field: str = "--note") -> str | None:
    """Return the note: as typed, from standard input for ``-``, or from the editor.

    Raises:
        InvalidInput: nothing came, or the editor was left without a word: nobody meant to say nothing.
    """
    if editor:
        written = _from_editor(note or "")
        if written is None:
            raise InvalidInput(_("nothing was written in the editor; nothing was stored"), field="--edit")
        return written
    if note == "-":
        read = sys.stdin.read(NOTE_LIMIT + 1).rstrip("\n")
        if not read.strip():
            raise InvalidInput(_("{field}: nothing came on standard input").format(field=field), field=field)
        return read
    return note


def _from_editor(start: str) -> str | None:
    command = os.environ.get("VISUAL") or os.environ.get("EDITOR")
    if not command:
        raise InvalidInput(_("--edit needs an editor in $EDITOR"), field="--edit")
    handle, name = tempfile.mkstemp(prefix="loancrm-note-", suffix=".txt")
    path = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(start)
        subprocess.run([*shlex.split(command), name], check=True)  # noqa: S603 - the user's own editor
        return path.read_text(encoding="utf-8").strip() or None
    except (OSError, ValueError, subprocess.CalledProcessError):  # none there, not UTF-8, or it said no
        raise InvalidInput(_("the editor failed; nothing was stored"), field="--edit") from None
    finally:
        path.unlink(missing_ok=True)
