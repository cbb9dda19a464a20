"""Values that no command writes: days that are none, and codes that nobody knows.

PostgreSQL refuses the former itself; SQLite keeps any text in a column of days, and reading it fails.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Date, and_, func, or_, select

from loancrm.dialect import as_text
from loancrm.models import METADATA
from loancrm.view import View
from loancrm.vocabulary import codes_of

_CODES = (  # table, column, vocabulary
    ("contact", "channel", "channel"),
    ("contact", "direction", "direction"),
    ("contact", "purpose", "purpose"),
    ("contact", "outcome", "outcome"),
    ("feedback", "kind", "feedback_kind"),
    ("feedback", "importance", "level"),
    ("feedback", "urgency", "level"),
    ("loan", "status", "loan_status"),
    ("loan_status", "status", "loan_status"),
)


def days(view: View) -> Iterable[object]:
    """Yield the rows that hold a day which does not exist."""
    if view.connection.dialect.name != "sqlite":
        return
    for rows in METADATA.sorted_tables:
        wrong = []
        for column in rows.c:
            if isinstance(column.type, Date):
                text = as_text(column)  # moved by no days, or 30 February would stand
                wrong.append(and_(column.is_not(None), func.coalesce(func.date(text, "+0 days"), "") != text))
        if wrong:
            (key,) = rows.primary_key.columns
            found = select(as_text(key).label("key")).where(or_(*wrong)).order_by(key)
            yield from (f"{rows.name}:{row.key}" for row in view.rows(found))


def codes(view: View) -> Iterable[object]:
    """Yield the rows whose code is none of the vocabulary, which no list and no rule would know."""
    for name, column, vocabulary in _CODES:
        rows = METADATA.tables[name]
        c = rows.c[column]
        found = select(rows.c.id).where(c.is_not(None), c.not_in(codes_of(vocabulary))).order_by(rows.c.id)
        yield from (f"{name}:{row.id}:{column}" for row in view.rows(found))
