"""Two customers that are one: what each was warned of by one rule is one episode, the older one."""

from __future__ import annotations

from loancrm.indicators.warnings import STATES
from loancrm.policy.policy import EXAMPLE
from loancrm.reports.checks import check_store
from loancrm.reports.warnings import warnings
from loancrm.services.merging import MergeIn, merge
from loancrm.services.undo import UndoIn, undo
from loancrm.services.warning_scan import ScanIn, scan
from tests.support import Book


def states(book: Book) -> list[tuple[str, str]]:
    return sorted((one.warning, one.state) for one in book.ask_policy(warnings, states=STATES))


def merged(book: Book) -> None:
    """Two customers, each warned of by the same rule, are one."""
    text = EXAMPLE.read_text("utf-8").replace('debt_to_assets: ">= 75%"', 'live_loans: ">= 1"')
    book.adopt(text, "2026-01-01")
    one, other = book.customer(), book.customer()
    book.owing(other, "B", outstanding=100)
    book.do(scan, ScanIn(rules=("debt_high",)))
    book.owing(one, "A", outstanding=100)
    book.do(scan, ScanIn(rules=("debt_high",)))
    assert states(book) == [("W-00001", "open"), ("W-00002", "open")]
    book.do(merge, MergeIn(customer=one, other=other))


def test_the_older_one_runs_on_and_the_younger_one_ends(book: Book) -> None:
    merged(book)
    assert states(book) == [("W-00001", "open"), ("W-00002", "cleared")]
    assert book.ask(check_store) == []
    scanned = book.do(scan, ScanIn(rules=("debt_high",)))
    assert (scanned.raised, scanned.cleared) == ((), 0)


def test_where_the_merge_is_undone_both_run_again(book: Book) -> None:
    merged(book)
    book.do(undo, UndoIn())
    assert states(book) == [("W-00001", "open"), ("W-00002", "open")]
    assert book.ask(check_store) == []
