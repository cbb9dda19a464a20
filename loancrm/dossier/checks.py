"""Post-loan checks: what officers found when they looked after a loan."""

from __future__ import annotations

from loancrm.dossier.kinds import FactKind, Field
from loancrm.i18n import N_

CHECK = FactKind(
    name="check",
    plural="checks",
    model="PostLoanCheck",
    prefix="PC",
    owner="customer",
    help=N_("Post-loan checks: the first after the draw, regular and special ones, and what they found."),
    added=N_("{number}: a check of {owner} on {on} is recorded"),
    verb="record",
    effective="on",
    fields=(
        Field("on", "past_date", N_("day of the check; default: today"), heading=N_("day")),
        Field(
            "kind", "code:check_kind", N_("first, regular or special"), default="regular", heading=N_("kind")
        ),
        Field("loan", "loan", N_("of this loan only; default: all of the customer's"), heading=N_("loan")),
        Field(
            "is_on_site",
            "flag",
            N_("at the customer's, not from the desk"),
            default="no",
            heading=N_("on site"),
            typed_as="--on-site",
            is_switch=True,
        ),
        Field(
            "officer",
            "officer",
            N_("who checked; default: the customer's officer"),
            is_listed=False,
            heading=N_("officer"),
        ),
        Field(
            "second_officer",
            "officer",
            N_("who checked with them"),
            is_listed=False,
            heading=N_("second officer"),
            typed_as="--second",
        ),
        Field("result", "code:check_result", N_("what it comes to"), heading=N_("result")),
        Field("finding", "note", N_("what was found")),
        Field("evidence", "text", N_("what shows it: papers, photographs, where they are"), is_listed=False),
        Field(
            "next_on",
            "date",
            N_("day of the next check; the policy's day stands if it is earlier"),
            heading=N_("next check"),
            typed_as="--next",
        ),
    ),
)
