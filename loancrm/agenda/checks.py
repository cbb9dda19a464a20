"""Post-loan checks: which rule of the policy fits a loan, and when its next check is due."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Date,
    Integer,
    Select,
    String,
    and_,
    case,
    func,
    literal,
    null,
    select,
)

from loancrm.agenda.base import MINOR_UNITS, Agenda, Scope
from loancrm.dialect import add_days, found_first
from loancrm.indicators.facts import loans_at
from loancrm.models import PostLoanCheck, table
from loancrm.policy.checks import CheckRuleShape
from loancrm.policy.policy import Policy
from loancrm.view import View

CLASSES = ("normal", "special_mention", "substandard", "doubtful", "loss")
NEXT_ON = "next_on"  # the rule of a check whose day an officer set
Value = ColumnElement[Any]


def checks_due(view: View, policy: Policy, loans: CTE, scope: Scope, horizon: date) -> Select[Any]:
    """Return the post-loan checks that live loans want by ``horizon``, one a loan.

    The columns: customer_id, loan_id, number, kind (first, regular, special), due_on, rule (of the policy, or
    ``next_on``: the day that the newest check set). A check of a customer as a whole is one of each loan
    that was paid out by then. The policy's day and the one set last: the earlier is due. A special check does
    not stand for a regular one. A loan whose first check fell due before checks were kept here, and that has
    none, is not late by years: it is asked for its regular check, counted from the day on which they began.

    Args:
        view: the snapshot and the day.
        policy: the rules.
        loans: the positions, of ``loans_at``.
        scope: whose loans.
        horizon: the last day on which a check is due.
    """
    checked = found_first(_checked(view, policy, loans, scope), "checked")
    c = _asked(view, policy, checked).subquery("asked").c
    by_officer: ColumnElement[bool] = func.coalesce(c.next_on <= c.asked_on, c.next_on.is_not(None))
    due_on = case((by_officer, c.next_on), else_=c.asked_on)
    names = {place: literal(rule.rule, String()) for place, rule in enumerate(policy.checks.rules)}
    kind = case(
        (and_(by_officer, c.newest_kind == "special"), "special"),
        (and_(~by_officer, c.is_first == 1), "first"),
        else_="regular",
    )
    return select(
        c.customer_id,
        c.loan_id,
        c.number,
        kind.label("kind"),
        due_on.label("due_on"),
        case((by_officer, NEXT_ON), else_=case(names, value=c.place)).label("rule"),
    ).where(due_on <= horizon)


def _checked(view: View, policy: Policy, loans: CTE, scope: Scope) -> Select[Any]:
    """Return live loans, the place of the rule that fits each, and the newest checks that cover it."""
    loan, rows = loans.c, table(PostLoanCheck)
    newest, regular = rows.alias("newest"), rows.alias("regular")
    relation = loans.outerjoin(newest, newest.c.id == _last_check(view, loans)).outerjoin(
        regular, regular.c.id == _last_check(view, loans, regular_ones=True)
    )
    query = (
        select(loan.customer_id, loan.id.label("loan_id"), loan.number, loan.disbursed_on)
        .add_columns(rule_of(policy, loans).label("place"), newest.c.next_on)
        .add_columns(newest.c.kind.label("newest_kind"), regular.c.effective_on.label("regular_on"))
        .select_from(relation)
        .where(loan.is_live == 1, func.coalesce(loan.outstanding_principal, 1) > 0)
    )
    return query if scope.customers is None else query.where(loan.customer_id.in_(scope.customers))


def _asked(view: View, policy: Policy, checked: CTE) -> Select[Any]:
    """Return, of each of these loans, on which day the policy asks for a check, and whether for the first."""
    c, rules = checked.c, policy.checks.rules
    first = _per_rule(c.place, [rule.first_days for rule in rules])
    every = _per_rule(c.place, [rule.every_days for rule in rules])
    kept_since, is_unchecked = _kept_since(view, policy), c.regular_on.is_(None)
    first_on = func.coalesce(add_days(c.disbursed_on, first), c.disbursed_on)
    before = and_(is_unchecked, func.coalesce(first_on < kept_since, literal(value=False)))
    asked_on = case(
        (before, add_days(kept_since, every)),
        (is_unchecked, add_days(c.disbursed_on, first)),
        else_=add_days(c.regular_on, every),
    )
    is_first = case((and_(is_unchecked, ~before), 1), else_=0)
    return select(
        c.customer_id, c.loan_id, c.number, c.place, c.next_on, c.newest_kind,
        asked_on.label("asked_on"), is_first.label("is_first"),
    )  # fmt: skip


def checks(agenda: Agenda) -> Select[Any]:
    """Return the checks that are due as reasons of the day's list."""
    shape, loans = agenda.due.check, agenda.loans
    assert shape is not None
    horizon = agenda.horizon + timedelta(days=shape.days_before)
    due = checks_due(agenda.view, agenda.policy, loans, agenda.scope, horizon).subquery("checks_due").c
    return agenda.reason(
        "check",
        shape,
        due.customer_id,
        due_on=due.due_on,
        code=literal("check_").concat(due.kind),
        ref=due.number,
        text=due.rule,
    )


