"""On a server the revisions and the tables say the same too, and only the owner's command upgrades."""

from __future__ import annotations

from typing import Any

import pytest
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from sqlalchemy import inspect, text

from loancrm.engine import make_engine, reading, writing
from loancrm.errors import Refused
from loancrm.migrations import script
from loancrm.models import METADATA
from loancrm.postgres import collate_texts
from loancrm.schema import SCHEMA_REVISION, upgrade_store
from loancrm.store import Store
from tests import places
from tests.conftest import Run
from tests.migrations.test_schema import OLDER
from tests.support import new_store


def one_table(inspector: Any, name: str) -> dict[str, Any]:
    columns = inspector.get_columns(name)
    keys = inspector.get_foreign_keys(name)
    return {
        "columns": sorted(
            (c["name"], str(c["type"]), getattr(c["type"], "collation", None), c["nullable"], c["default"])
            for c in columns
        ),
        "primary key": inspector.get_pk_constraint(name)["constrained_columns"],
        "foreign keys": sorted(
            (k["name"], k["constrained_columns"], k["referred_table"], k["referred_columns"]) for k in keys
        ),
        "unique": sorted((u["name"], u["column_names"]) for u in inspector.get_unique_constraints(name)),
        "indexes": sorted((i["name"], i["column_names"], i["unique"]) for i in inspector.get_indexes(name)),
        "checks": sorted((c["name"], c["sqltext"]) for c in inspector.get_check_constraints(name)),
    }


def tables(address: str) -> dict[str, Any]:
    """Return everything that a schema says."""
    engine = make_engine(address)
    with reading(engine) as connection:
        found, inspector = {}, inspect(connection)
        for name in inspector.get_table_names():
            if name == "alembic_version":
                continue
            found[name] = one_table(inspector, name)
    engine.dispose()
    return found


def test_a_migrated_database_is_what_the_models_say(empty_database: str, tmp_path: Any) -> None:
    new_store(tmp_path / "empty.db").close()
    direct = places.place(tmp_path / "direct.db")
    engine = make_engine(direct)
    with writing(engine) as connection:
        METADATA.create_all(connection)
        collate_texts(connection)
    engine.dispose()
    migrated, made = tables(empty_database), tables(direct)
    assert migrated.keys() == made.keys()
    for name, expected in made.items():
        for part, value in expected.items():
            assert migrated[name][part] == value, (name, part)


def make_older(address: str, revision: str) -> None:
    """Make a book as the program of that revision would have left it, with an officer in it."""
    engine, directory = make_engine(address), script()

    def steps(current: Any, context: Any) -> Any:
        del context
        return directory._upgrade_revs(revision, current)

    with writing(engine) as connection:
        environment = EnvironmentContext(Config(), directory, fn=steps, destination_rev=revision)
        with environment:
            environment.configure(connection=connection, transactional_ddl=True)
            environment.run_migrations()
        collate_texts(connection)
        at = "2026-01-05 01:00:00+00"
        for sql in (
            f"insert into book values (1, 'Asia/Shanghai', 'CNY', '{at}')",
            (
                "insert into command (id, uid, name, actor, recorded_at, clock)"
                f" values (1, 'u-1', 'init', 'li.wei', '{at}', 'system')"
            ),
            (
                "insert into officer (known_on, recorded_at, command_id, uid, code, name, is_active, version)"
                f" values ('2026-01-05', '{at}', 1, 'u-2', 'li.wei', '李伟', true, 1)"
            ),
        ):
            connection.execute(text(sql))
    engine.dispose()


@pytest.mark.parametrize("revision", OLDER)
def test_an_older_database_waits_for_its_owner_and_keeps_every_row(
    cli: Run, empty_database: str, revision: str, tmp_path: Any
) -> None:
    make_older(empty_database, revision)
    with pytest.raises(Refused) as fault:
        Store(empty_database)
    assert (fault.value.code, fault.value.exit_code) == ("older_store", 8)
    assert "loancrm store upgrade" in str(fault.value.hint)
    assert cli("--store", empty_database, "init").code == 8

    answer = cli("--store", empty_database, "store", "upgrade", "--format", "json")
    assert answer.json == {"before": revision, "now": SCHEMA_REVISION, "is_upgraded": True}
    again = cli("--store", empty_database, "store", "upgrade", "--format", "json")
    assert again.json == {"before": SCHEMA_REVISION, "now": SCHEMA_REVISION, "is_upgraded": False}
    assert cli("--store", empty_database, "officer", "list", "--format", "json").json[0]["name"] == "李伟"
    assert cli("--store", empty_database, "store", "check").code == 0
    new = tmp_path / "new.db"
    places.place(new)
    new_store(new).close()
    assert tables(empty_database) == tables(places.place(new))


def test_who_does_not_own_the_tables_cannot_upgrade_them(cli: Run, empty_database: str) -> None:
    from sqlalchemy import make_url

    make_older(empty_database, "0004")
    role = f"guest_{make_url(empty_database).database}"
    path = next(p for d, p in places._made.items() if d in empty_database)
    places.put(path, f"create role {role} login")
    places.put(path, f"grant select on all tables in schema public to {role}")
    guest = make_url(empty_database).set(username=role).render_as_string()
    answer = cli("--store", guest, "store", "upgrade", "--format", "json")
    assert (answer.code, answer.error["code"]) == (8, "permission")
    assert places.asked(path, "select version_num from alembic_version") == [("0004",)]
    places.put(path, f"drop owned by {role}")
    places.put(path, f"drop role {role}")


def test_a_view_of_somebody_else_over_ours_stops_the_upgrade_and_is_kept(empty_database: str) -> None:
    make_older(empty_database, "0004")
    path = next(p for d, p in places._made.items() if d in empty_database)
    places.put(path, "create view v_ours as select code from officer")
    places.put(path, "create view theirs as select code from v_ours")
    with pytest.raises(Refused) as fault:
        upgrade_store(empty_database)
    assert fault.value.code == "depended_on"
    assert places.asked(path, "select * from theirs") == [("li.wei",)]
    assert places.asked(path, "select version_num from alembic_version") == [("0004",)]
