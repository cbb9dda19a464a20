"""Loans on their way to disbursement: their steps, what they still need, and how long each stage takes."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, func, select

from loancrm.models import LoanRequirement, LoanStage, table
from loancrm.view import View


def stages_of(view: View, loan_id: int) -> list[Row[Any]]:
    """Return the steps of a loan that are known, in order."""
    rows = table(LoanStage)
    query = select(rows).where(rows.c.loan_id == loan_id, view.knows(rows))
    return view.rows(query.order_by(rows.c.effective_on, rows.c.id))


def requirements_of(view: View, loan_id: int) -> list[Row[Any]]:
    """Return the documents and conditions of a loan, each with what was said of it last, by name."""
    rows = table(LoanRequirement)
    newest = (rows.c.effective_on.desc(), rows.c.id.desc())
    place = func.row_number().over(partition_by=rows.c.name, order_by=newest).label("place")
    ranked = select(rows, place).where(rows.c.loan_id == loan_id, view.sees(rows)).subquery("ranked")
    return view.rows(select(ranked).where(ranked.c.place == 1).order_by(ranked.c.kind.desc(), ranked.c.name))


def open_requirements(view: View, loan_id: int) -> list[Row[Any]]:
    """Return those that are still to be met."""
    return [row for row in requirements_of(view, loan_id) if row.action == "required"]
