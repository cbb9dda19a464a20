"""What a customer who leaves takes along: the interest of a year."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, case, func, select

from loancrm.dialect import total
from loancrm.indicators.facts import loans_at
from loancrm.policy.policy import Policy
from loancrm.view import View

THOUSAND = 1_000  # a rate is in millionths: by thousands twice, so that nothing grows beyond 64 bits
YEAR = timedelta(days=365)


def value_at_stake(view: View, policy: Policy, scope: Select[Any] | None = None) -> Any:
    """Return a relation of ``customer_id`` and ``amount``: the interest of a year, in minor units.

    Of live loans what is outstanding (the principal where no position is known) at the contract rate; of
    those that ended within a year their principal, since that is what would come back.
    """
    t = loans_at(view, stale_after_days=policy.terms.stale_after_days, scope=scope, name="loans_at_stake").c
    ended_on = func.coalesce(t.ended_on, t.matures_on)
    base: ColumnElement[Any] = case(
        (t.is_live == 1, func.coalesce(t.outstanding_principal, t.principal)),
        (ended_on > view.as_of - YEAR, t.principal),
    )
    interest = (base.op("/")(THOUSAND) * t.annual_rate).op("/")(THOUSAND).cast(BigInteger)
    query = select(t.customer_id, total(interest).label("amount"))
    return query.where(t.status.in_(("live", "settled"))).group_by(t.customer_id).subquery("at_stake")
