"""Rates that are looked up anew, of loans serviced here: ahead to be explained, come to be agreed on."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, exists, literal

from loancrm.agenda.base import Agenda
from loancrm.models import LoanTerms, table


def ahead(agenda: Agenda) -> Select[Any]:
    """Return repricing days that come, at each step of the ladder until somebody talks."""
    shape, loan, rows = agenda.due.rate_change, agenda.loans.c, table(LoanTerms)
    assert shape is not None
    query = agenda.ladder(
        "rate_change",
        shape,
        loan.customer_id,
        rows.c.reprices_on,
        amount=loan.outstanding_principal,
        ref=loan.number,
    )
    return _in_force(agenda, query).where(rows.c.reprices_on > agenda.view.as_of)


def waiting(agenda: Agenda) -> Select[Any]:
    """Return loans whose repricing day has come, until their new rate is agreed on."""
    shape, loan, rows = agenda.due.rate_change, agenda.loans.c, table(LoanTerms)
    assert shape is not None
    query = agenda.reason(
        "rate_change",
        shape,
        loan.customer_id,
        due_on=rows.c.reprices_on,
        amount=loan.outstanding_principal,
        code=literal("rate_due"),
        ref=loan.number,
    )
    return _in_force(agenda, query).where(rows.c.reprices_on <= agenda.view.as_of)


def _in_force(agenda: Agenda, query: Select[Any]) -> Select[Any]:
    """Keep the newest version that is seen of each live loan."""
    loan, rows, later = agenda.loans.c, table(LoanTerms), table(LoanTerms).alias("later_terms")
    is_followed = exists().where(
        later.c.loan_id == rows.c.loan_id, later.c.version > rows.c.version, agenda.view.sees(later)
    )
    query = query.select_from(agenda.loans.join(rows, rows.c.loan_id == loan.id))
    return query.where(loan.is_live == 1, rows.c.version > 0, agenda.view.sees(rows), ~is_followed)
