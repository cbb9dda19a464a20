"""What else is known of customers: money over accounts, other products, guarantors, views, who brought whom.

And what the bank knows beside them: partners, published series, the staff's trainings. Everything here rolls
dice of its own, so that nothing else of the simulation moves.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from random import Random

from loancrm.calendars import add_months, end_of_month
from loancrm.demo import economy
from loancrm.demo.dice import happens
from loancrm.demo.events import Filed
from loancrm.demo.filing import ASSETS, YUAN, file_fact
from loancrm.demo.span import DAY, working
from loancrm.demo.world import Client, World

QUARTER = 3
_PRODUCTS = ("对公存款", "代发工资", "收单", "企业网银")
_PARTNERS = (
    ("杭州工业大学", "school", "杭州"),
    ("洛阳县资助中心", "aid_centre", "洛阳"),
    ("中原融资担保", "guarantee_company", "郑州"),
    ("锦江商会", "referrer", "成都"),
    ("蜀都外国语大学", "school", "成都"),
    ("济南中小企业服务中心", "public_source", "济南"),
)
_RECOGNISED = 0.5  # of the officers
_RATED = ("business_stability", "ability_to_repay", "cooperation")


def prepare(world: World) -> None:
    """Plan what is nobody's file: partners at once, a series month by month, trainings of the officers."""
    start = world.span.start
    for name, kind, region in _PARTNERS:
        key = world.number("fact")
        world.partners.append(key)
        world.tell(start, Filed(None, "partner", key, start, {"name": name, "kind": kind, "region": region}))
    dice = world.dice("series")
    end = end_of_month(start.replace(day=1))
    while end < world.span.last_day:
        value = 50.2 + dice.uniform(-0.8, 0.8) - (1.5 if end >= world.span.shock_on else 0)
        values = {"name": "pmi", "value": round(value * 10) * 100_000}
        world.tell(end + DAY, Filed(None, "series", world.number("fact"), end, values))
        end = end_of_month(end + DAY)
    for spec in economy.OFFICERS:
        _train(world, spec.code)


def _train(world: World, officer: str) -> None:
    """A compliance training done last year, and an examination that most have still before them."""
    start, dice = world.span.start, world.dice("training", officer)
    done = {"what": "反洗钱培训", "kind": "compliance", "due_on": add_months(start, 3), "done_on": start}
    world.tell(start + DAY, Filed(officer, "training", world.number("fact"), start, done))
    if officer == economy.LEAVER:
        return
    due = world.span.today + timedelta(days=dice.randint(10, 60))
    told = world.span.last_day - timedelta(days=30)
    if happens(dice, _RECOGNISED):
        given = {
            "what": "季度先进",
            "kind": "bonus",
            "amount": 200_000,
            "reason": "逾期清收与服务",
        }
        world.tell(told, Filed(officer, "recognition", world.number("fact"), told, given))
    exam = {"what": "信贷资格年审", "kind": "examination", "due_on": due}
    world.tell(told, Filed(officer, "training", world.number("fact"), told, exam))


def begin(world: World, client: Client, day: date) -> None:
    """Plan what becomes known of a customer who is put on the book on ``day``."""
    dice = world.dice("relations", client.ref)
    _brought(world, client, dice, day)
    if client.is_student:
        _incomes(world, client, dice, day)
    elif client.stage != "prospect":
        _firm(world, client, dice, day)


def _brought(world: World, client: Client, dice: Random, day: date) -> None:
    if client.is_student and happens(dice, 0.3):
        partner = world.partners[dice.randint(0, 1)]
        file_fact(world, client, day, "referral", day, partner=partner)
    elif not client.is_student and happens(dice, 0.15):
        known = [one for one in world.clients if not one.is_student and one.since_on < client.since_on]
        if known:
            file_fact(world, client, day, "referral", day, referrer=dice.choice(known).ref)
        else:
            file_fact(world, client, day, "referral", day, partner=world.partners[3])


def _incomes(world: World, client: Client, dice: Random, day: date) -> None:
    """What the household has, what the student will earn, and after graduation what the student does."""
    if happens(dice, 0.5):
        household = dice.randint(30, 120) * 100 * YUAN
        earned = {"earner": "household", "basis": "actual", "monthly_amount": household}
        file_fact(world, client, day, "income", day, **earned)
    expected = dice.randint(40, 90) * 100 * YUAN
    file_fact(world, client, day, "income", day, monthly_amount=expected, origin="就业质量报告")
    actual = working(add_months(client.fields["graduates_on"], 3))
    if actual > day and happens(dice, 0.6):
        amount = round(expected * dice.uniform(0.7, 1.2))

        def told(on: date) -> None:
            file_fact(world, client, on, "income", on, basis="actual", monthly_amount=amount, origin="回访")

        world.plan(actual, told)


def _firm(world: World, client: Client, dice: Random, day: date) -> None:
    for product in _PRODUCTS:
        if happens(dice, 0.45):
            file_fact(world, client, day, "holding", day, product=product)
    if happens(dice, 0.3):
        guarantor = {"name": client.fields["legal_representative"], "kind": "joint"}
        file_fact(world, client, day, "guarantor", day, **guarantor)
    for criterion in _RATED:
        if happens(dice, 0.5):
            file_fact(world, client, day, "rating", day, criterion=criterion, value=dice.randint(2, 5))
    if not happens(dice, 0.8):
        return
    share = dice.uniform(0.2, 0.8)
    end = end_of_month(day.replace(day=1))
    while end < world.span.last_day:
        if end.month % QUARTER == 0:
            world.plan(end + DAY, partial(_turnover, world, client, share, end))
        end = end_of_month(end + DAY)


def _turnover(world: World, client: Client, share: float, end: date, day: date) -> None:
    """The quarter's money: a share of the sales, less of it under strain."""
    sales = round(ASSETS[client.fields["size_class"]] * 0.3 * share * (1 - 0.4 * client.strain)) * YUAN
    values = {"inflow": sales * 5 // 4, "outflow": sales * 6 // 5, "sales_inflow": sales}
    deposits = {"average_deposits": sales // 8}
    file_fact(world, client, day, "turnover", end, months=QUARTER, **values, **deposits)
