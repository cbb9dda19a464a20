"""Opening a file as a table: by what it is, not by what its name ends in."""

from __future__ import annotations

import errno
from pathlib import Path

from loancrm.errors import InvalidInput, NotFound, Refused
from loancrm.exchange import header
from loancrm.exchange.profile import Format, Profile
from loancrm.exchange.source import Rows, Source
from loancrm.i18n import _

_HEAD = 2048


def open_table(path: Path, profile: Profile) -> Source:
    """Open ``path`` as the profile says, at the first row of the table.

    Raises:
        NotFound: no such file.
        Refused: it cannot be read, or holds macros.
        InvalidInput: not a table that the profile fits.
    """
    opened = open_rows(path, profile.format)
    wanted = [spec.column for spec in profile.columns.values() if spec.column]
    try:
        return header.start(
            opened,
            list(dict.fromkeys(wanted)),
            header_row=profile.format.header_row,
            has_header=profile.format.header,
            totals=profile.format.skip_totals,
        )
    except BaseException:
        opened.close()
        raise


def open_rows(path: Path, form: Format) -> Rows:
    """Open ``path`` without knowing what its columns mean.

    Raises:
        NotFound: no such file.
        Refused: it cannot be read, or holds macros.
        InvalidInput: not a table.
    """
    from loancrm.exchange.html_file import is_html, open_html
    from loancrm.exchange.sheet_file import is_workbook, open_workbook
    from loancrm.exchange.text_file import open_text

    head = refuse_unreadable(path)
    if not head.strip():
        raise InvalidInput(_("the file is empty"), code="empty_file")
    if is_workbook(head):
        return open_workbook(path, form.sheet)
    if form.type != "csv" and is_html(head):
        return open_html(path, form.encoding)
    if form.type in ("xlsx", "xls", "html") and path.suffix.lower() != ".csv":
        message = _("this file is not of the type that the profile says: {type}").format(type=form.type)
        raise InvalidInput(message, field="format.type", code="wrong_type")
    return open_text(path, form.encoding, form.mark)


def refuse_unreadable(path: Path) -> bytes:
    """Return how a file begins.

    Raises:
        NotFound: no such file.
        Refused: it cannot be read.
    """
    try:
        if not path.is_file():
            raise NotFound(_("there is no file {path}").format(path=path), field="FILE")
        with path.open("rb") as file:
            return file.read(_HEAD)
    except OSError as problem:
        if problem.errno in (errno.ENOENT, errno.ENAMETOOLONG):
            raise NotFound(_("there is no file {path}").format(path=path), field="FILE") from None
        raise Refused(
            _("{path} cannot be read").format(path=path), field="FILE", code="not_readable"
        ) from None
