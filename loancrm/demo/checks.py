"""Post-loan checks: soon after a draw, each quarter, and a special one when a payment was missed.

Everything here rolls dice of its own, so that nothing else of the simulation moves.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from random import Random

from loancrm.calendars import add_months
from loancrm.demo import economy
from loancrm.demo.dice import happens
from loancrm.demo.filing import file_fact
from loancrm.demo.loans import Loan
from loancrm.demo.span import working
from loancrm.demo.world import Client, World

QUARTER = timedelta(days=75)  # since the last check: the next one falls into this month
MISSED = 0.08  # checks that do not take place in the month in which they should
ON_SITE = 0.6
FINDINGS = {
    "in_order": ("库存正常，货款回笼按期", "生产经营正常，贷款用途与合同一致", "设备满负荷，订单充足"),
    "watch": ("应收账款账期拉长", "库存较上季度增加", "主要客户订单减少"),
    "risk": ("部分生产线停工", "被其他银行压贷", "工资发放延迟"),
}


def look_after(world: World, client: Client, day: date) -> None:
    """Plan the check of a firm's loans in the month that begins, where one should take place."""
    loans = [loan for loan in client.loans if loan.outstanding]
    if client.is_student or not loans or client.officer == economy.NEGLECTFUL:
        return
    dice = world.dice("check", client.ref, day)
    late = any(loan.unpaid for loan in loans)
    last_on = world.checked.get(client.ref)
    is_new = [loan for loan in loans if last_on is None or loan.terms.disbursed_on > last_on]
    if not (late or is_new or last_on is None or day - last_on >= QUARTER) or happens(dice, MISSED):
        return
    kind = "special" if late and not is_new else "first" if is_new else "regular"
    on = working(day + timedelta(days=dice.randint(2, 20)))
    world.plan(on, partial(_check, world, client, dice, kind, loans))


def _check(world: World, client: Client, dice: Random, kind: str, loans: list[Loan], day: date) -> None:
    """Look after the loans; two officers go out together."""
    if kind != "special":
        world.checked[client.ref] = day
    result = _result(client, dice)
    is_on_site = kind != "regular" or happens(dice, ON_SITE)
    colleagues = [code for code in economy.HEIRS.values() if code != client.officer]
    file_fact(
        world,
        client,
        day,
        "check",
        day,
        kind=kind,
        loan=loans[0].terms.number if len(loans) == 1 else None,
        is_on_site=is_on_site,
        officer=client.officer,
        second_officer=dice.choice(colleagues) if is_on_site else None,
        result=result,
        finding=dice.choice(FINDINGS[result]),
        evidence="现场照片" if is_on_site else "账户流水",
        next_on=add_months(day, 1) if result == "risk" else None,
    )


def _result(client: Client, dice: Random) -> str:
    if client.strain > 0.65 and happens(dice, 0.8):
        return "risk" if client.is_in_arrears else "watch"
    return "watch" if happens(dice, 0.1) else "in_order"
