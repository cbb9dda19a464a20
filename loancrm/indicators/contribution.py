"""What customers bring in a period that ends with the view's day, in SQL for the whole book.

The same that ``lending.contribution`` says of one balance: each that was known earns for its nights until
the next. A loan that is serviced here has its ledger's balances and the rates of its versions; one of the
bank's core system its snapshots', each for as long as the policy lets a snapshot stand, and the rate of the
snapshot or of its contract. A night on which balance or rate is not known is counted, and earns nothing;
where too many are unknown the interest is missing, never zero.

Each relation is grouped by itself and joined to nothing but customers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    Integer,
    Select,
    and_,
    case,
    cast,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    type_coerce,
    union_all,
)

from loancrm import models
from loancrm.dialect import MILLION, count_where, days_between, greatest, months_between, quotient, total
from loancrm.indicators.draws import draws
from loancrm.indicators.facts import LOAN, SNAPSHOT, ended_at, loans_at
from loancrm.indicators.ledger import disbursed_at
from loancrm.indicators.sources import Sources
from loancrm.indicators.standing import standing_at
from loancrm.lending.contribution import YEAR, YEAR_DAYS, ValueRules
from loancrm.models import Contact, table

Number = ColumnElement[int]


def portion(amount: Any, part: Any, whole: Any) -> Number:
    """Return ``amount · part ÷ whole``, halves away from zero, as ``lending.contribution.portion``.

    The whole parts and what is left one by one, so that 10^15 minor units do not overflow 64 bits.
    """
    a, b, c = (_integer(one) for one in (amount, part, whole))
    left = a.op("%")(c)
    found: Number = a.op("/")(c) * b + quotient(left * b, c)
    return found


def _integer(value: Any) -> Any:
    """Return a number that stands by itself: as an operand, what it is made of is in brackets."""
    if isinstance(value, int):
        return literal(value, BigInteger())
    return type_coerce(cast(value, BigInteger), BigInteger)


def least(*values: ColumnElement[Any]) -> Number:
    """Return the least of whole numbers, none of which may be missing."""
    return -greatest(*(-value for value in values))


@dataclass(frozen=True)
class Parts:
    """The parts of the contribution of the last ``days`` days, as columns over ``sources``."""

    sources: Sources
    days: int

    @property
    def _earned(self) -> Any:
        return self.sources.of(f"earned_{self.days}", lambda s: earned(s, self.days)).c

    @property
    def _beside(self) -> Any:
        return self.sources.of(f"beside_{self.days}", lambda s: beside_loans(s, self.days)).c

    @property
    def interest(self) -> Number:
        """Return the interest earned, missing where too few nights are known."""
        return known(self._earned, self._earned.interest, self.sources.worth)

    @property
    def funding(self) -> Number:
        """Return what the money cost, missing where too few nights are known."""
        return known(self._earned, self._earned.funding, self.sources.worth)

    @property
    def average_balance(self) -> Number:
        """Return what was outstanding on average over the days, missing where too few nights are known."""
        return known(
            self._earned, quotient(self._earned.balance_nights, literal(self.days)), self.sources.worth
        )

    @property
    def basis(self) -> ColumnElement[Any]:
        """Return what the interest was drawn from: ledger, snapshot, both, or nothing."""
        ledger, snapshot = self._earned.ledger_nights > 0, self._earned.snapshot_nights > 0
        return case((and_(ledger, snapshot), "both"), (ledger, "ledger"), (snapshot, "snapshot"))

    @property
    def expected_loss(self) -> Number:
        """Return the expected loss, missing where a live loan has no position."""
        losses = self.sources.of(f"losses_{self.days}", lambda s: expected_losses(s, self.days)).c
        return case((func.coalesce(losses.unknown, 0) == 0, func.coalesce(losses.expected_loss, 0)))

    @property
    def service(self) -> Number:
        """Return what conversations and looking after loans cost."""
        lived = func.coalesce(self._earned.lived, 0)
        return func.coalesce(self._beside.cost, 0) + portion(self.sources.worth.loan_year_cost, lived, YEAR)

    @property
    def deposits(self) -> Number:
        """Return the margin on average deposits, missing where no turnover of the days says them."""
        margin = self.sources.worth.deposit_margin
        if margin is None:
            return null().cast(BigInteger)
        return portion(self._beside.average, margin * self.days, MILLION * YEAR)

    @property
    def contribution(self) -> Number:
        """Return interest − funding − expected loss − service + the margin on deposits where it is known."""
        net = self.interest - self.funding - self.expected_loss - self.service
        return net + func.coalesce(self.deposits, 0)

    @property
    def lifetime_value(self) -> Number:
        """Return m·r/(1+d−r), m a year's contribution, less what winning a new customer cost.

        Missing without a contribution, and of whoever has never borrowed.
        """
        rules, first = self.sources.worth, draws(self.sources).first_on
        worth = case(
            *(
                (self.sources.customer("segment") == segment, self._lasting(retained))
                for segment, retained in rules.retention.items()
            ),
            else_=self._lasting(rules.retained(None)),
        )
        is_new = first > self.sources.before(YEAR)
        return case((first.is_not(None), worth - case((is_new, rules.acquisition_cost), else_=0)))

    def _lasting(self, retained: int) -> Number:
        lasting = MILLION + self.sources.worth.discount - retained
        return portion(self.contribution, YEAR * retained, self.days * lasting)


def known(earned_: Any, value: Any, rules: ValueRules) -> Number:
    """Return ``value`` where enough nights are known, 0 where no loan lived."""
    lived = func.coalesce(earned_.lived, 0)
    enough = earned_.known * MILLION >= lived * rules.least_known
    return case((lived == 0, literal(0, BigInteger())), (enough, func.coalesce(value, 0)))


def earned(sources: Sources, days: int, by: str = "customer_id") -> Select[Any]:
    """Return by customer, or by product, what loans earned.

    Columns: interest, funding, balance_nights, known, lived, customers, ledger_nights, snapshot_nights.
    ``known`` of the ``lived`` nights have balance and rate.
    """
    rows = union_all(*_nights(sources, days)).subquery("nights").c
    is_known = and_(rows.balance.is_not(None), rows.annual_rate.is_not(None))
    nights = case((is_known, rows.nights), else_=0)
    whole = rows.year_days * MILLION
    return select(
        rows[by],
        total(case((is_known, portion(rows.balance, rows.annual_rate * rows.nights, whole)))).label(
            "interest"
        ),
        total(case((is_known, portion(rows.balance, rows.funding_rate * rows.nights, whole)))).label(
            "funding"
        ),
        total(case((is_known, rows.balance * rows.nights))).label("balance_nights"),
        total(nights).label("known"),
        total(case((rows.is_ledger == 1, nights), else_=0)).label("ledger_nights"),
        total(case((rows.is_ledger == 0, nights), else_=0)).label("snapshot_nights"),
        total(rows.lived).label("lived"),
        func.count(case((rows.lived > 0, rows.customer_id)).distinct()).label("customers"),
    ).group_by(rows[by])


def _nights(sources: Sources, days: int) -> list[Select[Any]]:
    """Return the parts of the period in which a balance stood, and how many nights each loan lived."""
    parts = [_of_snapshots(sources, days), _lived(sources, days)]
    return [_of_ledgers(sources, days), *parts] if sources.view.has_applications else parts


def _offset(sources: Sources, days: int) -> Callable[[Any], Number]:
    """Return what turns a day into the number of nights since the period's first day."""
    first = literal(sources.before(days), Date())
    return lambda day: days_between(day, first)


