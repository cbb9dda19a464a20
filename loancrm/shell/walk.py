"""The walk through the morning: each command is shown, then run as an officer would run it."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from loancrm.config import is_address, without_password
from loancrm.errors import Refused
from loancrm.i18n import N_, _, language

if TYPE_CHECKING:
    from loancrm.context import Context

STEPS = (
    (N_("Whom to talk to today, and why"), ("today", "--officer", "{officer}")),
    (N_("The page before the first call"), ("customer", "show", "{customer}")),
    (N_("The segments of the whole book, by the bank's rules"), ("classify", "--dry-run")),
    (N_("The portfolio"), ("report", "portfolio")),
    (N_("What is past due"), ("report", "delinquency")),
    (N_("Where the book is concentrated"), ("report", "concentration", "--by", "industry")),
)


def walk(crm: Context, keep: str | None, seed: int) -> None:
    """Build the sample book, in a temporary folder unless it is kept, and show the morning.

    Raises:
        Refused: the file to keep it in is there already.
    """
    at_address = keep is not None and is_address(keep)
    if keep is not None and not at_address and Path(keep).exists():
        raise Refused(
            _("{path} is there already").format(path=keep),
            field="--keep",
            hint=_("name a new file"),
            code="exists",
        )
    with tempfile.TemporaryDirectory(prefix="loancrm-demo-") as folder:
        place = keep if keep is not None else str(Path(folder) / "demo.db")
        officer, customer = _build(crm, place, seed)
        for title, words in STEPS:
            args = [word.format(officer=officer, customer=customer) for word in words]
            _run(place, _(title), args)
    if keep is not None:
        crm.say(
            _("the sample book is kept: loancrm --store {path} today").format(path=without_password(keep))
        )


def _build(crm: Context, place: str, seed: int) -> tuple[str, str]:
    """Build the book and return the officer and the first customer of the walk."""
    from loancrm.agenda.due import due
    from loancrm.demo.book import build
    from loancrm.policy.policy import in_force
    from loancrm.reports import lookup

    today = crm.clock_in(crm.settings.zone).today
    with crm.progress(_("building the sample book")) as tick:
        store = build(place if is_address(place) else Path(place), today=today, seed=seed, progress=tick)
    try:
        with store.read(today) as view:
            policy = in_force(view)
            first = due(view, policy, limit=1)[0]
            lines = due(view, policy, officer_id=lookup.officer(view, first.officer or "").id, limit=1)
            return str(first.officer), lines[0].customer
    finally:
        store.close()


def _run(place: str, title: str, args: list[str]) -> None:
    """Show a command and run it as its own process, so that what is seen is what an officer sees."""
    out = sys.stdout
    out.write(f"\n── {title}\n$ loancrm {' '.join(args)}\n")
    out.flush()
    shown = [*args, "--format", "table"]
    command = [sys.executable, "-m", "loancrm", "--lang", language(), "--store", place, "--quiet", *shown]
    environ = {**os.environ, "COLUMNS": os.environ.get("COLUMNS", "80")}
    subprocess.run(command, check=True, env=environ)  # noqa: S603 - our own program
