"""What came of promises to pay: how much was received by a day, and of which promise it is.

The payments of a loan are shared: what came counts for the promise that falls due first (of two of one day,
the one recorded first) up to its amount, and what is left over for the next. Written as a line of money, on
which ``X(day)`` is what had come by a day: a promise takes the piece from ``b`` to ``f``,

    b(k) = max(X(day before it was made), f(k−1)),    f(k) = min(b(k) + amount(k), X(its last day of grace)).

No row is walked after another: with N(m…k) the amounts promised from m to k, the recursion unfolds to

    f(k) = min over j of max(X(last day of j) + N(j+1…k), max over m > j of X(before m) + N(m…k)),

j = 0 standing for no promise at all: each promise beside those before it, and running maxima over these. What
came between the making of a promise and that of all that fall due before it is its own: they cannot have it.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import (
    CTE,
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
    select,
)

from loancrm.dialect import add_days, found_first, total
from loancrm.indicators.facts import SNAPSHOT
from loancrm.models import LoanTerms, PaymentRow, Promise, table
from loancrm.view import View


def received(view: View, grace_days: int, loans: Select[Any], name: str) -> Subquery:
    """Return the promises of ``loans`` with what came of each until its last day of grace.

    Columns: id, loan_id, number, due_on, amount, received. In minor units, at most what was promised, less
    what promises of the loan that fall due before take: payments of a loan that is serviced here, from the
    day of the promise on; else by how much its arrears fell between two snapshots; NULL without these.
    ``loans`` are keys; the relations that this is made of are called ``name`` and something.
    """
    line = _line(view, grace_days, loans, name)
    before = _before(line, name)
    k, past = line.c, before.c
    lower = case((past.lower < past.none_before, past.lower), else_=past.none_before)
    taken = func.coalesce(lower + k.upto - k.asked, k.made)
    own = _above_zero(func.coalesce(past.first_made, k.made) - k.made)  # came before the others were made
    left = _above_zero(k.come - case((taken > k.made, taken), else_=k.made)) + own
    most = case((left > k.come - k.made, _above_zero(k.come - k.made)), else_=left)
    came = case((most > k.amount, k.amount), else_=most).label("received")
    shares = select(k.id, k.loan_id, k.number, k.due_on, k.amount, came)
    return shares.select_from(line.outerjoin(before, past.id == k.id)).subquery(f"{name}_came")


def _line(view: View, grace_days: int, loans: Select[Any], name: str) -> CTE:
    """Return the promises on their loan's line of money, in the order in which they fall due.

    ``upto`` is what is promised up to one, ``begins`` and ``ends`` are X before it was made and on its last
    day, less what is promised before and up to it; NULL where X is not known, and it takes nothing then.
    """
    rows, of = table(Promise), loans.distinct().subquery(f"{name}_loans")
    found = select(rows.c.id, rows.c.loan_id, rows.c.due_on, rows.c.number, rows.c.amount).add_columns(
        _made(view, rows).label("made"), _come(view, rows, grace_days).label("come")
    )
    found = found.join_from(of, rows, rows.c.loan_id == next(iter(of.c))).where(view.sees(rows))
    said = found_first(found, f"{name}_said").c
    asked = case((and_(said.made.is_not(None), said.come.is_not(None)), said.amount), else_=0)
    in_order: dict[str, Any] = {"partition_by": said.loan_id, "order_by": (said.due_on, said.number)}
    each = select(
        *(said.id, said.loan_id, said.number, said.due_on, said.amount),
        *(said.made, said.come, asked.label("asked")),
        func.row_number().over(**in_order).label("place"),
        cast(func.sum(asked).over(**in_order), BigInteger).label("upto"),  # numeric on PostgreSQL
    ).subquery(f"{name}_asked")
    c = each.c
    is_known = and_(c.made.is_not(None), c.come.is_not(None))
    begins = case((is_known, c.made - c.upto + c.asked)).label("begins")
    return found_first(select(each, begins, case((is_known, c.come - c.upto)).label("ends")), f"{name}_line")


def _before(line: CTE, name: str) -> Subquery:
    """Return of each promise what those before it come to, by ``id``: f(k−1) less what they asked for.

    That is the less of ``lower`` and ``none_before`` (j = 0). ``first_made`` is the first X before one of
    them was made.
    """
    j, k = line.alias(f"{name}_j"), line.alias(f"{name}_k")
    later = func.max(j.c.begins).over(partition_by=k.c.id, order_by=j.c.place.desc(), rows=(None, -1))
    is_before = and_(j.c.loan_id == k.c.loan_id, j.c.place < k.c.place)
    pairs = (
        select(k.c.id, j.c.made, j.c.begins, j.c.ends, later.label("later"))
        .select_from(j.join(k, is_before))
        .where(j.c.ends.is_not(None))
        .subquery(f"{name}_pairs")
        .c
    )
    upper = case((pairs.later > pairs.ends, pairs.later), else_=pairs.ends)
    return (
        select(
            pairs.id,
            func.min(upper).label("lower"),
            func.max(pairs.begins).label("none_before"),
            func.min(pairs.made).label("first_made"),
        )
        .group_by(pairs.id)
        .subquery(f"{name}_before")
    )


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
