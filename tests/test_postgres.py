"""What is PostgreSQL's own: snapshots, one writer, who may what, whose database it is, faults in words."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import errors
from sqlalchemy import delete, func, make_url, select, text

from loancrm import engine as engines
from loancrm.bulk import insert_rows
from loancrm.engine import make_engine, reading, writing
from loancrm.errors import Busy, LoanCrmError, Refused, Unreachable
from loancrm.models import Officer, Sequence, table
from loancrm.schema import SCHEMA_REVISION
from loancrm.store import Store
from tests import places, postgres
from tests.conftest import Run
from tests.support import new_store

TODAY = date(2026, 11, 21)
README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")


@pytest.fixture
def address(empty_database: str, tmp_path: Path) -> str:
    """A database with a new book in it."""
    new_store(tmp_path / "empty.db").close()
    return empty_database


def asked(address: str, statement: str) -> list[tuple[Any, ...]]:
    """Return the server's own answer."""
    with psycopg.connect(**postgres.words(make_url(address).database)) as connection:
        found = connection.execute(statement)
        return list(found.fetchall()) if found.description else []


# ── readers and writers ─────────────────────────────────────────────────────────────────────────


def test_a_report_is_one_snapshot_and_writes_nothing(address: str) -> None:
    engine = make_engine(address)
    with reading(engine) as connection:
        before = connection.scalar(text("select count(*) from sequence"))
        asked(address, "insert into sequence values ('meanwhile', 1)")
        assert connection.scalar(text("select count(*) from sequence")) == before
    with pytest.raises(Refused) as fault, reading(engine) as connection:
        connection.execute(text("update sequence set next_value = 9"))
    assert fault.value.code == "not_writable"
    engine.dispose()


@pytest.mark.parametrize("setting", ["timezone = 'Asia/Shanghai'", "datestyle = 'German'"])
def test_the_settings_of_a_role_change_nothing(address: str, setting: str) -> None:
    name = make_url(address).database
    asked(address, f"alter database {name} set {setting}")
    engine = make_engine(address)
    with reading(engine) as connection:
        assert connection.scalar(text("show timezone")) == "UTC"
        assert connection.scalar(text("select date '2026-11-02' :: text")) == "2026-11-02"
    engine.dispose()


def test_writers_come_one_after_another_and_waiting_is_said(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "FIRST_WAIT_MS", 50)
    first, second = make_engine(address), make_engine(address)
    said, release = threading.Event(), threading.Event()
    seen: list[int] = []

    def hold() -> None:
        with writing(first) as connection:
            connection.execute(text("insert into sequence values ('held', 7)"))
            holding.set()
            release.wait(20)

    holding = threading.Event()
    holder = threading.Thread(target=hold)
    holder.start()
    assert holding.wait(20)

    def tell() -> None:
        said.set()
        release.set()

    with writing(second, tell) as connection:
        seen.append(connection.scalar(text("select next_value from sequence where name = 'held'")) or 0)
    holder.join()
    assert said.is_set()
    assert seen == [7], "what the first one wrote is there when the second one reads"
    first.dispose()
    second.dispose()


def test_who_waits_too_long_is_told_that_the_store_is_busy(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "FIRST_WAIT_MS", 20)
    monkeypatch.setattr(engines, "LAST_WAIT_MS", 20)
    first, second = make_engine(address), make_engine(address)
    with writing(first), pytest.raises(Busy), writing(second):
        pass
    first.dispose()
    second.dispose()


def test_two_books_in_two_schemas_of_a_database_do_not_wait_for_each_other(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "FIRST_WAIT_MS", 20)
    monkeypatch.setattr(engines, "LAST_WAIT_MS", 20)
    asked(address, "create schema other")
    here = make_engine(address)
    there = make_engine(f"{address}&options=-csearch_path%3Dother")
    with writing(here), writing(there) as connection:
        assert connection.scalar(text("select current_schema()")) == "other"
    here.dispose()
    there.dispose()


def test_many_rows_come_by_copy_with_a_uid_of_their_own(address: str) -> None:
    from loancrm.store import Order
    from loancrm.unitofwork import Clock

    store = Store(address)
    clock = Clock(datetime(2026, 11, 21, 2, tzinfo=UTC), TODAY, is_fixed=True)
    with store.unit_of_work(Order(name="test", actor="test", clock=clock)) as uow:
        uow.insert_many(Officer, [{"code": f"o{n}", "name": "王\t五\\"} for n in range(50)])
        rows = table(Officer)
        kept = uow.connection.execute(rows.select().order_by(rows.c.id)).all()
    assert [row.code for row in kept] == [f"o{n}" for n in range(50)]
    assert {row.name for row in kept} == {"王\t五\\"}
    assert len({row.uid for row in kept}) == 50
    assert all(row.is_active and row.recorded_at == clock.now for row in kept)
    store.close()


