"""The revisions and the tables say the same; an older store is brought up without losing a row."""

from __future__ import annotations

import re
import shutil
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, inspect

from loancrm.errors import Refused
from loancrm.migrations import known_revisions, script
from loancrm.models import METADATA
from loancrm.reports.checks import check_store
from loancrm.store import SCHEMA_REVISION, Store
from tests.support import TODAY, Book

from .older import OLDER, MakeOlder

pytestmark = pytest.mark.sqlite_only("it is about the file; test_on_postgres asks the same of a server")


def rows(path: Path, sql: str, *values: Any) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as raw:
        return raw.execute(sql, values).fetchall()


def tables(path: Path) -> dict[str, Any]:
    """Return everything that a schema says, table by table, in one form for both ways of making it."""
    found = {}
    inspector = inspect(create_engine(f"sqlite:///{path}"))
    for name in inspector.get_table_names():
        if name == "alembic_version":
            continue
        ddl = rows(path, "select sql from sqlite_master where type = 'table' and name = ?", name)[0][0]
        found[name] = {
            "columns": [
                (c["name"], str(c["type"]), c["nullable"], c["default"])
                for c in sorted(inspector.get_columns(name), key=lambda c: c["name"])
            ],
            "primary key": inspector.get_pk_constraint(name),
            "foreign keys": sorted(
                (k["name"], k["constrained_columns"], k["referred_table"], k["referred_columns"])
                for k in inspector.get_foreign_keys(name)
            ),
            "unique": sorted((u["name"], u["column_names"]) for u in inspector.get_unique_constraints(name)),
            "indexes": sorted(
                (
                    i["name"],
                    i["column_names"],
                    i["unique"],
                    str(i.get("dialect_options", {}).get("sqlite_where")),
                )
                for i in inspector.get_indexes(name)
            ),
            "checks": sorted(re.findall(r"CONSTRAINT (ck_\w+) CHECK (\(.*\))", ddl)),
        }
    return found


def test_the_newest_revision_is_the_one_that_the_store_expects() -> None:
    assert script().get_current_head() == SCHEMA_REVISION
    assert {*OLDER, SCHEMA_REVISION} == known_revisions()


def test_a_migrated_store_is_what_the_models_say(empty_store: Path, tmp_path: Path) -> None:
    direct = tmp_path / "direct.db"
    engine = create_engine(f"sqlite:///{direct}")
    METADATA.create_all(engine)
    engine.dispose()
    migrated, made = tables(empty_store), tables(direct)
    assert migrated.keys() == made.keys()
    for name, expected in made.items():
        for part, value in expected.items():
            assert migrated[name][part] == value, (name, part)


def test_every_check_stands_in_the_schema_once(empty_store: Path) -> None:
    names = [name for table in tables(empty_store).values() for name, _text in table["checks"]]
    assert sorted(names) == sorted(set(names))
    assert len([name for name in names if name.endswith("_exact")]) == 103


def test_money_columns_of_a_migrated_store_refuse_a_float(book: Book) -> None:
    customer = book.customer()
    line = book.facility(customer, 100)
    with (
        closing(sqlite3.connect(book.store.path)) as raw,
        pytest.raises(sqlite3.IntegrityError, match="ck_facility_limit_amount_exact"),
    ):
        raw.execute("update facility set limit_amount = 12.5 where number = ?", (line,))


def test_foreign_keys_are_on_for_writers_and_readers(book: Book) -> None:
    with book.unit() as uow:
        assert uow.connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    with book.view() as view:
        assert view.connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


@pytest.fixture(params=OLDER)
def older(
    request: pytest.FixtureRequest, make_older: MakeOlder, tmp_path: Path
) -> Iterator[tuple[Path, str]]:
    path = tmp_path / "older.db"
    make_older(path, request.param)
    return path, request.param


@pytest.fixture(scope="module", params=OLDER)
def upgraded(
    request: pytest.FixtureRequest, make_older: MakeOlder, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, str]:
    """A store that was opened once since it was of an older revision. Only to be looked at."""
    path = tmp_path_factory.mktemp("upgraded") / "older.db"
    make_older(path, request.param)
    Store(path).close()
    return path, request.param


@pytest.fixture(scope="module")
def new_tables(empty_store: Path) -> dict[str, Any]:
    return tables(empty_store)


def test_an_older_store_is_upgraded_on_open_and_keeps_every_row(older: tuple[Path, str]) -> None:
    path, revision = older
    owners = {}
    for name in ("book", "command", "officer", "sequence"):
        owners[name] = ", ".join(row[1] for row in rows(path, f"pragma table_info({name})"))
    before = {name: rows(path, f"select {columns} from {name}") for name, columns in owners.items()}
    store = Store(path)
    assert rows(path, "select version_num from alembic_version") == [(SCHEMA_REVISION,)]
    after = {name: rows(path, f"select {columns} from {name}") for name, columns in owners.items()}
    assert after == before
    assert revision != SCHEMA_REVISION
    with store.read(TODAY) as view:
        assert check_store(view) == []
    store.close()


