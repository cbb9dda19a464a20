"""Whom to thank: customers who brought another one lately."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Select

from loancrm.agenda.base import Agenda
from loancrm.dialect import add_days, as_text
from loancrm.models import Customer, Referral, table


def thanks(agenda: Agenda) -> Select[Any]:
    """Return customers who brought another one in the last days, until somebody talks with them."""
    shape = agenda.due.referral
    assert shape is not None
    rows, brought = table(Referral), table(Customer).alias("brought")
    query = agenda.reason(
        "referral",
        shape,
        rows.c.referrer_id,
        due_on=rows.c.effective_on,
        late_on=add_days(rows.c.effective_on, shape.days_after),
        ref=as_text(rows.c.number),
        n=brought.c.number,
        talk_since=add_days(rows.c.effective_on, 1),
    )
    query = query.select_from(rows.join(brought, brought.c.id == rows.c.customer_id)).where(
        agenda.view.sees(rows),
        agenda.view.stands(brought),
        rows.c.referrer_id.is_not(None),
        rows.c.effective_on >= agenda.view.as_of - timedelta(days=shape.days_after),
    )
    return agenda.of_scope(query, rows.c.referrer_id)
