"""What a customer complains about."""

from __future__ import annotations

from functools import partial

from loancrm.i18n import N_
from loancrm.indicators.catalogue import base
from loancrm.indicators.catalogue.base import none_is_zero

_figure = partial(base.figure, group="feedback", facts=("feedback",))

FIGURES = (
    _figure(
        "open_feedback", "count", N_("feedback not yet resolved, praise apart"),
        N_("feedback"), lambda s: none_is_zero(s.feedback.c.open_tickets),
        formula="n(feedback: kind ≠ praise, resolved = ?)",
    ),
    _figure(
        "open_complaints", "count", N_("complaints not yet resolved"),
        N_("feedback"), lambda s: none_is_zero(s.feedback.c.open_complaints),
        formula="n(feedback: kind = complaint, resolved = ?)",
    ),
)  # fmt: skip
