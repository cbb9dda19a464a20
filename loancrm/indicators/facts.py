"""The facts as relations, as of a day: one common table expression per source.

Every relation takes a ``View`` and, optionally, a ``scope`` (a select of customer ids), so that one
officer's page does not read the whole book.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Date,
    Select,
    Subquery,
    Table,
    and_,
    case,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    text,
    type_coerce,
    union_all,
)

from loancrm.dialect import text_to_date
from loancrm.models import (
    Contact,
    Customer,
    CustomerAttribute,
    CustomerClass,
    CustomerSegment,
    Feedback,
    FeedbackEvent,
    FollowUp,
    FollowUpEvent,
    Loan,
    LoanStatus,
    Snapshot,
    table,
)
from loancrm.models.columns import JsonText
from loancrm.view import BEGINNING, View

if TYPE_CHECKING:
    from loancrm.indicators.ledger import LedgerColumns

CUSTOMER = table(Customer)
LOAN = table(Loan)
SNAPSHOT = table(Snapshot)
_OF_THE_LOAN = (
    "id",
    "customer_id",
    "contract_id",
    "replaces_id",
    "replacement",
    "number",
    "product",
    "security",
    "principal",
    "annual_rate",
    "disbursed_on",
    "matures_on",
    "term_months",
    "industry",
    "region",
    "extra",
)
FIGURES = (  # of a position
    "days_past_due",
    "outstanding_principal",
    "overdue_principal",
    "unpaid_interest",
    "five_tier",
    "next_due_on",
    "next_due_amount",
)
CLASSES_KEPT = ("credit_standing", "life_cycle")  # the newest class is copied to the customer
CLASSES_ONLY = ("student_level", "student_means", "student_credit_file", "student_need")  # it is not
FIXED = ("id", "uid", "number", "kind", "since_on", "known_on", "version")
DATED = tuple(c.name for c in CUSTOMER.c)[tuple(c.name for c in CUSTOMER.c).index("name") :]


def customers_at(view: View, *names: str, scope: Select[Any] | None = None) -> Subquery:
    """Return the customers that exist as of the day, with the columns ``names`` as they were then.

    ``id``, ``number`` and ``kind`` are always there. A value that was never changed holds for every
    day; today's copies serve when nothing dated lies after the view's day.
    """
    c = CUSTOMER.c
    wanted = [name for name in dict.fromkeys(names) if name not in ("id", "number", "kind")]
    columns = [c.id, c.number, c.kind, *(_value_at(view, name).label(name) for name in wanted)]
    query = select(*columns).where(_exists_at(view))
    if scope is not None:
        query = query.where(c.id.in_(scope))
    return query.subquery("customers")


def _value_at(view: View, name: str) -> ColumnElement[Any]:
    if name in CLASSES_ONLY:
        return class_at(view, name, CUSTOMER.c.id)
    column: ColumnElement[Any] = CUSTOMER.c[name]
    if name == "version" and view.known_at is not None:
        return _version_at(view)
    if name in FIXED or view.is_current:
        return column
    if name == "segment":
        return segment_at(view, CUSTOMER.c.id)
    if name in CLASSES_KEPT:
        return class_at(view, name, CUSTOMER.c.id)
    rows = table(CustomerAttribute)
    found = (
        select(func.coalesce(rows.c.value, ""))
        .where(rows.c.customer_id == CUSTOMER.c.id, rows.c.name == name, view.sees(rows))
        .order_by(rows.c.effective_on.desc(), rows.c.id.desc())
        .limit(1)
        .correlate_except(rows)
        .scalar_subquery()
    )
    return case((found.is_(None), column), else_=_typed(func.nullif(found, ""), column))


def _version_at(view: View) -> ColumnElement[Any]:
    """Return the version that a customer had by then: 1, and one more for each edit and each undo of one."""
    rows = table(CustomerAttribute)
    undone = case((rows.c.voided_at < view.known_until, rows.c.voided_by))
    return (
        select(func.count(rows.c.command_id.distinct()) + func.count(undone.distinct()) + 1)
        .where(rows.c.customer_id == CUSTOMER.c.id, rows.c.effective_on > BEGINNING)
        .where(rows.c.known_on <= view.known_at)
        .correlate_except(rows)
        .scalar_subquery()
    )


def _typed(text: ColumnElement[Any], like: ColumnElement[Any]) -> ColumnElement[Any]:
    if isinstance(like.type, Date):
        return text_to_date(text)
    if isinstance(like.type, JsonText):
        return type_coerce(text, JsonText)
    if like.type.python_type is bool:
        return text == "1"
    if like.type.python_type is int:
        return text.cast(like.type)
    return text


def segment_at(view: View, customer_id: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return the segment that a customer was in as of the day."""
    rows = table(CustomerSegment)
    return (
        select(rows.c.segment)
        .where(rows.c.customer_id == customer_id, view.sees(rows))
        .order_by(rows.c.effective_on.desc(), rows.c.id.desc())
        .limit(1)
        .correlate_except(rows)
        .scalar_subquery()
    )


