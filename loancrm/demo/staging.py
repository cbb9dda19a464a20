"""What must be there on the morning of the last day: it is brought about, not written in.

Some firms are given anniversaries so that this year's loan matures on a step of the ladder; some
are hit by a sudden shock two days before the end.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

from loancrm.calendars import add_months
from loancrm.demo import draws
from loancrm.demo.economy import NEGLECTFUL, SLOW_REGIONS
from loancrm.demo.people import BORROWERS
from loancrm.demo.world import Client, World

LADDER = (90, 60, 30, 7, 1)  # days before maturity, as in the example policy
FIRMS_PER_STEP = 2
SETTLED_LATELY = 3  # firms whose loan ends between the last two days of data
SUDDEN = 4  # firms that fail between the last two days of data
SOON_DUE = 3
INSOLVENT = 7


def prepare(world: World) -> None:
    """Choose the firms, in the order of their numbers, each for one thing."""
    ready = [c for c in world.clients[:BORROWERS] if _is_plain(c)]
    firms = iter(ready)
    today = world.span.today
    for step in LADDER:
        for _ in range(FIRMS_PER_STEP):
            _mature(world, next(firms), today + timedelta(days=step))
    for _ in range(SETTLED_LATELY):
        _mature(world, next(firms), today - timedelta(days=2))
    for _ in range(SUDDEN):
        _fail(world, next(firms))
    for _ in range(SOON_DUE):
        _keep(next(firms), (today + timedelta(days=2)).day)
    for n in range(INSOLVENT):
        _ruin(world, next(firms), n)


def _is_plain(client: Client) -> bool:
    """A firm with one bullet loan, not in the slow region and not with the neglectful officer."""
    return client.kind == "enterprise" and client.region not in SLOW_REGIONS and client.officer != NEGLECTFUL


def _mature(world: World, client: Client, on: date) -> None:
    """Give a firm a loan that is renewed a year before ``on``, for a year."""
    client.is_steady = True
    client.strain = 0.0
    before = add_months(on, -12)
    disbursed_on = add_months(before, -12)
    client.since_on = min(client.since_on, disbursed_on - timedelta(days=30))
    client.fields["founded_on"] = min(client.fields["founded_on"], client.since_on - timedelta(days=400))
    world.plan(world.span.start, partial(_lend, world, client, disbursed_on, before))


def _lend(world: World, client: Client, disbursed_on: date, matures_on: date, day: date) -> None:
    del day
    draws.lend(world, client, disbursed_on, matures_on)


def _keep(client: Client, due_day: int) -> None:
    """Give a firm a day of settlement that comes soon after the end."""
    client.due_day = due_day
    client.strain = 0.0


def _fail(world: World, client: Client) -> None:
    """Hit a sound firm on the day that its interest falls due, two days before the end."""
    falls_on = world.span.today - timedelta(days=2)
    _mature(world, client, add_months(falls_on, 5))
    client.due_day = falls_on.day
    client.fails_from = falls_on


def _ruin(world: World, client: Client, n: int) -> None:
    """Make a firm insolvent in the first half; its loan is never paid again."""
    month = world.span.month_ends[n % 6].replace(day=1)

    def fail(day: date) -> None:
        del day
        client.is_insolvent, client.strain = True, 1.4

    world.plan(month, fail)
