"""An officer's question costs the same in any book: found by index, in a fixed number of statements.

Budget B-Q3 of the design. The plans are SQLite's own for a book of 2,000 customers with statistics.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from benchmarks.book import DAY, Size, build, officer_code
from loancrm.agenda.due import due_list
from loancrm.policy.parse import from_text
from loancrm.policy.policy import Policy, in_force
from loancrm.reports import lookup
from loancrm.reports.brief import customer_brief
from loancrm.reports.changes import changes
from loancrm.reports.committee import on_day
from loancrm.reports.concentration import concentration
from loancrm.reports.contacts import contacts
from loancrm.reports.customer_page import page
from loancrm.reports.customers import customers
from loancrm.reports.delinquency import delinquency
from loancrm.reports.drafting import About, draft_facts
from loancrm.reports.feedback import feedback
from loancrm.reports.follow_ups import follow_ups
from loancrm.reports.indicators import CustomerFigures, FigureLine
from loancrm.reports.loans import facilities, loans
from loancrm.reports.score_backtest import ScoresAsked, backtest_scores
from loancrm.reports.visits import visits
from loancrm.reports.warning_backtest import RulesAsked, backtest_rules
from loancrm.store import Store
from loancrm.view import View

pytestmark = pytest.mark.sqlite_only("its plans are SQLite's, and its book is written into a file")
Question = Callable[[View, Policy, int], Any]
Run = tuple[str, Any]


def every_figure(customer: CustomerFigures) -> list[FigureLine]:
    return customer.lines(customer.names(every=True))


# name -> (the question, how many statements it takes)
OF_AN_OFFICER: dict[str, tuple[Question, int]] = {
    "today": (lambda v, p, o: [due_list(v, p, officer_id=o), changes(v, o)], 12),
    "today, first 20": (lambda v, p, o: due_list(v, p, officer_id=o, limit=20), 7),
    "customer list": (lambda v, p, o: list(customers(v, p, officer_id=o)), 3),
    "contact list CUSTOMER": (lambda v, p, o: list(contacts(v, customer="C-00050")), 3),
    "contact list": (lambda v, p, o: list(contacts(v, officer_id=o, limit=50)), 2),
    "followup list": (lambda v, p, o: list(follow_ups(v, officer_id=o)), 2),
    "feedback list": (lambda v, p, o: list(feedback(v, officer_id=o)), 2),
    "loan list": (lambda v, p, o: list(loans(v, p, officer_id=o)), 4),
    "facility list": (lambda v, p, o: list(facilities(v, p, officer_id=o)), 3),
    "customer show": (lambda v, p, o: page(v, p, "C-00050"), 36),
    "customer brief": (lambda v, p, o: customer_brief(v, p, "C-00050"), 52),
    "contact draft": (lambda v, p, o: draft_facts(v, p, "C-00050", About("loan", "matures_on")), 11),
    "contact form": (lambda v, p, o: visits(v, p, officer_id=o, within=0), 9),
    "customer indicators": (lambda v, p, o: every_figure(CustomerFigures(v, p, "C-00050")), 7),
    "report portfolio": (lambda v, p, o: on_day(v, p, o), 13),
    "report delinquency": (lambda v, p, o: delinquency(v, p, o), 7),
    "report concentration": (lambda v, p, o: concentration(v, p, by="industry", officer_id=o), 6),
}
LATE = from_text("days_past_due > 30")
OF_THE_BOOK: dict[str, Question] = {
    "warning backtest": lambda v, p, o: backtest_rules(v, p, RulesAsked(p.warnings.rules, LATE, 90)),
    "score backtest": lambda v, p, o: backtest_scores(v, p, ScoresAsked(LATE, 90)),
}
BANDS = (1, 2, 3, 4, 6, 7, 8, 9)  # of the example policy
MORE_THAN_THERE_ARE = 10_000
# Relations made on the way, and tables that stay small; everything else grows with the book.
MAY_BE_SCANNED = {
    "kept", "beside", "gone", "gone_0", "gone_by", "lost_by", "points_soon", "both", "ranked_answers", "held",
    "CONSTANT", "loans", "found", "reasons", "ended", "drawn", "counted", "fitting", "officer",
    "promised", "waiting", "checked",
    "policy_version", "loan_stage",  # one row of it, to know whether there is any
    "loans_by_customer", "history_by_customer", "contacts_by_customer", "feedback_by_customer",
    "facilities_by_customer",
    "statement_by_customer", "statement_of_a_year_by_customer", "statement_a_year_ago_by_customer",
    "academic_by_customer",
    "academic_before_by_customer", "bureau_by_customer",
    "deposits_by_customer", "ranked", "ranked_appraisals", "tied_members", "loans_of_tied",
    "needs", "loans_paid", "instalments_by_customer", "income_by_customer", "referral_by_customer",
    "brought_by_customer",
    "standing_debts", "standing_own", "standing_loans",
    "both_days", "loans_of_two_days",
    "nights", "stood", "stage_customer_id_365_debts", "stage_customer_id_365_loans",
    *(
        f"{whose}_{part}"  # the promises of the loans that are asked about, on their line of money
        for whose in ("promise", "promised", "sign")
        for part in ("said", "asked", "line", "pairs", "before", "came", "j", "k", "loans")
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return _built(tmp_path_factory.mktemp("book"), 2_000)


@pytest.fixture(scope="module")
def small_book(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return _built(tmp_path_factory.mktemp("small"), 500)


def _built(folder: Path, customers: int) -> Store:
    path = folder / "b.db"
    build(path, Size("test", customers, 10))
    return Store(path)


def _ask(store: Store, question: Question) -> Iterator[tuple[View, list[Run]]]:
    """Answer the question, and give the statements that it took."""
    runs: list[Run] = []

    def note(_connection: Any, _cursor: Any, sql: str, parameters: Any, *_more: Any) -> None:
        runs.append((sql, parameters))

    with store.read(DAY) as view:
        policy, officer_id = in_force(view), lookup.officer(view, officer_code(1)).id
        event.listen(store._engine, "before_cursor_execute", note)
        try:
            question(view, policy, officer_id)
        finally:
            event.remove(store._engine, "before_cursor_execute", note)
        yield view, runs


@pytest.mark.parametrize("name", OF_AN_OFFICER)
def test_an_officers_question_reads_no_table_from_end_to_end(book: Store, name: str) -> None:
    for view, runs in _ask(book, OF_AN_OFFICER[name][0]):
        for sql, parameters in runs:
            if sql.startswith("SELECT EXISTS (SELECT 1 FROM"):
                continue  # which tables have rows: one row of each
            plan = view.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", parameters)
            steps = [str(row[3]) for row in plan]
            assert not [step for step in steps if _reads_all(step)], sql


def _reads_all(step: str) -> bool:
    found = re.match(r"(?:SCAN|BLOOM FILTER ON) (\w+)", step)  # the filter is built by a scan
    return found is not None and found[1] not in MAY_BE_SCANNED


@pytest.mark.parametrize("name", OF_THE_BOOK)
def test_the_past_is_replayed_in_as_many_statements_in_any_book(
    book: Store, small_book: Store, name: str
) -> None:
    """A month is a few statements for all customers and rules, and none of a customer."""
    counts = [len(runs) for store in (book, small_book) for _view, runs in _ask(store, OF_THE_BOOK[name])]
    assert counts[0] == counts[1] <= 15 * 12


@pytest.mark.parametrize("name", OF_AN_OFFICER)
def test_a_question_takes_as_many_statements_in_any_book(book: Store, small_book: Store, name: str) -> None:
    question, wanted = OF_AN_OFFICER[name]
    for store in (book, small_book):
        for _view, runs in _ask(store, question):
            assert len(runs) == wanted, "\n\n".join(sql for sql, _parameters in runs)


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every book is read as a large one is."""
    monkeypatch.setattr("loancrm.agenda.due.SMALL", 0)


