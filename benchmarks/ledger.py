"""A book whose loans are serviced here, and the class of each on a past day: the program's, and by hand.

``python -m benchmarks.ledger ours|hand STORE`` asks for days past due, class and stage of every live loan on
``PAST``, and keeps none; ``build SIZE FOLDER`` makes the store. Each loan has 24 monthly instalments of equal
principal, paid on their days until its customer fell behind, as ``debts`` has it; some were late before.
"""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks import book, debts, people

PAST = date(2026, 9, 30)
TABLES = {
    "officer": people.officers,
    "customer": people.customers,
    "facility": debts.facilities,
    "contract": debts.contracts,
    "loan": debts.loans,
    "loan_status": debts.ends,
}
_STAMP = "known_on, recorded_at, command_id, effective_on, loan_id"
_STAMPED = "l.disbursed_on, '2026-11-20 01:00:00.000000', 1"
# One loan in sixteen has stopped paying, one to ten instalments ago.
_FILL = (
    f"""INSERT INTO loan_stage ({_STAMP}, stage, decided_by, amount, currency)
SELECT {_STAMPED}, l.disbursed_on, l.id, 'disbursement', 'bench', l.principal, 'CNY' FROM loan l""",
    f"""INSERT INTO loan_terms ({_STAMP}, version, reason, principal, drawn, currency, annual_rate, start_on,
  after, interest_before, instalments, repayment, frequency, day_count, rounding, round_to, principal_grace,
  interest_grace, recurring_grace, balloon, holiday_shift, grace_days, penalty_rate, has_compound)
SELECT {_STAMPED}, l.disbursed_on, l.id, 1, 'origination', l.principal, l.principal, 'CNY', 34500,
  l.disbursed_on, 0, 0, 24, 'equal_principal', 'month', '30/360', 'half_up', 1, 0, 0, 0, 0, 'none', 0, 0, 0
FROM loan l""",
    f"""WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 24)
INSERT INTO instalment ({_STAMP}, terms_id, number, starts_on, due_on, principal_due, interest_due,
  subsidised_interest, balance, interest_to_date, currency)
SELECT {_STAMPED}, l.disbursed_on, l.id, t.id, n.n, date(l.disbursed_on, (n.n - 1) || ' months'),
  date(l.disbursed_on, n.n || ' months'), l.principal / 24, l.principal / 24 * (25 - n.n) / 348, 0,
  l.principal / 24 * (24 - n.n), l.principal / 24 * (n.n * 25 - n.n * (n.n + 1) / 2) / 348, 'CNY'
FROM loan l JOIN loan_terms t ON t.loan_id = l.id JOIN n""",
    f"""INSERT INTO loan_position ({_STAMP}, terms_id, outstanding_principal, interest_paid, penalty_paid,
  currency, principal_unsettled_on, interest_unsettled_on, days_before)
SELECT {_STAMPED}, l.disbursed_on, l.id, t.id, l.principal / 24 * 24, 0, 0, 'CNY',
  date(l.disbursed_on, '1 months'), date(l.disbursed_on, '1 months'), 0
FROM loan l JOIN loan_terms t ON t.loan_id = l.id""",
    """INSERT INTO loan_position (known_on, recorded_at, command_id, effective_on, loan_id, terms_id,
  outstanding_principal, interest_paid, penalty_paid, currency, principal_unsettled_on, interest_unsettled_on,
  days_before)
SELECT i.due_on, i.recorded_at, 1, i.due_on, i.loan_id, i.terms_id, i.balance, i.interest_to_date, 0, 'CNY',
  CASE WHEN i.number < 24 THEN date(i.starts_on, '2 months') END,
  CASE WHEN i.number < 24 THEN date(i.starts_on, '2 months') END, 0
FROM instalment i
WHERE i.due_on <=
  CASE WHEN i.loan_id % 16 = 5 THEN date(:day, -(i.loan_id % 10 + 1) || ' months') ELSE :day END
ORDER BY i.loan_id, i.due_on""",
    """INSERT INTO loan_standing (known_on, recorded_at, command_id, effective_on, loan_id, track,
  floor_class, floor_stage, until, trigger, policy_version_id)
SELECT l.disbursed_on, '2026-11-20 01:00:00.000000', 1, l.disbursed_on, l.id,
  CASE WHEN l.id % 40 = 0 THEN 'cure' ELSE 'observation' END,
  CASE WHEN l.id % 40 = 0 THEN 'substandard' ELSE 'special_mention' END,
  CASE WHEN l.id % 40 = 0 THEN 3 ELSE 2 END, date(l.disbursed_on, '12 months'), 'cured', 1
FROM loan l WHERE l.id % 20 = 0""",
)
# What one would write who knows the tables: the newest position, the floors that hold, the debtor's loans.
_HAND = """
WITH position AS (
  SELECT l.id, l.number, l.customer_id, p.outstanding_principal AS owed,
    max(0, CAST(julianday(:day) - julianday(min(coalesce(p.principal_unsettled_on, p.interest_unsettled_on),
      coalesce(p.interest_unsettled_on, p.principal_unsettled_on))) AS INTEGER)) AS late
  FROM loan l JOIN loan_position p ON p.id = (SELECT id FROM loan_position WHERE loan_id = l.id
    AND effective_on <= :day AND voided_at IS NULL ORDER BY effective_on DESC, id DESC LIMIT 1)
  LEFT JOIN loan_status e ON e.loan_id = l.id AND e.voided_at IS NULL
  WHERE l.voided_at IS NULL AND l.disbursed_on <= :day AND (e.effective_on IS NULL OR e.effective_on > :day)
    AND (l.matures_on > :day OR p.principal_unsettled_on IS NOT NULL OR p.interest_unsettled_on IS NOT NULL)),
held AS (
  SELECT q.*, (SELECT max(CASE f.floor_class WHEN 'special_mention' THEN 1 WHEN 'substandard' THEN 2
      WHEN 'doubtful' THEN 3 WHEN 'loss' THEN 4 ELSE 0 END * 10 + f.floor_stage) FROM loan_standing f
    WHERE f.loan_id = q.id AND f.effective_on <= :day AND f.voided_at IS NULL
      AND (f.until IS NULL OR f.until > :day OR (late > 0 AND date(:day, -late || ' days') < f.until))
      AND NOT EXISTS (SELECT 1 FROM loan_standing g WHERE g.loan_id = f.loan_id AND g.track = f.track
        AND g.effective_on <= :day AND g.voided_at IS NULL
        AND (g.effective_on, g.id) > (f.effective_on, f.id))
    ) AS floor FROM position q),
own AS (
  SELECT held.*, max(CASE WHEN late >= 361 THEN 4 WHEN late >= 271 THEN 3 WHEN late >= 91 THEN 2
      WHEN late >= 8 THEN 1 ELSE 0 END, coalesce(floor / 10, 0)) AS rank,
    max(CASE WHEN late >= 91 THEN 3 WHEN late >= 31 THEN 2 ELSE 1 END, coalesce(floor % 10, 1)) AS stage
  FROM held),
debtor AS (
  SELECT own.*, sum(CASE WHEN rank >= 2 THEN owed ELSE 0 END) OVER w * 10 > sum(owed) OVER w AS bad
  FROM own WINDOW w AS (PARTITION BY customer_id)),
report AS (
  SELECT customer_id, outstanding_bad, outstanding_elsewhere,
    row_number() OVER (PARTITION BY customer_id ORDER BY effective_on DESC, id DESC) AS place
  FROM bureau_report WHERE effective_on <= :day AND voided_at IS NULL)
SELECT d.number, d.late, CASE WHEN d.rank < 2 AND c.kind = 'enterprise' AND (d.bad
    OR coalesce(r.outstanding_bad * 5 > r.outstanding_elsewhere + d.owed, 0)) THEN 2 ELSE d.rank END AS class,
  max(d.stage, CASE WHEN d.rank >= 2 OR (c.kind = 'enterprise' AND d.bad) THEN 3 ELSE 1 END)
FROM debtor d JOIN customer c ON c.id = d.customer_id
LEFT JOIN report r ON r.customer_id = d.customer_id AND r.place = 1
"""


