"""Satisfaction as data: nested as scripts read it, shares as fractions and scores in points."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from loancrm.i18n import language
from loancrm.lending.correlation import METHOD as RANKS
from loancrm.lending.opinions import METHOD, Estimate
from loancrm.shell.satisfaction_words import group_name, next_step, points

if TYPE_CHECKING:
    from loancrm.reports.satisfaction import Change, Measure, Part, Satisfaction


def page(one: Satisfaction, day: date, by: str | None, basis: dict[str, Any]) -> dict[str, Any]:
    """Return what a survey found, with what it rests on."""
    from loancrm.reports.surveys import state

    survey = one.survey
    return {
        "survey": survey.code,
        "title": survey.said(survey.shape.title, language()),
        "state": state(survey, day),
        "opens_on": survey.opens_on,
        "closes_on": survey.closes_on,
        **_part(one, one.whole),
        "drivers": [
            {
                "dimension": driver.question.code,
                "with": driver.role,
                "n": driver.correlation.n,
                "value": f"{driver.correlation.value:.2f}",
                "low": f"{driver.correlation.low:.2f}",
                "high": f"{driver.correlation.high:.2f}",
                "method": RANKS,
            }
            for driver in one.drivers
        ],
        "lowest": [measure.question.code for measure in one.lowest],
        "groups": [
            {"by": by, "group": part.group, "label": group_name(part.group, by), **_part(one, part)}
            for part in one.parts
        ],
        "basis": {name: value and str(value) for name, value in basis.items()},
        "next": next_step(one),
    }


def _part(one: Satisfaction, part: Part) -> dict[str, Any]:
    nps, ces, overall = (part.of_role(role) for role in ("nps", "ces", "overall"))
    return {
        "invited": part.invited,
        "answered": part.answered,
        "response_rate": points(Fraction(part.answered, part.invited), 6, whole=1) if part.invited else None,
        "responses": part.responses,
        "overall": None if overall is None else _of_scale(one, overall),
        "dimensions": [_of_scale(one, m) for m in part.measures if m.question.role == "dimension"],
        "ces": None
        if ces is None
        else {**_scored(ces, points(ces.mean, 2, whole=1)), **_changed(ces.change)},
        "nps": None if nps is None else {**_scored(nps, None), **_changed(nps.change)},
    }


def _of_scale(one: Satisfaction, measure: Measure) -> dict[str, Any]:
    return {
        "code": measure.question.code,
        "name": one.survey.said(measure.question.name, language()),
        "scale": measure.question.scale,
        "n": measure.n,
        "mean": points(measure.mean, 2, whole=1),
        "csat": _exact(measure.figure, "value"),
        "estimate": _exact(measure.figure, "estimate"),
        "low": _exact(measure.figure, "low"),
        "high": _exact(measure.figure, "high"),
        "method": METHOD,
        **_changed(measure.change),
        "competitors": [
            {
                "code": other.rival,
                "n": other.n,
                "mean": points(other.mean, 2, whole=1),
                "csat": _exact(other.share, "value"),
            }
            for other in measure.beside
        ],
    }


def _scored(measure: Measure, mean: str | None) -> dict[str, Any]:
    found = measure.figure
    values = {
        name: None if found is None else points(getattr(found, name), 1)
        for name in ("value", "estimate", "low", "high")
    }
    return {"n": measure.n, **({} if mean is None else {"mean": mean}), **values, "method": METHOD}


def _changed(change: Change) -> dict[str, Any]:
    moved = change.movement
    ends = {} if moved is None else {name: points(value, 1) for name, value in asdict(moved).items()}
    return {
        "change": {
            "code": change.kind,
            "since": change.since,
            "n_before": change.n_before,
            **{name: ends.get(name) for name in ("value", "low", "high")},
        }
    }


def _exact(found: Estimate | None, name: str) -> str | None:
    """Return a share with six decimals, as other shares are written in data."""
    return None if found is None else points(getattr(found, name), 6, whole=1)
