"""Entries of points that are written one by one, and the promise that no balance is ever below zero."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, select

from loancrm import parsing
from loancrm.errors import Conflict, InvalidInput
from loancrm.i18n import _
from loancrm.identity import clean_note, clean_text
from loancrm.indicators.facts import customer_ids
from loancrm.indicators.figures import Figures
from loancrm.models import LoyaltyEntry, table
from loancrm.numerals import plain_money
from loancrm.policy import policy as policies
from loancrm.reports import lookup
from loancrm.services.inputs import Input, Receipt
from loancrm.services.point_keys import OTHERS
from loancrm.unitofwork import Change, UnitOfWork


class AdjustIn(Input):
    """Points given or taken by hand, with the reason."""

    customer: str
    points: int
    why: str


class RedeemIn(Input):
    """Which reward a customer takes."""

    customer: str
    reward: str
    note: str | None = None


class PointsReceipt(Receipt):
    """The entry, and what the customer has after it."""

    entry: str
    customer: str
    points: int
    balance: int
    reward: str | None
    cost: str | None


def adjust_in(customer: str, points: str, why: str | None) -> AdjustIn:
    """Return the adjustment that was typed: ``+50``, ``-20``.

    Raises:
        InvalidInput: no whole number other than zero, or no reason.
    """
    number = parsing.count(points[1:] if points[:1] in ("+", "-") else points, "POINTS", 1)
    if why is None:
        raise InvalidInput(_("--why is needed: points by hand have a reason"), field="--why")
    return AdjustIn(
        customer=customer,
        points=-number if points.startswith("-") else number,
        why=clean_text(why, "--why"),
    )


def redeem_in(customer: str, reward: str, note: str | None) -> RedeemIn:
    """Return the redemption that was typed."""
    return RedeemIn(
        customer=customer, reward=reward, note=None if note is None else clean_note(note, "--note")
    )


def adjust(uow: UnitOfWork, request: AdjustIn) -> PointsReceipt:
    """Give or take points.

    Raises:
        NotFound: there is no such customer.
        Conflict: the customer has fewer points than are taken.
    """
    customer = lookup.customer(uow.view(), request.customer)
    _refuse_below_zero(uow, customer, -request.points)
    return _receipt(uow, customer, _write(uow, customer, "adjustment", request.points, note=request.why))


def redeem(uow: UnitOfWork, request: RedeemIn) -> PointsReceipt:
    """Spend points on a reward of the policy.

    Raises:
        NotFound: there is no such customer or reward.
        Conflict: the customer has too few points.
    """
    customer = lookup.customer(uow.view(), request.customer)
    reward = policies.in_force(uow.view()).loyalty.reward(request.reward)
    _refuse_below_zero(uow, customer, reward.points)
    values = {"reward": request.reward, "cost": reward.cost, "note": request.note}
    return _receipt(uow, customer, _write(uow, customer, "redemption", -reward.points, **values))


def balances(uow: UnitOfWork, ids: Sequence[int]) -> dict[int, int]:
    """Return the points that customers have, by key."""
    view = uow.view()
    terms = policies.in_force(view).terms
    figures = Figures(view, terms, ("loyalty_points",), scope=customer_ids(view, ids=list(ids)))
    query = figures.select(figures.customers.c.id, figures.columns["loyalty_points"].label("points"))
    return {row.id: row.points for row in view.rows(query)}


def refuse_overdrawn(uow: UnitOfWork, ids: Sequence[int]) -> None:
    """Refuse when any of the customers would have less than no points: they were spent since.

    Raises:
        Conflict: one would.
    """
    if any(points < 0 for points in balances(uow, ids).values()):
        raise Conflict(
            _("points that this gave were spent since"),
            hint=_("undo what spent them first, or: loancrm loyalty adjust"),
            code="points_spent",
        )


def make_good(uow: UnitOfWork, customer: Row[Any]) -> None:
    """After a merge: what both had earned counts once; where it was spent twice, the bank bears it."""
    lacking = -balances(uow, [customer.id]).get(customer.id, 0)
    if lacking > 0:
        _write(uow, customer, "adjustment", lacking)


def _refuse_below_zero(uow: UnitOfWork, customer: Row[Any], needed: int) -> None:
    has = balances(uow, [customer.id]).get(customer.id, 0)
    if needed > has:
        raise Conflict(
            _("this takes {needed} points, and the customer has {has}").format(needed=needed, has=has),
            hint=_("loancrm loyalty show {code}").format(code=lookup.customer_code(customer.number)),
            code="too_few_points",
        )


def _write(uow: UnitOfWork, customer: Row[Any], kind: str, points: int, **more: Any) -> int:
    number, days = uow.next_number("loyalty_entry"), policies.in_force(uow.view()).loyalty.valid_days
    expires = None if days is None or points < 0 else uow.today + timedelta(days=days)
    values = {"number": number, "kind": kind, "points": points, "effective_on": uow.today, **more}
    values |= {"expires_on": expires, "currency": uow.currency, "live_key": f"{OTHERS}:{number}"}
    key = uow.insert(LoyaltyEntry, customer_id=customer.id, **values)
    shown = {name: value for name, value in values.items() if name not in ("live_key", "currency")}
    uow.record(Change("create", LoyaltyEntry, key, customer.id, {}, shown))
    return key


def _receipt(uow: UnitOfWork, customer: Row[Any], key: int) -> PointsReceipt:
    rows = table(LoyaltyEntry)
    row = uow.connection.execute(select(rows).where(rows.c.id == key)).one()
    return PointsReceipt(
        entry=lookup.entry_code(row.number),
        customer=lookup.customer_code(customer.number),
        points=row.points,
        balance=balances(uow, [customer.id]).get(customer.id, 0),
        reward=row.reward,
        cost=None if row.cost is None else plain_money(row.cost),
    )
