"""A logistic card estimated on the book's own history, and how well it tells: nothing here adopts it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any, Literal

from sqlalchemy import Select, func, true

from loancrm.errors import InvalidInput, UsageFault
from loancrm.i18n import _, listed
from loancrm.indicators.catalogue import Indicator
from loancrm.indicators.figures import Figures
from loancrm.indicators.loan_figures import LoanFigures
from loancrm.lending import discrimination
from loancrm.lending.discrimination import Confusion
from loancrm.lending.logistic import LogisticFit, fit
from loancrm.numerals import MILLION
from loancrm.policy.conditions import ALWAYS, Condition
from loancrm.policy.parse import LEVELS
from loancrm.policy.policy import Policy, example
from loancrm.reports.basis import Basis, basis
from loancrm.reports.fit_terms import Term, TermLine, plain, plan, told
from loancrm.view import View

Level = Literal["loan", "customer"]
REASONS = ("target_unknown", "side_unknown", "neither", "figure_missing", "where_unknown")


@dataclass(frozen=True)
class FitQuestion:
    """What is to be learned: the chance of ``target`` from the figures ``on``.

    ``train`` holds for the cases that are learned from, ``test`` for those it is measured on (None: all
    others), ``where`` for those that are looked at. ``minimum``: fewer cases of a category go together.
    ``digits`` of an industry code. ``cut``: from which chance on the event is foretold.
    """

    level: Level
    target: Condition
    on: tuple[str, ...]
    train: Condition = ALWAYS
    test: Condition | None = None
    where: Condition = ALWAYS
    minimum: int | None = None
    digits: int | None = None
    cut: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Measured:
    """How well the card tells on some cases; areas and distances in millionths, None over one outcome."""

    n: int
    events: int
    auc: int | None
    gini: int | None
    ks: int | None
    confusion: Confusion


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Cases that were not used, and why; a case may miss several figures.

    ``where_unknown``: nobody can say whether they are looked at at all.
    """

    target_unknown: int
    side_unknown: int
    neither: int
    figure_missing: int
    missing: dict[str, int]
    where_unknown: int


@dataclass(frozen=True)
class Fitted:
    """The card and its measure. ``psi`` compares the scores of the two sides, in millionths."""

    level: Level
    lines: tuple[TermLine, ...]
    terms: tuple[Term, ...]
    kinds: tuple[str, ...]
    log_likelihood: str
    iterations: int
    cut: int
    train: Measured
    held_out: Measured | None
    psi: int | None
    left_out: LeftOut
    basis: Basis


@dataclass
class _Side:
    """Cases: the values of each figure, and whether the event came."""

    values: list[tuple[Any, ...]] = field(default_factory=list)
    events: list[bool] = field(default_factory=list)


def fit_card(view: View, policy: Policy, asked: FitQuestion) -> Fitted:
    """Return the card that the book's history gives as of the view's day.

    A case whose target, side or figure is unknown is left out and counted.

    Raises:
        InvalidInput: there is no such card, and why.
        UsageFault: a figure that cannot be fitted on.
        Refused: the extra ``fit`` is not installed.
    """
    found = [LEVELS[asked.level].find(name) for name in dict.fromkeys(asked.on)]
    _refuse_the_answer(asked)
    train, test, left_out, kinds = _sides(view, policy, asked)
    if not train.values:
        raise InvalidInput(_("--train: no case is left to learn from"), field="--train", code="no_cases")
    terms = _planned(policy, asked, found, train)
    names = [name for term in terms for name in term.columns]
    result = fit(names, list(_design(terms, train)), train.events)
    terms, lines = _told(terms, result, train)
    first = float(lines[0].coefficient)
    scores, others = _scores(terms, first, train), _scores(terms, first, test)
    cut = Fraction(sum(train.events), len(train.events)) if asked.cut is None else asked.cut
    stability = discrimination.psi(scores, others)
    return Fitted(
        level=asked.level,
        lines=lines,
        terms=terms,
        kinds=kinds,
        log_likelihood=plain(result.log_likelihood),
        iterations=result.iterations,
        cut=round(cut * MILLION),
        train=_measured(scores, train.events, cut),
        held_out=_measured(others, test.events, cut) if test.events else None,
        psi=None if stability is None else round(stability * MILLION),
        left_out=left_out,
        basis=basis(view, policy),
    )


def _refuse_the_answer(asked: FitQuestion) -> None:
    same = asked.target.indicators().intersection(asked.on)
    if same:
        message = _("--on: {names} is what the target asks: it cannot foretell itself")
        raise UsageFault(message.format(names=listed(sorted(same))), field="--on")


# ── the cases ───────────────────────────────────────────────────────────────────────────────────


