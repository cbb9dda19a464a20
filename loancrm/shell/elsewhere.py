"""The book in other programs: the list in a calendar, the people in an address book."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from loancrm.errors import InvalidInput, UsageFault
from loancrm.i18n import _
from loancrm.parsing import duration_days
from loancrm.shell.output import write_file

if TYPE_CHECKING:
    from datetime import date

    from loancrm.agenda.due import DueLine
    from loancrm.context import Context
    from loancrm.exchange.calendar_file import Entry
    from loancrm.reports.cards import Card

SIZE_LIMIT = 64 * 1024 * 1024


def write_calendar(crm: Context, *, officer: str | None, within: str) -> None:
    """Write the list as a calendar file; with ``--update`` the file that is there is gone on from.

    Raises:
        UsageFault: ``--update`` without a file.
        InvalidInput: the file that is there is not the calendar of this list.
    """
    from loancrm.agenda.due import due
    from loancrm.exchange.calendar_file import Header, calendar_bytes
    from loancrm.reports.lookup import book_uid

    previous = _previous(crm) if crm.given.get("update") else None
    days = duration_days(within, "--within")
    with crm.view() as view:
        code = officer or crm.settings.me or ""
        list_id = hashlib.sha256(f"{book_uid(view)}|{code}".encode()).hexdigest()[:32]
        lines = due(view, crm.policy(view), officer_id=crm.officer_id(view, officer), within=days)
    header = Header(list_id, f"loancrm {code}".strip(), crm.store.zone, crm.clock.now)
    entries = (entry for line in lines for entry in _entries(line, crm.as_of))
    write_file(crm, calendar_bytes(entries, header, crm.settings.calendar, previous))


def _previous(crm: Context) -> bytes | None:
    """Return the file that is there, which will be replaced; None the first time."""
    name = crm.given.get("output")
    if not name:
        raise UsageFault(_("--update goes on from a file: name it with --output"), field="--update")
    path = Path(name)
    if not path.is_file():
        return None
    try:
        with path.open("rb") as file:
            content = file.read(SIZE_LIMIT + 1)
    except OSError:
        raise InvalidInput(_("{path} cannot be read").format(path=path), field="--output") from None
    if len(content) > SIZE_LIMIT:
        raise InvalidInput(_("the file that is there is no calendar"), field="--output")
    return content


def _entries(line: DueLine, today: date) -> Iterator[Entry]:
    """Yield an event for each reason; what is late stands today, where it is seen."""
    from loancrm.exchange.calendar_file import Entry
    from loancrm.identity import mask_in_text
    from loancrm.vocabulary import label

    for reason in line.reasons:
        late = [_("due since {day}").format(day=reason.due_on)] if reason.due_on < today else []
        yield Entry(
            about=f"{reason.rule}|{line.customer}|{reason.ref or ''}",
            on=max(reason.due_on, today),
            summary=f"{line.customer} {line.name} · {label('reason_kind', reason.kind)}",
            description="\n".join([mask_in_text(reason.reason), *late, reason.command]),
            kind=reason.kind,
            band=reason.band,
        )


def write_cards(crm: Context, *, officer: str | None, unmask: bool) -> None:
    """Write customers and the people there as vCards; a look at unmasked phones is recorded first."""
    from loancrm.exchange.card_file import card_bytes
    from loancrm.reports.cards import cards
    from loancrm.shell.queries import record_look

    if unmask:
        record_look(crm, None, "customer vcards")
    with crm.view() as view:
        found = cards(view, crm.officer_id(view, officer))
    write_file(crm, card_bytes(_shown(card, unmask=unmask) for card in found))


def _shown(card: Card, *, unmask: bool) -> Card:
    from loancrm.identity import mask_email, mask_phone
    from loancrm.vocabulary import label

    card = replace(card, title=card.title or (card.role and label("person_role", card.role)))
    if unmask:
        return card
    return replace(
        card,
        phone=card.phone and mask_phone(card.phone),
        email=card.email and mask_email(card.email),
    )
