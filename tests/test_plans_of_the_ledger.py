"""The hot questions over a book whose loans are serviced here: by index, in a fixed number of statements.

Budget B-Q3 as in ``test_plans``; every loan has a schedule and a payment a month. And the class that the
benchmark compares with SQL by hand is the same.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from benchmarks import ledger
from benchmarks.book import DAY, Size
from loancrm.agenda.due import due_list
from loancrm.indicators.exposures import Shock
from loancrm.lending.standing import CLASSES
from loancrm.policy.policy import Policy
from loancrm.reports.cash_flow import cash_flow
from loancrm.reports.committee import on_day
from loancrm.reports.customer_page import page
from loancrm.reports.customers import customers
from loancrm.reports.delinquency import delinquency
from loancrm.reports.explanation import explanation
from loancrm.reports.grouping import Grouping
from loancrm.reports.loans import loans
from loancrm.reports.maturity import maturity
from loancrm.reports.migration import migration
from loancrm.reports.par import par
from loancrm.reports.pipeline import stages, stuck
from loancrm.reports.portfolio_groups import portfolio_groups
from loancrm.reports.portfolio_loans import loans_behind
from loancrm.reports.promises import promises
from loancrm.reports.provision import Asked as LossAsked
from loancrm.reports.provision import provision
from loancrm.reports.roll_rates import roll_rates
from loancrm.reports.servicing import schedule, statement
from loancrm.reports.standing import by_group, five_tier
from loancrm.reports.stress import stress
from loancrm.reports.transitions import transitions
from loancrm.reports.vintage import Asked as VintageAsked
from loancrm.reports.vintage import vintage
from loancrm.reports.watch_list import watch_list
from loancrm.store import Store
from loancrm.view import View
from tests.test_plans import MAY_BE_SCANNED, _ask, _reads_all, every_figure
from tests.test_plans import CustomerFigures as Figures

pytestmark = pytest.mark.sqlite_only("its plans are SQLite's, and its book is written into a file")
Question = Callable[[View, Policy, int], Any]
LOAN, QUARTER = "JJ-0000050", DAY - timedelta(days=91)
# What is made on the way here, beside what ``test_plans`` knows.
MADE = {
    "standing_loans",
}
MADE |= {
    name.format(n) for n in range(3) for name in ("standing_{}_debts", "standing_{}_loans", "positions_{}")
}
MADE |= {"beside", "pairs", "live", "steps", "stretch", "observed", "reasons", "anon_1"}
MADE |= {"family", "bad", "members", "of_a_loan", "of_a_root", "years", "owing", "expected"}

# All 250 customers of the officer are due, an eighth of this book: then one scan is less than 250 look-ups.
FEW_OF = {"today, first 20": {"customer"}}
OF_AN_OFFICER: dict[str, Question] = {
    "today, first 20": lambda v, p, o: due_list(v, p, officer_id=o, limit=20),
    "customer list": lambda v, p, o: list(customers(v, p, officer_id=o)),
    "customer show": lambda v, p, o: page(v, p, "C-00050"),
    "customer indicators": lambda v, p, o: every_figure(Figures(v, p, "C-00050")),
    "loan list": lambda v, p, o: list(loans(v, p, officer_id=o)),
    "loan show": lambda v, p, o: list(loans(v, p, number=LOAN)),
    "loan explain": lambda v, p, o: explanation(v, p, LOAN),
    "loan schedule": lambda v, p, o: schedule(v, LOAN),
    "loan statement": lambda v, p, o: list(statement(v, LOAN)),
    "loan stages": lambda v, p, o: stages(v, p, officer_id=o),
    "loan stages --stuck": lambda v, p, o: list(stuck(v, p, officer_id=o)),
    "promise list": lambda v, p, o: list(promises(v, p, officer_id=o)),
    "report portfolio": lambda v, p, o: on_day(v, p, o),
    "report delinquency": lambda v, p, o: delinquency(v, p, o),
    "report five-tier": lambda v, p, o: five_tier(v, p, o),
    "report five-tier --by product": lambda v, p, o: by_group(v, p, Grouping("product"), o),
    "report migration": lambda v, p, o: migration(v, p, QUARTER, o),
    "report migration --by branch --explain": lambda v, p, o: migration(
        v, p, QUARTER, o, grouping=Grouping("branch"), with_largest=True
    ),
    "report portfolio --by product": lambda v, p, o: portfolio_groups(v, p, Grouping("product"), o),
    "report portfolio npl_ratio": lambda v, p, o: loans_behind(v, p, "npl_ratio", o),
    "report portfolio new_overdue": lambda v, p, o: loans_behind(v, p, "new_overdue", o),
    "report par": lambda v, p, o: par(v, p, None, 2, o),
    "report par --by product": lambda v, p, o: par(v, p, Grouping("product"), 0, o),
    "report roll-rates": lambda v, p, o: roll_rates(v, p, 2, "bucket", o),
    "report vintage": lambda v, p, o: vintage(v, p, VintageAsked("quarter"), o),
    "report vintage --by product": lambda v, p, o: vintage(
        v, p, VintageAsked(grouping=Grouping("product")), o
    ),
    "report provision": lambda v, p, o: provision(v, p, LossAsked(with_largest=True), o),
    "report stress": lambda v, p, o: stress(v, p, Shock(default=2_000_000), officer_id=o, with_largest=True),
    "report maturity": lambda v, p, o: maturity(v, p, None, QUARTER, o),
    "report cash-flow": lambda v, p, o: cash_flow(v, p, 12, None, o),
    "report watch-list": lambda v, p, o: watch_list(v, p, "en", officer_id=o),
    "report transitions": lambda v, p, o: transitions(v, p, QUARTER, "bucket", o),
}


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return ledger.build(Size("test", 2_000, 10), tmp_path_factory.mktemp("ledger"))


@pytest.fixture(scope="module")
def book(path: Path) -> Store:
    return Store(path)


@pytest.fixture(scope="module")
def small_book(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return Store(ledger.build(Size("test", 500, 10), tmp_path_factory.mktemp("small")))


@pytest.mark.parametrize("name", OF_AN_OFFICER)
def test_an_officers_question_reads_no_table_from_end_to_end(book: Store, name: str) -> None:
    for view, runs in _ask(book, OF_AN_OFFICER[name]):
        scans = [
            step for sql, parameters in runs for step in _steps(view, sql, parameters) if _reads_all(step)
        ]
        allowed = MADE | FEW_OF.get(name, set())
        assert [step for step in scans if step.split()[1] not in allowed] == []


def _steps(view: View, sql: str, parameters: Any) -> list[str]:
    """Return the steps of a statement; of one that asks which tables have rows, one row of each, none."""
    if sql.startswith("SELECT EXISTS (SELECT 1 FROM"):
        return []
    plan = view.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", parameters)
    # A bloom filter is made only where a table has fewer rows than there are look-ups in it.
    return [str(row[3]) for row in plan if not str(row[3]).startswith("BLOOM FILTER")]


@pytest.mark.parametrize("name", OF_AN_OFFICER)
def test_a_question_takes_as_many_statements_in_any_book(book: Store, small_book: Store, name: str) -> None:
    counts = [len(runs) for store in (book, small_book) for _view, runs in _ask(store, OF_AN_OFFICER[name])]
    assert counts[0] == counts[1] <= 45


@pytest.mark.parametrize("of", ["bucket", "class"])
def test_roll_rates_of_a_year_read_each_month_end_once(book: Store, of: str) -> None:
    for _view, runs in _ask(book, lambda v, p, _o: roll_rates(v, p, 12, of)):
        read = Counter(name for sql, _values in runs for name in re.findall(r"(loans_\d+) AS", sql))
        assert read == {f"loans_{n}": 1 for n in range(13)}


def test_the_whole_books_classes_pair_no_loan_with_every_other(book: Store) -> None:
    """Every table is looked up by a key for each loan but the loans themselves."""
    for question in (five_tier, lambda v, p, o: by_group(v, p, Grouping("officer"), o)):
        for view, runs in _ask(book, lambda v, p, _o, ask=question: ask(v, p, None)):  # type: ignore[misc]
            steps = [step for sql, parameters in runs for step in _steps(view, sql, parameters)]
            read = {step.split()[1] for step in steps if step.startswith("SCAN")}
            read = {name for name in read if not name.startswith("(subquery")}
            assert read - MADE - MAY_BE_SCANNED <= {"loan", "customer", "loan_status"}


def test_the_class_of_every_loan_on_a_past_day_is_what_sql_by_hand_says(path: Path) -> None:
    by_hand = {number: rest for number, *rest in ledger.by_hand(path)}
    ours = {number: [days, CLASSES.index(name), stage] for number, days, name, stage in ledger.ours(path)}
    assert len(ours) > 1_900
    assert ours == by_hand
    assert len({tuple(found) for found in ours.values()}) > 5  # not all alike
