"""Every change of a customer: who, when, what it was before and after."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select

from loancrm.dossier import KINDS
from loancrm.identity import mask_email, mask_identifier, mask_phone
from loancrm.models import Audit, Command, table
from loancrm.numerals import plain_millionths, plain_money
from loancrm.reports import lookup
from loancrm.reports.dossier import fact_table
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
    last = min(view.as_of, view.known_at or view.as_of)
    midnight = datetime.combine(last + timedelta(days=1), time(), ZoneInfo(view.zone))
    whose = or_(audit.c.customer_id == owner.id, audit.c.customer_id.in_(lookup.merged_into(view, owner.id)))
    query = (
        select(audit, command.c.recorded_at, command.c.actor, command.c.name)
        .join(command, command.c.id == audit.c.command_id)
        .where(whose, command.c.recorded_at < midnight.astimezone(UTC))
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
