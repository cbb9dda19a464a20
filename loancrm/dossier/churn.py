"""Customers won back: when it was begun, by which playbook, and what came of it."""

from __future__ import annotations

from loancrm.dossier.kinds import FactKind, Field
from loancrm.i18n import N_

WIN_BACK = FactKind(
    name="win_back",
    plural="win_backs",
    model="WinBack",
    prefix="WB",
    owner="customer",
    help=N_("Attempts to win customers back, and what came of each."),
    added=N_("{number}: winning {owner} back is begun"),
    is_imported=False,
    fields=(
        Field("playbook", "identifier", N_("playbook of the policy"), is_needed=True, heading=N_("playbook")),
        Field("reason", "text", N_("why the customer leaves, as far as it is known"), heading=N_("why")),
    ),
    derived=(
        Field("state", "code:win_back_state", N_("state")),
        Field("state_on", "date", N_("state since"), is_listed=False),
        Field("contacts", "count", N_("talks since")),
    ),
)
WIN_BACK_RESULT = FactKind(
    name="win_back_result",
    plural="win_back_results",
    model="WinBackResult",
    prefix="WR",
    owner="customer",
    help=N_("What came of winning a customer back."),
    added=N_("{number}: what came of it at {owner} is recorded"),
    is_imported=False,
    key=("win_back",),
    part_of="win_back",
    fields=(
        Field("win_back", "fact:win_back", N_("the attempt"), is_needed=True),
        Field("outcome", "code:win_back_outcome", N_("won_back or lost"), is_needed=True),
        Field("means", "code:win_back_means", N_("what decided it"), heading=N_("by")),
        Field("cost", "amount", N_("what it cost")),
        Field("note", "text", N_("in a few words"), heading=N_("note")),
    ),
)