def test_a_small_books_list_is_found_as_an_officers(
    small_book: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    customers = 500  # of the small book
    monkeypatch.setattr("loancrm.agenda.due.SMALL", customers)
    few = _statements(small_book, 1)
    assert few == _statements(small_book, MORE_THAN_THERE_ARE) <= 9
    monkeypatch.setattr("loancrm.agenda.due.SMALL", customers - 1)
    assert _statements(small_book, MORE_THAN_THERE_ARE) > few + len(BANDS) - 2


@pytest.mark.usefixtures("large")
def test_the_whole_books_list_reads_a_band_only_when_those_before_are_too_few(
    book: Store, small_book: Store
) -> None:
    # which facts there are, whether loans are serviced here, the first band, the day's copies, all reasons,
    # whose they are, how many, how much care is held back; who owes most, of the first and of all, and a part
    # of the book, whether one of them is near a limit; and before all of it how many customers there are
    least = 12
    assert _statements(book, 1) == least
    for store in (book, small_book):
        # of so many nobody is near: no part of the book is asked for; and limits have a band of their own
        assert _statements(store, MORE_THAN_THERE_ARE) == least + len(BANDS) - 2


def _statements(store: Store, limit: int) -> int:
    return next(len(runs) for _view, runs in _ask(store, lambda v, p, _o: due_list(v, p, limit=limit)))


@pytest.mark.usefixtures("large")
def test_the_whole_books_list_pairs_no_customer_with_every_conversation(book: Store) -> None:
    """SQLite did, with cadence in a statement of its own: a hundred times the work in this book."""
    for view, runs in _ask(book, lambda v, p, _o: due_list(v, p, limit=MORE_THAN_THERE_ARE)):
        for sql, parameters in runs:
            plan = view.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", parameters)
            assert not [row[3] for row in plan if str(row[3]).startswith("SCAN contacts_by_customer")], sql


@pytest.mark.parametrize(("text", "limit"), [("华", None), ("华", 20), ("C-00050", None)])
def test_find_reads_the_index_of_names_from_end_to_end_once_and_nothing_else(
    book: Store, text: str, limit: int | None
) -> None:
    plans: list[str] = []
    for view, runs in _ask(book, lambda v, p, _o: list(customers(v, p, find=text, limit=limit))):
        for sql, parameters in runs:
            plan = view.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", parameters)
            plans += [str(row[3]) for row in plan]
    scans = [step for step in plans if _reads_all(step)]
    assert set(scans) == {"SCAN customer USING COVERING INDEX ix_customer_name_key_pinyin_key"}
    assert len(scans) == (2 if (text, limit) == ("华", None) else 1)  # too many to be bound: found again


def test_the_benchmarks_book_holds_every_invariant(book: Store) -> None:
    from loancrm.reports.checks import check_store

    with book.read(DAY) as view:
        found = [one.check for one in check_store(view)]
    assert set(found) <= {"tickets"}  # of each ticket only the newest row is made
