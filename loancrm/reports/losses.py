"""What the live loans may lose, summed so far that scenarios can be reckoned exactly; used by two reports.

A loan's expected loss is linear in exposure times what is lost of it. So the database sums these by all that
the rest depends on (stage, rate of default, rate of interest, year), and the sums are weighed in fractions.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sqlalchemy import CTE, ColumnElement, Row, String, case, func, null, select

from loancrm.dialect import total
from loancrm.indicators.exposures import (
    DAYS_OF_A_YEAR,
    NO_SHOCK,
    LossTerms,
    Shock,
    exposures,
    lost_in,
    with_years,
)
from loancrm.indicators.facts import LOAN
from loancrm.lending.expected_loss import DEFAULTED, LIFELONG, MILLION, yearly_part
from loancrm.lending.rounding import rounded
from loancrm.models import InstalmentRow, table
from loancrm.policy.policy import Policy
from loancrm.reports.grouping import Grouping
from loancrm.view import View

MOST_NAMED = 10


@dataclass(frozen=True, slots=True)
class Sums:
    """Sums of live loans that are alike in key, five_tier, stage, default_rate, annual_rate and year."""

    rows: Sequence[Row[Any]]
    policy: Policy

    @property
    def loans(self) -> int:
        """Return how many loans there are."""
        return sum(row.loans for row in self.rows)

    @property
    def owed(self) -> int:
        """Return what is outstanding, in minor units."""
        return sum(row.owed or 0 for row in self.rows)

    def where(self, **is_: Any) -> Sums:
        """Return the rows in which columns have these values."""
        found = [row for row in self.rows if all(getattr(row, name) == value for name, value in is_.items())]
        return Sums(found, self.policy)

    def of_classes(self, names: Iterable[str]) -> Sums:
        """Return the rows of some classes."""
        wanted = tuple(names)
        return Sums([row for row in self.rows if row.five_tier in wanted], self.policy)

    def scenario(self, place: int) -> Fraction:
        """Return the loss that is expected in a scenario, by its place in the policy, in minor units."""
        times = self.policy.risk.expected_loss.scenarios[place].default
        return sum((_loss(row, place, times) for row in self.rows), Fraction(0))

    @property
    def scenarios(self) -> dict[str, int]:
        """Return the loss of each scenario by name, in minor units."""
        names = [one.name for one in self.policy.risk.expected_loss.scenarios]
        return {name: _nearest(self.scenario(place)) for place, name in enumerate(names)}

    @property
    def expected(self) -> int:
        """Return the loss of all scenarios by their weights, in minor units, rounded once."""
        weights = [one.weight for one in self.policy.risk.expected_loss.scenarios]
        return _nearest(
            sum((self.scenario(n) * weight for n, weight in enumerate(weights)), Fraction(0)) / MILLION
        )


def _loss(row: Row[Any], place: int, times: int) -> Fraction:
    lost = getattr(row, f"lost_{place}") or 0
    if row.stage is None or not lost:
        return Fraction(0)
    if row.stage == DEFAULTED:
        return Fraction(lost)
    default = min(MILLION, rounded(row.default_rate * times, MILLION))
    rate = row.annual_rate if row.stage == LIFELONG else 0
    return lost * yearly_part(default, row.year, rate or 0)


def _nearest(value: Fraction) -> int:
    return rounded(value.numerator, value.denominator)


def terms_of(policy: Policy) -> LossTerms:
    """Return what the policy says of losses."""
    said = policy.risk.expected_loss
    back = said.collateral
    return LossTerms(
        standing=policy.standing,
        stale_after_days=policy.terms.stale_after_days,
        losses=policy.provisions,
        default_from=tuple(said.default_from),
        by_segment={
            name: {int(stage[-1]): rate for stage, rate in rates.items()}
            for name, rates in said.default_by_segment.items()
        },
        by_grade={name: grade.default for name, grade in policy.pricing.grades.items()},
        floor=None if back is None else back.floor,
        costs=0 if back is None else back.costs,
        haircuts={} if back is None else {str(kind): cut for kind, cut in back.haircuts.items()},
    )


@dataclass(frozen=True, slots=True)
class Book:
    """The live loans of a view with what may be lost of them, before a shock and after."""

    view: View
    policy: Policy
    found: CTE
    scope: Any = None

    @classmethod
    def of(cls, view: View, policy: Policy, shock: Shock = NO_SHOCK, officer_id: int | None = None) -> Book:
        """Return the live loans of the book, or of an officer's customers."""
        from loancrm.indicators.facts import customer_ids

        scope = None if officer_id is None else customer_ids(view, officer_id=officer_id)
        return cls(view, policy, exposures(view, terms_of(policy), shock, officer_id), scope)

    def sums(
        self,
        grouping: Grouping | None = None,
        *,
        after: bool = False,
        further: Sequence[ColumnElement[Any]] = (),
    ) -> Sums:
        """Return the sums, of the whole book or by group; ``after`` the shock.

        ``further``: columns of ``found`` by which is summed too, each under its own name.
        """
        suffix = "after" if after else "rate"
        exposed = with_years(self.view, self.found, self._most_years())
        e = exposed.c
        relation: Any = exposed
        key: ColumnElement[Any] = null().cast(String()).label("key")
        if grouping is not None:
            relation, key = grouping.keyed(self.view, exposed, self.scope)
        by = [
            key, e.five_tier, e.ifrs9_stage.label("stage"), e.year,
            e[f"default_{suffix}"].label("default_rate"),
            case((e.ifrs9_stage == LIFELONG, e.annual_rate)).label("annual_rate"),
            *(e[column.name].label(column.name) for column in further),
        ]  # fmt: skip
        scenarios = self.policy.risk.expected_loss.scenarios
        lost = [
            lost_in(e.exposed, e[f"lost_{suffix}"], one.lost).label(f"lost_{place}")
            for place, one in enumerate(scenarios)
        ]
        first = e.year == 1
        inner = select(
            *by, *lost, case((first, 1), else_=0).label("one"), case((first, e.owed)).label("owing")
        ).select_from(relation)
        f = inner.subquery("summed").c
        names = [column.name for column in by]
        query = select(
            *(f[name] for name in names), total(f.one).label("loans"), total(f.owing).label("owed"),
            *(total(f[f"lost_{place}"]).label(f"lost_{place}") for place in range(len(scenarios))),
        ).group_by(*(f[name] for name in names))  # fmt: skip
        return Sums(self.view.rows(query), self.policy)

    def largest(self) -> list[dict[str, Any]]:
        """Return the loans of which most is expected to be lost in a year, with what that rests on."""
        f = self.found.c
        loss = lost_in(lost_in(f.owed, f.lost_rate, MILLION), f.default_rate, MILLION)
        query = select(f.number, f.ifrs9_stage, f.owed, f.default_rate, f.lost_rate, loss.label("loss"))
        rows = self.view.rows(query.where(loss > 0).order_by(loss.desc(), f.number).limit(MOST_NAMED))
        return [
            {
                "loan": row.number,
                "ifrs9_stage": row.ifrs9_stage,
                "outstanding_principal": row.owed,
                "default_rate": row.default_rate,
                "loss_given_default": row.lost_rate,
                "year_loss": row.loss,
            }
            for row in rows
        ]

    def hit_hardest(self) -> list[dict[str, Any]]:
        """Return the loans of which the shock makes most more be lost in a year, before and after it."""
        f = self.found.c
        before, after = (
            lost_in(lost_in(f.owed, f[f"lost_{when}"], MILLION), f[f"default_{when}"], MILLION)
            for when in ("rate", "after")
        )
        names = ("default_rate", "default_after", "lost_rate", "lost_after")
        query = select(
            f.number, f.five_tier, f.owed, *(f[name] for name in names),
            before.label("loss_before"), after.label("loss_after"),
        ).where(after > before)  # fmt: skip
        rows = self.view.rows(query.order_by((after - before).desc(), f.number).limit(MOST_NAMED))
        return [
            {
                "loan": row.number,
                "five_tier": row.five_tier,
                "outstanding_principal": row.owed,
                "default_rate_before": row.default_rate,
                "default_rate_after": row.default_after,
                "loss_given_default_before": row.lost_rate,
                "loss_given_default_after": row.lost_after,
                "year_loss_before": row.loss_before,
                "year_loss_after": row.loss_after,
            }
            for row in rows
        ]

    def _most_years(self) -> int:
        """Return how many years the longest loan has left, by its maturity or its last instalment."""
        ends = [self.view.connection.scalar(select(func.max(LOAN.c.matures_on)))]
        if self.view.has_applications:
            ends.append(self.view.connection.scalar(select(func.max(table(InstalmentRow).c.due_on))))
        last = max((day for day in ends if day is not None), default=self.view.as_of)
        return max(1, -(-(last - self.view.as_of).days // DAYS_OF_A_YEAR))
