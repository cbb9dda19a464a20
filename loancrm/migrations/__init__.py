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

from loancrm.engine import APPLICATION_ID, writing
from loancrm.errors import Damaged
from loancrm.i18n import _


def script() -> ScriptDirectory:
    """Return the revisions as Alembic knows them."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    return ScriptDirectory.from_config(config)


def known_revisions() -> set[str]:
    """Return every revision that this program can upgrade from, or is at."""
    return {revision.revision for revision in script().walk_revisions()}


def upgrade(engine: Engine, path: Path) -> None:
    """Bring the store to the newest revision, in one transaction; a copy of the file is made first.

    Foreign keys are off meanwhile (rebuilding a table would cascade) and checked at the end. Whoever
    comes second finds the work done.
    """
    directory = script()
    with writing(engine, foreign_keys=False) as connection:
        found = connection.execute(text("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'")).first()
        revision = connection.scalar(text("SELECT version_num FROM alembic_version")) if found else None
        if revision == directory.get_current_head():
            return
        if revision is not None:
            _copy(path, path.with_name(f"{path.name}.before-{directory.get_current_head()}"))
        _run(connection, directory)
        _check(connection)


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
    connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")


def _check(connection: Connection) -> None:
    if connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
        raise Damaged(_("the upgrade would break references; the store was left as it was"))
