"""Relief: what each kind would make of a loan, whether it is allowed, and what it does to the class. Pure.

Limits and effects come from the policy (``ReliefRules``). The shipped ones follow the People's Bank's General
Rules for Loans (1996), article 12, for an extension, and NFRA Order 2023 No. 1 for the class of what is
restructured: observed for at least two repayment periods and a year from the first new due day, and at best
special mention meanwhile.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise

from loancrm.calendars import add_months
from loancrm.i18n import N_
from loancrm.lending.cost import DAYS_OF_YEAR, MILLION, effective_rate
from loancrm.lending.floors import rises_on
from loancrm.lending.rounding import rounded
from loancrm.lending.running import Owed, Running
from loancrm.lending.schedule import Instalment, less_interest, remaining
from loancrm.lending.stretch import fresh, later_principal, longer, months_of
from loancrm.lending.terms import Terms

KINDS = (
    "deferral",
    "extension",
    "renewal",
    "refinancing",
    "rate_cut",
    "capitalisation",
    "restructuring",
    "policy_deferral",
)
NEW_CONTRACT = ("renewal", "refinancing")
BEST_FIRST = ("normal", "special_mention", "substandard", "doubtful", "loss")
WHOLE = 100


@dataclass(frozen=True, slots=True)
class TermLimit:
    """Loans of up to so many months (None: any): at most so much per cent of their term, or months."""

    up_to_months: int | None
    percent: int | None = None
    months: int | None = None


@dataclass(frozen=True, slots=True)
class KindRule:
    """The limits of one kind of relief, and what it does to the class.

    Attributes:
        customers: kinds of customers that may have it; empty: all.
        before_maturity: it is applied for, or the new contract made, before the loan matures.
        guarantor_consent: who guarantees agrees to it.
        most_months: how many it may give; None: no limit of its own.
        by_term: limits by the term that the loan was first agreed for; what was given before counts too.
        most_days_past_due: beyond so many it is not given; None: no limit.
        longer_tenor_rate: from the day on at least the rate of the longer tenor.
        observed: ``never``, ``always``, or ``in_difficulty`` of the debtor.
        floor: the best class meanwhile where it is not observed; None: the class stays.
    """

    customers: tuple[str, ...] = ()
    before_maturity: bool = False
    guarantor_consent: bool = False
    most_months: int | None = None
    by_term: tuple[TermLimit, ...] = ()
    most_days_past_due: int | None = None
    longer_tenor_rate: bool = False
    observed: str = "in_difficulty"
    floor: str | None = None


@dataclass(frozen=True, slots=True)
class ReliefRules:
    """What the policy says of relief; ``tenor_rates`` are (months, None for any; rate in millionths)."""

    kinds: Mapping[str, KindRule]
    difficulty_days: int
    difficulty_classes: tuple[str, ...]
    observation_months: int
    observation_periods: int
    observed_floor: str
    again_floor: str
    tenor_rates: tuple[tuple[int | None, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """The loan and what surrounds it on the day.

    ``first_months`` are those that it was first agreed for, ``extended_months`` those given since.
    """

    loan: Running
    owed: Owed
    first_months: int
    customer_kind: str
    five_tier: str
    days_past_due: int
    applied_for_on: date
    is_guaranteed: bool = False
    has_consent: bool = False
    extended_months: int = 0
    is_observed: bool = False


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is proposed: months more, a new rate (millionths), whether unpaid interest becomes principal."""

    months: int = 0
    annual_rate: int | None = None
    is_capitalising: bool = False


