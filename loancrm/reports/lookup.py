"""Finding the thing that an officer named: a customer by code, number or name; a loan, ticket, officer."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Row, Select, Table, and_, or_, select, union

from loancrm.dialect import contains, ends_with, unindexed
from loancrm.errors import Conflict, LoanCrmError, NotFound
from loancrm.i18n import _
from loancrm.identity import name_key
from loancrm.indicators.facts import CUSTOMER, LOAN
from loancrm.models import (
    Contact,
    Contract,
    CustomerAlias,
    Facility,
    Feedback,
    FollowUp,
    Officer,
    table,
)
from loancrm.pinyin import typed_key
from loancrm.view import View

MOST_CANDIDATES = 10
_NUMBERED = re.compile(r"([A-Za-z])-?0*([0-9]{1,9})")


def customer_code(number: int) -> str:
    """Return the code of a customer's number: ``C-00042``."""
    return f"C-{number:05d}"


def contact_code(number: int) -> str:
    """Return the code of a contact's number: ``K-00042``."""
    return f"K-{number:05d}"


def follow_up_code(number: int) -> str:
    """Return the code of a follow-up's number: ``U-00042``."""
    return f"U-{number:05d}"


def feedback_code(number: int) -> str:
    """Return the code of a ticket's number: ``F-00042``."""
    return f"F-{number:05d}"


def payment_code(number: int) -> str:
    """Return the code of a payment's number: ``P-00042``."""
    return f"P-{number:05d}"


def promise_code(number: int) -> str:
    """Return the code of a promise's number: ``R-00042``."""
    return f"R-{number:05d}"


def entry_code(number: int) -> str:
    """Return the code of an entry of points: ``Y-00042``."""
    return f"Y-{number:05d}"


def offer_code(number: int) -> str:
    """Return the code of an offer's number: ``O-00042``."""
    return f"O-{number:05d}"


def stand_in_code(number: int) -> str:
    """Return the code of a standing-in's number: ``A-00042``."""
    return f"A-{number:05d}"


def owner_number(view: View, customer_id: int) -> int:
    """Return the number of the customer with a key."""
    return int(
        view.connection.execute(select(CUSTOMER.c.number).where(CUSTOMER.c.id == customer_id)).scalar_one()
    )


def numbered(text: str, letter: str) -> int | None:
    """Return the number in a code such as ``C-00042`` (``c-42`` too), or None."""
    match = _NUMBERED.fullmatch(text.strip())
    return int(match[2]) if match and match[1].upper() == letter else None


def customer(view: View, named: str, *, even_voided: bool = False) -> Row[Any]:
    """Return the row of the customer that ``named`` means: code, bank number, or part of the name.

    The code of one that was merged into another means that one. ``even_voided`` finds by code one whose
    adding was undone: its history stays.

    Raises:
        NotFound: nobody.
        Conflict: several; the fault lists them.
    """
    c = CUSTOMER.c
    number = numbered(named, "C")
    exact = c.number == number if number is not None else c.bank_number == named.strip()
    row = view.one(select(CUSTOMER).where(exact, view.stands(CUSTOMER)))
    if row is None and number is None:
        return _by_name(view, named)
    if row is None:
        row = view.one(select(CUSTOMER).where(c.id.in_(_known_as(view, number)), view.stands(CUSTOMER)))
    if row is None and even_voided:
        row = view.one(select(CUSTOMER).where(exact))
    if row is None:
        raise _nobody()
    return row


def _known_as(view: View, number: int | None) -> Select[Any]:
    """Return the key of the customer that ``number`` was merged into."""
    alias = table(CustomerAlias)
    return select(alias.c.customer_id).where(alias.c.number == number, view.knows(alias))


def merged_into(view: View, customer_id: int) -> Select[Any]:
    """Return the keys of the customers that were merged into one."""
    alias = table(CustomerAlias)
    numbers = select(alias.c.number).where(alias.c.customer_id == customer_id, view.knows(alias))
    return select(CUSTOMER.c.id).where(CUSTOMER.c.number.in_(numbers))


def _by_name(view: View, named: str) -> Row[Any]:
    """Return the one customer of that name, or part of a name, or pinyin of a part."""
    c, key = CUSTOMER.c, name_key(named)
    ways = [c.name_key == key, contains(c.name_key, key)] if key else []
    if (pinyin := _by_pinyin(named)) is not None:
        ways.append(pinyin)
    for way in ways:
        found = select(c.id).where(way)  # read off the index of names alone
        query = select(CUSTOMER).where(c.id.in_(found), view.stands(CUSTOMER)).order_by(unindexed(c.number))
        rows = view.rows(query.limit(MOST_CANDIDATES))
        if len(rows) == 1:
            return rows[0]
        if rows:
            raise Conflict(
                _("that fits several customers"),
                names=[(customer_code(row.number), row.name) for row in rows],
                hint=_("name one by its code"),
                field="CUSTOMER",
                code="ambiguous",
            )
    raise _nobody()


def _nobody() -> LoanCrmError:
    return NotFound(
        _("no such customer"),
        field="CUSTOMER",
        hint=_("loancrm customer find TEXT looks for one"),
    )


def _by_pinyin(typed: str) -> ColumnElement[bool] | None:
    """Return the condition that a name, typed in pinyin or initials, has ``typed`` as a part."""
    key = typed_key(typed)
    return None if key is None else contains(CUSTOMER.c.pinyin_key, key)


