"""How a rate follows a published one, from what was typed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from loancrm import parsing
from loancrm.errors import InvalidInput
from loancrm.i18n import _, titled
from loancrm.identity import clean_text
from loancrm.lending.repricing import Floating
from loancrm.vocabulary import code_of

USUAL_RULE = "yearly"


def with_rate(typed: Mapping[str, Any], product: Mapping[str, str]) -> dict[str, Any]:
    """Return the product's terms without what the rate that was typed excludes.

    Raises:
        InvalidInput: both were typed.
    """
    own = dict(product)
    if typed["rate"] is not None:
        if typed["reference"] is not None:
            message = _("a fixed rate, or one that follows another: write --rate or --reference")
            raise InvalidInput(message, field="--rate")
        own = {name: value for name, value in own.items() if name not in ("reference", "spread", "reprice")}
    elif typed["reference"] is not None or "reference" in own:
        own.pop("rate", None)
    return own


def floating_in(typed: Mapping[str, Any]) -> Floating | None:
    """Return how the rate follows a published one; None: it is fixed.

    Raises:
        InvalidInput: a value that cannot be read, or what goes with a reference without one.
        UsageFault: a rule that is not known.
    """
    if typed["reference"] is None:
        for name in ("spread", "reprice"):
            if typed[name] is not None:
                raise InvalidInput(titled(f"--{name}", _("goes with --reference")), field=f"--{name}")
        return None
    return Floating(
        reference=clean_text(typed["reference"], "--reference"),
        spread=0 if typed["spread"] is None else parsing.spread(typed["spread"], "--spread"),
        rule=code_of("repricing", typed["reprice"] or USUAL_RULE, "--reprice"),
    )
