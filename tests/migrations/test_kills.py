"""kill -9 while an older store is upgraded: the file is exactly the old one or exactly the new one.

``LOANCRM_UPGRADE_KILLS=300`` asks for that many of each released schema instead of the 8 that CI does.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from loancrm.schema import SCHEMA_REVISION
from tests.conftest import call
from tests.killing import in_child, killed_after
from tests.places import asked, rows_of

from .older import OLDER, MakeOlder

KILLS = int(os.environ.get("LOANCRM_UPGRADE_KILLS", "8"))
OPENING = ("officer", "list", "--format", "json")
CUSTOMERS, OFFICERS = 100, 58

pytestmark = [pytest.mark.slow, pytest.mark.sqlite_only("it is about the file and its journal")]


@pytest.fixture(params=OLDER)
def older(request: pytest.FixtureRequest, make_older: MakeOlder, tmp_path: Path) -> Path:
    """A store of an older revision with rows in it, so that a half of it would show."""
    path = tmp_path / "older.db"
    make_older(path, request.param)
    fill(path, with_customers=request.param > "0001")
    return path


def fill(path: Path, *, with_customers: bool) -> None:
    """Put rows in, behind the program's back as it was then."""
    at = "'2026-01-05', '2026-01-05 01:00:00.000000', 1"
    with closing(sqlite3.connect(path)) as raw, raw:
        raw.executemany(
            "insert into officer (known_on, recorded_at, command_id, uid, code, name, is_active, version)"
            f" values ({at}, ?, ?, '某人', 1, 1)",
            [(f"o-{n}", f"o{n}") for n in range(2, OFFICERS + 1)],
        )
        if with_customers:
            raw.executemany(
                "insert into customer (known_on, recorded_at, command_id, uid, number, kind, since_on,"
                f" version, name_key, name) values ({at}, ?, ?, 'enterprise', '2026-01-05', 1, ?, ?)",
                [(f"c-{n}", n, *[f"客户{n}有限公司"] * 2) for n in range(1, CUSTOMERS + 1)],
            )
            raw.execute("insert into sequence values ('customer', ?)", (CUSTOMERS + 1,))


def content(path: Path) -> list[str]:
    """Return everything that a store holds; a rebuilt table has its constraints in any order."""
    return sorted(
        str(sorted(re.split(r"\s*,\s*\n\s*|\s*\n\)", line))) if line.startswith("CREATE TABLE") else line
        for line in rows_of(path)
    )


def opened(path: Path, home: Path) -> int:
    """Open a store as an officer does, which upgrades it."""
    return call("--store", path, *OPENING, home=home).code


def test_an_upgrade_killed_anywhere_leaves_the_old_store_or_the_new_one(
    older: Path, home: Path, tmp_path: Path
) -> None:
    new, place = tmp_path / "new.db", tmp_path / "place.db"
    shutil.copy(older, new)
    started = time.monotonic()
    assert opened(new, home) == 0
    longest = time.monotonic() - started
    whole = {"old": content(older), "new": content(new)}
    chance, found = random.Random(13), []
    for kill in range(KILLS):
        for left in tmp_path.glob("place.db*"):
            left.unlink()
        shutil.copy(older, place)
        # The first comes at once, the last when all is done, the others anywhere in between.
        after = (0.0, 60.0)[kill > 0] if kill in (0, KILLS - 1) else chance.uniform(0, longest)
        told = killed_after(*in_child(lambda tell: tell(str(opened(place, home)))), after)
        state = next((name for name, rows in whole.items() if rows == content(place)), "half")
        found.append(state)
        longest *= 0.9 if state == "new" else 1.1
        assert state != "half"
        assert state == "new" or told == []
        assert opened(place, home) == 0, "the next opening goes on where the killed one was"
        assert content(place) == whole["new"]
        copy = place.with_name(f"place.db.before-{SCHEMA_REVISION}")
        assert content(copy) == whole["old"]
    check = ("store", "check", "--format", "json")
    assert call("--store", place, *check, home=home) == call("--store", new, *check, home=home)
    assert asked(place, "select count(*) from officer") == [(OFFICERS,)]
    assert {*found} == {"old", "new"}
