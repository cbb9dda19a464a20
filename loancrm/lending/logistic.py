"""Logistic regression by exact maximum likelihood: Newton's method to convergence. Pure.

numpy does the linear algebra (the extra ``fit``), and is loaded only here. What has no maximum, or none
that is worth anything, is refused in words: a column that never changes, one that the others say already,
and one that tells the cases apart without error.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from loancrm.errors import InvalidInput, Refused
from loancrm.i18n import _, listed

# Newton doubles its digits each time: a maximum that is there is found in ten. Where there is none, each
# step adds one to the log-odds, and after some 35 what is left of the slope is rounding, which looks flat.
ITERATIONS = 25
CONVERGED = 1e-10  # the largest step of a standardised coefficient
DEPENDENT = 1e-9  # of a column's length that the others do not explain
MOVING = 1e-3  # a step that is no rounding: the coefficient runs away
NAMED = 5  # columns that a message names
STEPS_BACK = 30  # halvings of a step that went too far


@dataclass(frozen=True, slots=True)
class Estimate:
    """A coefficient in log-odds per unit, with its standard error."""

    name: str
    coefficient: float
    error: float


@dataclass(frozen=True, slots=True)
class LogisticFit:
    """The maximum: the intercept first, then the columns in their order."""

    estimates: tuple[Estimate, ...]
    log_likelihood: float
    iterations: int


def fit(names: Sequence[str], columns: Sequence[Sequence[float]], events: Sequence[bool]) -> LogisticFit:
    """Return the maximum-likelihood estimates of P(event) = 1 ÷ (1 + e^−(a + b·x)).

    Standard errors are the square roots of the diagonal of the inverse Fisher information
    (McCullagh and Nelder, Generalized Linear Models, 1989, chapter 4).

    Raises:
        InvalidInput: there is no such maximum; the message says which column is why.
        Refused: numpy is not installed.
    """
    np = _numpy()
    y = np.asarray(events, dtype=float)
    _refuse_one_outcome(y)
    x = np.column_stack([np.asarray(column, dtype=float) for column in columns]) if columns else None
    raw = np.ones((len(y), 1)) if x is None else np.column_stack([np.ones(len(y)), x])
    _refuse_constant(np, raw, names)
    _refuse_telling(np, raw, y, names)
    middle, spread = raw.mean(axis=0), raw.std(axis=0)
    middle[0], spread[0] = 0.0, 1.0
    z = (raw - middle) / spread
    _refuse_dependent(np, z, names)
    found = _maximum(np, z, y, names)
    back = np.diag(1 / spread)
    back[0, 1:] = -middle[1:] / spread[1:]
    errors = np.sqrt(np.diag(back @ np.linalg.inv(found.information) @ back.T))
    estimates = zip(("", *names), back @ found.beta, errors, strict=True)
    return LogisticFit(
        tuple(Estimate(name, float(value), float(error)) for name, value, error in estimates),
        float(found.log_likelihood),
        found.iterations,
    )


def _numpy() -> Any:
    try:
        import numpy
    except ImportError:
        raise Refused(
            _("numpy is not installed, which fitting needs"),
            hint=_("install it: pip install 'loancrm[fit]'"),
            code="missing_extra",
        ) from None
    return numpy


# ── Newton ──────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Maximum:
    beta: Any
    information: Any
    log_likelihood: float
    iterations: int


def _maximum(np: Any, z: Any, y: Any, names: Sequence[str]) -> _Maximum:
    beta = np.zeros(z.shape[1])
    here = _log_likelihood(np, z @ beta, y)
    step = beta
    for iteration in range(1, ITERATIONS + 1):
        eta = z @ beta
        _refuse_separated(eta, y, names)
        chance = _chance(np, eta)
        information = (z * (chance * (1 - chance))[:, None]).T @ z
        try:
            step = np.linalg.solve(information, z.T @ (y - chance))
        except np.linalg.LinAlgError:
            break
        if np.max(np.abs(step)) < CONVERGED:
            return _Maximum(beta, information, here, iteration)
        beta, here = _uphill(np, z, y, beta, step, here)
    raise _no_maximum([name for name, one in zip(names, step[1:], strict=True) if abs(one) > MOVING])


def _uphill(np: Any, z: Any, y: Any, beta: Any, step: Any, here: float) -> tuple[Any, float]:
    """Return where ``step`` leads, halved while it leads down: the likelihood has one hill only."""
    for _halving in range(STEPS_BACK):
        there = _log_likelihood(np, z @ (beta + step), y)
        if there >= here - abs(here) * CONVERGED:
            break
        step = step / 2
    return beta + step, there


def _log_likelihood(np: Any, eta: Any, y: Any) -> float:
    return float(np.sum(y * eta - np.logaddexp(0, eta)))


def _chance(np: Any, eta: Any) -> Any:
    return np.exp(-np.logaddexp(0, -eta))


# ── what has no maximum ─────────────────────────────────────────────────────────────────────────


def _refuse_one_outcome(y: Any) -> None:
    hits = int(y.sum())
    if len(y) == 0:
        raise InvalidInput(_("there is nothing to learn from: no case is left"), code="no_cases")
    if hits in (0, len(y)):
        message = _("there is nothing to tell apart: the target holds for {n} of {whole} cases")
        raise InvalidInput(message.format(n=hits, whole=len(y)), code="one_outcome")


def _refuse_constant(np: Any, raw: Any, names: Sequence[str]) -> None:
    flat = [name for name, spread in zip(names, np.ptp(raw, axis=0)[1:], strict=True) if spread == 0]
    if flat:
        raise constant(flat)


def constant(names: Sequence[str]) -> InvalidInput:
    """Return the fault of figures that never change."""
    message = _("{names}: the same in every case, so nothing can be learned from it")
    return InvalidInput(message.format(names=_some(names)), code="constant", hint=_("leave it out"))


def _refuse_telling(np: Any, raw: Any, y: Any, names: Sequence[str]) -> None:
    """Refuse a column of yes and no, one side of which has one outcome only: its coefficient is infinite."""
    found = []
    for place, name in enumerate(names, 1):
        column = raw[:, place]
        low, high = column.min(), column.max()
        if not np.all((column == low) | (column == high)):
            continue
        if any(0 in (hits := y[column == side].sum(), (column == side).sum() - hits) for side in (low, high)):
            found.append(name)
    if found:
        raise _no_maximum(found)


def _refuse_dependent(np: Any, z: Any, names: Sequence[str]) -> None:
    """Refuse a column that is a sum of multiples of those before it, and name these."""
    triangle = np.linalg.qr(z, mode="r")
    lengths = np.linalg.norm(z, axis=0)
    for place, name in enumerate(names, 1):
        if place >= len(triangle) or abs(triangle[place, place]) <= DEPENDENT * lengths[place]:
            before = triangle[:place, : min(place, len(triangle))]
            weights = np.linalg.lstsq(before, triangle[:place, place], rcond=None)[0]
            others = [names[k - 1] for k in range(1, len(weights)) if abs(weights[k]) > MOVING]
            message = _("{name} says nothing that {others} do not say already")
            raise InvalidInput(
                message.format(name=name, others=_some(others)),
                code="collinear",
                hint=_("leave one of them out"),
            )


def _refuse_separated(eta: Any, y: Any, names: Sequence[str]) -> None:
    if eta[y == 1].min() > eta[y == 0].max():
        raise _no_maximum(list(names))


def _some(names: Sequence[str]) -> str:
    """Return the names, the first few of many."""
    if len(names) <= NAMED:
        return listed(names)
    return listed([*names[:NAMED], _("{n} more").format(n=len(names) - NAMED)])


def _no_maximum(names: list[str]) -> InvalidInput:
    message = _("{names}: tells the cases apart without error, so that its coefficient has no finite value")
    return InvalidInput(
        message.format(names=_some(names)),
        code="separated",
        hint=_("leave it out, or let rare categories go together with a larger --minimum"),
    )
