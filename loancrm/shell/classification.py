"""Classifying, trying and explaining on the command line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from loancrm.i18n import N_, NP_, _, p_
from loancrm.render.columns import Column
from loancrm.typeset import display_width
from loancrm.vocabulary import label
from loancrm.vocabulary.words import SEGMENT

if TYPE_CHECKING:
    from loancrm.context import Context

MOVES_SHOWN = 20
RESULT = (
    Column("customers", N_("customers"), "int"),
    Column("moved", N_("moved"), "nested"),
    Column("segments", N_("segments"), "nested"),
    Column("policy", N_("policy")),
)
MOVE_COLUMNS = (
    Column("customer", N_("customer")),
    Column("name", N_("name")),
    Column("from", N_("from"), "code", vocabulary="segment"),
    Column("to", N_("to"), "code", vocabulary="segment"),
    Column("rule", N_("rule")),
    Column("reason", N_("reason"), below=True),
)
TEST_COLUMNS = (
    Column("decides", N_("decides"), "bool", table=False),
    Column("rule", N_("rule")),
    Column("segment", N_("segment"), "code", vocabulary="segment", table=False),
    Column("condition", N_("condition"), fold=True),
    Column("indicator", N_("indicator"), table=False),
    Column("value", N_("value"), table=False),
    Column("against", N_("against"), table=False),
    Column("against_value", N_("against value"), table=False),
    Column("values", N_("value"), data=False),
    Column("outcome", N_("outcome"), table=False),
    Column("outcome_label", N_("outcome"), data=False),
)
_OUTCOMES = {
    "yes": NP_("outcome", "yes"),
    "no": NP_("outcome", "no"),
    "unknown": NP_("outcome", "unknown"),
}


def apply_rules(crm: Context, named: tuple[str, ...]) -> None:
    """Classify and keep it."""
    from loancrm.services.classification import ClassifyIn, classify

    request = ClassifyIn(customers=named, policy=crm.settings.policy)
    receipt = crm.change(classify, request, "classify")
    moved = [_move_row(move) for move in receipt.moved]
    _show(crm, receipt.customers, moved, receipt.segments, receipt.policy)


def try_rules(crm: Context, named: tuple[str, ...]) -> None:
    """Show what classifying would do, as of any day; nothing is stored."""
    from loancrm.reports import lookup
    from loancrm.reports.classification import Classification

    with crm.view() as view:
        policy = crm.policy(view)
        ids = [lookup.customer(view, one).id for one in named] or None
        classification = Classification(view, policy, ids)
        counts = classification.counts()
        moved = [_move_row(move) for move in classification.moves()]
    crm.say(_("dry run: nothing was stored"))
    _show(crm, sum(counts.values()), moved, counts, policy.name)


def _move_row(move: Any) -> dict[str, Any]:
    return {
        "customer": move.customer,
        "name": move.name,
        "from": move.previous,
        "to": move.segment,
        "rule": move.rule,
        "reason": move.reason,
    }


def _show(
    crm: Context, customers: int, moved: list[dict[str, Any]], segments: dict[str, int], policy: str
) -> None:
    segments = {code: segments.get(code, 0) for code in SEGMENT}  # in this order after a retry too
    result = {"customers": customers, "moved": moved, "segments": segments, "policy": policy}
    if crm.format in ("json", "jsonl"):
        crm.show_one(result, RESULT)
        return
    words = _("{customers} customers · {moved} moved · policy {policy}")
    head = words.format(customers=customers, moved=len(moved), policy=policy)
    header = [head, "", *_matrix(moved, segments), ""]
    if crm.format == "table" and crm.given.get("limit") is None:
        rest = len(moved) - MOVES_SHOWN
        moved = moved[:MOVES_SHOWN]
        more = [_("{n} more: --format csv lists all").format(n=rest)] if rest > 0 else []
    else:
        more = []
    crm.show(moved, MOVE_COLUMNS, title=_("classification"), header=header, footer=more)


def _matrix(moved: list[dict[str, Any]], segments: dict[str, int]) -> Sequence[str]:
    """Return how many customers each segment held before and holds now."""
    before = dict(segments)
    for move in moved:
        before[move["to"]] -= 1
        if move["from"] in before:
            before[move["from"]] += 1
    names = {code: label("segment", code) for code in SEGMENT}
    widths = {code: max(display_width(name), 6) for code, name in names.items()}
    first = max(display_width(_("before")), display_width(_("now")))

    def line(title: str, cells: dict[str, str]) -> str:
        parts = [" " * (widths[code] - display_width(cells[code])) + cells[code] for code in names]
        return title + " " * (first - display_width(title)) + "  " + "  ".join(parts)

    return [
        line("", names),
        line(_("before"), {code: str(before.get(code, 0)) for code in names}),
        line(_("now"), {code: str(segments.get(code, 0)) for code in names}),
    ]


def explain_customer(crm: Context, named: str) -> None:
    """Show every rule for one customer, test by test."""
    from loancrm.reports import lookup
    from loancrm.reports.classification import Classification

    with crm.view() as view:
        policy = crm.policy(view)
        row = lookup.customer(view, named)
        lines = Classification(view, policy, [row.id]).explain()
    code = lookup.customer_code(row.number)
    decided = next((line for line in lines if line.decides), None)
    verdict = _("no rule holds")
    if decided is not None:
        segment = label("segment", decided.segment)
        verdict = _("{segment} by rule {rule}").format(segment=segment, rule=decided.rule)
    header = [f"{code} {row.name} · {verdict} · {_('policy')} {policy.name}", ""]
    rows = [
        {
            **{name: getattr(line, name) for name in line.__slots__},
            "values": _values(line),
            "outcome_label": p_("outcome", _OUTCOMES[line.outcome]) + (" ◀" if line.decides else ""),
        }
        for line in lines
    ]
    crm.show(rows, TEST_COLUMNS, title=code, header=header)


def _values(line: Any) -> str | None:
    """Return a test's figure, and the one it is compared with."""
    if not line.against:
        return str(line.value) if line.value is not None else None
    return _("{value} against {other}").format(value=line.value or "–", other=line.against_value or "–")
