"""What a student's debt is measured against: the income, and what loans take of it each month."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, type_coerce

from loancrm import models
from loancrm.dialect import count_where, total
from loancrm.indicators.facts import loans_at
from loancrm.indicators.newest import bureau
from loancrm.indicators.sources import Sources
from loancrm.models import table
from loancrm.models.columns import ExactInteger


def income(sources: Sources) -> Any:
    """Return the newest income that is the student's own, else the household's: fact_id, monthly_amount."""
    return sources.of("income", _income).c


def _income(sources: Sources) -> Select[Any]:
    c = table(models.Income).c
    order = (case((c.earner == "student", 0), else_=1), c.effective_on.desc(), c.id.desc())
    place = func.row_number().over(partition_by=c.customer_id, order_by=order).label("place")
    query = select(c.customer_id, c.id.label("fact_id"), c.monthly_amount, place).where(
        sources.view.sees(table(models.Income))
    )
    ranked = sources.scoped(query, c.customer_id).subquery("ranked")
    return select(ranked.c.customer_id, ranked.c.fact_id, ranked.c.monthly_amount).where(ranked.c.place == 1)


def payments(sources: Sources) -> Any:
    """Return what loans take of a month: live_payment, live_loans, applied_payment, applied_loans.

    A payment is NULL where it is not known of one of the loans, or there is none.
    """
    return sources.of("payments", _payments).c


def _payments(sources: Sources) -> Select[Any]:
    loan = loan_payments(sources).subquery("paid_a_month").c
    columns = [column for stage in ("live", "applied") for column in _known_sum(loan, stage)]
    return select(loan.customer_id, *columns).group_by(loan.customer_id)


def loan_payments(sources: Sources) -> Select[Any]:
    """Return what each loan that lives, or is applied for, takes of a month.

    A loan that is carried here takes the regular instalment of what is agreed or applied for, spread over the
    months of its period; another what the newest snapshot says falls due next. Columns: customer_id, key (the
    loan's number), on, noun (ledger or snapshot), stage (live or applied), payment.
    """
    stale = sources.terms.stale_after_days
    loan = loans_at(sources.view, stale_after_days=stale, scope=sources.scope, name="loans_paid").c
    is_pending = loan.status == "pending"
    here = or_(loan.is_ledger == 1, is_pending)
    payment: ColumnElement[Any] = loan.next_due_amount
    if sources.view.has_applications:
        payment = case((here, _agreed(sources, loan.id)), else_=payment)
    return select(
        loan.customer_id,
        loan.number.label("key"),
        loan.basis_on.label("on"),
        case((here, "ledger"), else_="snapshot").label("noun"),
        case((is_pending, "applied"), else_="live").label("stage"),
        type_coerce(payment, ExactInteger).label("payment"),
    ).where(or_(loan.is_live == 1, is_pending))


def _known_sum(loan: Any, stage: str) -> list[Any]:
    counts = loan.stage == stage
    unknown = count_where(and_(counts, loan.payment.is_(None)))
    return [
        case((unknown == 0, total(case((counts, loan.payment))))).label(f"{stage}_payment"),
        count_where(counts).label(f"{stage}_loans"),
    ]


def _agreed(sources: Sources, loan_id: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return the regular payment a month of the newest version of a loan that is seen."""
    rows = table(models.LoanTerms)
    return (
        select(rows.c.monthly_payment)
        .where(rows.c.loan_id == loan_id, sources.view.sees(rows))
        .order_by(rows.c.version.desc(), rows.c.id.desc())
        .limit(1)
        .correlate_except(rows)
        .scalar_subquery()
    )


def obligations(sources: Sources) -> ColumnElement[Any]:
    """Return what all loans take of a month: here, applied for, and at other banks by the bureau report.

    NULL where one of the three is not known; no loan here, and none applied for, is nothing.
    """
    elsewhere, paid = bureau(sources).payments_elsewhere, payments(sources)
    parts = (
        case((func.coalesce(count, 0) == 0, 0), else_=amount)
        for count, amount in (
            (paid.live_loans, paid.live_payment),
            (paid.applied_loans, paid.applied_payment),
        )
    )
    whole: ColumnElement[Any] = sum(parts, elsewhere)
    return whole
