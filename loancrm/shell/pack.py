"""The reports of a month for the committee: a folder of pages and workbooks, with a table of contents."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from loancrm.calendars import end_of_month
from loancrm.errors import InvalidInput, Refused
from loancrm.i18n import N_, _, language
from loancrm.parsing import day
from loancrm.render.columns import Column
from loancrm.shell.proving import run

if TYPE_CHECKING:
    from loancrm.context import Context

INDEX, MARK = "index.html", "loancrm-pack"
FORMATS = ("html", "xlsx")
# What a risk committee reads: the name of the files, and the report; {eve} is the end of the month before.
REPORTS: tuple[tuple[str, str, str], ...] = (
    ("portfolio", N_("the portfolio on one page"), "portfolio --explain"),
    ("par", N_("portfolio at risk, month by month"), "par --months 12"),
    ("delinquency", N_("days past due"), "delinquency"),
    ("five-tier", N_("five-tier classes"), "five-tier"),
    ("five-tier-branches", N_("five-tier classes by branch"), "five-tier --by branch"),
    ("roll-rates", N_("roll rates"), "roll-rates --months 12"),
    ("migration", N_("migration rates of the month"), "migration --since {eve}"),
    ("transitions", N_("moves between classes in the month"), "transitions --since {eve}"),
    ("vintage", N_("vintages"), "vintage --cohort quarter --every 3"),
    ("provision", N_("expected losses and provisions"), "provision --since {eve}"),
    ("maturity", N_("remaining terms"), "maturity"),
    ("cash-flow", N_("expected payments"), "cash-flow"),
    ("watch-list", N_("the watch-list"), "watch-list --since {eve}"),
    ("limits", N_("limits of the book"), "limits"),
    ("risk-register", N_("the risk register"), "risk-register"),
    ("industries", N_("concentration by industry"), "concentration --by industry"),
    ("names", N_("concentration by name"), "concentration --by customer --limit 50"),
    ("products", N_("concentration by product"), "concentration --by product"),
    ("growth", N_("growth"), "growth --from {first} --to {last}"),
    ("feedback", N_("feedback"), "feedback --from {first} --to {next}"),
    ("quality", N_("data quality"), "quality"),
)
PACKED = (
    Column("file", N_("saved file")),
    Column("title", N_("report")),
    Column("command", N_("command"), table=False),
    Column("as_of", N_("as of"), "date", table=False),
    Column("sha256", N_("digest"), table=False),
)


@dataclass(frozen=True, slots=True)
class Month:
    """The days of a month that a pack asks for."""

    first: date

    @property
    def last(self) -> date:
        """The last day, as of which the reports are."""
        return end_of_month(self.first)

    def words(self, report: str) -> list[str]:
        """Return a report's words with the days of the month in their places."""
        eve, after = self.first - timedelta(days=1), self.last + timedelta(days=1)
        return report.format(eve=eve, first=self.first, last=self.last, next=after).split()


def make_pack(crm: Context, root: Any, month: str, output: str, *, force: bool) -> None:
    """Write the committee's reports of a month into the folder ``output``, all of them or none.

    Raises:
        InvalidInput: the month is none, or is not over.
        Refused: the folder is there, without --force; or what is there is no pack.
    """
    wanted, target = _month(crm, month), Path(output)
    with _new_folder(target, force=force) as folder:
        written = [
            _write(crm, root, folder, wanted, place, one) for place, one in enumerate(REPORTS, start=1)
        ]
        _write_index(folder, wanted, written)
    rows = [row for part in written for row in part]
    crm.show(
        rows,
        PACKED,
        title=str(target),
        footer=["", _("next: loancrm report verify {path}").format(path=target)],
    )


def _month(crm: Context, text: str) -> Month:
    if not re.fullmatch(r"\d{4}-\d{2}", text):
        raise InvalidInput(_("a month is written as YYYY-MM"), field="--month")
    month = Month(day(f"{text}-01", "--month"))
    if month.last > crm.as_of:
        raise InvalidInput(
            _("{month} is not over on {day}").format(month=text, day=crm.as_of),
            field="--month",
            hint=_("name a month that is over, such as {month}").format(
                month=f"{crm.as_of.replace(day=1) - timedelta(days=1):%Y-%m}"
            ),
        )
    return month


def _write(
    crm: Context, root: Any, folder: Path, month: Month, place: int, report: tuple[str, str, str]
) -> list[dict[str, Any]]:
    name, title, words = report
    rows = []
    for ending in FORMATS:
        path = folder / f"{place:02d}-{name}.{ending}"
        asked = ["report", *month.words(words)]
        at = ["--as-of", month.last.isoformat(), "--format", ending, "--output", str(path)]
        if crm.given.get("known_at"):
            at += ["--known-at", crm.given["known_at"]]
        run(crm, root, [*asked, *at], None)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        row = {"file": path.name, "title": _(title), "command": " ".join(asked), "sha256": digest}
        rows.append({**row, "as_of": month.last})
    return rows


def _write_index(folder: Path, month: Month, written: Sequence[Sequence[dict[str, Any]]]) -> None:
    """Write the table of contents: a page with a link to each file and its SHA-256."""
    from loancrm.render.contents import Entry, contents

    entries = [Entry(rows[0]["title"], [(row["file"], row["sha256"]) for row in rows]) for rows in written]
    title = _("Reports for {month}").format(month=f"{month.first:%Y-%m}")
    page = contents(title, entries, mark=MARK, lang=language())
    with os.fdopen(os.open(folder / INDEX, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(page)


@contextmanager
def _new_folder(target: Path, *, force: bool) -> Iterator[Path]:
    """Make a private folder beside ``target``, and put it in place when it is whole."""
    _refuse(target, force=force)
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    old = target.with_name(f".{target.name}.{os.getpid()}.old")
    try:
        part.mkdir(mode=0o700)
        yield part
        if target.exists():
            target.rename(old)
        part.rename(target)
    except OSError as fault:
        if old.exists() and not target.exists():
            old.rename(target)
        raise Refused(_("{path} cannot be written").format(path=target), field="--output") from fault
    finally:
        shutil.rmtree(part, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)


def _refuse(target: Path, *, force: bool) -> None:
    if not target.is_symlink() and not target.exists():
        return
    index = target / INDEX
    is_pack = not target.is_symlink() and index.is_file() and MARK in index.read_text("utf-8", "replace")
    if not is_pack:
        raise Refused(
            _("{path} is there already, and is no pack of reports").format(path=target),
            field="--output",
            code="exists",
        )
    if not force:
        raise Refused(
            _("{path} is there already").format(path=target),
            field="--output",
            hint=_("--force replaces it"),
            code="exists",
        )