def found_by(view: View, text: str) -> CompoundSelect[Any]:
    """Return the keys that ``customer find`` finds: by code, name, pinyin, numbers or the end of the phone.

    Each part is answered by an index of its own; the names' is read from end to end, and the indexes of the
    bank's numbers hold what stands.
    """
    c, typed = CUSTOMER.c, text.strip()
    by_name, by_pinyin = contains(c.name_key, name_key(typed)), _by_pinyin(typed)
    numbers = (c.bank_number == typed, c.uscc == typed.upper(), c.resident_id == typed.upper())
    conditions: list[ColumnElement[bool]] = [
        by_name if by_pinyin is None else or_(by_name, by_pinyin),
        *(and_(number, view.stands(CUSTOMER)) for number in numbers),
    ]
    if (number := numbered(typed, "C")) is not None:
        conditions += [c.number == number, c.id.in_(_known_as(view, number))]
    digits = re.sub(r"[\s+-]", "", typed)
    if re.fullmatch(r"[0-9]{4,15}", digits):
        conditions.append(ends_with(c.phone, digits))
    return union(*(select(c.id).where(condition) for condition in conditions))


def officer(view: View, code: str, field: str = "--officer") -> Row[Any]:
    """Return the row of the officer ``code``.

    Raises:
        NotFound: there is none.
    """
    rows = table(Officer)
    row = view.one(select(rows).where(rows.c.code == code.strip(), view.stands(rows)))
    if row is None:
        raise NotFound(
            _("there is no officer {code}").format(code=code.strip()[:40]),
            field=field,
            hint=_("loancrm officer list shows them"),
        )
    return row


def book_uid(view: View) -> str:
    """Return what no other book has: the uid of the command that made it."""
    from loancrm.models import Command  # here: no other look-up needs its table

    rows = table(Command)
    return str(view.connection.scalar(select(rows.c.uid).order_by(rows.c.id).limit(1)))


def officers(view: View) -> dict[int, str]:
    """Return the code of every officer by key, voided ones too: what was known before names them."""
    rows = table(Officer)
    return {row.id: row.code for row in view.rows(select(rows.c.id, rows.c.code))}


def loan(view: View, number: str) -> Row[Any]:
    """Return the row of the loan ``number``.

    Raises:
        NotFound: there is none.
    """
    return _by_number(view, LOAN, number, _("there is no loan {number}"), "LOAN")


def loan_seen(view: View, number: str) -> Row[Any]:
    """Return the row of the loan ``number`` as it was seen on the view's day.

    Raises:
        NotFound: there is none, or nothing was known of it yet.
    """
    found = loan(view, number)
    if found.effective_on > view.as_of:
        words = _("nothing is known of this loan as of {day}").format(day=view.as_of)
        raise NotFound(words, field="LOAN", hint=_("name a later day with --as-of"))
    if view.one(select(LOAN.c.id).where(LOAN.c.id == found.id, view.knows(LOAN))) is None:
        words = _("nothing was known of this loan on {day}").format(day=view.known_at)
        raise NotFound(words, field="LOAN", hint=_("name a later day with --known-at"))
    return found


def facility(view: View, number: str) -> Row[Any]:
    """Return the row of the credit line ``number``.

    Raises:
        NotFound: there is none.
    """
    return _by_number(view, table(Facility), number, _("there is no credit line {number}"), "--facility")


def contract(view: View, number: str) -> Row[Any] | None:
    """Return the row of the contract ``number``, or None."""
    rows = table(Contract)
    return view.one(select(rows).where(rows.c.live_key == number))


def _by_number(view: View, rows: Table, number: str, message: str, field: str) -> Row[Any]:
    row = view.one(select(rows).where(rows.c.live_key == number.strip()))
    if row is None:
        raise NotFound(message.format(number=number.strip()[:40]), field=field)
    return row


def contact(view: View, code: str) -> Row[Any]:
    """Return the row of the contact ``code`` (K-…).

    Raises:
        NotFound: there is none, or it was voided.
    """
    return _by_code(view, table(Contact), code, "K", _("there is no contact {code}"), "CONTACT")


def follow_up(view: View, code: str) -> Row[Any]:
    """Return the row of the follow-up ``code`` (U-…).

    Raises:
        NotFound: there is none.
    """
    return _by_code(view, table(FollowUp), code, "U", _("there is no follow-up {code}"), "FOLLOW_UP")


def stand_in(view: View, code: str) -> Row[Any]:
    """Return the row of the standing-in ``code`` (A-…).

    Raises:
        NotFound: there is none.
    """
    from loancrm.models import StandIn

    return _by_code(view, table(StandIn), code, "A", _("there is no standing-in {code}"), "STAND_IN")


def feedback(view: View, code: str) -> Row[Any]:
    """Return the row of the ticket ``code`` (F-…).

    Raises:
        NotFound: there is none.
    """
    return _by_code(view, table(Feedback), code, "F", _("there is no feedback {code}"), "FEEDBACK")


def _by_code(view: View, rows: Table, code: str, letter: str, message: str, field: str) -> Row[Any]:
    number = numbered(code, letter)
    row = None
    if number is not None:
        row = view.one(select(rows).where(rows.c.number == number, rows.c.voided_at.is_(None)))
    if row is None:
        raise NotFound(message.format(code=code.strip()[:40]), field=field)
    return row
