"""New warnings: found by a rule or heard of, and nobody has answered them yet."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Integer, Select, case, func

from loancrm import models
from loancrm.agenda.base import Agenda
from loancrm.dialect import add_days, as_text
from loancrm.indicators.warnings import is_new
from loancrm.models import table


def warnings(agenda: Agenda) -> Select[Any]:
    """Return the new warnings of the policy's severities; ``n`` is 1 where ``text`` is a rule's name."""
    shape, rows = agenda.due.warning, table(models.RiskWarning)
    assert shape is not None
    query = agenda.reason(
        "warning",
        shape,
        rows.c.customer_id,
        due_on=rows.c.effective_on,
        late_on=add_days(rows.c.effective_on, shape.answer_days),
        ref=as_text(rows.c.number),
        n=case((rows.c.rule.is_not(None), 1), else_=0).cast(Integer),
        text=func.coalesce(rows.c.rule, rows.c.signal),
        about=rows.c.severity,
    )
    query = query.where(
        agenda.view.sees(rows), rows.c.severity.in_(shape.severities), is_new(agenda.view, rows)
    )
    return agenda.of_scope(query, rows.c.customer_id)
