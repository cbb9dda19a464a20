"""The book copied to a file while it is in use, and put back from one; both are checked by reading them."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, select, text, update

from loancrm import __version__, copies
from loancrm.engine import has_journal, inspect_file, reading
from loancrm.errors import Conflict, Damaged, InvalidInput, NotFound, Refused
from loancrm.i18n import _
from loancrm.models import Audit, Book, Command, table
from loancrm.reports.checks import check_store
from loancrm.reports.digest import counts
from loancrm.schema import SCHEMA_REVISION, make_private_folders
from loancrm.services import manifests
from loancrm.services.inputs import Input, Receipt
from loancrm.services.manifests import Manifest
from loancrm.unitofwork import Clock, UnitOfWork
from loancrm.view import View


class BackupReceipt(Receipt):
    """The copy as made: where it is, its checksum, and how many rows it holds."""

    file: str
    manifest: str
    size: int
    sha256: str
    schema_revision: str
    rows: int
    audit_chain: str | None


class BackupNote(Input):
    """That a backup was made, for the book itself."""

    file: str
    sha256: str
    size: int


class RestoreReceipt(Receipt):
    """The book as restored, and where the one before is kept; ``has_manifest``: the checksum was compared."""

    store: str
    file: str
    sha256: str
    schema_revision: str
    has_manifest: bool
    kept: str | None


def back_up(store: Path, file: Path, clock: Clock, *, force: bool) -> BackupReceipt:
    """Copy the book at ``store`` to ``file``, read the copy back, and write its manifest beside it.

    Raises:
        Refused: there is such a file, and ``force`` does not say to replace it; or it cannot be written.
        InvalidInput: it is no plain file, or the book itself.
        Damaged: the copy does not hold what a whole book holds; ``file`` is left as it was.
    """
    _refuse_target(store, file, force=force)
    with copies.part_of(file) as part:
        copies.copy_live(store, part)
        manifest = _manifest(part, clock)
        if force:
            manifests.beside(file).unlink(missing_ok=True)  # it is of the file that goes
        copies.put_in_place(part, file, force=force)
    manifests.write(file, manifest)
    return BackupReceipt(
        file=str(file),
        manifest=str(manifests.beside(file)),
        size=manifest.size,
        sha256=manifest.sha256,
        schema_revision=manifest.schema_revision,
        rows=sum(manifest.rows.values()),
        audit_chain=manifest.audit_chain,
    )


def note_backup(uow: UnitOfWork, request: BackupNote) -> BackupNote:
    """Remember in the book that it was copied: ``doctor`` says when that was long ago."""
    rows = table(Command)
    values = {"result": request.model_dump()}
    uow.connection.execute(update(rows).where(rows.c.id == uow.command_id).values(values))
    return request


def _refuse_target(store: Path, file: Path, *, force: bool) -> None:
    for path in (file, manifests.beside(file)):
        if path.is_symlink() or (path.exists() and not path.is_file()):
            raise InvalidInput(_("{path} is not a plain file").format(path=path), field="FILE")
        if path.exists() and not force:
            raise Refused(
                _("{path} is there already").format(path=path),
                field="FILE",
                hint=_("--force replaces it"),
                code="exists",
            )
    if file.exists() and os.path.samefile(file, store):
        raise InvalidInput(_("that is the book itself"), field="FILE", code="same_file")


def _manifest(part: Path, clock: Clock) -> Manifest:
    """Read a copy back and return what it holds.

    Raises:
        Damaged: it is not whole.
    """
    engine = copies.at_rest(part)
    with reading(engine) as connection:
        _refuse_broken(connection, clock)
        audit = table(Audit)
        chain = connection.scalar(select(audit.c.chain_digest).order_by(audit.c.id.desc()).limit(1))
        rows = dict(counts(connection))
    engine.dispose()
    return Manifest(
        sha256=copies.sha256_of(part),
        size=part.stat().st_size,
        schema_revision=SCHEMA_REVISION,
        rows=rows,
        audit_chain=chain,
        made_at=clock.now.astimezone(UTC),
        program=__version__,
    )


def _refuse_broken(connection: Connection, clock: Clock) -> None:
    book = connection.execute(select(table(Book))).first()
    if book is None:
        raise Damaged(_("the copy holds no book"))
    broken = check_store(View(connection, clock.today, None, book.zone, book.currency))
    if broken:
        names = ", ".join(one.check for one in broken)
        raise Damaged(_("the copy fails its checks: {names}").format(names=names), code="check_failed")


# ── putting back ────────────────────────────────────────────────────────────────────────────


def check_backup(file: Path) -> Manifest | None:
    """Look at a backup before anything is asked or done, and return its manifest.

    Raises:
        LoanCrmError: there is no such file, or it is no backup.
    """
    if not file.exists():
        raise NotFound(_("there is no file {path}").format(path=file), field="FILE", code="no_file")
    if not file.is_file():
        raise InvalidInput(_("{path} is not a plain file").format(path=file), field="FILE")
    if has_journal(file):
        raise Refused(
            _("{path} is a book in use, not a backup: changes lie beside it").format(path=file),
            hint=_("loancrm store backup makes one"),
            code="not_a_backup",
        )
    return manifests.read(file)


def restore(store: Path, file: Path, clock: Clock, on_wait: Callable[[], None] | None) -> RestoreReceipt:
    """Put the backup ``file`` in the place of the book at ``store``; what was there is kept beside it.

    Raises:
        Damaged: it is not what its manifest says, or fails its checks.
        Refused: it is another program's file, or of a newer loancrm; or so is what is at ``store``.
        Busy: another process uses the book.
    """
    manifest = check_backup(file)
    if store.exists() and os.path.samefile(file, store):
        raise InvalidInput(_("that is the book itself"), field="FILE", code="same_file")
    _refuse_foreign(store)
    make_private_folders(store)
    with copies.part_of(store) as part:
        sha256, size = copies.copy_bytes(file, part)
        if manifest is not None and (manifest.sha256, manifest.size) != (sha256, size):
            raise Damaged(
                _("{path} is not what its manifest says: it was damaged or changed").format(path=file),
                hint=_("take another backup; the book was not touched"),
                code="checksum",
            )
        inspect_file(file)
        revision = _check_copy(part, clock)
        kept = _put_back(part, store, clock, on_wait)
    manifests.write_origin(store, _origin(file, manifest))
    return RestoreReceipt(
        store=str(store),
        file=str(file),
        sha256=sha256,
        schema_revision=revision,
        has_manifest=manifest is not None,
        kept=kept and str(kept),
    )


def _origin(file: Path, manifest: Manifest | None) -> manifests.Origin:
    written = datetime.fromtimestamp(file.stat().st_mtime, UTC)  # the best that is known without a manifest
    return manifests.Origin(
        file=str(file.absolute()),
        made_at=written if manifest is None else manifest.made_at,
        audit_chain=manifest and manifest.audit_chain,
    )


def _refuse_foreign(store: Path) -> None:
    """A book may be damaged, and is then replaced; what was never a book is left alone."""
    if store.exists():
        try:
            inspect_file(store)
        except Damaged:
            return


def _check_copy(part: Path, clock: Clock) -> str:
    """Return the schema revision of a copy that is whole.

    Raises:
        Damaged: it is not.
        Refused: a newer loancrm wrote it.
    """
    engine = copies.at_rest(part)
    try:
        revision = _revision(engine)
        with reading(engine) as connection:
            if revision == SCHEMA_REVISION:
                _refuse_broken(connection, clock)
            elif connection.exec_driver_sql("PRAGMA integrity_check").scalar() != "ok":
                raise Damaged(_("the copy fails its checks: {names}").format(names="integrity"))
    finally:
        engine.dispose()
    return revision


def _revision(engine: Engine) -> str:
    from loancrm.migrations import known_revisions

    with reading(engine) as connection:
        if not inspect(connection).has_table("alembic_version"):
            raise Damaged(_("the copy holds no book"))
        revision = connection.scalar(text("SELECT version_num FROM alembic_version"))
    if revision not in known_revisions():
        raise Refused(
            _("this store was written by a newer loancrm; it was not touched"),
            hint=_("install the newest loancrm"),
            code="newer_store",
        )
    return str(revision)


def _put_back(part: Path, store: Path, clock: Clock, on_wait: Callable[[], None] | None) -> Path | None:
    at = clock.now.astimezone(UTC)
    stem = kept = store.with_name(f"{store.name}.before-restore-{at:%Y%m%dT%H%M%SZ}")
    number = 1
    while kept.exists():
        number += 1
        kept = stem.with_name(f"{stem.name}-{number}")
    if store.exists():
        copies.put_over(part, store, kept, on_wait)
        return kept
    copies.move_sidecars(store, kept)
    try:
        copies.put_in_place(part, store, force=False)
    except Conflict:
        raise Conflict(_("somebody made {path} meanwhile").format(path=store), code="exists") from None
    return None
