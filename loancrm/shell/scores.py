"""One customer's score: the page on a terminal, every figure to a script."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from loancrm.i18n import N_, _, language, listed, titled
from loancrm.numerals import MILLION, bar, plain_millionths, plain_points
from loancrm.render.columns import Column
from loancrm.typeset import display_width, wrapped

if TYPE_CHECKING:
    from datetime import date

    from loancrm.context import Context
    from loancrm.policy.cards import CriterionPoints, Part
    from loancrm.policy.policy import Policy
    from loancrm.reports.score_changes import ItemChange
    from loancrm.reports.scores import Scored

BAR = 14
COLUMNS = (
    Column("customer", N_("customer")),
    Column("name", N_("name")),
    Column("card", N_("scorecard")),
    Column("kind", N_("kind")),
    Column("loan", N_("loan")),
    Column("loans", N_("loans"), "int"),
    Column("loans_scored", N_("loans scored"), "int"),
    Column("title", N_("title")),
    Column("score", N_("score"), "points"),
    Column("grade", N_("grade")),
    Column("probability", N_("probability"), "ratio"),
    Column("level", N_("level")),
    Column("allows", N_("allows")),
    Column("range", N_("could be"), "nested"),
    Column("grade_range", N_("grades"), "nested"),
    Column("least", N_("least"), "points"),
    Column("most", N_("most"), "points"),
    Column("items", N_("figures"), "nested"),
    Column("missing", N_("missing"), "nested"),
    Column("changes", N_("changes"), "nested"),
    Column("changed_since", N_("changed since"), "date"),
    Column("as_of", N_("as of"), "date"),
    Column("policy", N_("policy")),
    Column("policy_version", N_("version"), "int"),
    Column("criteria", N_("criteria"), "nested"),
)


def show_score(crm: Context, named: str, card: str | None) -> None:
    """Show what a card says of one customer."""
    from loancrm.reports.assessments import last_before
    from loancrm.reports.score_changes import changed_items
    from loancrm.reports.scores import score
    from loancrm.reports.screening import not_there_yet

    with crm.view() as view:
        policy = crm.policy(view)
        scored = score(view, policy, named, card)
        if scored is None:
            raise not_there_yet(view)
        kept = last_before(view, scored.customer_id, scored.card.name)
    changes = () if kept is None else changed_items(kept[1], scored)
    since = None if kept is None else kept[0]
    if crm.format == "table":
        lines = list(score_lines(policy, scored, since, changes, crm.width))
        crm.show([], (), header=[*lines, *footer(crm, policy)])
        return
    criteria = [criterion_json(policy, scored, one) for one in points_by_criterion(scored)]
    values = {**score_values(scored), **_since(since, changes), **basis(crm, policy), "criteria": criteria}
    crm.show_one(values, COLUMNS, title=scored.customer)


def score_values(scored: Scored) -> dict[str, Any]:
    """Return what a card says as data: points and ranges as texts in the nested parts."""
    result, card = scored.result, scored.card
    least, most = card.span or (None, None)
    return {
        "customer": scored.customer,
        "name": scored.name,
        "card": card.name,
        "kind": card.kind,
        **{name: getattr(scored, name) for name in ("loan", "loans", "loans_scored")},
        "title": card.title.said(language()),
        "score": result.score,
        "grade": None if result.grade is None else result.grade.grade,
        "probability": result.probability,
        "level": result.level,
        "allows": _allows(scored),
        "range": range_of(scored),
        "grade_range": list(result.could_be),
        "least": least,
        "most": most,
        "items": [item_json(scored, part) for part in result.parts],
        "missing": list(result.missing),
    }


def item_json(scored: Scored, part: Any) -> dict[str, Any]:
    """Return one figure of a score as data."""
    from loancrm.reports.scores import plain_value

    text = points_text(scored)
    return {
        "indicator": part.indicator,
        "value": plain_value(part.indicator, part.value),
        "points": _or_none(part.points, text),
        "least": _or_none(part.low, text),
        "most": _or_none(part.high, text),
        "band": part.band,
    }


def points_by_criterion(scored: Scored) -> tuple[CriterionPoints, ...]:
    """Return what each criterion of screening earned; nothing of a card whose items name none."""
    return scored.card.by_criterion(scored.result.parts) if scored.card.kind == "points" else ()


def criterion_json(policy: Policy, scored: Scored, one: CriterionPoints) -> dict[str, Any]:
    """Return what a criterion of screening earned as data."""
    title = policy.screening.title(scored.kind, one.criterion)
    return {
        "criterion": one.criterion,
        "title": title.said(language()),
        "points": plain_points(one.points),
        "least": plain_points(one.least),
        "most": plain_points(one.most),
    }


def points_text(scored: Scored) -> Any:
    """Return how points are written: two decimals; the terms of a logistic card have six."""
    return plain_points if scored.card.kind == "points" else plain_millionths


def range_of(scored: Scored) -> list[str] | None:
    """Return between what the score (or, without one, the probability) could lie, as texts."""
    low, high = scored.result.low, scored.result.high
    if low is None or high is None:
        return None
    text = plain_points if _is_scored(scored) else plain_millionths
    return [text(low), text(high)]


def _is_scored(scored: Scored) -> bool:
    """Say whether the card gives a score; a logistic one without scaling gives a probability only."""
    return scored.card.kind == "points" or scored.card.scaling is not None


def _or_none(value: int | None, text: Any) -> str | None:
    return None if value is None else text(value)


def _allows(scored: Scored) -> str | None:
    grade = scored.result.grade
    return None if grade is None or grade.allows is None else grade.allows.said(language())


def _since(since: date | None, changes: Sequence[ItemChange]) -> dict[str, Any]:
    named = [{"indicator": item.indicator, "difference": plain_points(item.difference)} for item in changes]
    return {"changed_since": since, "changes": named}


def basis(crm: Context, policy: Policy) -> dict[str, Any]:
    """Return the day and the policy that an answer rests on."""
    return {"as_of": crm.as_of, "policy": policy.name, "policy_version": policy.version_id}


def footer(crm: Context, policy: Policy) -> list[str]:
    """Return the same as a line."""
    return ["", _("as of {day} · policy {policy}").format(day=crm.as_of, policy=policy.name)]


# ── the page ────────────────────────────────────────────────────────────────────────────────────


def score_lines(
    policy: Policy, scored: Scored, since: date | None, changes: Sequence[ItemChange], width: int
) -> Iterator[str]:
    """Yield the page: the score, each figure with a bar, what the grade allows, what changed."""
    yield f"{scored.customer} {scored.name} · {scored.card.title.said(language())}"
    yield headline(scored)
    yield from _whose(scored, width)
    yield from _item_lines(policy, scored, width)
    allows = _allows(scored)
    if scored.result.level is not None:
        yield titled(_("severity by likelihood"), scored.result.level)
    if allows is not None and scored.result.grade is not None:
        words = _("grade {grade} allows").format(grade=scored.result.grade.grade)
        yield from wrapped(titled(words, allows), 0, width)
    if since is not None:
        moved = [f"{item.indicator} {signed(item.difference)}" for item in changes]
        words = _("what changed since {day}").format(day=since)
        yield from wrapped(titled(words, listed(moved) if moved else _("nothing")), 0, width)


def headline(scored: Scored) -> str:
    """Return score, grade and range in a line: ``58.50 of 100.00 · grade C · could be 54.00 to 61.00``."""
    result = scored.result
    parts = []
    if result.score is not None:
        span, score = scored.card.span, plain_points(result.score)
        of_most = _("{score} of {most}")
        parts.append(score if span is None else of_most.format(score=score, most=plain_points(span[1])))
    if result.probability is not None:
        parts.append(_("probability {p}").format(p=plain_millionths(result.probability)))
    if result.grade is not None:
        parts.append(_("grade {grade}").format(grade=result.grade.grade))
    return " · ".join([*parts, *_uncertain(scored)])


def _whose(scored: Scored, width: int) -> Iterator[str]:
    """Yield which loan decides, and of how many the card says nothing."""
    if scored.loan is None or scored.loans is None or scored.loans_scored is None:
        return
    words = [_("the worst of {n} loans is {loan}").format(n=scored.loans, loan=scored.loan)]
    if scored.loans > scored.loans_scored:
        unknown = scored.loans - scored.loans_scored
        words.append(_("loans without a score: {n}").format(n=unknown))
    yield from wrapped(" · ".join(words), 0, width)


def _uncertain(scored: Scored) -> Iterator[str]:
    result, span = scored.result, range_of(scored)
    missing = len(result.missing)
    if span is not None and span[0] != span[1]:
        words = _("could be {low} to {high}: figures missing: {n}")
        yield words.format(low=span[0], high=span[1], n=missing)
        if result.could_be[0] != result.could_be[1]:
            low, high = (grade or "–" for grade in result.could_be)
            yield _("grades {low} to {high}").format(low=low, high=high)
    elif result.score is None and result.probability is None:
        yield _("no probability: figures missing: {n}").format(n=missing)


def _item_lines(policy: Policy, scored: Scored, width: int) -> Iterator[str]:
    """Yield a line a figure; where the figures speak for criteria of screening, below what each earned."""
    from loancrm.reports.classification import figure_text

    text = points_text(scored)
    rows = []
    for head, part in _arranged(policy, scored):
        value = _("missing") if part.value is None else figure_text(part.indicator, part.value)
        points = "–" if part.points is None else text(part.points)
        rows.append((head, part, value, points))
    names = max((display_width(part.indicator) for _h, part, _v, _p in rows), default=0)
    values = max((display_width(value) for _h, _part, value, _p in rows), default=0)
    digits = max((len(points) for _h, _part, _v, points in rows), default=0)
    for head, part, value, points in rows:
        if head is not None:
            yield head
        gap = " " * (values - display_width(value))
        line = f"  {part.indicator:<{names}}  {gap}{value}  {_bar(scored, part)}  {points:>{digits}}"
        line = f"{line} {_most(scored, part)}"
        yield from _with_note(line.rstrip(), _note(scored, part), width)


def _arranged(policy: Policy, scored: Scored) -> Iterator[tuple[str | None, Part]]:
    """Yield the figures, those of one criterion together: above the first of them, what it earned."""
    found, of_most = points_by_criterion(scored), _("{score} of {most}")
    speaking = {part.indicator for one in found for part in one.parts}
    yield from ((None, part) for part in scored.result.parts if part.indicator not in speaking)
    for one in found:
        title = policy.screening.title(scored.kind, one.criterion).said(language())
        earned = of_most.format(score=plain_points(one.points), most=plain_points(one.most))
        yield titled(title, earned), one.parts[0]
        yield from ((None, part) for part in one.parts[1:])


def _with_note(line: str, note: str, width: int) -> Iterator[str]:
    """Yield a line with a note behind it, or below it where both do not fit."""
    whole = f"{line}  {note}".rstrip()
    if display_width(whole) <= width:
        yield whole
        return
    yield line
    yield from wrapped(note, 4, width)


def _bar(scored: Scored, part: Any) -> str:
    """Return how much of what it could earn a figure earned; nothing for the terms of a logistic card."""
    if scored.card.kind == "logistic":
        return ""
    most = part.high - part.low
    share = 0 if part.points is None or not most else (part.points - part.low) * MILLION // most
    filled = bar(share, BAR)
    return filled + "░" * (BAR - len(filled))


def _most(scored: Scored, part: Any) -> str:
    return _("of {most}").format(most=plain_points(part.high)) if scored.card.kind == "points" else ""


def _note(scored: Scored, part: Any) -> str:
    """Return why a figure is missing, or that it lies in no band."""
    from loancrm.policy.parse import LEVELS

    if part.value is None:
        return _(LEVELS[scored.card.level].find(part.indicator).missing)
    return _("in no band: 0 points") if scored.card.kind == "points" and part.band is None else ""


def signed(millionths: int) -> str:
    """Return points with their sign: ``+0.50``, ``−6.00``."""
    sign = "+" if millionths > 0 else "−" if millionths < 0 else ""
    return sign + plain_points(abs(millionths))
