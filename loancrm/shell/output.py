"""From rows to standard output or a file: the format, the options of rendering, the file's safety."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from loancrm.errors import InvalidInput, Refused, UsageFault, did_you_mean
from loancrm.i18n import _, listed
from loancrm.parsing import count
from loancrm.render.columns import Column
from loancrm.render.output import FORMATS, Options, write, write_one, write_sections
from loancrm.render.safe import safe

if TYPE_CHECKING:
    from loancrm.context import Context
    from loancrm.render.chart import Chart
    from loancrm.render.proof import Proof
    from loancrm.render.sheet import Section

BY_ENDING = {f".{name}": name for name in FORMATS if name != "table"}


def choose_format(given: Mapping[str, Any], *, is_terminal: bool) -> str:
    """Return the format: ``--format``, else by the ending of ``--output``, else by the terminal."""
    wanted = given.get("format")
    if wanted is not None:
        if wanted not in FORMATS:
            raise UsageFault(
                _("--format: known are {formats}").format(formats=listed(FORMATS)),
                field="--format",
                hint=did_you_mean(str(wanted), FORMATS),
            )
        return str(wanted)
    if given.get("output"):
        return BY_ENDING.get(Path(given["output"]).suffix.lower(), "tsv")
    return "table" if is_terminal else "tsv"


def show_rows(
    crm: Context,
    rows: Iterable[object],
    columns: Sequence[Column],
    title: str,
    header: Sequence[str],
    footer: Sequence[str],
    extra: Mapping[str, Any],
    *,
    whole: bool = False,
) -> None:
    """Write rows as the options say; ``whole`` shows all of a table."""
    options = _options(crm, title)
    if whole:
        options = replace(options, table_rows=sys.maxsize)
    if crm.format == "table" and sys.stdout.isatty() and not (header or footer or crm.given.get("output")):
        rows = _said_if_none(crm, rows)
    with _target(crm) as out:
        write(rows, columns, out, options, header=header, footer=footer, proof=_proof(crm), **extra)


def _said_if_none(crm: Context, rows: Iterable[object]) -> Iterator[object]:
    """Yield the rows; a person who waits at a terminal is told that there are none, a script is not."""
    row = None
    for row in rows:
        yield row
    if row is None:
        crm.say(_("nothing found"))


def show_sections(
    crm: Context,
    sections: Sequence[Section],
    title: str,
    header: Sequence[str],
    footer: Sequence[str],
    charts: Sequence[Chart],
) -> None:
    """Write an answer of several sections as the options say."""
    options = _options(crm, title)
    with _target(crm) as out:
        write_sections(sections, out, options, header=header, footer=footer, charts=charts, proof=_proof(crm))


def _proof(crm: Context) -> Proof | None:
    """Return what a report's file carries, so that ``report verify`` can make it again."""
    if not crm.is_proven or crm.rests_on is None:
        return None
    from loancrm.shell.proving import proof_of

    return proof_of(crm, crm.rests_on)


def show_item(
    crm: Context,
    item: object,
    columns: Sequence[Column],
    title: str,
    header: Sequence[str],
    footer: Sequence[str],
) -> None:
    """Write one thing as the options say."""
    options = _options(crm, title)
    with _target(crm) as out:
        write_one(item, columns, out, options, header=header, footer=footer, proof=_proof(crm))


def show_receipt(crm: Context, receipt: Any, sentence: str, notes: Sequence[str]) -> None:
    """Write what a change did: a sentence in a table, the fields elsewhere; a dry run says so."""
    if crm.given.get("dry_run"):
        crm.say(_("dry run: nothing was stored"))
    if crm.format == "table":
        with _target(crm) as out:
            for line in (sentence, *notes):
                out.write(f"{safe(line)}\n".encode())
        return
    from loancrm.spool import Spool

    many = {name: value for name, value in receipt if isinstance(value, Spool)}
    plain = receipt.model_dump(exclude=set(many))
    fields = {name: many[name].seen_as(_dumped) if name in many else plain[name] for name, _value in receipt}
    columns = [Column(name, name, _kind(value)) for name, value in fields.items()]
    show_item(crm, fields, columns, "", (), ())