def _columns(sources: Sources, **more: Any) -> list[ColumnElement[Any]]:
    columns = {
        "customer_id": LOAN.c.customer_id,
        "product": LOAN.c.product,
        "balance": null().cast(BigInteger),
        "annual_rate": null().cast(Integer),
        "funding_rate": _funding_rate(sources.worth),
        "year_days": literal(YEAR, Integer()),
        "is_ledger": null().cast(Integer),
        "nights": literal(0, Integer()),
        "lived": literal(0, Integer()),
    }
    return [column.label(name) for name, column in (columns | more).items()]


def _funding_rate(rules: ValueRules) -> ColumnElement[Any]:
    """Return what money for the loan's term costs; without a term as for the longest."""
    term = func.coalesce(LOAN.c.term_months, months_between(LOAN.c.matures_on, LOAN.c.disbursed_on))
    rates = [(term <= months, rate) for months, rate in rules.funding if months is not None]
    longest = next((rate for months, rate in rules.funding if months is None), rules.funding[-1][1])
    return case(*rates, else_=literal(longest, Integer())) if rates else literal(longest, Integer())


def _of_ledgers(sources: Sources, days: int) -> Select[Any]:
    view, at = sources.view, _offset(sources, days)
    rows, terms = table(models.LoanPosition), table(models.LoanTerms)
    c = rows.c
    following = func.lead(c.effective_on).over(partition_by=c.loan_id, order_by=(c.effective_on, c.id))
    held = _of_scope(
        sources,
        select(c.loan_id, c.terms_id, c.outstanding_principal, c.effective_on, following.label("until_on"))
        .where(view.sees(rows)),
        c.loan_id,
    ).subquery("held").c  # fmt: skip
    ended = ended_at(view).subquery("ended_ledger").c
    span = literal(days, Integer())
    until = least(*(func.coalesce(at(day), span) for day in (held.until_on, ended.ends_on)), span)
    columns = _columns(
        sources,
        balance=held.outstanding_principal,
        annual_rate=terms.c.annual_rate,
        year_days=case(YEAR_DAYS, value=terms.c.day_count, else_=YEAR),
        is_ledger=literal(1, Integer()),
        nights=_overlap(at(held.effective_on), until),
    )
    query = select(*columns).join_from(LOAN, held.effective_on.table, held.loan_id == LOAN.c.id)
    query = query.join(terms, terms.c.id == held.terms_id)
    query = query.outerjoin(ended.loan_id.table, ended.loan_id == LOAN.c.id)
    since = sources.before(days)
    return query.where(view.knows(LOAN), or_(held.until_on.is_(None), held.until_on > since))


