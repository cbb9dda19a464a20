"""Stores as the program of an older revision left them."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext

from loancrm.engine import APPLICATION_ID, make_engine, writing
from loancrm.migrations import script

MakeOlder = Callable[[Path, str], None]
OLDER = [
    "0001",
    "0002",
    "0003",
    "0004",
    "0005",
    "0006",
    "0007",
    "0008",
    "0009",
    "0010",
    "0011",
    "0012",
    "0013",
    "0014",
    "0015",
    "0016",
    "0018",
    "0019",
    "0020",
    "0021",
    "0022",
    "0023",
    "0024",
    "0025",
    "0026",
    "0027",
]


@pytest.fixture(scope="session")
def make_older(tmp_path_factory: pytest.TempPathFactory) -> MakeOlder:
    """Make a store as the program of a revision left it, with a command and an officer in it."""
    folder = tmp_path_factory.mktemp("older")

    def copy(path: Path, revision: str) -> None:
        made = folder / f"{revision}.db"
        if not made.exists():
            _migrate(made, revision)
        shutil.copy(made, path)

    return copy


def _migrate(path: Path, revision: str) -> None:
    engine = make_engine(path)
    directory = script()

    def steps(current: Any, context: Any) -> Any:
        del context
        return directory._upgrade_revs(revision, current)

    with writing(engine) as connection:
        environment = EnvironmentContext(Config(), directory, fn=steps, destination_rev=revision)
        with environment:
            environment.configure(connection=connection, transactional_ddl=True)
            environment.run_migrations()
        connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
        at = "2026-01-05 01:00:00.000000"
        for sql in (
            f"insert into book values (1, 'Asia/Shanghai', 'CNY', '{at}')",
            (
                "insert into command (id, uid, name, actor, recorded_at, clock)"
                f" values (1, 'u-1', 'init', 'li.wei', '{at}', 'system')"
            ),
            (
                "insert into officer (id, known_on, recorded_at, command_id, uid, code, name, is_active,"
                f" version) values (1, '2026-01-05', '{at}', 1, 'u-2', 'li.wei', '李伟', 1, 1)"
            ),
            "insert into sequence values ('officer', 2)",
        ):
            connection.exec_driver_sql(sql)
    engine.dispose()
    path.chmod(0o600)