def test_text_sorts_by_its_bytes_whatever_the_language_of_the_database(address: str) -> None:
    columns = asked(
        address,
        "select table_name, column_name from information_schema.columns where table_schema = 'public'"
        " and data_type in ('text', 'character varying') and collation_name is distinct from 'C'"
        " and table_name not like 'v\\_%'",
    )
    assert columns == []
    names = ["B", "a", "张", "李", "b", "A"]
    engine, rows = make_engine(address), table(Sequence)
    with writing(engine) as connection:
        connection.execute(delete(rows))
        insert_rows(connection, rows, [{"name": name, "next_value": 1} for name in names])
        assert list(connection.scalars(select(rows.c.name).order_by(rows.c.name))) == sorted(names)
        assert connection.scalar(select(func.max(rows.c.name))) == max(names)
        big = select(func.count()).where(rows.c.name > "a")
        assert connection.scalar(big) == sum(name > "a" for name in names)
    engine.dispose()


# ── whose database it is ────────────────────────────────────────────────────────────────────────


def code_of(cli: Run, address: str, *words: str) -> tuple[int, str]:
    answer = cli("--store", address, *words, "--format", "json")
    return answer.code, answer.error["code"] if answer.code else ""


def test_a_database_is_made_into_a_book_by_init_only(cli: Run, empty_database: str) -> None:
    assert code_of(cli, empty_database, "customer", "list") == (3, "no_store")
    assert code_of(cli, empty_database, "store", "upgrade") == (3, "no_store")
    assert asked(empty_database, "select count(*) from pg_tables where schemaname = 'public'") == [(0,)]
    made = cli("--store", empty_database, "init", "--format", "json")
    assert (made.code, made.json["is_new"]) == (0, True)
    assert cli("--store", empty_database, "init", "--format", "json").json["is_new"] is False
    assert cli("--store", empty_database, "store", "check").code == 0
    assert asked(empty_database, "select version_num from alembic_version") == [(SCHEMA_REVISION,)]


def test_a_dry_run_of_init_makes_nothing(cli: Run, empty_database: str) -> None:
    answer = cli("--store", empty_database, "init", "--dry-run", "--format", "json")
    assert (answer.code, answer.json["is_new"]) == (0, True)
    assert asked(empty_database, "select count(*) from pg_tables where schemaname = 'public'") == [(0,)]


@pytest.mark.parametrize("words", [("init",), ("customer", "list"), ("store", "upgrade")])
def test_somebody_elses_database_is_refused_untouched(
    cli: Run, empty_database: str, words: tuple[str, ...]
) -> None:
    asked(empty_database, "create table customer (id integer)")
    asked(empty_database, "create table alembic_version (version_num text)")
    asked(empty_database, "insert into alembic_version values ('0004')")
    assert code_of(cli, empty_database, *words) == (8, "foreign")
    tables = asked(empty_database, "select tablename from pg_tables where schemaname = 'public' order by 1")
    assert tables == [("alembic_version",), ("customer",)]


def test_a_newer_book_is_refused_untouched(cli: Run, address: str) -> None:
    asked(address, "update alembic_version set version_num = '9999'")
    for words in (("customer", "list"), ("init",), ("store", "upgrade")):
        assert code_of(cli, address, *words) == (8, "newer_store")
    assert asked(address, "select version_num from alembic_version") == [("9999",)]


# ── who may what ────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def reader(address: str) -> Iterator[str]:
    """The address for a role that may read everything and write nothing."""
    role = f"reader_{make_url(address).database}"
    for statement in (f"create role {role} login", f"grant select on all tables in schema public to {role}"):
        asked(address, statement)
    yield make_url(address).set(username=role).render_as_string()
    asked(address, f"drop owned by {role}")
    asked(address, f"drop role {role}")


def test_a_role_that_may_only_read_reads_and_is_refused_what_it_may_not(
    cli: Run, address: str, reader: str
) -> None:
    assert cli("--store", reader, "officer", "list").code == 0
    assert code_of(cli, reader, "officer", "add", "li.wei", "--name", "李伟") == (8, "permission")
    assert asked(address, "select count(*) from officer") == [(0,)]


def test_a_role_that_may_nothing_is_refused(cli: Run, address: str, reader: str) -> None:
    role = make_url(reader).username
    asked(address, f"revoke all on all tables in schema public from {role}")
    assert code_of(cli, reader, "officer", "list") == (8, "permission")


def test_the_rights_that_the_readme_gives_are_enough_for_an_officers_day(
    cli: Run, address: str, tmp_path: Path
) -> None:
    database = str(make_url(address).database)
    role, owner = f"li_wei_{database}", str(make_url(address).username)
    lines = re.findall(r"^    (?:create role|grant|alter default)(?:[^;])*;", README, re.MULTILINE)
    assert len(lines) == 6
    for line in lines:
        named = line.replace("li_wei", role).replace("branch", database).replace("loancrm_owner", owner)
        asked(address, named)
    officer = make_url(address).set(username=role).render_as_string()
    for line in (
        "officer add li.wei --name 李伟",
        "customer add --kind enterprise --name 华达机械有限公司 --officer li.wei",
        "loan add C-00001 --number JJ-1 --product working_capital --principal 100 --disbursed-on 2026-01-15",
        "snapshot add JJ-1 --on 2026-11-19 --outstanding 90 --days-past-due 0",
        "contact log C-00001 --channel phone --purpose service --outcome reached",
        "followup add C-00001 --on 2026-12-05 --what 送合同",
        "customer edit C-00001 --region 上海",
        "classify",
        "today",
        "report portfolio",
        "store check",
    ):
        answer = cli("--store", officer, *line.split())
        assert (answer.code, answer.err) == (0, ""), line
    answer = cli("--store", officer, "customer", "list", "--format", "json")
    assert [one["region"] for one in answer.json] == ["上海"]
    asked(address, f"drop owned by {role}")
    asked(address, f"drop role {role}")


