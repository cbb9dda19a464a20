"""The customers of the fictional bank: enterprises, sole proprietors and students."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

from loancrm.demo import names
from loancrm.demo.dice import happens
from loancrm.demo.economy import BRANCH, REGIONS, TRADES, Region
from loancrm.demo.span import Span
from loancrm.demo.world import Client, World

BORROWERS = 235
PROSPECTS = 65
STUDENTS = 200
USUAL_DUE_DAY = 21  # interest is settled on the 20th and debited on the 21st
_SIZES = {"large": (300, 2000), "medium": (80, 300), "small": (20, 80), "micro": (2, 20)}
_YEARS = {"vocational": 3, "undergraduate": 4, "master": 3, "doctor": 4}
_AGES = {"vocational": 18, "undergraduate": 18, "master": 22, "doctor": 25}
_SOURCES = ("网点", "老客户介绍", "行业协会", "政府推荐", "园区走访")


def settle(world: World) -> None:
    """Fill the world with customers, and with prospects who come later."""
    taken: set[str] = set()
    for ref in range(1, BORROWERS + PROSPECTS + 1):
        world.clients.append(_enterprise(world, ref, taken, is_prospect=ref > BORROWERS))
    first = BORROWERS + PROSPECTS + 1
    world.clients += [_student(world, ref) for ref in range(first, first + STUDENTS)]


def _enterprise(world: World, ref: int, taken: set[str], *, is_prospect: bool) -> Client:
    dice = world.dice("enterprise", ref)
    region = dice.choices(REGIONS, [r.weight for r in REGIONS])[0]
    trade = dice.choices(TRADES, [t.weight for t in TRADES])[0]
    size = dice.choices(tuple(_SIZES), (5, 22, 43, 30))[0]
    sole = size == "micro" and happens(dice, 0.5)
    since_on = _prospect_since(world.span, dice) if is_prospect else _since(world.span, dice)
    boss = names.person(dice)
    fields: dict[str, Any] = {
        "name": _unique_name(dice, region, trade.word, taken, sole=sole),
        "bank_number": f"1000{ref:06d}",
        "uscc": names.credit_code(ref, region.area, sole=sole),
        "phone": names.phone(ref),
        "region": region.name,
        "branch": BRANCH[region.officer],
        "industry": trade.code,
        "size_class": size,
        "employees": dice.randint(*_SIZES[size]),
        "founded_on": since_on - timedelta(days=dice.randint(200, 6000)),
        "legal_representative": boss,
        "actual_controller": boss if happens(dice, 0.7) else names.person(dice),
        "source": dice.choice(_SOURCES),
        "service_tier": "prospective" if is_prospect else _tier(dice, size),
        "pipeline_stage": "prospect" if is_prospect else "repayment",
    }
    kind = "sole_proprietor" if sole else "enterprise"
    client = Client(ref, kind, fields, region.officer, since_on, dice, due_day=_due_day(dice))
    client.strain = dice.uniform(0.0, 0.12) if happens(dice, 0.92) else dice.uniform(0.3, 0.7)
    return client


def _unique_name(dice: Random, region: Region, word: str, taken: set[str], *, sole: bool) -> str:
    compose = names.shop if sole else names.company
    while (name := compose(dice, region.name, word)) in taken:
        pass
    taken.add(name)
    return name


def _since(span: Span, dice: Random) -> date:
    return span.start - timedelta(days=dice.randint(200, 2500))


def _prospect_since(span: Span, dice: Random) -> date:
    """Some are there at the start, the others come one by one, more of them in the last months."""
    days = (span.last_day - span.start).days
    if happens(dice, 0.2):
        return span.start
    soonest = days - 150 if happens(dice, 0.4) else 20
    return span.start + timedelta(days=dice.randint(soonest, days - 5))


def _tier(dice: Random, size: str) -> str:
    return "key" if happens(dice, {"large": 0.8, "medium": 0.25}.get(size, 0.02)) else "general"


def _due_day(dice: Random) -> int:
    return USUAL_DUE_DAY if happens(dice, 0.35) else dice.randint(1, 28)


def _student(world: World, ref: int) -> Client:
    dice = world.dice("student", ref)
    level = dice.choices(tuple(_YEARS), (30, 50, 15, 5))[0]
    # From those who left two years before the start to those who came this autumn.
    oldest = world.span.start.year - _YEARS[level] - 1
    enrolled = date(dice.randint(oldest, _last_autumn(world.span)), 9, 1)
    graduates = date(enrolled.year + _YEARS[level], dice.choice((6, 7)), dice.choice((15, 20, 30)))
    first_draw = dice.randint(enrolled.year, min(graduates.year - 1, _last_autumn(world.span)))
    region = dice.choice(REGIONS)
    born = date(enrolled.year - _AGES[level], dice.randint(1, 12), dice.randint(1, 28))
    officer = "zhang.min" if happens(dice, 0.65) else "sun.yan"
    fields: dict[str, Any] = {
        "name": names.person(dice),
        "bank_number": f"2000{ref:06d}",
        "resident_id": names.resident_id(ref, region.area, born),
        "phone": names.phone(ref),
        "region": region.name,
        "branch": BRANCH[officer],
        "school": names.school(dice, level),
        "study_level": level,
        "major": dice.choice(names.MAJORS),
        "enrolled_on": enrolled,
        "graduates_on": graduates,
        "career_direction": dice.choice(names.CAREERS) or None,
        "is_hardship": happens(dice, 0.45),
        "service_tier": "general",
        "pipeline_stage": "repayment",
    }
    since_on = date(first_draw, 9, 1) - timedelta(days=dice.randint(5, 40))
    return Client(ref, "student", fields, officer, since_on, dice, due_day=_student_day(dice))


def _last_autumn(span: Span) -> int:
    """The year of the last start of term that the simulation sees."""
    return span.last_day.year if span.last_day >= date(span.last_day.year, 9, 1) else span.last_day.year - 1


def _student_day(dice: Random) -> int:
    return 20 if happens(dice, 0.25) else dice.randint(1, 28)
