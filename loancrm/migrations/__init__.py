"""Alembic revisions, and how a store is brought to the newest one."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from loancrm.engine import APPLICATION_ID, is_sqlite, writing
from loancrm.errors import Damaged
from loancrm.i18n import _
from loancrm.migrations.views import create_views, drop_views


def script() -> ScriptDirectory:
    """Return the revisions as Alembic knows them."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    return ScriptDirectory.from_config(config)


def known_revisions() -> set[str]:
    """Return every revision that this program can upgrade from, or is at."""
    return {revision.revision for revision in script().walk_revisions()}


def upgrade(engine: Engine, place: Path | str) -> None:
    """Bring the store to the newest revision, in one transaction; of a file, a copy is made first.

    On SQLite foreign keys are off meanwhile (rebuilding a table would cascade) and checked at the end.
    Whoever comes second finds the work done.
    """
    directory = script()
    with writing(engine, foreign_keys=False) as connection:
        revision = _revision(connection)
        if revision == directory.get_current_head():
            return
        if revision is not None and isinstance(place, Path):
            _copy(place, place.with_name(f"{place.name}.before-{directory.get_current_head()}"))
        drop_views(connection)
        _run(connection, directory)
        if is_sqlite(connection):
            connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
            _check(connection)
        else:
            from loancrm.postgres import collate_texts

            collate_texts(connection)
        create_views(connection)


def _revision(connection: Connection) -> str | None:
    if not is_sqlite(connection):
        from loancrm.postgres import revision_of

        return revision_of(connection)
    found = connection.execute(text("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'")).first()
    return connection.scalar(text("SELECT version_num FROM alembic_version")) if found else None


def _copy(path: Path, copy: Path) -> None:
    """Copy what is committed; we hold the write lock, so nobody changes it meanwhile."""
    os.close(os.open(copy, os.O_CREAT | os.O_RDWR, 0o600))
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)


def _run(connection: Connection, directory: ScriptDirectory) -> None:
    def steps(revision: Any, context: Any) -> Any:
        del context
        return directory._upgrade_revs("head", revision)

    with EnvironmentContext(Config(), directory, fn=steps, destination_rev="head") as environment:
        environment.configure(connection=connection, transactional_ddl=True)
        environment.run_migrations()


def _check(connection: Connection) -> None:
    if connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
        raise Damaged(_("the upgrade would break references; the store was left as it was"))
