"""Why a loan is in its class and stage as of a day: every reason, until when, and what changes it next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Row, select

from loancrm.indicators.facts import customer_ids, loans_at
from loancrm.indicators.standing import DEBTOR, DEBTOR_ELSEWHERE, WRITTEN_OFF, standing_at
from loancrm.lending.standing import Floor, Outlook, Reason, outlook, standing
from loancrm.models import LoanStanding, table
from loancrm.policy.policy import Policy
from loancrm.reports import lookup
from loancrm.reports.loans import past_grace
from loancrm.view import View

FLOOR = table(LoanStanding)


@dataclass(frozen=True, slots=True)
class Explanation:
    """A loan's class and stage with the reasons, the deciding one first; all missing without a position."""

    loan: str
    customer: str
    five_tier: str | None
    bank_five_tier: str | None
    computed_five_tier: str | None
    ifrs9_stage: int | None
    trigger: str | None
    days_past_due: int | None
    days_after_grace: int | None
    basis_on: date | None
    reasons: tuple[Reason, ...]
    outlook: tuple[Outlook, ...]


def explanation(view: View, policy: Policy, number: str) -> Explanation:
    """Return why a loan stands as it does.

    Raises:
        NotFound: there is no such loan, or nothing was known of it yet.
    """
    loan = lookup.loan_seen(view, number)
    row, owner = _row(view, policy, loan)
    days = None if row is None else row.days_past_due
    reasons: tuple[Reason, ...] = ()
    ahead: tuple[Outlook, ...] = ()
    if row is not None and days is not None:
        floors, rules = floors_of(view, loan.id), policy.standing
        day = row.basis_on  # a snapshot's days past due are those of its day
        more = _of_the_debtor(row, policy)
        held = _shifted(floors, view.as_of, day, days)
        reasons = standing(view.as_of, 0, held, rules, (*more, *_late(day, days, policy))).reasons
        ahead = outlook(day, days, floors, rules, more=more, next_due_on=row.next_due_on)
        ahead = tuple(one for one in ahead if one.on > view.as_of)
    m: Any = {} if row is None else row._mapping
    return Explanation(
        loan=loan.number,
        customer=lookup.customer_code(owner),
        days_after_grace=past_grace(policy, days),
        reasons=reasons,
        outlook=ahead,
        **{name: m.get(name) for name in _SHOWN},
    )


_SHOWN = (
    "five_tier", "bank_five_tier", "computed_five_tier", "ifrs9_stage", "trigger", "days_past_due",
    "basis_on",
)  # fmt: skip


def _late(day: date, days: int, policy: Policy) -> tuple[Reason, ...]:
    if not days:
        return ()
    rules = policy.standing
    since = day - timedelta(days=days)
    return (Reason("days_past_due", rules.class_of(days), rules.stage_by_days(days), since),)


def _shifted(floors: tuple[Floor, ...], as_of: date, day: date, days: int) -> tuple[Floor, ...]:
    """Return the floors with those open that arrears hold beyond their end."""
    since = day - timedelta(days=days) if days else None
    return tuple(
        Floor(f.track, f.on, f.five_tier, f.stage, None, f.trigger, f.known_on)
        if f.until is not None and f.until <= as_of and f.holds(as_of, since)
        else f
        for f in floors
    )


def _row(view: View, policy: Policy, loan: Row[Any]) -> tuple[Row[Any] | None, int]:
    scope = customer_ids(view, ids=[loan.customer_id])
    loans = loans_at(view, stale_after_days=policy.terms.stale_after_days, scope=scope)
    stands = standing_at(view, policy.standing, loans)
    s = stands.c
    columns = [column for column in s if column.name != "five_tier"]
    query = select(*columns, s.five_tier.label("bank_five_tier"), s.class_that_counts.label("five_tier"))
    query = query.where(s.id == loan.id, s.is_live == 1)
    return view.one(query), lookup.owner_number(view, loan.customer_id)


def _of_the_debtor(row: Any, policy: Policy) -> tuple[Reason, ...]:
    if row.trigger not in (DEBTOR, DEBTOR_ELSEWHERE, WRITTEN_OFF):
        return ()
    five_tier = policy.standing.debtor_class
    return (Reason(row.trigger, five_tier, policy.standing.stage_by_class(five_tier)),)


def floors_of(view: View, loan_id: int) -> tuple[Floor, ...]:
    """Return the floors of a loan that are seen, the oldest first."""
    f = FLOOR.c
    query = select(FLOOR).where(f.loan_id == loan_id, view.sees(FLOOR)).order_by(f.effective_on, f.id)
    return tuple(
        Floor(r.track, r.effective_on, r.floor_class, r.floor_stage, r.until, r.trigger, r.known_on)
        for r in view.rows(query)
    )
