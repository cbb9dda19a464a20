"""Credit lines, contracts and draws of enterprises: working capital for a year, renewed; plant for three."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

from loancrm.calendars import add_months
from loancrm.demo.dice import happens
from loancrm.demo.economy import TRADES, approval_days
from loancrm.demo.events import Drawn, LineOpened
from loancrm.demo.loans import Loan, Terms, begin
from loancrm.demo.span import DAY
from loancrm.demo.voices import complain_of_approval
from loancrm.demo.world import Client, World

PURPOSES = {trade.code: trade.purpose for trade in TRADES}
TOO_STRAINED = 0.45  # above this the bank does not lend again
_AMOUNTS = {"large": (60, 200), "medium": (15, 60), "small": (4, 20), "micro": (1, 4)}  # in 100,000 yuan
_LINED = {"large": 0.95, "medium": 0.75, "small": 0.3}
_AHEAD = timedelta(days=120)  # how far due dates are worked out


def open_book(world: World, client: Client) -> None:
    """Give a customer of long standing what was agreed before the book begins."""
    start, dice = world.span.start, client.dice
    if happens(dice, _LINED.get(client.fields["size_class"], 0.0)):
        open_line(world, client, start - timedelta(days=dice.randint(0, 540)), start)
    if not client.is_steady:
        matures_on = start + timedelta(days=dice.randint(1, 364))
        lend(world, client, add_months(matures_on, -12), matures_on)
    if not client.is_steady and happens(dice, 0.22):
        began = start - timedelta(days=dice.randint(20, 900))
        _lend_for_plant(world, client, began)


def open_line(world: World, client: Client, opened_on: date, day: date) -> None:
    """Open a credit line for two years, and another when it ends."""
    limit = _amount(client) * client.dice.choice((2, 2, 3))
    number = f"SX{opened_on:%Y}{world.number('line'):04d}"
    client.line = LineOpened(client.ref, number, limit, opened_on, add_months(opened_on, 24))
    client.contract = f"HT{opened_on:%Y}{world.number('contract'):04d}"
    world.tell(day, client.line)
    world.plan(client.line.expires_on, partial(_line_ended, world, client))


def _line_ended(world: World, client: Client, day: date) -> None:
    client.line = client.contract = None
    if client.strain < TOO_STRAINED and not client.is_in_arrears:
        open_line(world, client, day, day)


def lend(world: World, client: Client, disbursed_on: date, matures_on: date) -> None:
    """Disburse working capital; shop keepers repay monthly, firms at the end."""
    sole = client.kind == "sole_proprietor"
    terms = _terms(world, client, disbursed_on, matures_on, "equal_principal" if sole else "bullet")
    _disburse(world, client, terms)
    ahead = client.dice.randint(20, 40)
    apply_on = max(matures_on - timedelta(days=ahead), world.span.start)
    world.plan(apply_on, partial(_apply_again, world, client, matures_on))


def _lend_for_plant(world: World, client: Client, disbursed_on: date) -> None:
    matures_on = add_months(disbursed_on, 36)
    _disburse(world, client, _terms(world, client, disbursed_on, matures_on, "quarterly"))


def _terms(world: World, client: Client, disbursed_on: date, matures_on: date, repayment: str) -> Terms:
    dice, own = client.dice, str(client.fields["industry"])
    plant = repayment == "quarterly"
    lent_to = dice.choice(TRADES).code if happens(dice, 0.12) else own
    under_line = client.line is not None and not plant
    return Terms(
        number=f"JK{disbursed_on:%Y%m}{world.number('loan'):04d}",
        client=client.ref,
        product="fixed_asset" if plant else dice.choice(("working_capital",) * 9 + ("supply_chain",)),
        security=dice.choice(("mortgage", "mortgage", "guarantee", "guarantee", "pledge", "unsecured")),
        principal=_amount(client),
        annual_rate=dice.randrange(34_500, 60_000, 500),
        disbursed_on=disbursed_on,
        matures_on=matures_on,
        repayment=repayment,
        due_day=client.due_day,
        contract=client.contract if under_line else f"HT{disbursed_on:%Y}{world.number('contract'):04d}",
        contract_kind="maximum" if under_line else "single",
        facility=client.line.number if client.line is not None and under_line else None,
        industry=lent_to,
        region=client.region,
        purpose="购置设备" if plant else PURPOSES[lent_to],
    )


def _amount(client: Client) -> int:
    low, high = _AMOUNTS[client.fields["size_class"]]
    return client.dice.randint(low, high) * 100_000 * 100


def _disburse(world: World, client: Client, terms: Terms) -> None:
    day = max(terms.disbursed_on, world.span.start)
    client.loans.append(begin(terms, world.span.start, world.span.today + _AHEAD))
    world.tell(day, Drawn(terms))


def _apply_again(world: World, client: Client, matures_on: date, day: date) -> None:
    """Apply for the next year's draw; the bank takes its time, and a slow one is complained of."""
    dice = client.dice
    if client.strain > TOO_STRAINED or client.is_in_arrears:
        world.plan(max(matures_on, day) + timedelta(days=60), partial(_renew, world, client))
        return
    if _turns_away(client):
        world.plan(matures_on + timedelta(days=60), partial(_go, world, client))
        return
    takes = approval_days(world.span, dice, day, client.region)
    complain_of_approval(world, client, day, takes)
    ready_on = matures_on if client.is_steady else max(matures_on, day + timedelta(days=takes))
    world.plan(ready_on, partial(_renew, world, client))


def _turns_away(client: Client) -> bool:
    return not client.is_steady and happens(client.dice, 0.07)


def _renew(world: World, client: Client, day: date) -> None:
    """Draw again; not before the old draw is settled, and not while the firm is under strain."""
    waits = client.is_in_arrears or client.strain > TOO_STRAINED
    if waits or any(_is_due(loan, day) for loan in client.loans):
        world.plan(day + timedelta(days=30), partial(_renew, world, client))
        return
    lend(world, client, day, add_months(day, 12))


def _is_due(loan: Loan, day: date) -> bool:
    return loan.terms.repayment != "quarterly" and loan.terms.matures_on <= day + DAY


def _go(world: World, client: Client, day: date) -> None:
    """A customer without loans who did not come back leaves."""
    if client.loans or client.stage == "closed":
        return
    world.change(day, client, pipeline_stage="closed", service_tier="leaving")
