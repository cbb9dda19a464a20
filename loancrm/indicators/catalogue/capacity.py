"""Whether a student can bear the debt. An amount that falls due next is taken for that of a month."""

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
        "payment_to_income", "ratio", N_("what falls due next on all live loans ÷ income a month"),
        N_("snapshots, incomes"),
        lambda s: rounded_millionths(
            capacity.instalments(s).next_due_amount, capacity.income(s).monthly_amount
        ),
        N_("no income, no live loan, or the newest snapshot of one does not say what falls due next"),
        formula="Σ snapshot.next_due_amount ÷ monthly_income", facts=("income", "due_next"),
    ),
    _figure(
        "debt_to_income", "ratio", N_("outstanding principal ÷ income of a year"),
        N_("snapshots, incomes"),
        lambda s: rounded_millionths(owing("outstanding_principal")(s), _year(s)),
        N_("no income, or no known position"),
        formula="outstanding_principal ÷ (12 × monthly_income)", facts=("income", "snapshot"),
    ),
)  # fmt: skip
