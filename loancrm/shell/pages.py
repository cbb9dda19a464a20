"""Pages of one thing with lines below it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from loancrm.i18n import _, titled


def extra_lines(extra: Mapping[str, str] | None) -> Sequence[str]:
    """Return the columns that a file brought and that have no name here, in one line."""
    if not extra:
        return []
    pairs = " · ".join(f"{name} = {value}" for name, value in sorted(extra.items()))
    return [titled(_("other columns"), pairs)]
