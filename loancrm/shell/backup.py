"""Backups on the command line: where the book is, what is asked before, and what is said after."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from loancrm.errors import Busy, Refused
from loancrm.i18n import _

if TYPE_CHECKING:
    from loancrm.context import Context


def file_of(crm: Context) -> Path:
    """Return the file that the book is in.

    Raises:
        Refused: it is in PostgreSQL, which has programs of its own for this.
    """
    if not isinstance(crm.store_place, Path):
        raise Refused(
            _("a book in PostgreSQL is copied with pg_dump and put back with pg_restore"),
            hint=_("ask whoever runs the database"),
            code="use_pg_dump",
        )
    return crm.store_place


def back_up(crm: Context, file: str) -> None:
    """Copy the book to a file, and remember in the book that it was done."""
    from loancrm.services.backups import BackupNote, note_backup
    from loancrm.services.backups import back_up as work

    crm.refuse_looking_back()
    place = file_of(crm)
    order = crm.order("store backup")  # opens the book first: one that cannot be read is not copied
    receipt = work(place, Path(file), order.clock, force=bool(crm.given.get("force")))
    try:
        note = BackupNote(file=str(Path(file).absolute()), sha256=receipt.sha256, size=receipt.size)
        crm.store.change(note_backup, note, order)
    except (Busy, Refused) as fault:
        crm.say(_("the backup is whole, but the book could not note it: {why}").format(why=fault.message))
    sentence = _("backed up to {path}, {rows} rows; checked by reading it back")
    crm.receipt(receipt, sentence.format(path=receipt.file, rows=receipt.rows))


def put_back(crm: Context, file: str, *, yes: bool) -> None:
    """Restore the book from a backup."""
    from loancrm.services.backups import check_backup, restore
    from loancrm.shell.prompts import agree, must_ask

    crm.refuse_looking_back()
    place, must = file_of(crm), must_ask(crm, yes=yes)
    if check_backup(Path(file)) is None:
        crm.say(_("there is no manifest beside {path}: it is checked as far as that goes").format(path=file))
    if must:
        agree(_("put it in the place of {path}? What is there is kept beside it").format(path=place))
    receipt = restore(place, Path(file), crm.clock_in("UTC"), crm.say_waiting)
    kept = _("what was there: {path}").format(path=receipt.kept) if receipt.kept else ""
    crm.receipt(receipt, _("restored {path}").format(path=receipt.store), *filter(None, [kept]))
