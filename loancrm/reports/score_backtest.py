"""How well the policy's cards would have told who gets into trouble: scored month by month as known then."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from sqlalchemy import select

from loancrm.engine import over_the_book
from loancrm.lending.backtest import Bin, Tally
from loancrm.lending.discrimination import gini
from loancrm.lending.proportions import wilson
from loancrm.numerals import MILLION
from loancrm.policy.cards import Card, PointsCard
from loancrm.policy.conditions import Condition
from loancrm.policy.logistic import probability_of
from loancrm.policy.policy import Policy
from loancrm.reports.basis import Basis, basis
from loancrm.reports.replay import ALREADY, NO, UNKNOWN, YES, Moment, Replay, as_known, span
from loancrm.reports.scores import Scoring, cards_for
from loancrm.view import View


@dataclass(frozen=True, slots=True)
class Calibration:
    """Cases of a grade, or of a tenth of the scores: what was said and what came.

    ``low`` and ``high`` are the ends of their scores, or chances, in millionths. ``expected`` is the mean
    chance, None of a card of points. ``observed`` is the share with the event, ``least`` and ``most`` the
    ends of its 95 % interval (Wilson). All in millionths.
    """

    grade: str | None
    low: int
    high: int
    n: int
    events: int
    expected: int | None
    observed: int
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Quarter:
    """The cases of the month ends of a quarter. ``psi`` is against the first quarter. Millionths."""

    quarter: str
    n: int
    events: int
    share: int | None
    auc: int | None
    ks: int | None
    psi: int | None


@dataclass(frozen=True)
class CardTested:
    """What a card would have told. Areas, distances and shares in millionths, None where there is none.

    ``n`` cases, of which ``events`` came to it. Not among them: ``already`` (the event held), ``unknown``
    (on no day of the horizon was it known), ``without_score``.
    """

    card: str
    kinds: tuple[str, ...]
    since: date
    until: date
    days: int
    horizon_days: int
    n: int
    events: int
    already: int
    unknown: int
    without_score: int
    share: int | None
    auc: int | None
    gini: int | None
    ks: int | None
    psi: int | None
    calibrated_by: str
    calibration: tuple[Calibration, ...]
    quarters: tuple[Quarter, ...]
    basis: Basis


@dataclass(frozen=True)
class ScoresAsked:
    """Which card (None: all), at the month ends from ``since`` to ``until``, and the event to foretell."""

    event: Condition
    horizon: int
    card: str | None = None
    since: date | None = None
    until: date | None = None


def backtest_scores(view: View, policy: Policy, asked: ScoresAsked) -> tuple[CardTested, ...]:
    """Return what each card would have told, each for the kinds of customer that the book is scored by it.

    Raises:
        NotFound: no such card.
        InvalidInput: the days are not over, or no month ends on them.
    """
    wanted = span(view, asked.since, asked.until, (asked.horizon,))
    tests = [_Test(card, kinds) for card, kinds in cards_for(policy, asked.card)]
    with over_the_book(view.connection):
        for moment in Replay(view, policy, asked.event, wanted.days, (asked.horizon,)).moments():
            for test in tests:
                test.add(as_known(view, moment.on), policy, moment, asked.horizon)
    on = basis(view, policy)
    return tuple(test.told(wanted.days, asked.horizon, on) for test in tests)


class _Test:
    """A card, and its cases by quarter."""

    def __init__(self, card: Card, kinds: tuple[str, ...]) -> None:
        self.card, self.kinds = card, kinds
        self.quarters: dict[str, Tally] = {}
        self.out = {"already": 0, "unknown": 0, "without_score": 0}

    def add(self, then: View, policy: Policy, moment: Moment, horizon: int) -> None:
        """Score the customers of a month end."""
        state = moment.by_horizon[horizon].state
        tally = self.quarters.setdefault(f"{moment.on.year}Q{(moment.on.month + 2) // 3}", Tally())
        words = {UNKNOWN: "unknown", ALREADY: "already"}
        for key, risk in _risks(then, policy, self.card, self.kinds):
            if state[key] not in (NO, YES):
                self._leave_out(words.get(state[key]))
            elif risk is None:
                self._leave_out("without_score")
            else:
                tally.add(risk, state[key] == YES)

    def _leave_out(self, why: str | None) -> None:
        if why is not None:
            self.out[why] += 1

    def told(self, days: tuple[date, ...], horizon: int, on: Basis) -> CardTested:
        """Return what the cases say."""
        whole = Tally()
        for tally in self.quarters.values():
            whole.update(tally)
        held = [tally for tally in self.quarters.values() if tally.n]
        by, bins = self._bins(whole)
        return CardTested(
            card=self.card.name,
            kinds=self.kinds,
            since=days[0],
            until=days[-1],
            days=len(days),
            horizon_days=horizon,
            n=whole.n,
            events=whole.events,
            already=self.out["already"],
            unknown=self.out["unknown"],
            without_score=self.out["without_score"],
            **_measures(whole),
            gini=_millionths(gini(whole.auc())),
            psi=_psi(held[-1], held[0]) if len(held) > 1 else None,
            calibrated_by=by,
            calibration=tuple(bins),
            quarters=tuple(self._quarters(held[0] if held else Tally())),
            basis=on,
        )

    def _quarters(self, first: Tally) -> Iterator[Quarter]:
        for name, tally in ((name, tally) for name, tally in self.quarters.items() if tally.n):
            psi = None if tally is first else _psi(tally, first)
            yield Quarter(quarter=name, n=tally.n, events=tally.events, psi=psi, **_measures(tally))

    def _bins(self, whole: Tally) -> tuple[str, list[Calibration]]:
        """Return chances by tenths; of points, which say no chance, by grade, or by tenths without grades."""
        card = self.card
        if not isinstance(card, PointsCard):
            return "decile", [_told(one, None) for one in whole.deciles(Fraction(1, MILLION))]
        if not card.grades:
            return "decile", [_turned(_told(one, None)) for one in whole.deciles()]
        edges = [-grade.at_least for grade in card.grades]  # the best grade first: the lowest risk
        names = [*(grade.grade for grade in card.grades), None]
        bands = zip(names, whole.bands(edges), strict=True)
        return "grade", [_turned(_told(one, name)) for name, one in bands if one is not None]


def _risks(
    then: View, policy: Policy, card: Card, kinds: tuple[str, ...]
) -> Iterator[tuple[int, int | None]]:
    """Yield each customer's key and risk in millionths: the chance, or the points below nought.

    None where a figure of a logistic card is missing.
    """
    rows = Scoring(then, policy, card).statement().order_by(None).subquery("scored")
    wanted: list[Any] = [rows.c.id]
    if isinstance(card, PointsCard):
        wanted.append(rows.c.score)
    else:
        wanted += [rows.c[f"part_{n}"] for n in range(len(card.items))]
    for row in then.stream(select(*wanted).where(rows.c.kind.in_(kinds))):
        said: tuple[Any, ...] = tuple(row)[1:]
        if isinstance(card, PointsCard):
            yield row.id, -said[0]
        else:
            yield row.id, None if None in said else probability_of(_sum(card.intercept, said))


def _sum(first: float, terms: tuple[float, ...]) -> float:
    for term in terms:  # from left to right, as the card adds them
        first += term
    return first


def _told(one: Bin, grade: str | None) -> Calibration:
    found = wilson(one.events, one.n)
    assert found is not None, "a bin holds somebody"
    expected = None if one.expected is None else round(one.expected / one.n * MILLION)
    ends = (round(found.low * MILLION), round(found.high * MILLION))
    observed = round(Fraction(one.events, one.n) * MILLION)
    return Calibration(grade, int(one.low), int(one.high), one.n, one.events, expected, observed, *ends)


def _turned(one: Calibration) -> Calibration:
    """Return a bin of risks as one of points."""
    return Calibration(
        one.grade, -one.high, -one.low, one.n, one.events, None, one.observed, one.least, one.most
    )


def _measures(tally: Tally) -> dict[str, int | None]:
    share = Fraction(tally.events, tally.n) if tally.n else None
    return {
        "share": _millionths(share),
        "auc": _millionths(tally.auc()),
        "ks": _millionths(tally.ks()),
    }


def _psi(tally: Tally, first: Tally) -> int | None:
    found = tally.psi(first)
    return None if found is None else round(found * MILLION)


def _millionths(value: Fraction | None) -> int | None:
    return None if value is None else round(value * MILLION)
