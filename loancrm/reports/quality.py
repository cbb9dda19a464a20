"""What is contradictory or missing in the book, by named check, with how often and where.

An import warns of the same things row by row, under the same names.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select, union

from loancrm.i18n import N_, _
from loancrm.indicators.facts import (
    LOAN,
    SNAPSHOT,
    customer_ids,
    customers_at,
    loans_at,
)
from loancrm.indicators.standing import standing_at
from loancrm.models import LoanStage, LoanStatus, table
from loancrm.policy.policy import Policy
from loancrm.reports.grouping import Grouping
from loancrm.reports.lookup import customer_code
from loancrm.view import View

EXAMPLES = 5
MEANINGS: Mapping[str, str] = {
    "settled_with_write_off": N_("settled, and yet something was written off"),
    "written_off_above_principal": N_("more was written off than was lent"),
    "written_off_without_date": N_("written off, but no day says when"),
    "write_off_without_outcome": N_("something was written off, and no status says so: it is not kept"),
    "no_disbursement_date": N_("no day of disbursement: the loan never counts as live"),
    "zero_principal": N_("nothing was lent"),
    "zero_term": N_("a term of no months"),
    "matures_before_disbursed": N_("matures before it was disbursed"),
    "ended_before_disbursed": N_("ended before it was disbursed"),
    "unknown_outcome": N_("matured, and nothing says how it ended"),
    "owed_after_end": N_("owed after it was recorded as ended"),
    "no_industry": N_("a company's loan without an industry"),
    "no_officer": N_("a borrower without an officer"),
    "no_position": N_("a live loan of which no extract says what is outstanding"),
    "stale_position": N_("a live loan whose newest extract is too old to count"),
    "class_above_days": N_("the bank's class is better than its days past due allow"),
    "unknown_code": N_("a code that is none of those that the policy knows"),
    "class_differs": N_("the bank's class is not the one that the policy gives"),
}


@dataclass(frozen=True, slots=True)
class QualityLine:
    """One check that found something; ``examples`` are loan numbers or customer codes."""

    check: str
    meaning: str
    count: int
    examples: tuple[str, ...]


def quality(view: View, policy: Policy, officer_id: int | None = None) -> list[QualityLine]:
    """Return the checks that found something as of the view's day, the most frequent first."""
    scope = None if officer_id is None else customer_ids(view, officer_id=officer_id)
    lines = []
    for check, statement in _CHECKS.items():
        found = statement(view, policy)
        if scope is not None:
            found = found.where(found.selected_columns.customer_id.in_(scope))
        rows = found.subquery("found")
        count = view.connection.scalar(select(func.count()).select_from(rows)) or 0
        if count:
            examples = view.rows(select(rows.c.named).order_by(rows.c.named).limit(EXAMPLES))
            named = tuple(_named(row.named) for row in examples)
            lines.append(QualityLine(check, _(MEANINGS[check]), count, named))
    return sorted(lines, key=lambda line: (-line.count, line.check))


def _named(value: Any) -> str:
    return customer_code(value) if isinstance(value, int) else str(value)


def _loans(view: View, condition: ColumnElement[bool]) -> Select[Any]:
    return select(LOAN.c.number.label("named"), LOAN.c.customer_id).where(view.sees(LOAN), condition)


def _of_loan(condition: Callable[[Any], ColumnElement[bool]]) -> Callable[[View, Policy], Select[Any]]:
    return lambda view, policy: _loans(view, condition(LOAN.c))


def _of_end(condition: Callable[[Any], ColumnElement[bool]]) -> Callable[[View, Policy], Select[Any]]:
    def statement(view: View, policy: Policy) -> Select[Any]:
        del policy
        ended = table(LoanStatus)
        held = exists().where(ended.c.loan_id == LOAN.c.id, view.sees(ended), condition(ended.c))
        return _loans(view, held)

    return statement


def _unknown_outcome(view: View, policy: Policy) -> Select[Any]:
    del policy
    ended, spoken = table(LoanStatus), SNAPSHOT
    return _loans(
        view,
        and_(
            LOAN.c.matures_on <= view.as_of,
            ~exists().where(ended.c.loan_id == LOAN.c.id, view.sees(ended)),
            ~exists().where(spoken.c.loan_id == LOAN.c.id, view.sees(spoken)),
        ),
    )


def _owed_after_end(view: View, policy: Policy) -> Select[Any]:
    del policy
    ended, later = table(LoanStatus), SNAPSHOT
    owed = exists().where(
        later.c.loan_id == ended.c.loan_id,  # not the loan's: two levels up is not correlated
        view.sees(later),
        later.c.outstanding_principal > 0,
        later.c.effective_on > ended.c.effective_on,
    )
    return _loans(
        view, exists().where(ended.c.loan_id == LOAN.c.id, view.sees(ended), ended.c.is_dated, owed)
    )


