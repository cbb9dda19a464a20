"""What is done about tickets after they came: with chance of its own, so that nothing else moves."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from loancrm.demo.dice import happens
from loancrm.demo.events import Handled, Heard, Measured
from loancrm.demo.span import working
from loancrm.demo.world import World

MEASURES = (  # the first does something; the second is the comparison, which changes nothing
    Measured("审批中心增派人手，复杂申请当日分派", "slow_approval", "li.wei"),
    Measured("随还款通知寄发费用说明单", "transparency", "sun.yan"),
)
_ASKED_AGAIN = timedelta(days=25)  # after the measure, or after the resolution


def measures(world: World) -> None:
    """Begin what is done against two causes."""
    for one in MEASURES:
        world.plan(world.span.measure_on, lambda on, one=one: world.tell(on, one))  # type: ignore[misc]


def follow_ticket(world: World, heard: Heard, answer_on: date, resolve_on: date, text: str) -> None:
    """Plan the answer, the words between, the resolution with a rating, and the question afterwards."""
    dice = world.dice("followed", heard.ticket)
    _plan(
        world, answer_on, Handled(heard.ticket, "answered", "已与客户联系,说明处理进度", minute=_minute(dice))
    )
    if heard.kind == "complaint":
        _between(world, dice, heard, answer_on, resolve_on)
    is_slow = heard.cause == "slow_approval"
    was_slow = is_slow and resolve_on < world.span.measure_on
    rating = _rating(dice, 0.05 if was_slow else 0.6)
    resolved = Handled(heard.ticket, "resolved", text, minute=_minute(dice), rating=rating)
    _plan(world, resolve_on, resolved)
    if is_slow or happens(dice, 0.6):
        since = max(resolve_on, world.span.measure_on) if is_slow else resolve_on
        asked_on = working(since + _ASKED_AGAIN + timedelta(days=dice.randint(0, 20)))
        rating = _rating(dice, 0.95 if is_slow else 0.6)
        _plan(
            world, asked_on, Handled(heard.ticket, "closed", "回访客户", minute=_minute(dice), rating=rating)
        )


def _between(world: World, dice: Random, heard: Heard, answer_on: date, resolve_on: date) -> None:
    """Tell the customer how it goes, wait for a document now and then, and plan what is to be done."""
    ticket = heard.ticket
    for days in range(4, (resolve_on - answer_on).days, 4):
        if happens(dice, 0.75):
            on = working(answer_on + timedelta(days=days))
            _before(
                world, on, resolve_on, Handled(ticket, "progressed", "告知客户处理进展", minute=_minute(dice))
            )
    if happens(dice, 0.25):
        wait_on = working(answer_on + timedelta(days=1))
        resume_on = working(wait_on + timedelta(days=dice.randint(2, 4)))
        if resume_on < resolve_on <= world.span.last_day:
            _plan(world, wait_on, Handled(ticket, "waiting", "等客户补充材料", minute=_minute(dice)))
            _plan(world, resume_on, Handled(ticket, "resumed", minute=_minute(dice)))
    if heard.importance == "high":
        due_on = working(answer_on + timedelta(days=7))
        _plan(world, answer_on, Handled(ticket, "planned", "核对处理经过并书面回复", to=None, due_on=due_on))
        if resolve_on > answer_on:
            _before(world, working(resolve_on - timedelta(days=1)), resolve_on, Handled(ticket, "step_done"))


def _before(world: World, on: date, end: date, event: Handled) -> None:
    if on < end:
        _plan(world, on, event)


def _plan(world: World, on: date, event: Handled) -> None:
    world.plan(on, lambda day: world.tell(day, event))


def _minute(dice: Random) -> int:
    return dice.randint(9 * 60, 17 * 60)


def _rating(dice: Random, satisfied: float) -> int | None:
    """Return what the customer says of the handling; some say nothing."""
    if happens(dice, 0.1):
        return None
    return dice.choice((4, 5)) if happens(dice, satisfied) else dice.choice((1, 2, 3))
