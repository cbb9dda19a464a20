"""The indicators: named figures about a customer as of a day, each defined once, a file per group.

Missing is missing, never zero: ``missing`` says how it arises. A condition on a missing figure is
unknown.
"""

from __future__ import annotations

from loancrm.indicators.catalogue import (
    academic,
    bureau,
    capacity,
    collateral,
    exposure,
    feedback,
    file,
    financial,
    loyalty,
    payment,
    rating,
    relationship,
    signs,
    value,
)
from loancrm.indicators.catalogue.base import COMPANIES, EVERYONE, STUDENTS, Indicator, Level, Unit

__all__ = ["COMPANIES", "EVERYONE", "INDICATORS", "STUDENTS", "Indicator", "Level", "Unit"]

_GROUPS = (
    *(payment, exposure, collateral, financial, academic, capacity, bureau),
    *(relationship, value, loyalty, feedback, file, rating, signs),
)
INDICATORS: dict[str, Indicator] = {
    indicator.name: indicator for group in _GROUPS for indicator in group.FIGURES
}
