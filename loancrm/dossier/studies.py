"""How a student gets on, and what there is to repay from."""

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
INCOME = FactKind(
    name="income",
    plural="incomes",
    model="Income",
    prefix="IC",
    owner="customer",
    help=N_("What a student or the household earns a month, or will."),
    added=N_("{number}: the income of {on} of {owner} is recorded"),
    effective="on",
    key=("on", "earner", "basis"),
    kinds=("student",),
    fields=(
        Field("on", "past_date", N_("day of the information"), is_needed=True),
        Field("earner", "code:earner", N_("whose income"), default="student"),
        Field("basis", "code:income_basis", N_("expected or actual"), default="expected"),
        Field("monthly_amount", "amount", N_("income a month"), is_needed=True),
        Field("origin", "text", N_("where the figure is from"), heading=N_("source")),
    ),
)
