"""What a loan would cost: its schedule, and the rates that it comes to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from loancrm.errors import InvalidInput
from loancrm.i18n import _, titled
from loancrm.lending.cost import Flow, effective_rate, nominal_rate
from loancrm.lending.schedule import Instalment
from loancrm.lending.terms import Terms

MONTHS_OF_YEAR, DAYS_OF_WEEK, WEEKS_OF_YEAR = 12, 7, 52


@dataclass(frozen=True, slots=True)
class Cost:
    """What the borrower pays altogether; amounts in minor units, rates in millionths.

    ``annual_percentage_rate`` is nominal (Regulation Z), None where instalments are no whole months or
    weeks apart; ``effective_annual_rate`` compounds by days.
    """

    instalments: int
    principal_due: int
    interest_due: int
    subsidised_interest: int
    total_due: int
    fee: int
    annual_percentage_rate: int | None
    effective_annual_rate: int | None


def cost(
    terms: Terms, rows: Sequence[Instalment], fee: int = 0, draws: Sequence[tuple[date, int]] = ()
) -> Cost:
    """Return what ``rows`` cost altogether, with a ``fee`` taken off what is paid out.

    ``draws`` are further ones by day; the nominal rate is of a loan that is drawn at once only.

    Raises:
        InvalidInput: the fee takes all that is paid out.
    """
    advance = terms.principal - fee
    if advance <= 0:
        raise InvalidInput(titled("--fee", _("must be less than the principal")), field="--fee")
    unit = None if draws else _unit(terms)
    nominal = None
    if unit is not None:
        step, per_year = unit
        nominal = nominal_rate(
            advance, [Flow(row.number * step, 0.0, row.total_due) for row in rows], per_year
        )
    return Cost(
        instalments=len(rows),
        principal_due=sum(row.principal_due for row in rows),
        interest_due=sum(row.interest_due for row in rows),
        subsidised_interest=sum(row.subsidised_interest for row in rows),
        total_due=sum(row.total_due for row in rows),
        fee=fee,
        annual_percentage_rate=nominal,
        effective_annual_rate=effective_rate(
            advance,
            terms.start_on,
            [*((row.due_on, row.total_due) for row in rows), *((on, -amount) for on, amount in draws)],
        ),
    )


def _unit(terms: Terms) -> tuple[int, int] | None:
    """Return how many unit-periods lie between instalments, and how many make a year."""
    every = terms.frequency
    if terms.settlement_day is not None or terms.due_dates:
        return None
    if terms.repayment == "single":
        every_months, every_days = every.months * terms.instalments, every.days * terms.instalments
    else:
        every_months, every_days = every.months, every.days
    if every_months:
        return (
            (1, MONTHS_OF_YEAR // every_months)
            if MONTHS_OF_YEAR % every_months == 0
            else (every_months, MONTHS_OF_YEAR)
        )
    if every_days % DAYS_OF_WEEK == 0:
        weeks = every_days // DAYS_OF_WEEK
        return (1, WEEKS_OF_YEAR // weeks) if WEEKS_OF_YEAR % weeks == 0 else (weeks, WEEKS_OF_YEAR)
    return None
