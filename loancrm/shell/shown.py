"""The list that an officer looked at last, so that ``log 3`` answers the line 3 that was read.

A small private file of codes, no names, in the account's folder for state; it is no part of the book. Without
it, or on another day, the list is found anew.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from loancrm.agenda.reasons import own_ref
from loancrm.errors import NotFound
from loancrm.i18n import _

if TYPE_CHECKING:
    from loancrm.agenda.due import DueLine
    from loancrm.context import Context
    from loancrm.services.agenda import LineKey


LAST = "\nlooked at last"  # nobody's code
FOUND_AT_LEAST = 100  # lines of the whole book: of an officer all are


def remember(crm: Context, officer: str | None, lines: Sequence[DueLine], *, is_looked_at: bool) -> None:
    """Keep which line was which; where nothing can be kept, nothing is said: the list is found anew then.

    What ``is_looked_at`` (a page for a file is not) is what a number means where no officer is named.
    """
    if crm.as_of != crm.today or crm.known_at is not None:
        return
    kept = {"day": crm.today.isoformat(), "lines": {str(line.rank): _plain(line) for line in lines}}
    places = {_whose(crm, officer), *((LAST,) if is_looked_at else ())}
    with contextlib.suppress(OSError, RuntimeError):
        for place in sorted(places):
            _write(_file(crm, place), kept)


def _write(file: Path, kept: dict[str, Any]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = file.with_suffix(f".{os.getpid()}.part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        json.dump(kept, out)
    part.replace(file)


def line_of(crm: Context, officer: str | None, rank: int) -> tuple[LineKey, str]:
    """Return line ``rank`` of the list that was looked at, or of today's, and the code of its reason.

    It is the list of ``officer``, or where none is named the one that was looked at last, whosever it is.

    Raises:
        NotFound: the list has no such line.
    """
    from loancrm.services.agenda import LineKey

    lines = _kept(crm, _whose(crm, officer) if officer else LAST) or _kept(crm, _whose(crm, officer))
    if lines and str(rank) not in lines:
        raise NotFound(
            _("the list that was looked at has no line {n}").format(n=rank),
            field="N",
            hint=_("look at it anew: loancrm today --all"),
        )
    kept = lines[str(rank)] if lines else _found(crm, officer, rank)
    code = str(kept.pop("reason_code"))
    return LineKey(**{**kept, "due_on": date.fromisoformat(kept["due_on"])}), code


def _found(crm: Context, officer: str | None, rank: int) -> dict[str, Any]:
    from loancrm.agenda.due import due

    with crm.view() as view:
        officer_id = crm.officer_id(view, officer)
        most = max(rank, FOUND_AT_LEAST) if officer_id is None else None
        lines = due(view, crm.policy(view), officer_id=officer_id, limit=most)
    if len(lines) < rank:
        raise NotFound(_("the list has {n} lines").format(n=len(lines)), field="N")
    remember(crm, officer, lines, is_looked_at=True)  # a retry, and the next number, mean the same list
    return _plain(lines[rank - 1])


def _plain(line: DueLine) -> dict[str, Any]:
    """Return by what a line's leading reason is known."""
    first = line.reasons[0]
    return {
        "customer": line.customer,
        "kind": first.kind,
        "rule": first.rule,
        "ref": first.ref,
        "own_ref": own_ref(first.kind, first.ref),
        "due_on": first.due_on.isoformat(),
        "reason_code": first.reason_code,
    }


def _kept(crm: Context, place: str) -> dict[str, Any]:
    try:
        kept = json.loads(_file(crm, place).read_text(encoding="utf-8"))
        lines: dict[str, Any] = kept["lines"] if kept["day"] == crm.today.isoformat() else {}
    except (OSError, RuntimeError, ValueError, KeyError, TypeError):
        return {}
    return lines


def _whose(crm: Context, officer: str | None) -> str:
    return officer or crm.settings.me or ""


def _file(crm: Context, place: str) -> Path:
    from platformdirs import user_state_path

    name = hashlib.sha256(f"{crm.store_place}\n{place}".encode()).hexdigest()[:32]
    return user_state_path("loancrm") / "lists" / f"{name}.json"
