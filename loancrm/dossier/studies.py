"""How a student gets on."""

from __future__ import annotations

from loancrm.dossier.kinds import FactKind, Field
from loancrm.i18n import N_

ACADEMIC = FactKind(
    name="academic",
    plural="academic_records",
    model="AcademicRecord",
    prefix="AR",
    owner="customer",
    help=N_("How a student gets on: grades, credits, standing."),
    added=N_("{number}: the academic record of {on} of {owner} is recorded"),
    effective="on",
    key=("on",),
    kinds=("student",),
    fields=(
        Field("on", "past_date", N_("day of the record"), is_needed=True),
        Field("term", "text", N_("term")),
        Field("gpa", "ratio", N_("grade point average")),
        Field("gpa_scale", "ratio", N_("best possible average"), default="4", is_listed=False),
        Field("credits_earned", "ratio", N_("credits earned")),
        Field("credits_expected", "ratio", N_("credits expected by then")),
        Field("failed_courses", "count", N_("courses failed")),
        Field("standing", "code:academic_standing", N_("standing")),
    ),
)
