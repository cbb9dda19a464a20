"""Who brought whom: chains are not counted twice, and loops end."""

from __future__ import annotations

from datetime import date
from typing import Any

from loancrm.agenda.due import due
from loancrm.reports.referrals import ReferrerLine, referrals
from tests.indicators.case import fact
from tests.support import TODAY, Book, minor


def brought(book: Book, customer: str, **by: Any) -> None:
    fact(book, "referral", customer, on=by.pop("on", "2026-03-01"), **by)


def lines(book: Book) -> dict[str, ReferrerLine]:
    return {line.referrer: line for line in book.ask_policy(referrals).lines}


def chain(book: Book) -> list[str]:
    """A brought B and C, B brought D, D brought E; a partner brought F. All but A and C borrow."""
    with book.batch():
        codes = [book.customer(name=name) for name in "ABCDEF"]
        a, b, c, d, e, f = codes
        fact(book, "partner", None, name="商会", kind="referrer")
        for who, by in ((b, a), (c, a), (d, b), (e, d)):
            brought(book, who, referrer=by)
        brought(book, f, partner="PA-1")
        for number, who in enumerate((b, d, e, f), 1):
            book.loan(who, f"L{number}", principal=1000 * number, disbursed="2026-04-01")
            book.snapshot(f"L{number}", "2026-11-19", outstanding=100 * number, overdue=10 * (number == 2),
                          dpd=5 * (number == 2))  # fmt: skip
    return codes


def test_each_line_says_whom_they_brought_themselves_and_what_came_of_these(book: Book) -> None:
    a, b, _c, d, _e, _f = chain(book)
    found = lines(book)
    assert set(found) == {a, b, d, "PA-00001"}
    assert (found[a].brought, found[a].borrowers, found[a].disbursed) == (2, 1, minor(1000))
    assert (found[b].brought, found[b].disbursed, found[b].past_due) == (1, minor(2000), minor(10))
    assert (found["PA-00001"].brought, found["PA-00001"].name) == (1, "商会")


def test_a_chain_counts_once_in_the_sum_and_stands_beside_as_further(book: Book) -> None:
    a, b, *_rest = chain(book)
    found, report = lines(book), book.ask_policy(referrals)
    assert (found[a].further, found[a].further_disbursed) == (2, minor(5000))  # D and E
    assert (found[b].further, found[b].further_disbursed) == (1, minor(3000))  # E
    assert (report.brought, report.borrowers, report.disbursed) == (5, 4, minor(10_000))


def test_a_loop_ends_and_the_newest_word_counts(book: Book) -> None:
    with book.batch():
        a, b, c = (book.customer(name=name) for name in "ABC")
        brought(book, b, referrer=a)
        brought(book, a, referrer=b)
        brought(book, c, referrer=a, on="2026-02-01")
        brought(book, c, referrer=b, on="2026-02-02")
    found = lines(book)
    assert (found[a].brought, found[b].brought) == (1, 2)
    assert (found[a].further, found[b].further) == (
        1,
        0,
    )  # C through B; A and B are no further ones of their own
    assert book.ask_policy(referrals).brought == 3


def test_an_earlier_day_knows_less(book: Book) -> None:
    chain(book)
    assert book.ask_policy(referrals, as_of=date(2026, 2, 28)).lines == ()


def test_who_brought_somebody_is_on_the_list_until_somebody_talks(book: Book) -> None:
    with book.batch():
        a, b, c = (book.customer(name=name) for name in "ABC")
        for who in (a, b, c):
            book.contact(who, "2026-11-10")
        brought(book, b, referrer=a, on="2026-11-12")
        brought(book, c, referrer=b, on="2026-11-01")  # more than 14 days ago
    (line,) = [one for one in book.ask_policy(due) if any(r.kind == "referral" for r in one.reasons)]
    (reason,) = [one for one in line.reasons if one.kind == "referral"]
    assert (line.customer, reason.reason, reason.ref) == (
        a,
        f"brought {b} on 2026-11-12: thank them",
        "RF-00001",
    )
    book.contact(a, TODAY)
    assert not [r for one in book.ask_policy(due) for r in one.reasons if r.kind == "referral"]
