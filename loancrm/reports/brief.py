"""The page before a call or a visit: the customer's page, and what to say, to offer and to leave."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from dateutil.relativedelta import relativedelta
from sqlalchemy import Select

from loancrm.i18n import language
from loancrm.indicators.catalogue import INDICATORS
from loancrm.indicators.facts import customer_ids
from loancrm.indicators.figures import Figures, find
from loancrm.policy.policy import Policy
from loancrm.reports import lookup
from loancrm.reports.contacts import ContactLine, contacts
from loancrm.reports.customer_page import CustomerPage, page
from loancrm.reports.handover import OpenPoint, open_points
from loancrm.reports.loans import facilities
from loancrm.reports.outreach import consented, held_back
from loancrm.view import View

A_YEAR_AGO = "_a_year_ago"


@dataclass(frozen=True, slots=True)
class BriefFigure:
    """A figure of the customer now and a year ago, as the store has it: minor units, millionths, a code."""

    name: str
    unit: str
    value: Any
    a_year_ago: Any


@dataclass(frozen=True, slots=True)
class NextDate:
    """A day ahead: ``what`` is a code of the vocabulary ``next_date``, ``ref`` the number of the thing."""

    on: date
    what: str
    ref: str | None
    amount: int | None


@dataclass(frozen=True, slots=True)
class CustomerBrief:
    """What an officer takes along.

    ``may_care`` and ``may_offer``: whether somebody at the customer consented to it; ``held_back``: the rules
    of the policy by which nothing is offered, with their words. ``benefits`` are those of all its classes.
    """

    page: CustomerPage
    figures: tuple[BriefFigure, ...]
    talks: tuple[ContactLine, ...]
    open_points: tuple[OpenPoint, ...]
    benefits: tuple[str, ...]
    may_care: bool
    may_offer: bool
    held_back: tuple[tuple[str, str], ...]
    dates: tuple[NextDate, ...]


def customer_brief(view: View, policy: Policy, named: str) -> CustomerBrief:
    """Return the brief of one customer.

    Raises:
        NotFound: nobody is meant.
        Conflict: several are.
    """
    found = page(view, policy, named)
    row = lookup.customer(view, found.code)
    scope = customer_ids(view, ids=[row.id])
    outreach = policy.outreach.shape
    consents = [{**one, "is_withdrawn": False} for one in found.file.consents]
    return CustomerBrief(
        page=found,
        figures=tuple(_figures(view, policy, scope, getattr(outreach.figures, found.kind))),
        talks=tuple(contacts(view, customer=found.code, limit=outreach.talks)),
        open_points=tuple(open_points(view, policy, scope).get(found.code, ())),
        benefits=tuple(dict.fromkeys(_benefits(policy, found))),
        may_care=consented(consents, ("contact", "marketing"), view.as_of),
        may_offer=consented(consents, ("marketing",), view.as_of),
        held_back=held_back(view, policy, scope),
        dates=tuple(sorted(_dates(view, policy, found), key=lambda one: (one.on, one.what, one.ref or ""))),
    )


def _figures(view: View, policy: Policy, scope: Select[Any], names: tuple[str, ...]) -> Iterator[BriefFigure]:
    """Yield figures beside those of a year ago: a statement's of the year before, others as of that day."""
    if not names:
        return
    of_statements = [name for name in names if name + A_YEAR_AGO in INDICATORS]
    now = _values(view, policy, scope, [*names, *(name + A_YEAR_AGO for name in of_statements)])
    dated = [name for name in names if name not in of_statements]
    before = view.at(view.as_of - relativedelta(years=1))
    then = _values(before, policy, scope, dated)
    for name in names:
        was = now.get(name + A_YEAR_AGO) if name in of_statements else then.get(name)
        yield BriefFigure(name, find(name).unit, now.get(name), was)


def _values(view: View, policy: Policy, scope: Select[Any], names: list[str]) -> dict[str, Any]:
    if not names:
        return {}
    figures = Figures(view, policy.terms, names, scope=scope)
    row = view.one(figures.select(*(figures.columns[name].label(name) for name in names)))
    return {} if row is None else row._asdict()


def _benefits(policy: Policy, found: CustomerPage) -> Iterator[str]:
    treated = policy.treatment_of("segment", found.segment, language())
    yield from treated.benefits if treated else ()
    for one in found.classes:
        yield from one.benefits


def _dates(view: View, policy: Policy, found: CustomerPage) -> Iterator[NextDate]:
    """Yield the days ahead of the loans, the lines, the clock, the cadence and the studies."""
    for loan in found.loans:
        if loan.status == "live":
            yield from _ahead(view, loan.next_due_on, "next_due", loan.number, loan.next_due_amount)
            yield from _ahead(view, loan.matures_on, "maturity", loan.number, loan.outstanding_principal)
    for line in facilities(view, policy, customer=found.code):
        yield from _ahead(view, line.expires_on, "line_expiry", line.number, line.limit_amount)
    if found.file.next_clock is not None:
        clock = found.file.next_clock
        yield from _ahead(view, clock["expires_on"], "clock", clock["number"], None)
    yield from _ahead(view, found.next_contact_on, "next_talk", None, None)
    yield from _ahead(view, found.fields["graduates_on"], "graduation", None, None)


def _ahead(view: View, on: date | None, what: str, ref: str | None, amount: int | None) -> Iterator[NextDate]:
    if on is not None and on >= view.as_of:
        yield NextDate(on, what, ref, amount)
