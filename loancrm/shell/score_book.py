"""Scores of the book: the list, what was kept, what is due again, and keeping them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from loancrm.i18n import N_, _
from loancrm.render.columns import Column
from loancrm.shell.scores import footer

if TYPE_CHECKING:
    from loancrm.context import Context
    from loancrm.reports.scores import Scored

MOVES_SHOWN = 20
LIST_COLUMNS = (
    Column("customer", N_("customer")),
    Column("name", N_("name")),
    Column("officer", N_("officer"), table=False),
    Column("card", N_("scorecard")),
    Column("loan", N_("loan"), table=False),
    Column("score", N_("score"), "points"),
    Column("low", N_("at least"), "points", table=False),
    Column("high", N_("at most"), "points", table=False),
    Column("probability", N_("probability"), "ratio"),
    Column("grade", N_("grade")),
    Column("missing", N_("missing"), "int"),
)
HISTORY_COLUMNS = (
    Column("assessment", N_("number")),
    Column("customer", N_("customer"), table=False),
    Column("on", N_("day"), "date"),
    Column("card", N_("scorecard")),
    Column("loan", N_("loan"), table=False),
    Column("score", N_("score"), "points"),
    Column("low", N_("at least"), "points", table=False),
    Column("high", N_("at most"), "points", table=False),
    Column("probability", N_("probability"), "ratio"),
    Column("grade", N_("grade")),
    Column("cause", N_("cause"), "code", vocabulary="score_cause"),
    Column("policy_version", N_("version"), "int", table=False),
    Column("policy", N_("policy"), table=False),
    Column("items", N_("figures"), "nested"),
)
DUE_COLUMNS = (
    Column("customer", N_("customer")),
    Column("name", N_("name")),
    Column("officer", N_("officer"), table=False),
    Column("card", N_("scorecard")),
    Column("score", N_("score"), "points", table=False),
    Column("grade", N_("grade")),
    Column("on", N_("kept on"), "date"),
    Column("due_on", N_("review due"), "date"),
    Column("days_late", N_("days late"), "int"),
    Column("reason_code", N_("why"), "code", vocabulary="review_reason"),
)


def show_list(crm: Context, card: str | None, officer: str | None) -> None:
    """Show the score of every customer, or of one officer's."""
    from loancrm.reports import lookup
    from loancrm.reports.scores import book

    with crm.view() as view:
        policy = crm.policy(view)
        officer_id = crm.officer_id(view, officer) if officer else None
        codes = lookup.officers(view)
        rows = (_list_row(scored, codes) for scored in book(view, policy, card, officer_id=officer_id))
        crm.show(rows, LIST_COLUMNS, title=_("scores"), footer=footer(crm, policy))


def _list_row(scored: Scored, officers: dict[int, str]) -> dict[str, Any]:
    result = scored.result
    is_scored = result.probability is None or result.score is not None
    return {
        "customer": scored.customer,
        "name": scored.name,
        "officer": None if scored.officer_id is None else officers.get(scored.officer_id),
        "card": scored.card.name,
        "loan": scored.loan,
        "score": result.score,
        "low": result.low if is_scored else None,
        "high": result.high if is_scored else None,
        "probability": result.probability,
        "grade": None if result.grade is None else result.grade.grade,
        "missing": len(result.missing),
    }


def show_history(crm: Context, named: str, card: str | None) -> None:
    """Show the kept scores of a customer, newest first."""
    from loancrm.reports.assessments import history

    with crm.view() as view:
        rows = list(history(view, named, card))
    end = [] if rows else [_("nothing was kept yet: loancrm score run {customer}").format(customer=named)]
    crm.show([_kept_row(row) for row in rows], HISTORY_COLUMNS, title=_("kept scores"), footer=end)


def _kept_row(kept: Any) -> dict[str, Any]:
    values = {name: getattr(kept, name) for name in kept.__slots__}
    return {**values, "items": list(_items(kept.items))}


def _items(items: Any) -> Iterator[dict[str, Any]]:
    from loancrm.numerals import exact_number
    from loancrm.reports.scores import plain_value

    for item in items or ():
        points = None if item["points"] is None else exact_number(item["points"])
        value = plain_value(item["indicator"], item["value"])
        yield {"indicator": item["indicator"], "value": value, "points": points}


def show_due(crm: Context, card: str | None, officer: str | None) -> None:
    """Show which kept scores are due again."""
    from loancrm.reports.assessments import review_due

    with crm.view() as view:
        policy = crm.policy(view)
        officer_id = crm.officer_id(view, officer) if officer else None
        rows = review_due(view, policy, card=card, officer_id=officer_id)
    end = [] if rows else [_("nothing is due")]
    crm.show(rows, DUE_COLUMNS, title=_("reviews due"), footer=[*end, *footer(crm, policy)])


def keep_scores(crm: Context, named: tuple[str, ...], card: str | None) -> None:
    """Keep what the cards say today."""
    from loancrm.services.scores import ScoreIn, run

    request = ScoreIn(customers=named, card=card, policy=crm.settings.policy)
    receipt = crm.change(run, request, "score run")
    words = _("{scored} scored · {kept} kept · {unchanged} as kept today · policy {policy}")
    counts = {name: getattr(receipt, name) for name in ("scored", "kept", "unchanged", "policy")}
    moves = [
        f"{move.customer} {move.card}: {move.grade_before or '–'} → {move.grade or '–'}"
        for move in receipt.moved[:MOVES_SHOWN]
    ]
    crm.receipt(receipt, words.format(**counts), *moves)