def build(size: book.Size, folder: Path) -> Path:
    """Return the store of a size, made when it is not there yet for this generator."""
    path = book.versioned(f"ledger-{size.name}", folder, Path(__file__).read_text(encoding="utf-8"))
    if not path.exists():
        folder.mkdir(exist_ok=True)
        part = path.with_suffix(".part")
        part.unlink(missing_ok=True)
        book.build(part, size, tables=TABLES)
        with closing(sqlite3.connect(part)) as connection, connection:
            connection.execute("PRAGMA synchronous = OFF")
            for statement in _FILL:
                connection.execute(statement, {"day": book.DAY.isoformat()} if ":day" in statement else {})
            connection.execute("ANALYZE")
        part.replace(path)
    return path


def by_hand(store: Path) -> Iterator[tuple[Any, ...]]:
    """Yield number, days past due, rank of the class and stage of every live loan."""
    with closing(sqlite3.connect(store)) as connection:
        yield from connection.execute(_HAND, {"day": PAST.isoformat()})


def ours(store: Path) -> Iterator[tuple[Any, ...]]:
    """Yield number, days past due, class and stage of every live loan as the reports have them."""
    from sqlalchemy import select

    from loancrm.indicators.facts import loans_at
    from loancrm.indicators.standing import standing_at
    from loancrm.policy.policy import in_force
    from loancrm.store import Store

    with Store(store).read(PAST) as view:
        policy = in_force(view)
        loans = loans_at(view, stale_after_days=policy.terms.stale_after_days)
        s = standing_at(view, policy.standing, loans, only=("number",)).c
        query = select(s.number, s.days_past_due, s.computed_five_tier, s.ifrs9_stage).where(s.is_live == 1)
        for row in view.connection.execution_options(stream_results=True).execute(query):
            yield tuple(row)


if __name__ == "__main__":
    if sys.argv[1] == "build":
        print(build(book.SIZES[sys.argv[2]], Path(sys.argv[3])))
    else:
        for _row in {"ours": ours, "hand": by_hand}[sys.argv[1]](Path(sys.argv[2])):
            pass
