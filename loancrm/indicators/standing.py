"""Class and stage of every loan as of a day, in SQL: the same that ``lending.standing`` says of one.

The worst of three decides: the days past due, the floors that hold, and the debtor's other loans.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from sqlalchemy import CTE, ColumnElement, Integer, Select, and_, case, func, literal, null, or_, select

from loancrm.dialect import MILLION, add_days, total
from loancrm.indicators.facts import CUSTOMER
from loancrm.lending.standing import BY_DAYS, CLASSES, IN_ORDER, NON_PERFORMING, RANK, Rules
from loancrm.models import BureauReport, LoanStanding, table
from loancrm.view import View

FLOOR, BUREAU = table(LoanStanding), table(BureauReport)
DEBTOR, DEBTOR_ELSEWHERE = "debtor", "debtor_elsewhere"
FROM_HERE_ON = RANK[NON_PERFORMING[0]]


def standing_at(view: View, rules: Rules, loans: CTE, name: str = "standing") -> CTE:
    """Return how each loan of ``loans`` (``loans_at``) stands, one row a loan.

    Columns: id, customer_id, bank_five_tier, computed_five_tier, five_tier (the bank's where it is there,
    else ours), ifrs9_stage, trigger (what gives ours). Missing where days past due are.
    """
    own = _own(view, rules, loans, name)
    debtors = _debtors(view, rules, own, name)
    o, d = own.c, debtors.c
    rank = case((and_(o.days_rank.is_not(None), d.rank > o.own_rank), d.rank), else_=o.own_rank)
    computed = _class_of(rank)
    five_tier = func.coalesce(o.bank_five_tier, computed)
    stages = [o.own_stage, _stage_of(rules, computed), _stage_of(rules, o.bank_five_tier)]
    trigger = case((o.own_rank.is_(None), None), (d.rank > o.own_rank, d.trigger), else_=o.own_trigger)
    query = select(
        o.id,
        o.customer_id,
        o.bank_five_tier,
        computed.label("computed_five_tier"),
        five_tier.label("five_tier"),
        case((o.own_rank.is_not(None), _greatest(stages))).label("ifrs9_stage"),
        trigger.label("trigger"),
    )
    return query.select_from(own.outerjoin(debtors, d.customer_id == o.customer_id)).cte(name)


def _own(view: View, rules: Rules, loans: CTE, name: str) -> CTE:
    """Return what days past due and floors say of each loan, worst first."""
    held = _held(view, loans, f"{name}_held")
    loan, h, days = loans.c, held.c, loans.c.days_past_due
    known = days.is_not(None)
    by_days = _steps(days, [(RANK[one], first) for one, first in rules.class_from_days], 0)
    stage = _steps(days, rules.stage_from_days, 1)
    above = func.coalesce(h.rank, 0) > by_days
    query = select(
        loan.id,
        loan.customer_id,
        loan.outstanding_principal,
        loan.five_tier.label("bank_five_tier"),
        by_days.label("days_rank"),
        case((above, h.rank), else_=by_days).label("own_rank"),
        case((and_(known, h.stage > stage), h.stage), else_=stage).label("own_stage"),
        case((above, h.trigger), (days > 0, BY_DAYS), else_=IN_ORDER).label("own_trigger"),
    )
    relation = loans.outerjoin(held, h.loan_id == loan.id)
    return query.select_from(relation).where(loan.is_live == 1).cte(f"{name}_own")


def _held(view: View, loans: CTE, name: str) -> CTE:
    """Return the worst floor that holds of each loan, with the worst stage of all that do."""
    f, loan = FLOOR.c, loans.c
    newest = (
        select(
            f.loan_id,
            f.until,
            f.trigger,
            _rank_of(f.floor_class).label("rank"),
            f.floor_stage,
            func.row_number()
            .over(partition_by=(f.loan_id, f.track), order_by=(f.effective_on.desc(), f.id.desc()))
            .label("place"),
        )
        .where(view.sees(FLOOR), f.loan_id.in_(select(loan.id)))
        .subquery(f"{name}_newest")
    )
    n = newest.c
    days = func.coalesce(loan.days_past_due, 0)
    unpaid_since = add_days(loan.basis_on, -days)
    holds = or_(n.until.is_(None), n.until > view.as_of, and_(days > 0, unpaid_since < n.until))
    ranked = (
        select(
            n.loan_id,
            n.rank,
            n.trigger,
            func.max(n.floor_stage).over(partition_by=n.loan_id).label("stage"),
            func.row_number()
            .over(partition_by=n.loan_id, order_by=(n.rank.desc(), n.floor_stage.desc(), n.trigger))
            .label("place"),
        )
        .join_from(newest, loans, loan.id == n.loan_id)
        .where(n.place == 1, holds)
        .subquery(f"{name}_ranked")
    )
    r = ranked.c
    return select(r.loan_id, r.rank, r.trigger, r.stage).where(r.place == 1).cte(name)


def _debtors(view: View, rules: Rules, own: CTE, name: str) -> CTE:
    """Return the debtors all of whose loans are non-performing: customer_id, rank, trigger."""
    o = own.c
    is_bad = or_(o.own_rank >= FROM_HERE_ON, o.bank_five_tier.in_(NON_PERFORMING))
    bad = func.coalesce(total(case((is_bad, o.outstanding_principal))), 0)
    owed = total(o.outstanding_principal)
    grouped = (
        select(o.customer_id, bad.label("bad"), owed.label("owed")).group_by(o.customer_id).subquery("debts")
    )
    g = grouped.c
    here = _more_than(g.bad, g.owed, rules.debtor_here)
    reports, relation = (
        _bureau(view, select(own.c.customer_id)).subquery("bureau"),
        grouped.join(CUSTOMER, CUSTOMER.c.id == g.customer_id),
    )
    b = reports.c
    elsewhere = _more_than(b.outstanding_bad, b.outstanding_elsewhere + g.owed, rules.debtor_elsewhere)
    query = (
        select(
            g.customer_id,
            literal(RANK[rules.debtor_class], Integer()).label("rank"),
            case((here, DEBTOR), else_=DEBTOR_ELSEWHERE).label("trigger"),
        )
        .select_from(relation.outerjoin(reports, b.customer_id == g.customer_id))
        .where(CUSTOMER.c.kind.in_(rules.debtor_kinds), or_(here, elsewhere))
    )
    return query.cte(f"{name}_debtors")


def _bureau(view: View, whose: Select[Any]) -> Select[Any]:
    """Return these customers' newest bureau report that says what is owed elsewhere."""
    c = BUREAU.c
    order = (c.effective_on.desc(), c.id.desc())
    place = func.row_number().over(partition_by=c.customer_id, order_by=order).label("place")
    ranked = (
        select(c.customer_id, c.outstanding_bad, c.outstanding_elsewhere, place)
        .where(view.sees(BUREAU), c.customer_id.in_(whose))
        .subquery("reports")
    )
    r = ranked.c
    return select(r.customer_id, r.outstanding_bad, r.outstanding_elsewhere).where(r.place == 1)


