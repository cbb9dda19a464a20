"""What a loan was used for: who was paid, with which evidence, and what was found to be otherwise."""

from __future__ import annotations

from loancrm.dossier.kinds import FactKind, Field
from loancrm.i18n import N_

PROCEEDS = FactKind(
    name="proceeds",
    plural="proceeds",
    model="UseOfProceeds",
    prefix="UP",
    owner="customer",
    help=N_("What a loan was used for: payee, amount, evidence, and what was found to be otherwise."),
    added=N_("{number}: the use of {on} is recorded for {owner}"),
    effective="on",
    key=("loan", "reference"),
    fields=(
        Field("loan", "loan", N_("the loan that it was paid from"), is_needed=True, heading=N_("loan")),
        Field("reference", "identifier", N_("the bank's reference of the payment"), is_needed=True),
        Field("on", "past_date", N_("day of the payment"), is_needed=True, heading=N_("day")),
        Field(
            "method",
            "code:payment_method",
            N_("entrusted (the bank pays the payee) or self (the customer does)"),
            is_needed=True,
            heading=N_("paid how"),
        ),
        Field("amount", "amount", N_("amount"), is_needed=True),
        Field("payee", "name", N_("who was paid")),
        Field("purpose", "text", N_("what for"), is_listed=False),
        Field("evidence", "text", N_("document that shows it, such as an invoice"), heading=N_("evidence")),
        Field("deviation", "code:deviation", N_("what was found to be otherwise"), heading=N_("deviation")),
        Field(
            "found_on",
            "past_date",
            N_("day on which that was found; default: that of the payment"),
            is_listed=False,
            heading=N_("found on"),
        ),
        Field(
            "settled_on",
            "past_date",
            N_("day on which it was put right"),
            is_listed=False,
            heading=N_("put right on"),
        ),
        Field("note", "text", N_("note"), is_listed=False),
    ),
)
