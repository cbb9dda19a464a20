"""Limits of the book: what each group owes against what it may owe at most, and what is done about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select

from loancrm.dialect import total
from loancrm.i18n import language
from loancrm.indicators.facts import loans_at
from loancrm.models import Connection, LimitAction, table
from loancrm.numerals import MILLION, ratio
from loancrm.policy.control import BREACH, NEAR, OK, LimitShape, LimitsShape
from loancrm.policy.policy import Policy
from loancrm.reports.basis import Basis, basis
from loancrm.reports.grouping import Grouping
from loancrm.reports.lookup import officers
from loancrm.view import View

WORST_FIRST = (BREACH, NEAR, OK)
Amounts = dict[Any, int]


@dataclass(frozen=True, slots=True)
class LimitLine:
    """A group against its limit; amounts in minor units, shares in millionths.

    ``whole`` is what the share is of: the book's outstanding principal, or the capital. ``headroom`` is what
    may still be lent, negative in a breach. ``action`` is the newest that was recorded, with its day, who
    does it and until when.
    """

    limit: str
    title: str
    by: str
    key: str | None
    name: str | None
    value: int
    whole: int
    share: int | None
    at_most: int
    headroom: int
    state: str
    owner: str | None
    action: str | None
    action_on: date | None
    action_by: str | None
    action_due_on: date | None


@dataclass(frozen=True, slots=True)
class LimitReport:
    """The lines, the worst first, and what they rest on."""

    lines: tuple[LimitLine, ...]
    basis: Basis


def limits(view: View, policy: Policy, *, all_: bool = False) -> LimitReport:
    """Return every group that is near or beyond its limit, and of each limit the largest; or ``all_``.

    Loans whose group is not known count in the whole book and in no group.
    """
    rules = policy.limits
    book = _book(view, policy)
    found: dict[tuple[str, int | None], tuple[Amounts, dict[Any, Any]]] = {}
    actions = _actions(view)
    lines: list[LimitLine] = []
    for rule in rules.limits:
        asked = (rule.by, rule.digits)
        if asked not in found:
            found[asked] = _amounts(view, policy, *asked)
        lines += _lines(rule, rules, found[asked], book, actions, all_=all_)
    return LimitReport(tuple(sorted(lines, key=_order)), basis(view, policy))


def _order(line: LimitLine) -> tuple[Any, ...]:
    return WORST_FIRST.index(line.state), line.headroom, line.limit, line.key or ""


def _book(view: View, policy: Policy) -> int:
    loans = loans_at(view, stale_after_days=policy.terms.stale_after_days)
    return int(view.connection.scalar(select(total(loans.c.outstanding_principal))) or 0)


def _amounts(view: View, policy: Policy, by: str, digits: int | None) -> tuple[Amounts, dict[Any, Any]]:
    """Return what each group owes, and the names of groups that are known by a number."""
    loans = loans_at(view, stale_after_days=policy.terms.stale_after_days)
    if by == "group":
        query, names = _by_group(view, loans), {}
    else:
        grouping = Grouping(by, digits)
        joined, key = grouping.keyed(view, loans, None)
        query = select(key, total(loans.c.outstanding_principal).label("owed"))
        query = query.select_from(joined).where(loans.c.outstanding_principal > 0).group_by(key)
        names = grouping.names(view)
    return {row.key: int(row.owed) for row in view.rows(query) if row.key is not None}, names


def _by_group(view: View, loans: Any) -> Select[Any]:
    """Return what the members of each group owe, every member once."""
    rows = table(Connection)
    members = (
        select(rows.c.customer_id, rows.c.name.label("key"))
        .where(rows.c.kind == "group", view.sees(rows))
        .distinct()
        .subquery("members")
    )
    query = select(members.c.key, total(loans.c.outstanding_principal).label("owed"))
    query = query.join_from(members, loans, loans.c.customer_id == members.c.customer_id)
    return query.where(loans.c.outstanding_principal > 0).group_by(members.c.key)


def _lines(
    rule: LimitShape,
    rules: LimitsShape,
    found: tuple[Amounts, dict[Any, Any]],
    book: int,
    actions: dict[Any, Any],
    *,
    all_: bool,
) -> list[LimitLine]:
    amounts, names = found
    whole = rules.whole_of(rule, book)
    if rule.key is not None:
        amounts = {rule.key: amounts.get(rule.key, 0)}
    lines = [
        _line(rule, rules, key, names, amount, whole, actions)
        for key, amount in sorted(amounts.items(), key=lambda one: (-one[1], str(one[0])))
    ]
    return lines if all_ else [line for n, line in enumerate(lines) if n == 0 or line.state != OK]


def _line(
    rule: LimitShape,
    rules: LimitsShape,
    key: Any,
    names: dict[Any, Any],
    value: int,
    whole: int,
    actions: dict[Any, Any],
) -> LimitLine:
    code, name = names.get(key, (str(key), None))
    action = actions.get((rule.limit, code))
    return LimitLine(
        limit=rule.limit,
        title=rule.said(language()),
        by=rule.by,
        key=code,
        name=name,
        value=value,
        whole=whole,
        share=ratio(value, whole),
        at_most=rule.at_most,
        headroom=whole * rule.at_most // MILLION - value,
        state=rules.state_of(rule, value, whole),
        owner=rule.officer,
        **_taken(action),
    )


def _taken(action: Any) -> dict[str, Any]:
    names = ("action", "action_on", "action_by", "action_due_on")
    return dict.fromkeys(names) if action is None else dict(zip(names, action, strict=True))


def _actions(view: View) -> dict[tuple[str, str | None], tuple[Any, ...]]:
    """Return the newest action on each limit and group that is seen; one that was closed is none."""
    rows, codes = table(LimitAction), officers(view)
    newest = (
        func.row_number()
        .over(
            partition_by=(rows.c.limit_name, rows.c.key),
            order_by=(rows.c.effective_on.desc(), rows.c.id.desc()),
        )
        .label("place")
    )
    each = select(rows, newest).where(view.sees(rows)).subquery("actions")
    found = view.rows(select(each).where(each.c.place == 1, each.c.action != "closed"))
    return {
        (row.limit_name, row.key): (row.action, row.effective_on, codes.get(row.officer_id), row.due_on)
        for row in found
    }
