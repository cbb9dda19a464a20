"""Twelve figures of every customer, as the program computes them and as one would write the SQL by hand.

``python -m benchmarks.figures ours|hand STORE`` reads every row and keeps none. The figures are drawn from a
copy of the store in which every firm has two financial statements (``figures_`` before its name).
"""

from __future__ import annotations

import shutil
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

from benchmarks.book import DAY

FIGURES = (
    "days_past_due", "outstanding_principal", "live_loans", "worst_days_past_due_12m", "tenure_days",
    "days_since_contact", "contacts_90d", "open_complaints", "current_ratio", "debt_to_assets", "altman_z2",
    "current_ratio_a_year_ago",
)  # fmt: skip
# Every firm's statements, from its number: what matters is that no two are alike.
_STATEMENTS = """
INSERT INTO statement (known_on, recorded_at, command_id, effective_on, number, live_key, customer_id,
  months, currency, current_assets, current_liabilities, total_assets, total_liabilities, equity,
  retained_earnings, ebit)
SELECT y.day, '2026-11-20 01:00:00.000000', 1, y.day, c.id * 2 + y.place, c.id || ':' || y.day || ':12', c.id,
  12, 'CNY', 40000000 + c.id % 9973 * 1000, 30000000 + c.id % 7919 * 900, 100000000, 60000000, 40000000,
  c.id % 104729 * 300, c.id % 1299709 * 20 - 1000000
FROM customer c, (SELECT '2025-12-31' AS day, 1 AS place UNION ALL SELECT '2024-12-31', 2) y
WHERE c.kind <> 'student'
"""
_HAND = """
WITH newest AS (
  SELECT l.customer_id, l.disbursed_on, s.outstanding_principal AS owed,
    max(coalesce(s.days_past_due, 0), coalesce(s.interest_days_past_due, 0)) AS late,
    l.disbursed_on <= :day AND CASE WHEN e.effective_on IS NOT NULL THEN e.effective_on > :day
      ELSE l.matures_on IS NULL OR l.matures_on > :day
        OR (s.effective_on >= :fresh AND s.outstanding_principal > 0)
    END AS live, s.effective_on >= :fresh AS known
  FROM loan l
  LEFT JOIN loan_status e ON e.loan_id = l.id AND e.voided_at IS NULL
  LEFT JOIN snapshot s ON s.id = (SELECT id FROM snapshot WHERE loan_id = l.id AND effective_on <= :day
    AND voided_at IS NULL ORDER BY effective_on DESC, id DESC LIMIT 1)
  WHERE l.effective_on <= :day AND l.voided_at IS NULL),
loans AS (
  SELECT customer_id, sum(live) AS live, max(CASE WHEN live AND known THEN late END) AS late,
    sum(CASE WHEN live AND known THEN owed END) AS owed, min(disbursed_on) AS since FROM newest GROUP BY 1),
history AS (
  SELECT l.customer_id, max(max(coalesce(s.days_past_due, 0), coalesce(s.interest_days_past_due, 0))) AS worst
  FROM snapshot s JOIN loan l ON l.id = s.loan_id
  WHERE s.effective_on > :year AND s.effective_on <= :day AND s.voided_at IS NULL AND l.voided_at IS NULL
  GROUP BY 1),
talks AS (
  SELECT customer_id, max(effective_on) AS last, sum(effective_on > :quarter) AS recent FROM contact
  WHERE effective_on <= :day AND voided_at IS NULL AND outcome IN ('reached', 'met', 'promised') GROUP BY 1),
tickets AS (
  SELECT customer_id, count(*) AS open FROM feedback f WHERE kind = 'complaint' AND effective_on <= :day
    AND voided_at IS NULL AND NOT EXISTS (SELECT 1 FROM feedback_event e WHERE e.feedback_id = f.id
    AND e.action = 'resolved' AND e.effective_on <= :day AND e.voided_at IS NULL) GROUP BY 1),
now AS (
  SELECT * FROM (SELECT *,
    row_number() OVER (PARTITION BY customer_id ORDER BY effective_on DESC, id DESC) AS place
    FROM statement WHERE effective_on BETWEEN :old AND :day AND voided_at IS NULL) WHERE place = 1),
past AS (
  SELECT s.customer_id, s.current_assets, s.current_liabilities FROM statement s JOIN now n
    ON n.customer_id = s.customer_id AND s.effective_on = date(n.effective_on, '-365 days')
  WHERE s.voided_at IS NULL)
SELECT CASE WHEN coalesce(loans.live, 0) = 0 THEN 0 ELSE loans.late END,
  CASE WHEN coalesce(loans.live, 0) = 0 THEN 0 ELSE loans.owed END, coalesce(loans.live, 0), history.worst,
  CAST(julianday(:day) - julianday(loans.since) AS INTEGER),
  CAST(julianday(:day) - julianday(talks.last) AS INTEGER),
  coalesce(talks.recent, 0), coalesce(tickets.open, 0),
  CAST(round(1e6 * now.current_assets / now.current_liabilities) AS INTEGER),
  CAST(round(1e6 * now.total_liabilities / now.total_assets) AS INTEGER),
  CAST(round(1e6 * (6.56 * (now.current_assets - now.current_liabilities) + 3.26 * now.retained_earnings
    + 6.72 * now.ebit) / now.total_assets + 1.05e6 * now.equity / now.total_liabilities) AS INTEGER),
  CAST(round(1e6 * past.current_assets / past.current_liabilities) AS INTEGER)
FROM customer c LEFT JOIN loans ON loans.customer_id = c.id LEFT JOIN history ON history.customer_id = c.id
LEFT JOIN talks ON talks.customer_id = c.id LEFT JOIN tickets ON tickets.customer_id = c.id
LEFT JOIN now ON now.customer_id = c.id LEFT JOIN past ON past.customer_id = c.id
WHERE c.voided_at IS NULL AND c.since_on <= :day ORDER BY c.number
"""


def with_statements(store: Path) -> Path:
    """Return a copy of the store with two statements for every firm, made when it is first asked for."""
    copy = store.with_name(f"figures_{store.name}")
    if not copy.exists():
        part = copy.with_suffix(".part")
        shutil.copy(store, part)
        with closing(sqlite3.connect(part)) as connection, connection:
            connection.execute(_STATEMENTS)
            connection.execute("ANALYZE statement")
        part.replace(copy)
    return copy


def by_hand(store: Path) -> Iterator[tuple[Any, ...]]:
    """Yield the figures of every customer by SQL that was written for nothing else."""
    ages = {"year": 365, "quarter": 90, "fresh": 45, "old": 550}
    days = {name: (DAY - timedelta(days=age)).isoformat() for name, age in ages.items()}
    with closing(sqlite3.connect(store)) as connection:
        yield from connection.execute(_HAND, {"day": DAY.isoformat(), **days})


def ours(store: Path) -> Iterator[tuple[Any, ...]]:
    """Yield the figures of every customer by the catalogue."""
    from loancrm.indicators.figures import Figures
    from loancrm.policy.policy import in_force
    from loancrm.store import Store

    with Store(store).read(DAY) as view:
        figures = Figures(view, in_force(view).terms, FIGURES)
        query = figures.select(*(figures.columns[name] for name in FIGURES))
        for row in view.connection.execute(query.order_by(figures.customers.c.number)):
            yield tuple(row)


if __name__ == "__main__":
    for _row in {"ours": ours, "hand": by_hand}[sys.argv[1]](with_statements(Path(sys.argv[2]))):
        pass
