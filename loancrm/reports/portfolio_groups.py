"""The portfolio by segment, officer, branch, product, …: of each group what the one page says of the book."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, case, select

from loancrm.dialect import count_where, total
from loancrm.indicators.facts import customer_ids, loans_at
from loancrm.indicators.standing import standing_at
from loancrm.lending.delinquency import PAR_DAYS
from loancrm.lending.standing import CLASSES, NON_PERFORMING
from loancrm.numerals import ratio
from loancrm.policy.policy import Policy
from loancrm.reports.basis import Basis, basis
from loancrm.reports.grouping import UNMOVED, Grouping, named
from loancrm.reports.portfolio import sums_of
from loancrm.reports.portfolio_flows import Flows, flows_by_group
from loancrm.reports.provided import provided
from loancrm.view import View


@dataclass(frozen=True, slots=True)
class PortfolioGroup:
    """A group of loans; ``key`` is None where it is unknown. Amounts in minor units, shares in millionths.

    Figures as in ``reports.portfolio`` and ``portfolio_flows``; ``share`` of the outstanding principal.
    ``provision`` goes by class alone: the general one is of the whole book. What ends in ``_before`` is of
    the group as it was on the day that is compared with; None without one.
    """

    key: str | None
    name: str | None
    borrowers: int
    live_loans: int
    loans_without_position: int
    outstanding_principal: int
    share: int | None
    average_balance: int | None
    disbursed_in_month: int
    written_off_in_month: int
    overdue_principal: int
    unpaid_interest: int
    par_1: int | None
    par_30: int | None
    par_60: int | None
    par_90: int | None
    new_overdue_loans: int
    new_overdue: int
    npl: int
    npl_ratio: int | None
    provision: int
    matured: int
    maturity_unknown: int
    collected_at_maturity: int | None
    balance_before: int | None
    par_30_before: int | None
    npl_ratio_before: int | None


@dataclass(frozen=True, slots=True)
class PortfolioGroups:
    """The report: the group with the largest balance first, and what it rests on."""

    lines: tuple[PortfolioGroup, ...]
    loans: int
    outstanding_principal: int
    since: date | None
    basis: Basis


@dataclass(frozen=True, slots=True)
class _Figures:
    """The sums of a group on a day."""

    sums: Mapping[str, Any]

    def __getitem__(self, name: str) -> int:
        return self.sums.get(name) or 0

    @property
    def owed(self) -> int:
        return self["outstanding_principal"]

    @property
    def classes(self) -> dict[str, int]:
        return {name: self[f"class_{name}"] for name in CLASSES}

    @property
    def npl(self) -> int:
        return sum(self.classes[name] for name in NON_PERFORMING)

    @property
    def npl_ratio(self) -> int | None:
        return ratio(self.npl, sum(self.classes.values()))

    def par(self, days: int) -> int | None:
        return ratio(self[f"at_risk_{days}"], self.owed)


def portfolio_groups(
    view: View,
    policy: Policy,
    grouping: Grouping,
    officer_id: int | None = None,
    since: date | None = None,
) -> PortfolioGroups:
    """Return the portfolio in groups as of the view's day, beside an earlier day where ``since`` names one.

    Raises:
        UsageFault: loans cannot be grouped so.
    """
    grouping.check(UNMOVED)
    now = _by_group(view, policy, grouping, officer_id)
    then = None if since is None else _by_group(view.at(since), policy, grouping, officer_id)
    moved, names = flows_by_group(view, policy, grouping, officer_id), grouping.names(view)
    whole = sum(one.owed for one in now.values())
    nothing, still = _Figures({}), Flows(0, 0, 0, 0, None, None)
    lines = [
        _line(
            policy,
            named(key, names),
            (now.get(key, nothing), None if then is None else then.get(key, nothing)),
            moved.get(key, still),
            whole,
        )
        for key in dict.fromkeys((*now, *(then or ())))
    ]
    lines.sort(key=lambda one: (-one.outstanding_principal, one.key is None, one.key or ""))
    return PortfolioGroups(
        lines=tuple(lines),
        loans=sum(one.live_loans for one in lines),
        outstanding_principal=whole,
        since=since,
        basis=basis(view, policy),
    )


def _by_group(view: View, policy: Policy, grouping: Grouping, officer_id: int | None) -> dict[Any, _Figures]:
    """Return the sums of the groups that have live loans, or had some that ended in the month."""
    scope = None if officer_id is None else customer_ids(view, officer_id=officer_id)
    loans = loans_at(view, stale_after_days=policy.terms.stale_after_days, scope=scope)
    stands = standing_at(view, policy.standing, loans)
    relation, key = grouping.keyed(view, stands, scope)
    s = stands.c
    by_class = {
        f"class_{name}": total(case((s.class_that_counts == name, s.outstanding_principal)))
        for name in CLASSES
    }
    known = {"known": count_where(and_(s.is_live == 1, s.outstanding_principal.is_not(None)))}
    columns = {**sums_of(view, s), **by_class, **known}
    query = select(key, *(column.label(name) for name, column in columns.items())).select_from(relation)
    found = {row.key: _Figures(dict(row._mapping)) for row in view.rows(query.group_by(key))}
    return {key: one for key, one in found.items() if one["live_loans"] or one["written_off_in_month"]}


def _line(
    policy: Policy,
    shown: tuple[str | None, str | None],
    both: tuple[_Figures, _Figures | None],
    moved: Flows,
    whole: int,
) -> PortfolioGroup:
    found, then = both
    known = found["known"]
    pars: dict[str, Any] = {f"par_{days}": found.par(days) for days in PAR_DAYS}
    plain = (
        "borrowers", "live_loans", "loans_without_position", "outstanding_principal", "disbursed_in_month",
        "written_off_in_month", "overdue_principal", "unpaid_interest",
    )  # fmt: skip
    return PortfolioGroup(
        key=shown[0],
        name=shown[1],
        **{name: found[name] for name in plain},
        share=ratio(found.owed, whole),
        average_balance=(2 * found.owed + known) // (2 * known) if known else None,
        **pars,
        new_overdue_loans=moved.new_overdue_loans,
        new_overdue=moved.new_overdue,
        npl=found.npl,
        npl_ratio=found.npl_ratio,
        provision=provided(policy, found.classes).by_class,
        matured=moved.matured,
        maturity_unknown=moved.maturity_unknown,
        collected_at_maturity=moved.collected_at_maturity,
        balance_before=None if then is None else then.owed,
        par_30_before=None if then is None else then.par(30),
        npl_ratio_before=None if then is None else then.npl_ratio,
    )
