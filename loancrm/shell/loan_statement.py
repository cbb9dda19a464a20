"""A loan's statement on the command line: below what was agreed stands why, and in which conversation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from loancrm.i18n import _
from loancrm.render.columns import Column
from loancrm.vocabulary import label

if TYPE_CHECKING:
    from loancrm.context import Context
    from loancrm.reports.servicing import StatementLine


def show_statement(crm: Context, columns: Sequence[Column], loan: str) -> None:
    """Show what happened to a loan by day."""
    from loancrm.reports.servicing import statement

    with crm.view() as view:
        rows = map(_shown, statement(view, loan))
        crm.show(rows, columns, title=_("statement"), whole=True)


def _shown(line: StatementLine) -> dict[str, Any]:
    from loancrm.lending.relief import KINDS

    kind = label("relief", line.reason) if line.reason in KINDS else None
    said = " · ".join(part for part in (kind, line.note, line.contact) if part)
    return {**asdict(line), "says": said or None}
