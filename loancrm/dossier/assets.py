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
    added=N_("{number}: collateral of {owner} since {on}"),
    fields=(
        Field("kind", "code:collateral_kind", N_("kind"), is_needed=True),
        Field("description", "text", N_("description"), is_needed=True),
        Field("owned_by", "name", N_("whose it is; default: the customer's"), heading=N_("whose it is")),
        Field("loan", "loan", N_("the loan it secures; default: all of them"), heading=N_("loan")),
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
    added=N_("{number}: the appraisal of {on} is recorded for {owner}"),
    effective="on",
    key=("collateral", "on"),
    fields=(
        Field("collateral", "fact:collateral", N_("collateral"), is_needed=True),
        Field("on", "past_date", N_("day of the appraisal"), is_needed=True, heading=N_("day")),
        Field("value", "amount", N_("appraised value"), is_needed=True),
        Field(
            "prior_claims",
            "amount",
            N_("claims of others that go first"),
            default="0",
            heading=N_("prior claims"),
        ),
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
    added=N_("{number}: one more guarantor for {owner}"),
    fields=(
        Field("name", "name", N_("name"), is_needed=True),
        Field("other", "customer", N_("the same as this customer of ours"), heading=N_("customer")),
        Field("kind", "code:guarantee_kind", N_("kind"), default="joint"),
        Field("amount", "amount", N_("amount")),
        Field("loan", "loan", N_("the loan it is for; default: all of them"), heading=N_("loan")),
        Field("expires_on", "date", N_("until")),
    ),
)
