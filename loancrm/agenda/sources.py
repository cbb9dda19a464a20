"""The sources of ``due``: each a select of reasons, with the same columns.

customer_id, kind, band, by_date (1: sorted by day, 0: by amount), due_on, late_on (late after this day;
NULL: after due_on), amount (what is at stake, minor units), reason_code, ref (the number of the thing),
n and text (what the reason's words need), officer_id (who was given it; NULL: the customer's lead).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Date,
    Integer,
    Select,
    String,
    Table,
    and_,
    case,
    exists,
    func,
    literal,
    null,
    or_,
    select,
)

from loancrm.dialect import add_days, as_text
from loancrm.indicators.facts import (
    SNAPSHOT,
    days_overdue,
    feedback_given,
    follow_ups_given,
    given_or_of,
    loans_at,
    real_contacts,
)
from loancrm.models import Facility, Feedback, FeedbackEvent, FollowUp, FollowUpEvent, table
from loancrm.policy.model import LadderShape, SourceShape
from loancrm.policy.policy import Policy
from loancrm.view import View

COLUMNS = (
    "customer_id",
    "kind",
    "band",
    "by_date",
    "due_on",
    "late_on",
    "amount",
    "reason_code",
    "ref",
    "n",
    "text",
    "officer_id",
)
MINOR_UNITS = 100  # in one unit of the currency
FOLLOW_UP = table(FollowUp)
FEEDBACK = table(Feedback)


@dataclass(frozen=True)
class Scope:
    """Whose reasons are wanted: an officer's, some customers', or all of the book.

    ``customers`` is a select of customer ids, None for all.
    """

    customers: Select[Any] | None = None
    officer_id: int | None = None


class Reasons:
    """The reasons of one view, scope and policy, a select per source."""

    def __init__(self, view: View, policy: Policy, scope: Scope, within: int) -> None:
        self.view = view
        self.policy = policy
        self.scope = scope
        self.within = within
        self.horizon = view.as_of + timedelta(days=within)
        self.due = policy.shape.due

    @cached_property
    def loans(self) -> CTE:
        """The loan positions in scope."""
        return loans_at(
            self.view, stale_after_days=self.policy.terms.stale_after_days, scope=self.scope.customers
        )

    def follow_ups(self) -> Select[Any]:
        """Next steps set by hand that are not done."""
        rows, events = FOLLOW_UP.c, table(FollowUpEvent)
        seen = self.view.sees(events)
        done = exists().where(events.c.follow_up_id == rows.id, events.c.action == "done", seen)
        put_off = (
            select(events.c.until_on)
            .where(events.c.follow_up_id == rows.id, events.c.action == "snoozed", seen)
            .order_by(events.c.id.desc())
            .limit(1)
            .correlate_except(events)
            .scalar_subquery()
        )
        due_on = func.coalesce(put_off, rows.due_on)
        query = self._reason(
            "follow_up",
            self.due.follow_up,
            rows.customer_id,
            due_on=due_on,
            ref=as_text(rows.number),
            text=rows.what,
            officer=rows.officer_id,
        )
        query = query.where(self.view.sees(FOLLOW_UP), due_on <= self.horizon, ~done)
        return self._mine(query, FOLLOW_UP, rows.officer_id, follow_ups_given)

    def past_due(self) -> Select[Any]:
        """Overdue loans whose customer nobody has reached since they fell due."""
        loan, before = self.loans.c, SNAPSHOT.alias("before")
        previous = (
            select(days_overdue(before))
            .where(
                before.c.loan_id == loan.id,
                self.view.sees(before),
                before.c.effective_on < loan.basis_on,
            )
            .order_by(before.c.effective_on.desc(), before.c.id.desc())
            .limit(1)
            .correlate_except(before)
            .scalar_subquery()
        )
        since = add_days(loan.basis_on, -loan.days_past_due)
        query = self._reason(
            "past_due",
            self.due.past_due,
            loan.customer_id,
            due_on=since,
            amount=func.coalesce(loan.overdue_principal, 0) + func.coalesce(loan.unpaid_interest, 0),
            code=case((func.coalesce(previous, 0) == 0, "newly_past_due"), else_="past_due"),
            ref=loan.number,
            n=loan.days_past_due,
        )
        return query.where(loan.days_past_due >= 1, self._not_talked_since(loan.customer_id, since))

    def maturities(self) -> Select[Any]:
        """Live loans that mature soon, at each step of the ladder until somebody talks."""
        loan = self.loans.c
        return self._ladder(
            "maturity", self.due.maturity, self.loans, loan.matures_on, loan.outstanding_principal
        ).where(loan.is_live == 1, func.coalesce(loan.outstanding_principal, 1) > 0)

    def instalments(self) -> Select[Any]:
        """What falls due next by the core system's data, for loans that are not overdue."""
        loan, shape = self.loans.c, self.due.instalment
        return self._ladder("instalment", shape, self.loans, loan.next_due_on, loan.next_due_amount).where(
            func.coalesce(loan.days_past_due, 0) == 0,
            func.coalesce(loan.next_due_amount, 0) >= shape.minimum_amount * MINOR_UNITS,
        )

    def facilities(self) -> Select[Any]:
        """Credit lines that expire soon."""
        rows = table(Facility)
        query = self._ladder("facility", self.due.facility, rows, rows.c.expires_on, rows.c.limit_amount)
        if self.scope.customers is not None:
            query = query.where(rows.c.customer_id.in_(self.scope.customers))
        return query.where(self.view.sees(rows))

    def feedback(self, band: int | None = None) -> Select[Any]:
        """Tickets that wait for an answer or a resolution; of ``band`` at least those of it.

        Those near their limit are few, and found by it: the others need not be asked whether they wait.
        """
        rows, settings = FEEDBACK.c, self.due.feedback
        answered = self._event("answered")
        to_resolve = or_(answered, rows.answer_due_on.is_(None))  # answered, or no first answer to give
        code = case((to_resolve, "resolution_due"), else_="answer_due")
        due_on = case((to_resolve, rows.resolve_due_on), else_=rows.answer_due_on)
        limit = self.view.as_of + timedelta(days=settings.limit_days)
        near = and_(rows.kind == "complaint", rows.resolve_due_on <= limit)
        assigned = self._assigned_to()
        query = self._reason(
            "feedback",
            settings,
            rows.customer_id,
            due_on=due_on,
            band=case((near, settings.limit_band), else_=settings.band),
            code=code,
            ref=as_text(rows.number),
            n=rows.about_officer_id,  # who will not get it
            text=rows.text,
            officer=assigned,
        )
        if self.scope.officer_id is not None:
            is_about = rows.about_officer_id == self.scope.officer_id
            query = query.where(or_(assigned.is_not(None), func.coalesce(is_about, False).is_(False)))
        query = query.where(
            self.view.sees(FEEDBACK),
            ~self._event("resolved"),
            or_(due_on <= self.horizon + timedelta(days=settings.days_before), near),
        )
        if band == settings.limit_band != settings.band:
            query = query.where(near)
        return self._mine(query, FEEDBACK, assigned, feedback_given)

    def _event(self, action: str) -> ColumnElement[bool]:
        events = table(FeedbackEvent)
        same = events.c.feedback_id == FEEDBACK.c.id
        return exists().where(same, events.c.action == action, self.view.sees(events))

    def _assigned_to(self) -> ColumnElement[Any]:
        events = table(FeedbackEvent)
        return (
            select(events.c.officer_id)
            .where(
                events.c.feedback_id == FEEDBACK.c.id,
                events.c.action == "assigned",
                self.view.sees(events),
            )
            .order_by(events.c.id.desc())
            .limit(1)
            .correlate_except(events)
            .scalar_subquery()
        )

    def _ladder(
        self, kind: str, shape: LadderShape, relation: Any, on: ColumnElement[Any], amount: ColumnElement[Any]
    ) -> Select[Any]:
        """A date ahead: shown from each step on, until somebody has talked since that step."""
        day = self.view.as_of
        steps = sorted(shape.days_before)
        furthest = self.horizon + timedelta(days=steps[-1])
        cases = [(on <= day + timedelta(days=step), literal(step, Integer())) for step in steps]
        step = case(*cases, else_=steps[-1])
        query = self._reason(
            kind, shape, relation.c.customer_id, due_on=on, amount=amount, ref=relation.c.number, n=step
        )
        reached = add_days(on, -step)
        return query.where(on >= day, on <= furthest, self._not_talked_since(relation.c.customer_id, reached))

    def _not_talked_since(self, customer_id: ColumnElement[Any], day: ColumnElement[Any]) -> Any:
        talks = real_contacts(self.view, self.policy.terms.real_outcomes)
        c = talks.selected_columns
        return ~talks.where(c.customer_id == customer_id, c.effective_on >= day).exists()

    def _mine(
        self,
        query: Select[Any],
        rows: Table,
        assigned: ColumnElement[Any],
        given: Callable[[int], Select[Any]],
    ) -> Select[Any]:
        """Keep what is the officer's: given to them, or nobody's and of their customer."""
        customers, officer_id = self.scope.customers, self.scope.officer_id
        if customers is None:
            return query
        of_customer = rows.c.customer_id.in_(customers)
        if officer_id is None:
            return query.where(of_customer)
        is_mine = or_(assigned == officer_id, and_(assigned.is_(None), of_customer))
        return query.where(given_or_of(rows, given(officer_id), customers), is_mine)

    def _reason(
        self,
        kind: str,
        shape: SourceShape,
        customer_id: ColumnElement[Any],
        *,
        due_on: ColumnElement[Any],
        amount: ColumnElement[Any] | None = None,
        band: ColumnElement[Any] | None = None,
        code: ColumnElement[Any] | None = None,
        ref: ColumnElement[Any] | None = None,
        n: ColumnElement[Any] | None = None,
        text: ColumnElement[Any] | None = None,
        officer: ColumnElement[Any] | None = None,
    ) -> Select[Any]:
        values: dict[str, Any] = {
            "customer_id": customer_id,
            "kind": literal(kind),
            "band": literal(shape.band, Integer()) if band is None else band,
            "by_date": literal(int(shape.order == "date"), Integer()),
            "due_on": due_on,
            "late_on": null().cast(Date),
            "amount": literal(0, BigInteger()) if amount is None else func.coalesce(amount, 0),
            "reason_code": literal(kind) if code is None else code,
            "ref": null().cast(String) if ref is None else ref,
            "n": null().cast(Integer) if n is None else n,
            "text": null().cast(String) if text is None else text,
            "officer_id": null().cast(BigInteger) if officer is None else officer,
        }
        return select(*(values[name].label(name) for name in COLUMNS))
