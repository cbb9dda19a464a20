"""Feedback: what customers say of the bank, and how the bank answers."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

from loancrm.demo.dice import happens
from loancrm.demo.economy import LEAVER, NEGLECTFUL, OFFICERS
from loancrm.demo.events import Handled, Heard
from loancrm.demo.follow import follow_ticket
from loancrm.demo.span import working
from loancrm.demo.world import Client, World

BEARABLE_DAYS = 24  # an approval that takes longer is complained of by most
FORGOTTEN_AFTER = timedelta(days=150)
_MONTHLY = (("enquiry", 0.008), ("suggestion", 0.004), ("praise", 0.005), ("complaint", 0.003))
_TEXTS = {
    "enquiry": (
        "咨询提前还款的手续和费用",
        "询问利率调整后每月还款额",
        "询问展期需要哪些材料",
        "咨询贷款结清证明怎么开",
    ),
    "suggestion": ("建议手机银行增加还款提醒", "希望可以线上提交财务报表", "建议增加周末办理窗口"),
    "praise": ("客户经理上门服务很耐心", "放款比承诺的还快", "还款方案解释得很清楚"),
    "complaint": ("扣款短信重复发送", "网点等候时间过长", "合同条款说明不清楚", "系统显示的余额有误"),
}
_CAUSES = {
    "咨询提前还款的手续和费用": "transparency",
    "询问利率调整后每月还款额": "transparency",
    "询问展期需要哪些材料": "documents",
    "咨询贷款结清证明怎么开": "transparency",
    "建议手机银行增加还款提醒": "online_service",
    "希望可以线上提交财务报表": "online_service",
    "建议增加周末办理窗口": "waiting_time",
    "扣款短信重复发送": "messages",
    "网点等候时间过长": "waiting_time",
    "合同条款说明不清楚": "transparency",
    "系统显示的余额有误": "wrong_data",
    "半年多没有客户经理联系,电话也没人回": "no_contact",
}
_STAGES = {
    "enquiry": ("repayment", "enquiry", "after_loan"),
    "suggestion": ("repayment", "application", "after_loan"),
    "praise": ("after_loan", "disbursement", "repayment"),
    "complaint": ("repayment", "contract", "after_loan", "disbursement"),
}
_RESOLUTIONS = {
    "enquiry": "已向客户说明并发送书面材料",
    "suggestion": "已转产品部门,列入改进计划",
    "complaint": "已致歉并处理完毕,客户认可",
}


def listen(world: World, client: Client, day: date) -> None:
    """Let a customer say something in the month that begins on ``day``."""
    dice = client.dice
    for kind, chance in _MONTHLY:
        if happens(dice, chance):
            on = working(day + timedelta(days=dice.randint(0, 24)))
            stage = dice.choice(_STAGES[kind])
            world.plan(on, partial(_hear, world, client, kind, stage, dice.choice(_TEXTS[kind]), None))
    if _is_forgotten(client, day) and happens(dice, 0.05):
        on = working(day + timedelta(days=dice.randint(0, 24)))
        text = "半年多没有客户经理联系,电话也没人回"
        world.plan(on, partial(_hear, world, client, "complaint", "after_loan", text, NEGLECTFUL))


def _is_forgotten(client: Client, day: date) -> bool:
    if client.officer != NEGLECTFUL or client.stage == "closed" or client.last_real_on is None:
        return False
    return day - client.last_real_on > FORGOTTEN_AFTER


def complain_of_approval(world: World, client: Client, applied_on: date, takes: int) -> None:
    """Complain of an approval that takes ``takes`` days; praise a quick one now and then."""
    dice = client.dice
    if takes > BEARABLE_DAYS and happens(dice, 0.75):
        on = working(applied_on + timedelta(days=dice.randint(BEARABLE_DAYS - 4, takes)))
        text = dice.choice(
            ("申请提交三周仍未批复,影响进货", "审批进度无人告知,催了多次", "审批太慢,差点错过付款期")
        )
        world.plan(on, partial(_hear, world, client, "complaint", "approval", text, None))
    elif happens(dice, 0.15 if applied_on >= world.span.measure_on else 0.02):
        on = working(applied_on + timedelta(days=takes))
        world.plan(on, partial(_hear, world, client, "praise", "approval", "审批比以前快多了", None))


def _hear(
    world: World, client: Client, kind: str, stage: str, text: str, about: str | None, day: date
) -> None:
    dice, ticket = client.dice, world.number("ticket")
    grave = kind == "complaint" and (about is not None or stage == "approval")
    heard = Heard(
        ticket=ticket,
        client=client.ref,
        channel=dice.choice(("phone", "wechat", "branch", "app")),
        kind=kind,
        service_stage=stage,
        department=_department(client, stage),
        importance="high" if grave else dice.choice(("medium", "medium", "low")),
        urgency="high" if grave and happens(dice, 0.4) else "medium",
        text=text,
        about=about,
        product=client.loans[0].terms.product if client.loans else None,
        cause=_CAUSES.get(text, "slow_approval" if grave and about is None else None),
        minute=world.dice("voice", ticket).randint(9 * 60, 16 * 60),
    )
    world.tell(day, heard)
    if kind != "praise":
        _handle(world, client, heard, day)


def _department(client: Client, stage: str) -> str:
    if stage == "approval":
        return "审批中心"
    return "学生贷款中心" if client.is_student else "公司业务部"


def _handle(world: World, client: Client, heard: Heard, day: date) -> None:
    """Assign, answer and resolve: mostly in time, some late, a few not until somebody looks."""
    dice = client.dice
    other = [spec.code for spec in OFFICERS if spec.code not in (heard.about, client.officer)]
    if heard.about is not None or heard.service_stage == "approval":
        world.tell(
            day, Handled(heard.ticket, "assigned", to=_colleague(world, other, day), minute=heard.minute)
        )
    slow = happens(dice, 0.2)
    answer_on = working(day + timedelta(days=dice.randint(4, 12) if slow else dice.randint(0, 1)))
    takes = dice.randint(18, 45) if slow else dice.randint(2, 13)
    resolve_on = working(answer_on + timedelta(days=takes))
    measure = heard.service_stage == "approval" and resolve_on >= world.span.measure_on
    text = "审批中心已增派人手,当日批复" if measure else _RESOLUTIONS[heard.kind]
    follow_ticket(world, heard, answer_on, resolve_on, text)


def _colleague(world: World, codes: list[str], day: date) -> str:
    stays = [code for code in codes if code != LEAVER or day < world.span.leaving_on]
    return stays[0]
