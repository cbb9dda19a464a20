"""Students: a draw each autumn, interest while they study, principal once they have left."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

from loancrm.calendars import add_months
from loancrm.demo.dice import happens
from loancrm.demo.events import Drawn
from loancrm.demo.loans import Terms, begin
from loancrm.demo.world import Client, World

WITHOUT_WORK = 0.4  # how many find no work at first
_AHEAD = timedelta(days=120)


def enrol(world: World, client: Client) -> None:
    """Plan a student's draws, one a year while they study, and the day they leave."""
    dice = client.dice
    graduates = client.fields["graduates_on"]
    # The bank knows a student since shortly before the first draw; some skip a year.
    first = client.since_on.year
    for year in range(first, graduates.year):
        if year == first or happens(dice, 0.65):
            _plan_draws(world, client, date(year, 9, 10) + timedelta(days=dice.randint(0, 35)))
    if graduates >= world.span.start:
        world.plan(graduates, partial(_graduate, world, client))
    elif (world.span.start - graduates).days < 300 and happens(dice, WITHOUT_WORK):
        client.strain = dice.uniform(0.2, 0.5)


def _plan_draws(world: World, client: Client, day: date) -> None:
    kinds = ["tuition"] + (["living"] if happens(client.dice, 0.12) else [])
    for product in kinds:
        action = partial(_draw, world, client, product, day)
        if day < world.span.start:
            action(world.span.start)
        else:
            world.plan(day, action)


def _draw(world: World, client: Client, product: str, disbursed_on: date, day: date) -> None:
    dice, graduates = client.dice, client.fields["graduates_on"]
    steps = (80, 160) if product == "tuition" else (30, 60)
    terms = Terms(
        number=f"ZX{disbursed_on:%Y%m}{world.number('loan'):04d}",
        client=client.ref,
        product=product,
        security="unsecured",
        principal=dice.randint(*steps) * 100 * 100,
        annual_rate=dice.choice((28_000, 29_000, 30_000)),
        disbursed_on=disbursed_on,
        matures_on=add_months(graduates, 12 * dice.choice((10, 12, 15))),
        repayment="study",
        due_day=client.due_day,
        contract=f"ZXHT{disbursed_on:%Y}{world.number('contract'):04d}",
        region=client.region,
        purpose="学费" if product == "tuition" else "生活费",
        studies_until=graduates,
    )
    client.loans.append(begin(terms, world.span.start, world.span.today + _AHEAD))
    world.tell(day, Drawn(terms))
    if client.stage != "repayment":
        world.change(day, client, pipeline_stage="repayment")


def _graduate(world: World, client: Client, day: date) -> None:
    """Some have work, some look for it: those will find the first instalments hard."""
    dice = client.dice
    if happens(dice, WITHOUT_WORK):
        client.strain = dice.uniform(0.6, 1.0)
    if client.fields["career_direction"] is None:
        world.change(day, client, career_direction=dice.choice(("企业就业", "考研深造", "教师")))
