"""Conversations that keep in touch: by cadence, with a next step now and then."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

from loancrm.demo.dice import happens
from loancrm.demo.economy import NEGLECTFUL, OFFICERS, PACE
from loancrm.demo.events import StepDone, StepPutOff, Talked
from loancrm.demo.span import working
from loancrm.demo.world import IN_TALKS, Client, World

ENDED = ("closed", "declined", "withdrawn")
_STEPS = {
    "collection": ("核实回款到账",),
    "renewal": ("确认到期还款来源", "收集续贷申请材料"),
    "post_loan_check": ("补充用途发票", "安排现场检查"),
    "needs": ("发送产品方案", "测算授信额度"),
    "introduction": ("发送产品介绍", "约见财务负责人"),
    "application": ("收集缺少的材料", "核实抵押物权证"),
}
_USUAL_STEPS = ("补充上季度财务报表", "更新联系方式", "回访办理结果", "寄送对账单")
_NOTES = {
    "renewal": ("到期前沟通续贷意向", "确认还款来源为销售回款"),
    "post_loan_check": ("查看生产现场,开工正常", "核对资金用途凭证"),
    "needs": ("有扩产打算,需要设备资金", "希望降低利率"),
    "introduction": ("首次联系,介绍产品",),
    "application": ("说明申请所需材料", "沟通审批进度"),
    "care": ("节日问候", "了解近况"),
}
_USUAL_NOTES = ("经营正常", "了解近期订单情况", "提醒按时还款", None, None)


def cadence_days(client: Client) -> int | None:
    """Return how often an officer means to talk with a customer; it follows the example policy."""
    if client.stage in ENDED:
        return None
    if client.stage in IN_TALKS:
        return 10
    if client.fields["service_tier"] == "key" or client.stage == "prospect":
        return 30
    if client.is_student:
        return 180
    return 60 if sum(loan.outstanding for loan in client.loans) >= 100_000_000 else 90


def begin_talks(world: World, client: Client, day: date) -> None:
    """Plan the first conversation with a customer, some time within the cadence."""
    within = min(cadence_days(client) or 90, 120)
    first = day + timedelta(days=client.dice.randint(1, within))
    world.plan(working(first), partial(_talk, world, client))


def _talk(world: World, client: Client, day: date) -> None:
    every = cadence_days(client)
    if every is None:
        return
    dice, pace = client.dice, PACE[client.officer]
    if client.has_case:  # the collection calls keep in touch
        world.plan(working(day + timedelta(days=30)), partial(_talk, world, client))
        return
    reached = happens(dice, 0.8)
    wait = every * pace * dice.uniform(0.75, 1.08) if reached else dice.randint(2, 8) * pace
    if reached:
        _reach(world, client, day)
    else:
        channel, outcome = (
            dice.choice(("phone", "phone", "wechat")),
            dice.choice(("no_answer", "message_left")),
        )
        purpose = _purpose(client, day)
        world.tell(day, Talked(client.ref, channel, "out", purpose, outcome, None, client.officer))
    world.plan(working(day + timedelta(days=max(1, round(wait)))), partial(_talk, world, client))


def _reach(world: World, client: Client, day: date) -> None:
    dice, purpose = client.dice, _purpose(client, day)
    channel = _channel(client)
    outcome = "met" if channel in ("visit", "branch") else "reached"
    note = dice.choice(_NOTES.get(purpose, _USUAL_NOTES))
    direction = "in" if channel in ("branch", "app") or happens(dice, 0.12) else "out"
    step, next_on, what = None, None, None
    if happens(dice, 0.1):
        step, what = world.number("step"), dice.choice(_STEPS.get(purpose, _USUAL_STEPS))
        next_on = working(day + timedelta(days=dice.randint(4, 24)))
        _plan_step(world, client, step, next_on)
    said = Talked(client.ref, channel, direction, purpose, outcome, note, client.officer, step, next_on, what)
    world.tell(day, said)
    client.last_real_on = day


def _plan_step(world: World, client: Client, step: int, next_on: date) -> None:
    dice = client.dice
    late = dice.randint(8, 50) if happens(dice, 0.2) else dice.randint(0, 2)
    if client.officer == NEGLECTFUL:
        late += 20
    if late > 15 and happens(dice, 0.4):
        until = working(next_on + timedelta(days=late))
        world.plan(next_on, lambda day: world.tell(day, StepPutOff(step, until)))
    done = StepDone(step, "已完成" if happens(dice, 0.5) else None)
    world.plan(working(next_on + timedelta(days=late)), lambda day: world.tell(day, done))


def _channel(client: Client) -> str:
    if client.is_student:
        return client.dice.choices(("phone", "wechat", "app", "branch"), (35, 45, 10, 10))[0]
    return client.dice.choices(("phone", "visit", "wechat", "branch", "video"), (42, 27, 20, 8, 3))[0]


def _purpose(client: Client, day: date) -> str:
    if client.stage == "prospect":
        return "introduction" if client.last_real_on is None else "needs"
    if client.stage in IN_TALKS:
        return "application"
    short = [loan.terms for loan in client.loans if loan.terms.studies_until is None]
    if any((terms.matures_on - day).days <= 60 for terms in short):
        return "renewal"
    if any((day - terms.disbursed_on).days <= 45 for terms in short):
        return "post_loan_check"
    return client.dice.choice(("service", "care", "needs", "service"))


def plan_tomorrow(world: World, day: date) -> None:
    """On the last evening each officer who plans ahead agrees a next step for the morning."""
    for spec in OFFICERS:
        own = [c for c in world.clients if c.officer == spec.code and c.last_real_on is not None]
        if spec.code == NEGLECTFUL or not own:
            continue
        client, step = world.dice("tomorrow", spec.code).choice(own), world.number("step")
        what = "带合同上门" if not client.is_student else "电话确认还款账户"
        said = Talked(
            client.ref, "phone", "out", "service", "reached", None, spec.code, step, world.span.today, what
        )
        world.tell(day, said)