def _more_than(part: ColumnElement[Any], whole: ColumnElement[Any], share: int | None) -> ColumnElement[bool]:
    """Return the exact condition that ``part`` is more than a share (millionths) of ``whole``."""
    if share is None:
        return literal(value=False)
    over, under = Fraction(share, MILLION).as_integer_ratio()
    return func.coalesce(part * under > whole * over, False)


def _steps(days: ColumnElement[Any], steps: Iterable[tuple[int, int]], start: int) -> ColumnElement[Any]:
    """Return the value of the highest step that so many days reach, NULL where they are missing."""
    cases = [(days >= first, literal(value, Integer())) for value, first in reversed(tuple(steps))]
    return case((days.is_(None), null()), *cases, else_=literal(start, Integer()))


def _rank_of(five_tier: ColumnElement[Any]) -> ColumnElement[Any]:
    return case(RANK, value=five_tier, else_=0)


def _class_of(rank: ColumnElement[Any]) -> ColumnElement[Any]:
    return case({place: name for name, place in RANK.items()}, value=rank)


def _stage_of(rules: Rules, five_tier: ColumnElement[Any]) -> ColumnElement[Any]:
    stages = {name: rules.stage_by_class(name) for name in CLASSES}
    return case(stages, value=five_tier, else_=1)


def _greatest(values: list[ColumnElement[Any]]) -> ColumnElement[Any]:
    """Return the greatest of whole numbers that are not missing."""
    found = values[0]
    for value in values[1:]:
        found = case((value > found, value), else_=found)
    return found