# ── faults ──────────────────────────────────────────────────────────────────────────────────────


def test_a_database_that_is_not_there_is_named_as_missing(cli: Run, address: str) -> None:
    nowhere = make_url(address).set(database="nowhere").render_as_string()
    assert code_of(cli, nowhere, "customer", "list") == (3, "no_store")
    assert code_of(cli, nowhere, "init") == (3, "no_store")


def test_a_server_that_is_not_there_may_be_tried_again(cli: Run, address: str, tmp_path: Path) -> None:
    gone = make_url(address).set(query={"host": str(tmp_path)}).render_as_string()
    for words in (("customer", "list"), ("init",)):
        assert code_of(cli, gone, *words) == (6, "unreachable")


def test_a_server_that_goes_away_in_the_middle_is_unreachable_too(address: str) -> None:
    engine = make_engine(address)
    with ExitStack() as stack:
        stack.enter_context(pytest.raises(Unreachable))
        connection = stack.enter_context(reading(engine))
        key = connection.scalar(text("select pg_backend_pid()"))
        asked(address, f"select pg_terminate_backend({key})")
        connection.execute(text("select 1"))
    engine.dispose()


def test_without_the_driver_the_way_to_get_it_is_said(address: str, tmp_path: Path, home: Path) -> None:
    """A module of the same name that cannot be imported stands before the real one."""
    (tmp_path / "psycopg.py").write_text("raise ModuleNotFoundError('psycopg')\n", encoding="utf-8")
    program = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n"
        "from loancrm.cli import run; sys.exit(run(sys.argv[1:]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, "--store", address, "today"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 8
    assert "pip install 'loancrm[pg]'" in done.stderr
    assert "Traceback" not in done.stderr


SECRET = "geheim%40x"


@pytest.mark.parametrize(
    "words",
    [("customer", "list"), ("init",), ("store", "path"), ("store", "check"), ("store", "upgrade"),
     ("config", "show"), ("today", "--format", "json"), ("customer",), ("nosuch",)],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["right", "wrong host", "wrong database", "in the query"])
def test_a_password_is_never_shown(
    cli: Run, address: str, tmp_path: Path, words: tuple[str, ...], kind: str
) -> None:
    shown = address.replace("loancrm@", f"loancrm:{SECRET}@")
    if kind == "wrong host":
        shown = f"postgresql+psycopg://loancrm:{SECRET}@/x?host={tmp_path}"
    elif kind == "wrong database":
        shown = shown.replace(str(make_url(address).database), "nowhere")
    elif kind == "in the query":
        shown = f"{address}&password={SECRET}"
    answer = cli("--store", shown, *words)
    assert "geheim" not in answer.text + answer.err
    if kind == "right" and words == ("store", "path"):
        assert answer.text.strip() == address.replace("loancrm@", "loancrm:***@")


@pytest.mark.parametrize(
    "fault",
    [errors.LockNotAvailable, errors.DeadlockDetected, errors.DiskFull, errors.TooManyConnections,
     errors.InsufficientPrivilege, errors.DataCorrupted, errors.ReadOnlySqlTransaction],
)  # fmt: skip
def test_faults_of_the_server_have_an_exit_code(address: str, fault: type[psycopg.Error]) -> None:
    expected = {
        "LockNotAvailable": 6, "DeadlockDetected": 6, "DiskFull": 8, "TooManyConnections": 6,
        "InsufficientPrivilege": 8, "DataCorrupted": 7, "ReadOnlySqlTransaction": 8,
    }  # fmt: skip
    state = fault.sqlstate
    engine = make_engine(address)
    raising = f"do $$ begin raise exception 'x' using errcode = '{state}'; end $$"
    with ExitStack() as stack:
        caught = stack.enter_context(pytest.raises(LoanCrmError))
        stack.enter_context(reading(engine)).exec_driver_sql(raising)
    assert caught.value.exit_code == expected[fault.__name__]
    engine.dispose()


def test_what_is_about_a_file_says_so(address: str) -> None:
    store = Store(address)
    assert (store.backend, store.is_sqlite) == ("postgresql", False)
    with pytest.raises(Refused) as fault:
        _ = store.path
    assert fault.value.code == "sqlite_only"
    assert places.path_of(store).name == "empty.db"
    store.close()
