"""Collection: a missed payment brings a call, a call a promise, a promise a payment or another call."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

from loancrm.demo.dice import happens
from loancrm.demo.economy import NEGLECTFUL
from loancrm.demo.events import Ended, StepDone, Talked
from loancrm.demo.span import working
from loancrm.demo.world import Client, World
from loancrm.numerals import format_money

_REASONS = (
    "下游客户拖欠货款",
    "库存积压,回款慢",
    "忘记存入足额款项",
    "工程款未结算",
    "工资发放后再还",
    "尚未找到工作",
)


def open_case(world: World, client: Client, day: date) -> None:
    """Begin to call, unless somebody does already; a neglectful officer begins late."""
    if client.has_case:
        return
    client.has_case = True
    careless = client.officer == NEGLECTFUL
    lag = client.dice.randint(12, 40) if careless else client.dice.randint(2, 6)
    world.plan(working(day + timedelta(days=lag)), partial(_call, world, client))


def pay_all(world: World, client: Client, day: date) -> None:
    """Pay everything that is unpaid; a loan that matured ends with it."""
    for loan in list(client.loans):
        if not loan.unpaid:
            continue
        loan.settle_unpaid(day)
        if not loan.outstanding:
            client.loans.remove(loan)
            world.tell(day, Ended(loan.terms.number, "settled"))


def owed(client: Client) -> int:
    """Return what is unpaid, in minor units."""
    return sum(due.principal + due.interest for loan in client.loans for due in loan.unpaid)


def _call(world: World, client: Client, day: date) -> None:
    if not client.is_in_arrears:
        client.has_case = False
        return
    dice = client.dice
    answers = 0.68 - 0.15 * min(client.strain, 1.0) - (0.08 if client.is_student else 0.0)
    if not happens(dice, answers):
        outcome = dice.choice(("no_answer", "no_answer", "no_answer", "call_back", "message_left"))
        _tell(world, client, day, outcome, None)
        _call_again(world, client, day, 2, 6)
    elif happens(dice, 0.65 - 0.4 * min(client.strain, 1.0)):  # who has nothing promises little
        _promise(world, client, day)
    else:
        _explain(world, client, day)


def _call_again(world: World, client: Client, day: date, soonest: int, latest: int) -> None:
    slower = 5 if client.officer == NEGLECTFUL else 1
    wait = client.dice.randint(soonest, latest) * slower
    world.plan(working(day + timedelta(days=wait)), partial(_call, world, client))


def _explain(world: World, client: Client, day: date) -> None:
    """Talked, and no date named: the talk helps all the same."""
    dice = client.dice
    in_person = not client.is_student and happens(dice, 0.3)
    _tell(world, client, day, "met" if in_person else "reached", dice.choice(_REASONS))
    if not client.is_insolvent and happens(dice, 0.4 * (1.05 - min(client.strain, 1.0))):
        world.plan(day + timedelta(days=dice.randint(2, 9)), partial(pay_all, world, client))
    _call_again(world, client, day, 10, 16)


def _promise(world: World, client: Client, day: date) -> None:
    dice = client.dice
    amount, step = format_money(owed(client)), world.number("step")
    promised_on = working(day + timedelta(days=dice.randint(4, 14)))
    what = f"承诺 {promised_on.isoformat()} 前还款 {amount}"
    _tell(
        world,
        client,
        day,
        "promised",
        f"承诺 {promised_on.isoformat()} 前还款 {amount}",
        step,
        promised_on,
        what,
    )
    kept = not client.is_insolvent and happens(dice, 0.95 - 0.5 * min(client.strain, 1.0))
    pays_on = promised_on - timedelta(days=dice.randint(0, 2)) if kept else None
    if pays_on is not None:
        world.plan(max(pays_on, day), partial(pay_all, world, client))
    # The officer looks on the next working day whether the money came.
    looks_on = working(promised_on + timedelta(days=1))
    world.plan(looks_on, partial(_look, world, client, step))


def _look(world: World, client: Client, step: int, day: date) -> None:
    kept = not client.is_in_arrears
    world.tell(day, StepDone(step, "kept" if kept else "broken: nothing arrived"))
    if kept:
        client.has_case = False
    else:
        _call_again(world, client, day, 1, 4)


def _tell(
    world: World,
    client: Client,
    day: date,
    outcome: str,
    note: str | None,
    step: int | None = None,
    next_on: date | None = None,
    next_what: str | None = None,
) -> None:
    channel = "visit" if outcome == "met" else client.dice.choice(("phone", "phone", "phone", "wechat"))
    said = Talked(
        client.ref, channel, "out", "collection", outcome, note, client.officer, step, next_on, next_what
    )
    world.tell(day, said)
    if outcome in ("reached", "met", "promised"):
        client.last_real_on = day
