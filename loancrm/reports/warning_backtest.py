"""How well the policy's warnings would have told who gets into trouble: month by month as known then."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from loancrm.engine import over_the_book
from loancrm.indicators.figures import Figures
from loancrm.lending import backtest
from loancrm.numerals import MILLION
from loancrm.policy.conditions import Condition, Test
from loancrm.policy.policy import Policy
from loancrm.policy.warnings import WarningRule
from loancrm.reports.alerts import firing
from loancrm.reports.basis import Basis, basis
from loancrm.reports.replay import ALREADY, NO, UNKNOWN, YES, Cases, Moment, Replay, as_known, span
from loancrm.view import View

NAIVE = Test("days_past_due", ">", (0,), "days_past_due > 0")  # the rule that needs no policy
Onset = tuple[int, date]  # a customer's key, and the day on which the event was first seen


@dataclass(frozen=True, slots=True)
class Counted:
    """What a rule would have told. Shares in millionths, None where there is none.

    ``alerts`` are cases for which it held, ``hits`` those after which the event came. ``onsets_caught``
    counts each coming of the event once, however many alerts went before; ``median_lead_days`` is from the
    first of them. ``balance_caught`` (minor units) is what these customers owed at the last month end before.
    """

    alerts: int
    hits: int
    precision: int | None
    recall: int | None
    lift: int | None
    median_lead_days: int | None
    onsets_caught: int
    balance_caught: int


@dataclass(frozen=True, slots=True)
class Baseline:
    """All cases, with how many of them the event came to, and what rules without thought would have told.

    ``past_due`` is the rule that days past due are above 0. ``unknown``: how many customers at a month end
    are no case, since a figure that the event asks for was missing on every day of the horizon.
    """

    cases: int
    events: int
    share: int | None
    onsets: int
    balance: int
    past_due: Counted
    always: Counted
    never: Counted
    unknown: int


@dataclass(frozen=True, slots=True)
class MonthOfAlerts:
    """Alerts at a month end; ``raised`` are those of customers without one at the month end before."""

    on: date
    alerts: int
    raised: int
    hits: int


@dataclass(frozen=True, slots=True)
class RuleTested:
    """A rule, what it would have told, and what it is compared with.

    ``late``: how often it held for a customer for whom the event held already; ``unknown``: how often for one
    of whom it is not known on any day of the horizon whether it came. Neither is among the alerts.
    """

    rule: WarningRule
    horizon_days: int
    counted: Counted
    late: int
    unknown: int
    months: tuple[MonthOfAlerts, ...]
    baseline: Baseline


@dataclass(frozen=True, slots=True)
class RulesTested:
    """The rules in the order of the policy, and the days that were replayed."""

    rules: tuple[RuleTested, ...]
    since: date
    until: date
    days: int
    basis: Basis


@dataclass(frozen=True)
class RulesAsked:
    """Which rules, at the month ends from ``since`` to ``until``, and the event that they should foretell.

    ``horizon``: within so many days; None: each rule within its own.
    """

    rules: tuple[WarningRule, ...]
    event: Condition
    horizon: int | None = None
    since: date | None = None
    until: date | None = None


def backtest_rules(view: View, policy: Policy, asked: RulesAsked) -> RulesTested:
    """Return what each rule would have told, with only what was known at each month end.

    Raises:
        InvalidInput: the days are not over, or no month ends on them.
    """
    horizons = [asked.horizon or rule.horizon_days for rule in asked.rules]
    wanted = span(view, asked.since, asked.until, horizons)
    watches = [_Watch() for _rule in asked.rules]
    grounds = {horizon: _Ground() for horizon in horizons}
    with over_the_book(view.connection):
        for moment in Replay(view, policy, asked.event, wanted.days, horizons).moments():
            then = as_known(view, moment.on)
            fired = _fired(then, policy, asked.rules)
            naive = _naive(then, policy)
            for horizon, ground in grounds.items():
                ground.add(moment, horizon, naive)
            for rule, watch, horizon in zip(asked.rules, watches, horizons, strict=True):
                watch.add(moment.on, moment.by_horizon[horizon], fired[rule.rule])
    tested = (
        _tested(rule, horizon, watch, grounds[horizon])
        for rule, watch, horizon in zip(asked.rules, watches, horizons, strict=True)
    )
    return RulesTested(tuple(tested), wanted.days[0], wanted.days[-1], len(wanted.days), basis(view, policy))


def _fired(then: View, policy: Policy, rules: Sequence[WarningRule]) -> dict[str, set[int]]:
    """Return the keys of the customers for whom each rule holds."""
    found: dict[str, set[int]] = defaultdict(set)
    for row in then.stream(firing(then, policy, rules)):
        found[row.rule].add(row.customer_id)
    return found


def _naive(then: View, policy: Policy) -> set[int]:
    figures = Figures(then, policy.terms, NAIVE.indicators())
    query = figures.select(figures.customers.c.id).where(NAIVE.sql(figures.columns))
    return set(then.connection.scalars(query))


@dataclass
class _Watch:
    """A rule's alerts, counted month by month."""

    alerts: int = 0
    hits: int = 0
    late: int = 0
    unknown: int = 0
    months: list[MonthOfAlerts] = field(default_factory=list)
    first: dict[Onset, date] = field(default_factory=dict)
    before: Collection[int] = ()

    def add(self, on: date, cases: Cases, held: Collection[int]) -> None:
        """Count those for whom the rule held."""
        state = cases.state
        alerted = [key for key in held if state[key] in (NO, YES)]
        self.late += sum(state[key] == ALREADY for key in held)
        self.unknown += sum(state[key] == UNKNOWN for key in held)
        hits = [key for key in alerted if state[key] == YES]
        raised = sum(key not in self.before for key in alerted)
        self.months.append(MonthOfAlerts(on, len(alerted), raised, len(hits)))
        self.before = held
        self.count(on, cases, len(alerted), hits)

    def count(self, on: date, cases: Cases, alerts: int, hits: Collection[int]) -> None:
        """Count alerts, and of each hit the coming that it is the first to foretell."""
        self.alerts += alerts
        self.hits += len(hits)
        for key in hits:
            self.first.setdefault((key, cases.came_on[key]), on)


