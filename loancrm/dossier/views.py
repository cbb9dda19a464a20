"""What people outside the book say: the officer's own view, and published series."""

from __future__ import annotations

from loancrm.dossier.kinds import FactKind, Field
from loancrm.i18n import N_

RATING = FactKind(
    name="rating",
    plural="ratings",
    model="Rating",
    prefix="RA",
    owner="customer",
    help=N_("The officer's own view of a customer, 1 (poor) to 5 (very good)."),
    added=N_("{number}: your view of {owner} on {on} is recorded"),
    effective="on",
    key=("criterion", "on"),
    fields=(
        Field("criterion", "code:criterion", N_("criterion"), is_needed=True),
        Field("value", "count", N_("1 (poor) to 5 (very good)"), is_needed=True, heading=N_("rating")),
        Field("on", "past_date", N_("day"), is_needed=True),
        Field("note", "text", N_("reason")),
    ),
)
SERIES = FactKind(
    name="series",
    plural="series",
    model="SeriesValue",
    prefix="SE",
    owner="book",
    help=N_("Published series by date: industry, macro, job market."),
    added=N_("{number}: the value of {on} is recorded"),
    effective="on",
    known="published_on",
    key=("name", "key", "on"),
    fields=(
        Field("name", "identifier", N_("name of the series"), is_needed=True),
        Field(
            "key",
            "identifier",
            N_("industry, region or major that it is of; default: all"),
            default="",
            heading=N_("key"),
        ),
        Field("on", "past_date", N_("day"), is_needed=True),
        Field("value", "signed_ratio", N_("value"), is_needed=True),
        Field("published_on", "past_date", N_("published on"), is_listed=False),
    ),
)
