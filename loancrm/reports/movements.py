"""What became different of the loans between two days: for the morning after the core system's files came."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import CTE, ColumnElement, Row, and_, false, func, or_, select

from loancrm.indicators.data_days import data_before
from loancrm.indicators.facts import customer_ids, customers_at, loans_at
from loancrm.numerals import plain_money
from loancrm.policy.policy import Policy
from loancrm.reports import lookup
from loancrm.view import View

KINDS = (
    "newly_overdue",
    "cured",
    "settled",
    "written_off",
    "transferred",
    "disbursed",
    "class_moved",
    "balance_jumped",
)
_ENDED = ("settled", "written_off", "transferred")


@dataclass(frozen=True, slots=True)
class Movement:
    """One thing that is different of one loan. ``before`` and ``after``: days, a class or money, as text."""

    kind: str
    loan: str
    customer: str
    name: str
    officer: str | None
    before: str | None
    after: str | None
    amount: int | None


def day_before(view: View) -> date | None:
    """Return the day of the data before the newest, which changes are counted from unless said."""
    return data_before(view)


def movements(
    view: View, policy: Policy, since: date, *, officer_id: int | None = None, kind: str | None = None
) -> Iterator[Movement]:
    """Return what is different as of the view's day from ``since``, worst kinds first, then by loan.

    A balance that moved by more than the policy's ``balance_jump_percent`` has jumped.
    """
    scope = None if officer_id is None else customer_ids(view, officer_id=officer_id)
    days = policy.terms.stale_after_days
    now = loans_at(view, stale_after_days=days, scope=scope)
    then = loans_at(view.at(since), stale_after_days=days, scope=scope, name="loans_then")
    people = customers_at(view, "name", "officer_id", scope=scope)
    tests = _tests(now, then, since, policy.shape.data.balance_jump_percent)
    wanted = tests if kind is None else {kind: tests[kind]}
    query = (
        select(
            now.c.number,
            people.c.number.label("owner"),
            people.c.name,
            people.c.officer_id,
            *(now.c[name].label(f"{name}_now") for name in _FIGURES),
            *(then.c[name].label(f"{name}_then") for name in _FIGURES),
            *(test.label(name) for name, test in wanted.items()),
        )
        .select_from(
            now.outerjoin(then, then.c.id == now.c.id).join(people, people.c.id == now.c.customer_id)
        )
        .where(or_(*wanted.values()))
        .order_by(now.c.number)
    )
    codes, rows = lookup.officers(view), view.rows(query)
    for one in KINDS:
        yield from (_movement(one, row, codes) for row in rows if one in wanted and row._mapping[one])


_FIGURES = (
    "principal",
    "status",
    "five_tier",
    "outstanding_principal",
    "overdue_principal",
    "unpaid_interest",
    "days_past_due",
    "written_off_amount",
)


def _tests(now: CTE, then: CTE, since: date, percent: int | None) -> dict[str, ColumnElement[bool]]:
    n, t = now.c, then.c
    late_now, late_then = func.coalesce(n.days_past_due, 0) >= 1, func.coalesce(t.days_past_due, 0) >= 1
    moved = n.outstanding_principal - t.outstanding_principal
    jumped = func.abs(moved) * 100 > t.outstanding_principal * percent if percent else false()
    tests = {
        "newly_overdue": and_(late_now, ~late_then),
        "cured": and_(late_then, n.days_past_due == 0),
        "disbursed": n.disbursed_on > since,
        "class_moved": n.five_tier != t.five_tier,
        "balance_jumped": and_(jumped, t.disbursed_on <= since),
    }
    for status in _ENDED:
        tests[status] = and_(n.status == status, n.ended_on > since)
    return {name: func.coalesce(tests[name], False) for name in KINDS}


def _movement(kind: str, row: Row[Any], codes: dict[int, str]) -> Movement:
    m = row._mapping
    before, after, amount = _figures(kind, m)
    return Movement(
        kind=kind,
        loan=m["number"],
        customer=lookup.customer_code(m["owner"]),
        name=m["name"],
        officer=codes.get(m["officer_id"]),
        before=before,
        after=after,
        amount=amount,
    )


def _figures(kind: str, m: Any) -> tuple[str | None, str | None, int | None]:
    if kind in ("newly_overdue", "cured"):
        late = m["overdue_principal_now" if kind == "newly_overdue" else "overdue_principal_then"]
        interest = m["unpaid_interest_now" if kind == "newly_overdue" else "unpaid_interest_then"]
        return _text(m["days_past_due_then"]), _text(m["days_past_due_now"]), (late or 0) + (interest or 0)
    if kind == "class_moved":
        return m["five_tier_then"], m["five_tier_now"], m["outstanding_principal_now"]
    if kind == "balance_jumped":
        old, new = m["outstanding_principal_then"], m["outstanding_principal_now"]
        return plain_money(old), plain_money(new), new - old
    if kind == "disbursed":
        return None, m["status_now"], m["principal_now"]
    lost = m["written_off_amount_now"]
    return (
        m["status_then"],
        m["status_now"],
        lost if kind == "written_off" else m["outstanding_principal_then"],
    )


def _text(value: int | None) -> str | None:
    return None if value is None else str(value)
