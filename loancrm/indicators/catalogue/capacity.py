"""Whether a student can bear the debt.

Of a loan that is carried here the instalment is spread over the months of its period; of another the amount
that falls due next is taken for that of a month.
"""

from __future__ import annotations

from functools import partial

from sqlalchemy import ColumnElement

from loancrm.dialect import rounded_millionths
from loancrm.i18n import N_
from loancrm.indicators import capacity
from loancrm.indicators.catalogue import base
from loancrm.indicators.catalogue.base import STUDENTS
from loancrm.indicators.catalogue.exposure import owing
from loancrm.indicators.sources import Sources

MONTHS = 12
_PAID_FROM = N_("ledger or snapshots, incomes")
_NO_INCOME = N_("no income of the student or the household is recorded")
_figure = partial(base.figure, group="capacity", kinds=STUDENTS)


def _year(sources: Sources) -> ColumnElement[int]:
    amount: ColumnElement[int] = capacity.income(sources).monthly_amount * MONTHS
    return amount


FIGURES = (
    _figure(
        "monthly_income", "money", N_("newest income a month, the student's own before the household's"),
        N_("incomes"), lambda s: capacity.income(s).monthly_amount, _NO_INCOME,
        formula="income.monthly_amount", facts=("income",),
    ),
    _figure(
        "payment_to_income", "ratio", N_("what all live loans take of a month ÷ income a month"),
        _PAID_FROM,
        lambda s: rounded_millionths(capacity.payments(s).live_payment, capacity.income(s).monthly_amount),
        N_("no income, no live loan, or of one it is not known what falls due"),
        formula="Σ (instalment ÷ months | snapshot.next_due_amount) ÷ monthly_income",
        facts=("income", "payments"),
    ),
    _figure(
        "new_payment_to_income", "ratio", N_("what the loans applied for would take of a month ÷ income"),
        N_("applications, incomes"),
        lambda s: rounded_millionths(
            capacity.payments(s).applied_payment, capacity.income(s).monthly_amount
        ),
        N_("no income, or no loan is applied for"),
        formula="Σ (instalment ÷ months) ÷ monthly_income", facts=("income", "applied"),
    ),
    _figure(
        "fixed_obligations_to_income", "ratio",
        N_("what all loans take of a month, here, applied for and at other banks ÷ income (FOIR)"),
        N_("ledger or snapshots, applications, bureau reports, incomes"),
        lambda s: rounded_millionths(capacity.obligations(s), capacity.income(s).monthly_amount),
        N_("no income, of a loan it is not known what falls due, or no bureau report says what others get"),
        formula="(payments + new payments + bureau.payments_elsewhere) ÷ monthly_income",
        facts=("income", "payments", "applied", "bureau"),
    ),
    _figure(
        "debt_to_income", "ratio", N_("outstanding principal ÷ income of a year"),
        _PAID_FROM,
        lambda s: rounded_millionths(owing("outstanding_principal")(s), _year(s)),
        N_("no income, or no known position"),
        formula="outstanding_principal ÷ (12 × monthly_income)", facts=("income", "snapshot"),
    ),
)  # fmt: skip
