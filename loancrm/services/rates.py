"""Published rates: written down as they come out, and taken back when wrong."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select

from loancrm import parsing
from loancrm.errors import Conflict, NotFound
from loancrm.i18n import _
from loancrm.identity import clean_text
from loancrm.models import ReferenceRate, table
from loancrm.numerals import format_rate, plain_millionths
from loancrm.services.inputs import Input, Receipt, happened_on
from loancrm.unitofwork import Change, UnitOfWork


class RateIn(Input):
    """A published rate in millionths, from a day on."""

    series: str
    annual_rate: int
    on: date | None = None


class RateVoid(Input):
    """Which published rate was wrong."""

    series: str
    on: date
    why: str | None = None


class RateReceipt(Receipt):
    """The published rate as written."""

    series: str
    on: date
    annual_rate: str


def rate_in(typed: Mapping[str, Any]) -> RateIn:
    """Return the published rate that was typed."""
    return RateIn(
        series=clean_text(typed["series"], "SERIES"),
        annual_rate=parsing.rate(typed["rate"], "RATE"),
        on=None if typed["on"] is None else parsing.day(typed["on"], "--on"),
    )


def rate_void(series: str, on: str, why: str | None) -> RateVoid:
    """Return which published rate is void."""
    return RateVoid(
        series=clean_text(series, "SERIES"),
        on=parsing.day(on, "--on"),
        why=None if why is None else clean_text(why, "--why"),
    )


def add(uow: UnitOfWork, request: RateIn) -> RateReceipt:
    """Write down a published rate; everybody could know it on its day.

    Raises:
        Conflict: another value is known for the day.
    """
    on = happened_on(uow, request.on)
    rows, key = table(ReferenceRate), f"{request.series}:{on.isoformat()}"
    known = uow.connection.scalar(select(rows.c.annual_rate).where(rows.c.live_key == key))
    if known is not None:
        raise Conflict(
            _("{series} of {day} is known already: {rate}").format(
                series=request.series, day=on, rate=format_rate(known)
            ),
            hint=_("loancrm rate void {series} --on {day} takes it back").format(
                series=request.series, day=on
            ),
            code="known",
        )
    values = {"series": request.series, "annual_rate": request.annual_rate, "effective_on": on}
    row = uow.insert(ReferenceRate, live_key=key, known_on=on, **values)
    uow.record(Change("create", ReferenceRate, row, None, {}, values))
    return _receipt(request.series, on, request.annual_rate)


def void(uow: UnitOfWork, request: RateVoid) -> RateReceipt:
    """Take back a published rate; loans that were repriced with it stay as they are.

    Raises:
        NotFound: there is none of that day.
    """
    rows = table(ReferenceRate)
    query = select(rows).where(rows.c.live_key == f"{request.series}:{request.on.isoformat()}")
    row = uow.connection.execute(query).first()
    if row is None:
        raise NotFound(
            _("there is no {series} of {day}").format(series=request.series[:40], day=request.on),
            hint=_("loancrm rate list shows them"),
            field="--on",
        )
    uow.void(ReferenceRate, row.id)
    before = {"series": row.series, "annual_rate": row.annual_rate, "effective_on": row.effective_on}
    uow.record(Change("void", ReferenceRate, row.id, None, before, {"why": request.why}))
    return _receipt(row.series, row.effective_on, row.annual_rate)


def _receipt(series: str, on: date, annual_rate: int) -> RateReceipt:
    return RateReceipt(series=series, on=on, annual_rate=plain_millionths(annual_rate))
