"""The sample book in a SQLite file and on a PostgreSQL server: the same rows, the same bytes."""

from __future__ import annotations

import shlex
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from loancrm.demo.book import build
from loancrm.migrations.views import VIEWS
from loancrm.models import METADATA
from loancrm.store import Store
from tests import places
from tests.conftest import REPO, call
from tests.support import EXAMPLE_TEXT, changed

TODAY = date(2026, 11, 21)
AS_OF = "2026-09-30"
SCENARIO = REPO / "examples" / "scenarios" / "export_slump.yaml"
GROUPINGS = (
    "industry", "region", "customer", "officer", "segment", "service_tier", "kind", "size_class", "school",
    "product", "five_tier", "status",
)  # fmt: skip
QUESTIONS = (
    "today",
    "today --all --within 30d",
    f"due --as-of {AS_OF}",
    "today --limit 10",
    "customer list",
    f"customer list --as-of {AS_OF}",
    "customer list --sort -outstanding_principal --limit 40",
    'customer list --where "days_past_due >= 1 or segment = risk"',
    'customer list --where "line_utilisation is missing"',
    "customer find 机械",
    "customer find 贸易 --limit 7",
    "customer show C-00001",
    f"customer show C-00002 --as-of {AS_OF}",
    "customer show C-00310",
    "loan list --all",
    f"loan list --as-of {AS_OF} --known-at {AS_OF}",
    'loan list --where "ifrs9_stage >= 2"',
    "report five-tier",
    "report five-tier --differences",
    "report five-tier --since 2026-06-30 --totals",
    "report five-tier --by branch --since 2026-06-30 --totals",
    f"report migration --since {AS_OF}",
    f"report migration --since {AS_OF} --by branch --explain --totals",
    f"report migration --since {AS_OF} --by officer",
    "facility list",
    "warning list --all",
    "warning show W-00001",
    "contact list",
    "contact list C-00001",
    "contact list --purpose collection",
    "plan steps",
    "training due --within 365d",
    "followup list --all",
    "feedback list",
    "feedback list --late",
    "feedback causes",
    "feedback causes --by stage --kind enquiry",
    "feedback effect ME-00001",
    "feedback effect ME-00002",
    "report feedback --totals",
    f"report feedback --as-of {AS_OF}",
    "officer list",
    "history C-00001",
    "measure history ME-1",
    "history C-00310",
    "report portfolio",
    f"report portfolio --as-of {AS_OF}",
    f"report portfolio --since {AS_OF}",
    f"report roll-rates --months 2 --since {AS_OF}",
    f"report par --since {AS_OF}",
    f"report portfolio --by officer --since {AS_OF}",
    "report portfolio --by industry --digits 1",
    "report portfolio npl_ratio",
    "report portfolio new_overdue",
    f"report portfolio unpaid_interest --as-of {AS_OF}",
    "report delinquency --totals",
    "report delinquency --by segment --since 2026-06-30",
    f"report delinquency --as-of {AS_OF} --totals",
    f"report par --months 3 --as-of {AS_OF}",
    "warning rules",
    "warning backtest --all --horizon 90d --event 'days_past_due > 30' --totals",
    "score backtest --event 'days_past_due > 30'",
    "report par --by branch",
    "report roll-rates --months 3 --totals",
    "report roll-rates --months 3 --by product",
    "report transitions --since 2026-06-30 --by region --of bucket --totals",
    "report vintage --cohort quarter --every 1 --totals",
    "report vintage --cohort year --by segment",
    f"report vintage --cohort quarter --since {AS_OF} --totals",
    "report provision --totals --explain",
    f"report provision --by segment --since {AS_OF}",
    f"report stress --scenario {SCENARIO} --totals --explain",
    f"report stress --scenario {SCENARIO} --by industry --digits 1",
    f"report stress --scenario {SCENARIO} --since {AS_OF} --totals",
    f"report maturity --since {AS_OF} --totals",
    "report maturity --by branch",
    "report cash-flow --totals",
    "report cash-flow --by product --months 3",
    f"report cash-flow --since {AS_OF} --by officer",
    f"report watch-list --since {AS_OF} --totals",
    f"report watch-list --by officer --since {AS_OF} --totals",
    "report watch-list --by industry --digits 1 --totals",
    *(f"report concentration --by {key} --totals" for key in GROUPINGS),
    "report concentration --by industry --digits 1 --measure loans",
    "report concentration --by region --since 2026-06-30 --totals",
    "report concentration --by region --measure disbursed",
    "report limits --all --totals",
    f"report limits --as-of {AS_OF}",
    "report risk-register --totals",
    "report risk-register --since 2026-06-30 --totals",
    "report risk-register --by officer --since 2026-06-30 --totals",
    "report risk-register --by industry --digits 1 --totals",
    "playbook list",
    "playbook show PB-00001",
    "playbook stats --by playbook",
    "playbook stats --by officer",
    "playbook concerned --where 'live_loans >= 1 and region = 郑州'",
    "control due",
    "control sample disbursement",
    "control finding list",
    "control incident list",
    "limit actions",
    "classify --dry-run",
    "classify --explain C-00001",
    "policy list",
    "policy indicators",
    "customer indicators C-00001",
    f"customer indicators C-00002 --as-of {AS_OF}",
    "customer indicators C-00310",
    "customer indicators C-00001 --explain size_class",
    "customer indicators C-00002 --explain worst_days_past_due_12m",
    "score C-00002 --card enterprise_credit",
    f"score C-00002 --as-of {AS_OF} --known-at {AS_OF}",
    "score C-00310",
    "score diff C-00002 --since 2026-06-30",
    "score what-if C-00001 current_ratio=0.8 --card enterprise_credit",
    "score review-due",
    "screen C-00001",
    "screen C-00310",
    "score fit --level customer --target 'days_past_due > 0' --on contacts_90d --train 'tenure_days > 400'",
    "customer incomplete",
    "customer incomplete --where 'debt_to_assets < 70%'",
    "store check",
)
# Asked at the end: of the assessments that SCORING keeps, and with a policy of other points and rules.
SCORING = "score run"
OF_SCORES = ("score history C-00002", "score history C-00310", "policy try {policy}")
OTHER_POLICY = (
    ('when: {days_past_due: ">= 7"}', 'when: {days_past_due: ">= 20"}'),
    ('- indicator: days_past_due\n        bands: [{when: "<= 0", points: 12}',
     '- indicator: days_past_due\n        bands: [{when: "<= 0", points: 9}'),
)  # fmt: skip


