"""A book of five loans and month ends, of which three get over 30 days late; policies to ask it by."""

from __future__ import annotations

from datetime import date

from loancrm.policy.policy import example
from tests.support import Book, changed

SINCE = date(2026, 1, 31)
MONTHS = ("2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31")
LATE = {  # days past due at each month end
    "A": (0, 0, 0, 0, 0),
    "B": (5, 20, 45, 75, 90),
    "C": (0, 5, 0, 0, 0),
    "D": (0, 0, 0, 40, 0),
    "E": (20, 35, 0, 0, 0),
}
OWED = {"A": 100, "B": 200, "C": 300, "D": 400, "E": 500}


def lend(book: Book) -> Book:
    """B gets over 30 days in March, D in April, E in February and back; what each owes stays the same."""
    book.on("2025-12-31")
    for number in LATE:
        book.loan(book.customer(), number, disbursed="2025-12-31")
    for place, on in enumerate(MONTHS):
        book.on(on)
        for number, days in LATE.items():
            late = days[place]
            book.snapshot(number, on, outstanding=OWED[number], dpd=late, overdue=1 if late else 0)
    return book.on("2026-06-05")


def leak(book: Book) -> None:
    """Learn in June that D was 25 days late at the end of March, which foretells what came in April."""
    book.on("2026-06-04")
    book.void_snapshot("D", "2026-03-31")
    book.snapshot("D", "2026-03-31", outstanding=OWED["D"], dpd=25, overdue=1)
    book.on("2026-06-05")


def warned_by(*rules: str) -> str:
    """Return the example policy with other warnings: ``name: condition`` or ``name, days: condition``."""
    text = example().text
    start = text.index("  rules:\n", text.index("\nwarnings:\n"))
    old = text[start : text.index("\n# What growth")]
    lines = ["  rules:"]
    for rule in rules:
        head, when = rule.split(": ", 1)
        name, days = (*head.split(", "), "31")[:2]
        more = f"kind: credit, severity: high, horizon_days: {days}, en: {name}, zh_CN: {name}"
        lines.append(f"    - {{rule: {name}, {more}, when: {when}}}")
    return changed(text, (old, "\n".join(lines) + "\n"))
