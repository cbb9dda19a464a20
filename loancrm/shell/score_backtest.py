"""``score backtest`` on the command line: a card by quarters, calibrated; cards side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from loancrm.i18n import N_, _, listed, titled
from loancrm.numerals import format_ratio, plain_millionths
from loancrm.render.columns import SCREEN_FORMATS, Column
from loancrm.shell.backtest import (
    aligned,
    explained,
    plainly,
    read_event,
    read_horizon,
    read_period,
    span_words,
    thousandths,
)
from loancrm.shell.reports import basis_json, basis_words
from loancrm.typeset import wrapped

if TYPE_CHECKING:
    from loancrm.context import Context
    from loancrm.reports.score_backtest import Calibration, CardTested

AREAS = ("auc", "gini", "ks", "psi")
CARDS = (
    Column("card", N_("scorecard")),
    Column("kinds", N_("kinds"), "nested"),
    Column("event", N_("event"), table=False),
    Column("horizon_days", N_("horizon"), "int", table=False),
    Column("since", N_("from"), "date", table=False),
    Column("until", N_("to"), "date", table=False),
    Column("days", N_("month ends"), "int", table=False),
    Column("n", N_("cases"), "int"),
    Column("events", N_("events"), "int"),
    Column("share", N_("share"), "ratio"),
    Column("auc", "AUC", "ratio"),
    Column("gini", "Gini", "ratio"),
    Column("ks", "KS", "ratio"),
    Column("psi", "PSI", "ratio"),
    Column("already", N_("already"), "int", table=False),
    Column("unknown", N_("unknown"), "int", table=False),
    Column("without_score", N_("without a score"), "int", table=False),
    Column("calibrated_by", N_("calibrated by"), table=False),
    Column("calibration", N_("calibration"), "nested"),
    Column("quarters", N_("quarters"), "nested"),
    Column("basis", N_("basis"), "nested"),
)
QUARTERS = (
    Column("quarter", N_("quarter")),
    Column("n", N_("cases"), "int"),
    Column("events", N_("events"), "int"),
    Column("share", N_("share"), "ratio"),
    Column("auc", "AUC", "number"),
    Column("ks", "KS", "number"),
    Column("psi", "PSI", "number"),
)
FORMULAS = (
    N_("case: a customer at a month end for whom the event does not hold, scored by what was known then"),
    N_("event: it holds at a later month end within the horizon, or on its last day, by what is known now"),
    N_("AUC: the chance that a case with the event scores worse than one without, ties counting half"),
    N_("Gini: 2·AUC − 1; KS: the largest distance between the two cumulative shares of scores"),
    N_("PSI: how far the shares of the first quarter's tenths have moved; below 0.1 stable, above 0.25 not"),
    N_("expected: the mean chance that the card said; came: events ÷ cases, with its 95 % interval"),
)


def show_backtest(crm: Context, typed: Mapping[str, str | None], *, explain: bool) -> None:
    """Show how the cards, or one of them, would have told.

    Raises:
        InvalidInput: a day or horizon cannot be, or is not over.
        NotFound: no such card.
    """
    from loancrm.reports.score_backtest import ScoresAsked, backtest_scores

    crm.know_products()
    since, until = read_period(typed["since"], typed["until"])
    event, horizon = read_event(str(typed["event"])), read_horizon(str(typed["horizon"]))
    with crm.view() as view:
        asked = ScoresAsked(event, horizon, typed["card"], since, until)
        found = backtest_scores(view, crm.policy(view), asked)
    how = explained(crm, FORMULAS, explain=explain)
    if crm.format in SCREEN_FORMATS and len(found) == 1:
        _show_page(crm, found[0], str(typed["event"]), how)
        return
    title = _("Back-test of the scorecards")
    words = [title, span_words(str(typed["event"]), horizon, found[0].days) if found else "", ""]
    rows = [_row(one, str(typed["event"])) for one in found]
    columns: Sequence[Column] = CARDS
    if crm.format in SCREEN_FORMATS:
        rows = [{**row, **{name: _number(row[name]) for name in AREAS}} for row in rows]
        columns = tuple(replace(one, kind="number") if one.key in AREAS else one for one in CARDS)
    crm.show(rows, columns, title=title, header=words, footer=["", *how])


def _row(one: CardTested, event: str) -> dict[str, Any]:
    ratios = ("low", "high", "expected", "observed", "least", "most")
    return {
        **asdict(one),
        "event": event,
        "calibration": [plainly(part, ratios) for part in one.calibration],
        "quarters": [plainly(part, ("share", "auc", "ks", "psi")) for part in one.quarters],
        "basis": basis_json(one.basis),
    }


def _show_page(crm: Context, one: CardTested, event: str, how: Sequence[str]) -> None:
    title = _("Back-test of {card} from {since} to {until}").format(
        card=one.card, since=one.since, until=one.until
    )
    rows = [
        {**asdict(part), **{name: _number(getattr(part, name)) for name in ("auc", "ks", "psi")}}
        for part in one.quarters
    ]
    areas = "   ".join(
        titled(label, thousandths(getattr(one, name)))
        for name, label in zip(AREAS, ("AUC", "Gini", "KS", "PSI"), strict=True)
    )
    footer = ["", areas, "", *_calibration(one), *_left_out(crm, one), "", *how]
    header = [title, span_words(event, one.horizon_days, one.days), basis_words(one.basis), ""]
    crm.show(rows, QUARTERS, title=title, header=header, footer=footer, whole=True)


def _number(value: int | None) -> str | None:
    return None if value is None else plain_millionths(value)


def _calibration(one: CardTested) -> list[str]:
    """Return what was said and what came, a line a grade or tenth."""
    if not one.calibration:
        return []
    by_grade = one.calibrated_by == "grade"
    says_chance = any(part.expected is not None for part in one.calibration)
    heads = [_("grade") if by_grade else _("tenth"), _("cases"), _("events")]
    heads += [_("expected")] if says_chance else []
    rows = [[*heads, _("came"), _("95 % interval")]]
    for place, part in enumerate(one.calibration, 1):
        name = (part.grade or "–") if by_grade else str(place)
        expected = [_share(part.expected)] if says_chance else []
        rows.append([name, f"{part.n:,}", f"{part.events:,}", *expected, _share(part.observed), _ends(part)])
    return aligned(rows)


def _ends(part: Calibration) -> str:
    return f"{format_ratio(part.least)} … {format_ratio(part.most)}"


def _share(value: int | None) -> str:
    return "–" if value is None else format_ratio(value)


def _left_out(crm: Context, one: CardTested) -> list[str]:
    reasons = (
        (one.already, _("for whom the event held already")),
        (one.unknown, _("of whom it is unknown whether it came")),
        (one.without_score, _("without a score")),
    )
    told = [f"{n:,} {why}" for n, why in reasons if n]
    return ["", *wrapped(titled(_("left out"), listed(told)), 0, crm.width)] if told else []
