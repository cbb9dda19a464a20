"""Write docs/schema.md from the models: tables, columns, units, sensitivity, keys, indexes, views.

.venv/bin/python scripts/schema.py            write docs/schema.md
.venv/bin/python scripts/schema.py --check    write nothing; 1 when it would change
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import CheckConstraint, Column, Table, UniqueConstraint

from loancrm.migrations.views import MEANINGS, VIEWS
from loancrm.models import METADATA, table
from loancrm.models.base import TableModel
from loancrm.models.columns import ExactInteger, JsonText, Millionths, UtcInstant
from loancrm.schema import SCHEMA_REVISION

REPO = Path(__file__).resolve().parent.parent
FILE = REPO / "docs" / "schema.md"
HEAD = f"""\
# The tables

Written by `make schema` from `loancrm/models/`, revision {SCHEMA_REVISION}.
The same on SQLite and PostgreSQL.

- An *amount* is an integer of minor units (分): 125000000 is 1250000.00. *Millionths*
  are an integer too: a rate of 34500 is 0.0345, or 3.45%.
- An *instant* is UTC. SQLite keeps it as text without an offset, PostgreSQL as `timestamptz`.
- *JSON* is text with sorted keys and no blanks, so that its digest is stable.
- The sensitivity of a column is `none`, `personal` (names or describes somebody) or `sensitive`
  (masked, or may hold what is).
- A fact is never changed: a mistake is voided (`voided_at`, `voided_by`) and no longer seen.
  [ARCHITECTURE.md](../ARCHITECTURE.md) says what its dates mean.

To look at a book by hand, use the views: they have codes and names for keys, and amounts as text.
"""
WORDS = {"BIGINT": "integer", "INTEGER": "integer", "VARCHAR": "text", "TEXT": "text", "DATE": "date",
         "BOOLEAN": "yes/no"}  # fmt: skip


def classes(base: type[Any] = TableModel) -> dict[str, type[Any]]:
    """Return the model of each table, by the table's name."""
    found: dict[str, type[Any]] = {}
    for model in base.__subclasses__():
        if "__tablename__" in vars(model):
            found[table(model).name] = model
        found |= classes(model)
    return found


def unit(column: Column[Any]) -> str:
    """Return what a value of the column is."""
    if isinstance(column.type, Millionths):
        return "millionths"
    if isinstance(column.type, ExactInteger):
        return "amount, minor units"
    if isinstance(column.type, UtcInstant):
        return "instant"
    if isinstance(column.type, JsonText):
        return "JSON"
    if column.name.startswith("days_") or column.name.endswith("_days_past_due"):
        return "days"
    if column.name.endswith("_months"):
        return "months"
    name = str(column.type.compile()).partition("(")[0]
    length = getattr(column.type, "length", None)
    return f"{WORDS[name]}, at most {length}" if length else WORDS[name]


def key(column: Column[Any]) -> str:
    """Return what the column refers to, or that it is the key."""
    if column.primary_key:
        return "key"
    return ", ".join(f"→ `{to.target_fullname}`" for to in column.foreign_keys)


def lines(owner: Table, model: type[Any]) -> Iterator[str]:
    """Yield the section of a table."""
    yield f"\n## `{owner.name}`\n"
    yield f"{inspect.cleandoc(model.__doc__ or '')}\n"
    yield "| column | what | may be missing | sensitivity | key |"
    yield "| --- | --- | --- | --- | --- |"
    for column in owner.columns:
        missing, secret = "yes" if column.nullable else "", column.info["sensitivity"]
        yield f"| `{column.name}` | {unit(column)} | {missing} | {secret} | {key(column)} |"
    unique = {
        tuple(c.name for c in one.columns) for one in owner.constraints if isinstance(one, UniqueConstraint)
    }
    unique |= {(c.name,) for c in owner.columns if c.unique}
    if unique:
        yield f"\nUnique: {listed(unique)}."
    if owner.indexes:
        yield f"\nIndexes: {listed({tuple(c.name for c in one.columns) for one in owner.indexes})}."
    checks = sorted(
        str(one.sqltext)
        for one in owner.constraints
        if isinstance(one, CheckConstraint) and "typeof" not in str(one.sqltext)
    )
    if checks:
        yield f"\nHolds always: {', '.join(f'`{check}`' for check in checks)}."


def listed(columns: set[tuple[str, ...]]) -> str:
    """Return groups of columns in a fixed order."""
    return "; ".join(", ".join(f"`{name}`" for name in group) for group in sorted(columns))


def text() -> str:
    """Return the page."""
    written = [HEAD, "## Views\n", "| view | what |", "| --- | --- |"]
    written += [f"| `{name}` | {MEANINGS[name]} |" for name in VIEWS]
    models = classes()
    for owner in sorted(METADATA.tables.values(), key=lambda one: one.name):
        written += lines(owner, models[owner.name])
    return "\n".join(written) + "\n"


def main(args: list[str]) -> int:
    """Write the page, or with ``--check`` only look."""
    wanted = text()
    changed = not FILE.exists() or FILE.read_text(encoding="utf-8") != wanted
    if changed and "--check" not in args:
        FILE.write_text(wanted, encoding="utf-8")
    sys.stdout.write(f"{FILE.name}: {'changed' if changed else 'as it is'}\n")
    return 1 if changed and "--check" in args else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
