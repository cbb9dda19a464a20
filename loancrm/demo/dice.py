"""Chance, the same every time: streams of random numbers that depend on nothing but the seed."""

from __future__ import annotations

from random import Random


def stream(seed: int, *names: object) -> Random:
    """Return the stream of ``names``: one customer's dice do not move when another is added.

    A text seed is hashed by SHA-512 in the standard library, so the order of a set or
    PYTHONHASHSEED has no part in it.
    """
    key = ":".join(str(part) for part in (seed, *names))
    return Random(key)  # noqa: S311 - a simulation, not a secret


def happens(dice: Random, chance: float) -> bool:
    """Say whether something of this chance happens."""
    return dice.random() < chance
