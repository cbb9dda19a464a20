"""Customers who leave: the bank tries to win them back, and what came of it is written down two months later.

Whom to try is read from the book as it stands on the day, so this is drawn when the day is written. No loan
and no conversation is added: who comes back does so in the simulation, and is said to be won back for that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import select

from loancrm.demo.dice import happens, stream
from loancrm.demo.events import Marketed, Talked
from loancrm.demo.filing import file_fact
from loancrm.demo.span import working
from loancrm.demo.world import World
from loancrm.dossier import KINDS
from loancrm.indicators.figures import Figures
from loancrm.models import WinBack, WinBackResult, table
from loancrm.policy.policy import in_force
from loancrm.reports.lookup import customer_code
from loancrm.services.win_backs import WinBackEnd, WinBackIn, begin, end
from loancrm.unitofwork import UnitOfWork

TRIED_AGO, DECIDED_AFTER = (300, 210, 120), 75  # days
TRIES, LISTED = 0.8, 150
WON_BY, LOST_TO = ("rate", "visit", "speed"), ("competitor", "no_need")
CHAIN, CHAIN_AGO = 4, 260


def prepare(world: World) -> None:
    """Plan the attempts and their results, and the chain of referrals."""
    for number, ago in enumerate(TRIED_AGO, 1):
        begun_on = working(world.span.today - timedelta(days=ago))
        for day, what in ((begun_on, "win_back"), (_decided(begun_on), "win_back_results")):
            if day <= world.span.last_day:
                world.tell(day, Marketed(what, number, world.seed, {}))
    _chain(world)


def _decided(begun_on: date) -> date:
    return working(begun_on + timedelta(days=DECIDED_AFTER))


def _chain(world: World) -> None:
    """One firm brings the next, four in a row, a month apart."""
    steady = [one for one in world.clients if one.is_steady and one.since_on <= world.span.start]
    by_day = {one.since_on: one for one in steady}  # who brings another was here before
    firms = [by_day[day] for day in sorted(by_day)]
    first = working(world.span.today - timedelta(days=CHAIN_AGO))
    for n, (referrer, brought) in enumerate(pairwise(firms[:CHAIN])):
        day = working(first + timedelta(days=30 * n))
        file_fact(world, brought, day, "referral", day, referrer=referrer.ref, note="转介绍")


def try_them(uow: UnitOfWork, event: Marketed, clients: Mapping[str, int]) -> Iterator[Talked]:
    """Begin to win back most of the firms that have had no loan for a while."""
    del clients
    dice, view = stream(event.seed, "win_back", event.number), uow.view()
    policy = in_force(view)
    figures = Figures(view, policy.terms, ("days_since_maturity", "written_off_loans"))
    people, value = figures.customers.c, figures.columns
    query = figures.select(people.number).where(
        people.kind != "student",
        value["days_since_maturity"].between(10, LISTED),
        value["written_off_loans"] == 0,
    )
    attempts = table(WinBack)
    tried = set(uow.connection.scalars(select(attempts.c.customer_id)))
    for row in view.rows(query.add_columns(people.id).order_by(people.number)):
        if row.id not in tried and happens(dice, TRIES):
            begin(uow, WinBackIn(customer=customer_code(row.number), language="zh_CN"))
    yield from ()


def decide(uow: UnitOfWork, event: Marketed, clients: Mapping[str, int]) -> Iterator[Talked]:
    """Write down of each attempt that is open whether the firm has a loan again."""
    del clients
    dice, view, kind = stream(event.seed, "win_back_results", event.number), uow.view(), KINDS["win_back"]
    figures = Figures(view, in_force(view).terms, ("live_loans",))
    rows, results = table(WinBack), table(WinBackResult)
    ended = select(results.c.win_back_id)
    query = figures.select(rows.c.number, figures.columns["live_loans"].label("live"))
    query = query.where(rows.c.customer_id == figures.customers.c.id, rows.c.id.not_in(ended))
    for row in view.rows(query.order_by(rows.c.number)):
        values: dict[str, Any] = {"outcome": "won_back", "means": dice.choice(WON_BY)}
        if not row.live:
            values = {"outcome": "lost", "means": dice.choice(LOST_TO)}
        cost = dice.randint(1, 20) * 100_00
        end(uow, WinBackEnd(win_back=kind.code(row.number), cost=cost, **values))
    yield from ()
