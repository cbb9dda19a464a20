"""Legal clocks: periods after which a right is lost, and papers that expire."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Integer, Select, case, exists, func, literal, select

from loancrm.agenda.base import Agenda
from loancrm.dialect import as_text
from loancrm.models import LegalClock, Loan, table


def legal_clocks(agenda: Agenda) -> Select[Any]:
    """Return clocks that run out, until a notice starts them anew; talking does not stop them."""
    shape, view = agenda.due.legal_clock, agenda.view
    assert shape is not None
    rows, anew, loan = table(LegalClock), table(LegalClock).alias("anew"), table(Loan)
    is_final = rows.c.kind.in_(shape.final_kinds)
    number = select(loan.c.number).where(loan.c.id == rows.c.loan_id).correlate(rows).scalar_subquery()
    query = agenda.ladder(
        "legal_clock",
        shape,
        rows.c.customer_id,
        rows.c.expires_on,
        until_talked=False,
        band=case((is_final, literal(shape.band, Integer())), else_=literal(shape.other_band, Integer())),
        code=case(
            (~is_final, "clock_expires"),
            (rows.c.expires_on < view.as_of, "legal_clock_over"),
            else_="legal_clock",
        ),
        ref=as_text(rows.c.number),
        text=rows.c.kind,
        about=func.coalesce(number, rows.c.what),
    )
    # It is the same customer's, and said to be: where few clocks were started anew, SQLite takes the index of
    # ``restarts_id`` for one that leads to every row, and would read all clocks for each.
    same = anew.c.customer_id == rows.c.customer_id, anew.c.restarts_id == rows.c.id
    query = query.where(
        view.sees(rows),
        rows.c.expires_on >= view.as_of - timedelta(days=shape.days_after),
        ~exists().where(*same, view.sees(anew)),
    )
    return agenda.of_scope(query, rows.c.customer_id)
