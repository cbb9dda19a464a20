"""What is done about what customers complain of."""

from __future__ import annotations

from loancrm.dossier.kinds import FactKind, Field
from loancrm.i18n import N_

MEASURE = FactKind(
    name="measure",
    plural="measures",
    model="Measure",
    prefix="ME",
    owner="book",
    help=N_("What is done against a cause of complaints, from a day on, and who sees to it."),
    added=N_("{number} is written down; later: loancrm feedback effect {number}"),
    fields=(
        Field("title", "text", N_("what is done"), is_needed=True, heading=N_("what is done")),
        Field("cause", "code:feedback_cause", N_("against which cause"), is_needed=True, heading=N_("cause")),
        Field(
            "business_line",
            "code:business_line",
            N_("only of this line"),
            is_listed=False,
            heading=N_("line"),
            typed_as="--line",
        ),
        Field("product", "code:product", N_("only of this product"), is_listed=False, heading=N_("product")),
        Field(
            "service_stage",
            "code:service_stage",
            N_("only of this stage"),
            is_listed=False,
            heading=N_("stage"),
        ),
        Field("officer", "officer", N_("who sees to it"), heading=N_("officer")),
        Field("note", "text", N_("in a few words"), is_listed=False, heading=N_("note")),
    ),
    derived=(Field("version", "count", N_("version"), is_listed=False),),
    is_edited=True,
)