def _of_snapshots(sources: Sources, days: int) -> Select[Any]:
    view, at, stale = sources.view, _offset(sources, days), sources.terms.stale_after_days
    c = SNAPSHOT.c
    following = func.lead(c.effective_on).over(partition_by=c.loan_id, order_by=(c.effective_on, c.id))
    seen = select(
        c.loan_id, c.outstanding_principal, c.annual_rate, c.effective_on, following.label("until_on")
    ).where(view.sees(SNAPSHOT), c.effective_on > sources.before(days + stale))
    held = _of_scope(sources, seen, c.loan_id).subquery("stood").c
    ended = ended_at(view).subquery("ended_elsewhere").c
    span, starts = literal(days, Integer()), at(held.effective_on)
    until = least(
        *(func.coalesce(at(day), span) for day in (held.until_on, ended.ends_on)), span, starts + stale
    )
    columns = _columns(
        sources,
        balance=held.outstanding_principal,
        annual_rate=func.coalesce(held.annual_rate, LOAN.c.annual_rate),
        year_days=literal(sources.worth.core_year_days, Integer()),
        is_ledger=literal(0, Integer()),
        nights=_overlap(starts, until),
    )
    query = select(*columns).join_from(LOAN, held.effective_on.table, held.loan_id == LOAN.c.id)
    query = query.outerjoin(ended.loan_id.table, ended.loan_id == LOAN.c.id).where(view.knows(LOAN))
    if view.has_applications:
        kept = table(models.LoanPosition).alias("kept_here")
        query = query.where(~exists().where(kept.c.loan_id == LOAN.c.id, view.sees(kept)))
    return query


def _lived(sources: Sources, days: int) -> Select[Any]:
    """Return how many nights of the period each loan lived: until its end, without one until it matures.

    A loan that is serviced here lives on until it has an end.
    """
    view, at, span = sources.view, _offset(sources, days), literal(days, Integer())
    ended = ended_at(view).subquery("over").c
    disbursed = disbursed_at(view, LOAN) if view.has_applications else LOAN.c.disbursed_on
    matures: ColumnElement[Any] = LOAN.c.matures_on
    if view.has_applications:
        kept = table(models.LoanPosition).alias("kept_until")
        here = exists().where(kept.c.loan_id == LOAN.c.id, view.sees(kept))
        matures = case((~here, LOAN.c.matures_on))
    until = least(func.coalesce(at(func.coalesce(ended.ends_on, matures)), span), span)
    query = select(*_columns(sources, lived=_overlap(at(disbursed), until)))
    query = query.select_from(LOAN.outerjoin(ended.loan_id.table, ended.loan_id == LOAN.c.id))
    is_cancelled = func.coalesce(ended.status == "cancelled", False)
    seen = (view.sees(LOAN), disbursed <= view.as_of, ~is_cancelled)
    return sources.scoped(query.where(*seen), LOAN.c.customer_id)


