"""What comes into the customers' files: statements that feel the strain, people, consents, grades.

Everything here rolls dice of its own, so that nothing else of the simulation moves.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from random import Random
from typing import Any

from loancrm.calendars import add_months, end_of_month
from loancrm.demo import names
from loancrm.demo.dice import happens
from loancrm.demo.economy import SHOCKED
from loancrm.demo.events import Filed
from loancrm.demo.span import DAY, working
from loancrm.demo.world import Client, World

FILING = 0.78  # how many firms hand in statements
LEAD = 0.6  # strain that the books of the shocked trade show before its payments do
QUARTER = 3
OLD_YEARS = 2
ASSETS = {"large": 800_000_000, "medium": 120_000_000, "small": 25_000_000, "micro": 4_000_000}  # yuan
YUAN = 100  # minor units
_CHANNELS = ("phone", "wechat", "visit")
_NEEDS = ("working_capital", "equipment", "expansion", "trade")


def begin(world: World, client: Client, day: date) -> None:
    """Open the file of a customer who is put on the book on ``day``, and plan what comes into it."""
    dice = world.dice("file", client.ref)
    if client.is_student:
        _student(world, client, dice, day)
        return
    _people(world, client, dice, day)
    if client.stage == "prospect":
        return
    if happens(dice, FILING):
        _plan_statements(world, client, dice, day)
    _consents(world, client, dice, day)
    if client.fields["size_class"] in ("large", "medium") and happens(dice, 0.6):
        _collateral(world, client, dice, day)
    if happens(dice, 0.35):
        _wish(world, client, dice, day)


def file_fact(world: World, client: Client, day: date, kind: str, on: date, /, **values: Any) -> int:
    """Put a fact into the file on ``day`` and return its number in the simulation."""
    key = world.number("fact")
    world.tell(day, Filed(client.ref, kind, key, on, values))
    return key


def _people(world: World, client: Client, dice: Random, day: date) -> None:
    boss = client.fields["legal_representative"]
    on = client.since_on
    file_fact(
        world,
        client,
        day,
        "person",
        on,
        name=boss,
        role="legal_representative",
        share=dice.randint(3, 10) * 100_000,
    )
    finance = {"phone": names.phone(500 + client.ref), "preferred_channel": dice.choice(_CHANNELS)}
    file_fact(
        world, client, day, "person", on, name=names.person(dice), role="finance", position="财务", **finance
    )
    file_fact(world, client, day, "consent", on, person=boss, purpose="contact")
    if client.fields["size_class"] in ("large", "medium") and happens(dice, 0.2):
        group = f"{client.region}{dice.choice('华恒泰瑞')}集团"
        file_fact(world, client, day, "connection", on, kind="group", name=group, role="成员企业")


def _consents(world: World, client: Client, dice: Random, day: date) -> None:
    """A consent to bureau queries, and the report that rests on it."""
    boss, on = client.fields["legal_representative"], day
    consent = file_fact(
        world, client, day, "consent", on, person=boss, purpose="bureau_query", expires_on=add_months(on, 36)
    )
    asked = working(day + timedelta(days=dice.randint(3, 200)))
    world.plan(asked, partial(_bureau, world, client, dice, consent))


def _bureau(world: World, client: Client, dice: Random, consent: int, day: date) -> None:
    assets = ASSETS[client.fields["size_class"]] * YUAN
    bad = assets // 20 if client.strain > LEAD else 0
    file_fact(
        world,
        client,
        day,
        "bureau",
        day,
        consent=consent,
        outstanding_bad=bad,
        outstanding_watch=assets // 30 if client.strain > LEAD / 2 else 0,
        lenders=dice.randint(1, 6),
        guarantees_given=assets // 10 if happens(dice, 0.3) else 0,
        queries=dice.randint(0, 4) + round(4 * client.strain),
    )


def _collateral(world: World, client: Client, dice: Random, day: date) -> None:
    """A building with appraisals a year apart, its registration, and insurance that runs out each year."""
    piece = file_fact(world, client, day, "collateral", day, kind="real_estate", description="厂房")
    worth = round(ASSETS[client.fields["size_class"]] * dice.uniform(0.2, 0.5)) * YUAN
    until = add_months(day, 12)
    file_fact(
        world, client, day, "appraisal", day, collateral=piece, value=worth, prior_claims=0, valid_until=until
    )
    clock = {"collateral": piece, "expires_on": add_months(day, 60)}
    file_fact(world, client, day, "clock", day, kind="registration", **clock)
    again = working(until - timedelta(days=dice.randint(0, 20)))
    world.plan(again, partial(_appraise_again, world, client, piece, round(worth * dice.uniform(0.8, 1.05))))
    insured = world.span.today - timedelta(days=365 - dice.randint(5, 300))
    if insured > day:
        world.plan(insured, partial(_insure, world, client, piece))


def _appraise_again(world: World, client: Client, piece: int, worth: int, day: date) -> None:
    values = {"value": worth, "prior_claims": 0, "valid_until": add_months(day, 12)}
    file_fact(world, client, day, "appraisal", day, collateral=piece, **values)


def _insure(world: World, client: Client, piece: int, day: date) -> None:
    file_fact(
        world, client, day, "clock", day, kind="insurance", collateral=piece, expires_on=add_months(day, 12)
    )


def _wish(world: World, client: Client, dice: Random, day: date) -> None:
    """A need, the plan that answers it, and what became of the plan."""
    asked = working(day + timedelta(days=dice.randint(20, 500)))

    def need(on: date) -> None:
        amount = ASSETS[client.fields["size_class"]] // 20 * YUAN
        wanted = file_fact(world, client, on, "need", on, kind=dice.choice(_NEEDS), amount=amount, months=12)
        world.plan(working(on + timedelta(days=dice.randint(3, 15))), partial(plan, wanted, amount))

    def plan(wanted: int, amount: int, on: date) -> None:
        offered = file_fact(
            world, client, on, "plan", on, offer="流动资金贷款方案", need=wanted, amount=amount
        )
        if happens(dice, 0.7):
            world.plan(working(on + timedelta(days=dice.randint(2, 9))), partial(answer, offered))

    def answer(offered: int, on: date) -> None:
        step = "accepted" if happens(dice, 0.6) else "declined"
        file_fact(world, client, on, "plan_step", on, plan=offered, step=step)

    world.plan(asked, need)


# ── statements ──────────────────────────────────────────────────────────────────────────────


def _plan_statements(world: World, client: Client, dice: Random, day: date) -> None:
    """The years before the book at once; then every quarter's end, three to four weeks later."""
    firm = {
        "assets": ASSETS[client.fields["size_class"]] * dice.uniform(0.6, 1.6),
        "current_share": dice.uniform(0.45, 0.65),
        "current_ratio": dice.uniform(1.25, 2.2),
        "turnover": dice.uniform(0.8, 1.6),
        "margin": dice.uniform(0.04, 0.12),
    }
    for year in range(day.year - OLD_YEARS, day.year):
        _hand_in(world, client, firm, date(year, 12, 31), 0.1, day)
    end = end_of_month(day.replace(day=1))
    while end <= world.span.last_day:
        if end.month % QUARTER == 0:
            filed = working(end + timedelta(days=dice.randint(18, 25)))
            world.plan(filed, partial(_file_quarter, world, client, firm, end))
        end = end_of_month(end + DAY)


