"""Where a store is, and whether its schema is ours: it is made, upgraded or refused before it is opened."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from sqlalchemy import Engine, text

from loancrm.config import is_address, without_password
from loancrm.engine import inspect_file, is_sqlite, make_engine, reading
from loancrm.errors import NotFound, Refused
from loancrm.i18n import _

SCHEMA_REVISION = "0028"  # the newest revision in migrations/versions; a test keeps it so


def as_place(place: Path | str) -> Path | str:
    """Return the address of a database as it is, and anything else as a path."""
    return place if isinstance(place, str) and is_address(place) else Path(place)


def file_of(place: Path | str) -> Path:
    """Return ``place`` where it is a path.

    Raises:
        Refused: it is the address of a database.
    """
    where = as_place(place)
    if isinstance(where, Path):
        return where
    raise Refused(
        _("this works on a SQLite file only; the book is in a PostgreSQL database"),
        hint=_("PostgreSQL brings tools of its own, such as pg_dump"),
        code="sqlite_only",
    )


def meet_schema(
    engine: Engine,
    place: Path | str,
    shown: str,
    *,
    is_new: bool = False,
    may_upgrade: bool = False,
    must_be_current: bool = False,
) -> None:
    """Bring an older schema up to date, where that may be; a newer one is refused before anything is locked.

    A file is upgraded whenever it is opened, unless it ``must_be_current``; a database only when its owner
    says so, and it is made by ``init``.
    """
    revision = _revision(engine)
    if revision == SCHEMA_REVISION:
        return
    if must_be_current:
        raise Refused(_("this store is of another version of loancrm"), code="other_schema")
    if revision is None and not (is_new or is_sqlite(engine)):
        raise NotFound(
            _("there is no store at {path}").format(path=shown),
            hint=_("loancrm init makes one (or name another with --store)"),
            code="no_store",
        )
    from loancrm.migrations import known_revisions, upgrade

    if revision is not None and revision not in known_revisions():
        raise Refused(
            _("this store was written by a newer loancrm; it was not touched"),
            hint=_("install the newest loancrm"),
            code="newer_store",
        )
    if revision is not None and not (may_upgrade or is_sqlite(engine)):
        raise Refused(
            _("the schema of this database is older than this loancrm; it was not touched"),
            hint=_("its owner runs: loancrm store upgrade"),
            code="older_store",
        )
    upgrade(engine, place)


def _revision(engine: Engine) -> str | None:
    with reading(engine) as connection:
        if not is_sqlite(engine):
            from loancrm.postgres import revision_of

            return revision_of(connection)
        found = connection.exec_driver_sql(
            "SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'"
        ).first()
        return connection.scalar(text("SELECT version_num FROM alembic_version")) if found else None


def upgrade_store(place: Path | str) -> tuple[str, str]:
    """Bring the schema at ``place`` to the newest revision and return the one before and the one now.

    Raises:
        LoanCrmError: nothing there, not ours, newer than this program; no right to change it.
    """
    where = as_place(place)
    if isinstance(where, Path):
        inspect_file(where)
    engine = make_engine(where)
    try:
        before = _revision(engine)
        meet_schema(engine, where, without_password(str(place)), may_upgrade=True)
    finally:
        engine.dispose()
    return before or SCHEMA_REVISION, SCHEMA_REVISION


def make_private_folders(path: Path) -> None:
    """Make the folders above ``path`` that are not there, for their owner alone."""
    try:
        missing = [folder for folder in path.absolute().parents if not folder.exists()]
        for folder in reversed(missing):
            folder.mkdir(mode=0o700, exist_ok=True)
    except OSError:
        raise Refused(_("{path} cannot be made").format(path=path), code="not_writable") from None


def make_private_file(path: Path) -> None:
    """Make an empty file that only its owner reads, in folders that only their owner enters."""
    make_private_folders(path)
    try:
        if path.exists():
            if path.stat().st_size or not path.is_file():
                inspect_file(path)
            return
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        if sys.platform != "win32":
            path.chmod(0o600)
    except OSError:
        raise Refused(_("{path} cannot be made").format(path=path), code="not_writable") from None
