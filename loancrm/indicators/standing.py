"""Class and stage of every loan as of a day, in SQL: the same that ``lending.standing`` says of one.

The worst of three decides: the days past due, the floors that hold, and the debtor's other loans. Of these
one that was written off is still a claim, and a bad one (the bank gave it up in its books, not against the
debtor): what is left of it counts until it was recovered, where the policy says so.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from fractions import Fraction
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Integer,
    Select,
    and_,
    case,
    exists,
    func,
    literal,
    null,
    or_,
    select,
)

from loancrm.dialect import MILLION, add_days, found_first, greatest
from loancrm.indicators.facts import CUSTOMER
from loancrm.lending.standing import BY_DAYS, CLASSES, IN_ORDER, NON_PERFORMING, RANK, Rules
from loancrm.models import BureauReport, LoanPosition, LoanStanding, table
from loancrm.view import View

FLOOR, BUREAU, POSITION = table(LoanStanding), table(BureauReport), table(LoanPosition)
DEBTOR, DEBTOR_ELSEWHERE, WRITTEN_OFF = "debtor", "debtor_elsewhere", "debtor_written_off"
FROM_HERE_ON = RANK[NON_PERFORMING[0]]
_NEEDED = (
    "id", "customer_id", "is_live", "days_past_due", "outstanding_principal", "five_tier", "basis_on",
    "status", "written_off_amount",
)  # fmt: skip


def standing_at(
    view: View, rules: Rules, loans: CTE, name: str = "standing", *, only: Collection[str] | None = None
) -> CTE:
    """Return ``loans`` (``loans_at``) with how each stands: one row a loan, ended ones too.

    ``only`` names the columns of ``loans`` that are carried along (default: all of them). What is not is not
    worked out; else all of it is, for every loan, since the debtor's other loans are looked at.

    Columns beside those of ``loans``, whose ``five_tier`` is the bank's own class: computed_five_tier,
    class_that_counts (the bank's where it is there, else ours), ifrs9_stage, trigger (what gives ours).
    Missing where days past due are.

    Nothing is joined but by a key, and the debtor's other loans are a window: no plan can pair every loan
    with every other, however little a database knows of the book.
    """
    names = [column.name for column in loans.c if only is None or column.name in (*only, *_NEEDED)]
    carried = found_first(select(*(loans.c[one] for one in names)), f"{name}_loans")
    debts = _debts(view, rules, _own(view, rules, carried, name), name)
    d, report = debts.c, BUREAU.alias("elsewhere")
    on_the_books = _more_than(d.bad, d.owed, rules.debtor_here)
    here = _more_than(d.bad + d.given_up, d.owed + d.given_up, rules.debtor_here)
    elsewhere = _more_than(
        report.c.outstanding_bad, report.c.outstanding_elsewhere + d.owed, rules.debtor_elsewhere
    )
    debtor_rank = literal(RANK[rules.debtor_class], Integer())
    is_debtor = and_(CUSTOMER.c.kind.in_(rules.debtor_kinds), or_(here, elsewhere), d.days_rank.is_not(None))
    by_debtor = and_(is_debtor, debtor_rank > d.own_rank)
    computed = _class_of(case((by_debtor, debtor_rank), else_=d.own_rank))
    stages = [d.own_stage, _stage_of(rules, computed), _stage_of(rules, d.five_tier)]
    because = case((on_the_books, DEBTOR), (here, WRITTEN_OFF), else_=DEBTOR_ELSEWHERE)
    query = select(
        *(d[one] for one in names),
        computed.label("computed_five_tier"),
        func.coalesce(d.five_tier, computed).label("class_that_counts"),
        case((d.own_rank.is_not(None), greatest(*stages))).label("ifrs9_stage"),
        case((by_debtor, because), else_=d.own_trigger).label("trigger"),
    )
    relation = debts.join(CUSTOMER, CUSTOMER.c.id == d.customer_id)
    newest = _newest_report(view, d.customer_id)
    return query.select_from(relation.outerjoin(report, report.c.id == newest)).cte(name)


def _own(view: View, rules: Rules, loans: CTE, name: str) -> CTE:
    """Return what days past due and floors say of each loan, worst first."""
    loan, held, days = loans.c, FLOOR.alias("held"), loans.c.days_past_due
    rank, worst_stage = _rank_of(held.c.floor_class), _worst_stage(view, loans)
    by_days = _steps(days, [(RANK[one], first) for one, first in rules.class_from_days], 0)
    stage = _steps(days, rules.stage_from_days, 1)
    above = and_(held.c.id.is_not(None), rank > by_days, loan.is_live == 1)
    query = select(
        *loan,
        by_days.label("days_rank"),
        case((above, rank), else_=by_days).label("own_rank"),
        case((days.is_not(None), greatest(stage, func.coalesce(worst_stage, 1)))).label("own_stage"),
        case((above, held.c.trigger), (by_days.is_(None), None), (days > 0, BY_DAYS), else_=IN_ORDER).label(
            "own_trigger"
        ),
    )
    return query.select_from(loans.outerjoin(held, held.c.id == _worst_floor(view, loans))).cte(f"{name}_own")


def _debts(view: View, rules: Rules, own: CTE, name: str) -> CTE:
    """Return each loan with what its debtor owes on all live loans, and how much of it is non-performing.

    ``given_up``: what is left of those that were written off, beside both; 0 where the policy leaves it out.
    """
    o = own.c
    is_bad = or_(o.own_rank >= FROM_HERE_ON, o.five_tier.in_(NON_PERFORMING))
    live = case((o.is_live == 1, o.outstanding_principal))
    bad = func.sum(case((is_bad, live))).over(partition_by=o.customer_id)
    owed = func.sum(live).over(partition_by=o.customer_id)
    given_up: ColumnElement[Any] = literal(0)
    if rules.debtor_written_off:
        lost = case((and_(o.status == "written_off", o.is_live == 0), _left_of(view, own)))
        given_up = func.coalesce(func.sum(lost).over(partition_by=o.customer_id), 0)
    columns = [func.coalesce(bad, 0).label("bad"), owed.label("owed"), given_up.label("given_up")]
    return select(*o, *columns).cte(f"{name}_debts")


def _left_of(view: View, own: CTE) -> ColumnElement[Any]:
    """Return what a loan that was written off still owes: by its ledger, else all that was written off."""
    rows = POSITION.alias("since")
    query = (
        select(rows.c.outstanding_principal)
        .where(rows.c.loan_id == own.c.id, view.sees(rows))
        .order_by(rows.c.effective_on.desc(), rows.c.id.desc())
        .limit(1)
        .correlate_except(rows)
    )
    return func.coalesce(query.scalar_subquery(), own.c.written_off_amount)


def _floors_that_hold(view: View, loans: CTE, wanted: Any) -> Select[Any]:
    """Return ``wanted`` of a loan's floors that hold on the day: the newest of each track."""
    f, loan, newer = FLOOR.c, loans.c, FLOOR.alias("newer")
    is_later = or_(
        newer.c.effective_on > f.effective_on,
        and_(newer.c.effective_on == f.effective_on, newer.c.id > f.id),
    )
    replaced = exists().where(
        newer.c.loan_id == f.loan_id, newer.c.track == f.track, is_later, view.sees(newer)
    )
    days = func.coalesce(loan.days_past_due, 0)
    unpaid_since = add_days(loan.basis_on, -days)
    holds = or_(f.until.is_(None), f.until > view.as_of, and_(days > 0, unpaid_since < f.until))
    return select(wanted).where(f.loan_id == loan.id, view.sees(FLOOR), ~replaced, holds).correlate(loans)


def _worst_floor(view: View, loans: CTE) -> ColumnElement[Any]:
    f = FLOOR.c
    query = _floors_that_hold(view, loans, f.id)
    worst = query.order_by(_rank_of(f.floor_class).desc(), f.floor_stage.desc(), f.trigger).limit(1)
    return worst.scalar_subquery()


def _worst_stage(view: View, loans: CTE) -> ColumnElement[Any]:
    return _floors_that_hold(view, loans, func.max(FLOOR.c.floor_stage)).scalar_subquery()


def _newest_report(view: View, customer_id: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return the key of a customer's newest bureau report."""
    rows = BUREAU.alias("reports")
    return (
        select(rows.c.id)
        .where(rows.c.customer_id == customer_id, view.sees(rows))
        .order_by(rows.c.effective_on.desc(), rows.c.id.desc())
        .limit(1)
        .correlate_except(rows)
        .scalar_subquery()
    )


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