def _file_quarter(world: World, client: Client, firm: dict[str, float], end: date, day: date) -> None:
    _hand_in(world, client, firm, end, strain_in_books(world, client, end), day)


def strain_in_books(world: World, client: Client, end: date) -> float:
    """Return how much of its strain a firm's books show, from 0 to 1: the shocked trade's show it first."""
    shock = world.span.shock_on
    leads = shock - timedelta(days=95) <= end < shock and not client.is_steady
    lead = LEAD if leads and client.fields["industry"] == SHOCKED else 0.0
    return min(1.0, max(client.strain, lead))


def _hand_in(
    world: World, client: Client, firm: dict[str, float], end: date, strain: float, day: date
) -> None:
    lines = statement_lines(firm, months=end.month, strain=strain)
    audited = end.month == 12 and client.fields["size_class"] in ("large", "medium")
    file_fact(world, client, day, "statement", end, months=end.month, is_audited=audited, **lines)


def statement_lines(firm: dict[str, float], *, months: int, strain: float) -> dict[str, int]:
    """Return the lines of a statement in minor units: the balance sheet balances, to the last one."""
    year = months / 12
    assets = firm["assets"]
    current = assets * firm["current_share"]
    short = current / (firm["current_ratio"] * (1 - 0.5 * strain))
    long = assets * 0.06
    revenue = assets * firm["turnover"] * (1 - 0.3 * strain) * year
    ebit = revenue * (firm["margin"] - 0.08 * strain)
    interest = (short * 0.5 + long) * 0.045 * year
    tax = max(0.0, ebit - interest) * 0.25
    net = ebit - interest - tax
    depreciation = (assets - current) * 0.08 * year
    cash = net + depreciation - revenue * 0.05 * strain
    lines = {
        "cash": current * (0.25 - 0.15 * strain),
        "receivables": current * (0.35 + 0.1 * strain),
        "inventory": current * 0.3,
        "current_assets": current,
        "fixed_assets": assets - current,
        "short_term_debt": short * 0.5,
        "current_liabilities": short,
        "long_term_debt": long,
        "revenue": revenue,
        "cost_of_sales": revenue * (0.86 - firm["margin"]),
        "depreciation": depreciation,
        "ebit": ebit,
        "interest_expense": interest,
        "tax": tax,
        "net_profit": net,
        "operating_cash_flow": cash,
    }
    exact = {name: round(value * YUAN) for name, value in lines.items()}
    exact["total_assets"] = exact["current_assets"] + exact["fixed_assets"]
    exact["total_liabilities"] = exact["current_liabilities"] + exact["long_term_debt"]
    exact["equity"] = exact["total_assets"] - exact["total_liabilities"]
    exact["retained_earnings"] = exact["equity"] * 3 // 5
    return exact


# ── students ────────────────────────────────────────────────────────────────────────────────


def _student(world: World, client: Client, dice: Random, day: date) -> None:
    guardian = names.person(dice)
    file_fact(world, client, day, "person", client.since_on, name=guardian, role="guardian")
    file_fact(world, client, day, "consent", client.since_on, person=client.fields["name"], purpose="contact")
    able = dice.uniform(2.2, 3.9)
    on, term = add_months(client.fields["enrolled_on"], 5).replace(day=20), 1
    while on <= min(world.span.last_day, client.fields["graduates_on"]):
        world_day = max(on, day)
        gpa = min(4.0, max(1.0, able + dice.uniform(-0.3, 0.3)))
        earned = round(term * 20 * min(1.0, 0.7 + gpa / 10))
        values = {"gpa": round(gpa, 2), "credits_earned": earned, "credits_expected": term * 20}
        if world_day == day:
            _file_grades(world, client, on, values, day)
        else:
            world.plan(on, partial(_file_grades, world, client, on, values))
        on, term = add_months(on, 6), term + 1


def _file_grades(world: World, client: Client, on: date, values: dict[str, float], day: date) -> None:
    exact = {name: round(value * 1_000_000) for name, value in values.items()}
    standing = "good" if values["gpa"] >= 2.5 else "warning"
    file_fact(world, client, day, "academic", on, standing=standing, **exact)
