"""Satisfaction on the screen and as data: figures with intervals, and what changed in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from loancrm.i18n import N_, _, language, listed
from loancrm.lending.correlation import METHOD as RANKS
from loancrm.lending.opinions import METHOD, Estimate
from loancrm.numerals import CENTS, MILLION, format_ratio, ratio
from loancrm.render.columns import STRUCTURED_FORMATS, Column
from loancrm.typeset import wrapped
from loancrm.vocabulary import code_of, label

if TYPE_CHECKING:
    from loancrm.context import Context
    from loancrm.reports.satisfaction import Change, Measure, Part, Satisfaction

PAGE = (
    *(Column(name, name) for name in ("survey", "title", "state")),
    *(Column(name, name, "date") for name in ("opens_on", "closes_on")),
    *(Column(name, name, "int") for name in ("invited", "answered")),
    Column("response_rate", "response_rate", "ratio"),
    Column("responses", "responses", "int"),
    *(
        Column(name, name, "nested")
        for name in ("overall", "dimensions", "ces", "nps", "drivers", "lowest", "groups", "basis")
    ),
    Column("next", "next"),
)
ROWS = (
    Column("survey", N_("survey"), table=False),
    Column("group", N_("group")),
    Column("measure", N_("measure"), table=False),
    Column("name", N_("asked about")),
    Column("n", "n", "int"),
    Column("mean", N_("mean"), "points"),
    Column("figure", N_("figure"), table=False),
    Column("value", N_("of 100"), "points"),
    Column("estimate", N_("estimate"), "points", table=False),
    Column("low", N_("from"), "points"),
    Column("high", N_("to"), "points"),
    Column("change", N_("change"), "code", vocabulary="survey_movement"),
    Column("change_value", N_("points"), "points", table=False),
    Column("change_low", N_("points from"), "points", table=False),
    Column("change_high", N_("points to"), "points", table=False),
    Column("since", N_("since"), table=False),
    Column("beside", N_("elsewhere")),
)
FORMULAS = (
    N_("CSAT: share of 4 and 5 on 1 to 5; CES: share of 5 to 7 on 1 to 7; of 100 answers"),
    N_("NPS: share of 9 and 10 less share of 0 to 6, from -100 to 100"),
    N_("intervals: 95 %, adjusted Wald (Agresti, Coull 1998; NPS: Rocks 2016)"),
    N_("a change is told where its 95 % interval leaves nought out (Agresti, Caffo 2000),"),
    N_("  as if no customer had answered both waves; the same customers make it safer"),
    N_("response rate: customers who were invited and answered ÷ invited"),
    N_("goes along: Spearman's rank correlation with its 95 % interval (Bonett, Wright 2000);"),
    N_("  what goes along need not be the cause"),
    N_("groups: segment, officer and region of customers on the day of the report"),
)


def show_satisfaction(crm: Context, survey: str | None, by: str | None, *, explain: bool) -> None:
    """Show what surveys found; a page shows the newest one, or that which is named."""
    from loancrm.reports.basis import basis
    from loancrm.reports.satisfaction import satisfaction
    from loancrm.reports.surveys import survey as find

    grouping = None if by is None else code_of("survey_grouping", by, "--by")
    with crm.view() as view:
        policy = crm.policy(view)
        only = None if survey is None else find(view, survey).survey.code
        found = satisfaction(view, policy, only=only, by=grouping)
        rests_on = basis(view, policy)
    if crm.format in STRUCTURED_FORMATS:
        said = {name: getattr(rests_on, name) for name in ("as_of", "known_at", "policy", "policy_digest")}
        pages = [_page(one, crm, grouping, {**said, "method": METHOD, "ranks": RANKS}) for one in found]
        crm.show(pages, PAGE)
        return
    is_page = crm.format in ("table", "html")
    shown = found[:1] if is_page else found
    rows = [row for one in shown for row in _rows(one, grouping)]
    header, footer = _around(crm, found, grouping, explain=explain) if is_page else ([], [])
    crm.show(
        rows, _columns(shown, grouping), title=_("satisfaction"), header=header, footer=footer, whole=True
    )


def _columns(shown: Sequence[Satisfaction], by: str | None) -> tuple[Column, ...]:
    """Leave out of a page what would be empty."""
    measures = [measure for one in shown for part in (one.whole, *one.parts) for measure in part.measures]
    there = {
        "group": by is not None,
        "beside": any(measure.beside for measure in measures),
        "change": any(measure.change.kind != "first" for measure in measures),
    }
    empty = {name for name, is_there in there.items() if not is_there}
    return tuple(replace(one, table=False) if one.key in empty else one for one in ROWS)


# ── as data ─────────────────────────────────────────────────────────────────────────────────────


def _page(one: Satisfaction, crm: Context, by: str | None, basis: dict[str, Any]) -> dict[str, Any]:
    from loancrm.reports.surveys import state

    survey = one.survey
    return {
        "survey": survey.code,
        "title": survey.said(survey.shape.title, language()),
        "state": state(survey, crm.as_of),
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
            {"by": by, "group": part.group, "label": _group(part.group, by), **_part(one, part)}
            for part in one.parts
        ],
        "basis": {name: value and str(value) for name, value in basis.items()},
        "next": _next(one),
    }


def _part(one: Satisfaction, part: Part) -> dict[str, Any]:
    nps, ces, overall = (part.of_role(role) for role in ("nps", "ces", "overall"))
    return {
        "invited": part.invited,
        "answered": part.answered,
        "response_rate": ratio(part.answered, part.invited) if part.invited else None,
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


def points(value: Fraction | None, decimals: int, *, whole: int = 100) -> str | None:
    """Return a figure times ``whole`` with so many decimals, halves to even; None of none."""
    if value is None:
        return None
    rounded = round(value * whole * 10**decimals)
    digits = f"{abs(rounded):0{decimals + 1}d}"
    sign = "-" if rounded < 0 else ""
    return f"{sign}{digits[:-decimals]}.{digits[-decimals:]}" if decimals else f"{sign}{digits}"


# ── as rows ─────────────────────────────────────────────────────────────────────────────────────


def _rows(one: Satisfaction, by: str | None) -> Iterator[dict[str, Any]]:
    """Yield a row for each measure; with groups, of each group."""
    for part in one.parts if by is not None else (one.whole,):
        for measure in part.measures:
            yield {
                "survey": one.survey.code,
                "group": None if by is None else _group(part.group, by),
                **_row(one, measure),
            }


def _row(one: Satisfaction, measure: Measure) -> dict[str, Any]:
    found, moved = measure.figure, measure.change.movement
    figures = {
        name: None if found is None else _of_100(getattr(found, name))
        for name in ("value", "estimate", "low", "high")
    }
    changes = {
        f"change_{name}": None if moved is None else _of_100(getattr(moved, name))
        for name in ("value", "low", "high")
    }
    is_score = measure.kind == "nps" or measure.mean is None
    return {
        "measure": measure.question.code,
        "name": one.survey.said(measure.question.name, language()),
        "n": measure.n,
        "mean": None if is_score else _of_100(measure.mean or Fraction(0), whole=1),
        "figure": measure.kind,
        **figures,
        "change": measure.change.kind,
        **changes,
        "since": measure.change.since,
        "beside": listed(
            f"{_rival(one, other.rival)} {points(other.mean, 2, whole=1)}"
            for other in measure.beside
            if other.n
        ),
    }


def _of_100(value: Fraction, *, whole: int = 100) -> int:
    """Return a figure times ``whole`` in millionths of a point, of which two decimals are shown."""
    return round(value * whole * CENTS) * (MILLION // CENTS)


def _rival(one: Satisfaction, code: str) -> str:
    found = next(rival for rival in one.survey.rivals if rival.code == code)
    return one.survey.said(found.name, language())


def _group(group: str | None, by: str | None) -> str:
    if group is None:
        return _("unknown")
    return label("segment", group) if by == "segment" else group


# ── in words ────────────────────────────────────────────────────────────────────────────────────


def _around(
    crm: Context, found: Sequence[Satisfaction], by: str | None, *, explain: bool
) -> tuple[list[str], list[str]]:
    if not found:
        hint = _("no survey has answers yet: loancrm survey define FILE, survey record SURVEY CUSTOMER …")
        return [], ["", hint]
    one, width = found[0], crm.width
    blocks = [_changes(one, by), _along(one), _lowest(one), _earlier(found)]
    footer = [line for block in blocks if block for line in ["", *_wrapped(block, width)]]
    how = [_(line) for line in FORMULAS] if explain else [_("how it is computed: --explain")]
    return [*_header(one), ""], [*footer, "", *how]


def _wrapped(block: Sequence[str], width: int) -> Iterator[str]:
    for line in block:
        indent = len(line) - len(line.lstrip())
        yield from wrapped(line.lstrip(), indent, width)


def _header(one: Satisfaction) -> list[str]:
    survey, whole = one.survey, one.whole
    when = _("{survey} {title} · {opens} to {closes}").format(
        survey=survey.code,
        title=survey.said(survey.shape.title, language()),
        opens=survey.opens_on,
        closes=survey.closes_on,
    )
    rate = ratio(whole.answered, whole.invited) if whole.invited else None
    came = _("{answered} of {invited} invited answered ({rate})").format(
        answered=whole.answered, invited=whole.invited, rate="–" if rate is None else format_ratio(rate)
    )
    more = whole.responses - whole.answered
    beside = [_("{n} more uninvited").format(n=more)] if more else []
    return [when, " · ".join([came, *beside])]


def _changes(one: Satisfaction, by: str | None) -> list[str]:
    """Say what rose and what fell, in sentences, and of what no change is shown."""
    parts = one.parts if by is not None else (one.whole,)
    lines, quiet = [], []
    for part in parts:
        for measure in part.measures:
            name = one.survey.said(measure.question.name, language())
            if by is not None:
                name = f"{_group(part.group, by)} · {name}"
            if measure.change.kind in ("rose", "fell"):
                lines.append("  " + _moved(name, measure.change))
            elif measure.change.kind == "none":
                quiet.append(name)
    if not lines and not quiet:
        return []
    since = next(m.change.since for part in parts for m in part.measures if m.change.kind in _TOLD)
    said = [_("against {survey}:").format(survey=since), *lines]
    return [*said, "  " + _("no change shown: {names}").format(names=listed(quiet))] if quiet else said


_TOLD = ("rose", "fell", "none")


def _moved(name: str, change: Change) -> str:
    assert change.movement is not None
    moved = change.movement
    is_up = change.kind == "rose"
    words = _("{name} rose by {points} points, interval {low} to {high}")
    if not is_up:
        words = _("{name} fell by {points} points, interval {low} to {high}")
    ends = (moved.low, moved.high) if is_up else (-moved.high, -moved.low)
    decimals = 0 if abs(round(100 * moved.value)) and min(ends) * 100 >= 1 else 1
    low, high = (points(end, decimals) for end in ends)
    return words.format(name=name, points=points(abs(moved.value), decimals), low=low, high=high)


def _along(one: Satisfaction) -> list[str]:
    """Say which dimensions go along with what, the closest first."""
    lines: dict[str, list[str]] = {}
    for driver in one.drivers:
        told = driver.correlation
        words = _("{name} {value} ({low} to {high})").format(
            name=one.survey.said(driver.question.name, language()),
            value=f"{told.value:.2f}",
            low=f"{told.low:.2f}",
            high=f"{told.high:.2f}",
        )
        lines.setdefault(driver.role, []).append(words)
    least: Mapping[str, int] = {
        role: min(d.correlation.n for d in one.drivers if d.role == role) for role in lines
    }
    return [
        _("goes along with {what} (rank correlation, n from {n}): {names}").format(
            what=label("survey_role", role), n=least[role], names=listed(names)
        )
        for role, names in lines.items()
    ]


def _lowest(one: Satisfaction) -> list[str]:
    if not one.lowest:
        return []
    names = listed(
        f"{one.survey.said(m.question.name, language())} {points(m.figure.value, 1)}"
        for m in one.lowest
        if m.figure is not None
    )
    return [_("lowest: {names}").format(names=names), _("next: {what}").format(what=_next(one))]


def _next(one: Satisfaction) -> str | None:
    """Say what to do about the lowest, and how to see whether it helped; None where nothing is lowest."""
    words = _("take measures on the lowest, then ask again with follows: {survey}")
    return words.format(survey=one.survey.code) if one.lowest else None


def _earlier(found: Sequence[Satisfaction]) -> list[str]:
    if len(found) < 2:
        return []
    names = listed(one.survey.code for one in found[1:])
    return [_("earlier: {names} (--survey shows one)").format(names=names)]
