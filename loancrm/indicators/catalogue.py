"""The indicators: named figures about a customer as of a day, each defined once.

Missing is missing, never zero: ``missing`` says how it arises. A condition on a missing figure is
unknown.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, case, func, literal

from loancrm.dialect import days_between, millionths
from loancrm.i18n import N_
from loancrm.indicators.sources import Sources

Unit = Literal["days", "count", "money", "ratio", "code", "text", "yes_no"]
EVERYONE = ("enterprise", "sole_proprietor", "student")
COMPANIES = ("enterprise", "sole_proprietor")
STUDENTS = ("student",)


@dataclass(frozen=True, slots=True)
class Indicator:
    """A named figure.

    Attributes:
        name: as policy writes it.
        unit: days, count, money (minor units), ratio (millionths), code, text or yes_no.
        meaning: one sentence for an officer.
        source: the facts it is drawn from.
        missing: how it can be missing.
        kinds: the kinds of customer it applies to; missing for others.
        vocabulary: of a code.
        sql: the column over the sources that it needs.
    """

    name: str
    unit: Unit
    meaning: str
    source: str
    missing: str
    sql: Callable[[Sources], ColumnElement[Any]]
    kinds: tuple[str, ...] = EVERYONE
    vocabulary: str | None = None


_NEVER = N_("never")
_NOT_RECORDED = N_("not recorded for this customer")
_NO_POSITION = N_("live loans, but none with a snapshot that is recent enough")
_NO_LOAN = N_("no live loan")


def _owing(name: str) -> Callable[[Sources], ColumnElement[Any]]:
    """A sum over live loans: 0 without a live loan, missing when no position is known."""

    def sql(sources: Sources) -> ColumnElement[Any]:
        loans = sources.loans.c
        return case((func.coalesce(loans.live_loans, 0) == 0, literal(0)), else_=loans[name])

    return sql


def _attribute(name: str) -> Callable[[Sources], ColumnElement[Any]]:
    return lambda sources: sources.customer(name)


def _days_since(name: str) -> Callable[[Sources], ColumnElement[Any]]:
    return lambda sources: days_between(sources.day, sources.customer(name))


def _indicator(
    name: str,
    unit: Unit,
    meaning: str,
    source: str,
    sql: Callable[[Sources], ColumnElement[Any]],
    missing: str = _NEVER,
    **more: Any,
) -> Indicator:
    return Indicator(name, unit, meaning, source, missing, sql, **more)


_ALL = (
    _indicator(
        "days_past_due", "days",
        N_("days past due of the worst live loan with a known position; 0 without a live loan"),
        N_("snapshots"), _owing("days_past_due"), _NO_POSITION,
    ),
    _indicator(
        "worst_days_past_due_6m", "days", N_("highest days past due of any loan in the last 183 days"),
        N_("snapshots"), lambda s: s.history.c.worst_183, N_("no snapshot in that time"),
    ),
    _indicator(
        "worst_days_past_due_12m", "days", N_("highest days past due of any loan in the last 365 days"),
        N_("snapshots"), lambda s: s.history.c.worst_365, N_("no snapshot in that time"),
    ),
    _indicator(
        "outstanding_principal", "money", N_("principal outstanding on live loans"),
        N_("snapshots"), _owing("outstanding_principal"), _NO_POSITION,
    ),
    _indicator(
        "overdue_principal", "money", N_("principal overdue on live loans"),
        N_("snapshots"), _owing("overdue_principal"), _NO_POSITION,
    ),
    _indicator(
        "unpaid_interest", "money", N_("interest unpaid on live loans"),
        N_("snapshots"), _owing("unpaid_interest"), _NO_POSITION,
    ),
    _indicator(
        "overdue_ratio", "ratio", N_("overdue principal ÷ outstanding principal"),
        N_("snapshots"),
        lambda s: millionths(s.loans.c.overdue_principal, s.loans.c.outstanding_principal),
        N_("nothing outstanding, or no known position"),
    ),
    _indicator(
        "live_loans", "count", N_("loans disbursed and not ended"),
        N_("loans"), lambda s: func.coalesce(s.loans.c.live_loans, 0),
    ),
    _indicator(
        "loans_without_position", "count", N_("live loans without a recent snapshot"),
        N_("loans, snapshots"), lambda s: func.coalesce(s.loans.c.without_position, 0),
    ),
    _indicator(
        "settled_loans", "count", N_("loans repaid in full"),
        N_("loans"), lambda s: func.coalesce(s.loans.c.settled, 0),
    ),
    _indicator(
        "written_off_loans", "count", N_("loans written off"),
        N_("loans"), lambda s: func.coalesce(s.loans.c.written_off, 0),
    ),
    _indicator(
        "days_to_maturity", "days", N_("days until the next live loan matures; negative when past"),
        N_("loans"), lambda s: days_between(s.loans.c.next_maturity, s.day), _NO_LOAN,
    ),
    _indicator(
        "tenure_days", "days", N_("days since the first disbursement"),
        N_("loans"), lambda s: days_between(s.day, s.loans.c.first_disbursed), N_("never borrowed"),
    ),
    _indicator(
        "line_utilisation", "ratio", N_("outstanding principal ÷ credit lines in force"),
        N_("credit lines, snapshots"),
        lambda s: millionths(s.loans.c.outstanding_principal, s.facilities.c.limit_amount),
        N_("no credit line in force, or no known position"),
    ),
    _indicator(
        "days_since_contact", "days", N_("days since the last real contact"),
        N_("contacts"), lambda s: days_between(s.day, s.contacts.c.last_on), N_("never really reached"),
    ),
    _indicator(
        "contacts_90d", "count", N_("real contacts in the last 90 days"),
        N_("contacts"), lambda s: func.coalesce(s.contacts.c.recent, 0),
    ),
    _indicator(
        "open_feedback", "count", N_("feedback not yet resolved, praise apart"),
        N_("feedback"), lambda s: func.coalesce(s.feedback.c.open_tickets, 0),
    ),
    _indicator(
        "open_complaints", "count", N_("complaints not yet resolved"),
        N_("feedback"), lambda s: func.coalesce(s.feedback.c.open_complaints, 0),
    ),
    _indicator(
        "kind", "code", N_("kind of customer"), N_("customer file"), _attribute("kind"),
        vocabulary="customer_kind",
    ),
    _indicator(
        "segment", "code", N_("segment of the last classification"), N_("classification"),
        _attribute("segment"), N_("never classified"), vocabulary="segment",
    ),
    _indicator(
        "credit_standing", "code", N_("credit standing of the last classification; not the five-tier class"),
        N_("classification"), _attribute("credit_standing"), N_("never classified"),
        vocabulary="credit_standing",
    ),
    _indicator(
        "life_cycle", "code", N_("life cycle of the last classification"), N_("classification"),
        _attribute("life_cycle"), N_("never classified"), vocabulary="life_cycle",
    ),
    *(
        _indicator(
            name, "code", meaning, N_("classification"), _attribute(name), N_("never classified"),
            kinds=STUDENTS, vocabulary=name,
        )
        for name, meaning in (
            ("student_means", N_("means of the student, of the last classification")),
            ("student_credit_file", N_("whether the student has a credit file, of the last classification")),
            ("student_need", N_("need of the student, of the last classification")),
        )
    ),
    _indicator(
        "days_since_last_loan", "days", N_("days since the last loan ended, when none is live"), N_("loans"),
        lambda s: case((s.loans.c.live_loans == 0, days_between(s.day, s.loans.c.last_ended))),
        N_("a live loan, never a loan, or none whose end has a day"),
    ),
    _indicator(
        "newest_need", "code", N_("what the customer needs money for, as recorded last"), N_("needs"),
        lambda s: s.needs.c.kind, _NOT_RECORDED, vocabulary="need_kind",
    ),
    _indicator(
        "service_tier", "code", N_("service tier"), N_("customer file"), _attribute("service_tier"),
        _NOT_RECORDED, vocabulary="service_tier",
    ),
    _indicator(
        "pipeline_stage", "code", N_("stage on the way to a loan"), N_("customer file"),
        _attribute("pipeline_stage"), _NOT_RECORDED, vocabulary="pipeline_stage",
    ),
    _indicator(
        "region", "text", N_("region of the customer"), N_("customer file"), _attribute("region"),
        _NOT_RECORDED,
    ),
    _indicator(
        "industry", "text", N_("own industry, GB/T 4754-2017"), N_("customer file"),
        _attribute("industry"), _NOT_RECORDED, kinds=COMPANIES,
    ),
    _indicator(
        "size_class", "code", N_("size class of the bank"), N_("customer file"), _attribute("size_class"),
        _NOT_RECORDED, kinds=COMPANIES, vocabulary="size_class",
    ),
    _indicator(
        "employees", "count", N_("number of employees"), N_("customer file"), _attribute("employees"),
        _NOT_RECORDED, kinds=COMPANIES,
    ),
    _indicator(
        "days_in_business", "days", N_("days since the firm was founded"), N_("customer file"),
        _days_since("founded_on"), _NOT_RECORDED, kinds=COMPANIES,
    ),
    _indicator(
        "study_level", "code", N_("level of study"), N_("customer file"), _attribute("study_level"),
        _NOT_RECORDED, kinds=STUDENTS, vocabulary="study_level",
    ),
    _indicator(
        "days_to_graduation", "days", N_("days until graduation; negative when past"),
        N_("customer file"), lambda s: days_between(s.customer("graduates_on"), s.day),
        _NOT_RECORDED, kinds=STUDENTS,
    ),
    _indicator(
        "is_hardship", "yes_no", N_("recognised as in hardship"), N_("customer file"),
        _attribute("is_hardship"), _NOT_RECORDED, kinds=STUDENTS,
    ),
)  # fmt: skip

INDICATORS = {indicator.name: indicator for indicator in _ALL}
