"""How long and how closely we know a customer."""

from __future__ import annotations

from functools import partial

from sqlalchemy import ColumnElement, and_, case, false, func

from loancrm.dialect import days_between
from loancrm.i18n import N_
from loancrm.indicators import newest
from loancrm.indicators.catalogue import base
from loancrm.indicators.catalogue.base import none_is_zero
from loancrm.indicators.sources import NEVER, Sources

_figure = partial(base.figure, group="relationship")


def _has_nothing(sources: Sources) -> ColumnElement[bool]:
    """Return the condition that a customer has no live loan and no approved case."""
    return and_(sources.loans.c.live_loans == 0, sources.loans.c.approved == 0)


def _is_lost(sources: Sources) -> ColumnElement[bool]:
    days = days_between(sources.day, sources.loans.c.last_over)
    return and_(_has_nothing(sources), days >= _window(sources))


def _window(sources: Sources) -> int:
    """Return after how many days without either a customer is lost."""
    window = sources.terms.lost_after_days
    assert window is not None, "the policy's terms say it"
    return window()


FIGURES = (
    _figure(
        "tenure_days", "days", N_("days since the first disbursement"),
        N_("loans"), lambda s: days_between(s.day, s.loans.c.first_disbursed), N_("never borrowed"),
        formula="as_of − min(disbursed_on)", facts=("loan",),
    ),
    _figure(
        "days_since_last_loan", "days", N_("days since the last loan ended, when none is live"), N_("loans"),
        lambda s: case((s.loans.c.live_loans == 0, days_between(s.day, s.loans.c.last_ended))),
        N_("a live loan, never a loan, or none whose end has a day"),
        formula="as_of − max(loan.ended_on), live_loans = 0", facts=("loan",),
    ),
    _figure(
        "days_since_maturity", "days",
        N_("days since the last loan was over, when none is live and no case is approved"), N_("loans"),
        lambda s: case((_has_nothing(s), days_between(s.day, s.loans.c.last_over))),
        N_("a live loan, an approved case, or never a loan"),
        formula="as_of − max(loan.ended_on ∨ loan.matures_on), live_loans = 0", facts=("loan",),
    ),
    _figure(
        "is_churned", "yes_no",
        N_("whether the policy's window after the last loan passed without a loan or an approved case"),
        N_("loans"),
        lambda s: case((s.loans.c.first_disbursed.is_not(None), func.coalesce(_is_lost(s), false()))),
        N_("never borrowed"), formula="days_since_maturity ≥ churn.window_days", facts=("loan",),
    ),
    _figure(
        "days_to_last_maturity", "days",
        N_("days until the last live loan matures, when no case is approved"), N_("loans"),
        lambda s: case(
            (and_(s.loans.c.approved == 0, s.loans.c.last_maturity < NEVER),
             days_between(s.loans.c.last_maturity, s.day)),
        ),
        N_("no live loan, one without a maturity, or an approved case"),
        formula="max(loan.matures_on) − as_of", facts=("loan",),
    ),
    _figure(
        "newest_need", "code", N_("what the customer needs money for, as recorded last"), N_("needs"),
        lambda s: s.needs.c.kind, base.NOT_RECORDED, vocabulary="need_kind", formula="need.kind",
    ),
    _figure(
        "days_since_contact", "days", N_("days since the last real contact"),
        N_("contacts"), lambda s: days_between(s.day, s.contacts.c.last_on), N_("never really reached"),
        formula="as_of − max(contact.on)", facts=("contact",),
    ),
    _figure(
        "contacts_90d", "count", N_("real contacts in the last 90 days"),
        N_("contacts"), lambda s: none_is_zero(s.contacts.c.recent), formula="n(contact), 90 d",
        facts=("contact",),
    ),
    _figure(
        "products_held", "count", N_("other products that the customer has here"), N_("holdings"),
        lambda s: none_is_zero(newest.products(s).held), formula="n(holding.product)", facts=("holding",),
    ),
    _figure(
        "referred_by", "code", N_("who brought the customer: a customer or a partner"), N_("referrals"),
        lambda s: case(
            (newest.referral(s).referrer_id.is_not(None), "customer"),
            (newest.referral(s).partner_id.is_not(None), "partner"),
        ),
        base.NOT_RECORDED, vocabulary="referral_source", formula="referral.referrer ∨ referral.partner",
        facts=("referral",),
    ),
    _figure(
        "customers_brought", "count", N_("customers that this one brought"), N_("referrals"),
        lambda s: none_is_zero(newest.brought(s).customers), formula="n(referral.referrer = customer)",
        facts=("brought",),
    ),
    _figure(
        "average_deposits", "money", N_("average deposits of the newest period that says them"),
        N_("turnover"), lambda s: newest.deposits(s).average_deposits,
        N_("no turnover that says them"), formula="turnover.average_deposits", facts=("deposits",),
    ),
)  # fmt: skip
