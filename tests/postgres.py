"""A PostgreSQL server of our own for the tests, and the databases on it.

Started once for a run with ``LOANCRM_TEST_PG=1``; with an address there, that server is used instead.
Our own sorts by a Chinese collation, so that a query which leans on the database's own order fails.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import make_url

from tests import quick

VARIABLE = "LOANCRM_TEST_PG"
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "statement_timeout": "60000",  # ms: a plan that goes wrong fails, and does not hang
    "synchronous_commit": "off",
    "autovacuum": "off",
    "max_connections": "200",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "1d",
    "shared_buffers": "256MB",
}
ACCOUNTS = ("postgres", "nobody")


def wanted() -> bool:
    """Say whether the tests run on PostgreSQL."""
    return bool(os.environ.get(VARIABLE))


def binaries() -> Path:
    """Return the folder of initdb and pg_ctl: the newest of Debian's, or the one on PATH."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]))
    if debian:
        return debian[-1].parent
    found = shutil.which("initdb")
    assert found is not None, "no PostgreSQL server here: apt-get install postgresql"
    return Path(found).parent


class Server:
    """A server in a temporary folder that only answers on its socket."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="loancrm-pg-", dir=quick.in_memory()))
        self.data = self.folder / "data"
        self._as: list[str] = []
        if os.geteuid() == 0:  # initdb refuses root
            account = next(name for name in ACCOUNTS if _exists(name))
            shutil.chown(self.folder, account)
            self._as = ["runuser", "-u", account, "--"]

    @property
    def url(self) -> str:
        return f"postgresql+psycopg://loancrm@/postgres?host={self.folder}"

    def start(self) -> None:
        """Make the cluster and start it."""
        locale = ("--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=zh-Hans")
        self._run("initdb", "-D", self.data, "-U", "loancrm", "-A", "trust", "-E", "UTF8", "-N", *locale)
        options = " ".join(f"-c {name}='{value}'" for name, value in SETTINGS.items())
        log = self.folder / "log"
        self._run("pg_ctl", "-D", self.data, "-w", "-l", log, "-o", f"-k {self.folder} {options}", "start")

    def stop(self) -> None:
        """Stop it and leave nothing behind."""
        self._run("pg_ctl", "-D", self.data, "-m", "immediate", "-w", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, program: str, *args: str | Path) -> None:
        command = [*self._as, str(binaries() / program), *map(str, args)]
        done = subprocess.run(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd="/", check=False
        )
        assert done.returncode == 0, (program, done.stderr.decode())


def _exists(account: str) -> bool:
    import pwd

    try:
        return pwd.getpwnam(account).pw_uid > 0
    except KeyError:
        return False


@contextmanager
def server() -> Iterator[None]:
    """Have a server for as long as the tests run; its URL goes to every process in the environment."""
    if os.environ.get(VARIABLE) != "1":
        yield
        return
    own = Server()
    own.start()
    os.environ[VARIABLE] = own.url
    try:
        yield
    finally:
        os.environ[VARIABLE] = "1"
        own.stop()


# ── databases ───────────────────────────────────────────────────────────────────────────────────


@cache
def admin() -> Any:
    """The connection that makes databases."""
    import psycopg

    return psycopg.connect(autocommit=True, **words())


def words(database: str | None = None) -> dict[str, Any]:
    """Return what the driver connects with."""
    url = make_url(os.environ[VARIABLE])
    found = {"user": url.username, "password": url.password, "host": url.host, "port": url.port}
    found |= {**url.query, "dbname": database or url.database}
    return {name: value for name, value in found.items() if value is not None}


def url_of(database: str) -> str:
    """Return the address of a database."""
    return make_url(os.environ[VARIABLE]).set(database=database).render_as_string(hide_password=False)


def exists(database: str) -> bool:
    """Say whether a database is there."""
    return admin().execute("select 1 from pg_database where datname = %s", (database,)).fetchone() is not None


def create(database: str, template: str = "template0") -> None:
    """Make a database anew: empty, or a copy of another one that nobody is connected to."""
    drop(database)
    admin().execute(f"create database {database} template {template} strategy file_copy")


def drop(database: str) -> None:
    """Take a database away."""
    admin().execute(f"drop database if exists {database} with (force)")