def class_at(view: View, scheme: str, customer_id: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return the class that a scheme's rules had given a customer as of the day."""
    rows = table(CustomerClass)
    return (
        select(rows.c.value)
        .where(rows.c.customer_id == customer_id, rows.c.scheme == scheme, view.sees(rows))
        .order_by(rows.c.effective_on.desc(), rows.c.id.desc())
        .limit(1)
        .correlate_except(rows)
        .scalar_subquery()
    )


def _exists_at(view: View) -> ColumnElement[bool]:
    """A customer exists from its earliest dealing, not from the day it was typed.

    A dealing is a loan, a conversation or feedback. What a file says of earlier days makes nobody a customer.
    """
    c = CUSTOMER.c
    typed = c.since_on <= view.as_of
    if view.known_at is not None:
        typed = and_(typed, c.known_on <= view.known_at)
    facts = [
        exists().where(fact.c.customer_id == c.id, view.sees(fact))
        for fact in (LOAN, table(Contact), table(Feedback))
    ]
    return and_(view.stands(CUSTOMER), or_(typed, *facts))


def officers_of(view: View, officer_id: int) -> tuple[int, ...]:
    """Return an officer, and those for whom the officer stands in on the day."""
    probe = text("SELECT 1 FROM stand_in WHERE stand_in_id = :whose LIMIT 1")
    if view.connection.execute(probe, {"whose": officer_id}).first() is None:
        return (officer_id,)  # as for nearly all, and no table need be declared for it
    from loancrm.models import StandIn

    rows = table(StandIn)
    query = select(rows.c.officer_id).where(
        rows.c.stand_in_id == officer_id, view.sees(rows), rows.c.until_on >= view.as_of
    )
    return tuple(dict.fromkeys((officer_id, *view.connection.scalars(query))))


def customer_ids(
    view: View,
    *,
    officer_id: int | None = None,
    officers: tuple[int, ...] = (),
    ids: list[int] | None = None,
) -> Select[Any]:
    """Return a select of customer ids: one officer's as of the day, some officers', or the given ones."""
    if ids is not None:
        return select(CUSTOMER.c.id).where(CUSTOMER.c.id.in_(ids))
    query = select(CUSTOMER.c.id).where(view.stands(CUSTOMER))
    if officer_id is not None:
        query = query.where(_value_at(view, "officer_id") == officer_id)
    if officers:
        query = query.where(_value_at(view, "officer_id").in_(officers))
    return query


def latest_snapshot_id(view: View, loan_id: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return the key of the newest snapshot of a loan that is seen."""
    inner = SNAPSHOT.alias("newest")
    return (
        select(inner.c.id)
        .where(inner.c.loan_id == loan_id, view.sees(inner))
        .order_by(inner.c.effective_on.desc(), inner.c.id.desc())
        .limit(1)
        .correlate_except(inner)
        .scalar_subquery()
    )


def ended_at(view: View) -> Select[Any]:
    """Return the ends that are known: loan_id, status, ended_on and amount as of the day, ends_on.

    ``ends_on`` is the day of the end even when that is still to come: a loan that is written off next year
    lives until then, whatever its maturity. An end without a day counts on every day, and has neither.
    """
    rows = table(LoanStatus)
    c, has_ended = rows.c, rows.c.effective_on <= view.as_of
    return select(
        c.loan_id,
        case((has_ended, c.status)).label("status"),
        case((and_(has_ended, c.is_dated), c.effective_on)).label("ended_on"),
        case((has_ended, c.amount)).label("amount"),
        case((c.is_dated, c.effective_on)).label("ends_on"),
    ).where(view.knows(rows))


def loans_at(
    view: View, *, stale_after_days: int, scope: Select[Any] | None = None, name: str = "loans"
) -> CTE:
    """Return the loan positions: one row a loan granted by the day, live or ended.

    Columns: id, customer_id, number, product, security, principal, annual_rate, disbursed_on, matures_on,
    term_months, industry and region lent to, status, ended_on, written_off_amount, is_live (1/0),
    basis_on (the snapshot's day; the view's for a loan that is serviced here), is_ledger (1/0), stage (of
    an application) and     outstanding_principal, overdue_principal, unpaid_interest,
    days_past_due, five_tier, next_due_on, next_due_amount.

    The figures of a loan that is serviced here are its ledger's. Otherwise they are the newest snapshot's,
    carried forward unchanged; older than ``stale_after_days``,
    or none: missing, never zero and never the principal. A loan lives from disbursement until it is
    written off, settled, or matured with nothing outstanding; one whose end has no day until it matures.
    """
    said = _said_of_loans(view, stale_after_days)
    if scope is not None:
        said = said.where(LOAN.c.customer_id.in_(scope))
    at = said.subquery("said").c
    counts = and_(at.is_live == 1, at.is_known == 1)
    kept = (case((counts, c)).label(c.name) if c.name in FIGURES else c for c in at if c.name != "is_known")
    return select(*kept).cte(name)


def _said_of_loans(view: View, stale_after_days: int) -> Select[Any]:
    """Return loans, what their ledger or newest snapshot says, and whether that holds: ``is_known`` (1/0).

    Whether a loan lives is long to say, and each figure depends on it: the caller asks for it by name.
    """
    loan, ended, snapshot = LOAN.c, ended_at(view).subquery("ended"), SNAPSHOT.alias("position")
    fresh = snapshot.c.effective_on >= view.as_of - timedelta(days=stale_after_days)
    unfinished: ColumnElement[bool] = and_(fresh, snapshot.c.outstanding_principal > 0)
    columns: dict[str, Any] = {
        **{name: loan[name] for name in _OF_THE_LOAN},
        "status": literal("live"),
        "basis_on": snapshot.c.effective_on,
        "is_ledger": literal(0),
        "stage": null(),
        **{name: snapshot.c[name] for name in FIGURES},
        "days_past_due": days_overdue(snapshot),
    }
    relation: Any = LOAN.outerjoin(ended, ended.c.loan_id == loan.id)
    newest, is_known, ledger = latest_snapshot_id(view, loan.id), fresh, None
    if view.has_applications:
        from loancrm.indicators.ledger import LedgerColumns

        ledger = LedgerColumns(view, LOAN)
        unfinished = case((ledger.is_kept, ledger.owes), else_=unfinished)
        columns |= ledger.instead_of(columns)
        relation, newest = ledger.join(relation), case((ledger.is_kept, None), else_=newest)
        is_known = or_(ledger.is_kept, fresh)
    columns["status"] = func.coalesce(ended.c.status, columns["status"])
    is_live = _is_live(view, ended, unfinished, ledger)
    return (
        select(
            *(column.label(name) for name, column in columns.items()),
            ended.c.ended_on,
            ended.c.amount.label("written_off_amount"),
            case((is_live, 1), else_=0).label("is_live"),
            case((is_known, 1), else_=0).label("is_known"),
        )
        .select_from(relation.outerjoin(snapshot, snapshot.c.id == newest))
        .where(view.sees(LOAN))
    )


def _is_live(
    view: View, ended: Subquery, unfinished: ColumnElement[bool], ledger: LedgerColumns | None
) -> ColumnElement[bool]:
    loan = LOAN.c
    matures_later = loan.matures_on > view.as_of
    open_ended = or_(loan.matures_on.is_(None), matures_later, func.coalesce(unfinished, False))
    lives_on = case(
        (ended.c.ends_on.is_not(None), ended.c.ends_on > view.as_of),
        (ended.c.status.is_not(None), matures_later),
        else_=open_ended,
    )
    was_paid_out = loan.disbursed_on <= view.as_of if ledger is None else ledger.was_paid_out
    return and_(was_paid_out, lives_on)


def days_overdue(snapshot: Any) -> ColumnElement[Any]:
    """Return the days past due of a snapshot: of principal or interest, whichever is more and known."""
    a, b = snapshot.c.days_past_due, snapshot.c.interest_days_past_due
    return case((a.is_(None), b), (b.is_(None), a), (a >= b, a), else_=b)


def real_contacts(view: View, outcomes: tuple[str, ...]) -> Select[Any]:
    """Return the contacts in which the customer was really reached, by the policy's outcomes."""
    rows = table(Contact)
    return select(rows.c.customer_id, rows.c.effective_on).where(
        view.sees(rows), rows.c.outcome.in_(outcomes)
    )


def follow_up_assignee(view: View, rows: Any) -> ColumnElement[Any]:
    """Return whom a next step was given to as of the day; NULL where it is the customer's own officer's."""
    events = table(FollowUpEvent).alias("handed_on")
    given = (
        select(events.c.officer_id)
        .where(events.c.follow_up_id == rows.c.id, events.c.action == "assigned", view.sees(events))
        .order_by(events.c.effective_on.desc(), events.c.id.desc())
        .limit(1)
        .correlate_except(events)
        .scalar_subquery()
    )
    return func.coalesce(given, rows.c.officer_id)


Keys = tuple[Select[Any], ...]


def follow_ups_given(officers: tuple[int, ...]) -> Keys:
    """Return the keys of the next steps that were ever given to some officers: at first, or handed on."""
    rows, events = table(FollowUp).alias("given"), table(FollowUpEvent).alias("handed_on")
    at_first = select(rows.c.id).where(rows.c.officer_id.in_(officers))
    return at_first, select(events.c.follow_up_id).where(events.c.officer_id.in_(officers))


def feedback_given(officers: tuple[int, ...]) -> Keys:
    """Return the keys of the tickets that were ever assigned to some officers."""
    events = table(FeedbackEvent).alias("given")
    return (select(events.c.feedback_id).where(events.c.officer_id.in_(officers)),)


def given_or_of(rows: Table, given: Keys, customers: Select[Any]) -> ColumnElement[bool]:
    """Return the condition that a row is one of those ``given``, or of one of the customers.

    Whose a row is depends on several tables, which no index answers: this narrows it to what their indexes
    find, however large the book; the caller's own condition decides.
    """
    own = rows.alias("own")
    return rows.c.id.in_(union_all(*given, select(own.c.id).where(own.c.customer_id.in_(customers))))