def _statement(view: View, policy: Policy, asked: FitQuestion) -> Select[Any]:
    """Return each case with its kind of customer, the verdicts, and its figures."""
    sides = (asked.target, asked.train, asked.test or ALWAYS)
    names = {*asked.on, *(name for part in (*sides, asked.where) for name in part.indicators())}
    kind = LoanFigures if asked.level == "loan" else Figures
    figures: Any = kind(view, policy.terms, sorted(names))
    columns = figures.columns
    looked_at = asked.where.sql(columns)
    parts = (looked_at, *(part.sql(columns) for part in sides))
    verdicts = [part.label(f"side_{place}") for place, part in enumerate(parts)]
    values = [columns[name].label(f"figure_{place}") for place, name in enumerate(dict.fromkeys(asked.on))]
    cases = figures.loans if asked.level == "loan" else figures.customers
    query: Select[Any] = figures.select(figures.customers.c.kind, *verdicts, *values)
    return query.where(func.coalesce(looked_at, true())).order_by(cases.c.id)


def _sides(view: View, policy: Policy, asked: FitQuestion) -> tuple[_Side, _Side, LeftOut, tuple[str, ...]]:
    names = tuple(dict.fromkeys(asked.on))
    sides = {True: _Side(), False: _Side()}
    out: Counter[str] = Counter()
    missing: Counter[str] = Counter()
    kinds: set[str] = set()
    for kind, looked_at, *more in view.connection.execute(_statement(view, policy, asked)):
        target, trains, tests, *values = more
        why = "where_unknown" if looked_at is None else _why_not(asked, target, trains, tests, values)
        if why == "figure_missing":
            missing.update(name for name, value in zip(names, values, strict=True) if value is None)
        if why is not None:
            out[why] += 1
            continue
        side = sides[bool(trains)]
        side.values.append(tuple(values))
        side.events.append(bool(target))
        kinds.update((kind,) if trains else ())
    reasons = {name: out[name] for name in REASONS}
    return sides[True], sides[False], LeftOut(**reasons, missing=dict(missing)), tuple(sorted(kinds))


def _why_not(asked: FitQuestion, target: Any, trains: Any, tests: Any, values: Sequence[Any]) -> str | None:
    """Return why a case is not used, None when it is."""
    if target is None:
        return "target_unknown"
    if trains is None or (not trains and asked.test is not None and tests is None):
        return "side_unknown"
    if not trains and asked.test is not None and not tests:
        return "neither"
    return "figure_missing" if None in values else None


# ── terms and scores ────────────────────────────────────────────────────────────────────────────


def _planned(policy: Policy, asked: FitQuestion, found: list[Indicator], train: _Side) -> tuple[Term, ...]:
    shape = policy.shape.fit or example().shape.fit
    assert shape is not None
    minimum = shape.category_minimum if asked.minimum is None else asked.minimum
    digits = shape.industry_digits if asked.digits is None else asked.digits
    columns = zip(*train.values, strict=True)
    return tuple(
        plan(one, values, minimum=minimum, digits=digits) for one, values in zip(found, columns, strict=True)
    )


def _design(terms: Sequence[Term], side: _Side) -> Iterator[Any]:
    for term, values in zip(terms, zip(*side.values, strict=True), strict=True):
        yield from term.design(values)


def _told(
    terms: Sequence[Term], result: LogisticFit, train: _Side
) -> tuple[tuple[Term, ...], tuple[TermLine, ...]]:
    """Return the terms with their coefficients as they are shown, and the lines that show them."""
    estimates = iter(result.estimates)
    lines = [told("intercept", None, None, next(estimates), len(train.events), sum(train.events))]
    weighed = []
    for term, values in zip(terms, zip(*train.values, strict=True), strict=True):
        own = list(term.lines(estimates, (values, train.events)))
        weighed.append(replace(term, weights={line.category: float(line.coefficient) for line in own}))
        lines += own
    return tuple(weighed), tuple(lines)


def _scores(terms: Sequence[Term], intercept: float, side: _Side) -> list[float]:
    """Return the log-odds of each case; equal cases have equal ones, to the last bit."""
    return [
        intercept + sum(term.weight(value) for term, value in zip(terms, values, strict=True))
        for values in side.values
    ]


def _measured(scores: Sequence[float], events: Sequence[bool], cut: Fraction) -> Measured:
    area, distance = discrimination.auc(scores, events), discrimination.ks(scores, events)
    chances = [_chance(score) for score in scores]
    return Measured(
        n=len(events),
        events=sum(events),
        auc=_millionths(area),
        gini=_millionths(discrimination.gini(area)),
        ks=_millionths(distance),
        confusion=discrimination.confusion(chances, events, float(cut)),
    )


def _chance(score: float) -> float:
    """Return 1 ÷ (1 + e^−score), written so that e^ never overflows."""
    if score >= 0:
        return 1 / (1 + math.exp(-score))
    odds = math.exp(score)
    return odds / (1 + odds)


def _millionths(value: Fraction | None) -> int | None:
    return None if value is None else round(value * MILLION)
