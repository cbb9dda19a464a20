"""Offers and points that are about to be lost, on the day's list; every day here is counted by hand."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from loancrm.agenda.due import due, held_back
from loancrm.lending.points import Entry, standing
from loancrm.models import LoyaltyEntry
from loancrm.services.contacts import ContactIn, log
from loancrm.services.offers import OfferIn, OfferStep, add, approve, use
from tests.indicators.case import fact
from tests.support import EXAMPLE_TEXT, TODAY, Book, changed

OURS = "points: {band: 9, order: date, days_before: [30, 7], minimum_points: 50}"


def morning(book: Book, kind: str, **more: Any) -> list[tuple[str, str, str, str | None]]:
    """Return (customer, code, day, step) of the reasons of a kind, in the order of the list."""
    return [
        (line.name, reason.reason_code, reason.due_on.isoformat(), reason.step)
        for line in book.ask_policy(due, **more)
        for reason in line.reasons
        if reason.kind == kind
    ]


def client(book: Book, name: str, *, consents: bool = True) -> str:
    code = book.customer(name=name)
    if consents:
        fact(book, "consent", code, on="2026-01-05", person="张三", purpose="contact", channel="branch")
    return code


def offered(book: Book, customer: str, until: str, what: str = "免评估费") -> str:
    receipt = book.do(
        add, OfferIn(customer=customer, what=what, cost=100, valid_until=date.fromisoformat(until))
    )
    return receipt.offer


def earned(book: Book, customer: str, points: int, on: str, expires: str | None) -> None:
    """Write an entry as an accrual of that day would have written it."""
    key, number = int(customer[2:]), len(str(points)) and _next(book)
    values: dict[str, Any] = {"customer_id": key, "number": number, "points": points, "currency": "CNY"}
    day = date.fromisoformat(on)
    with book.unit() as uow:
        uow.insert(
            LoyaltyEntry,
            **values,
            kind="accrual" if points > 0 else "redemption",
            rule="event" if points > 0 else None,
            fact=str(number),
            effective_on=day,
            known_on=day,
            live_key=f"n:{number}",
            expires_on=None if expires is None else date.fromisoformat(expires),
        )


def _next(book: Book) -> int:
    with book.unit() as uow:
        return uow.next_number("loyalty_entry")


def test_offers_show_from_the_first_step_on_until_they_are_used(book: Book) -> None:
    """TODAY is 20 November 2026: 14 days on is 4 December, 3 days on the 23rd."""
    a, b, c, d = (client(book, name) for name in "甲乙丙丁")
    first = offered(book, a, "2026-12-04")
    offered(book, b, "2026-12-05")  # a day too far
    third = offered(book, c, "2026-11-23")
    offered(book, d, "2026-11-20")
    book.do(approve, OfferStep(offer=first))
    expected = [
        ("丁", "offer_waits", "2026-11-20", "3"),
        ("丙", "offer_waits", "2026-11-23", "3"),
        ("甲", "offer_ends", "2026-12-04", "14"),
    ]
    assert morning(book, "offer") == expected
    assert [one[0] for one in morning(book, "offer", within=1)] == ["丁", "丙", "甲", "乙"]
    book.do(approve, OfferStep(offer=third))
    book.do(use, OfferStep(offer=third))
    assert [one[0] for one in morning(book, "offer")] == ["丁", "甲"]
    (reason,) = [reason for line in book.ask_policy(due) for reason in line.reasons if reason.ref == first]
    assert reason.reason == "offer O-00001 ends 2026-12-04 and was not used: 免评估费 (T-14)"
    assert (reason.band, reason.rule) == (9, "due.offer")
    book.on("2026-11-21")
    assert [one[0] for one in morning(book, "offer")] == ["甲", "乙"]  # what ended is gone


def test_a_talk_answers_an_offer_until_its_next_step(book: Book) -> None:
    a = client(book, "甲")
    offered(book, a, "2026-12-04")
    book.do(log, ContactIn(customer=a, channel="phone", purpose="service", outcome="reached"))
    assert morning(book, "offer") == []
    book.on("2026-12-01")  # three days before: worth saying again
    assert morning(book, "offer") == [("甲", "offer_waits", "2026-12-04", "3")]


def test_points_show_with_the_last_day_on_which_they_can_be_spent(book: Book) -> None:
    a, b, c, d = (client(book, name) for name in "甲乙丙丁")
    earned(book, a, 80, "2025-01-10", "2026-12-01")
    earned(book, a, 500, "2026-01-10", "2028-01-01")
    earned(book, b, 49, "2025-01-10", "2026-12-01")  # below the minimum of 50
    earned(book, c, 80, "2025-01-10", "2026-12-01")
    earned(book, c, 70, "2025-02-10", "2026-12-11")
    earned(book, c, -60, "2025-06-01", None)  # spent what expires first: 20 are left of it, then 70
    earned(book, d, 80, "2025-01-10", "2026-12-22")  # 31 days on the last day is the 21st
    assert morning(book, "points") == [
        ("甲", "points", "2026-11-30", "30"),
        ("丙", "points", "2026-11-30", "30"),
    ]
    texts = [
        reason.reason for line in book.ask_policy(due) for reason in line.reasons if reason.kind == "points"
    ]
    assert texts == [
        "80 points can be spent until 2026-11-30, then they are lost (T-30)",
        "90 points can be spent until 2026-11-30, then they are lost (T-30)",
    ]
    assert [one[0] for one in morning(book, "points", within=1)] == ["甲", "丙", "丁"]
    earned(book, a, -31, "2026-11-20", None)  # 49 would be lost
    assert [one[0] for one in morning(book, "points")] == ["丙"]


@pytest.mark.parametrize("spent_on", ["2025-06-01", "2026-08-01", "2026-11-20"])
def test_what_is_lost_is_what_the_pure_arithmetic_says(book: Book, spent_on: str) -> None:
    """Some was lost in September already; what was spent after that did not save it."""
    a = client(book, "甲")
    entries = (("2025-01-10", 100, "2026-09-01"), ("2025-02-10", 150, "2026-12-05"), (spent_on, -90, None))
    for on, points, expires in entries:
        earned(book, a, points, on, expires)
    pure = [Entry(date.fromisoformat(on), n, e and date.fromisoformat(e)) for on, n, e in entries]
    today = date.fromisoformat(TODAY) if isinstance(TODAY, str) else TODAY
    ahead = standing(pure, today, lost_by=today + timedelta(days=31)).expired
    expected = ahead - standing(pure, today).expired
    (text,) = [
        reason.reason for line in book.ask_policy(due) for reason in line.reasons if reason.kind == "points"
    ]
    assert text.startswith(f"{expected} points can be spent until 2026-12-04")


def test_without_consent_they_wait_and_are_counted(book: Book) -> None:
    a = client(book, "甲", consents=False)
    offered(book, a, "2026-12-01")
    earned(book, a, 80, "2025-01-10", "2026-12-01")
    assert (morning(book, "offer"), morning(book, "points")) == ([], [])
    assert book.ask_policy(held_back) == {"no_consent": 2}


def test_a_policy_can_do_without_them(book: Book) -> None:
    a = client(book, "甲")
    earned(book, a, 80, "2025-01-10", "2026-12-01")
    book.adopt(changed(EXAMPLE_TEXT, (OURS, "points: null")))
    assert morning(book, "points") == []
