"""The policies that were adopted, and the figures that a policy may use."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from loancrm.i18n import _
from loancrm.indicators.catalogue import INDICATORS, Indicator
from loancrm.indicators.figures import find
from loancrm.indicators.loan_catalogue import LOAN_INDICATORS
from loancrm.models import PolicyVersion, table
from loancrm.policy.policy import in_force
from loancrm.view import View


@dataclass(frozen=True, slots=True)
class VersionLine:
    """An adopted policy; its review is due when the day for it is past and it still rules."""

    version: int
    name: str
    effective_on: date
    recorded_at: datetime
    digest: str
    in_force: bool
    review_by: date | None
    review_due: bool


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
            review_by=_review_by(row.data),
            review_due=row.id == ruling and review_is_due(view, row.data),
        )


def _review_by(data: str) -> date | None:
    """Return the day of the review, as the policy's own text says it."""
    said = json.loads(data).get("review_by")
    return None if said is None else date.fromisoformat(said)


def review_is_due(view: View, data: str) -> bool:
    """Say whether the day of the review is past."""
    on = _review_by(data)
    return on is not None and on < view.as_of


def indicator_lines(name: str | None = None) -> Iterator[IndicatorLine]:
    """Return every indicator in the catalogue's order, those of loans last, or what is called ``name``.

    A name can be that of a figure of customers and of one of loans.

    Raises:
        UsageFault: there is none.
    """
    for one in (*INDICATORS.values(), *LOAN_INDICATORS.values()) if name is None else _called(name):
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


def _called(name: str) -> tuple[Indicator, ...]:
    of_loans = (LOAN_INDICATORS[name],) if name in LOAN_INDICATORS else ()
    return of_loans if of_loans and name not in INDICATORS else (find(name), *of_loans)
