"""Feedback in figures on the screen: causes, what followed a measure, the report."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from loancrm.i18n import N_, _
from loancrm.numerals import format_ratio
from loancrm.parsing import day
from loancrm.render.columns import Column
from loancrm.vocabulary import code_of, label

if TYPE_CHECKING:
    from loancrm.context import Context
    from loancrm.reports.feedback_causes import Period
    from loancrm.reports.feedback_effect import Effect, EffectLine
    from loancrm.reports.feedback_summary import SummaryLine
    from loancrm.view import View

MILLION = 1_000_000
CAUSES = (
    Column("by", N_("by"), "code", vocabulary="cause_grouping", table=False),
    Column("key", N_("code"), table=False),
    Column("group", N_("group"), data=False),
    Column("tickets", N_("tickets"), "int"),
    Column("share", N_("share"), "ratio"),
    Column("customers", N_("customers"), "int", table=False),
    Column("open", N_("open"), "int"),
    Column("before", N_("earlier"), "int"),
    Column("ratio", N_("now ÷ before"), "ratio", table=False),
    Column("low", N_("low end"), "ratio", table=False),
    Column("high", N_("high end"), "ratio", table=False),
    Column("trend", N_("trend"), "code", vocabulary="trend"),
    Column("start", N_("from"), "date", table=False),
    Column("end", N_("to before"), "date", table=False),
)
EFFECT = (
    Column("measure", N_("measure"), table=False),
    Column("figure", N_("figure"), "code", vocabulary="effect_figure"),
    Column("source", N_("source"), "code", vocabulary="effect_source"),
    Column("hits_before", N_("hits before"), "int", table=False),
    Column("n_before", N_("n before"), "int", table=False),
    Column("before", N_("before it"), "ratio", table=False),
    Column("hits_after", N_("hits after"), "int", table=False),
    Column("n_after", N_("n after"), "int", table=False),
    Column("after", N_("after it"), "ratio", table=False),
    Column("change", N_("change"), "ratio", table=False),
    Column("low", N_("low end"), "ratio", table=False),
    Column("high", N_("high end"), "ratio", table=False),
    Column("said_before", N_("before it"), data=False),
    Column("said_after", N_("after it"), data=False),
    Column("interval", N_("change, 95 %"), data=False),
    Column("verdict", N_("shown"), "code", vocabulary="trend"),
    Column("method", N_("method"), "code", vocabulary="effect_method", table=False),
    Column("before_from", N_("before, from"), "date", table=False),
    Column("after_from", N_("after, from"), "date", table=False),
    Column("after_to", N_("after, to before"), "date", table=False),
)
SUMMARY = (
    Column("section", N_("by what"), "code", vocabulary="feedback_section"),
    Column("key", N_("code"), table=False),
    Column("group", N_("group"), data=False),
    Column("tickets", N_("tickets"), "int"),
    Column("before", N_("earlier"), "int"),
    Column("open", N_("open"), "int"),
    Column("late", N_("late"), "int"),
    Column("judged", N_("judged"), "int"),
    Column("kept", N_("kept"), "int"),
    Column("kept_share", N_("share"), "ratio"),
    Column("rated", N_("rated"), "int", table=False),
    Column("mean_rating", N_("mean rating"), "ratio", table=False),
    Column("satisfied", N_("satisfied"), "int", table=False),
)
TOTALS = (Column("start", N_("from"), "date"), Column("end", N_("to before"), "date"))
_OF_GROUP = {
    "cause": "feedback_cause", "line": "business_line", "product": "product", "stage": "service_stage",
}  # fmt: skip
_OF_SECTION = {"kind": "feedback_kind", "clock": "ticket_clock", "age": "ticket_age", "channel": "channel"}
EFFECT_RULES = (
    N_("tickets: of 100 customers in 30 days, and how many; change: after ÷ before, exact interval"),
    N_("satisfied: 4 or 5 of 5 by who spoke of the cause before; change in points, Newcombe's interval"),
    N_("fell or rose: the whole 95 % interval says so; otherwise no change is shown"),
)
EXPLAINED = (
    N_("tickets: that came in the period; before: in as many days before it; praise is never open"),
    N_("judged: clocks of these tickets that have stopped or are late; kept: in time, in working hours"),
    N_("a line of a clock counts its own; other lines count that of the resolution"),
    N_("late: open, and a clock or the limit in calendar days has passed"),
)


def _period(view: View, since: str | None, until: str | None) -> Period:
    from loancrm.reports.feedback_causes import period_of

    start = None if since is None else day(since, "--from")
    return period_of(view, start, None if until is None else day(until, "--to"))


def _group(vocabulary: str | None, key: str | None) -> str:
    if key is None:
        return _("not said")
    return key if vocabulary is None else label(vocabulary, key)


def show_causes(crm: Context, by: str, kind: str, since: str | None, until: str | None) -> None:
    """Show what customers complain of."""
    from loancrm.reports.feedback_causes import causes

    crm.know_products()
    grouping, kind = code_of("cause_grouping", by, "--by"), code_of("feedback_kind", kind, "--kind")
    with crm.view() as view:
        period = _period(view, since, until)
        found = causes(view, period, by=grouping, kind=kind)
    rows = [{**asdict(one), "group": _group(_OF_GROUP.get(grouping), one.key)} for one in found]
    header = _("{kind}: {start} to before {end}, against the {days} days before")
    words = {"start": period.start, "end": period.end, "days": period.days}
    title = header.format(kind=label("feedback_kind", kind), **words)
    rule = _("trend: what the exact 95 % interval of now ÷ before shows, and no more")
    crm.show(rows, CAUSES, title=title, header=[title, ""], footer=["", rule])


def show_effect(crm: Context, measure: str) -> None:
    """Show what followed a measure."""
    from loancrm.reports.feedback_effect import effect

    with crm.view() as view:
        found = effect(view, crm.policy(view), measure)
    shared = {
        "measure": found.measure,
        "before_from": found.before.start,
        "after_from": found.after.start,
        "after_to": found.after.end,
    }
    rows = [{**asdict(line), **shared, **_said(line)} for line in found.lines]
    crm.show(
        rows,
        EFFECT,
        title=found.measure,
        header=[*_effect_header(found), ""],
        footer=["", *map(_, EFFECT_RULES)],
    )


def _effect_header(found: Effect) -> Iterator[str]:
    yield _("{measure} {title}, from {day} on, against: {cause}").format(
        measure=found.measure, title=found.title, day=found.on, cause=label("feedback_cause", found.cause)
    )
    customers = next(line for line in found.lines if line.figure == "frequency")
    words = _(
        "{days} days from {after} on ({n} customers), against the {days} days before ({before} customers)"
    )
    yield words.format(
        days=found.after.days, after=found.after.start, n=customers.n_after, before=customers.n_before
    )


def _said(line: EffectLine) -> dict[str, str]:
    """Return the figures of a line as they are read: with what they rest on."""
    is_rate = line.figure == "frequency"

    def told(value: int | None, hits: int, n: int) -> str:
        if value is None:
            return "–"
        return f"{value / MILLION:.3f} ({hits})" if is_rate else f"{format_ratio(value)} ({hits}/{n})"

    return {
        "said_before": told(line.before, line.hits_before, line.n_before),
        "said_after": told(line.after, line.hits_after, line.n_after),
        "interval": _interval(line, is_rate=is_rate),
    }


def _interval(line: EffectLine, *, is_rate: bool) -> str:
    if line.low is None:
        return "–"

    def one(value: int | None) -> str:
        if value is None:
            return "∞"
        return f"{value / MILLION:.2f}" if is_rate else f"{value / MILLION * 100:+.0f}"

    return f"{one(line.change)} [{one(line.low)}, {one(line.high)}]"


def show_summary(
    crm: Context, officer: str | None, since: str | None, until: str | None, *, explain: bool
) -> None:
    """Show feedback in figures."""
    from loancrm.reports.feedback_summary import summary

    with crm.view() as view:
        period = _period(view, since, until)
        found = summary(view, period, crm.officer_id(view, officer) if officer else None)
    title = _("Feedback from {start} to before {end}; open on {day}").format(
        start=period.start, end=period.end, day=view.as_of
    )
    crm.show(
        [_row(line) for line in found],
        SUMMARY,
        title=title,
        header=[title, ""],
        footer=["", *map(_, EXPLAINED)] if explain else ["", _("how it is computed: --explain")],
        totals={"start": period.start, "end": period.end},
        totals_columns=TOTALS,
        parts="section",
    )


def _row(line: SummaryLine) -> dict[str, Any]:
    return {**asdict(line), "group": _group(_OF_SECTION.get(line.section), line.key)}
