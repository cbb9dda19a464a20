"""What an officer did and has, one statement a group of figures over the whole book.

Each function returns figures by the officer's key, None for customers without one. What happened on a day is
of who had the customer that day; what stands at the end is of who has the customer then.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    Integer,
    Row,
    and_,
    case,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)

from loancrm.agenda.base import Scope
from loancrm.agenda.cadence import Cadence
from loancrm.dialect import count_where, days_between, total
from loancrm.indicators.assigned import officer_on
from loancrm.indicators.facts import customers_at, loans_at
from loancrm.indicators.promises import received
from loancrm.indicators.tickets import FEEDBACK, STATE, is_newest
from loancrm.models import (
    Contact,
    Feedback,
    FeedbackEvent,
    Loan,
    Promise,
    Recognition,
    SurveyAnswer,
    SurveyResponse,
    Training,
    table,
)
from loancrm.policy.policy import Policy
from loancrm.reports.feedback_causes import SATISFIED
from loancrm.reports.period import Period
from loancrm.view import View

Sums = dict[int | None, dict[str, Any]]
PAST_DUE_DAYS = 30  # as PAR30 (CGAP 2003)
WHOLE = 100


def _by_officer(rows: Iterable[Row[Any]]) -> Sums:
    """Return rows that begin with the officer's key, by it; sums over nothing are 0."""
    found: Sums = {}
    for row in rows:
        values = dict(row._mapping)
        found[values.pop("officer_id")] = {name: value or 0 for name, value in values.items()}
    return found


def customers(view: View) -> Sums:
    """Return how many customers are theirs at the end: those that are not in the archive."""
    people = customers_at(view, "officer_id", "archived_on")
    query = select(people.c.officer_id, count_where(people.c.archived_on.is_(None)).label("customers"))
    return _by_officer(view.rows(query.group_by(people.c.officer_id)))


def book(view: View, policy: Policy, period: Period) -> Sums:
    """Return the live loans of their customers at the end, how much is past due, and what is newly so."""
    both = _two_days(view, policy, period)
    c, people = both.c, customers_at(view, "officer_id")
    late = and_(c.lives == 1, c.days_now > PAST_DUE_DAYS)
    newly = and_(c.lives == 1, c.days_now >= 1, func.coalesce(c.days_then, 0) < 1)
    query = select(
        people.c.officer_id,
        count_where(c.lives == 1).label("live_loans"),
        count_where(and_(c.lives == 1, c.owed.is_not(None))).label("known_loans"),
        total(case((c.lives == 1, c.owed))).label("outstanding_principal"),
        total(case((late, c.owed))).label("past_due_30"),
        count_where(newly).label("newly_overdue"),
        total(case((newly, c.owed))).label("newly_overdue_balance"),
    )
    query = query.join_from(both, people, people.c.id == c.customer_id)
    return _by_officer(view.rows(query.group_by(people.c.officer_id)))


def _two_days(view: View, policy: Policy, period: Period) -> Any:
    """Return each loan with its days past due before the period and at its end; grouped, not joined."""
    days = policy.terms.stale_after_days
    s = loans_at(view.at(period.eve), stale_after_days=days, name="loans_then").c
    t = loans_at(view, stale_after_days=days, name="loans_now").c
    none, money = null().cast(Integer), null().cast(BigInteger)
    then = select(
        s.id, s.customer_id, s.days_past_due.label("days_then"), none.label("days_now"),
        money.label("owed"), literal(0).label("lives"),
    )  # fmt: skip
    now = select(t.id, t.customer_id, none, t.days_past_due, t.outstanding_principal, t.is_live)
    u = union_all(then, now).subquery("both_days").c
    names = ("days_then", "days_now", "owed", "lives")
    columns = (func.max(u[name]).label(name) for name in names)
    return select(u.id, u.customer_id, *columns).group_by(u.id, u.customer_id).subquery("loans_of_two_days")


def talks(view: View, policy: Policy, period: Period) -> Sums:
    """Return the conversations and attempts that they made, and with how many customers."""
    rows = table(Contact)
    is_real = rows.c.outcome.in_(policy.terms.real_outcomes)
    query = (
        select(
            rows.c.officer_id,
            func.count().label("contacts"),
            count_where(is_real).label("reached"),
            func.count(rows.c.customer_id.distinct()).label("contacted_customers"),
        )
        .where(view.sees(rows), rows.c.effective_on >= period.first)
        .group_by(rows.c.officer_id)
    )
    return _by_officer(view.rows(query))


