"""The history on a screen: fields and codes in words; scripts get them as they are stored."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from loancrm.i18n import _
from loancrm.render.columns import SCREEN_FORMATS
from loancrm.vocabulary import VOCABULARIES, label

if TYPE_CHECKING:
    from loancrm.reports.history import HistoryLine

NOTHING = "–"
# (record, field) -> vocabulary, where the field does not say it by its own name
_OF_FIELD: Mapping[tuple[str, str], str | None] = {
    ("customer", "kind"): "customer_kind",
    ("contract", "kind"): "contract_kind",
    ("feedback", "action"): "feedback_action",
    ("feedback", "kind"): "feedback_kind",
    ("feedback", "importance"): "level",
    ("feedback", "urgency"): "level",
    ("feedback", "cause"): "feedback_cause",
    ("feedback", "level"): None,  # of an escalation
    ("feedback", "relation"): "ticket_relation",
    ("follow_up", "action"): "follow_up_action",
    ("measure", "cause"): "feedback_cause",
    ("loan", "purpose"): None,  # free text
    ("loan_status", "status"): "loan_status",
}


def readable(lines: Iterable[HistoryLine], output: str) -> Iterator[HistoryLine | dict[str, Any]]:
    """Return the lines as ``output`` shows them: words and the change on a screen, codes for scripts."""
    if output not in SCREEN_FORMATS:
        yield from lines
        return
    for line in lines:
        key = (line.subject, line.field)
        own = line.field if line.field in VOCABULARIES else None
        vocabulary = _OF_FIELD.get(key, own)
        before, after = (_word(vocabulary, value) for value in (line.before, line.after))
        said = {"field": _field(line.field), "before": before, "after": after}
        change = after if before is None else f"{before} → {NOTHING if after is None else after}"
        yield asdict(line) | said | {"change": change}


def _field(name: str) -> str:
    return label("scheme" if name in VOCABULARIES["scheme"] else "field", name)


def _word(vocabulary: str | None, value: str | None) -> str | None:
    if value in ("true", "false"):
        return _("yes") if value == "true" else _("no")
    return value if vocabulary is None or value is None else label(vocabulary, value)
