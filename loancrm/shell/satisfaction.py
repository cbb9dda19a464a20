"""Satisfaction on the screen and as data: figures with intervals, and what changed in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from loancrm.i18n import N_, _, language, listed
from loancrm.lending.correlation import METHOD as RANKS
from loancrm.lending.opinions import METHOD
from loancrm.numerals import CENTS, MILLION
from loancrm.render.columns import SCREEN_FORMATS, STRUCTURED_FORMATS, Column
from loancrm.shell.satisfaction_words import group_name, points
from loancrm.vocabulary import code_of

if TYPE_CHECKING:
    from loancrm.context import Context
    from loancrm.reports.satisfaction import Measure, Satisfaction

PAGE = (
    *(Column(name, name) for name in ("survey", "title", "state")),
    *(Column(name, name, "date") for name in ("opens_on", "closes_on")),
    *(Column(name, name, "int") for name in ("invited", "answered")),
    *(Column(name, name) for name in ("response_rate",)),
    *(Column(name, name, "int") for name in ("responses",)),
    *(
        Column(name, name, "nested")
        for name in ("overall", "dimensions", "ces", "nps", "drivers", "lowest", "groups", "basis")
    ),
    *(Column(name, name) for name in ("next",)),
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
    Column("low", N_("low end"), "points"),
    Column("high", N_("high end"), "points"),
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
        from loancrm.shell.satisfaction_data import page

        said = {name: getattr(rests_on, name) for name in ("as_of", "known_at", "policy", "policy_digest")}
        pages = [page(one, crm.as_of, grouping, {**said, "method": METHOD, "ranks": RANKS}) for one in found]
        crm.show(pages, PAGE)
        return
    if crm.format in SCREEN_FORMATS:
        _show_page(crm, found, grouping, explain=explain)
        return
    rows = [row for one in found for row in _rows(one, grouping)]
    crm.show(rows, _columns(found, grouping), title=_("satisfaction"), parts="survey")


def _show_page(crm: Context, found: Sequence[Satisfaction], by: str | None, *, explain: bool) -> None:
    from loancrm.shell.satisfaction_words import footer, header

    how = [_(line) for line in FORMULAS] if explain else [_("how it is computed: --explain")]
    if not found:
        hint = _("no survey has answers yet: loancrm survey define FILE, survey record SURVEY CUSTOMER …")
        crm.show([], _columns(found, by), title=_("satisfaction"), footer=["", hint])
        return
    above, below = [*header(found[0]), ""], [*footer(found, by, crm.width), "", *how]
    shown = found[:1]
    crm.show(
        list(_rows(shown[0], by)),
        _columns(shown, by),
        title=_("satisfaction"),
        header=above,
        footer=below,
        whole=True,
    )


def _columns(shown: Sequence[Satisfaction], by: str | None) -> tuple[Column, ...]:
    """Leave out of a page what would be empty."""
    measures = [measure for one in shown for part in (one.whole, *one.parts) for measure in part.measures]
    there = {
        "group": by is not None,
        "beside": by is None and any(measure.beside for measure in measures),
        "change": any(measure.change.kind != "first" for measure in measures),
    }
    empty = {name for name, is_there in there.items() if not is_there}
    return tuple(replace(one, table=False) if one.key in empty else one for one in ROWS)


# ── as rows ─────────────────────────────────────────────────────────────────────────────────────


def _rows(one: Satisfaction, by: str | None) -> Iterator[dict[str, Any]]:
    """Yield a row for each measure; with groups, of each group."""
    for part in one.parts if by is not None else (one.whole,):
        for measure in part.measures:
            yield {
                "survey": one.survey.code,
                "group": None if by is None else group_name(part.group, by),
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
