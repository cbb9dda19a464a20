"""Taking a file in: one code path for the dry run and for what is kept."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Protocol

from loancrm.exchange.mapping import Mapping
from loancrm.exchange.opening import open_table, refuse_unreadable
from loancrm.exchange.profile import Profile
from loancrm.exchange.source import Source
from loancrm.exchange.targets import FILES_OF_FACTS
from loancrm.models import ImportBatch
from loancrm.services.customer_fields import Reading
from loancrm.services.inputs import Input, Receipt
from loancrm.services.intake.absent import FullExtract
from loancrm.services.intake.answers import AnswerList
from loancrm.services.intake.customers import Customers
from loancrm.services.intake.facts import FactList
from loancrm.services.intake.figures import FigureList
from loancrm.services.intake.lists import Officers, Rates
from loancrm.services.intake.loans import Loans
from loancrm.services.intake.payments import Payments
from loancrm.services.intake.snapshots import Snapshots
from loancrm.services.intake.talks import Contacts
from loancrm.services.intake.tally import Item, Tally
from loancrm.services.intake.tickets import FeedbackList
from loancrm.unitofwork import Change, UnitOfWork

Tick = Callable[[int, int], None]
SetAside = Callable[["Rejects"], None]


class ImportIn(Input):
    """Which file is taken in, how. Two requests are the same when file and profile are."""

    kind: str
    profile: str
    profile_digest: str
    file_digest: str
    on: date | None
    is_partial: bool


class ProblemLine(Receipt):
    """What is wrong or odd about a row: ``row`` is the line of the file, or the row of the sheet."""

    row: int | None
    column: str | None
    code: str
    reason: str
    is_odd: bool


class ImportReceipt(Receipt):
    """What became of the rows. ``warnings``: by check, rows that are odd and were taken all the same."""

    kind: str
    file: str
    profile: str
    read: int
    new: int
    known: int
    changed: int
    rejected: int
    warnings: dict[str, int]
    made: dict[str, int]
    skipped: dict[str, int]
    how: dict[str, str]
    data_on: date | None
    problems: tuple[ProblemLine, ...] = ()


class Taker(Protocol):
    """What takes in the rows of one kind of file."""

    def take(self, items: list[Item]) -> None:
        """Take one chunk."""


@dataclass(frozen=True)
class Rejects:
    """The rows that were left out, as they stood in the file."""

    header: tuple[str, ...] = ()
    header_line: int = 0
    encoding: str = ""
    delimiter: str = ","
    rows: tuple[tuple[Any, ...], ...] = ()


class NotTaken(Exception):
    """Some rows cannot be taken and no part was asked for: nothing is kept."""

    def __init__(self, receipt: ImportReceipt, rejects: Rejects) -> None:
        super().__init__()
        self.receipt = receipt
        self.rejects = rejects


class FileImport:
    """One file on its way in."""

    def __init__(
        self,
        path: Path,
        profile: Profile,
        about: Reading,
        *,
        on: date | None,
        is_partial: bool,
        tick: Tick,
        set_aside: SetAside | None = None,
        asserts_balance: bool = False,
        adding: Collection[str] = (),
    ) -> None:
        self.path = path
        self._adding = adding
        self.profile = profile
        self.rejects = Rejects()
        self._set_aside = set_aside
        self._asserts_balance = asserts_balance
        self._about = about
        self._on = on
        self._is_partial = is_partial
        self._tick = tick

    @property
    def request(self) -> ImportIn:
        """Return what makes this import the same as another one."""
        written = self.profile.model_dump_json().encode()
        return ImportIn(
            kind=self.profile.kind,
            profile=self.profile.name,
            profile_digest=hashlib.sha256(written).hexdigest(),
            file_digest=file_digest(self.path),
            on=self._on,
            is_partial=self._is_partial,
        )

    def take(self, uow: UnitOfWork, request: ImportIn) -> ImportReceipt:
        """Take the file in, in the transaction of ``uow``.

        What ``set_aside`` does with the rejected rows comes before the transaction is kept.

        Raises:
            NotTaken: rows are rejected and ``--partial`` was not given.
            LoanCrmError: the file is not one that the profile fits.
        """
        source = open_table(self.path, self.profile)
        try:
            mapping = Mapping(self.profile, source, self.path, self._about)
            tally = Tally(mapping.columns, keeps_rejects=True)
            taker = self._taker(uow, tally)
            for chunk in mapping.chunks(source.rows, tally):
                if isinstance(taker, Snapshots):
                    taker.take_columns(chunk)
                else:
                    taker.take(chunk.filled())
                self._tick(*source.progress())
            if isinstance(taker, Loans):
                taker.finish()
            if isinstance(taker, Snapshots):
                self._look_for_absent(taker)
        finally:
            source.close()
        self.rejects = _rejects(tally, source)
        receipt = self._receipt(tally, source)
        if tally.rejected and not self._is_partial:
            raise NotTaken(receipt, self.rejects)
        self._keep(uow, request, receipt)
        if self._set_aside is not None:
            self._set_aside(self.rejects)
        return receipt

    def _look_for_absent(self, taker: Snapshots) -> None:
        profile = self.profile
        full = FullExtract(profile.name, tuple(self._adding), settles=profile.missing == "settle")
        taker.finish(full if profile.extract == "full" else None)

    def _taker(self, uow: UnitOfWork, tally: Tally) -> Taker | Snapshots:
        kind = self.profile.kind
        if kind in FILES_OF_FACTS:
            return FactList(FILES_OF_FACTS[kind], uow, tally, self._on)
        if kind == "indicators":
            return FigureList(uow, tally, self._on)
        if kind == "answers":
            return AnswerList(uow, tally, self._on)
        if kind == "customers":
            return Customers(uow, tally, self._on)
        if kind == "loans":
            return Loans(uow, tally)
        if kind == "snapshots":
            brings_loans = "loan.principal" in self.profile.columns
            return Snapshots(uow, tally, self._on, brings_loans=brings_loans)
        if kind == "payments":
            return Payments(uow, tally, self._on, asserts_balance=self._asserts_balance)
        if kind == "contacts":
            return Contacts(uow, tally, self._on)
        if kind == "feedback":
            return FeedbackList(uow, tally, self._on)
        return Officers(uow, tally) if kind == "officers" else Rates(uow, tally)

    def _receipt(self, tally: Tally, source: Source) -> ImportReceipt:
        problems = sorted(tally.problems, key=lambda one: (one.row is None, one.row or 0))
        return ImportReceipt(
            kind=self.profile.kind,
            file=self.path.name,
            profile=self.profile.name,
            read=tally.read,
            new=tally.new,
            known=tally.known,
            changed=tally.changed,
            rejected=tally.rejected,
            warnings=dict(sorted(tally.warnings.items())),
            made={name: n for name, n in sorted(tally.made.items()) if n},
            skipped=dict(sorted(source.skipped.items())),
            how=dict(sorted(source.how.items())),
            data_on=tally.data_on,
            problems=tuple(
                ProblemLine(
                    row=one.row, column=one.column, code=one.code, reason=one.reason, is_odd=one.is_odd
                )
                for one in problems
            ),
        )

    def _keep(self, uow: UnitOfWork, request: ImportIn, receipt: ImportReceipt) -> None:
        """Write down which file was taken in: one entry in the audit trail for all that is new."""
        counts = {
            f"rows_{name}": getattr(receipt, name) for name in ("read", "new", "changed", "known", "rejected")
        }
        values = {
            "kind": receipt.kind,
            "profile": receipt.profile,
            "file_name": receipt.file,
            "file_digest": request.file_digest,
            "data_on": receipt.data_on,
            **counts,
        }
        key = uow.insert(ImportBatch, **values)
        uow.record(Change("create", ImportBatch, key, None, {}, {**values, "made": receipt.made}))


def _rejects(tally: Tally, source: Source) -> Rejects:
    mark = source.how.get("delimiter", ",")
    return Rejects(
        header=source.header,
        header_line=source.header_line,
        encoding=source.how.get("encoding", "") if "delimiter" in source.how else "",
        delimiter="\t" if mark == "tab" else mark,
        rows=tuple(tuple(item.cells) for item in tally.rejects),
    )


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file.

    Raises:
        NotFound: no such file.
        Refused: it cannot be read.
    """
    refuse_unreadable(path)
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
