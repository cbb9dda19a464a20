"""The size class of a company by China's statistical standard. Pure.

Source: 国家统计局《统计上大中小微型企业划分办法（2017）》, its table of limits by section and division of
GB/T 4754-2017 (recalled, not read again). Large, medium and small each need all of the industry's lower
limits; who misses one is of the next class down, and below small is micro. Limits are persons, and revenue or
assets in 万元.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

CLASSES = ("large", "medium", "small")
BELOW = "micro"
MINOR_UNITS = 1_000_000  # of one 万元, in 分


@dataclass(frozen=True, slots=True)
class Limits:
    """The lower limits of an industry for large, medium, small; a figure that does not count has none.

    Attributes:
        employees: persons.
        revenue: 万元.
        assets: 万元.
    """

    employees: tuple[int, int, int] | None = None
    revenue: tuple[int, int, int] | None = None
    assets: tuple[int, int, int] | None = None


_INDUSTRY = Limits(employees=(1000, 300, 20), revenue=(40_000, 2_000, 300))
_LODGING = Limits(employees=(300, 100, 10), revenue=(10_000, 2_000, 100))
_TRANSPORT = Limits(employees=(1000, 300, 20), revenue=(30_000, 3_000, 200))
_OTHER = Limits(employees=(300, 100, 10))
# By division (letter and two digits) first, then by group below it, then by section.
LIMITS: Mapping[str, Limits] = {
    "A": Limits(revenue=(20_000, 500, 50)),
    "B": _INDUSTRY,
    "C": _INDUSTRY,
    "D": _INDUSTRY,
    "E": Limits(revenue=(80_000, 6_000, 300), assets=(80_000, 5_000, 300)),
    "F51": Limits(employees=(200, 20, 5), revenue=(40_000, 5_000, 1_000)),
    "F52": Limits(employees=(300, 50, 10), revenue=(20_000, 500, 100)),
    "G": _TRANSPORT,
    "G59": Limits(employees=(200, 100, 20), revenue=(30_000, 1_000, 100)),
    "G60": Limits(employees=(1000, 300, 20), revenue=(30_000, 2_000, 100)),
    "H": _LODGING,
    "I": Limits(employees=(2000, 100, 10), revenue=(100_000, 1_000, 100)),
    "I65": Limits(employees=(300, 100, 10), revenue=(10_000, 1_000, 50)),
    "K701": Limits(revenue=(200_000, 1_000, 100), assets=(10_000, 5_000, 2_000)),
    "K702": Limits(employees=(1000, 300, 100), revenue=(5_000, 1_000, 500)),
    "K": _OTHER,
    "L": Limits(employees=(300, 100, 10), assets=(120_000, 8_000, 100)),
    "M": _OTHER,
    "N": _OTHER,
    "O": _OTHER,
    "Q85": _OTHER,
    "R": _OTHER,
}
# Railways are not in the table; finance, education, health and public bodies have no class by this standard.
OUTSIDE = ("G53",)
NEEDS_DIVISION = ("F", "K70", "K7")  # the section alone does not say which limits


@dataclass(frozen=True, slots=True)
class SizeClass:
    """A size class, and which of employees, revenue and assets decided it: each is of that class."""

    size_class: str
    figures: tuple[str, ...]


def size_class(
    industry: str | None, *, employees: int | None, revenue: int | None, assets: int | None
) -> SizeClass | None:
    """Return the size class of a company; None without limits, or with a figure missing that counts.

    Args:
        industry: its own industry by GB/T 4754-2017: ``C34``, ``F51``, ``K7010``.
        employees: persons.
        revenue: of a year, minor units.
        assets: in total, minor units.
    """
    limits = limits_of(industry)
    if limits is None:
        return None
    known = {
        "employees": (employees, limits.employees, 1),
        "revenue": (revenue, limits.revenue, MINOR_UNITS),
        "assets": (assets, limits.assets, MINOR_UNITS),
    }
    counted = {name: one for name, one in known.items() if one[1] is not None}
    reached = {
        name: _class_by(value, steps or (), unit)
        for name, (value, steps, unit) in counted.items()
        if value is not None
    }
    worst = max(reached.values(), default=0)
    if len(reached) < len(counted) and worst < len(CLASSES):
        return None
    deciding = tuple(name for name, place in reached.items() if place == worst)
    return SizeClass(CLASSES[worst] if worst < len(CLASSES) else BELOW, deciding)


def limits_of(industry: str | None) -> Limits | None:
    """Return the limits of an industry; None when it has none, or its code is too short to say."""
    if not industry or industry.startswith(OUTSIDE) or industry in NEEDS_DIVISION:
        return None
    found = (LIMITS.get(industry[:length]) for length in (4, 3, 1))
    return next((one for one in found if one is not None), None)


def _class_by(value: int, steps: tuple[int, ...], unit: int) -> int:
    """Return the place in ``CLASSES`` of the best class whose limit is reached; beyond the last: micro."""
    return next((place for place, step in enumerate(steps) if value >= step * unit), len(steps))
