"""What a payment pays first: an order over what is past due, due and in advance. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from loancrm.errors import InvalidInput
from loancrm.i18n import _

WHEN = ("past_due", "due", "in_advance")
WHAT = ("penalty", "interest", "principal")
# What a payment pays first, unless the product says otherwise.
USUAL_ORDER = tuple(f"{when}_{what}" for when in WHEN for what in WHAT)


def parts_of(kind: str) -> tuple[str, str]:
    """Return when and what of a kind: ``past_due`` and ``interest`` of ``past_due_interest``."""
    when, _sep, what = kind.rpartition("_")
    return when, what


def check_order(order: Sequence[str]) -> tuple[str, ...]:
    """Return an order of allocation that names every kind once.

    Raises:
        InvalidInput: a kind is missing, named twice, or unknown.
    """
    if sorted(order) != sorted(USUAL_ORDER):
        raise InvalidInput(
            _("an order of allocation names each of these once: {kinds}").format(kinds=", ".join(USUAL_ORDER))
        )
    return tuple(order)
