"""Playbooks begun for customers: which, what caused it, and how it stands."""

from __future__ import annotations

from loancrm.dossier.kinds import FactKind, Field
from loancrm.i18n import N_

PLAYBOOK = FactKind(
    name="playbook",
    plural="playbooks",
    model="PlaybookRun",
    prefix="PB",
    owner="customer",
    help=N_("Playbooks that were begun for customers in trouble, and how each stands."),
    added=N_("{number}: a playbook is begun for {owner}"),
    is_imported=False,
    fields=(
        Field("playbook", "identifier", N_("playbook of the policy"), is_needed=True, heading=N_("playbook")),
        Field("warning", "identifier", N_("the warning that caused it"), is_listed=False),
        Field("reason", "text", N_("why, in a few words"), heading=N_("why"), is_listed=False),
        Field("plan", "text", N_("the plan that it is part of"), is_listed=False),
        Field("relief", "code:relief", N_("relief that is offered"), heading=N_("relief"), is_listed=False),
        Field("months", "count", N_("for how many months"), is_listed=False),
    ),
    derived=(
        Field("state", "code:playbook_state", N_("state")),
        Field("state_on", "date", N_("state since"), is_listed=False),
        Field("branch", "identifier", N_("way taken"), is_listed=False),
        Field("next_due_on", "date", N_("next step due")),
    ),
)
