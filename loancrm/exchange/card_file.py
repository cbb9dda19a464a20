"""Customers and the people there as vCards 3.0 (RFC 2426), which telephones read; escaped by icalendar."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from loancrm.errors import Refused
from loancrm.i18n import _
from loancrm.reports.cards import Card


def card_bytes(cards: Iterable[Card]) -> bytes:
    """Return the file with a card for each.

    Raises:
        Refused: the extra ``cal`` is not installed.
    """
    parser, text = _icalendar()
    lines = [line for card in cards for line in _lines(card, text)]
    return b"".join(parser.Contentline(line).to_ical() + b"\r\n" for line in lines)


def _icalendar() -> tuple[Any, Any]:
    try:
        from icalendar import parser, vText
    except ImportError:
        raise Refused(
            _("icalendar is not installed, which calendar files and vCards need"),
            hint=_("install it: pip install 'loancrm[cal]'"),
            code="missing_extra",
        ) from None
    return parser, lambda value: vText(value).to_ical().decode()


def _lines(card: Card, text: Any) -> Iterator[str]:
    yield "BEGIN:VCARD"
    yield "VERSION:3.0"
    yield f"UID:{card.uid}"
    yield f"FN:{text(card.name)}"
    yield f"N:{text(card.name)};;;;"  # a Chinese name is not taken apart
    if card.organisation:
        yield f"ORG:{text(card.organisation)}"
    is_firm = card.organisation == card.name
    if is_firm:
        yield "X-ABSHOWAS:COMPANY"
    if card.title:
        yield f"TITLE:{text(card.title)}"
    if card.phone:
        yield f"TEL;TYPE={'WORK' if is_firm else 'CELL'}:{text(card.phone)}"
    if card.email:
        yield f"EMAIL;TYPE=INTERNET:{text(card.email)}"
    yield f"NOTE:{text(card.customer)}"
    yield "END:VCARD"
