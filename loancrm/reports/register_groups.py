"""The risk register in groups: of the customers whom its lines are about, or of who answers for them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select

from loancrm.dialect import among, total
from loancrm.indicators.facts import CUSTOMER, customers_at, loans_at
from loancrm.policy.policy import Policy
from loancrm.reports.grouping import OF_CUSTOMERS, Grouping, named
from loancrm.reports.lookup import customer_code, numbered
from loancrm.reports.officers import officers_known
from loancrm.reports.risk_register import RegisterLine
from loancrm.view import View


@dataclass(frozen=True, slots=True)
class RegisterGroup:
    """What is open of one group; amounts in minor units.

    ``outstanding_principal``: of the live loans of its customers, each of whom counts once. ``amount``: what
    its lines say was lost or is exceeded. ``new``: None without an earlier day. ``key``: None for what is
    about no customer, or about one of whom it is not known.
    """

    key: str | None
    name: str | None
    open: int
    late: int
    customers: int
    outstanding_principal: int
    amount: int
    new: int | None


def grouped(
    view: View, policy: Policy, lines: list[RegisterLine], grouping: Grouping
) -> tuple[list[RegisterLine], list[RegisterGroup]]:
    """Return the lines, each with the ``key`` of its group, those of a group together; and the groups.

    The group whose customers owe most comes first. By officer a line is in the group of its owner, otherwise
    in that of its customer.

    Raises:
        UsageFault: customers cannot be grouped so.
    """
    grouping.check(OF_CUSTOMERS)
    numbers = {number for line in lines if (number := _number(line)) is not None}
    of, owed = _people(view, policy, numbers, grouping)
    shown = _owners(view) if grouping.by == "officer" else {}
    members: dict[tuple[str | None, str | None], list[RegisterLine]] = defaultdict(list)
    for line in lines:
        key = shown.get(line.owner, (line.owner, None)) if grouping.by == "officer" else of.get(_number(line))
        members[key or (None, None)].append(line)
    groups = [_group(key, found, owed) for key, found in members.items()]
    groups.sort(key=lambda one: (-one.outstanding_principal, -one.open, one.key is None, one.key or ""))
    marked = [replace(line, key=one.key) for one in groups for line in members[one.key, one.name]]
    return marked, groups


def _number(line: RegisterLine) -> int | None:
    return None if line.customer is None else numbered(line.customer, "C")


def _owners(view: View) -> dict[str | None, tuple[str | None, str | None]]:
    return {who["code"]: (who["code"], who["name"]) for who in officers_known(view).values()}


def _people(
    view: View, policy: Policy, numbers: set[int], grouping: Grouping
) -> tuple[dict[int | None, tuple[str | None, str | None]], dict[int, int]]:
    """Return the group and what is outstanding of some customers, by their number."""
    scope = select(CUSTOMER.c.id).where(among(view.connection, CUSTOMER.c.number, sorted(numbers)))
    people = customers_at(view, *dict.fromkeys((*grouping.attributes, "name")), scope=scope)
    keyed = view.rows(select(people.c.id, people.c.number, people.c.name, grouping.key_of_customer(people.c)))
    names: Any = {row.number: (customer_code(row.number), row.name) for row in keyed}
    names = names if grouping.by == "customer" else {}
    loan = loans_at(view, stale_after_days=policy.terms.stale_after_days, scope=scope).c
    sums = (
        select(loan.customer_id, total(loan.outstanding_principal).label("owed"))
        .where(loan.is_live == 1)
        .group_by(loan.customer_id)
    )
    owed = {row.customer_id: row.owed or 0 for row in view.rows(sums)}
    return (
        {row.number: named(row.key, names) for row in keyed},
        {row.number: owed.get(row.id, 0) for row in keyed},
    )


def _group(
    shown: tuple[str | None, str | None], lines: list[RegisterLine], owed: dict[int, int]
) -> RegisterGroup:
    people = {number for line in lines if (number := _number(line)) is not None}
    return RegisterGroup(
        key=shown[0],
        name=shown[1],
        open=len(lines),
        late=sum(line.days_late > 0 for line in lines),
        customers=len(people),
        outstanding_principal=sum(owed.get(number, 0) for number in people),
        amount=sum(line.amount or 0 for line in lines),
        new=None if lines[0].is_new is None else sum(bool(line.is_new) for line in lines),
    )
