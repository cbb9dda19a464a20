"""Classifying, trying and explaining on the command line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from loancrm.i18n import N_, NP_, _, p_
from loancrm.render.columns import Column
from loancrm.spool import Seen
from loancrm.typeset import display_width
from loancrm.vocabulary import code_of, codes_of, label
from loancrm.vocabulary.classes import SCHEME

if TYPE_CHECKING:
    from loancrm.context import Context
    from loancrm.services.classification import ClassifyReceipt

SEGMENT = "segment"

MOVES_SHOWN = 20
RESULT = (
    Column("customers", N_("customers"), "int"),
    Column("moved", N_("moved"), "nested"),
    Column("segments", N_("segments"), "nested"),
    Column("policy", N_("policy")),
    Column("classes", N_("classes"), "nested"),
)
MOVE_COLUMNS = (
    Column("scheme", N_("scheme"), "code", vocabulary="scheme"),
    Column("customer", N_("customer")),
    Column("name", N_("name")),
    Column("from", N_("from"), table=False),
    Column("to", N_("to"), table=False),
    Column("from_label", N_("from"), data=False),
    Column("to_label", N_("to"), data=False),
    Column("rule", N_("rule")),
    Column("reason", N_("reason"), below=True),
)
DECIDES = Column("decides", N_("decides"), "bool", table=False)
RULE = Column("rule", N_("rule"))
SEGMENT_OF_RULE = Column("segment", N_("segment"), "code", vocabulary="segment", table=False)
CLASS_OF_RULE = Column("class", N_("class"), table=False)
TEST_COLUMNS = (
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


def schemes_of(text: str | None) -> tuple[str, ...] | None:
    """Return the schemes that ``--scheme`` means; None is all of the policy."""
    if text is None or text == "all":
        return None
    return (code_of("scheme", text, "--scheme"),)


def apply_rules(crm: Context, named: tuple[str, ...], schemes: tuple[str, ...] | None) -> None:
    """Classify and keep it."""
    from loancrm.services.classification import ClassifyIn, classify

    request = ClassifyIn(customers=named, policy=crm.settings.policy, schemes=schemes)
    _show(crm, crm.change(classify, request, "classify"))


def try_rules(crm: Context, named: tuple[str, ...], schemes: tuple[str, ...] | None) -> None:
    """Show what classifying would do, as of any day; nothing is stored."""
    from loancrm.reports import lookup
    from loancrm.reports.classification import Classification
    from loancrm.services.classification import receipt

    with crm.view() as view:
        policy = crm.policy(view)
        ids = [lookup.customer(view, one).id for one in named] or None
        classification = Classification(view, policy, ids, schemes)
        found = receipt(policy.name, classification.counts(), classification.spooled_moves())
    crm.say(_("dry run: nothing was stored"))
    _show(crm, found)


Moved = Sequence[dict[str, Any]]


def _moved(moves: Sequence[Any], to: str) -> Moved:
    """Return the moves of a scheme as rows, made when they are read: there may be as many as customers.

    ``to`` is the field that has the new class.
    """
    return Seen(moves, lambda move: _move_row(move, getattr(move, to)))


def _move_row(move: Any, to: str) -> dict[str, Any]:
    return {
        "customer": move.customer,
        "name": move.name,
        "from": move.previous,
        "to": to,
        "rule": move.rule,
        "reason": move.reason,
    }


def _show(crm: Context, found: ClassifyReceipt) -> None:
    moved: dict[str, Moved] = {SEGMENT: _moved(found.moved, "segment")}
    counts = {SEGMENT: found.segments} if found.segments else {}
    typed = 0
    for scheme in [name for name in SCHEME if name in found.classes]:  # in this order after a retry too
        one = found.classes[scheme]
        moved[scheme] = _moved(one.moved, "value")
        counts[scheme] = one.counts
        typed += one.typed
    counts = {
        scheme: {code: held.get(code, 0) for code in codes_of(scheme)} for scheme, held in counts.items()
    }
    if crm.format in ("json", "jsonl"):
        crm.show_one(_result(found, moved, counts), RESULT)
        return
    words = _("{customers} customers · {moved} moves · policy {policy}")
    rows: Iterable[Any] = (labelled(scheme, row) for scheme, moves in moved.items() for row in moves)
    total = sum(map(len, moved.values()))
    header = [words.format(customers=found.customers, moved=total, policy=found.policy)]
    for scheme, held in counts.items():
        header += ["", *_matrix(scheme, moved[scheme], held)]
    notes = []
    if crm.format == "table" and crm.given.get("limit") is None and total > MOVES_SHOWN:
        notes = [_("{n} more: --format csv lists all").format(n=total - MOVES_SHOWN)]
        rows = islice(rows, MOVES_SHOWN)
    if typed:
        text = _("{n} keep the tier that an officer typed; customer edit --clear tier gives it to the rules")
        notes.append(text.format(n=typed))
    crm.show(rows, MOVE_COLUMNS, title=_("classification"), header=[*header, ""], footer=notes)


def _result(
    found: ClassifyReceipt, moved: dict[str, Moved], counts: dict[str, dict[str, int]]
) -> dict[str, Any]:
    return {
        "customers": found.customers,
        "moved": moved[SEGMENT],
        "segments": counts.get(SEGMENT, {}),
        "policy": found.policy,
        "classes": {
            scheme: {"moved": moved[scheme], "counts": held, "typed": found.classes[scheme].typed}
            for scheme, held in counts.items()
            if scheme != SEGMENT
        },
    }


def labelled(scheme: str, row: dict[str, Any]) -> dict[str, Any]:
    """Return a move with its scheme, and with the classes in words beside their codes."""
    labels = {f"{end}_label": label(scheme, row[end]) for end in ("from", "to")}
    return {"scheme": scheme, **row, **labels}


def _matrix(scheme: str, moved: Moved, held: dict[str, int]) -> Sequence[str]:
    """Return how many customers each class held before and holds now."""
    before = dict(held)
    for move in moved:
        before[move["to"]] -= 1
        if move["from"] in before:
            before[move["from"]] += 1
    return matrix(
        label("scheme", scheme),
        {code: label(scheme, code) for code in held},
        {_("before"): before, _("now"): held},
    )


def matrix(title: str, names: dict[str, str], lines: dict[str, dict[str, int]]) -> Sequence[str]:
    """Return a table of numbers in text: a column for each of ``names``, a line for each of ``lines``."""
    cells = {head: {code: str(held.get(code, 0)) for code in names} for head, held in lines.items()}
    widths = {
        code: max(display_width(text) for text in (names[code], *(held[code] for held in cells.values())))
        for code in names
    }
    first = max(map(display_width, (title, *lines)))

    def line(head: str, texts: dict[str, str]) -> str:
        parts = [" " * (widths[code] - display_width(texts[code])) + texts[code] for code in names]
        return head + " " * (first - display_width(head)) + "  " + "  ".join(parts)

    return [line(title, names), *(line(head, held) for head, held in cells.items())]


def explain_customer(crm: Context, named: str, scheme: str | None) -> None:
    """Show every rule of a scheme for one customer, test by test."""
    from loancrm.reports import lookup
    from loancrm.reports.classification import Classification

    (wanted,) = schemes_of(scheme) or (SEGMENT,)
    with crm.view() as view:
        policy = crm.policy(view)
        row = lookup.customer(view, named)
        classification = Classification(view, policy, [row.id])
        lines, is_typed = classification.explain(wanted), classification.is_typed(wanted)
    code = lookup.customer_code(row.number)
    decided = next((line for line in lines if line.decides), None)
    verdict = _("typed by an officer, which holds") if is_typed else _("no rule holds")
    if decided is not None:
        given = label(wanted, decided.given)
        verdict = _("{segment} by rule {rule}").format(segment=given, rule=decided.rule)
    header = [f"{code} {row.name} · {verdict} · {_('policy')} {policy.name}", ""]
    rows = [
        {
            **{name: getattr(line, name) for name in line.__slots__},
            "segment": line.given,
            "class": line.given,
            "values": _values(line),
            "outcome_label": p_("outcome", _OUTCOMES[line.outcome]) + (" ◀" if line.decides else ""),
        }
        for line in lines
    ]
    of_rule = SEGMENT_OF_RULE if wanted == SEGMENT else CLASS_OF_RULE
    crm.show(rows, (DECIDES, RULE, of_rule, *TEST_COLUMNS), title=code, header=header)


def _values(line: Any) -> str | None:
    """Return a test's figure, and the one it is compared with."""
    if not line.against:
        return str(line.value) if line.value is not None else None
    return _("{value} against {other}").format(value=line.value or "–", other=line.against_value or "–")
