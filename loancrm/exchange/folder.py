"""A folder of yesterday's files: which profile fits which file, and in what order they go in."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import select

from loancrm.errors import InvalidInput, LoanCrmError, NotFound
from loancrm.exchange.days import day_in_name
from loancrm.exchange.importing import FileImport, ImportReceipt, NotTaken, Rejects, Tick, file_digest
from loancrm.exchange.profile import Profile
from loancrm.exchange.rejects import is_rejects
from loancrm.exchange.targets import FILES_OF_FACTS
from loancrm.i18n import _
from loancrm.models import ImportBatch, table
from loancrm.services.customer_fields import Reading
from loancrm.services.inputs import Input, Receipt
from loancrm.unitofwork import UnitOfWork
from loancrm.view import View

# Who and what first, then what is said of it; a list without balances after the one that has them.
ORDER = (
    *("officers", "rates", "customers", "loans", "snapshots", "payments", "contacts", "feedback"),
    *FILES_OF_FACTS,
    "indicators",
)


@dataclass(frozen=True, slots=True)
class Match:
    """A file with the profile that fits it; ``is_known``: this very file was taken in before."""

    file: Path
    profile: Profile
    is_known: bool


def match(view: View, folder: Path, profiles: list[Profile]) -> list[Match]:
    """Return the files to take in, in order: of each profile the newest by the day in the name, else by name.

    Raises:
        NotFound: no such folder, or no file that a profile fits.
        InvalidInput: two profiles fit one file, or none names the files it is for.
    """
    if not folder.is_dir():
        raise NotFound(_("there is no folder {path}").format(path=folder), field="FOLDER")
    if not any(profile.files for profile in profiles):
        raise InvalidInput(
            _("no profile in config says which files it is for"),
            field="profiles",
            hint=_('files: ["balances*.xlsx"] in a profile, and profiles: {balances: …} in the config file'),
        )
    files = sorted(
        path
        for path in folder.iterdir()
        if path.is_file() and not path.name.startswith((".", "~$")) and not is_rejects(path)
    )
    chosen: dict[str, Path] = {}
    for file in files:
        fitting = [profile for profile in profiles if profile.fits(file)]
        if len(fitting) > 1:
            names = ", ".join(profile.name for profile in fitting)
            raise InvalidInput(
                _("{file} fits several profiles: {names}").format(file=file.name, names=names), field="files"
            )
        for profile in fitting:
            before = chosen.get(profile.name)
            if before is None or _age(file) >= _age(before):
                chosen[profile.name] = file
    if not chosen:
        raise NotFound(
            _("no file in {path} is one that a profile is for").format(path=folder), field="FOLDER"
        )
    known = _known(view, profiles)
    found = [
        Match(path, profile, (profile.name, file_digest(path), _day_that_counts(profile, path.name)) in known)
        for profile in profiles
        if (path := chosen.get(profile.name)) is not None
    ]
    return sorted(found, key=_rank)


def _day_that_counts(profile: Profile, name: str) -> date | None:
    """Return the day in a file's name where the profile takes it: the same list of another day is another."""
    takes_it = any(spec.file_name for spec in profile.columns.values())
    return day_in_name(name) if takes_it else None


def _age(file: Path) -> tuple[date, str]:
    return day_in_name(file.name) or date.min, file.name


def _rank(one: Match) -> tuple[int, bool, str]:
    without_balance = "snapshot.outstanding_principal" not in one.profile.columns
    return ORDER.index(one.profile.kind), without_balance, one.profile.name


def _known(view: View, profiles: list[Profile]) -> set[tuple[str, str, date | None]]:
    rows, named = table(ImportBatch), {profile.name: profile for profile in profiles}
    query = select(rows.c.profile, rows.c.file_digest, rows.c.file_name)
    query = query.where(view.knows(rows), rows.c.profile.in_(list(named)))
    return {
        (row.profile, row.file_digest, _day_that_counts(named[row.profile], row.file_name))
        for row in view.rows(query)
    }


class FolderIn(Input):
    """Which files are taken in, by profile and digest."""

    files: tuple[tuple[str, str], ...]
    is_partial: bool


class FileLine(Receipt):
    """What became of one file. ``state``: taken, known (this very file was taken in before), rejected."""

    file: str
    profile: str
    kind: str
    state: str
    read: int | None = None
    new: int | None = None
    changed: int | None = None
    known: int | None = None
    rejected: int | None = None
    data_on: date | None = None
    warnings: dict[str, int] | None = None
    error: str | None = None


class FolderReceipt(Receipt):
    """What became of the files, in the order they went in."""

    files: tuple[FileLine, ...]


class FolderImport:
    """The newest files of a folder, as one command: one undo takes all of them back.

    A file that cannot be taken in does not keep the others out. ``adding``: the profiles whose lists only
    add to what another list says of a loan.
    """

    def __init__(
        self,
        matches: list[Match],
        about: Reading,
        *,
        is_partial: bool,
        tick: Tick,
        set_aside: Callable[[Path, Rejects], None] | None = None,
        adding: Collection[str] = (),
    ) -> None:
        self.matches = matches
        self._adding = adding
        self.done: list[FileImport] = []
        self._set_aside = set_aside
        self._about = about
        self._is_partial = is_partial
        self._tick = tick

    @property
    def request(self) -> FolderIn:
        """Return what makes this import the same as another one."""
        files = tuple((one.profile.name, file_digest(one.file)) for one in self.matches)
        return FolderIn(files=files, is_partial=self._is_partial)

    def take(self, uow: UnitOfWork, request: FolderIn) -> FolderReceipt:
        """Take the files in, in the transaction of ``uow``; their rejects are set aside before it is kept."""
        del request
        lines = tuple(self._take(uow, one) for one in self.matches)
        if self._set_aside is not None:
            for one in self.done:
                self._set_aside(one.path, one.rejects)
        return FolderReceipt(files=lines)

    def _take(self, uow: UnitOfWork, one: Match) -> FileLine:
        if one.is_known:
            return _line(one, "known")
        work = FileImport(
            one.file,
            one.profile,
            self._about,
            on=None,
            is_partial=self._is_partial,
            tick=self._tick,
            adding=self._adding,
        )
        try:
            with uow.attempt():
                receipt = work.take(uow, work.request)
        except NotTaken as answer:
            return _line(one, "rejected", answer.receipt)
        except LoanCrmError as fault:
            return _line(one, "rejected", error=fault.message)
        self.done.append(work)
        return _line(one, "taken", receipt)


def _line(one: Match, state: str, receipt: ImportReceipt | None = None, error: str | None = None) -> FileLine:
    names = ("read", "new", "changed", "known", "rejected", "data_on", "warnings")
    fields = {} if receipt is None else {name: getattr(receipt, name) for name in names}
    if receipt is not None and receipt.rejected:
        first = next(one for one in receipt.problems if not one.is_odd)
        error = _("row {row}: {reason}").format(row=first.row, reason=first.reason)
    return FileLine(
        file=one.file.name,
        profile=one.profile.name,
        kind=one.profile.kind,
        state=state,
        error=error,
        **fields,
    )