def write_file(crm: Context, content: bytes) -> None:
    """Write what is a file by itself to standard output, or into the file of ``--output``."""
    with _target(crm) as out:
        out.write(content)


def _dumped(part: Any) -> Any:
    return part.model_dump()


def save_text(crm: Context, name: str, text: str) -> None:
    """Write ``text`` into the file ``name``, which is private; one that is there only with ``--force``."""
    with _new_file(Path(name), force=_may_replace(crm)) as file:
        file.write(text.encode())


def _kind(value: object) -> Any:
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, int):
        return "int"
    if isinstance(value, date):
        return "date"
    return "nested" if isinstance(value, Sequence | dict) and not isinstance(value, str) else "text"


def _options(crm: Context, title: str) -> Options:
    given = crm.given
    columns = given.get("columns")
    limit = given.get("limit")
    return Options(
        format=crm.format,
        columns=tuple(part.strip() for part in columns.split(",")) if columns else None,
        sort=given.get("sort"),
        limit=None if limit is None else count(limit, "--limit", 0),
        totals=bool(given.get("totals")),
        unmask=bool(given.get("unmask")),
        currency=crm.store.currency if "store" in crm.__dict__ else "CNY",
        zone=crm.store.zone if "store" in crm.__dict__ else "UTC",
        title=title,
        width=terminal_width(),
        color=sys.stdout.isatty() and "NO_COLOR" not in crm.environ,
        table_rows=crm.settings.table_rows,
    )


def terminal_width() -> int | None:
    """Return the width of the terminal, or of COLUMNS; None where neither says."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() or "COLUMNS" in os.environ else None


def refuse_target(crm: Context) -> None:
    """Refuse where nothing could be written: an unknown format, a file that must stay as it is.

    Raises:
        LoanCrmError: one of these.
    """
    name = crm.given.get("output")
    if name:
        _refuse_file(Path(name), force=_may_replace(crm))
    if crm.format == "xlsx" and not name and sys.stdout.isatty():
        raise UsageFault(_("an Excel workbook goes into a file: --output NAME.xlsx"), field="--output")


def _may_replace(crm: Context) -> bool:
    """Say whether a file that is there may go: by --force, or by --update, which goes on from it."""
    return bool(crm.given.get("force") or crm.given.get("update"))


def _refuse_file(path: Path, *, force: bool) -> None:
    if os.path.islink(path) or (os.path.exists(path) and not os.path.isfile(path)):
        raise InvalidInput(_("{path} is not a plain file").format(path=path), field="--output")
    if os.path.exists(path) and not force:
        raise Refused(
            _("{path} is there already").format(path=path),
            field="--output",
            hint=_("--force replaces it"),
            code="exists",
        )
    if not os.access(path.parent, os.W_OK):
        raise Refused(_("{path} cannot be written").format(path=path), field="--output")


@contextmanager
def _target(crm: Context) -> Iterator[BinaryIO]:
    name = crm.given.get("output")
    if name:
        with _new_file(Path(name), force=_may_replace(crm)) as file:
            yield file
        return
    sys.stdout.flush()
    yield sys.stdout.buffer
    sys.stdout.buffer.flush()


@contextmanager
def _new_file(path: Path, *, force: bool) -> Iterator[BinaryIO]:
    """Write a private file beside ``path`` and put it in place when it is whole."""
    _refuse_file(path, force=force)  # again: it may have come meanwhile
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            yield file
        part.replace(path)
    except OSError as fault:
        raise Refused(_("{path} cannot be written").format(path=path), field="--output") from fault
    finally:
        with suppress(OSError):
            part.unlink()
