"""The simulation: eighteen months, day by day. What follows from what is in the modules that it calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from functools import partial

from loancrm.demo import (
    carried,
    checks,
    churn,
    control,
    draws,
    economy,
    filing,
    follow,
    marketing,
    opinions,
    payments,
    people,
    prospects,
    relations,
    staging,
    students,
    talks,
    voices,
)
from loancrm.demo.events import Changed, Event, Extract, Joined, Left, Met, Position
from loancrm.demo.loans import Loan
from loancrm.demo.span import Span
from loancrm.demo.world import Client, World

WATCHED = 0.65  # strain above which the bank watches a firm that still pays


def simulate(span: Span, seed: int) -> Mapping[date, Sequence[Event]]:
    """Return what happens on each day of ``span``; the same seed gives the same days."""
    world = World(span, seed)
    people.settle(world)
    staging.prepare(world)
    carried.prepare(world)
    for spec in economy.OFFICERS:
        world.tell(span.start, Joined(spec.code, spec.name, spec.branch))
    relations.prepare(world)
    marketing.prepare(world)
    follow.measures(world)
    opinions.prepare(world)
    churn.prepare(world)
    control.prepare(world)
    for client in world.clients:
        _introduce(world, client)
    world.plan(span.leaving_on, partial(_leave, world))
    world.plan(span.reshuffle_on, partial(_reshuffle, world))
    for day in span.days():
        _live(world, day)
    return world.events


def _introduce(world: World, client: Client) -> None:
    begins = max(client.since_on, world.span.start)
    if begins == world.span.start:
        _arrive(world, client, begins)
    else:
        world.plan(begins, partial(_arrive, world, client))


def _arrive(world: World, client: Client, day: date) -> None:
    """A customer is put on file; students who come now apply first and draw in autumn."""
    if client.is_student and day > world.span.start:
        client.fields["pipeline_stage"] = "application"
    if client.officer == economy.LEAVER and day >= world.span.leaving_on:
        client.officer = economy.HEIRS[client.region]
    met = Met(
        client.ref, client.kind, dict(client.fields), client.officer, client.second_officer, client.since_on
    )
    world.tell(day, met)
    if client.is_student:
        students.enrol(world, client)
    elif client.stage == "prospect":
        prospects.court(world, client, day)
    else:
        draws.open_book(world, client)
    talks.begin_talks(world, client, day)
    filing.begin(world, client, day)
    relations.begin(world, client, day)
    marketing.begin(world, client, day)


def _live(world: World, day: date) -> None:
    known = [client for client in world.clients if client.since_on <= day]
    if day.day == 1:
        for client in known:
            _begin_month(world, client, day)
    for client in known:
        if client.loans:
            payments.fall_due(world, client, day)
    world.carry_out(day)
    if day == world.span.last_day:
        talks.plan_tomorrow(world, day)
    _deliver(world, day)


def _begin_month(world: World, client: Client, day: date) -> None:
    if not client.is_steady and not client.is_insolvent:
        industry = client.fields.get("industry")
        before = client.strain
        client.strain = economy.strain_of(world.span, client.dice, day, industry, before)
        if client.is_student:  # no trade, no shocks but what graduation brings
            client.strain = min(client.strain, before * economy.RECOVERY + 0.01)
    payments.recover(world, client, day)
    voices.listen(world, client, day)
    checks.look_after(world, client, day)


def _deliver(world: World, day: date) -> None:
    """The core banking system's data: everything, or what is overdue."""
    is_full, is_list = day in world.span.full_extracts, world.span.is_overdue_list(day)
    if not (is_full or is_list):
        return
    positions = []
    for client in world.clients:
        for loan in client.loans:
            if is_full or loan.days_past_due(day):
                loan.regrade(day, watched=not client.is_student and client.strain > WATCHED)
                positions.append(position(loan, day))
        if day in world.span.month_ends:
            payments.give_up(world, client, day)
    world.tell(day, Extract(tuple(positions)))


def position(loan: Loan, day: date) -> Position:
    """Return what the core system says of a loan at the end of ``day``."""
    principal, interest = loan.overdue(day)
    unpaid_interest = next((due.on for due in loan.unpaid if due.interest), None)
    after = next((due for due in loan.coming if due.on > day), None)
    return Position(
        loan=loan.terms.number,
        outstanding_principal=loan.outstanding,
        overdue_principal=principal,
        unpaid_interest=interest,
        days_past_due=loan.days_past_due(day),
        interest_days_past_due=max(0, (day - unpaid_interest).days) if unpaid_interest else 0,
        five_tier=loan.tier,
        next_due_on=after.on if after else None,
        next_due_amount=after.principal + after.interest if after else None,
    )


def _leave(world: World, day: date) -> None:
    """An officer leaves: every customer goes to a colleague, by region."""
    _hand_over(world, day, lambda c: c.officer == economy.LEAVER, lambda c: economy.HEIRS[c.region])
    world.tell(day + timedelta(days=1), Left(economy.LEAVER))


def _reshuffle(world: World, day: date) -> None:
    region, heir = economy.RESHUFFLED
    _hand_over(world, day, lambda c: not c.is_student and c.region == region, lambda c: heir)


def _hand_over(world: World, day: date, whose: Callable[[Client], bool], to: Callable[[Client], str]) -> None:
    for client in world.clients:
        if not whose(client):
            continue
        client.officer = to(client)
        if client.since_on <= day:
            branch = economy.BRANCH[client.officer]
            client.fields["branch"] = branch
            world.tell(day, Changed(client.ref, {"branch": branch}, client.officer))
        else:
            client.fields["branch"] = economy.BRANCH[client.officer]
