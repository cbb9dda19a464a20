"""``warning rules`` on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loancrm.i18n import N_, _
from loancrm.render.columns import Column

if TYPE_CHECKING:
    from loancrm.context import Context

RULES = (
    Column("rule", N_("rule")),
    Column("kind", N_("kind"), "code", vocabulary="warning_kind"),
    Column("severity", N_("severity"), "code", vocabulary="warning_severity"),
    Column("horizon_days", N_("horizon"), "int"),
    Column("playbook", N_("playbook"), table=False),
    Column("customers", N_("customers"), "int"),
    Column("label", N_("warning"), below=True),
    Column("condition", N_("condition"), table=False),
)


def show_rules(crm: Context) -> None:
    """Show the policy's warnings, and for how many customers each holds."""
    from loancrm.reports.warning_rules import warning_rules

    with crm.view() as view:
        policy = crm.policy(view)
        rows = warning_rules(view, policy)
        day = view.as_of
    title = _("Warnings of policy {name} on {day}").format(name=policy.name, day=day)
    crm.show(rows, RULES, title=title, header=[title, ""], whole=True)