def _overlap(starts: Number, until: Number) -> Number:
    none = literal(0, Integer())
    return greatest(until - greatest(starts, none), none)


def _of_scope(sources: Sources, query: Select[Any], loan_id: ColumnElement[Any]) -> Select[Any]:
    if sources.scope is None:
        return query
    return query.where(loan_id.in_(select(LOAN.c.id).where(LOAN.c.customer_id.in_(sources.scope))))


def expected_losses(sources: Sources, days: int, by: str = "customer_id") -> Select[Any]:
    """Return by customer, or by product, the ``expected_loss`` of live loans and how many are ``unknown``.

    A year's loss of what is outstanding on the day, by its stage and security, for the nights of the period
    in which the loan lived.
    """
    terms, view = sources.terms, sources.view
    assert terms.standing is not None
    rules = sources.worth
    loans = loans_at(
        view, stale_after_days=terms.stale_after_days, scope=sources.scope, name=f"losing_{by}_{days}"
    )
    only = ("security", "disbursed_on", "product")
    s = standing_at(view, terms.standing(), loans, f"stage_{by}_{days}", only=only).c
    lost = case(dict(rules.lost), value=s.security, else_=MILLION)
    default = case(dict(rules.default), value=s.ifrs9_stage, else_=MILLION)
    nights = _overlap(_offset(sources, days)(s.disbursed_on), literal(days, Integer()))
    in_default = portion(s.outstanding_principal, lost, MILLION)
    is_known = and_(s.outstanding_principal.is_not(None), s.ifrs9_stage.is_not(None))
    query = select(
        s[by],
        total(case((is_known, portion(in_default, default * nights, MILLION * YEAR)))).label("expected_loss"),
        count_where(~is_known).label("unknown"),
    )
    return query.where(s.is_live == 1).group_by(s[by])


def beside_loans(sources: Sources, days: int) -> Select[Any]:
    """Return by customer the ``cost`` of conversations and the ``average`` deposits, as one relation."""
    none = null().cast(BigInteger)
    costs = contact_costs(sources, days, sources.worth).add_columns(none.label("average"))
    kept = average_deposits(sources, days).subquery("kept").c
    rows = union_all(costs, select(kept.customer_id, none, kept.average)).subquery("beside").c
    query = select(rows.customer_id, total(rows.cost).label("cost"), func.max(rows.average).label("average"))
    return query.group_by(rows.customer_id)


def contact_costs(sources: Sources, days: int, rules: ValueRules) -> Select[Any]:
    """Return by customer what conversations, and attempts at them, cost in the days."""
    rows = table(Contact)
    costs = {name: cost for name, cost in rules.contact_cost.items() if name != "other"}
    other = literal(rules.contact_cost["other"], BigInteger())
    cost = case(costs, value=rows.c.channel, else_=other) if costs else other
    query = select(rows.c.customer_id, total(cost).label("cost"))
    query = query.where(sources.view.sees(rows), rows.c.effective_on > sources.before(days))
    return sources.scoped(query.group_by(rows.c.customer_id), rows.c.customer_id)


def average_deposits(sources: Sources, days: int) -> Select[Any]:
    """Return by customer the average deposits, by months, of the turnovers that ended in the days."""
    rows = table(models.Turnover)
    c = rows.c
    average = quotient(total(c.average_deposits * c.months), total(c.months))
    query = select(c.customer_id, average.label("average")).where(
        sources.view.sees(rows), c.effective_on > sources.before(days), c.average_deposits.is_not(None)
    )
    return sources.scoped(query.group_by(c.customer_id), c.customer_id)
