"""Satisfaction in sentences: what rose and fell, what goes along, what is lowest and what to do then."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from loancrm.i18n import _, language, listed
from loancrm.numerals import format_ratio, ratio
from loancrm.typeset import wrapped
from loancrm.vocabulary import label

if TYPE_CHECKING:
    from loancrm.reports.satisfaction import Change, Driver, Measure, Part, Satisfaction

BY_CHANCE = 20  # a 95 % interval leaves out what is there once in so many times
_TOLD = ("rose", "fell", "none")


def footer(found: Sequence[Satisfaction], by: str | None, width: int) -> list[str]:
    """Return the sentences below a page about the first survey of ``found``, in lines of a width."""
    one = found[0]
    blocks = [_changes(one, by), _along(one), _lowest(one), _earlier(found)]
    return [line for block in blocks if block for line in ["", *_wrapped(block, width)]]


def _wrapped(block: Sequence[str], width: int) -> Iterator[str]:
    for line in block:
        indent = len(line) - len(line.lstrip())
        yield from wrapped(line.lstrip(), indent, width)


def header(one: Satisfaction) -> list[str]:
    """Return which survey it is, and how many answered."""
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
    told = [
        (part, measure)
        for part in (one.parts if by is not None else (one.whole,))
        for measure in part.measures
        if measure.change.kind in _TOLD
    ]
    if not told:
        return []
    moved = [(part, measure) for part, measure in told if measure.change.kind != "none"]
    lines = ["  " + _moved(_of_group(one, part, measure, by), measure.change) for part, measure in moved]
    quiet = [one.survey.said(m.question.name, language()) for _part, m in told if m.change.kind == "none"]
    if by is None and quiet:
        lines.append("  " + _("no change shown: {names}").format(names=listed(quiet)))
    elif quiet:
        words = _(
            "no change shown in {n} of {all} comparisons; in that many, about {chance} show one by chance"
        )
        lines.append(
            "  " + words.format(n=len(quiet), all=len(told), chance=max(1, round(len(told) / BY_CHANCE)))
        )
    return [_("against {survey}:").format(survey=told[0][1].change.since), *lines]


def _of_group(one: Satisfaction, part: Part, measure: Measure, by: str | None) -> str:
    name = one.survey.said(measure.question.name, language())
    return name if by is None else f"{group_name(part.group, by)} · {name}"


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
    """Say which dimensions go along with what, the closest first, and of which nothing is shown."""
    lines = []
    for role in dict.fromkeys(driver.role for driver in one.drivers):
        mine = [driver for driver in one.drivers if driver.role == role]
        shown = [_driver(one, driver) for driver in mine if driver.is_shown]
        quiet = [one.survey.said(d.question.name, language()) for d in mine if not d.is_shown]
        words = _("goes along with {what} (rank correlation, 95 % interval, n from {n}):")
        least = min(driver.correlation.n for driver in mine)
        lines += [words.format(what=label("survey_role", role), n=least), *(f"  {line}" for line in shown)]
        if quiet:
            lines.append("  " + _("nothing shown: {names}").format(names=listed(quiet)))
    return lines


def _driver(one: Satisfaction, driver: Driver) -> str:
    told = driver.correlation
    values = {name: f"{getattr(told, name):.2f}" for name in ("value", "low", "high")}
    name = one.survey.said(driver.question.name, language())
    return _("{name} {value} ({low} to {high})").format(name=name, **values)


def _lowest(one: Satisfaction) -> list[str]:
    if not one.lowest:
        return []
    names = listed(
        f"{one.survey.said(m.question.name, language())} {points(m.figure.value, 1)}"
        for m in one.lowest
        if m.figure is not None
    )
    return [_("lowest: {names}").format(names=names), _("next: {what}").format(what=next_step(one))]


def next_step(one: Satisfaction) -> str | None:
    """Say what to do about the lowest, and how to see whether it helped; None where nothing is lowest."""
    words = _("take measures on the lowest, then ask again with follows: {survey}")
    return words.format(survey=one.survey.code) if one.lowest else None


def _earlier(found: Sequence[Satisfaction]) -> list[str]:
    if len(found) < 2:
        return []
    names = listed(one.survey.code for one in found[1:])
    return [_("earlier: {names} (--survey shows one)").format(names=names)]


def group_name(group: str | None, by: str | None) -> str:
    """Return what a group is called in the language in use."""
    if group is None:
        return _("unknown")
    return label("segment", group) if by == "segment" else group


def points(value: Fraction | None, decimals: int, *, whole: int = 100) -> str | None:
    """Return a figure times ``whole`` with so many decimals, halves to even; None of none."""
    if value is None:
        return None
    rounded = round(value * whole * 10**decimals)
    digits = f"{abs(rounded):0{decimals + 1}d}"
    sign = "-" if rounded < 0 else ""
    return f"{sign}{digits[:-decimals]}.{digits[-decimals:]}" if decimals else f"{sign}{digits}"