@dataclass
class _Ground:
    """All cases of a horizon, and the rules without thought."""

    cases: int = 0
    events: int = 0
    unknown: int = 0
    owed: dict[Onset, int] = field(default_factory=dict)
    naive: _Watch = field(default_factory=_Watch)
    always: _Watch = field(default_factory=_Watch)

    def add(self, moment: Moment, horizon: int, naive: Collection[int]) -> None:
        """Count the cases of a month end; what was owed at the last one before the event stays."""
        found = moment.by_horizon[horizon]
        self.cases += found.cases
        self.unknown += found.count(UNKNOWN)
        self.events += len(found.came_on)
        for key, on in found.came_on.items():
            self.owed[key, on] = moment.owed.get(key, 0)
        self.naive.add(moment.on, found, naive)
        self.always.count(moment.on, found, found.cases, found.came_on.keys())

    def counted(self, watch: _Watch) -> Counted:
        """Return what a rule's alerts are worth among these cases."""
        counts = backtest.confused(self.cases, self.events, watch.alerts, watch.hits)
        return Counted(
            alerts=watch.alerts,
            hits=watch.hits,
            precision=_millionths(backtest.precision(counts)),
            recall=_millionths(backtest.recall(counts)),
            lift=_millionths(backtest.lift(counts)),
            median_lead_days=backtest.median_days(_leads(watch.first.items())),
            onsets_caught=len(watch.first),
            balance_caught=sum(self.owed[onset] for onset in watch.first),
        )


def _leads(first: Iterable[tuple[Onset, date]]) -> Iterable[int]:
    return ((came_on - alerted_on).days for (_key, came_on), alerted_on in first)


def _tested(rule: WarningRule, horizon: int, watch: _Watch, ground: _Ground) -> RuleTested:
    share = Fraction(ground.events, ground.cases) if ground.cases else None
    return RuleTested(
        rule=rule,
        horizon_days=horizon,
        counted=ground.counted(watch),
        late=watch.late,
        unknown=watch.unknown,
        months=tuple(watch.months),
        baseline=Baseline(
            cases=ground.cases,
            events=ground.events,
            share=_millionths(share),
            onsets=len(ground.owed),
            balance=sum(ground.owed.values()),
            past_due=ground.counted(ground.naive),
            always=ground.counted(ground.always),
            never=ground.counted(_Watch()),
            unknown=ground.unknown,
        ),
    )


def _millionths(value: Fraction | None) -> int | None:
    return None if value is None else round(value * MILLION)
