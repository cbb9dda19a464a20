"""Builds the sample book: the simulation's days, a month at a time, into a new store."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time
from itertools import groupby
from pathlib import Path

from loancrm.demo import points, warned
from loancrm.demo.events import Event
from loancrm.demo.simulation import simulate
from loancrm.demo.span import Span
from loancrm.demo.writer import Writer, classify
from loancrm.errors import Conflict
from loancrm.i18n import _
from loancrm.policy.policy import EXAMPLE
from loancrm.services.policies import adopt_first
from loancrm.store import Order, Store
from loancrm.unitofwork import Clock

ZONE, CURRENCY, ACTOR = "Asia/Shanghai", "CNY", "demo"
_EVENING = time(10, 0, tzinfo=UTC)  # six in the evening in Shanghai


def build(
    place: Path | str, *, today: date, seed: int = 7, progress: Callable[[int, int], None] | None = None
) -> Store:
    """Make a store at ``place`` with the sample book and return it, open.

    Args:
        place: where: a path with nothing there, or the address of an empty database.
        today: the morning after the last simulated day; segments are given on it.
        seed: another seed is another bank; the same one gives the same rows.
        progress: told after each month: how many are done, of how many.

    Raises:
        Conflict: there is a store already.
    """
    span = Span(today)
    store = _create(place, span)
    days, writer = simulate(span, seed), Writer()
    months = list(_months(span))
    for done, month in enumerate(months, 1):
        _write_month(store, span, writer, days, month, seed)
        if progress is not None:
            progress(done, len(months))
    return store


def _create(place: Path | str, span: Span) -> Store:
    text = EXAMPLE.read_text(encoding="utf-8")
    store, made = Store.create(
        place,
        zone=ZONE,
        currency=CURRENCY,
        order=_order(span.start),
        first=lambda uow: adopt_first(uow, text, EXAMPLE.name),
    )
    if not made:
        store.close()
        raise Conflict(_("there is a store at {path} already").format(path=store.shown), code="exists")
    return store


def _months(span: Span) -> Iterator[list[date]]:
    """Yield the days of each calendar month, today with the last."""
    days = [*span.days(), span.today]
    for _month, group in groupby(days, key=lambda day: (day.year, day.month)):
        yield list(group)


def _write_month(
    store: Store,
    span: Span,
    writer: Writer,
    days: Mapping[date, Sequence[Event]],
    month: list[date],
    seed: int,
) -> None:
    """Write a month in one transaction; every row is known on the day that it happened."""
    with store.unit_of_work(_order(month[0])) as uow:
        for day in month:
            uow.clock = _clock(day)
            writer.write(uow, days.get(day, ()))
            if day in span.classification_days:
                classify(uow)
                points.accrue_and_spend(uow)
            warned.look(uow, span, seed)
        writer.finish(uow)


def _order(day: date) -> Order:
    return Order(name="demo", actor=ACTOR, clock=_clock(day))


def _clock(day: date) -> Clock:
    return Clock(now=datetime.combine(day, _EVENING), today=day, is_fixed=True)