def lent(view: View, policy: Policy, period: Period) -> Sums:
    """Return what was paid out, and who borrowed for the first time, by who had the customer that day."""
    t = loans_at(view, stale_after_days=policy.terms.stale_after_days).c
    order = (t.disbursed_on, t.id)
    place = func.row_number().over(partition_by=t.customer_id, order_by=order).label("place")
    columns = (t.customer_id, t.disbursed_on, t.principal, place)
    drawn = select(*columns).where(t.disbursed_on.is_not(None), t.status != "cancelled").subquery("drawn")
    whose = officer_on(view, drawn.c.customer_id, drawn.c.disbursed_on).label("officer_id")
    each = select(whose, drawn).where(drawn.c.disbursed_on >= period.first).subquery("paid_out").c
    query = select(
        each.officer_id,
        count_where(each.place == 1).label("new_customers"),
        func.count().label("loans_disbursed"),
        total(each.principal).label("disbursed"),
    )
    return _by_officer(view.rows(query.group_by(each.officer_id)))


def cadence(view: View, policy: Policy) -> Sums:
    """Return, of the customers for whom the cadence asks, how many are within its maximum at the end."""
    found = Cadence(view, policy, Scope())
    people, fitting = customers_at(view, "officer_id", "archived_on"), found.people.c
    kept = found.late_on >= literal(view.as_of, Date())
    query = (
        select(people.c.officer_id, func.count().label("cadence_customers"),
               count_where(kept).label("cadence_kept"))
        .join_from(found.people, people, people.c.id == fitting.customer_id)
        .where(found.target.is_not(None), people.c.archived_on.is_(None))
        .group_by(people.c.officer_id)
    )  # fmt: skip
    return _by_officer(view.rows(query))


def promises(view: View, policy: Policy, period: Period) -> Sums:
    """Return the promises to pay whose days of grace ended in the period, and how many were kept.

    One of a loan that is kept elsewhere, without data since, is not among them: nobody can know.
    """
    rows, loan, rules = table(Promise), table(Loan), policy.promises
    grace = timedelta(days=rules.grace_days)
    first, end = period.first - grace, view.as_of - grace
    asked = select(rows.c.loan_id).where(view.sees(rows), rows.c.due_on >= first, rows.c.due_on < end)
    shares = received(view, rules.grace_days, asked, "promised")
    came = shares.c.received
    kept = came * WHOLE >= shares.c.amount * (WHOLE - rules.tolerance_percent)
    each = (
        select(
            officer_on(view, loan.c.customer_id, shares.c.due_on).label("officer_id"),
            case((kept, 1), else_=0).label("kept"),
            came.label("came"),
        )
        .join_from(shares, loan, loan.c.id == shares.c.loan_id)
        .where(view.stands(loan), shares.c.due_on >= first, shares.c.due_on < end)
        .subquery("each_promise")
        .c
    )
    query = select(each.officer_id, func.count().label("promises"), total(each.kept).label("promises_kept"))
    return _by_officer(view.rows(query.where(each.came.is_not(None)).group_by(each.officer_id)))


def answers(view: View, period: Period) -> Sums:
    """Return the tickets that came in the period, and the median days to a first answer and to the end.

    A ticket is of whom it was assigned to last, else of who had the customer on its day, never of whom it is
    about. Praise waits for nothing, and is not among them.
    """
    c = _tickets(view, period).c
    query = select(c.officer_id, c.to_answer, c.to_end, func.count().label("n"))
    grouped: defaultdict[int | None, list[Row[Any]]] = defaultdict(list)
    for row in view.rows(query.group_by(c.officer_id, c.to_answer, c.to_end)):
        grouped[row.officer_id].append(row)
    return {key: _answer_times(rows) for key, rows in grouped.items()}


def _answer_times(rows: list[Row[Any]]) -> dict[str, Any]:
    answered = [(row.to_answer, row.n) for row in rows if row.to_answer is not None]
    resolved = [(row.to_end, row.n) for row in rows if row.to_end is not None]
    return {
        "feedback": sum(row.n for row in rows),
        "answered": sum(n for _days, n in answered),
        "answer_days": median(answered),
        "resolved": sum(n for _days, n in resolved),
        "resolve_days": median(resolved),
    }


def median(counted: list[tuple[int, int]]) -> int | None:
    """Return the lower median of values with how often each stands; None of nothing."""
    half = (sum(n for _value, n in counted) + 1) // 2
    for value, n in sorted(counted):
        half -= n
        if half <= 0:
            return int(value)
    return None


