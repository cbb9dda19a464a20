"""How the book is: what ``doctor`` finds in it, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import select, text

from loancrm.i18n import _
from loancrm.models import Audit, Command, table
from loancrm.policy.policy import in_force
from loancrm.reports.checks import CHECKS, check_store
from loancrm.view import View

OK, WARNING, FAULT = "ok", "warning", "fault"


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: ``state`` is ``ok``, ``warning`` or ``fault``; ``advice`` says what to do, if anything."""

    check: str
    state: str
    found: str
    advice: str | None = None


@dataclass(frozen=True, slots=True)
class Backup:
    """A copy of the book: when it was made, and where it is."""

    made_at: datetime
    file: Path


def health(view: View, now: datetime, backup_days: int, known: Backup | None = None) -> Iterator[Finding]:
    """Yield what is found in the book; a backup older than ``backup_days`` is missed.

    ``known`` is one that the book cannot know of: it was restored from it.
    """
    yield Finding("zone", OK, f"{view.zone}, {view.currency}, {now.astimezone(ZoneInfo(view.zone)):%Y-%m-%d}")
    yield _schema(view)
    if view.connection.dialect.name == "sqlite":
        yield _journal(view)
    yield _policy(view)
    yield from _invariants(view)
    yield _backup(now, backup_days, _newest(view, known))


def _schema(view: View) -> Finding:
    revision = view.connection.scalar(text("SELECT version_num FROM alembic_version"))
    return Finding("schema", OK, str(revision))


def _journal(view: View) -> Finding:
    mode = str(view.connection.exec_driver_sql("PRAGMA journal_mode").scalar()).upper()
    level = int(view.connection.exec_driver_sql("PRAGMA synchronous").scalar() or 0)
    names = ("OFF", "NORMAL", "FULL", "EXTRA")
    safe = level >= 2 and mode in ("WAL", "DELETE")
    return Finding("journal", OK if safe else FAULT, f"{mode}, synchronous {names[level]}")


def _policy(view: View) -> Finding:
    policy = in_force(view)
    named, review_by = f"{policy.name} ({policy.version_id})", policy.shape.review_by
    if review_by is None or review_by >= view.as_of:
        return Finding("policy", OK, named)
    advice = _("its review was due by {day}: loancrm policy try, policy adopt").format(day=review_by)
    return Finding("policy", WARNING, named, advice)


def _invariants(view: View) -> Iterator[Finding]:
    broken = check_store(view)
    advice = _("restore the newest backup")
    for one in broken:
        yield Finding(f"invariant.{one.check}", FAULT, f"{one.meaning}: {one.count}, {one.first_ids}", advice)
    if not broken:
        yield Finding("invariants", OK, _("{n} checks hold").format(n=len(CHECKS)))


def holds_chain(view: View, digest: str) -> bool:
    """Say whether a row of the audit trail has that digest: the book came from the one that had it."""
    rows = table(Audit)
    return view.connection.scalar(select(rows.c.id).where(rows.c.chain_digest == digest)) is not None


def _newest(view: View, known: Backup | None) -> Backup | None:
    rows = table(Command)
    query = select(rows.c.recorded_at, rows.c.result).where(rows.c.name == "store backup")
    last = view.one(query.order_by(rows.c.id.desc()).limit(1))
    if last is None or (known is not None and known.made_at > last.recorded_at):
        return known
    return Backup(last.recorded_at, Path((last.result or {}).get("file", "?")))


def _backup(now: datetime, backup_days: int, last: Backup | None) -> Finding:
    advice = _("loancrm store backup FILE, on another disk")
    if last is None:
        return Finding("backup", WARNING, _("there was never a backup"), advice)
    days = (now - last.made_at).days
    found = _("{days} days ago: {path}").format(days=days, path=last.file)
    if days > backup_days:
        return Finding("backup", WARNING, found, advice)
    if not last.file.exists():
        return Finding("backup", WARNING, _("{found}; it is not there now").format(found=found), advice)
    return Finding("backup", OK, found)
