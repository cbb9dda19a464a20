"""What the shell offers for a value: codes of a vocabulary, customers, loans, officers.

Whatever is wrong (no book, a damaged one, an older schema) offers nothing and says nothing; a book is
neither made nor upgraded.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from loancrm.vocabulary import VOCABULARIES, label

if TYPE_CHECKING:
    from loancrm.context import Context

BASH = "complete_bash"  # it takes what is offered; other shells compare it with what was typed
FORMATS = ("table", "tsv", "json", "jsonl", "csv", "xlsx", "html")
# What a parameter takes: by its metavar, by its name, or by its noun and name.
RECORDS: Mapping[str, str] = {
    "CUSTOMER": "customers",
    "[CUSTOMER]": "customers",
    "[CUSTOMER…]": "customers",
    "LOAN": "loans",
    "OFFICER": "officers",
}
ELSEWHERE: Mapping[str, str] = {
    "line": "business_line",
    "importance": "level",
    "urgency": "level",
    "by": "grouping",
    "customer kind": "customer_kind",
    "feedback kind": "feedback_kind",
    "feedback status": "feedback_status",
    "feedback cause": "feedback_cause",
    "measure cause": "feedback_cause",
    "feedback priority": "feedback_priority",
    "feedback by": "cause_grouping",
    "feedback as_": "ticket_relation",
    "loan status": "loan_status",
}
FREE = ("TEXT", "NAME", "FILE", "NUMBER")  # metavars of what is in no vocabulary, whatever its name


def values(ctx: Any, param: Any, typed: str) -> list[Any]:
    """Return what ``typed`` may become, with a word of help each."""
    try:
        return _values(ctx, param, typed)
    except Exception:  # a fault shown here would stand in the middle of the officer's line
        return []


def _values(ctx: Any, param: Any, typed: str) -> list[Any]:
    from typer._click.shell_completion import CompletionItem

    crm, metavar = ctx.find_root().obj, param.metavar or ""
    if metavar in RECORDS or (ctx.info_name, param.name) == ("edit", "code"):
        found = _records(crm, RECORDS.get(metavar, "officers"), typed)
    elif metavar == "FORMAT":
        found = [(format_, "") for format_ in FORMATS if format_.startswith(typed)]
    elif (vocabulary := _vocabulary(ctx, param)) and metavar not in FREE:
        found = _codes(crm, vocabulary, typed)
    else:
        return []
    return [CompletionItem(word, help=text or None) for word, text in found]


def _vocabulary(ctx: Any, param: Any) -> str | None:
    noun = ctx.parent.info_name if ctx.parent else ""
    name = ELSEWHERE.get(f"{noun} {param.name}") or ELSEWHERE.get(param.name, param.name)
    return name if name in VOCABULARIES else None


def _codes(crm: Context, vocabulary: str, typed: str) -> Iterable[tuple[str, str]]:
    if vocabulary == "product":
        crm.know_products()
    wanted = typed.casefold()
    for code in VOCABULARIES[vocabulary]:
        text = label(vocabulary, code)
        if code.startswith(wanted) or text.casefold().startswith(wanted):
            yield code, text


def _records(crm: Context, kind: str, typed: str) -> Iterable[tuple[str, str]]:
    from loancrm.reports import completion
    from loancrm.store import Store

    question = getattr(completion, kind)
    store = Store(crm.store_place, upgrade=False)
    with store.read(crm.clock_in(store.zone).today) as view:
        found = question(view, typed)
    compares = crm.environ.get("_LOANCRM_COMPLETE") != BASH
    for offer in found:
        name = _harmless(offer.name)
        if offer.word != _harmless(offer.word):
            continue
        if compares and not offer.word.casefold().startswith(typed.casefold()) and name == offer.name:
            yield name, offer.word
        else:
            yield offer.word, name


def _harmless(text: str) -> str:
    """Return ``text`` without what a shell would act on: names come from files, and zsh evaluates these."""
    return " ".join(re.sub(r"[^\w\s·()()./-]", " ", text).split())
