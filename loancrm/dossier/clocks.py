"""Legal clocks: periods after which a right is lost."""

from __future__ import annotations

from loancrm.dossier.kinds import FactKind, Field
from loancrm.i18n import N_

CLOCK = FactKind(
    name="clock",
    plural="clocks",
    model="LegalClock",
    prefix="CK",
    owner="customer",
    help=N_("Legal clocks: limitation and guarantee periods, seizures, registrations, insurance, approvals."),
    added=N_("{number}: a clock of {owner} runs since {on}"),
    effective="started_on",
    fields=(
        Field(
            "kind", "code:clock_kind", N_("kind; default: that of the clock started anew"), heading=N_("kind")
        ),
        Field("started_on", "past_date", N_("running since"), is_needed=True, heading=N_("since")),
        Field("expires_on", "date", N_("until; default: by the policy's period"), heading=N_("until")),
        Field("loan", "loan", N_("of this loan"), heading=N_("loan")),
        Field("collateral", "fact:collateral", N_("of this collateral"), is_listed=False),
        Field("restarts", "fact:clock", N_("the clock that this notice starts anew"), is_listed=False),
        Field("what", "text", N_("what it is about"), heading=N_("what")),
    ),
    derived=(Field("restarted_by", "fact:clock", N_("started anew by")),),
)
