"""Where the bank lends and to whom: regions, trades, officers; and how hard a month is for a firm."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from random import Random

from loancrm.demo.dice import happens
from loancrm.demo.span import Span

SHOCKED = "C30"
SLOW_REGIONS = ("郑州", "洛阳")
SHOCK_CHANCE = 0.8  # how many firms of the shocked trade are hit
OWN_SHOCK_CHANCE = 0.02  # a month
RECOVERY = 0.9  # of the strain of a month that is left a month later


@dataclass(frozen=True, slots=True)
class Trade:
    """An industry (GB/T 4754-2017), what its firms are called, what they borrow for, and its weight."""

    code: str
    word: str
    purpose: str
    weight: int


@dataclass(frozen=True, slots=True)
class Region:
    """A city, the first six digits of its identifiers, and the officer who has it at the start."""

    name: str
    area: str
    officer: str
    weight: int


@dataclass(frozen=True, slots=True)
class OfficerSpec:
    """An officer. ``pace`` stretches the time between conversations: 1 keeps the cadence."""

    code: str
    name: str
    branch: str
    pace: float = 1.0


OFFICERS = (
    OfficerSpec("li.wei", "李伟", "杭州支行"),
    OfficerSpec("wang.fang", "王芳", "郑州支行", 0.95),
    OfficerSpec("zhang.min", "张敏", "成都支行", 1.05),
    OfficerSpec("chen.jie", "陈杰", "苏州支行", 3.6),
    OfficerSpec("zhao.lei", "赵磊", "武汉支行"),
    OfficerSpec("sun.yan", "孙燕", "济南支行", 0.95),
)
PACE = {spec.code: spec.pace for spec in OFFICERS}
BRANCH = {spec.code: spec.branch for spec in OFFICERS}
NEGLECTFUL = "chen.jie"
LEAVER = "zhao.lei"
HEIRS = {"长沙": "sun.yan", "武汉": "li.wei"}  # who takes over the leaver's customers
RESHUFFLED = ("绍兴", "zhang.min")

REGIONS = (
    Region("杭州", "330100", "li.wei", 5),
    Region("宁波", "330200", "li.wei", 4),
    Region("绍兴", "330600", "li.wei", 4),
    Region("郑州", "410100", "wang.fang", 9),
    Region("洛阳", "410300", "wang.fang", 6),
    Region("苏州", "320500", "chen.jie", 6),
    Region("无锡", "320200", "chen.jie", 5),
    Region("长沙", "430100", "zhao.lei", 4),
    Region("武汉", "420100", "zhao.lei", 4),
    Region("济南", "370100", "sun.yan", 4),
    Region("青岛", "370200", "sun.yan", 3),
    Region("成都", "510100", "zhang.min", 3),
)
TRADES = (
    Trade("C30", "建材", "采购水泥和砂石", 6),
    Trade("C34", "机械", "采购钢材", 6),
    Trade("C17", "纺织", "采购棉纱", 4),
    Trade("C14", "食品", "采购原料和包装", 5),
    Trade("C38", "电气", "采购铜材", 3),
    Trade("E47", "建筑", "支付工程款", 5),
    Trade("F51", "贸易", "支付货款", 7),
    Trade("F52", "百货", "备货", 4),
    Trade("G54", "物流", "购置车辆", 4),
    Trade("A01", "农业", "购买种子和农资", 4),
    Trade("I65", "信息技术", "研发投入", 3),
    Trade("H62", "餐饮", "门店装修", 3),
)


def strain_of(span: Span, dice: Random, day: date, industry: str | None, strain: float) -> float:
    """Return a firm's strain in the month of ``day`` (its first day), from 0 to about 1.5.

    Strain fades; a shock of its own or of its trade adds to it.
    """
    strain = strain * RECOVERY + dice.uniform(0.0, 0.01)
    if industry == SHOCKED and day == span.shock_on and happens(dice, SHOCK_CHANCE):
        strain += dice.uniform(0.5, 1.0)
    if happens(dice, OWN_SHOCK_CHANCE):
        strain += dice.uniform(0.4, 1.0)
    return min(strain, 1.5)


def chance_of_missing(strain: float) -> float:
    """Return how likely a payment is missed under this strain."""
    return min(0.9, 0.006 + 0.75 * max(0.0, strain - 0.15))


def approval_days(span: Span, dice: Random, day: date, region: str) -> int:
    """Return how many days the bank takes to approve what was applied for on ``day``."""
    if region in SLOW_REGIONS and span.second_half <= day < span.measure_on:
        # What waits on the day of the measure is decided soon after it.
        slow = dice.randint(28, 50)
        return min(slow, max((span.measure_on - day).days, 9) + dice.randint(3, 8))
    return dice.randint(6, 16)
