"""Each loan that lived on an earlier day, with how it stood then and how it stands now."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Select,
    String,
    Subquery,
    case,
    func,
    literal,
    null,
    select,
    union_all,
)

from loancrm.indicators.facts import LOAN, customer_ids, loans_at
from loancrm.indicators.standing import standing_at
from loancrm.policy.policy import Policy
from loancrm.reports.grouping import Grouping
from loancrm.view import View

GROUPED_BY = ("industry", "region", "product", "security", "extra")  # what a loan may be grouped by
MOST_NAMED = 10
State = Callable[[Any], ColumnElement[Any]]


@dataclass(frozen=True, slots=True)
class Moved:
    """A loan that stands in a worse state; amounts in minor units."""

    loan: str
    before: str
    after: str
    opening_balance: int
    closing_balance: int


@dataclass(frozen=True, slots=True)
class TwoDays:
    """Loans on two days: ``since``, and that of ``view``."""

    view: View
    policy: Policy
    since: date
    officer_id: int | None = None

    def pairs(self, state: State, grouping: Grouping | None = None) -> Subquery:
        """Return one row a loan with its states as texts, which ``state`` gives of a loan's columns.

        Columns: id; before, was (the balance) and key (its group, None without ``grouping``) of a loan that
        lived on the earlier day; after, owed, lives (1/0) and status (of one that ended) on the later one.
        Grouped, not joined: neither side has
        a key, so that PostgreSQL would pair every loan with every other.
        """
        earlier = self.view.at(self.since)
        stood = self._stands(earlier, "then", GROUPED_BY if grouping is not None else ())
        stands = self._stands(self.view, "now")
        s, t = stood.c, stands.c
        none, money = null().cast(String()), null().cast(BigInteger())
        relation: Any = stood
        key: ColumnElement[Any] = none.label("key")
        if grouping is not None:
            relation, key = grouping.keyed(earlier, stood, self._scope())
        then = select(
            s.id, state(s).label("before"), s.outstanding_principal.label("was"), key,
            none.label("after"), money.label("owed"), literal(0).label("lives"), none.label("status"),
        ).select_from(relation).where(s.is_live == 1)  # fmt: skip
        now = select(
            t.id, none, money, null().cast(key.type), state(t), t.outstanding_principal, t.is_live, t.status
        )
        u = union_all(then, now).subquery("both_days").c
        names = ("before", "was", "key", "after", "owed", "lives", "status")
        return (
            select(u.id, *(func.max(u[name]).label(name) for name in names)).group_by(u.id).subquery("pairs")
        )

    def _scope(self) -> Select[Any] | None:
        return None if self.officer_id is None else customer_ids(self.view, officer_id=self.officer_id)

    def _stands(self, view: View, when: str, more: tuple[str, ...] = ()) -> CTE:
        days = self.policy.terms.stale_after_days
        loans = loans_at(view, stale_after_days=days, scope=self._scope(), name=f"loans_{when}")
        wanted = ("status", *more)
        return standing_at(view, self.policy.standing, loans, name=f"standing_{when}", only=wanted)


def worsened(view: View, both: Any, rank: Mapping[str, int]) -> Iterator[Moved]:
    """Yield the loans whose state is worse by ``rank``, of which most is outstanding.

    ``both`` are the columns of ``TwoDays.pairs``.
    """
    was, now = (case(rank, value=state) for state in (both.before, both.after))
    query = (
        select(LOAN.c.number, both.before, both.after, both.was, both.owed)
        .join(LOAN, LOAN.c.id == both.id)
        .where(both.lives == 1, now > was, both.owed > 0)
        .order_by(both.owed.desc(), LOAN.c.number)
        .limit(MOST_NAMED)
    )
    for row in view.rows(query):
        yield Moved(row.number, row.before, row.after, row.was or 0, row.owed)
