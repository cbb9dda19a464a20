"""Customers, alone or as a group, who owe as much as a limit of the book allows, or more.

A share of the book needs the balance of the whole book, and an officer's list must not sum it each morning.
Any part of the book owes at most what all of it does: who is not near a limit by the officer's own customers,
nor by the book's first ``SAMPLE``, is not near by the book. The whole is summed only where somebody still is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

from sqlalchemy import BigInteger, Date, Label, Row, Select, String, column, func, select, values

from loancrm import models
from loancrm.agenda.base import Agenda
from loancrm.agenda.filled import filled
from loancrm.dialect import total
from loancrm.indicators.facts import CUSTOMER, customers_at, loans_at
from loancrm.models import table
from loancrm.numerals import ratio
from loancrm.policy.control import OK, LimitShape

MOST = 1_000  # names that are looked at, the largest ones
SAMPLE = 500  # customers, by their keys: of any part of the book the same is true


@dataclass(frozen=True, slots=True)
class _Line:
    """A customer, of whom or whose ``group`` a limit is near or broken; ``share`` in millionths."""

    customer_id: int
    rule: LimitShape
    group: str | None
    owed: int
    share: int
    due_on: date
    late_on: date
    code: str
    action: str | None


@dataclass(frozen=True, slots=True)
class _Name:
    """Who owes: a customer or a group, by the key that an action names, its members, and the last draw."""

    key: str
    group: str | None
    customers: tuple[int, ...]
    owed: int
    last_on: date | None


def limits(agenda: Agenda) -> Select[Any] | None:
    """Return who is near or beyond a limit, until something is to be done about it by a later day."""
    shape = agenda.due.limit
    assert shape is not None
    if "limits" not in agenda.parts:
        agenda.parts["limits"] = list(_lines(agenda))
    lines: list[_Line] = agenda.parts["limits"]
    if not lines:
        return None
    # As values, not as a union of selects: of these SQLite takes 500, and a group may have more members.
    c = values(*_COLUMNS, name="at_limits").data([_values(line) for line in lines]).cte("at_limits").c
    return agenda.reason(
        "limit",
        shape,
        c.customer_id,
        due_on=c.due_on,
        late_on=c.late_on,
        amount=c.owed,
        code=c.code,
        ref=c.ref,
        n=c.share,
        text=c.group_name,
        about=c.action,
    )


_COLUMNS = (
    column("customer_id", BigInteger()),
    column("due_on", Date()),
    column("late_on", Date()),
    column("owed", BigInteger()),
    column("code", String()),
    column("ref", String()),
    column("share", BigInteger()),
    column("group_name", String()),
    column("action", String()),
)


def _values(line: _Line) -> tuple[Any, ...]:
    return (
        line.customer_id, line.due_on, line.late_on, line.owed, line.code, line.rule.limit, line.share,
        line.group, line.action,
    )  # fmt: skip


def _lines(agenda: Agenda) -> Iterator[_Line]:
    limits, shape = agenda.policy.limits, agenda.due.limit
    wanted = [rule for rule in limits.limits if rule.by in ("customer", "group")]
    if not wanted or shape is None:
        return
    rows = _customers(agenda)
    book = _Book(agenda, rows)
    found: dict[str, list[_Name]] = {}
    for rule in wanted:
        if rule.by not in found:
            found[rule.by] = _groups(agenda) if rule.by == "group" else list(map(_single, rows))
        whole = book.whole(rule, found[rule.by])
        near = [name for name in found[rule.by] if whole and limits.state_of(rule, name.owed, whole) != OK]
        actions = _actions(agenda) if near else {}
        for name in _keyed(agenda, near):
            state = limits.state_of(rule, name.owed, whole)
            if rule.key in (None, name.key) and state in shape.states:
                yield from _of(agenda, rule, name, whole, state, actions.get((rule.limit, name.key)))


def _of(
    agenda: Agenda, rule: LimitShape, name: _Name, whole: int, state: str, action: Row[Any] | None
) -> Iterator[_Line]:
    """Yield a line for each customer of a name; what is done about it counts from its day on."""
    today = agenda.view.as_of
    due_on, late_on, code = name.last_on or today, today, f"limit_{state}"
    if action is not None:
        if action.due_on is None or action.due_on > agenda.horizon:
            return
        due_on, late_on, code = action.due_on, action.due_on, "limit_action"
    for customer_id in name.customers:
        yield _Line(
            customer_id, rule, name.group, name.owed, ratio(name.owed, whole) or 0, due_on, late_on, code,
            None if action is None else action.action,
        )  # fmt: skip


def _customers(agenda: Agenda) -> list[Row[Any]]:
    """Return what each customer in scope owes, the largest first."""
    loans = agenda.loans.c
    owed = total(loans.outstanding_principal).label("owed")
    query = select(loans.customer_id, owed, func.max(loans.disbursed_on).label("last_on"))
    query = query.where(loans.outstanding_principal > 0).group_by(loans.customer_id)
    return agenda.view.rows(query.order_by(owed.desc(), loans.customer_id).limit(MOST))


def _single(row: Row[Any]) -> _Name:
    return _Name("", None, (row.customer_id,), int(row.owed), row.last_on)


def _keyed(agenda: Agenda, names: Sequence[_Name]) -> Sequence[_Name]:
    """Return the names with the codes of single customers, which actions know them by."""
    keys = [name.customers[0] for name in names if name.group is None]
    if not keys:
        return names
    query = select(CUSTOMER.c.id, CUSTOMER.c.number).where(CUSTOMER.c.id.in_(keys))
    codes = {row.id: f"C-{row.number:05d}" for row in agenda.view.rows(query)}
    return [replace(name, key=codes[name.customers[0]]) for name in names]


def _groups(agenda: Agenda) -> list[_Name]:
    """Return the groups that customers in scope belong to, with what all of their members owe."""
    if "connection" not in filled(agenda):
        return []
    view, rows = agenda.view, table(models.Connection)
    is_group = (rows.c.kind == "group", view.sees(rows))
    own = agenda.of_scope(
        select(rows.c.name, rows.c.customer_id).where(*is_group).distinct(), rows.c.customer_id
    )
    mine: dict[str, list[int]] = {}
    for row in view.rows(own.order_by(rows.c.name, rows.c.customer_id)):
        mine.setdefault(row.name, []).append(row.customer_id)
    if not mine:
        return []
    names = agenda.of_scope(select(rows.c.name).where(*is_group), rows.c.customer_id)
    members = select(rows.c.customer_id, rows.c.name.label("key")).where(*is_group, rows.c.name.in_(names))
    m = members.distinct().subquery("members")
    loans = loans_at(
        view,
        stale_after_days=agenda.policy.terms.stale_after_days,
        scope=select(m.c.customer_id),
        name="loans_of_groups",
    )
    owed = total(loans.c.outstanding_principal).label("owed")
    query = select(m.c.key, owed, func.max(loans.c.disbursed_on).label("last_on"))
    query = query.join_from(m, loans, loans.c.customer_id == m.c.customer_id)
    query = query.where(loans.c.outstanding_principal > 0).group_by(m.c.key)
    found = view.rows(query.order_by(owed.desc(), m.c.key).limit(MOST))
    return [
        _Name(row.key, row.key, tuple(mine[row.key]), int(row.owed), row.last_on)
        for row in found
        if row.key in mine
    ]


class _Book:
    """What the whole book owes, summed only where a part of it does not say already that nobody is near."""

    def __init__(self, agenda: Agenda, own: Sequence[Row[Any]]) -> None:
        self._agenda = agenda
        self._own = sum(int(row.owed) for row in own)
        self._is_all = agenda.scope.customers is None and len(own) < MOST

    def whole(self, rule: LimitShape, names: Sequence[_Name]) -> int:
        """Return what the shares of a limit are of, in minor units; 0 where nobody is near."""
        limits = self._agenda.policy.limits
        most = max((name.owed for name in names), default=0)
        if rule.of == "capital":
            return limits.whole_of(rule, 0) if most else 0
        if limits.state_of(rule, most, max(self._own, most)) == OK:
            return 0
        least, is_large = self._part
        if not is_large or limits.state_of(rule, most, max(least, self._own, most)) == OK:
            return 0
        whole = self._own if self._is_all else self._sum
        return 0 if limits.state_of(rule, most, whole) == OK else whole

    @cached_property
    def _part(self) -> tuple[int, bool]:
        """Return what a part of the book owes, and whether a share of the book says something."""
        shape, people = self._agenda.due.limit, customers_at(self._agenda.view)
        assert shape is not None
        count = select(func.count()).select_from(people).where(people.c.id <= SAMPLE).scalar_subquery()
        part = select(CUSTOMER.c.id).where(CUSTOMER.c.id <= SAMPLE)
        row = self._agenda.view.one(select(self._owed(part, "loans_of_sample"), count.label("customers")))
        assert row is not None
        return int(row.owed or 0), row.customers >= shape.least_customers

    @cached_property
    def _sum(self) -> int:
        found = self._agenda.view.connection.scalar(select(self._owed(None, "loans_of_book")))
        return int(found or 0)

    def _owed(self, scope: Select[Any] | None, name: str) -> Label[Any]:
        days = self._agenda.policy.terms.stale_after_days
        loans = loans_at(self._agenda.view, stale_after_days=days, scope=scope, name=name)
        return select(total(loans.c.outstanding_principal)).scalar_subquery().label("owed")


def _actions(agenda: Agenda) -> dict[tuple[str, str | None], Row[Any]]:
    """Return the newest action on each limit and name that is seen; one that was closed is none."""
    rows = table(models.LimitAction)
    query = select(rows.c.limit_name, rows.c.key, rows.c.action, rows.c.due_on)
    query = query.where(agenda.view.sees(rows)).order_by(rows.c.effective_on, rows.c.id)
    found = {(row.limit_name, row.key): row for row in agenda.view.rows(query)}
    return {key: row for key, row in found.items() if row.action != "closed"}