@dataclass(frozen=True)
class Books:
    """The same bank twice: in a file, and in the database that a path stands for."""

    file: Path
    server: Path


@pytest.fixture
def two_books(tmp_path: Path) -> Books:
    """Both built by the program itself, day by day."""
    books = Books(tmp_path / "file.db", tmp_path / "server.db")
    for place in (books.file, places.place(books.server)):
        build(place, today=TODAY).close()
    return books


@pytest.mark.slow
def test_the_sample_book_is_the_same_on_both(two_books: Books, home: Path) -> None:
    """One test, since building both takes a minute: rows, views, and what each question prints."""
    same_rows(two_books)
    same_views(two_books)
    same_answers(two_books, home, QUESTIONS)
    policy = home / "other.yaml"
    policy.write_text(changed(EXAMPLE_TEXT, *OTHER_POLICY), encoding="utf-8")
    same_answers(two_books, home, (SCORING, *(one.format(policy=policy) for one in OF_SCORES)))
    same_rows(two_books)


def same_rows(books: Books) -> None:
    on_file, on_server = dict(rows(books.file)), dict(rows(places.place(books.server)))
    assert [name for name in on_file if on_file[name] != on_server[name]] == []
    assert sum(map(len, on_file.values())) > 10_000


def rows(place: Path | str) -> Iterator[tuple[str, list[tuple[Any, ...]]]]:
    """Yield every table's rows, but for what is drawn at random."""
    store = Store(place)
    with store.read(TODAY) as view:
        for table in METADATA.sorted_tables:
            columns = [c for c in table.c if c.name != "uid"]
            query = select(*columns).order_by(*table.primary_key.columns)
            yield table.name, [tuple(row) for row in view.rows(query)]
    store.close()


def same_views(books: Books) -> None:
    with closing(sqlite3.connect(books.file)) as file:
        for name in VIEWS:
            query = f"select * from {name}"
            here = sorted(tuple(map(as_sqlite, row)) for row in file.execute(query))
            there = sorted(tuple(map(as_sqlite, row)) for row in places.asked(books.server, query))
            assert here or name in ("v_proceeds", "v_offer"), name  # the sample book has none
            assert here == there, name


def as_sqlite(value: object) -> str:
    """Return a value as SQLite keeps it, as text."""
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}"
    return str(int(value)) if isinstance(value, bool) else str(value)


def same_answers(books: Books, home: Path, questions: tuple[str, ...]) -> None:
    differing, empty = [], []
    for question in questions:
        words = (*shlex.split(question), *(() if question == "store check" else ("--format", "json")))
        here, there = (
            call("--store", place, *words, home=home) for place in (books.file, places.place(books.server))
        )
        if (here.code, here.out, here.err) != (0, there.out, there.err) or there.code:
            differing.append((question, here.code, there.code, here.err, there.err))
        if len(here.out) < 10 and question != "store check":
            empty.append(question)
    assert differing == []
    assert empty == [], "a question that shows nothing proves nothing"
