"""The list as a calendar file (RFC 5545), with icalendar (the extra ``cal``).

A line is an event of the whole day. Its UID is made of what the line is about and not of its day, so that a
line that moves is the same event with a higher SEQUENCE. What an earlier file had and the list has no more
stays as cancelled for a while: telephones that subscribe would keep it otherwise.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from loancrm import __version__
from loancrm.errors import InvalidInput, Refused
from loancrm.i18n import _

if TYPE_CHECKING:
    from loancrm.settings import CalendarFile

LIST = "X-LOANCRM-LIST"  # whose list it is: a file of another one is never updated
LOWEST_PRIORITY = 9  # RFC 5545: 1 is the highest


@dataclass(frozen=True, slots=True)
class Entry:
    """One reason of the list: what it is about, and how it is shown.

    ``about`` is the same as long as it is the same thing, whenever it is due.
    """

    about: str
    on: date
    summary: str
    description: str
    kind: str
    band: int


@dataclass(frozen=True, slots=True)
class Header:
    """Whose calendar it is: ``list_id`` is the same for the same list of the same book."""

    list_id: str
    title: str
    zone: str
    now: datetime


def calendar_bytes(
    entries: Iterable[Entry], header: Header, settings: CalendarFile, previous: bytes | None = None
) -> bytes:
    """Return the calendar file; ``previous`` is the file that it takes the place of.

    The same book at the same moment gives the same bytes.

    Raises:
        Refused: the extra is not installed.
        InvalidInput: ``previous`` is no calendar, or that of another list.
    """
    ical = _icalendar()
    calendar = ical.Calendar()
    calendar.add("prodid", f"-//loancrm//{__version__}//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", header.title)
    calendar.add("x-wr-timezone", header.zone)
    calendar.add(LIST, header.list_id)
    earlier = {} if previous is None else _earlier(ical, previous, header)
    for uid, entry in _named(entries, header.list_id):
        calendar.add_component(_event(ical, uid, entry, header, settings, earlier.pop(uid, None)))
    for old in earlier.values():
        if (gone := _cancelled(old, header, settings)) is not None:
            calendar.add_component(gone)
    return bytes(calendar.to_ical())


def _icalendar() -> Any:
    try:
        import icalendar
    except ImportError:
        raise Refused(
            _("icalendar is not installed, which calendar files and vCards need"),
            hint=_("install it: pip install 'loancrm[cal]'"),
            code="missing_extra",
        ) from None
    return icalendar


def _named(entries: Iterable[Entry], list_id: str) -> Iterator[tuple[str, Entry]]:
    """Yield each entry with its UID, by day; several about the same thing are counted."""
    seen: dict[str, int] = {}
    for entry in sorted(entries, key=lambda one: (one.on, one.band, one.about)):
        n = seen[entry.about] = seen.get(entry.about, 0) + 1
        digest = hashlib.sha256(f"{list_id}|{entry.about}|{n}".encode()).hexdigest()
        yield f"{digest[:32]}@loancrm", entry


def _earlier(ical: Any, previous: bytes, header: Header) -> dict[str, Any]:
    try:
        found = ical.Calendar.from_ical(previous)
        events = {str(event["UID"]): event for event in found.walk("VEVENT")}
        list_id = str(found.get(LIST, ""))
    except (ValueError, KeyError, IndexError, AttributeError):
        raise InvalidInput(_("the file that is there is no calendar"), field="--output") from None
    if list_id != header.list_id:
        raise InvalidInput(
            _("the file that is there is not the calendar of this list"),
            field="--output",
            hint=_("name another file, or replace it with --force"),
        )
    return events


def _event(ical: Any, uid: str, entry: Entry, header: Header, settings: CalendarFile, old: Any) -> Any:
    """Return the event; where nothing of it changed, as it was."""
    if old is None:
        return _made(ical, uid, entry, settings, 0, header.now)
    sequence, stamp = int(old.get("SEQUENCE", 0)), old.decoded("DTSTAMP")
    same = _made(ical, uid, entry, settings, sequence, stamp)
    if same.to_ical() == old.to_ical():
        return same
    return _made(ical, uid, entry, settings, sequence + 1, header.now)


def _made(ical: Any, uid: str, entry: Entry, settings: CalendarFile, sequence: int, stamp: datetime) -> Any:
    event = ical.Event()
    event.add("uid", uid)
    event.add("sequence", sequence)
    event.add("dtstamp", stamp.replace(microsecond=0))
    event.add("dtstart", entry.on)
    event.add("dtend", entry.on + timedelta(days=1))
    event.add("summary", entry.summary)
    event.add("description", entry.description)
    event.add("categories", [entry.kind])
    event.add("priority", min(entry.band, LOWEST_PRIORITY))
    event.add("status", "CONFIRMED")
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT")  # it takes none of the day's time
    if settings.alarm_at is not None:
        for days in sorted(set(settings.alarm_days_before), reverse=True):
            event.add_component(_alarm(ical, entry, days, time.fromisoformat(settings.alarm_at)))
    return event


def _alarm(ical: Any, entry: Entry, days: int, at: time) -> Any:
    alarm = ical.Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", entry.summary)
    alarm.add("trigger", timedelta(hours=at.hour, minutes=at.minute) - timedelta(days=days))
    return alarm


def _cancelled(old: Any, header: Header, settings: CalendarFile) -> Any:
    """Return an event that is gone as cancelled; None once it has been so for long enough."""
    if str(old.get("STATUS", "")) == "CANCELLED":
        is_old = old.decoded("DTSTAMP") <= header.now - timedelta(days=settings.keep_cancelled_days)
        return None if is_old else old
    if settings.keep_cancelled_days == 0:
        return None
    sequence = int(old.get("SEQUENCE", 0)) + 1
    for name in ("STATUS", "SEQUENCE", "DTSTAMP"):
        del old[name]
    old.add("status", "CANCELLED")
    old.add("sequence", sequence)
    old.add("dtstamp", header.now.replace(microsecond=0))
    old.subcomponents = []  # no alarm rings for it
    return old
