"""What stands in the customer's file."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, case, func, null, or_

from loancrm.calendars import LONGEST_STUDY, add_months
from loancrm.dialect import days_between
from loancrm.i18n import N_
from loancrm.indicators.catalogue import base
from loancrm.indicators.catalogue.base import COMPANIES, NEVER, NOT_RECORDED, STUDENTS, Indicator, Unit
from loancrm.indicators.size_class import computed_size
from loancrm.indicators.sources import Sources


def _attribute(
    name: str, unit: Unit, meaning: str, missing: str = NOT_RECORDED, *, source: str = N_("customer file"),
    **more: Any,
) -> Indicator:  # fmt: skip
    """Return a figure that is a column of the customer file as it was on the day."""
    more = {"attributes": (name,), "formula": name, **more}
    return base.figure(name, unit, meaning, source, lambda s: s.customer(name), missing, **more)


def _year_of_study(sources: Sources) -> ColumnElement[Any]:
    """Return what ``calendars.year_of_study`` does, of the days in each customer's file."""
    enrolled_on, graduates_on = sources.customer("enrolled_on"), sources.customer("graduates_on")
    today = sources.view.as_of
    begun = [(enrolled_on > add_months(today, -12 * n), n) for n in range(1, LONGEST_STUDY + 1)]
    is_over = or_(enrolled_on > today, func.coalesce(graduates_on <= today, False))
    return case((is_over, null()), *begun, else_=null())


FIGURES = (
    _attribute("kind", "code", N_("kind of customer"), NEVER, vocabulary="customer_kind"),
    _attribute(
        "segment", "code", N_("segment of the last classification"), N_("never classified"),
        source=N_("classification"), vocabulary="segment",
    ),
    _attribute(
        "credit_standing", "code", N_("credit standing of the last classification; not the five-tier class"),
        N_("never classified"), source=N_("classification"), vocabulary="credit_standing",
    ),
    _attribute(
        "life_cycle", "code", N_("life cycle of the last classification"), N_("never classified"),
        source=N_("classification"), vocabulary="life_cycle",
    ),
    *(
        _attribute(
            name, "code", meaning, N_("never classified"), source=N_("classification"), kinds=STUDENTS,
            vocabulary=name,
        )
        for name, meaning in (
            ("student_level", N_("level of study, of the last classification")),
            ("student_means", N_("means of the student, of the last classification")),
            ("student_credit_file", N_("whether the student has a credit file, of the last classification")),
            ("student_need", N_("need of the student, of the last classification")),
        )
    ),
    _attribute("service_tier", "code", N_("service tier"), vocabulary="service_tier"),
    _attribute("pipeline_stage", "code", N_("stage on the way to a loan"), vocabulary="pipeline_stage"),
    _attribute("region", "text", N_("region of the customer")),
    _attribute("industry", "text", N_("own industry, GB/T 4754-2017"), kinds=COMPANIES),
    base.figure(
        "size_class", "code", N_("size class: as the bank recorded it, else computed"),
        N_("customer file, financial statements"),
        lambda s: func.coalesce(s.customer("size_class"), computed_size(s)),
        N_("not recorded, and industry, employees, revenue or assets that it is computed from are missing"),
        kinds=COMPANIES, vocabulary="size_class", facts=("size", "size_statement"),
        formula="size_class; else by industry, employees, revenue, total_assets (standard of 2017)",
        attributes=("size_class", "industry", "employees"),
    ),
    _attribute("employees", "count", N_("number of employees"), kinds=COMPANIES),
    _attribute(
        "development_stage", "code", N_("stage of development of the firm"), kinds=COMPANIES,
        vocabulary="development_stage",
    ),
    base.figure(
        "days_in_business", "days", N_("days since the firm was founded"), N_("customer file"),
        lambda s: days_between(s.day, s.customer("founded_on")), NOT_RECORDED, kinds=COMPANIES,
        formula="as_of − founded_on", attributes=("founded_on",),
    ),
    _attribute(
        "study_level", "code", N_("level of study"), kinds=STUDENTS, vocabulary="study_level"
    ),
    base.figure(
        "year_of_study", "count", N_("year of study: 1 in the first"), N_("customer file"), _year_of_study,
        N_("not enrolled yet, no day of enrolment, or past graduation"), kinds=STUDENTS,
        formula="whole years from enrolled_on to as_of, + 1", attributes=("enrolled_on", "graduates_on"),
    ),
    base.figure(
        "days_to_graduation", "days", N_("days until graduation; negative when past"),
        N_("customer file"), lambda s: days_between(s.customer("graduates_on"), s.day),
        NOT_RECORDED, kinds=STUDENTS, formula="graduates_on − as_of", attributes=("graduates_on",),
    ),
    _attribute(
        "family_income", "code", N_("income band of the family"), kinds=STUDENTS, vocabulary="income_band"
    ),
    _attribute(
        "employment", "code", N_("employment after study"), kinds=STUDENTS, vocabulary="employment"
    ),
    _attribute("is_hardship", "yes_no", N_("recognised as in hardship"), kinds=STUDENTS),
)  # fmt: skip
