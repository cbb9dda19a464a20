"""A guard over every statement that a test runs in its process: subqueries take their rows from one table.

SQLAlchemy correlates of its own accord only with the SELECT around a subquery, not with one further out: a
table of that one then stands, after a comma, among the subquery's own, and every row of it counts. Where a
subquery needs two tables they are joined; where it speaks of one further out it says ``correlate_except``.
"""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

_TWO_TABLES = re.compile(r"\(SELECT [^()]*?\sFROM \w+(?: AS \w+)?, (?!json_)\w", re.DOTALL)


@event.listens_for(Engine, "before_cursor_execute")
def takes_rows_of_one_table(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
    """Refuse a statement with a subquery over two tables that are not joined."""
    found = _TWO_TABLES.search(statement)
    assert found is None, f"a subquery over two tables: {statement[found.start() : found.end() + 200]}"
