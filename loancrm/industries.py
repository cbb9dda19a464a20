"""Codes of industries by GB/T 4754-2017: a section, a division, and up to two digits below. Pure."""

from __future__ import annotations

import re

SCHEME = "GB/T 4754-2017"
# Each section with its first division and its last.
DIVISIONS = {
    "A": (1, 5), "B": (6, 12), "C": (13, 43), "D": (44, 46), "E": (47, 50), "F": (51, 52), "G": (53, 60),
    "H": (61, 62), "I": (63, 65), "J": (66, 69), "K": (70, 70), "L": (71, 72), "M": (73, 75), "N": (76, 79),
    "O": (80, 82), "P": (83, 83), "Q": (84, 85), "R": (86, 90), "S": (91, 96), "T": (97, 97),
}  # fmt: skip
_CODE = re.compile(r"([A-T])([0-9]{0,4})")


def has_known_form(industry: str) -> bool:
    """Return whether an industry looks like a code: ``C``, ``C34``, ``C3411``.

    Its division is one of its section; which groups and classes a division has is not looked at.
    """
    found = _CODE.fullmatch(industry)
    if found is None:
        return False
    first, last = DIVISIONS[found[1]]
    return any(f"{division:02d}".startswith(found[2][:2]) for division in range(first, last + 1))


def scheme_of(industry: str | None) -> str | None:
    """Return the name of the scheme that a code is of; None of a code of another scheme, such as ``423130``.

    A file brings codes as its bank writes them; nothing says which scheme digits alone are of.
    """
    return SCHEME if industry and has_known_form(industry) else None