def test_an_upgrade_leaves_a_private_copy_of_the_file_as_it_was(upgraded: tuple[Path, str]) -> None:
    path, revision = upgraded
    copy = path.with_name(f"{path.name}.before-{SCHEMA_REVISION}")
    assert rows(copy, "select version_num from alembic_version") == [(revision,)]
    assert rows(copy, "select code from officer") == [("li.wei",)]
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600


def test_an_upgraded_store_is_the_same_as_a_new_one(
    upgraded: tuple[Path, str], new_tables: dict[str, Any]
) -> None:
    assert tables(upgraded[0]) == new_tables


def test_names_that_were_there_are_found_by_pinyin_after_the_upgrade(
    make_older: MakeOlder, tmp_path: Path
) -> None:
    path = tmp_path / "older.db"
    make_older(path, "0004")
    with closing(sqlite3.connect(path)) as raw, raw:
        for number, (kind, name) in enumerate(
            [("enterprise", "华达机械有限公司"), ("student", "曾小明"), ("enterprise", "Acme")], 1
        ):
            raw.execute(
                "insert into customer (known_on, recorded_at, command_id, uid, number, kind, since_on,"
                " version, name_key, name) values ('2026-01-05', '2026-01-05 01:00:00.000000', 1, ?, ?, ?,"
                " '2026-01-05', 1, ?, ?)",
                (f"c-{number}", number, kind, name, name),
            )
    Store(path).close()
    assert rows(path, "select pinyin_key from customer order by number") == [
        ("huadajixieyouxiangongsi hdjxyxgs",),
        ("zengxiaoming zxm zengxm",),
        (None,),
    ]


def test_how_tickets_stood_is_said_for_those_that_were_there(make_older: MakeOlder, tmp_path: Path) -> None:
    path = tmp_path / "older.db"
    make_older(path, "0018")
    stamp = "'2026-11-20', '2026-11-20 01:00:00.000000', 1"
    with closing(sqlite3.connect(path)) as raw, raw:
        raw.execute(
            "insert into customer (known_on, recorded_at, command_id, uid, number, kind, since_on, version,"
            f" name_key, name) values ({stamp}, 'c', 1, 'student', '2026-11-20', 1, 'n', 'n')"
        )
        for number, kind in enumerate(("complaint", "praise"), 1):
            raw.execute(
                "insert into feedback (known_on, recorded_at, command_id, effective_on, uid, number,"
                " customer_id, channel, business_line, kind, importance, urgency, text, answer_due_on,"
                f" resolve_due_on) values ({stamp}, '2026-11-20', ?, ?, 1, 'phone', 'other', ?, 'high',"
                " 'high', 't', '2026-11-23', '2026-12-05')",
                (f"f-{number}", number, kind),
            )
        for action, on in (
            ("assigned", "2026-11-20"),
            ("resolved", "2026-11-26"),
            ("answered", "2026-11-24"),
        ):
            raw.execute(
                "insert into feedback_event (known_on, recorded_at, command_id, effective_on, feedback_id,"
                f" action, officer_id) values ({stamp}, ?, 1, ?, ?)",
                (on, action, 1 if action == "assigned" else None),
            )
    Store(path).close()
    found = rows(
        path,
        "select feedback_id, effective_on, status, officer_id, priority, answer_due_on, answered_on,"
        " is_answer_kept, resolved_on, limit_on from feedback_state order by id",
    )
    late = ("2026-11-24", 0)
    assert found == [
        (1, "2026-11-20", "open", None, "critical", "2026-11-23", None, None, None, "2026-12-05"),
        (2, "2026-11-20", "open", None, "critical", "2026-11-23", None, None, None, "2026-12-05"),
        (1, "2026-11-20", "open", 1, "critical", "2026-11-23", None, None, None, "2026-12-05"),
        (1, "2026-11-24", "answered", 1, "critical", None, *late, None, "2026-12-05"),
        (1, "2026-11-26", "resolved", 1, "critical", None, *late, "2026-11-26", "2026-12-05"),
    ]


def test_opening_an_upgraded_store_again_makes_no_second_copy(
    upgraded: tuple[Path, str], tmp_path: Path
) -> None:
    path = tmp_path / "older.db"
    shutil.copy(upgraded[0], path)
    Store(path).close()
    assert [file.name for file in tmp_path.iterdir()] == ["older.db"]


def test_a_store_of_a_newer_program_is_refused_untouched(empty_store: Path, tmp_path: Path) -> None:
    path = tmp_path / "newer.db"
    shutil.copy(empty_store, path)
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("update alembic_version set version_num = '9999'")
        raw.commit()
    before = path.read_bytes()
    with pytest.raises(Refused) as fault:
        Store(path)
    assert fault.value.code == "newer_store"
    assert path.read_bytes() == before
