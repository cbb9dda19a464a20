"""Who had a customer on a day: the lead officer of then, row by row."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, case, func, select

from loancrm.indicators.facts import CUSTOMER
from loancrm.models import CustomerAttribute, table
from loancrm.view import View


def officer_on(
    view: View, customer_id: ColumnElement[Any], day: ColumnElement[Any], *, name: str = "officer_id"
) -> ColumnElement[Any]:
    """Return the key of the officer who had a customer on ``day``, a date or a column of dates.

    A customer that was never handed over had one officer on every day. Where figures are of several days, as
    what an officer did in a quarter, each is of who had the customer then. ``name``: the column of the
    customer's row, ``second_officer_id`` for the second one.
    """
    rows, people = table(CustomerAttribute).alias("had_then"), CUSTOMER.alias("whose")
    found = (
        select(func.coalesce(rows.c.value, ""))
        .where(rows.c.customer_id == customer_id, rows.c.name == name)
        .where(rows.c.effective_on <= day, view.knows(rows))
        .order_by(rows.c.effective_on.desc(), rows.c.id.desc())
        .limit(1)
        .correlate_except(rows)
        .scalar_subquery()
    )
    own = select(people.c[name]).where(people.c.id == customer_id)
    today = own.correlate_except(people).scalar_subquery()
    return case((found.is_(None), today), else_=func.nullif(found, "").cast(BigInteger))
