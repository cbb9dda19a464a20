"""Loans that loancrm carries itself: for eight months the branches have kept some small loans here.

Each loan is given a part to play, so that what an officer meets is there on the last morning: who pays in
time, who pays early, who missed and promised, who was given time. Applications stand at every stage, some
of them for longer than the policy's target. Dice of its own: nothing else of the simulation moves.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from loancrm.calendars import add_months
from loancrm.demo.economy import LEAVER, NEGLECTFUL, RESHUFFLED
from loancrm.demo.events import Agreed, Applied, Filed, Paid, Promised, Staged, Talked
from loancrm.demo.people import BORROWERS
from loancrm.demo.span import working
from loancrm.demo.world import Client, World
from loancrm.lending.schedule import Instalment, schedule
from loancrm.lending.terms import Terms

INSTALMENTS = 12
YUAN = 100
CALM = 0.2  # strain of firms that are chosen
EXTENDED = 6  # months
FOUND_BEFORE = 50  # days before the last one
STUDENT_RATE = 30_000
# role -> how many months ago it was paid out
PARTS = (
    ("in_time", 8), ("in_time", 6), ("in_time", 5), ("in_time", 3), ("in_time", 2),
    ("prepays", 6), ("pays_off", 7), ("breaks_promise", 6), ("keeps_promise", 6),
    ("extended", 8), ("misses_while_observed", 8), ("newly_late", 4),
)  # fmt: skip
STUDENTS = (("studies", 2), ("graduate", 6))
STEPS = ("investigation", "review", "approval", "contract", "disbursement")
_STEP_DAYS = {"investigation": 2, "review": 8, "approval": 4, "contract": 5, "disbursement": 3}
# stage at which an application stands on the last morning -> since how many days, and whether it waits
STANDING = (
    ("application", 1), ("application", 9), ("investigation", 6), ("investigation", 26), ("review", 3),
    ("approval", 12), ("contract", 4), ("contract", 21), ("declined", 15), ("withdrawn", 30),
)  # fmt: skip
DOCUMENT, CONDITION = "采购合同", "抵押登记"


@dataclass
class _Carried:
    """A loan of the simulation, with its terms and what falls due."""

    number: str
    client: Client
    terms: Terms
    rows: tuple[Instalment, ...]


def prepare(world: World) -> None:
    """Choose the customers and plan everything that happens to their loans."""
    firms = iter(_firms(world))
    for place, (part, months) in enumerate(PARTS):
        _plan_loan(world, next(firms), part, _paid_out(world, part, months, place), place)
    students = iter(_students(world))
    for place, (part, months) in enumerate(STUDENTS, len(PARTS)):
        _plan_loan(world, next(students), part, _paid_out(world, part, months, place), place)
    for stage, days in STANDING:
        _plan_application(world, next(firms), stage, world.span.last_day - timedelta(days=days))
    _misuse(world, next(firms), working(world.span.last_day - timedelta(days=FOUND_BEFORE)))


def _firms(world: World) -> list[Client]:
    """Return calm shops and small firms of long standing, the last ones first: the first have other parts."""
    known = [
        client
        for client in world.clients[:BORROWERS]
        if client.strain < CALM and client.officer not in (NEGLECTFUL, LEAVER) and not client.is_steady
        and client.fields["size_class"] in ("micro", "small") and client.region != RESHUFFLED[0]
    ]  # fmt: skip
    return known[::-1]


def _students(world: World) -> list[Client]:
    """Return one who studies on, and one who has left."""
    today, known = world.span.today, [one for one in world.clients if one.is_student]
    studying = next(one for one in known if one.fields["graduates_on"] > add_months(today, 12))
    left = next(one for one in known if one.fields["graduates_on"] < add_months(today, -9))
    return [studying, left]


def _paid_out(world: World, part: str, months: int, place: int) -> date:
    """Return the day of the draw: the instalment of a fresh miss falls due two days before the end."""
    anchor = world.span.today - timedelta(days=2 if part == "newly_late" else 3 + place % 20)
    return add_months(anchor, -months)


def _plan_loan(world: World, client: Client, part: str, on: date, place: int) -> None:
    dice = world.dice("carried", place)
    is_student = client.is_student
    low, high = (30, 90) if is_student else (80, 400)
    subsidised = client.fields["graduates_on"] if part == "studies" else None
    terms = Terms(
        principal=dice.randint(low, high) * (100 if is_student else 1000) * YUAN,
        annual_rate=STUDENT_RATE if is_student else dice.randrange(38_000, 60_000, 500),
        instalments=INSTALMENTS,
        start_on=on,
        repayment=dice.choice(("level", "equal_principal")),
        subsidy_until=subsidised,
        principal_grace=INSTALMENTS - 1 if subsidised else 0,
    )
    loan = _Carried(_number(world, on), client, terms, schedule(terms))
    _apply(world, loan, on - timedelta(days=22), until="disbursement", last_on=on)
    _PLAYED[part](world, loan)


def _number(world: World, on: date) -> str:
    return f"ZY{on:%Y%m}{world.number('carried'):03d}"


def _apply(world: World, loan: _Carried, on: date, *, until: str, last_on: date) -> None:
    """Take an application in and lead it to a stage on a day; each step before it takes its usual time."""
    client = loan.client
    purpose = "学费" if client.is_student else "备货"
    product = "tuition" if client.is_student else "working_capital"
    asked = Applied(client.ref, loan.number, loan.terms, product, client.region, purpose, client.officer)
    world.tell(on, asked)
    steps = STEPS[: STEPS.index(until) + 1] if until in STEPS else ("investigation", until)
    if until == "application":
        return
    day = last_on
    for step in reversed(steps):
        world.tell(max(day, on), Staged(loan.number, step, client.officer))
        day -= timedelta(days=_STEP_DAYS.get(step, 3))


def _plan_application(world: World, client: Client, stage: str, since: date) -> None:
    dice = world.dice("applied", stage, client.ref)
    began = since - timedelta(days=sum(_STEP_DAYS.values()) if stage != "application" else 0)
    terms = Terms(
        principal=dice.randint(100, 600) * 1000 * YUAN,
        annual_rate=dice.randrange(38_000, 60_000, 500),
        instalments=INSTALMENTS,
        start_on=began,
    )
    loan = _Carried(_number(world, began), client, terms, ())
    _apply(world, loan, began, until=stage, last_on=since)
    if stage == "contract":
        world.tell(since, Staged(loan.number, "required", client.officer, CONDITION))


def _misuse(world: World, client: Client, on: date) -> None:
    """A check finds that money was used otherwise than agreed: a mark that the bank's class does not know."""
    values = {"kind": "misuse", "evidence": "贷后检查报告"}
    world.tell(on, Filed(client.ref, "mark", world.number("fact"), on, values))


