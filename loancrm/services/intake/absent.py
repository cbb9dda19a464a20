"""Loans that a full extract should have named and did not: they are settled, or asked about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, exists, literal, or_, select

from loancrm.i18n import _
from loancrm.indicators.facts import LOAN, SNAPSHOT
from loancrm.models import ImportBatch, Loan, LoanStatus, table
from loancrm.services.intake.tally import Tally
from loancrm.unitofwork import Change, UnitOfWork


@dataclass(frozen=True, slots=True)
class FullExtract:
    """A list that names every loan of its kind.

    Attributes:
        profile: by which it is taken in; a bank may have one for companies and another for students.
        adding: profiles whose lists only add to what another list says, such as that of overdue loans.
        settles: whether what is missing is settled, not only asked about.
    """

    profile: str
    adding: tuple[str, ...]
    settles: bool


def look_for_absent(uow: UnitOfWork, tally: Tally, full: FullExtract, on: date) -> None:
    """Settle the loans that are not in the extract of day ``on``, or ask about them.

    Where rows were left out nothing is settled: one of them may be the loan's. Nor is a loan of which no list
    ever spoke, only an officer.
    """
    missing = uow.connection.execute(_missing(full, on)).all()
    settled = [row for row in missing if row.is_listed and full.settles and not tally.rejected]
    for row in missing:
        if tally.rejected:
            reason = _("loan {number} was in the extract before; no row of this one was taken for it")
        elif row.is_listed:
            reason = _("loan {number} was in the extract before and is not in this one")
        else:
            reason = _("loan {number} was owed by what an officer typed and is not in the extract")
        check = "settled_by_absence" if row in settled else "missing_from_extract"
        tally.warn(None, None, check, reason.format(number=row.number))
    if settled:
        _settle(uow, settled, on)


def _settle(uow: UnitOfWork, missing: Sequence[Row[Any]], on: date) -> None:
    ends = {"status": "settled", "effective_on": on, "known_on": on, "is_dated": True, "amount": None}
    rows = [{**ends, "loan_id": row.id, "currency": row.currency} for row in missing]
    uow.insert_many(LoanStatus, [{**row, "write_off_reported_on": None} for row in rows])
    records = []
    for row in missing:
        uow.update(Loan, row.id, status="settled", closed_on=on)
        before = {"status": "live", "closed_on": None}
        after = {"status": "settled", "closed_on": on}
        records.append(Change("change", Loan, row.id, row.customer_id, before, after))
    uow.record(*records)


def _missing(full: FullExtract, on: date) -> Select[Any]:
    """Return the live loans that are owed by what was said of an earlier day, and have no position of ``on``.

    ``is_listed``: a list said so. Then only those of this profile's list are meant. Files of one folder are
    one command, so several lists may have brought a loan: all of them must be here for the day by now.
    """
    ended, now, newest = table(LoanStatus), SNAPSHOT.alias("now"), SNAPSHOT.alias("newest")
    command = _brought_by(on)
    last = (
        select(newest.c.outstanding_principal)
        .where(newest.c.loan_id == LOAN.c.id, newest.c.voided_at.is_(None), newest.c.effective_on < on)
        .order_by(newest.c.effective_on.desc())
        .limit(1)
        .correlate_except(newest)
        .scalar_subquery()
    )
    return (
        select(
            *(LOAN.c[name] for name in ("id", "number", "customer_id", "currency")),
            command.is_not(None).label("is_listed"),
        )
        .where(
            LOAN.c.voided_at.is_(None),
            LOAN.c.disbursed_on <= literal(on - timedelta(days=1)),
            ~exists().where(ended.c.loan_id == LOAN.c.id, ended.c.voided_at.is_(None)),
            ~exists().where(now.c.loan_id == LOAN.c.id, now.c.effective_on == on, now.c.voided_at.is_(None)),
            last > 0,
            or_(command.is_(None), _should_be_named(full, command, on)),
        )
        .order_by(LOAN.c.number)
    )


def _brought_by(on: date) -> ColumnElement[Any]:
    """Return the key of the import that spoke of a loan first of the newest day before ``on``.

    The first: a list that only adds to what is said of a day writes its row anew.
    """
    rows, origin = SNAPSHOT.alias("listed"), table(ImportBatch).alias("origin")
    is_import = exists().where(
        origin.c.command_id == rows.c.command_id,
        origin.c.kind == "snapshots",
        origin.c.voided_at.is_(None),
    )
    return (
        select(rows.c.command_id)
        .where(rows.c.loan_id == LOAN.c.id, rows.c.effective_on < on, is_import.correlate_except(origin))
        .order_by(rows.c.effective_on.desc(), rows.c.id)
        .limit(1)
        .correlate_except(rows)
        .scalar_subquery()
    )


def _should_be_named(full: FullExtract, command: ColumnElement[Any], on: date) -> ColumnElement[bool]:
    """Say whether an import took a list of this profile in, and all its lists are here for the day."""
    brought, here = table(ImportBatch).alias("brought"), table(ImportBatch).alias("here")
    is_here = exists().where(
        here.c.profile == brought.c.profile,
        here.c.kind == "snapshots",
        here.c.data_on >= on,
        here.c.voided_at.is_(None),
    )
    lists = and_(
        brought.c.command_id == command, brought.c.kind == "snapshots", brought.c.voided_at.is_(None)
    )
    mine = exists().where(lists, brought.c.profile == full.profile)
    awaited = exists().where(
        lists,
        brought.c.profile.not_in((full.profile, *full.adding)),
        ~is_here.correlate_except(here),
    )
    return and_(mine.correlate_except(brought), ~awaited.correlate_except(brought))
