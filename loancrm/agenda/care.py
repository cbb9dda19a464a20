"""Care: birthdays by the solar and the lunar calendar, founding days, festivals; and what holds it back."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, String, and_, case, exists, func, literal, or_, select

from loancrm.agenda.base import Agenda
from loancrm.agenda.filled import filled
from loancrm.calendars import birthday_keys, festivals
from loancrm.dialect import as_text
from loancrm.indicators.facts import customers_at
from loancrm.models import Contact, table
from loancrm.policy.due import LadderShape
from loancrm.view import View

CARING = ("birthday", "anniversary", "festival", "offer", "points")  # kinds of reason
PURPOSES = ("care", "marketing")  # of conversations that count against the cap
CONSENTED = ("contact", "marketing")  # purposes of a consent that lets us care
NO_CONSENT, CAP = "no_consent", "cap"


def birthdays(agenda: Agenda) -> Select[Any]:
    """Return the birthdays of people at customers, by the calendar by which they are kept.

    Who is the customer itself, by name and birthday, is left to ``own_birthdays``: it is one birthday.
    """
    from loancrm.models import Person

    shape, rows = agenda.due.birthday, table(Person)
    assert shape is not None
    days = _days(agenda, shape)
    own = customers_at(agenda.view, "name", "resident_id")
    is_own = exists().where(
        own.c.id == rows.c.customer_id,
        own.c.kind != "enterprise",
        _name_key(own.c.name) == _name_key(rows.c.name),
        _solar_key(own.c.resident_id) == rows.c.birthday_key,
    )
    kept = select(rows.c.customer_id, rows.c.number, rows.c.name, _on(days, rows.c.birthday_key))
    kept = kept.where(rows.c.birthday_key.in_(list(days)), agenda.view.sees(rows), ~is_own)
    c = agenda.of_scope(kept, rows.c.customer_id).subquery("birthdays").c
    return agenda.ladder("birthday", shape, c.customer_id, c.on, ref=as_text(c.number), about=c.name)


def own_birthdays(agenda: Agenda) -> Select[Any]:
    """Return the birthdays of customers that are persons, by their resident ID."""
    shape = agenda.due.birthday
    assert shape is not None
    people = customers_at(agenda.view, "resident_id", scope=agenda.scope.customers)
    key = _solar_key(people.c.resident_id)
    days = {key: on for key, on in _days(agenda, shape).items() if key.startswith("solar:")}
    kept = select(people.c.id, _on(days, key)).where(people.c.kind != "enterprise", key.in_(list(days)))
    c = kept.subquery("own_birthdays").c
    return agenda.ladder("birthday", shape, c.id, c.on)


def _solar_key(resident_id: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return the ``birthday_key`` that a resident ID says."""
    month, on = func.substr(resident_id, 11, 2), func.substr(resident_id, 13, 2)
    return literal("solar:").concat(month).concat("-").concat(on)


def _name_key(name: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return ``identity.name_key`` as far as SQL can say it: without spaces, and in small letters."""
    return func.lower(func.replace(func.replace(name, " ", ""), "\u3000", ""))


def anniversaries(agenda: Agenda) -> Select[Any]:
    """Return the founding days of companies."""
    shape = agenda.due.anniversary
    assert shape is not None
    people = customers_at(agenda.view, "founded_on", scope=agenda.scope.customers)
    days = {key.removeprefix("solar:"): on for key, on in _days(agenda, shape).items()}
    founded_on = people.c.founded_on
    key = func.substr(founded_on.cast(String), 6, 5)
    kept = select(people.c.id, founded_on, _on(days, key)).where(key.in_(list(days)))
    c = kept.where(founded_on < agenda.view.as_of).subquery("anniversaries").c
    return agenda.ladder("anniversary", shape, c.id, c.on, ref=c.founded_on.cast(String))


def _on(days: dict[str, date], key: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return the day ahead on which a key is kept, as ``on``."""
    return case(days, value=key).label("on")


def greetings(agenda: Agenda) -> Select[Any] | None:
    """Return the customers of the policy's tiers at a festival."""
    shape = agenda.due.festival
    assert shape is not None
    last = agenda.horizon + timedelta(days=shape.days_before[0] + 1)
    ahead = [one for one in festivals(agenda.view.as_of, last) if one.code in shape.festivals]
    if not ahead:
        return None
    people = customers_at(agenda.view, "service_tier", scope=agenda.scope.customers)
    on = literal(ahead[0].on, Date())
    query = agenda.ladder(
        "festival",
        shape,
        people.c.id,
        on,
        ref=literal(ahead[0].code, String()),
    )
    if shape.service_tiers:
        query = query.where(people.c.service_tier.in_(shape.service_tiers))
    return query


def _days(agenda: Agenda, shape: LadderShape) -> dict[str, date]:
    """Return, by the key of a birthday, on which of the days ahead it is kept."""
    found: dict[str, date] = {}
    for n in range(agenda.within + shape.days_before[0] + 1):
        day = agenda.view.as_of + timedelta(days=n)
        for key in birthday_keys(day):
            found.setdefault(key, day)
    return found


def held(agenda: Agenda, reason: Any) -> ColumnElement[Any]:
    """Return why a reason of care waits: no consent to it, or enough of it lately; NULL: it does not.

    Other reasons are never held back.
    """
    shape, customer_id = agenda.due.care, reason.c.customer_id
    nothing = literal(None, String())
    if shape is None:
        return nothing
    whens: list[tuple[ColumnElement[bool], str]] = []
    if shape.needs_consent:
        whens.append((~_has_consent(agenda, customer_id), NO_CONSENT))
    if shape.most_contacts is not None:
        whens.append((talks_of_care(agenda.view, customer_id, shape.in_days) >= shape.most_contacts, CAP))
    why = case(*whens, else_=nothing) if whens else nothing
    return case((reason.c.kind.in_(CARING), why), else_=nothing)


def _has_consent(agenda: Agenda, customer_id: ColumnElement[Any]) -> ColumnElement[bool]:
    if "consent" not in filled(agenda):
        return literal(value=False)
    from loancrm.models import Consent

    given, back = table(Consent).alias("given"), table(Consent).alias("taken_back")
    taken_back = exists().where(
        back.c.customer_id == given.c.customer_id,
        back.c.person == given.c.person,
        back.c.purpose == given.c.purpose,
        back.c.is_withdrawn.is_(True),
        back.c.effective_on >= given.c.effective_on,
        agenda.view.sees(back),
    )
    return exists().where(
        given.c.customer_id == customer_id,
        given.c.purpose.in_(CONSENTED),
        func.coalesce(given.c.is_withdrawn, False).is_(False),
        or_(given.c.expires_on.is_(None), given.c.expires_on >= agenda.view.as_of),
        agenda.view.sees(given),
        ~taken_back,
    )


def talks_of_care(view: View, customer_id: ColumnElement[Any], days: int) -> ColumnElement[int]:
    """Return how many conversations of care and marketing there were with a customer in so many days."""
    rows = table(Contact)
    first = view.as_of - timedelta(days=days)
    return (
        select(func.count())
        .select_from(rows)
        .where(
            and_(
                rows.c.customer_id == customer_id,
                rows.c.purpose.in_(PURPOSES),
                rows.c.effective_on >= first,
                view.sees(rows),
            )
        )
        .correlate_except(rows)
        .scalar_subquery()
    )
