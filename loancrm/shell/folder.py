"""Yesterday's files taken in one after the other, and a drafted profile, on the command line."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from loancrm.errors import PartlyDone
from loancrm.i18n import N_, _, n_
from loancrm.render.columns import Column
from loancrm.shell.imports import choose_mode

if TYPE_CHECKING:
    from loancrm.context import Context
    from loancrm.exchange.folder import FolderReceipt
    from loancrm.exchange.importing import Rejects
    from loancrm.exchange.profile import Profile

FILES = (
    Column("file", N_("file"), fold=True),
    Column("profile", N_("profile"), table=False),
    Column("kind", N_("kind")),
    Column("state", N_("state")),
    Column("read", N_("read"), "int"),
    Column("new", N_("new"), "int"),
    Column("changed", N_("changed"), "int"),
    Column("known", N_("known"), "int"),
    Column("rejected", N_("rejected"), "int"),
    Column("data_on", N_("data of"), "date"),
    Column("warnings", N_("warnings"), "nested"),
    Column("error", N_("why not"), below=True),
)


def take_folder(crm: Context, folder: str, typed: Mapping[str, Any]) -> None:
    """Take in the newest files of a folder; one that cannot be taken does not keep the others out.

    Raises:
        PartlyDone: some files or rows were left out.
    """
    from loancrm.exchange.folder import FolderImport, match
    from loancrm.exchange.rejects import set_aside

    crm.know_products()
    choose_mode(crm, typed)
    is_partial, is_applied = bool(typed.get("partial")), bool(typed.get("apply"))
    profiles = _profiles(crm)
    found = crm.ask(match, Path(folder), profiles)
    adding = [one.name for one in profiles if one.kind == "snapshots" and one.extract == "partial"]
    with crm.progress(folder) as tick, set_aside(force=True) as write:
        left = partial(_set_aside, write) if is_partial and is_applied else None
        work = FolderImport(
            found, crm.reading, is_partial=is_partial, tick=tick, set_aside=left, adding=adding
        )
        receipt = crm.store.change(work.take, work.request, crm.order("import yesterday"))
    for one in work.done if is_applied else ():
        if one.rejects.rows:
            crm.say(_("rows that were left out: {path}").format(path=_beside(one.path)))
    _show(crm, folder, receipt, is_applied=is_applied)


def _profiles(crm: Context) -> list[Profile]:
    from loancrm.exchange.profile import read_profile

    named = crm.settings.profiles.items()
    return [read_profile(Path(file)).model_copy(update={"name": name}) for name, file in named]


def _set_aside(write: Callable[[Path, Rejects], None], file: Path, rejects: Rejects) -> None:
    if rejects.rows:
        write(_beside(file), rejects)


def _beside(file: Path) -> Path:
    from loancrm.exchange.rejects import rejects_path

    return rejects_path(None, file, force=True)


def _show(crm: Context, folder: str, receipt: FolderReceipt, *, is_applied: bool) -> None:
    footer = (
        _("next: loancrm changes · loancrm today")
        if is_applied
        else _("nothing was stored; --apply takes it in")
    )
    crm.show(receipt.files, FILES, title=folder, footer=[footer], whole=True)
    left = sum(line.error is not None for line in receipt.files)
    if left:
        text = n_("{n} file was not taken whole", "{n} files were not taken whole", left)
        hint = _("to see every row: loancrm import KIND FILE --profile NAME")
        raise PartlyDone(text.format(n=left), hint=hint)


def print_draft(crm: Context, file: str, kind: str | None) -> None:
    """Print a drafted profile; what it rests on goes beside it."""
    from loancrm.exchange.drafting import draft

    found = draft(Path(file), kind)
    sys.stdout.write(found.text)
    left = n_("{n} column is not mapped", "{n} columns are not mapped", len(found.unmapped)).format(
        n=len(found.unmapped)
    )
    crm.say(_("{kind}: {n} columns mapped, {left}").format(kind=found.kind, n=found.mapped, left=left))
