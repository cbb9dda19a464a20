"""By what an entry of points is known: a rule's fact once for a customer, another by its number."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Text, case, literal

from loancrm.dialect import as_text

OTHERS = "n"


def accrual_key(
    rule: ColumnElement[str] | str, customer_id: Any, fact: ColumnElement[str]
) -> ColumnElement[str]:
    """Return the key of what a rule gives a customer for a fact."""
    colon = literal(":", Text())
    whose = literal(rule, Text()) if isinstance(rule, str) else rule
    return whose.concat(colon).concat(as_text(customer_id)).concat(colon).concat(fact)


def entry_key(rows: Any) -> ColumnElement[str]:
    """Return the key of an entry that stands."""
    by_number = literal(f"{OTHERS}:", Text()).concat(as_text(rows.c.number))
    accrual = accrual_key(rows.c.rule, rows.c.customer_id, rows.c.fact)
    return case((rows.c.kind == "accrual", accrual), else_=by_number)
