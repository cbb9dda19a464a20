"""Ratios that a file brought ready-made: a rule over 7,027 Polish firms, counted exactly.

The data (Zięba, Tomczak, Tomczak 2016; UCI 365) has 64 ratios a firm and ``?`` for what is missing:
attr1 net profit ÷ total assets, attr2 total liabilities ÷ total assets, attr4 current assets ÷ short-term
liabilities, attr37 (current assets − inventories) ÷ long-term liabilities.
"""

from __future__ import annotations

from collections import Counter
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
from sqlalchemy import select

from loancrm.indicators.figures import Figures
from loancrm.models import Customer, ImportedFigure, table
from loancrm.policy.conditions import Condition
from loancrm.policy.parse import from_yaml
from loancrm.policy.policy import example
from loancrm.unitofwork import UnitOfWork
from loancrm.view import View
from tests.exchange.conftest import SHARED
from tests.support import CURRENCY, TODAY, ZONE, Book

FILE = SHARED / "datasets" / "polish_1year.data"
ATTRIBUTES = (1, 2, 4, 37)
Firm = dict[int, Decimal | None]


@pytest.fixture(scope="module")
def firms() -> list[Firm]:
    if not FILE.is_file():
        pytest.skip("the data is not here")
    return [_firm(line.split(",")) for line in _lines(FILE)]


def _lines(path: Path) -> list[str]:
    return [line for line in path.read_text("ascii").splitlines() if line and line[0] in "-?0123456789"]


def _firm(cells: list[str]) -> Firm:
    return {a: None if cells[a - 1] == "?" else Decimal(cells[a - 1]) for a in ATTRIBUTES}


def fill(uow: UnitOfWork, firms: list[Firm]) -> None:
    """Write the firms as customers, and their ratios in millionths; what is missing is not written."""
    people = [
        {"number": n, "kind": "enterprise", "name": f"firm {n}", "name_key": f"firm{n}", "since_on": TODAY}
        for n in range(1, len(firms) + 1)
    ]
    uow.insert_many(Customer, people)
    c = table(Customer).c
    keys = {row.number: row.id for row in uow.connection.execute(select(c.number, c.id))}
    rows = [
        {"customer_id": keys[n], "name": f"attr{a}", "effective_on": TODAY, "value": millionths(value)}
        for n, firm in enumerate(firms, 1)
        for a, value in firm.items()
        if value is not None
    ]
    uow.insert_many(ImportedFigure, [{**row, "number": n} for n, row in enumerate(rows, 1)])


def millionths(value: Decimal) -> int:
    return int((value * 1_000_000).quantize(Decimal(1), ROUND_HALF_UP))


def counted(view: View, condition: Condition) -> Counter[bool | None]:
    """Return for how many customers a condition holds, does not, and is unknown."""
    figures = Figures(view, example().terms, sorted(condition.indicators()))
    rows = view.rows(figures.select(condition.sql(figures.columns)))
    return Counter(None if row[0] is None else bool(row[0]) for row in rows)


def test_rules_over_ready_made_ratios_count_exactly_and_what_is_missing_stays_missing(
    book: Book, firms: list[Firm]
) -> None:
    with book.scratch() as uow:
        fill(uow, firms)
        view = View(uow.connection, TODAY, None, ZONE, CURRENCY)
        # The totals were counted once more with awk over the file itself.
        short = counted(view, from_yaml({"imported.attr4": "< 1"}))
        assert short == Counter(None if firm[4] is None else firm[4] < 1 for firm in firms)
        assert (short[True], short[None], short.total()) == (1466, 30, 7027)
        assert counted(view, from_yaml({"imported.attr37": "missing"})) == {True: 2740, False: 4287}
        weak = from_yaml({"all": [{"imported.attr1": "< 0"}, {"imported.attr2": "> 70%"}]})
        assert counted(view, weak)[True] == 393
        assert counted(view, from_yaml({"imported.attr65": "< 1"})) == {None: 7027}
