"""Showing the facts of a kind."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from loancrm.context import Context
    from loancrm.dossier.kinds import FactKind
    from loancrm.render.columns import Column


def show_facts(
    crm: Context, kind: FactKind, columns: Sequence[Column], owner: str | None, *, unmask: bool
) -> None:
    """Show the facts of a kind: of one owner, or of all."""
    from loancrm.reports.dossier import facts
    from loancrm.shell.queries import record_look

    if unmask:
        record_look(crm, owner if kind.owner == "customer" else None, f"{kind.name} list")
    with crm.view() as view:
        crm.show(facts(view, kind, owner), columns, title=kind.name)
