"""The policies that were adopted, and the figures that a policy may use."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from loancrm.i18n import _
from loancrm.indicators.catalogue import INDICATORS
from loancrm.indicators.figures import find
from loancrm.models import PolicyVersion, table
from loancrm.policy.policy import in_force
from loancrm.view import View


@dataclass(frozen=True, slots=True)
class VersionLine:
    """An adopted policy."""

    version: int
    name: str
    effective_on: date
    recorded_at: datetime
    digest: str
    in_force: bool


@dataclass(frozen=True, slots=True)
class IndicatorLine:
    """An indicator, in the language in use."""

    name: str
    group: str
    level: str
    unit: str
    meaning: str
    formula: str
    source: str
    kinds: tuple[str, ...]
    missing: str


def versions(view: View) -> Iterator[VersionLine]:
    """Return the adopted policies that are seen, oldest first."""
    rows = table(PolicyVersion)
    ruling = in_force(view).version_id
    query = select(rows).where(view.knows(rows)).order_by(rows.c.effective_on, rows.c.id)
    for row in view.connection.execute(query):
        yield VersionLine(
            version=row.id,
            name=row.name,
            effective_on=row.effective_on,
            recorded_at=row.recorded_at,
            digest=row.digest[:12],
            in_force=row.id == ruling,
        )


def indicator_lines(name: str | None = None) -> Iterator[IndicatorLine]:
    """Return every indicator in the catalogue's order, or the one called ``name``.

    Raises:
        UsageFault: there is none.
    """
    for one in INDICATORS.values() if name is None else (find(name),):
        yield IndicatorLine(
            name=one.name,
            group=one.group,
            level=one.level,
            unit=one.unit,
            meaning=one.said,
            formula=one.formula,
            source=_(one.source),
            kinds=tuple(one.kinds),
            missing=_(one.missing),
        )