def _tickets(view: View, period: Period) -> Any:
    rows, events = table(Feedback), table(FeedbackEvent)
    given = (
        select(events.c.officer_id)
        .where(events.c.feedback_id == rows.c.id, events.c.action == "assigned", view.sees(events))
        .order_by(events.c.effective_on.desc(), events.c.id.desc())
        .limit(1)
        .correlate(rows)
        .scalar_subquery()
    )
    lead = officer_on(view, rows.c.customer_id, rows.c.effective_on)
    own = case((rows.c.about_officer_id == lead, None), else_=lead)
    return (
        select(
            func.coalesce(given, own).label("officer_id"),
            days_between(_first(view, rows, ("answered", "resolved")), rows.c.effective_on).label(
                "to_answer"
            ),
            days_between(_first(view, rows, ("resolved",)), rows.c.effective_on).label("to_end"),
        )
        .where(view.sees(rows), rows.c.kind != "praise", rows.c.effective_on >= period.first)
        .subquery("tickets")
    )


def _first(view: View, rows: Any, actions: tuple[str, ...]) -> ColumnElement[Any]:
    events = table(FeedbackEvent).alias("first_of")
    return (
        select(func.min(events.c.effective_on))
        .where(events.c.feedback_id == rows.c.id, events.c.action.in_(actions), view.sees(events))
        .correlate(rows)
        .scalar_subquery()
    )


def voices(view: View, period: Period) -> Sums:
    """Return how often they were complained of and praised by name."""
    rows = table(Feedback)
    query = select(
        rows.c.about_officer_id.label("officer_id"),
        count_where(rows.c.kind == "complaint").label("complaints_about"),
        count_where(rows.c.kind == "praise").label("praise_about"),
    ).where(view.sees(rows), rows.c.effective_on >= period.first, rows.c.about_officer_id.is_not(None))
    return _by_officer(view.rows(query.group_by(rows.c.about_officer_id)))


def surveyed(view: View, period: Period) -> Sums:
    """Return the answers on satisfaction overall in surveys, and the satisfied ones: 4 and 5 of 5 (CSAT)."""
    rows, whole = table(SurveyAnswer), table(SurveyResponse)
    each = (
        select(officer_on(view, whole.c.customer_id, whole.c.effective_on).label("officer_id"), rows.c.value)
        .join_from(rows, whole, whole.c.id == rows.c.response_id)
        .where(view.sees(rows), view.sees(whole), rows.c.role == "overall")
        .where(whole.c.effective_on >= period.first)
        .subquery("answers")
        .c
    )
    query = select(
        each.officer_id,
        func.count().label("surveyed"),
        count_where(each.value >= SATISFIED).label("surveyed_satisfied"),
    )
    return _by_officer(view.rows(query.group_by(each.officer_id)))


def rated(view: View, period: Period) -> Sums:
    """Return how the tickets that ended in the period were rated, by whose they were; satisfied: 4 and 5."""
    lead = officer_on(view, FEEDBACK.c.customer_id, FEEDBACK.c.effective_on)
    own = case((FEEDBACK.c.about_officer_id == lead, None), else_=lead)
    each = (
        select(func.coalesce(STATE.c.officer_id, own).label("officer_id"), STATE.c.rating)
        .join_from(FEEDBACK, STATE, is_newest(view))
        .where(view.sees(FEEDBACK), STATE.c.rating.is_not(None), STATE.c.resolved_on >= period.first)
        .subquery("ratings")
        .c
    )
    query = select(
        each.officer_id,
        func.count().label("rated"),
        count_where(each.rating >= SATISFIED).label("rated_satisfied"),
    )
    return _by_officer(view.rows(query.group_by(each.officer_id)))


def trainings(view: View, period: Period) -> Sums:
    """Return the trainings and examinations not yet done, those of them that are late, and those done."""
    rows = table(Training)
    waits = or_(rows.c.done_on.is_(None), rows.c.done_on > view.as_of)
    query = select(
        rows.c.officer_id,
        count_where(waits).label("training_due"),
        count_where(and_(waits, rows.c.due_on < view.as_of)).label("training_late"),
        count_where(rows.c.done_on.between(period.first, view.as_of)).label("training_done"),
    ).where(view.sees(rows))
    return _by_officer(view.rows(query.group_by(rows.c.officer_id)))


def recognitions(view: View, period: Period) -> Sums:
    """Return how often each was recognised in the period, and what was given for it, in minor units."""
    rows = table(Recognition)
    given = func.coalesce(total(rows.c.amount), 0).label("recognised_amount")
    query = select(rows.c.officer_id, func.count().label("recognitions"), given).where(
        view.sees(rows), rows.c.effective_on >= period.first
    )
    return _by_officer(view.rows(query.group_by(rows.c.officer_id)))


def merged(*groups: Mapping[int | None, Mapping[str, Any]]) -> Sums:
    """Return all figures of each officer together."""
    found: defaultdict[int | None, dict[str, Any]] = defaultdict(dict)
    for group in groups:
        for key, values in group.items():
            found[key].update(values)
    return dict(found)
