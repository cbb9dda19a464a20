"""Relief for a loan that is serviced here: every kind side by side, as of a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Row, exists, select

from loancrm.i18n import _
from loancrm.indicators.facts import CUSTOMER
from loancrm.lending.floors import OBSERVATION
from loancrm.lending.relief import KINDS, Case, Outcome, Proposal, relieve
from loancrm.lending.rounding import rounded
from loancrm.lending.running import owed
from loancrm.lending.schedule import Instalment
from loancrm.lending.standing import Floor, newest_floors, standing
from loancrm.lending.stretch import months_of
from loancrm.models import Guarantor, Income, table
from loancrm.policy.policy import Policy
from loancrm.reports.explanation import floors_of
from loancrm.reports.ledger import running, terms_of
from loancrm.reports.lookup import customer_code, owner_number
from loancrm.reports.servicing import ledger_of
from loancrm.view import View

A_YEAR = timedelta(days=365)
MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class ReliefLine:
    """What one kind of relief comes to; amounts in minor units, shares in millionths.

    ``loss`` is in present value, ``dscr_missing`` why there is no ``dscr``; ``until`` is the day from which
    the class may be better than ``five_tier``.
    """

    kind: str
    is_allowed: bool
    why_not: str | None
    months: int
    annual_rate: int
    to_settle: int
    first_due_on: date
    first_instalment: int
    largest_instalment: int
    instalments: int
    matures_on: date
    total_interest: int
    loss: int
    payment_to_income: int | None
    dscr: int | None
    dscr_missing: str | None
    is_observed: bool
    five_tier: str | None
    until: date | None


@dataclass(frozen=True, slots=True)
class _Capacity:
    """What a debtor earns and owes a year, in minor units, with instalments as ``before``; or why not."""

    before: tuple[Instalment, ...]
    cash: int = 0
    due: int = 0
    missing: str | None = None

    def after(self, rows: tuple[Instalment, ...], on: date) -> tuple[int | None, str | None]:
        """Return cash earned over debt due in a year, with new instalments for the old ones, or why not."""
        if self.missing is not None:
            return None, self.missing
        due = self.due + _within_a_year(rows, on) - _within_a_year(self.before, on)
        if due <= 0:
            return None, _("nothing is due within a year")
        return rounded(self.cash * MILLION, due), None


def compare(view: View, policy: Policy, number: str, **proposed: Any) -> list[ReliefLine]:
    """Return the kinds of relief for a loan, those that are allowed first.

    Args:
        view: as of which day.
        policy: whose limits.
        number: of the loan.
        proposed: ``months``, ``annual_rate`` (millionths), ``has_consent``, ``is_capitalising``.

    Raises:
        NotFound: there is no such loan.
        Conflict: it is kept elsewhere, or not paid out yet.
    """
    loan, facts = ledger_of(view, number)
    capacity = _capacity(view, policy, loan, running(facts, view.as_of).rows)
    lines = []
    for kind in KINDS:
        if kind in policy.relief.kinds:
            outcome = outcome_of(view, policy, number, kind, **proposed)
            lines.append(_line(view, loan, capacity, outcome, proposed.get("months", 0)))
    return sorted(lines, key=lambda line: not line.is_allowed)


def outcome_of(
    view: View,
    policy: Policy,
    number: str,
    kind: str,
    *,
    months: int = 0,
    annual_rate: int | None = None,
    has_consent: bool = False,
    is_capitalising: bool = False,
) -> Outcome:
    """Return what one kind of relief would make of a loan."""
    loan, facts = ledger_of(view, number)
    runs = running(facts, view.as_of)
    owner = view.rows(select(CUSTOMER).where(CUSTOMER.c.id == loan.customer_id))[0]
    assert runs.standing is not None
    days = runs.standing.days_past_due
    given = [row for row in facts.terms if row.effective_on <= view.as_of]
    floors = floors_of(view, loan.id)
    case = Case(
        loan=runs,
        owed=owed(runs, view.as_of),
        first_months=months_of(terms_of(given[0])),
        customer_kind=owner.kind,
        five_tier=standing(view.as_of, days, floors, policy.standing).five_tier,
        days_past_due=days,
        applied_for_on=view.as_of,
        is_guaranteed=_is_guaranteed(view, loan),
        has_consent=has_consent,
        extended_months=_extended(given),
        is_observed=_is_observed(floors, view.as_of, days),
    )
    rate = annual_rate if kind in ("rate_cut", "restructuring", "renewal", "refinancing") else None
    return relieve(case, kind, Proposal(months, rate, is_capitalising), policy.relief)


def _is_guaranteed(view: View, loan: Row[Any]) -> bool:
    rows = table(Guarantor)
    found = exists().where(rows.c.customer_id == loan.customer_id, view.sees(rows))
    return bool(view.connection.scalar(select(found)))


def _extended(terms: list[Row[Any]]) -> int:
    """Return by how many months the loan was extended before."""
    months = [months_of(terms_of(row)) for row in terms]
    return sum(
        max(now - before, 0)
        for before, now, row in zip(months, months[1:], terms[1:], strict=False)
        if row.reason == "extension"
    )


def _is_observed(floors: Sequence[Floor], on: date, days: int) -> bool:
    """Say whether an observation is running, as the loan remembers it."""
    since = on - timedelta(days=days) if days else None
    return any(one.track == OBSERVATION and one.holds(on, since) for one in newest_floors(floors, on))


def _line(view: View, loan: Row[Any], capacity: _Capacity, outcome: Outcome, months: int) -> ReliefLine:
    first, effect = outcome.first, outcome.effect
    dscr, missing = capacity.after(outcome.rows, view.as_of)
    return ReliefLine(
        kind=outcome.kind,
        is_allowed=not outcome.refusals,
        why_not="; ".join(_(text) for text in outcome.refusals) or None,
        months=months,
        annual_rate=outcome.terms.annual_rate,
        to_settle=outcome.to_settle,
        first_due_on=first.due_on,
        first_instalment=first.total_due,
        largest_instalment=outcome.largest_instalment,
        instalments=len(outcome.rows),
        matures_on=outcome.rows[-1].due_on,
        total_interest=outcome.total_interest,
        loss=outcome.loss,
        payment_to_income=_payment_to_income(view, loan, outcome),
        dscr=dscr,
        dscr_missing=missing,
        is_observed=effect.is_observed,
        five_tier=effect.floor,
        until=effect.until,
    )


def _payment_to_income(view: View, loan: Row[Any], outcome: Outcome) -> int | None:
    """Return the largest instalment over the newest income a month, where one is known."""
    rows = table(Income)
    query = select(rows.c.monthly_amount).where(rows.c.customer_id == loan.customer_id, view.sees(rows))
    income = view.connection.scalar(query.order_by(rows.c.effective_on.desc(), rows.c.id.desc()).limit(1))
    return None if not income else outcome.largest_instalment * MILLION // income


def _capacity(view: View, policy: Policy, loan: Row[Any], before: tuple[Instalment, ...]) -> _Capacity:
    """Return what a debtor earns and owes a year by the newest statement, as the indicator ``dscr`` says."""
    from loancrm.indicators.catalogue.financial import cash_earned, debt_service
    from loancrm.indicators.figures import Figures
    from loancrm.indicators.statements import statement
    from loancrm.reports.indicators import CustomerFigures

    of_customer = CustomerFigures(view, policy, customer_code(owner_number(view, loan.customer_id)))
    (line,) = of_customer.lines(["dscr"])
    if line.raw is None and line.missing_code != "divided_by_nothing":
        return _Capacity(before, missing=line.missing)
    figures = Figures(view, policy.terms, ["dscr"], scope=of_customer.scope)
    said = statement(figures.sources)
    row = view.one(figures.select(cash_earned(said).label("cash"), debt_service(said).label("due")))
    assert row is not None  # the figure is there
    return _Capacity(before, cash=row.cash, due=row.due)


def _within_a_year(rows: tuple[Instalment, ...], on: date) -> int:
    return sum(row.total_due for row in rows if on < row.due_on <= on + A_YEAR)
