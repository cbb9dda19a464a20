"""A part of a shape that can be null."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Maybe:
    """The shape, or null."""

    shape: Any


def maybe(shape: Any) -> Maybe:
    return Maybe(shape)
