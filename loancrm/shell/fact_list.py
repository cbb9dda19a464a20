"""Showing the facts of a kind, the history of one, and what an edit changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from loancrm.i18n import N_, _, listed
from loancrm.render.columns import Column

if TYPE_CHECKING:
    from loancrm.context import Context
    from loancrm.dossier.kinds import FactKind
    from loancrm.services.fact_edits import FactEditReceipt

HISTORY = (
    Column("at", N_("when"), "instant"),
    Column("actor", N_("who")),
    Column("command", N_("command")),
    Column("action", N_("action"), table=False),
    Column("subject", N_("record"), table=False),
    Column("subject_id", N_("record id"), "int", table=False),
    Column("field", N_("field")),
    Column("before", N_("before")),
    Column("after", N_("after")),
)


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


def show_history(crm: Context, kind: FactKind, named: str) -> None:
    """Show every change of a fact that is edited."""
    from loancrm.reports.history import fact_history
    from loancrm.shell.changes import readable

    with crm.view() as view:
        crm.show(readable(fact_history(view, kind, named), crm.format), HISTORY, title=_("history"))


def edited(kind: FactKind, receipt: FactEditReceipt) -> str:
    """Return what an edit changed, in a sentence."""
    labels = {field.name: _(field.heading or field.label) for field in kind.fields} | {"on": _("day")}
    fields = listed(labels[name] for name in receipt.changed) or _("nothing")
    return _("{code}: changed {fields}").format(code=receipt.number, fields=fields)
