"""Payments: made on the day, missed under strain, made up for later; and the end of a loan."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

from loancrm.demo.arrears import open_case, pay_all
from loancrm.demo.dice import happens
from loancrm.demo.economy import chance_of_missing
from loancrm.demo.events import Ended
from loancrm.demo.loans import Loan
from loancrm.demo.span import working
from loancrm.demo.world import Client, World

GIVEN_UP_AFTER = 240  # days past due; only of firms that are insolvent


def fall_due(world: World, client: Client, day: date) -> None:
    """Pay or miss what falls due on ``day``."""
    for loan in list(client.loans):
        while loan.coming and loan.coming[0].on == day:
            due = loan.coming.popleft()
            # Money goes to the oldest instalment first: behind an unpaid one, this is unpaid too.
            if loan.unpaid or _misses(client, day):
                loan.unpaid.append(due)
                _after_missing(world, client, day)
            else:
                loan.outstanding -= due.principal
        if not loan.outstanding:
            client.loans.remove(loan)
            world.tell(day, Ended(loan.terms.number, "settled"))


def _misses(client: Client, day: date) -> bool:
    if client.fails_from is not None and day >= client.fails_from:
        return True
    if client.is_insolvent and client.strain > 1:
        return True
    return not client.is_steady and happens(client.dice, chance_of_missing(client.strain))


def _after_missing(world: World, client: Client, day: date) -> None:
    """A case is opened; who merely forgot pays within days, before anybody calls."""
    open_case(world, client, day)
    forgot = 0.45 * (1 - min(client.strain, 1.0)) if not client.is_insolvent else 0.0
    if happens(client.dice, forgot):
        on = day + timedelta(days=client.dice.randint(1, 6))
        world.plan(on, partial(pay_all, world, client))


def recover(world: World, client: Client, day: date) -> None:
    """Once a month a few pay of themselves, without anybody's call."""
    able = not client.is_insolvent and client.is_in_arrears
    if able and happens(client.dice, 0.05 * (1 - min(client.strain, 1.0))):
        on = day + timedelta(days=client.dice.randint(0, 25))
        world.plan(on, partial(pay_all, world, client))


def give_up(world: World, client: Client, day: date) -> None:
    """Write off, soon after the month end ``day``, what an insolvent firm will not pay."""
    for loan in client.loans:
        if client.is_insolvent and loan.days_past_due(day) >= GIVEN_UP_AFTER:
            world.plan(working(day + timedelta(days=4)), partial(_write_off, world, client, loan))


def _write_off(world: World, client: Client, loan: Loan, day: date) -> None:
    if loan not in client.loans:
        return
    client.loans.remove(loan)
    world.tell(day, Ended(loan.terms.number, "written_off", loan.outstanding))