def _kept_since(view: View, policy: Policy) -> Value:
    """Return from when on checks are recorded in the book: as the policy says, else its earliest check."""
    if policy.checks.kept_since is not None:
        return literal(policy.checks.kept_since, Date())
    rows = table(PostLoanCheck).alias("any_check")
    earliest = select(rows.c.effective_on).where(view.sees(rows)).order_by(rows.c.effective_on).limit(1)
    return earliest.scalar_subquery()


def rule_of(policy: Policy, loans: CTE) -> Value:
    """Return the place of the first rule that fits a loan; NULL where none does."""
    fits = [
        (_fits(policy, rule, loans), literal(place, Integer()))
        for place, rule in enumerate(policy.checks.rules)
    ]
    return case(*fits, else_=null())


def asks_for_a_visit(
    view: View, policy: Policy, customer_id: int, loan_id: int | None, kind: str
) -> str | None:
    """Return the rule by which a check of that kind is made on site; None where none asks for it.

    Of one loan, or of all that a customer has.
    """
    scope = select(literal(customer_id))
    loans = loans_at(view, stale_after_days=policy.terms.stale_after_days, scope=scope)
    query = select(rule_of(policy, loans).label("place")).where(loans.c.is_live == 1)
    if loan_id is not None:
        query = query.where(loans.c.id == loan_id)
    places = {row.place for row in view.rows(query)}
    rules = enumerate(policy.checks.rules)
    return next((rule.rule for place, rule in rules if place in places and kind in rule.on_site), None)


def _fits(policy: Policy, rule: CheckRuleShape, loans: CTE) -> ColumnElement[bool]:
    loan, conditions = loans.c, [literal(1) == 1]
    if rule.product:
        conditions.append(loan.product.in_(rule.product))
    if rule.security:
        conditions.append(loan.security.in_(rule.security))
    if rule.five_tier:
        conditions.append(_five_tier(policy, loans).in_(rule.five_tier))
    if rule.from_months is not None:
        conditions.append(loan.term_months >= rule.from_months)
    if rule.up_to_amount is not None:
        conditions.append(loan.outstanding_principal <= rule.up_to_amount * MINOR_UNITS)
    return and_(*conditions)


def _five_tier(policy: Policy, loans: CTE) -> Value:
    """Return the bank's class; where no data gives one, what the days past due make of a loan."""
    floors = policy.shape.data.class_floor_days
    worst_first = [(name, floors[name]) for name in reversed(CLASSES) if name in floors]
    by_days = case(*((loans.c.days_past_due >= days, name) for name, days in worst_first), else_=CLASSES[0])
    return func.coalesce(loans.c.five_tier, by_days)


def _per_rule(place: Value, days: list[int | None]) -> Value:
    known = {number: literal(n, Integer()) for number, n in enumerate(days) if n is not None}
    return case(known, value=place) if known else literal(None, Integer())


def _last_check(view: View, loans: CTE, *, regular_ones: bool = False) -> Value:
    """Return the key of the newest check that covers a loan: of it, or of its customer since the draw."""
    rows = table(PostLoanCheck).alias("covering")
    c, loan = rows.c, loans.c
    query = select(c.id).where(
        c.customer_id == loan.customer_id,
        (c.loan_id == loan.id) | (c.loan_id.is_(None) & (c.effective_on >= loan.disbursed_on)),
        view.sees(rows),
    )
    if regular_ones:
        query = query.where(c.kind != "special")
    newest = query.order_by(c.effective_on.desc(), c.id.desc()).limit(1)
    return newest.correlate(loans).scalar_subquery()
