"""Every change of a customer: who, when, what it was before and after."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import and_, or_, select

from loancrm.dossier import KINDS, FactKind
from loancrm.identity import mask_email, mask_identifier, mask_phone
from loancrm.models import Audit, Command, table
from loancrm.numerals import plain_millionths, plain_money
from loancrm.reports import lookup
from loancrm.reports.dossier import fact_table, no_such, number_of
from loancrm.view import View

MASKED = {"phone": mask_phone, "resident_id": mask_identifier, "email": mask_email}
HIDDEN = ("source_key", "ids", "column")  # by which an undo finds rows again; say nothing to people
MONEY = (
    "principal",
    "limit_amount",
    "amount",
    "outstanding_principal",
    "overdue_principal",
    "unpaid_interest",
    "next_due_amount",
)
# How a field of a kind of fact reads, by the table and the field's name.
READINGS = {
    (fact_table(kind).name, field.name): field.reading for kind in KINDS.values() for field in kind.fields
}


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One field that a command wrote."""

    at: datetime
    actor: str
    command: str
    action: str
    subject: str
    subject_id: int
    field: str
    before: str | None
    after: str | None


def history(view: View, named: str, *, unmask: bool = False) -> Iterator[HistoryLine]:
    """Return what commands wrote about a customer up to the view's day, as far as known, oldest first.

    What was written of those that were merged into the customer is there too.
    """
    owner = lookup.customer(view, named, even_voided=True)
    audit, command = table(Audit), table(Command)
    whose = or_(audit.c.customer_id == owner.id, audit.c.customer_id.in_(lookup.merged_into(view, owner.id)))
    query = (
        select(audit, command.c.recorded_at, command.c.actor, command.c.name)
        .join(command, command.c.id == audit.c.command_id)
        .where(whose, command.c.recorded_at < _end_of_day(view))
        .order_by(audit.c.id)
    )
    for row in view.connection.execute(query):
        payload = row.payload or {"before": {}, "after": {}}
        for field in dict.fromkeys((*payload["after"], *payload["before"])):
            before, after = payload["before"].get(field), payload["after"].get(field)
            if field in HIDDEN or (before is None and after is None):
                continue
            yield HistoryLine(
                at=row.recorded_at,
                actor=row.actor,
                command=row.name,
                action=row.action,
                subject=row.subject,
                subject_id=row.subject_id,
                field=field,
                before=_text(row.subject, field, before, unmask=unmask),
                after=_text(row.subject, field, after, unmask=unmask),
            )


def _end_of_day(view: View) -> datetime:
    """Return the instant, in UTC, at which the view's day ends; of two days the earlier."""
    last = min(view.as_of, view.known_at or view.as_of)
    midnight = datetime.combine(last + timedelta(days=1), time(), ZoneInfo(view.zone))
    return midnight.astimezone(UTC)


def fact_history(view: View, kind: FactKind, named: str) -> Iterator[HistoryLine]:
    """Return what commands wrote about a fact that is edited, oldest first: one line a field that changed.

    An edit voids one row and writes the next; here it is one change.

    Raises:
        NotFound: no fact ever had the number.
    """
    audit, command, rows = table(Audit), table(Command), fact_table(kind)
    query = (
        select(audit, command.c.recorded_at, command.c.actor, command.c.name)
        .join(command, command.c.id == audit.c.command_id)
        .join(rows, and_(audit.c.subject == rows.name, audit.c.subject_id == rows.c.id))
        .where(rows.c.number == number_of(kind, named), command.c.recorded_at < _end_of_day(view))
        .order_by(audit.c.id)
    )
    found = view.rows(query)
    if not found:
        raise no_such(kind)
    for _key, entries in groupby(found, key=lambda row: row.command_id):
        yield from _one_change(list(entries))


def _one_change(entries: Sequence[Any]) -> Iterator[HistoryLine]:
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    for entry in entries:
        payload = entry.payload or {"before": {}, "after": {}}
        before |= payload["before"]
        after |= payload["after"]
    last = entries[-1]
    actions = {entry.action for entry in entries}
    for field in dict.fromkeys((*after, *before)):
        was, is_ = before.get(field), after.get(field)
        if field not in HIDDEN and was != is_:
            yield HistoryLine(
                at=last.recorded_at,
                actor=last.actor,
                command=last.name,
                action=last.action if len(actions) == 1 else "change",
                subject=last.subject,
                subject_id=last.subject_id,
                field=field,
                before=_text(last.subject, field, was, unmask=False),
                after=_text(last.subject, field, is_, unmask=False),
            )


def _text(subject: str, field: str, value: Any, *, unmask: bool) -> str | None:
    if value is None:
        return None
    reading = READINGS.get((subject, field), "")
    if isinstance(value, int) and (field in MONEY or reading in ("amount", "signed_amount")):
        return plain_money(value)
    if field == "annual_rate" or reading in ("ratio", "signed_ratio"):
        return plain_millionths(value)
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return text if unmask or field not in MASKED else MASKED[field](text)
