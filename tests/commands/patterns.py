"""The small shapes that all others are made of, and what of a value is not of its shape."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

TEXT = r"(?s).+"
MONEY = r"-?\d{1,15}\.\d\d"
SIX = r"\d+\.\d{6}"  # rates and ratios
TENTH = r"\d+\.\d"
DATE = r"\d{4}-\d\d-\d\d"
INSTANT = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"
CODE = r"[a-z0-9_]+"
COMMAND = r"loancrm .+"
CUSTOMER, CONTACT, STEP, TICKET = r"C-\d{5}", r"K-\d{5}", r"U-\d{5}", r"F-\d{5}"
UID = r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
KINDS = ("enterprise", "sole_proprietor", "student")
SEGMENTS = ("quality", "potential", "mass_market", "risk")
TIERS = ("normal", "special_mention", "substandard", "doubtful", "loss")
LEVELS = ("high", "medium", "low")


@dataclass(frozen=True)
class Maybe:
    """The shape, or null."""

    shape: Any


def maybe(shape: Any) -> Maybe:
    return Maybe(shape)


def misfits(value: Any, shape: Any, place: str = "$") -> list[str]:
    """Return what of ``value`` is not of ``shape``."""
    if isinstance(shape, Maybe):
        return [] if value is None else misfits(value, shape.shape, place)
    if isinstance(shape, dict):
        if not isinstance(value, dict):
            return [f"{place} is no object: {value!r}"]
        if set(value) != set(shape):
            return [f"{place}: missing {set(shape) - set(value)}, new {set(value) - set(shape)}"]
        return [line for key in shape for line in misfits(value[key], shape[key], f"{place}.{key}")]
    if isinstance(shape, list):
        if not isinstance(value, list):
            return [f"{place} is no list: {value!r}"]
        return [line for n, item in enumerate(value) for line in misfits(item, shape[0], f"{place}[{n}]")]
    if isinstance(shape, tuple):
        fits = value in shape
    elif shape is None:
        fits = value is None
    elif isinstance(shape, str):
        fits = isinstance(value, str) and re.fullmatch(shape, value) is not None
    else:
        fits = type(value) is shape
    return [] if fits else [f"{place} is not {shape}: {value!r}"]