@dataclass(frozen=True, slots=True)
class Effect:
    """The best class meanwhile and the day from which it may be better; None: the relief changes nothing."""

    is_observed: bool
    floor: str | None
    until: date | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one kind of relief comes to; amounts in minor units.

    ``refusals`` say why it is not allowed; none: it is. ``to_settle`` is paid on the day. ``loss`` is what
    the bank loses in present value, at the rate that the present schedule earns.
    """

    kind: str
    refusals: tuple[str, ...]
    terms: Terms
    after: int
    rows: tuple[Instalment, ...]
    to_settle: int
    total_interest: int
    loss: int
    effect: Effect

    @property
    def first(self) -> Instalment:
        """The first instalment with anything to pay."""
        return next((row for row in self.rows if row.total_due), self.rows[-1])

    @property
    def largest_instalment(self) -> int:
        """The largest instalment before the last, or the only one."""
        return max(row.total_due for row in (self.rows[:-1] or self.rows))


def relieve(case: Case, kind: str, proposal: Proposal, rules: ReliefRules) -> Outcome:
    """Return what relief of ``kind`` would make of a loan.

    Raises:
        InvalidInput: the new terms cannot be.
    """
    rule = rules.kinds[kind]
    capitalised = 0
    if kind == "capitalisation" or (kind == "restructuring" and proposal.is_capitalising):
        capitalised = case.owed.due_interest + case.owed.accrued_interest
    balance = case.owed.outstanding_principal + capitalised
    terms = _terms(case, _over(case, balance), kind, proposal, rules)
    is_new = _starts_anew(case, kind)
    if is_new:
        terms = replace(terms, principal=balance)
    after = 0 if is_new else case.owed.gone
    carried = 0 if capitalised or is_new else case.owed.accrued_interest
    settled = case.owed.penalty + (0 if capitalised else case.owed.due_interest)
    settled += case.owed.accrued_interest if is_new and not capitalised else 0
    rates = () if is_new or terms.annual_rate != case.loan.terms.annual_rate else case.loan.rates
    rows = remaining(terms, balance, after, rates=rates, from_on=case.owed.on, carried=carried)
    rows = rows if is_new else less_interest(rows, case.owed.interest_over)
    return Outcome(
        kind=kind,
        refusals=tuple(_refusals(case, kind, proposal, rule)),
        terms=terms,
        after=after,
        rows=rows,
        to_settle=settled,
        total_interest=settled + sum(row.interest_due for row in rows),
        loss=_loss(case, rows, settled),
        effect=_effect(case, rule, rules, rows, terms),
    )


def _starts_anew(case: Case, kind: str) -> bool:
    return kind in NEW_CONTRACT or case.owed.gone == len(case.loan.rows)


def _over(case: Case, balance: int) -> Terms:
    """Return the terms in force over what is outstanding; an own table goes on as agreed."""
    terms, found = case.loan.terms, case.owed
    if terms.repayment == "flat":
        whole = rounded(terms.principal * balance, max(found.outstanding_principal, 1))
        return replace(terms, principal=max(whole, 1))
    if terms.repayment == "balloon" and balance <= terms.balloon:
        return replace(terms, principal=balance, repayment="bullet", balloon=0)
    if terms.repayment != "custom":
        return replace(terms, principal=balance)
    left = [min(balance, row.balance) for row in case.loan.rows[found.gone :]]
    parts = (before - after for before, after in pairwise((balance, *left)))
    table = (*(0 for _n in range(found.gone)), *parts)
    n = max(terms.instalments, len(table)) if terms.settlement_day else terms.instalments
    table = (*table, *(0 for _n in range(n - len(table)))) if left else (*(0,) * (n - 1), balance)
    return replace(terms, principal=balance, table=table)


def _terms(case: Case, terms: Terms, kind: str, proposal: Proposal, rules: ReliefRules) -> Terms:
    months, gone = proposal.months, case.owed.gone
    rate = terms.annual_rate if proposal.annual_rate is None else proposal.annual_rate
    if rules.kinds[kind].longer_tenor_rate:
        rate = max(rate, terms.annual_rate + _tenor_step(terms, months, rules))
    if _starts_anew(case, kind):
        return fresh(replace(terms, annual_rate=rate), case.owed.on, months or months_of(terms))
    if kind == "deferral":
        return later_principal(terms, gone, months)
    if kind == "policy_deferral":  # the state owes the interest meanwhile
        until = max(add_months(case.owed.on, months), terms.subsidy_until or case.owed.on)
        return replace(later_principal(terms, gone, months), subsidy_until=until)
    if kind == "capitalisation":
        return terms
    return replace(longer(terms, 0 if kind == "rate_cut" else months), annual_rate=rate)


def _tenor_step(terms: Terms, months: int, rules: ReliefRules) -> int:
    """Return by how much the rate of the longer tenor is above that of the term agreed."""

    def of(term: int) -> int:
        fits = (rate for most, rate in rules.tenor_rates if most is None or term <= most)
        return next(fits, 0)

    whole = months_of(terms)
    return max(of(whole + months) - of(whole), 0)


def _refusals(case: Case, kind: str, proposal: Proposal, rule: KindRule) -> list[str]:
    """Return why a kind is not allowed, as texts to be translated."""
    matures_on = case.loan.rows[-1].due_on
    most = _most_months(rule, case.first_months)  # of what was first agreed, not of what it was extended to
    given = proposal.months + (case.extended_months if rule.by_term else 0)
    has_rate = proposal.annual_rate is not None and proposal.annual_rate < case.loan.terms.annual_rate
    needs_months = kind in ("deferral", "extension", "policy_deferral")
    checks = (
        (bool(rule.customers) and case.customer_kind not in rule.customers, N_("not for such customers")),
        (rule.before_maturity and case.applied_for_on >= matures_on, N_("not applied for before maturity")),
        (
            rule.guarantor_consent and case.is_guaranteed and not case.has_consent,
            N_("the guarantor has not agreed"),
        ),
        (most is not None and given > most, N_("longer than the limit")),
        (
            rule.most_days_past_due is not None and case.days_past_due > rule.most_days_past_due,
            N_("past due for too long"),
        ),
        (needs_months and proposal.months == 0, N_("no months are proposed")),
        (kind == "rate_cut" and not has_rate, N_("no lower rate is proposed")),
        (
            kind not in (*NEW_CONTRACT, "restructuring") and case.owed.gone == len(case.loan.rows),
            N_("no instalment is left to change"),
        ),
        (
            kind == "capitalisation" and case.owed.due_interest == 0,
            N_("there is no unpaid interest"),
        ),
    )
    return [text for is_wrong, text in checks if is_wrong]


def _most_months(rule: KindRule, term: int) -> int | None:
    """Return how many months a loan of a term may be given."""
    limit = next((one for one in rule.by_term if one.up_to_months is None or term <= one.up_to_months), None)
    if limit is None:
        return rule.most_months
    by_share = None if limit.percent is None else term * limit.percent // WHOLE
    limits = [one for one in (by_share, limit.months, rule.most_months) if one is not None]
    return min(limits, default=None)


def _effect(
    case: Case, rule: KindRule, rules: ReliefRules, rows: tuple[Instalment, ...], terms: Terms
) -> Effect:
    is_hard = case.days_past_due >= rules.difficulty_days or case.five_tier in rules.difficulty_classes
    is_observed = rule.observed == "always" or (rule.observed == "in_difficulty" and is_hard)
    if not is_observed:
        floor = None if rule.floor is None else _worse(rule.floor, case.five_tier)
        return Effect(False, floor, None)
    least = rules.again_floor if case.is_observed else rules.observed_floor
    days = [row.due_on for row in rows]
    until = rises_on(days[0], rules.observation_months, rules.observation_periods, days, 0)
    return Effect(True, _worse(least, case.five_tier), until)


def _worse(one: str, other: str) -> str:
    return max(one, other, key=BEST_FIRST.index)


def _loss(case: Case, rows: tuple[Instalment, ...], settled: int) -> int:
    """Return what the claim loses, at the rate that makes the present schedule worth what it carries."""
    found = case.owed
    present = [(row.due_on, row.total_due) for row in case.loan.rows[found.gone :]]
    carried = found.ahead + found.accrued_interest
    rate = effective_rate(carried, found.on, present) if present else None
    worth = settled + _worth(rows, found.on, case.loan.terms.annual_rate if rate is None else rate)
    return found.total - worth


def _worth(rows: tuple[Instalment, ...], on: date, rate: int) -> int:
    """Return what instalments are worth on a day, at an effective rate a year in millionths."""
    growth = 1 + Decimal(rate) / MILLION
    whole = sum(
        (
            Decimal(row.total_due + row.subsidised_interest)
            / growth ** (Decimal((row.due_on - on).days) / DAYS_OF_YEAR)
            for row in rows
        ),
        Decimal(0),
    )
    return int(whole.to_integral_value(ROUND_HALF_UP))
