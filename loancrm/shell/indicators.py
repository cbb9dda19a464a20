"""Indicators on the command line: the catalogue, and one customer's figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from loancrm.i18n import _, listed
from loancrm.render.columns import Column
from loancrm.vocabulary import label

if TYPE_CHECKING:
    from loancrm.context import Context


def show_catalogue(crm: Context, name: str | None, columns: Sequence[Column]) -> None:
    """Show every indicator, or the one called ``name`` with all that is said of it, or both of that name."""
    from loancrm.reports.policies import indicator_lines

    rows = list(indicator_lines(name))
    if len(rows) > 1 or crm.format != "table":
        crm.show(rows, columns, title=_("indicators"))
        return
    (row,) = rows
    whole = [replace(c, kind="text" if c.kind == "nested" else c.kind, table=True) for c in columns]
    kinds = listed(label("customer_kind", kind) for kind in row.kinds)
    crm.show_one({**asdict(row), "kinds": kinds}, whole, title=row.name)
