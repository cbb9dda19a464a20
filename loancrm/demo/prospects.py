"""The pipeline: from the market list to the first draw, or to nothing."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

from loancrm.calendars import add_months
from loancrm.demo.dice import happens
from loancrm.demo.draws import lend, open_line
from loancrm.demo.economy import approval_days
from loancrm.demo.span import working
from loancrm.demo.voices import complain_of_approval
from loancrm.demo.world import Client, World

STAGES = (
    "prospect",
    "enquiry",
    "application",
    "investigation",
    "approval",
    "contract",
    "disbursement",
)
_DAYS = {
    "prospect": (25, 120),
    "enquiry": (10, 45),
    "application": (5, 20),
    "investigation": (8, 25),
    "contract": (3, 10),
    "disbursement": (2, 6),
}
_DROPS = {"prospect": 0.1, "enquiry": 0.12, "application": 0.05, "investigation": 0.08, "approval": 0.06}


def court(world: World, client: Client, day: date) -> None:
    """Begin with a prospect; each stage takes its time."""
    _wait(world, client, day)


def _wait(world: World, client: Client, day: date) -> None:
    stage = client.stage
    if stage == "approval":
        takes = approval_days(world.span, client.dice, day, client.region)
        complain_of_approval(world, client, day, takes)
    else:
        takes = client.dice.randint(*_DAYS[stage])
    world.plan(working(day + timedelta(days=takes)), partial(_move, world, client))


def _move(world: World, client: Client, day: date) -> None:
    stage = client.stage
    if happens(client.dice, _DROPS.get(stage, 0.0)):
        by_bank = stage in ("investigation", "approval")
        world.change(day, client, pipeline_stage="declined" if by_bank else "withdrawn")
        return
    if stage == STAGES[-1]:
        _begin(world, client, day)
        return
    world.change(day, client, pipeline_stage=STAGES[STAGES.index(stage) + 1])
    _wait(world, client, day)


def _begin(world: World, client: Client, day: date) -> None:
    world.change(day, client, pipeline_stage="repayment", service_tier="general")
    if client.fields["size_class"] in ("large", "medium"):
        open_line(world, client, day, day)
    lend(world, client, day, add_months(day, 12))
