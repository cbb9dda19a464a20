"""What is new on somebody's list since they were last told, and that they have been told of it now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import delete, select

from loancrm.agenda.due import DueLine, due
from loancrm.agenda.reasons import Reason
from loancrm.bulk import insert_rows
from loancrm.i18n import _
from loancrm.models import Reminder, table
from loancrm.policy.policy import Policy
from loancrm.reports import lookup
from loancrm.reports.officers import officers_known
from loancrm.unitofwork import UnitOfWork
from loancrm.view import View

LEDGER = table(Reminder)
MOST_KEYS = 500  # bound in one statement


@dataclass(frozen=True, slots=True)
class Audience:
    """Who is told: an officer, or nobody in particular (``code`` empty) for the whole book."""

    code: str = ""
    officer_id: int | None = None
    email: str | None = None

    def __str__(self) -> str:
        """Return how the audience is called."""
        return self.code or _("whole book")


@dataclass(frozen=True, slots=True)
class Said:
    """One reason that somebody is told."""

    officer: str | None
    customer: str
    name: str
    kind: str
    due_on: date
    days_late: int
    band: int
    rule: str
    reason_code: str
    ref: str | None
    amount: int
    reason: str
    command: str


@dataclass(frozen=True, slots=True)
class News:
    """What one audience was not told yet, in the order of the list, by what makes a line one.

    ``gone`` are the keys of what they were told and is no longer on the list.
    """

    audience: Audience
    lines: Mapping[str, Said] = field(default_factory=dict)
    gone: Sequence[int] = ()

    def __str__(self) -> str:
        """Return whose news they are."""
        return str(self.audience)


def audiences(view: View, code: str | None, *, all_: bool) -> list[Audience]:
    """Return who is to be told: the officer ``code``, with ``all_`` all who work here, else the whole book.

    Raises:
        NotFound: there is no such officer.
    """
    if all_:
        known = officers_known(view).items()
        return [Audience(one["code"], key, one["email"]) for key, one in known if one["is_active"]]
    if code is None:
        return [Audience()]
    row = lookup.officer(view, code)
    return [Audience(row.code, row.id, row.email)]


def news(view: View, policy: Policy, audience: Audience, within: int) -> News:
    """Return what is on the audience's list and was not said, and what was said and is gone."""
    lines = {
        _key(line, reason): _said(line, reason)
        for line in due(view, policy, officer_id=audience.officer_id, within=within)
        for reason in line.reasons
    }
    rows = view.rows(select(LEDGER.c.id, LEDGER.c.line).where(LEDGER.c.audience == audience.code))
    known = {row.line for row in rows}
    return News(
        audience,
        {key: said for key, said in lines.items() if key not in known},
        [row.id for row in rows if row.line not in lines],
    )


def tell(uow: UnitOfWork, policy: Policy, audience: Audience, within: int) -> News:
    """Return the news, and remember that they were told; it counts once the transaction is committed.

    Deliver before that: who is killed on the way says it again, and of two at once the second finds it said.
    """
    found = news(uow.view(), policy, audience, within)
    for start in range(0, len(found.gone), MOST_KEYS):
        some = found.gone[start : start + MOST_KEYS]
        uow.connection.execute(delete(LEDGER).where(LEDGER.c.id.in_(some)))
    rows = [{"audience": audience.code, "line": key, "said_at": uow.clock.now} for key in found.lines]
    if rows:
        insert_rows(uow.connection, LEDGER, rows)
    return found


def _key(line: DueLine, reason: Reason) -> str:
    """Return what makes a reason one; each of its steps is said, in another band it is said again."""
    parts = (reason.rule, reason.band, reason.step or "", line.customer, reason.ref or "", reason.due_on)
    return "|".join(str(part) for part in parts)


def _said(line: DueLine, reason: Reason) -> Said:
    return Said(
        officer=line.officer,
        customer=line.customer,
        name=line.name,
        kind=reason.kind,
        due_on=reason.due_on,
        days_late=reason.days_late,
        band=reason.band,
        rule=reason.rule,
        reason_code=reason.reason_code,
        ref=reason.ref,
        amount=reason.amount,
        reason=reason.reason,
        command=reason.command,
    )
