"""Who belongs together: what a group owes, and how many stand in for each other."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, and_, case, func, literal, select

from loancrm import models
from loancrm.dialect import count_where, total
from loancrm.indicators.facts import loans_at
from loancrm.indicators.sources import Sources
from loancrm.models import table


def group(sources: Sources) -> Any:
    """Return what the groups of a customer owe, every member once, as ``outstanding_principal``.

    0 where no member has a live loan; missing where none of the live loans has a position.
    """
    return sources.of("tied", _owing).c


def arrears(sources: Sources) -> Any:
    """Return the days past due of the worst other member of a customer's guarantee circles."""
    return sources.of("tied", _owing).c


def circle(sources: Sources) -> Any:
    """Return how many customers the guarantee circles of a customer have, itself included, as ``size``."""
    return sources.of("circle", _circle).c


def members(sources: Sources, *kinds: str) -> Select[Any]:
    """Return customer_id, member_id and kind: who is in the same group or circle, the customer itself too."""
    own, other = table(models.Connection).alias("own"), table(models.Connection).alias("other")
    same = and_(other.c.kind == own.c.kind, other.c.name == own.c.name)
    query = (
        select(own.c.customer_id, other.c.customer_id.label("member_id"), own.c.kind)
        .join_from(own, other, same)
        .where(own.c.kind.in_(kinds), sources.view.sees(own), sources.view.sees(other))
        .distinct()
    )
    return sources.scoped(query, own.c.customer_id)


def _circle(sources: Sources) -> Select[Any]:
    found = members(sources, "guarantee_circle").subquery("found").c
    return select(found.customer_id, func.count().label("size")).group_by(found.customer_id)


def _owing(sources: Sources) -> Select[Any]:
    found = members(sources, "group", "guarantee_circle").cte("tied_members")
    stale = sources.terms.stale_after_days
    loan = loans_at(
        sources.view, stale_after_days=stale, scope=select(found.c.member_id), name="loans_of_tied"
    )
    in_group = found.c.kind == "group"
    live = count_where(and_(in_group, loan.c.is_live == 1))
    owed = case(
        (count_where(in_group) == 0, None),
        (live == 0, literal(0)),
        else_=total(case((in_group, loan.c.outstanding_principal))),
    )
    of_another = and_(found.c.kind == "guarantee_circle", found.c.member_id != found.c.customer_id)
    return (
        select(
            found.c.customer_id,
            owed.label("outstanding_principal"),
            func.max(case((of_another, loan.c.days_past_due))).label("days_past_due"),
        )
        .join_from(found, loan, loan.c.customer_id == found.c.member_id, isouter=True)
        .group_by(found.c.customer_id)
    )
