"""Ranks from 1 to 5, as RFM gives them. Pure.

RFM (recency, frequency, monetary value: Hughes, "Strategic Database Marketing") puts customers into fifths.
Here the rank follows from how many are below, so that those with the same figure share it whatever the order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

FIFTHS = 5


def ranks(values: Sequence[int | None], *, inverted: bool = False) -> list[int | None]:
    """Return the rank of each value: 1 + ⌊5 · n(worse) ÷ n⌋; a missing value has none and is not counted.

    The higher the better, or ``inverted``: the lower the better, as of days since the last contact.
    """
    known = Counter(-value if inverted else value for value in values if value is not None)
    whole, worse, by_value = known.total(), 0, {}
    for value in sorted(known):
        by_value[value] = 1 + FIFTHS * worse // whole
        worse += known[value]
    return [None if value is None else by_value[-value if inverted else value] for value in values]
