"""What came of promises to pay: how much was received by a day, and of which promise it is.

The payments of a loan are shared: what came counts for the promise that falls due first (of two of one day,
the one recorded first) up to its amount, and what is left over for the next. Written as a line of money, on
which ``X(day)`` is what had come by a day: a promise takes the piece from ``b`` to ``f``,

    b(k) = max(X(day before it was made), f(k−1)),    f(k) = min(b(k) + amount(k), X(its last day of grace)).

No row is walked after another: with N(m…k) the amounts promised from m to k, the recursion unfolds to

    f(k) = min over j of max(X(last day of j) + N(j+1…k), max over m > j of X(before m) + N(m…k)),

j = 0 standing for no promise at all. What came between the making of a promise and that of all that fall due
before it is its own: they cannot have it.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    Select,
    Subquery,
    and_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
)

from loancrm.dialect import add_days, total
from loancrm.indicators.facts import SNAPSHOT
from loancrm.models import LoanTerms, PaymentRow, Promise, table
from loancrm.view import View


def received(view: View, promise: Any, grace_days: int) -> ColumnElement[Any]:
    """Return what came of a promise until its last day of grace, at most what was promised, in minor units.

    Payments of a loan that is serviced here, from the day of the promise on; else by how much its arrears
    fell between two snapshots; NULL without these. Less what promises of the loan that fall due before take.
    ``promise`` is the table or an alias.
    """
    made, come = _made(view, promise), _come(view, promise, grace_days)
    before = _before(view, promise, grace_days)
    taken = func.coalesce(_taken(before).correlate(promise).scalar_subquery(), made)
    first = select(func.min(before.c.made)).correlate(promise).scalar_subquery()
    own = _above_zero(func.coalesce(first, made) - made)  # came before any of the others was made
    left = _above_zero(come - case((taken > made, taken), else_=made)) + own
    most = case((left > come - made, _above_zero(come - made)), else_=left)
    return case((most > promise.c.amount, promise.c.amount), else_=most)


def earlier(day: ColumnElement[Any], as_of: date) -> ColumnElement[Any]:
    """Return ``day``, or ``as_of`` where that comes first."""
    today = literal(as_of, Date())
    return case((day < today, day), else_=today)


def _is_kept_here(view: View, promise: Any) -> ColumnElement[bool]:
    terms = table(LoanTerms)
    return (
        select(terms.c.id)
        .where(terms.c.loan_id == promise.c.loan_id, terms.c.version > 0, view.sees(terms))
        .limit(1)
        .correlate(promise)
        .scalar_subquery()
        .is_not(None)
    )


def _before(view: View, promise: Any, grace_days: int) -> Subquery:
    """Return the promises of the loan that fall due before ``promise``, and where they are on the line."""
    rows = table(Promise).alias()
    comes_first = or_(
        rows.c.due_on < promise.c.due_on,
        and_(rows.c.due_on == promise.c.due_on, rows.c.number < promise.c.number),
    )
    found = (
        select(rows.c.due_on, rows.c.number, rows.c.amount)
        .add_columns(_made(view, rows).label("made"), _come(view, rows, grace_days).label("come"))
        .where(rows.c.loan_id == promise.c.loan_id, comes_first, view.sees(rows))
        .correlate(promise)
        .subquery()
    )
    return (
        select(found)
        .where(found.c.made.is_not(None), found.c.come.is_not(None))
        .correlate(promise)
        .subquery()
    )


def _taken(before: Subquery) -> Select[Any]:
    """Return up to where on the line the promises ``before`` take: f(k−1) of the module's formula."""
    last_first = (before.c.due_on.desc(), before.c.number.desc())
    asked = cast(func.sum(before.c.amount).over(order_by=last_first), BigInteger)  # numeric on PostgreSQL
    each = select(before.c.due_on, before.c.number, (before.c.made + asked).label("begun"))
    ends = each.add_columns((before.c.come + asked - before.c.amount).label("ends")).subquery()
    later = func.max(ends.c.begun).over(
        order_by=(ends.c.due_on.desc(), ends.c.number.desc()), rows=(None, -1)
    )
    both = select(ends.c.begun, ends.c.ends, later.label("later")).subquery()
    upper = func.min(case((both.c.later > both.c.ends, both.c.later), else_=both.c.ends))
    return select(case((upper < func.max(both.c.begun), upper), else_=func.max(both.c.begun)))


def _made(view: View, promise: Any) -> ColumnElement[Any]:
    """Return what had come before a promise was made."""
    paid = _paid(view, promise, promise.c.effective_on, is_whole=False)
    return case((_is_kept_here(view, promise), paid), else_=-_arrears(view, promise, promise.c.effective_on))


def _come(view: View, promise: Any, grace_days: int) -> ColumnElement[Any]:
    """Return what had come by the last day of grace of a promise, or by the day of the question."""
    until = earlier(add_days(promise.c.due_on, literal(grace_days)), view.as_of)
    paid = _paid(view, promise, until, is_whole=True)
    return case((_is_kept_here(view, promise), paid), else_=-_arrears(view, promise, until))


def _paid(view: View, promise: Any, on: ColumnElement[Any], *, is_whole: bool) -> ColumnElement[Any]:
    """Return what was paid until a day, that day too where it ``is_whole``."""
    paid = table(PaymentRow)
    until = paid.c.effective_on <= on if is_whole else paid.c.effective_on < on
    query = select(total(paid.c.amount)).where(paid.c.loan_id == promise.c.loan_id, view.knows(paid), until)
    return func.coalesce(query.correlate(promise).scalar_subquery(), 0)


def _above_zero(amount: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return an amount, 0 where it is less, NULL where it is missing."""
    return case((amount < 0, 0), else_=amount)


def _arrears(view: View, promise: Any, on: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return what was overdue by the newest snapshot of a day."""
    rows = SNAPSHOT.alias()
    overdue = func.coalesce(rows.c.overdue_principal, 0) + func.coalesce(rows.c.unpaid_interest, 0)
    return (
        select(overdue)
        .where(rows.c.loan_id == promise.c.loan_id, rows.c.effective_on <= on, view.knows(rows))
        .order_by(rows.c.effective_on.desc(), rows.c.id.desc())
        .limit(1)
        .correlate(promise)
        .scalar_subquery()
    )