# ── the parts ───────────────────────────────────────────────────────────────────────────────


def _due(world: World, loan: _Carried) -> list[Instalment]:
    """Return the instalments that fall due until the last day."""
    return [row for row in loan.rows if row.due_on <= world.span.last_day]


def _pay(world: World, loan: _Carried, rows: list[Instalment]) -> None:
    for row in rows:
        if row.total_due:
            world.tell(row.due_on, Paid(loan.number, row.total_due))


def _in_time(world: World, loan: _Carried) -> None:
    _pay(world, loan, _due(world, loan))


def _prepays(world: World, loan: _Carried) -> None:
    """Pays a fifth early between two due days, and the smaller instalments from then on."""
    rows = _due(world, loan)
    _pay(world, loan, rows[:3])
    on = rows[2].due_on + timedelta(days=10)
    world.tell(on, Paid(loan.number, loan.terms.principal // 5, "prepayment"))
    for row in rows[3:]:
        world.tell(row.due_on, Paid(loan.number, None))


def _pays_off(world: World, loan: _Carried) -> None:
    rows = _due(world, loan)
    _pay(world, loan, rows[:4])
    world.tell(rows[3].due_on + timedelta(days=12), Paid(loan.number, None, "payoff"))


def _misses(world: World, loan: _Carried, place: int) -> Instalment:
    """Leave an instalment unpaid, call, and return it; those before it are paid."""
    rows = _due(world, loan)
    _pay(world, loan, rows[:place])
    return rows[place]


def _call(world: World, loan: _Carried, day: date, note: str) -> None:
    client = loan.client
    said = Talked(client.ref, "phone", "out", "collection", "promised", note, client.officer)
    world.tell(day, said)


def _breaks_promise(world: World, loan: _Carried) -> None:
    """The last but one instalment is missed, and so is the day promised."""
    missed = _misses(world, loan, -2)
    called = working(missed.due_on + timedelta(days=6))
    _call(world, loan, called, "承诺两周内还款")
    world.tell(called, Promised(loan.number, missed.total_due, called + timedelta(days=14)))


def _keeps_promise(world: World, loan: _Carried) -> None:
    missed = _misses(world, loan, -3)
    called = working(missed.due_on + timedelta(days=5))
    _call(world, loan, called, "承诺本月内还款")
    world.tell(called, Promised(loan.number, missed.total_due, called + timedelta(days=10)))
    world.tell(called + timedelta(days=8), Paid(loan.number, None))
    for row in _due(world, loan)[-2:]:
        world.tell(row.due_on, Paid(loan.number, None))


def _extended(world: World, loan: _Carried) -> None:
    """Misses an instalment, is given half a year more, and pays what is due from then on."""
    _extend(world, loan)
    for row in _due(world, loan)[4:]:
        world.tell(row.due_on, Paid(loan.number, None))


def _misses_while_observed(world: World, loan: _Carried) -> None:
    """The same, but one instalment is paid three weeks late: the observation begins anew."""
    _extend(world, loan)
    for place, row in enumerate(_due(world, loan)[4:]):
        world.tell(row.due_on + timedelta(days=20 if place == 1 else 0), Paid(loan.number, None))


def _extend(world: World, loan: _Carried) -> None:
    missed = _misses(world, loan, 3)
    on = working(missed.due_on + timedelta(days=16))
    _call(world, loan, on, "申请展期，说明新的还款计划")
    world.tell(on, Paid(loan.number, None, "interest"))
    world.tell(on, Agreed(loan.number, "extension", EXTENDED, "销售回款推迟"))


def _newly_late(world: World, loan: _Carried) -> None:
    _misses(world, loan, -1)


def _graduate(world: World, loan: _Carried) -> None:
    """Pays, the last time only half of what was due."""
    rows = _due(world, loan)
    _pay(world, loan, rows[:-1])
    world.tell(rows[-1].due_on, Paid(loan.number, rows[-1].total_due // 2))


_PLAYED = {
    "in_time": _in_time,
    "prepays": _prepays,
    "pays_off": _pays_off,
    "breaks_promise": _breaks_promise,
    "keeps_promise": _keeps_promise,
    "extended": _extended,
    "misses_while_observed": _misses_while_observed,
    "newly_late": _newly_late,
    "studies": _in_time,
    "graduate": _graduate,
}
