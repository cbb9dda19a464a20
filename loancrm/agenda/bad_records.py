"""The notice that a person is given before a bad record of theirs is reported to the credit bureau."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, exists, func

from loancrm.agenda.base import Agenda, unknown
from loancrm.dialect import add_days
from loancrm.indicators.facts import CUSTOMER
from loancrm.models import Contact, table

NOTICE = "bad_record_notice"  # the purpose of such a conversation, message or letter


def without_notice(agenda: Agenda) -> Select[Any]:
    """Return loans of persons that are past due for so long, and no notice was given since they fell due.

    Whoever provides a bad record of a person tells the person before (Regulation on the Administration of the
    Credit Reporting Industry, Art. 15); one notice is for all loans that were past due on its day. Talking of
    other things does not answer it.
    """
    shape, loan, rows = agenda.due.bad_record, agenda.loans.c, table(Contact)
    assert shape is not None
    since = add_days(agenda.loans.c.basis_on, -loan.days_past_due)
    told = exists().where(
        rows.c.customer_id == loan.customer_id,
        rows.c.effective_on > since,
        rows.c.purpose == NOTICE,
        rows.c.outcome.in_(shape.told),
        agenda.view.sees(rows),
    )
    is_person = exists().where(CUSTOMER.c.id == loan.customer_id, CUSTOMER.c.kind.in_(shape.kinds))
    query = agenda.reason(
        "bad_record",
        shape,
        loan.customer_id,
        due_on=add_days(since, shape.from_days),
        amount=func.coalesce(loan.overdue_principal, 0) + func.coalesce(loan.unpaid_interest, 0),
        text=unknown(func.coalesce(loan.overdue_principal, loan.unpaid_interest)),
        ref=loan.number,
        n=loan.days_past_due,
    )
    return query.where(loan.days_past_due >= max(1, shape.from_days), is_person, ~told)
