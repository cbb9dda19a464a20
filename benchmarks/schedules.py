"""Schedules built and stored, and the same rows by ``executemany``: budget B-A1.

``python -m benchmarks.schedules ours STORE`` agrees on schedules of loans that are there, ``raw STORE FILE``
inserts their rows, which ``rows FILE`` writes down, into the same table with its keys and indexes.
"""

from __future__ import annotations

import csv
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

from benchmarks.bank import DAY
from benchmarks.raw import STAMP
from loancrm.lending.schedule import Instalment, schedule
from loancrm.lending.terms import Terms

LOANS, INSTALMENTS = 2_000, 120
DRAWN_ON = date(2026, 11, 20)
_COLUMNS = """known_on, recorded_at, command_id, effective_on, loan_id, terms_id, currency, number, starts_on,
  due_on, principal_due, interest_due, subsidised_interest, balance, interest_to_date"""
_TERMS = """INSERT INTO loan_terms (known_on, recorded_at, command_id, effective_on, loan_id, version, reason,
  principal, drawn, currency, annual_rate, start_on, after, interest_before, instalments, repayment,
  frequency, day_count, rounding, round_to, principal_grace, interest_grace, recurring_grace, balloon,
  holiday_shift, grace_days, penalty_rate, has_compound)
  VALUES (?, ?, ?, ?, ?, 1, 'origination', ?, ?, 'CNY', 45000, ?, 0, 0,
  120, 'level', 'month', '30/360', 'half_up', 1, 0, 0, 0, 0, 'none', 0, 0, 0)"""


def terms_of(loan: int) -> Terms:
    """Return the terms of a loan: no two schedules are alike."""
    repayment = ("level", "equal_principal")[loan % 2]
    return Terms(10_000_000 + loan * 1_237, 45_000 + loan % 97 * 100, INSTALMENTS, DRAWN_ON, repayment)


def _built() -> Iterator[tuple[int, tuple[Instalment, ...]]]:
    for loan in range(1, LOANS + 1):
        yield loan, schedule(terms_of(loan))


def ours(store: Path) -> None:
    """Agree on the schedules in one change, as the program does it."""
    from sqlalchemy import select

    from benchmarks.book import NOW
    from loancrm.indicators.facts import LOAN
    from loancrm.services.ledger import Agreement, agree
    from loancrm.store import Order, Store
    from loancrm.unitofwork import Clock

    order = Order("bench", "bench", Clock(NOW, DAY, is_fixed=True))
    with Store(store).unit_of_work(order) as uow:
        loans = uow.connection.execute(select(LOAN).where(LOAN.c.id <= LOANS).order_by(LOAN.c.id)).all()
        for loan, (_key, rows) in zip(loans, _built(), strict=True):
            terms = terms_of(loan.id)
            principal = terms.principal
            agreed = Agreement(terms, "month", "origination", DRAWN_ON, rows, principal, drawn=principal)
            agree(uow, loan, 1, agreed)


def write_rows(file: Path) -> None:
    """Write down what is stored of the instalments."""
    with file.open("w", encoding="ascii", newline="") as out:
        lines = csv.writer(out)
        for loan, rows in _built():
            so_far = 0
            for row in rows:
                so_far += row.interest_due
                own = (row.number, row.starts_on, row.due_on, row.principal_due, row.interest_due)
                lines.writerow((loan, *own, row.subsidised_interest, row.balance, so_far))


def raw(store: Path, file: Path) -> None:
    """Insert the rows, and the terms that they belong to, in one transaction."""
    day = DRAWN_ON.isoformat()
    stamps = (day, *STAMP, day)
    marks = ", ".join("?" * len(_COLUMNS.split(",")))
    with closing(sqlite3.connect(store)) as connection, connection, file.open(encoding="ascii") as source:
        connection.execute("PRAGMA foreign_keys = ON")
        terms = ((*stamps, n, 10_000_000, 10_000_000, day) for n in range(1, LOANS + 1))
        connection.executemany(_TERMS, terms)
        rows = (
            (*stamps, int(line[0]), int(line[0]), "CNY", int(line[1]), line[2], line[3], *map(int, line[4:]))
            for line in csv.reader(source)
        )
        connection.executemany(f"INSERT INTO instalment ({_COLUMNS}) VALUES ({marks})", rows)


if __name__ == "__main__":
    if sys.argv[1] == "ours":
        ours(Path(sys.argv[2]))
    elif sys.argv[1] == "raw":
        raw(Path(sys.argv[2]), Path(sys.argv[3]))
    else:
        write_rows(Path(sys.argv[2]))
        print(sys.argv[2])