def _no_industry(view: View, policy: Policy) -> Select[Any]:
    del policy
    people = customers_at(view, "industry")
    return (
        select(LOAN.c.number.label("named"), LOAN.c.customer_id)
        .select_from(LOAN.join(people, people.c.id == LOAN.c.customer_id))
        .where(
            view.sees(LOAN),
            LOAN.c.industry.is_(None),
            people.c.industry.is_(None),
            people.c.kind != "student",
        )
    )


def _no_officer(view: View, policy: Policy) -> Select[Any]:
    people = customers_at(view, "officer_id")
    live = loans_at(view, stale_after_days=policy.terms.stale_after_days)
    borrows = exists().where(live.c.customer_id == people.c.id, live.c.is_live == 1)
    return select(people.c.number.label("named"), people.c.id.label("customer_id")).where(
        people.c.officer_id.is_(None), borrows
    )


def _no_position(view: View, policy: Policy) -> Select[Any]:
    live = loans_at(view, stale_after_days=policy.terms.stale_after_days).c
    return select(live.number.label("named"), live.customer_id).where(
        live.is_live == 1, live.basis_on.is_(None)
    )


def _stale_position(view: View, policy: Policy) -> Select[Any]:
    days = policy.terms.stale_after_days
    live = loans_at(view, stale_after_days=days).c
    return select(live.number.label("named"), live.customer_id).where(
        live.is_live == 1, live.basis_on < view.as_of - timedelta(days=days)
    )


def _class_above_days(view: View, policy: Policy) -> Select[Any]:
    """The class that the newest extract gives is better than the policy's floor for its days past due."""
    live = loans_at(view, stale_after_days=policy.terms.stale_after_days).c
    better: list[ColumnElement[bool]] = []
    floors = policy.shape.data.class_floor_days
    for floor, from_days in floors.items():
        above = tuple(name for name in _CLASSES if _CLASSES.index(name) < _CLASSES.index(floor))
        better.append(and_(live.days_past_due >= from_days, live.five_tier.in_(above)))
    return select(live.number.label("named"), live.customer_id).where(
        live.is_live == 1, or_(*better) if better else false()
    )


def _class_differs(view: View, policy: Policy) -> Select[Any]:
    """The bank's class is not the one that the policy gives: by days, floors and the debtor's other loans."""
    loans = loans_at(view, stale_after_days=policy.terms.stale_after_days)
    stands = standing_at(view, policy.standing, loans, only=("number",)).c
    return select(stands.number.label("named"), stands.customer_id).where(
        stands.is_live == 1, stands.five_tier != stands.computed_five_tier
    )


def _unknown_code(view: View, policy: Policy) -> Select[Any]:
    """A loan, or its customer, has a code that the policy's ``data.known_codes`` does not name."""
    loans = loans_at(view, stale_after_days=policy.terms.stale_after_days)
    odd = []
    for name, codes in policy.shape.data.known_codes.items():
        relation, key = Grouping(name).keyed(view, loans, None)
        columns = (loans.c.number.label("named"), loans.c.customer_id)
        odd.append(select(*columns).select_from(relation).where(key.is_not(None), key.not_in(codes)))
    if not odd:
        return _loans(view, false())
    found = union(*odd).subquery("odd").c
    return select(found.named, found.customer_id)


def _no_disbursement_date(view: View, policy: Policy) -> Select[Any]:
    """Not those that were applied for here: one under way, or turned down, has no such day yet."""
    del policy
    stages = table(LoanStage)
    applied_for = exists().where(stages.c.loan_id == LOAN.c.id, stages.c.voided_at.is_(None))
    return _loans(view, and_(LOAN.c.disbursed_on.is_(None), ~applied_for))


_CLASSES = ("normal", "special_mention", "substandard", "doubtful", "loss")
_CHECKS: Mapping[str, Callable[[View, Policy], Select[Any]]] = {
    "settled_with_write_off": _of_end(
        lambda c: and_(c.status == "settled", or_(c.amount > 0, c.write_off_reported_on.is_not(None)))
    ),
    "written_off_above_principal": _of_end(lambda c: c.amount > LOAN.c.principal),
    "written_off_without_date": _of_end(lambda c: and_(c.status == "written_off", c.is_dated.is_(False))),
    "no_disbursement_date": _no_disbursement_date,
    "zero_principal": _of_loan(lambda c: c.principal == 0),
    "zero_term": _of_loan(lambda c: c.term_months == 0),
    "matures_before_disbursed": _of_loan(lambda c: c.matures_on < c.disbursed_on),
    "ended_before_disbursed": _of_end(lambda c: and_(c.is_dated, c.effective_on < LOAN.c.disbursed_on)),
    "unknown_outcome": _unknown_outcome,
    "owed_after_end": _owed_after_end,
    "no_industry": _no_industry,
    "no_officer": _no_officer,
    "no_position": _no_position,
    "stale_position": _stale_position,
    "class_above_days": _class_above_days,
    "class_differs": _class_differs,
    "unknown_code": _unknown_code,
}
