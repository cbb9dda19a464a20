"""Each loan that lived on an earlier day, with how it stood then and how it stands on a later one.

Of several days one after another each is read once, however many pairs they make.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Integer,
    Select,
    String,
    Subquery,
    and_,
    case,
    func,
    literal,
    null,
    select,
    union,
    union_all,
)

from loancrm.dialect import found_first
from loancrm.indicators.facts import LOAN, customer_ids, loans_at
from loancrm.indicators.standing import standing_at
from loancrm.policy.policy import Policy
from loancrm.reports.grouping import Grouping
from loancrm.view import View

GROUPED_BY = ("industry", "region", "product", "security", "extra")  # what a loan may be grouped by
_POSITION = ("id", "customer_id", "is_live", "days_past_due", "outstanding_principal")
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
class DayByDay:
    """Loans on days, two or more, oldest first; of ``view`` is taken what is known, not its day.

    With ``officer_id`` a pair of days is of who is the officer's on the later of the two. Without
    ``with_standing`` there is no class nor stage of a loan, only its position, which is found much sooner.
    """

    view: View
    policy: Policy
    days: tuple[date, ...]
    officer_id: int | None = None
    with_standing: bool = True

    def pairs(self, state: State, grouping: Grouping | None = None) -> Subquery:
        """Return a row for each day but the last, and each loan that lived on it.

        Columns: id; n (of the day, from 0); before and after, the states of the day and of the next as texts,
        which ``state`` gives of a loan's columns; was and owed, the balances; key (its group on the day, None
        without ``grouping``); lives (1/0) and status (of one that ended) on the next day.
        The next day's is the loan's next row, not joined: neither side has a key, so that PostgreSQL would
        pair every loan with every other. A loan that is seen on a day is seen on every later one.
        """
        views = [self.view.at(day) for day in self.days]
        readings = [self._reading(views, n, state, grouping) for n in range(len(views))]
        u = union_all(*readings).subquery("stood").c
        carried = {"after": u.state, "owed": u.balance, "lives": u.lives, "status": u.status}
        following = {
            name: func.lead(column, type_=column.type).over(partition_by=u.id, order_by=u.n)
            for name, column in carried.items()
        }
        own = (u.id, u.n, u.state.label("before"), u.balance.label("was"), u.key)
        both = select(*own, u.begins, *(found.label(name) for name, found in following.items())).subquery(
            "beside"
        )
        wanted = (both.c[name] for name in ("id", "n", "before", "was", "key", *following))
        return select(*wanted).where(both.c.begins == 1).subquery("pairs")

    def _reading(self, views: list[View], n: int, state: State, grouping: Grouping | None) -> Select[Any]:
        """Return a row a loan as it stood on a day, from whose row on a pair ``begins`` (1/0) or not."""
        view, later = views[n], views[n + 1 : n + 2]
        scope = self._scope(views[n + (n == 0) : n + 2])
        stood = self._stood(view, n, scope, GROUPED_BY if grouping is not None else ())
        s = stood.c
        relation: Any = stood
        key: ColumnElement[Any] = null().cast(String()).label("key")
        if grouping is not None:
            relation, key = grouping.keyed(view, stood, scope)
            if not later:
                relation, key = stood, null().cast(key.type).label("key")
        lives = s.is_live == 1
        begins: ColumnElement[bool] = and_(lives, literal(bool(later)))
        if later and self.officer_id is not None:
            begins = and_(lives, s.customer_id.in_(self._scope(later)))
        query = select(
            s.id, literal(n, Integer()).label("n"), case((lives, state(s))).label("state"),
            s.outstanding_principal.cast(BigInteger()).label("balance"), key, s.is_live.label("lives"),
            s.status.cast(String()).label("status"), case((begins, 1), else_=0).label("begins"),
        ).select_from(relation)  # fmt: skip
        return query.where(lives) if n == 0 else query

    def _stood(self, view: View, n: int, scope: Any, more: tuple[str, ...]) -> CTE:
        """Return the loans on a day, with the columns that are asked for."""
        days = self.policy.terms.stale_after_days
        loans = loans_at(view, stale_after_days=days, scope=scope, name=f"loans_{n}")
        only = ("status", *more)
        if self.with_standing:
            return standing_at(view, self.policy.standing, loans, name=f"standing_{n}", only=only)
        # By itself: woven into the union, whether a loan lives would be found anew for every column.
        return found_first(select(*(loans.c[one] for one in (*_POSITION, *only))), f"positions_{n}")

    def _scope(self, views: list[View]) -> Any:
        """Return whose customers are the officer's on any of the days; None: everybody's."""
        if self.officer_id is None:
            return None
        scopes = [customer_ids(view, officer_id=self.officer_id) for view in views]
        return scopes[0] if len(scopes) == 1 else union(*scopes)


def worsened(view: View, both: Any, rank: Mapping[str, int]) -> Iterator[Moved]:
    """Yield the loans whose state is worse by ``rank``, of which most is outstanding.

    ``both`` are the columns of ``DayByDay.pairs`` of two days.
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
