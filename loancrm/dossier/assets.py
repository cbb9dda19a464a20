"""What secures a customer's loans: collateral, what it is worth, who guarantees."""

from __future__ import annotations

from loancrm.dossier.kinds import FactKind, Field
from loancrm.i18n import N_

COLLATERAL = FactKind(
    name="collateral",
    plural="collaterals",
    model="Collateral",
    prefix="CO",
    owner="customer",
    help=N_("What secures a customer's loans."),
    fields=(
        Field("kind", "code:collateral_kind", N_("kind"), is_needed=True),
        Field("description", "text", N_("description"), is_needed=True),
        Field("owner_name", "name", N_("whose it is; default: the customer's")),
        Field("loan", "loan", N_("the loan it secures; default: all of them")),
        Field("released_on", "past_date", N_("released on"), is_listed=False),
    ),
)
APPRAISAL = FactKind(
    name="appraisal",
    plural="appraisals",
    model="Appraisal",
    prefix="AP",
    owner="customer",
    help=N_("What a piece of collateral is worth, after the claims of others."),
    effective="on",
    key=("collateral", "on"),
    fields=(
        Field("collateral", "fact:collateral", N_("collateral"), is_needed=True),
        Field("on", "past_date", N_("day of the appraisal"), is_needed=True),
        Field("value", "amount", N_("appraised value"), is_needed=True),
        Field("prior_claims", "amount", N_("claims of others that go first"), default="0"),
        Field("appraiser", "text", N_("appraiser")),
        Field("valid_until", "date", N_("valid until")),
    ),
)
GUARANTOR = FactKind(
    name="guarantor",
    plural="guarantors",
    model="Guarantor",
    prefix="GU",
    owner="customer",
    help=N_("Who answers for a customer's loans."),
    fields=(
        Field("name", "name", N_("name"), is_needed=True),
        Field("other", "customer", N_("the same as this customer of ours")),
        Field("kind", "code:guarantee_kind", N_("kind"), default="joint"),
        Field("amount", "amount", N_("amount")),
        Field("loan", "loan", N_("the loan it is for; default: all of them")),
        Field("expires_on", "date", N_("until")),
    ),
)
