"""Who brought whom, and what came of it: customers and partners who sent others, with what these borrowed.

A customer was brought once, by the newest referral that is seen: so direct figures add up. Who was brought by
somebody who was brought stands beside them as ``further``, each counted once however the chain runs.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, and_, case, func, literal, select

from loancrm.dialect import count_where, total
from loancrm.dossier import KINDS
from loancrm.indicators.facts import customers_at, loans_at
from loancrm.models import Partner, Referral, table
from loancrm.policy.policy import Policy
from loancrm.reports import lookup
from loancrm.view import View


@dataclass(frozen=True, slots=True)
class ReferrerLine:
    """A customer or partner who brought others. Amounts in minor units.

    ``brought``: whom they brought themselves; the figures up to ``past_due`` are of these. ``further``: whom
    these brought in turn, and so on; ``further_disbursed`` is of them.
    """

    referrer: str
    name: str
    kind: str
    brought: int
    first_on: date
    last_on: date
    borrowers: int
    loans: int
    disbursed: int
    live_loans: int
    outstanding_principal: int
    past_due_loans: int
    past_due: int
    written_off: int
    further: int
    further_disbursed: int


@dataclass(frozen=True, slots=True)
class ReferralReport:
    """A line a referrer, and each customer who was brought counted once."""

    lines: tuple[ReferrerLine, ...]
    brought: int
    borrowers: int
    disbursed: int
    outstanding_principal: int


def referrals(view: View, policy: Policy, *, officer_id: int | None = None) -> ReferralReport:
    """Return who brought whom by the view's day; with an officer, of customers who are that officer's now."""
    rows = view.rows(_statement(view, policy, officer_id))
    further = {row.referrer_id: row for row in view.rows(_chains(view, policy))} if rows else {}
    people, partners = _named(view, rows)
    lines = [_line(row, people, partners, further) for row in rows]
    lines.sort(key=lambda line: (-line.disbursed, -line.brought, line.referrer))
    return ReferralReport(
        lines=tuple(lines),
        brought=sum(line.brought for line in lines),
        borrowers=sum(line.borrowers for line in lines),
        disbursed=sum(line.disbursed for line in lines),
        outstanding_principal=sum(line.outstanding_principal for line in lines),
    )


def _newest(view: View) -> Any:
    """Return by whom each customer was brought: the newest referral that is seen."""
    rows = table(Referral)
    c, order = rows.c, (rows.c.effective_on.desc(), rows.c.id.desc())
    place = func.row_number().over(partition_by=c.customer_id, order_by=order).label("place")
    columns = (c.customer_id, c.referrer_id, c.partner_id, c.effective_on)
    ranked = select(*columns, place).where(view.sees(rows)).subquery("ranked")
    return select(*(ranked.c[column.name] for column in columns)).where(ranked.c.place == 1)


def _lent(view: View, policy: Policy) -> Any:
    """Return what each customer borrowed."""
    t = loans_at(view, stale_after_days=policy.terms.stale_after_days).c
    live, late = t.is_live == 1, and_(t.is_live == 1, t.days_past_due >= 1)
    query = select(
        t.customer_id,
        func.count().label("loans"),
        total(t.principal).label("disbursed"),
        count_where(live).label("live_loans"),
        total(case((live, t.outstanding_principal))).label("outstanding_principal"),
        count_where(late).label("past_due_loans"),
        total(
            case((late, func.coalesce(t.overdue_principal, 0) + func.coalesce(t.unpaid_interest, 0)))
        ).label("past_due"),
        count_where(t.status == "written_off").label("written_off"),
    ).where(t.disbursed_on.is_not(None), t.status != "cancelled")
    return query.group_by(t.customer_id).subquery("lent")


_SUMS = (
    "loans",
    "disbursed",
    "live_loans",
    "outstanding_principal",
    "past_due_loans",
    "past_due",
    "written_off",
)


def _statement(view: View, policy: Policy, officer_id: int | None) -> Any:
    brought, lent, people = (
        _newest(view).subquery("brought"),
        _lent(view, policy),
        customers_at(view, "officer_id"),
    )
    b, t = brought.c, lent.c
    query = (
        select(
            b.referrer_id,
            b.partner_id,
            func.count().label("brought"),
            func.min(b.effective_on).label("first_on"),
            func.max(b.effective_on).label("last_on"),
            count_where(t.loans.is_not(None)).label("borrowers"),
            *(total(t[name]).label(name) for name in _SUMS),
        )
        .join_from(brought, people, people.c.id == b.customer_id)
        .outerjoin(lent, t.customer_id == b.customer_id)
        .group_by(b.referrer_id, b.partner_id)
    )
    return query if officer_id is None else query.where(people.c.officer_id == officer_id)


def _chains(view: View, policy: Policy) -> Any:
    """Return, per customer who brought others, whom these brought in turn: each pair once, loops too."""
    brought, lent = _newest(view).subquery("first_of_chain"), _lent(view, policy)
    b = brought.c
    begin = select(b.referrer_id.label("root"), b.customer_id.label("reached"), literal(1).label("is_direct"))
    chain = begin.where(b.referrer_id.is_not(None)).cte("chain", recursive=True)
    step = _newest(view).subquery("next_of_chain")
    onward = select(chain.c.root, step.c.customer_id, literal(0))
    chain = chain.union(onward.join_from(chain, step, step.c.referrer_id == chain.c.reached))
    each = (
        select(chain.c.root, chain.c.reached, func.max(chain.c.is_direct).label("is_direct"))
        .where(chain.c.root != chain.c.reached)
        .group_by(chain.c.root, chain.c.reached)
        .subquery("each_once")
    )
    query = select(
        each.c.root.label("referrer_id"),
        func.count().label("further"),
        total(lent.c.disbursed).label("disbursed"),
    ).outerjoin_from(each, lent, lent.c.customer_id == each.c.reached)
    return query.where(each.c.is_direct == 0).group_by(each.c.root)


def _named(view: View, rows: list[Row[Any]]) -> tuple[dict[int, Any], dict[int, Any]]:
    customers, partners = customers_at(view, "name"), table(Partner)
    ids = [row.referrer_id for row in rows if row.referrer_id is not None]
    people = view.rows(select(customers).where(customers.c.id.in_(ids))) if ids else []
    others = [row.partner_id for row in rows if row.partner_id is not None]
    found = view.rows(select(partners).where(partners.c.id.in_(others))) if others else []
    return {row.id: row for row in people}, {row.id: row for row in found}


def _line(
    row: Row[Any], people: dict[int, Any], partners: dict[int, Any], further: dict[int, Row[Any]]
) -> ReferrerLine:
    if row.referrer_id is not None:
        who, kind = people.get(row.referrer_id), "customer"
        code = "" if who is None else lookup.customer_code(who.number)
    else:
        who, kind = partners.get(row.partner_id), "partner"
        code = "" if who is None else KINDS["partner"].code(who.number)
    chain = further.get(row.referrer_id)
    return ReferrerLine(
        referrer=code,
        name="" if who is None else who.name,
        kind=kind,
        brought=row.brought,
        first_on=row.first_on,
        last_on=row.last_on,
        borrowers=row.borrowers,
        further=0 if chain is None else chain.further,
        further_disbursed=0 if chain is None else chain.disbursed or 0,
        **{name: getattr(row, name) or 0 for name in _SUMS},
    )
