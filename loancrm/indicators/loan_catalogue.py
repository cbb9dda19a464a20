"""The indicators of a loan: named figures about one loan as of a day, each defined once.

The same as of a customer (``catalogue.py``): missing is missing, and a condition on it is unknown.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func

from loancrm.dialect import days_between, json_text, months_between
from loancrm.errors import UsageFault, did_you_mean
from loancrm.i18n import N_, _
from loancrm.indicators.catalogue.base import Indicator, Unit, figure
from loancrm.indicators.loan_sources import LoanSources

Column = Callable[[Any], ColumnElement[Any]]  # takes LoanSources
EXTRA = "extra."  # extra.lender: a column of a file that has no name here
OF_THE_STANDING = ("computed_five_tier", "ifrs9_stage")  # asks how the debtor's other loans are
ABOUT_THE_END = ("loan_status", "is_live", "ended_on", "written_off_amount")
_NEVER = N_("never")
_NOT_RECORDED = N_("not recorded for this loan")
_NO_POSITION = N_("not live, or without a snapshot that is recent enough")
_LOANS, _SNAPSHOTS, _FILE = N_("loans"), N_("snapshots"), N_("customer file")


def _loan(name: str) -> Column:
    return lambda sources: sources.loans.c[name]


def _customer(name: str) -> Column:
    return lambda sources: sources.customer(name)


def _lent_to(name: str) -> Column:
    return lambda sources: func.coalesce(sources.loans.c[name], sources.customer(name))


def _term(sources: LoanSources) -> ColumnElement[Any]:
    loan = sources.loans.c
    return func.coalesce(loan.term_months, months_between(loan.matures_on, loan.disbursed_on))


def _months_on_book(sources: LoanSources) -> ColumnElement[Any]:
    loan = sources.loans.c
    no_day = and_(loan.status != "live", loan.ended_on.is_(None))
    until = func.coalesce(loan.ended_on, sources.day)
    return case((~no_day, months_between(until, loan.disbursed_on)))


def _written_off(sources: LoanSources) -> ColumnElement[Any]:
    loan = sources.loans.c
    return case((loan.status == "written_off", loan.written_off_amount))


# How figures are computed that are not just what a column says.
_FORMULAS = {
    "is_live": "disbursed_on ≤ day < end",
    "loan_industry": "loan.industry, else customer.industry",
    "loan_region": "loan.region, else customer.region",
    "term_months": "term_months, else matures_on − disbursed_on",
    "days_to_maturity": "matures_on − day",
    "months_on_book": "ended_on, else day, − disbursed_on",
    "days_past_due": "max(days_past_due, interest_days_past_due)",
}


def _of(
    name: str,
    unit: Unit,
    meaning: str,
    source: str,
    sql: Column,
    missing: str = _NOT_RECORDED,
    vocabulary: str | None = None,
) -> Indicator:
    return figure(
        name,
        unit,
        meaning,
        source,
        sql,
        missing,
        group="loan",
        level="loan",
        formula=_FORMULAS.get(name, name),
        vocabulary=vocabulary,
    )


_ALL = (
    _of("loan_status", "code", N_("how the loan stands: live, or how it ended"), _LOANS, _loan("status"),
        _NEVER, "loan_state"),
    _of("is_live", "yes_no", N_("disbursed, and neither ended nor run out"), _LOANS,
        lambda s: s.loans.c.is_live == 1, _NEVER),
    _of("loan_product", "code", N_("product"), _LOANS, _loan("product"), _NEVER, "product"),
    _of("loan_security", "code", N_("what secures the loan"), _LOANS, _loan("security"),
        vocabulary="security"),
    _of("loan_industry", "text", N_("industry lent to, else the customer's own"),
        N_("loans, customer file"), _lent_to("industry")),
    _of("loan_region", "text", N_("region lent to, else the customer's own"),
        N_("loans, customer file"), _lent_to("region")),
    _of("principal", "money", N_("amount drawn"), _LOANS, _loan("principal"), _NEVER),
    _of("annual_rate", "ratio", N_("interest rate a year"), _LOANS, _loan("annual_rate")),
    _of("term_months", "count", N_("months that the loan runs: as recorded, else from its two days"),
        _LOANS, _term),
    _of("disbursed_on", "date", N_("day of disbursement"), _LOANS, _loan("disbursed_on")),
    _of("matures_on", "date", N_("day of maturity"), _LOANS, _loan("matures_on")),
    _of("ended_on", "date", N_("day of the end"), _LOANS, _loan("ended_on"),
        N_("live, or ended on a day that nobody gave")),
    _of("days_to_maturity", "days", N_("days until the loan matures; negative when past"), _LOANS,
        lambda s: days_between(s.loans.c.matures_on, s.day)),
    _of("months_on_book", "count", N_("whole months since disbursement, until the end of an ended loan"),
        _LOANS, _months_on_book, N_("no day of disbursement, or ended on a day that nobody gave")),
    _of("written_off_amount", "money", N_("amount written off"), _LOANS, _written_off,
        N_("not written off, or the amount is not recorded")),
    _of("outstanding_principal", "money", N_("principal outstanding on the loan"), _SNAPSHOTS,
        _loan("outstanding_principal"), _NO_POSITION),
    _of("overdue_principal", "money", N_("principal overdue on the loan"), _SNAPSHOTS,
        _loan("overdue_principal"), _NO_POSITION),
    _of("unpaid_interest", "money", N_("interest unpaid on the loan"), _SNAPSHOTS,
        _loan("unpaid_interest"), _NO_POSITION),
    _of("days_past_due", "days", N_("days past due of the loan, of principal or interest"), _SNAPSHOTS,
        _loan("days_past_due"), _NO_POSITION),
    _of("five_tier", "code", N_("five-tier class of the bank"), _SNAPSHOTS, _loan("five_tier"),
        _NO_POSITION, "five_tier"),
    _of("computed_five_tier", "code", N_("five-tier class that the policy gives"), _LOANS,
        _loan("computed_five_tier"), _NO_POSITION, "five_tier"),
    _of("ifrs9_stage", "count", N_("stage of IFRS 9 that the policy gives"), _LOANS,
        _loan("ifrs9_stage"), _NO_POSITION),
    _of("kind", "code", N_("kind of customer"), _FILE, _customer("kind"), _NEVER, "customer_kind"),
    _of("segment", "code", N_("segment of the last classification"), N_("classification"),
        _customer("segment"), N_("never classified"), "segment"),
    _of("region", "text", N_("region of the customer"), _FILE, _customer("region"),
        N_("not recorded for this customer")),
    _of("industry", "text", N_("own industry, GB/T 4754-2017"), _FILE, _customer("industry"),
        N_("not recorded for this customer")),
)  # fmt: skip

LOAN_INDICATORS = {indicator.name: indicator for indicator in _ALL}


def find_of_loan(name: str) -> Indicator:
    """Return the indicator of a loan called ``name``; ``extra.NAME`` is a column of an imported file.

    Raises:
        UsageFault: there is none; the hint names the nearest.
    """
    if name in LOAN_INDICATORS:
        return LOAN_INDICATORS[name]
    if re.fullmatch(r"extra\.[a-z][a-z0-9_]{0,39}", name):
        return _extra(name.removeprefix(EXTRA))
    raise UsageFault(
        _("there is no indicator {name} of loans").format(name=name),
        hint=did_you_mean(name, tuple(LOAN_INDICATORS)) or _("loancrm policy indicators lists them"),
        code="unknown_indicator",
    )


def _extra(name: str) -> Indicator:
    def sql(sources: LoanSources) -> ColumnElement[Any]:
        kept = json_text(sources.loans.c.extra, name), json_text(sources.customer("extra"), name)
        return func.coalesce(*kept)

    return _of(EXTRA + name, "text", N_("a column of an imported file"), N_("imports"), sql)
