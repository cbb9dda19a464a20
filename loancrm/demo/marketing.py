"""Marketing: who consented to it, events with their guests, and a campaign whose members answer.

What an event or a campaign does is left to the services, which choose whom by the book as it stands on the
day; so the answers are drawn when the day is written. Everything here rolls dice of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from functools import partial
from typing import Any

from loancrm.demo import churn, control
from loancrm.demo.dice import happens, stream
from loancrm.demo.events import Marketed, Talked
from loancrm.demo.filing import file_fact
from loancrm.demo.span import working
from loancrm.demo.world import Client, World
from loancrm.dossier import KINDS
from loancrm.reports.campaigns import COMPARISON, MEMBER, members
from loancrm.reports.events import guests
from loancrm.services.campaigns import start
from loancrm.services.dossier import FactIn, add_fact
from loancrm.services.dossier_requests import read_default
from loancrm.services.events import InviteIn, StepIn, invite, take_step
from loancrm.unitofwork import UnitOfWork

CONSENTS, TAKES_BACK = 0.72, 0.06
ANSWERS = {MEMBER: 0.4, COMPARISON: 0.06}  # who gets in touch after the campaign, beside what happens anyway
COMES, DECLINES, KEEPS_WORD = 0.6, 0.15, 0.85
EVENTS: tuple[tuple[int, int, str, dict[str, Any]], ...] = (
    (
        300,
        14,
        "kind = enterprise and region in (郑州, 洛阳)",
        {"title": "建材行业交流会", "kind": "trade_fair", "place": "郑州会展中心", "cost": 3_600_000},
    ),
    (
        150,
        10,
        "kind = student and days_to_graduation <= 400",
        {"title": "毕业生还款说明会", "kind": "campus", "place": "大学城", "cost": 400_000},
    ),
    (
        6,
        20,
        "kind = enterprise and region in (杭州, 宁波)",
        {"title": "企业融资讲座", "kind": "seminar", "place": "杭州支行", "cost": 1_200_000},
    ),
)
CAMPAIGN = {
    "title": "流动资金贷款续贷宣传",
    "condition": "kind = enterprise and live_loans >= 1",
    "channel": "wechat",
    "message": "贷款到期前可提前办理续贷，详询客户经理。",
    "cost": 500_000,
    "hold_out": 300_000,
}
CAMPAIGN_AGO, ANSWER_DAYS = 80, (4, 10, 18, 30, 44)  # days


def prepare(world: World) -> None:
    """Plan the events and the campaign."""
    today = world.span.today
    for number, (ago, ahead, condition, values) in enumerate(EVENTS, 1):
        invited_on = working(today - timedelta(days=ago))
        held_on = working(invited_on + timedelta(days=ahead))
        _tell(world, invited_on, "event", number, {**values, "held_on": held_on, "condition": condition})
        answered_on = working(invited_on + timedelta(days=3))
        _tell(world, answered_on, "answers", number, {})
        _tell(world, held_on, "attendance", number, {})
    launched_on = working(today - timedelta(days=CAMPAIGN_AGO))
    _tell(world, launched_on, "campaign", 1, CAMPAIGN)
    for days in ANSWER_DAYS:
        _tell(world, working(launched_on + timedelta(days=days)), "reactions", 1, {})


def _tell(world: World, day: date, what: str, number: int, values: dict[str, Any]) -> None:
    if day <= world.span.last_day:
        world.tell(day, Marketed(what, number, world.seed, values))


def begin(world: World, client: Client, day: date) -> None:
    """Put into the file whether a customer consents to marketing, and who takes it back later."""
    dice = world.dice("marketing", client.ref)
    if not happens(dice, CONSENTS):
        return
    person = client.fields["name"] if client.is_student else client.fields["legal_representative"]
    file_fact(world, client, day, "consent", client.since_on, person=person, purpose="marketing")
    if happens(dice, TAKES_BACK):
        later = working(day + timedelta(days=dice.randint(30, 400)))
        world.plan(later, partial(_take_back, world, client, person))


def _take_back(world: World, client: Client, person: str, day: date) -> None:
    file_fact(world, client, day, "consent", day, person=person, purpose="marketing", is_withdrawn=True)


# ── what is drawn when the day is written ───────────────────────────────────────────────────


def carry_out(uow: UnitOfWork, event: Marketed, clients: Mapping[str, int]) -> Iterator[Talked]:
    """Do what is planned; yield the conversations that follow. ``clients`` are those of the simulation."""
    yield from _WORK[event.what](uow, event, clients)


def _event(uow: UnitOfWork, event: Marketed, clients: Mapping[str, int]) -> Iterator[Talked]:
    del clients
    values = dict(event.values)
    condition = values.pop("condition")
    number = add_fact(uow, FactIn(kind="event", owner=None, on=None, values=values)).number
    invite(uow, InviteIn(event=number, where=condition))
    yield from ()


def _answers(uow: UnitOfWork, event: Marketed, clients: Mapping[str, int]) -> Iterator[Talked]:
    del clients
    dice, code = stream(event.seed, "answers", event.number), KINDS["event"].code(event.number)
    said: dict[str, list[str]] = {"accepted": [], "declined": []}
    for guest in list(guests(uow.view(), code, "invited")):
        if happens(dice, COMES):
            said["accepted"].append(guest.customer)
        elif happens(dice, DECLINES):
            said["declined"].append(guest.customer)
    for step, customers in said.items():
        if customers:
            take_step(uow, StepIn(event=code, customers=tuple(customers), step=step))
    yield from ()


def _attendance(uow: UnitOfWork, event: Marketed, clients: Mapping[str, int]) -> Iterator[Talked]:
    dice, code = stream(event.seed, "attendance", event.number), KINDS["event"].code(event.number)
    accepted = list(guests(uow.view(), code, "accepted"))
    came = [guest for guest in accepted if happens(dice, KEEPS_WORD)]
    if came:
        names = tuple(guest.customer for guest in came)
        take_step(uow, StepIn(event=code, customers=names, step="attended"))
    take_step(uow, StepIn(event=code, step="no_show", rest=True))
    for guest in came:
        if guest.officer is not None:
            yield _talk(clients[guest.customer], guest.officer, "industry_event", "out", "到场交流")


def _campaign(uow: UnitOfWork, event: Marketed, clients: Mapping[str, int]) -> Iterator[Talked]:
    del clients
    defaults = {field.name: read_default(field) for field in KINDS["campaign"].fields}
    start(uow, FactIn(kind="campaign", owner=None, on=None, values={**defaults, **event.values}))
    yield from ()


def _reactions(uow: UnitOfWork, event: Marketed, clients: Mapping[str, int]) -> Iterator[Talked]:
    """A part of the members, and of those left out, gets in touch on each of a few days."""
    code = KINDS["campaign"].code(event.number)
    dice = stream(event.seed, "reactions", event.number, uow.today)
    for line in list(members(uow.view(), code)):
        chance = ANSWERS.get(line.arm, 0.0) / len(ANSWER_DAYS)
        if line.officer is not None and happens(dice, chance):
            yield _talk(clients[line.customer], line.officer, "phone", "in", "来电询问续贷")


def _talk(client: int, officer: str, channel: str, direction: str, note: str) -> Talked:
    purpose, outcome = ("marketing", "met") if direction == "out" else ("renewal", "reached")
    return Talked(client, channel, direction, purpose, outcome, note, officer)


_WORK: Mapping[str, Callable[[UnitOfWork, Marketed, Mapping[str, int]], Iterator[Talked]]] = {
    "event": _event,
    "answers": _answers,
    "attendance": _attendance,
    "campaign": _campaign,
    "reactions": _reactions,
    "win_back": churn.try_them,
    "win_back_results": churn.decide,
    **control.WORK,
}
