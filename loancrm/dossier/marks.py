"""What speaks of a loan's class beyond days past due: bankruptcy, misuse, evasion, an expected loss."""

from __future__ import annotations

from loancrm.dossier.kinds import FactKind, Field
from loancrm.i18n import N_

MARK = FactKind(
    name="mark",
    plural="marks",
    model="ClassMark",
    prefix="MK",
    owner="customer",
    help=N_("What lowers the class of loans beside days past due: bankruptcy, misuse, expected loss."),
    added=N_("{number}: the class of {owner}'s loans follows it from {on} on"),
    fields=(
        Field("kind", "code:mark_kind", N_("what happened"), is_needed=True, heading=N_("kind")),
        Field("loan", "loan", N_("of this loan; default: of all loans of the customer"), heading=N_("loan")),
        Field("expected_loss", "ratio", N_("share of the book value that is expected to be lost")),
        Field("is_lifted", "flag", N_("it holds no longer")),
        Field("evidence", "text", N_("where it is kept"), is_listed=False),
        Field("note", "text", N_("note"), is_listed=False),
    ),
)
