"""The watch-list: live loans for which a rule of the policy holds, with every rule that does."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import case, null, or_

from loancrm.indicators.facts import customer_ids
from loancrm.indicators.loan_figures import LoanFigures
from loancrm.lending.standing import CLASSES
from loancrm.policy.policy import Policy
from loancrm.reports import lookup
from loancrm.reports.basis import Basis, basis
from loancrm.reports.grouping import UNMOVED, Grouping, named
from loancrm.view import View

Names = Mapping[Any, tuple[str | None, str | None]]


@dataclass(frozen=True, slots=True)
class WatchLine:
    """A loan on the list: its position, and why, by the codes of the rules and in words.

    ``five_tier``: the class that counts. Amounts in minor units. ``is_new``: it was not on the list on the
    day that is compared with; None where none is. ``key``: its group, where there are groups.
    """

    loan: str
    customer: str
    name: str
    officer: str | None
    segment: str | None
    five_tier: str | None
    ifrs9_stage: int | None
    days_past_due: int | None
    outstanding_principal: int | None
    overdue_principal: int | None
    matures_on: date | None
    reason_codes: tuple[str, ...]
    reasons: tuple[str, ...]
    is_new: bool | None
    key: str | None


@dataclass(frozen=True, slots=True)
class WatchGroup:
    """What is watched of one group of loans; amounts in minor units, ``new`` None without an earlier day."""

    key: str | None
    name: str | None
    loans: int
    customers: int
    outstanding_principal: int
    overdue_principal: int
    new: int | None


@dataclass(frozen=True, slots=True)
class WatchList:
    """The report: the worst class first, then the largest balance; ``gone``: who left it since.

    With groups the one of which most is outstanding comes first, and its loans together.
    """

    since: date | None
    lines: tuple[WatchLine, ...]
    groups: tuple[WatchGroup, ...]
    customers: int
    outstanding_principal: int
    by_reason: dict[str, int]
    gone: tuple[str, ...]
    basis: Basis


def watch_list(
    view: View,
    policy: Policy,
    lang: str,
    *,
    since: date | None = None,
    rule: str | None = None,
    officer_id: int | None = None,
    grouping: Grouping | None = None,
) -> WatchList:
    """Return the loans on the list as of the view's day; with ``rule`` those for which that one holds.

    Raises:
        UsageFault: loans cannot be grouped so.
    """
    if grouping is not None:
        grouping.check(UNMOVED)
    rows = _rows(view, policy, rule, officer_id, grouping)
    before = (
        None if since is None else {row.number for row in _rows(view.at(since), policy, rule, officer_id)}
    )
    names = {} if grouping is None else grouping.names(view)
    lines = tuple(_lines(view, policy, lang, rows, before, names))
    groups = () if grouping is None else _groups(lines, {named(row.key, names) for row in rows})
    place = {group.key: n for n, group in enumerate(groups)}
    lines = tuple(sorted(lines, key=lambda line: place.get(line.key, 0)))
    now = {line.loan for line in lines}
    counts = {
        one.rule: sum(one.rule in line.reason_codes for line in lines) for one in policy.risk.watch_list
    }
    return WatchList(
        since=since,
        lines=lines,
        groups=groups,
        customers=len({line.customer for line in lines}),
        outstanding_principal=sum(line.outstanding_principal or 0 for line in lines),
        by_reason={name: n for name, n in counts.items() if n},
        gone=tuple(sorted((before or set()) - now)),
        basis=basis(view, policy),
    )


def _groups(
    lines: tuple[WatchLine, ...], named_keys: set[tuple[str | None, str | None]]
) -> tuple[WatchGroup, ...]:
    of_key: dict[str | None, list[WatchLine]] = defaultdict(list)
    for line in lines:
        of_key[line.key].append(line)
    found = (_group(key, name, of_key[key]) for key, name in named_keys)
    return tuple(sorted(found, key=lambda one: (-one.outstanding_principal, one.key is None, one.key or "")))


def _group(key: str | None, name: str | None, lines: list[WatchLine]) -> WatchGroup:
    return WatchGroup(
        key=key,
        name=name,
        loans=len(lines),
        customers=len({line.customer for line in lines}),
        outstanding_principal=sum(line.outstanding_principal or 0 for line in lines),
        overdue_principal=sum(line.overdue_principal or 0 for line in lines),
        new=None if lines[0].is_new is None else sum(bool(line.is_new) for line in lines),
    )


def _rows(
    view: View,
    policy: Policy,
    rule: str | None,
    officer_id: int | None,
    grouping: Grouping | None = None,
) -> list[Any]:
    watched = policy.risk.watch_list
    names = sorted({name for one in watched for name in one.when.indicators()})
    scope = None if officer_id is None else customer_ids(view, officer_id=officer_id)
    figures = LoanFigures(
        view,
        policy.terms,
        names,
        attributes=("name", "officer_id", "segment", *(grouping.attributes if grouping else ())),
        scope=scope,
        with_standing=True,
    )
    loan, people = figures.loans.c, figures.customers.c
    held = {one.rule: case((one.when.sql(figures.columns), 1), else_=0) for one in watched}
    wanted = [held[rule]] if rule is not None else list(held.values())
    if not wanted:
        return []
    rank = case({name: place for place, name in enumerate(CLASSES)}, value=loan.class_that_counts, else_=-1)
    owed = case((loan.outstanding_principal.is_(None), 0), else_=loan.outstanding_principal)
    key = null().label("key") if grouping is None else grouping.key_of(loan, people)
    query = figures.select(
        loan.number, loan.class_that_counts, loan.ifrs9_stage, loan.days_past_due, loan.outstanding_principal,
        loan.overdue_principal, loan.matures_on, people.number.label("owner"), people.name, people.officer_id,
        people.segment, *(condition.label(f"held_{place}") for place, condition in enumerate(held.values())),
        key,
    )  # fmt: skip
    query = query.where(loan.is_live == 1, or_(*(one == 1 for one in wanted)))
    return view.rows(query.order_by(rank.desc(), owed.desc(), loan.number))


def _lines(
    view: View, policy: Policy, lang: str, rows: list[Any], before: set[str] | None, names: Names
) -> Iterator[WatchLine]:
    codes, watched = lookup.officers(view), policy.risk.watch_list
    for row in rows:
        holds = [one for place, one in enumerate(watched) if getattr(row, f"held_{place}")]
        yield WatchLine(
            loan=row.number,
            customer=lookup.customer_code(row.owner),
            name=row.name,
            officer=codes.get(row.officer_id),
            segment=row.segment,
            five_tier=row.class_that_counts,
            ifrs9_stage=row.ifrs9_stage,
            days_past_due=row.days_past_due,
            outstanding_principal=row.outstanding_principal,
            overdue_principal=row.overdue_principal,
            matures_on=row.matures_on,
            reason_codes=tuple(one.rule for one in holds),
            reasons=tuple(one.text.said(lang) for one in holds),
            is_new=None if before is None else row.number not in before,
            key=named(row.key, names)[0],
        )
