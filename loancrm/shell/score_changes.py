"""Two scores beside each other: of two days, and of what would be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from loancrm import parsing
from loancrm.errors import InvalidInput, UsageFault
from loancrm.i18n import N_, _, language
from loancrm.render.columns import SCREEN_FORMATS, Column
from loancrm.shell.scores import basis, footer, headline, points_text, range_of, signed
from loancrm.typeset import wrapped

if TYPE_CHECKING:
    from loancrm.context import Context
    from loancrm.policy.policy import Policy
    from loancrm.reports.score_changes import Comparison, ItemChange
    from loancrm.reports.scores import Scored

ITEM_COLUMNS = (
    Column("indicator", N_("figure")),
    Column("value_before", N_("before")),
    Column("value", N_("now")),
    Column("points_before", N_("points before")),
    Column("points", N_("points now")),
    Column("difference", N_("difference")),
)
COLUMNS = (
    Column("customer", N_("customer")),
    Column("name", N_("name")),
    Column("card", N_("scorecard")),
    Column("loan_before", N_("loan before")),
    Column("loan", N_("loan")),
    Column("title", N_("title")),
    Column("score_before", N_("score before"), "points"),
    Column("score", N_("score"), "points"),
    Column("difference", N_("difference"), "points"),
    Column("grade_before", N_("grade before")),
    Column("grade", N_("grade")),
    Column("probability_before", N_("probability before"), "ratio"),
    Column("probability", N_("probability"), "ratio"),
    Column("range_before", N_("could have been"), "nested"),
    Column("range", N_("could be"), "nested"),
    Column("items", N_("figures"), "nested"),
)
DAYS = (
    Column("since", N_("since"), "date"),
    Column("policy_before", N_("policy before")),
    Column("policy_version_before", N_("version before"), "int"),
)
ASSUMED = (Column("assumed", N_("assumed"), "nested"),)
BASIS = (
    Column("as_of", N_("as of"), "date"),
    Column("policy", N_("policy")),
    Column("policy_version", N_("version"), "int"),
)


def show_difference(crm: Context, named: str, since: str, card: str | None) -> None:
    """Show a score as of a day and now, each by the policy of its day.

    Raises:
        InvalidInput: the day is not before the one that is looked at.
    """
    from loancrm.reports.score_changes import difference
    from loancrm.reports.screening import not_there_yet

    start = parsing.day(since, "--since")
    with crm.view() as view:
        if start >= view.as_of:
            raise InvalidInput(_("--since is not before the day that is looked at"), field="--since")
        then = view.at(start)
        policy, old = crm.policy(view), crm.policy(then)
        found = difference(view, then, policy, old, named, card)
        if found is None:
            raise not_there_yet(view)
    more = {"since": start, "policy_before": old.name, "policy_version_before": old.version_id}
    notes = [_("on {day}: {result}").format(day=start, result=_result(found.before))]
    if old.name != policy.name:
        notes.append(_("by policy {old} then, by {new} now").format(old=old.name, new=policy.name))
    _show(crm, found, policy, more, DAYS, notes)


def show_what_if(crm: Context, named: str, pairs: Sequence[str], card: str | None) -> None:
    """Show a score as it is and as it would be with other figures.

    Raises:
        UsageFault: no ``name=value``, or no such indicator.
        InvalidInput: a value of another unit.
    """
    from loancrm.reports.score_changes import what_if
    from loancrm.reports.scores import plain_value
    from loancrm.reports.screening import not_there_yet

    assumed = dict(_assumed(pair) for pair in pairs)
    with crm.view() as view:
        policy = crm.policy(view)
        found = what_if(view, policy, named, assumed, card)
        if found is None:
            raise not_there_yet(view)
    unread = [name for name in assumed if name not in found.after.card.indicators()]
    for name in unread:
        words = _("scorecard {card} does not read {name}: nothing changes for it")
        crm.say(words.format(card=found.after.card.name, name=name))
    more = {"assumed": {name: plain_value(name, value) for name, value in assumed.items()}}
    notes = [_("as it is: {result}").format(result=_result(found.before))]
    _show(crm, found, policy, more, ASSUMED, notes)


def _assumed(pair: str) -> tuple[str, Any]:
    from loancrm.policy.parse import figure_named, read_value

    name, sign, text = pair.partition("=")
    if not sign or not text.strip():
        raise UsageFault(
            _("a figure is assumed as name=value"), field="NAME=VALUE", hint=_("such as days_past_due=30")
        )
    indicator = figure_named(name.strip())
    return indicator.name, None if text.strip() == "missing" else read_value(indicator, text)


def _result(scored: Scored | None) -> str:
    if scored is None:
        return _("no score")
    said = headline(scored) or _("no score")
    return said if scored.loan is None else f"{said} · {scored.loan}"


def _show(
    crm: Context,
    found: Comparison,
    policy: Policy,
    more: dict[str, Any],
    columns: tuple[Column, ...],
    notes: Sequence[str],
) -> None:
    if crm.format in ("json", "jsonl"):
        values = {**_values(found), "items": item_rows(found), **more, **basis(crm, policy)}
        crm.show_one(values, (*COLUMNS, *columns, *BASIS))
        return
    rows = [_on_screen(row, item) if crm.format in SCREEN_FORMATS else row for row, item in _paired(found)]
    after = found.after
    title = f"{after.customer} {after.name} · {after.card.title.said(language())}"
    said = [title, *notes, _("now: {result}").format(result=_result(after))]
    header = [*(line for text in said for line in wrapped(text, 0, crm.width)), ""]
    changed = [row for row in rows if crm.format != "table" or _is_changed(row)]
    end = footer(crm, policy) if changed else [_("nothing is different"), *footer(crm, policy)]
    crm.show(changed, ITEM_COLUMNS, title=after.customer, header=header, footer=end)


def _paired(found: Comparison) -> Iterator[tuple[dict[str, Any], ItemChange]]:
    return zip(item_rows(found), found.items, strict=True)


def _on_screen(row: dict[str, Any], item: ItemChange) -> dict[str, Any]:
    """Return the row with its figures as people read them."""
    from loancrm.reports.classification import figure_text

    pairs = (("value_before", item.value_before), ("value", item.value))
    shown = {key: None if value is None else figure_text(item.indicator, value) for key, value in pairs}
    return {**row, **shown, "difference": signed(item.difference)}


def _is_changed(row: dict[str, Any]) -> bool:
    return bool(row["value"] != row["value_before"] or row["points"] != row["points_before"])


def _values(found: Comparison) -> dict[str, Any]:
    before, after = found.before, found.after
    old, new = None if before is None else before.result, after.result
    scores = (None if old is None else old.score, new.score)
    return {
        "customer": after.customer,
        "name": after.name,
        "card": after.card.name,
        "loan_before": None if before is None else before.loan,
        "loan": after.loan,
        "title": after.card.title.said(language()),
        "score_before": scores[0],
        "score": scores[1],
        "difference": None if None in scores else _minus(scores),
        "grade_before": None if old is None or old.grade is None else old.grade.grade,
        "grade": None if new.grade is None else new.grade.grade,
        "probability_before": None if old is None else old.probability,
        "probability": new.probability,
        "range_before": None if before is None else range_of(before),
        "range": range_of(after),
    }


def _minus(scores: tuple[int | None, int | None]) -> int:
    return (scores[1] or 0) - (scores[0] or 0)


def item_rows(found: Comparison) -> list[dict[str, Any]]:
    """Return each figure before and after as data."""
    from loancrm.reports.scores import plain_value

    text = points_text(found.after)

    def points(value: int | None) -> str | None:
        return None if value is None else text(value)

    return [
        {
            "indicator": item.indicator,
            "value_before": plain_value(item.indicator, item.value_before),
            "value": plain_value(item.indicator, item.value),
            "points_before": points(item.points_before),
            "points": points(item.points),
            "difference": text(item.difference),
        }
        for item in found.items
    ]
