"""What secures a customer's loans, and the legal clocks that run."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, case, exists, func, or_, select

from loancrm import models
from loancrm.dialect import count_where, total
from loancrm.indicators.sources import Sources
from loancrm.models import table


def collateral(sources: Sources) -> Any:
    """Return what is pledged by customer: value, pieces and not_appraised.

    ``value`` is the sum of the newest appraised values, each after the claims that go first and never below
    nothing; missing where no piece was appraised. What was released by the day does not count.
    """
    return sources.of("collateral", _collateral).c


def standing_collateral(sources: Sources) -> Any:
    """Return the condition that a piece of collateral is seen and was not released by the day."""
    released = table(models.Collateral).c.released_on
    return sources.view.sees(table(models.Collateral)) & or_(
        released.is_(None), released > sources.view.as_of
    )


def newest_appraisals(sources: Sources) -> Select[Any]:
    """Return the newest appraisal of each piece: appraisal_id, collateral_id and value after prior claims."""
    c = table(models.Appraisal).c
    order = (c.effective_on.desc(), c.id.desc())
    left = c.value - c.prior_claims
    place = func.row_number().over(partition_by=c.collateral_id, order_by=order).label("place")
    ranked = sources.scoped(
        select(c.id, c.collateral_id, case((left > 0, left), else_=0).label("value"), place).where(
            sources.view.sees(table(models.Appraisal))
        ),
        c.customer_id,
    ).subquery("ranked_appraisals")
    r = ranked.c
    return select(r.id.label("appraisal_id"), r.collateral_id, r.value).where(r.place == 1)


def _collateral(sources: Sources) -> Select[Any]:
    worth, c = newest_appraisals(sources).subquery("worth"), table(models.Collateral).c
    query = (
        select(
            c.customer_id,
            total(worth.c.value).label("value"),
            func.count().label("pieces"),
            count_where(worth.c.value.is_(None)).label("not_appraised"),
        )
        .join_from(table(models.Collateral), worth, worth.c.collateral_id == c.id, isouter=True)
        .where(standing_collateral(sources))
        .group_by(c.customer_id)
    )
    return sources.scoped(query, c.customer_id)


def clocks(sources: Sources) -> Any:
    """Return the day on which the next legal clock of a customer runs out, as ``next_on``."""
    return sources.of("clocks", _clocks).c


def running_clock(sources: Sources) -> Any:
    """Return the condition that a clock runs on the day: not run out, and not started anew by a notice."""
    clock = table(models.LegalClock)
    later = clock.alias("later")
    same = later.c.customer_id == clock.c.customer_id  # by index; a clock restarts one of the same customer
    restarted = exists().where(same, later.c.restarts_id == clock.c.id, sources.view.sees(later))
    return sources.view.sees(clock) & (clock.c.expires_on >= sources.view.as_of) & ~restarted


def _clocks(sources: Sources) -> Select[Any]:
    c = table(models.LegalClock).c
    query = (
        select(c.customer_id, func.min(c.expires_on).label("next_on"))
        .where(running_clock(sources))
        .group_by(c.customer_id)
    )
    return sources.scoped(query, c.customer_id)
