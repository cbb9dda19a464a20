"""Digests of what a book holds: whether two books, or one before and after, say the same.

``content`` is over what stands. Left out are the tables that say how it came about (``command``, ``audit``),
the next numbers (``sequence``) and what was said already (``reminder``); voided rows; and ``version``, which
counts changes and so undos too.
``everything`` leaves nothing out: a restored book has the digests of the book that was copied.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, Table, func, select

from loancrm.models import METADATA

BOOKKEEPING = {"command", "audit", "sequence", "reminder"}
COUNTERS = {"version"}


@dataclass(frozen=True, slots=True)
class Rows:
    """How many rows of a table, and the digest over them in the order of their keys."""

    count: int
    digest: str


def content(connection: Connection) -> Mapping[str, Rows]:
    """Return the digests of what stands, by table."""
    tables = [t for t in METADATA.sorted_tables if t.name not in BOOKKEEPING]
    return {t.name: _digest(connection, t, standing=True) for t in tables}


def everything(connection: Connection) -> Mapping[str, Rows]:
    """Return the digests of all rows, by table."""
    return {t.name: _digest(connection, t, standing=False) for t in METADATA.sorted_tables}


def counts(connection: Connection) -> Mapping[str, int]:
    """Return how many rows each table has."""
    return {
        t.name: connection.scalar(select(func.count()).select_from(t)) or 0 for t in METADATA.sorted_tables
    }


def _digest(connection: Connection, rows: Table, *, standing: bool) -> Rows:
    columns = sorted((c for c in rows.c if not (standing and c.name in COUNTERS)), key=lambda c: c.name)
    query = select(*columns).order_by(*rows.primary_key)
    if standing and "voided_at" in rows.c:
        query = query.where(rows.c.voided_at.is_(None))
    found, count = hashlib.sha256(), 0
    for row in connection.execute(query):
        found.update(json.dumps(list(row), ensure_ascii=False, default=str).encode() + b"\n")
        count += 1
    return Rows(count, found.hexdigest())
