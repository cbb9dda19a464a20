"""Next steps that come again: on fixed days, or so long after they were done."""

from __future__ import annotations

from datetime import date

import pytest

from loancrm.reports.follow_ups import follow_ups
from loancrm.services.follow_ups import FollowUpDone, FollowUpIn, add, done, next_day
from tests.support import Book


@pytest.mark.parametrize(
    ("every", "first", "due", "done_on", "expected"),
    [
        ("1m", "2026-01-31", "2026-01-31", "2026-01-31", "2026-02-28"),
        ("1m", "2026-01-31", "2026-02-28", "2026-02-28", "2026-03-31"),  # counted from the first: no drift
        ("1m", "2026-01-31", "2026-02-28", "2026-04-15", "2026-04-30"),  # two were missed: not caught up
        ("1m", "2026-01-31", "2026-03-31", "2026-03-20", "2026-04-30"),  # done before its day
        ("1y", "2024-02-29", "2024-02-29", "2024-02-29", "2025-02-28"),
        ("2w", "2026-11-20", "2026-11-20", "2026-11-25", "2026-12-04"),
        ("10d", "2026-11-20", "2026-11-20", "2026-11-20", "2026-11-30"),
    ],
)
def test_fixed_steps_keep_to_their_days(
    every: str, first: str, due: str, done_on: str, expected: str
) -> None:
    days = (date.fromisoformat(text) for text in (first, due, done_on))
    assert next_day("fixed", every, *days) == date.fromisoformat(expected)


def test_a_step_after_done_counts_from_the_day_on_which_it_was_done() -> None:
    day = date(2026, 11, 20)
    assert next_day("after_done", "1m", day, day, date(2026, 12, 31)) == date(2027, 1, 31)


def test_a_step_that_repeats_is_set_again_when_it_is_done(book: Book) -> None:
    customer = book.customer(name="甲")
    request = FollowUpIn(
        customer=customer, due_on=date(2026, 11, 20), what="对账", repeats="fixed", every="1m"
    )
    first = book.do(add, request).follow_up
    receipt = book.do(done, FollowUpDone(follow_up=first))
    assert (receipt.next_follow_up, receipt.next_due_on) == ("U-00002", date(2026, 12, 20))
    again = book.do(done, FollowUpDone(follow_up="U-00002"))
    assert again.next_due_on == date(2027, 1, 20)
    assert [(line.follow_up, line.what) for line in book.ask(follow_ups)] == [("U-00003", "对账")]
