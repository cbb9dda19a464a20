"""What ``doctor`` finds around the book: versions, files and their modes, terminal, clock, settings."""

from __future__ import annotations

import importlib.util
import os
import shlex
import sqlite3
import stat
import sys
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from loancrm import __version__
from loancrm.calendars import known_until
from loancrm.copies import is_left_over
from loancrm.errors import Damaged, LoanCrmError, NotFound
from loancrm.i18n import _, language, listed, n_
from loancrm.render.columns import Column

if TYPE_CHECKING:
    from loancrm.context import Context
    from loancrm.reports.health import Backup
    from loancrm.view import View

from loancrm.reports.health import FAULT, OK, WARNING, Finding

LIBRARIES = ("typer", "rich", "sqlmodel", "sqlalchemy", "alembic", "pydantic")


def examine(crm: Context, columns: Sequence[Column]) -> None:
    """Show every check.

    Raises:
        Damaged: one of them is a fault.
        NotFound: there is no book.
    """
    crm.refuse_looking_back()
    findings = [_config(crm), *_program(), *_surroundings(crm)]
    missing = None
    try:
        if isinstance(crm.store_place, Path):
            findings += _files(crm.store_place)
        findings += _book(crm)
    except NotFound as fault:
        missing = fault
        findings.append(Finding("store", WARNING, fault.message, fault.hint))
    except LoanCrmError as fault:
        findings.append(Finding("store", FAULT, fault.message, fault.hint))
    crm.show(findings, columns, title=_("doctor"), whole=True)
    faults = sum(one.state == FAULT for one in findings)
    if faults:
        text = n_("{n} check found a fault", "{n} checks found a fault", faults)
        raise Damaged(text.format(n=faults), code="check_failed")
    if missing is not None:
        raise missing


def _config(crm: Context) -> Finding:
    """Look at the config file; without a usable one, go on with the defaults."""
    try:
        path = crm.found.path
        assert crm.settings is not None
    except LoanCrmError as fault:
        crm.do_without_config()
        return Finding("config", FAULT, fault.message, fault.hint)
    if path is None:
        return Finding("config", OK, _("no config file; the defaults hold"))
    return _mode("config", path, 0o600)


def _mode(check: str, path: Path, wanted: int) -> Finding:
    mode = stat.S_IMODE(path.stat().st_mode)
    found = f"{path} {mode:04o}"
    if os.name == "posix" and mode & 0o077:
        return Finding(
            check,
            WARNING,
            found,
            _("others may look: chmod {mode} {path}").format(mode=f"{wanted:o}", path=path),
        )
    return Finding(check, OK, found)


def _program() -> Iterator[Finding]:
    from loancrm.engine import wal_is_safe

    yield Finding("program", OK, f"loancrm {__version__}, Python {sys.version.split()[0]}, {sys.platform}")
    yield Finding("libraries", OK, listed(f"{name} {version(name)}" for name in LIBRARIES))
    safe = wal_is_safe(sqlite3.sqlite_version_info)
    found = sqlite3.sqlite_version if safe else _("{version}, without WAL: too old to be safe with it")
    yield Finding("sqlite", OK, found.format(version=sqlite3.sqlite_version))
    yield _compiled()


def _compiled() -> Finding:
    """Start takes nearly three times as long when Python must compile everything anew."""
    file = Path(__file__).parent.parent / "cli.py"
    if Path(importlib.util.cache_from_source(str(file))).exists():
        return Finding("compiled", OK, _("yes"))
    advice = _("starts are quicker after: python -m compileall {path}").format(path=file.parent)
    return Finding("compiled", WARNING, _("no"), advice)


def _surroundings(crm: Context) -> Iterator[Finding]:
    encoding = (sys.stdout.encoding or "?").lower().replace("-", "")
    place = _("a terminal of {n} columns").format(n=crm.width) if sys.stdout.isatty() else _("no terminal")
    advice = None if encoding == "utf8" else _("set LANG to a UTF-8 locale, such as zh_CN.UTF-8")
    yield Finding("terminal", WARNING if advice else OK, f"{place}, {encoding}", advice)
    names = [
        f"{name}={crm.environ[name]}" for name in ("LC_ALL", "LC_MESSAGES", "LANG") if name in crm.environ
    ]
    yield Finding("language", OK, listed([language(), *names]))
    clock = crm.clock_in("UTC")
    until = known_until()
    if clock.today > until:
        advice = _("install the newest chinesecalendar; until then Monday to Friday are working days")
        yield Finding("calendar", WARNING, _("known until {day}").format(day=until), advice)
    else:
        yield Finding("calendar", OK, _("known until {day}").format(day=until))
    fixed = clock.is_fixed
    advice = _("unset LOANCRM_NOW: it stops the clock, for demonstrations and tests") if fixed else None
    yield Finding("clock", WARNING if fixed else OK, f"{clock.now:%Y-%m-%dT%H:%M%z}", advice)


def _files(store: Path) -> Iterator[Finding]:
    if not store.exists():
        return
    yield _mode("store", store, 0o600)
    yield _mode("folder", store.absolute().parent, 0o700)
    left = sorted(path.name for path in store.absolute().parent.glob(".*.part") if is_left_over(path))
    if left:
        advice = _("left by a process that was killed, with data of the book in it; remove {files}")
        named = " ".join(shlex.quote(str(store.absolute().parent / name)) for name in left)
        yield Finding("leftovers", WARNING, listed(left), advice.format(files=named))


def _book(crm: Context) -> list[Finding]:
    from loancrm.reports.health import health

    def ask(view: View) -> list[Finding]:
        return list(health(view, crm.clock.now, crm.settings.backup_days, _restored_from(crm, view)))

    return crm.ask(ask)


def _restored_from(crm: Context, view: View) -> Backup | None:
    """Return the backup that this very book was restored from, as a file beside it says."""
    from loancrm.reports.health import Backup, holds_chain
    from loancrm.services.manifests import read_origin

    found = read_origin(crm.store_place) if isinstance(crm.store_place, Path) else None
    if found is None or (found.audit_chain is not None and not holds_chain(view, found.audit_chain)):
        return None
    return Backup(found.made_at, Path(found.file))
