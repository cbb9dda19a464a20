"""Pages of one thing with lines below it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from loancrm.i18n import _, noted, titled
from loancrm.industries import scheme_of
from loancrm.render.columns import SCREEN_FORMATS

if TYPE_CHECKING:
    from loancrm.context import Context


def extra_lines(extra: Mapping[str, str] | None) -> Sequence[str]:
    """Return the columns that a file brought and that have no name here, in one line."""
    if not extra:
        return []
    pairs = " · ".join(f"{name} = {value}" for name, value in sorted(extra.items()))
    return [titled(_("other columns"), pairs)]


def with_scheme(industry: str | None) -> str | None:
    """Return a code of an industry with its scheme beside it; one of another scheme stands alone."""
    scheme = scheme_of(industry)
    return industry if industry is None or scheme is None else noted(industry, scheme)


def in_words(crm: Context, values: dict[str, Any]) -> dict[str, Any]:
    """Return what a page shows: to a person the industry with its scheme, which a script has in a field."""
    if crm.format not in SCREEN_FORMATS:
        return values
    return {**grace_on_a_page(crm, values), "industry": with_scheme(values["industry"])}


def grace_on_a_page(crm: Context, values: dict[str, Any]) -> dict[str, Any]:
    """Return what a page shows: to a person the days past due after grace only where they are others."""
    if crm.format not in SCREEN_FORMATS or values["days_after_grace"] != values["days_past_due"]:
        return values
    return {**values, "days_after_grace": None}
