"""What is loaded at start: budget B-S5 of the design. What takes time is measured by ``make bench``."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

REPO = Path(__file__).parent.parent
HEAVY = {"sqlmodel", "sqlalchemy", "pydantic", "yaml", "rich", "numpy"}
NEVER_FOR_A_LIST = {"alembic", "numpy", "dateutil.parser", "psycopg", "phonenumbers", "stdnum", "jinja2"}
NEVER_FOR_A_LIST |= {"chinese_calendar", "xlsxwriter", "loancrm.postgres", "loancrm.migrations", "pypinyin"}
NEVER_FOR_A_LIST |= {
    "sqlalchemy.dialects.postgresql"
}  # a word of it in a model loads all of it, on SQLite too
# Runs the program as `python -m loancrm` does, and says at the end what was loaded.
DUMP = """
import sys
from loancrm.__main__ import main
try:
    main()
finally:
    sys.stderr.write("\\n".join(sorted(sys.modules)))
"""


def loaded(folder: Path, *args: str | Path) -> set[str]:
    """Return the modules that a command line loads."""
    environ = {"PATH": os.defpath, "HOME": str(folder), "LANG": "C.UTF-8", "PYTHONPATH": str(REPO)}
    environ["LOANCRM_NOW"] = "2026-11-20T09:00+08:00"
    command = [sys.executable, "-c", DUMP, *args]
    done = subprocess.run(command, env=environ, cwd=folder, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-2000:]
    modules = set(done.stderr.split("\n"))
    assert "loancrm.cli" in modules
    return modules


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a book in B.db: one officer, one customer, something to do."""
    folder = tmp_path_factory.mktemp("start")
    for words in (
        ("init",),
        ("officer", "add", "li.wei", "--name", "李伟"),
        ("customer", "add", "--kind", "enterprise", "--name", "华达机械有限公司", "--officer", "li.wei"),
        ("followup", "add", "C-00001", "--on", "2026-11-20", "--what", "送合同"),
    ):
        loaded(folder, "--store", "B.db", *words)
    return folder


@pytest.mark.parametrize(
    "args",
    [("--help",), ("--version",), ("--lang", "zh_CN", "--help"), ("contact", "log", "--help"), ("due", "-h")],
)
def test_help_loads_nothing_heavy(tmp_path: Path, args: tuple[str, ...]) -> None:
    assert loaded(tmp_path, *args) & HEAVY == set()


@pytest.mark.parametrize("format_", ["csv", "tsv", "json", "jsonl"])
def test_the_days_list_for_a_script_loads_only_what_it_needs(folder: Path, format_: str) -> None:
    modules = loaded(folder, "--store", "B.db", "due", "--officer", "li.wei", "--format", format_)
    assert modules & (NEVER_FOR_A_LIST | {"rich"}) == set()


def test_the_days_list_as_a_table_loads_rich_and_no_more(folder: Path) -> None:
    modules = loaded(folder, "--store", "B.db", "due", "--officer", "li.wei", "--format", "table")
    assert "rich" in modules
    assert modules & NEVER_FOR_A_LIST == set()


def test_a_contact_is_logged_without_what_it_does_not_need(folder: Path) -> None:
    modules = loaded(folder, "--store", "B.db", "contact", "log", "C-00001", "--channel", "phone")
    assert modules & (NEVER_FOR_A_LIST | {"rich"}) == set()


def test_a_command_declares_the_tables_that_it_reads_and_no_others(folder: Path) -> None:
    """Else every table that is added would cost every command."""
    modules = loaded(folder, "--store", "B.db", "due", "--officer", "li.wei", "--format", "csv")
    assert "loancrm.models.loans" in modules
    unread = (
        "files",
        "rates",
        "commands",
        "people",
        "assets",
        "finance",
        "views",
        "studies",
        "clocks",
        "wishes",
        "servicing",
        "standing",
        "checks",
        "events",
        "agenda",
        "loyalty",
        "reminders",
        "measures",
        "churn",
        "surveys",
        "warnings",
    )
    assert modules & {f"loancrm.models.{name}" for name in unread} == set()


def test_the_days_list_reads_no_scorecard(folder: Path) -> None:
    modules = loaded(folder, "--store", "B.db", "due", "--officer", "li.wei", "--format", "csv")
    assert modules & {f"loancrm.policy.{name}" for name in ("card_reading", "card_shapes", "cards")} == set()
