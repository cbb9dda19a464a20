"""A fitted card as YAML, for the section ``scorecards`` of a policy: to review, never adopted by itself."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from loancrm.errors import InvalidInput
from loancrm.i18n import N_, _, catalogue
from loancrm.numerals import plain_millionths

if TYPE_CHECKING:
    from loancrm.reports.fit_terms import Term
    from loancrm.reports.fitting import Fitted, Measured

TITLE = N_("Fitted: {target}")
HEAD = (
    "# A logistic card that loancrm score fit estimated: the chance that the target holds.",
    "# Review it before it goes into a policy; nothing is adopted by itself.",
    "# A coefficient is in log-odds per unit: whole units of the currency, a share as a fraction, 1 for yes.",
)
OF_LOANS = "# It scores loans: a customer is scored by the worst of those that live or are applied for."


def card_text(typed: Mapping[str, str | None], found: Fitted) -> str:
    """Return the card as the YAML of a policy.

    Raises:
        InvalidInput: the card's name is no name.
    """
    name = str(typed["card"])
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,59}", name):
        message = _("--card: a name is small letters, digits and _, beginning with a letter")
        raise InvalidInput(message, field="--card")
    head = (*HEAD, OF_LOANS) if found.level == "loan" else HEAD
    return "\n".join((*head, "scorecards:", f"  {name}:", *_card(typed, found), ""))


def _card(typed: Mapping[str, str | None], found: Fitted) -> Iterator[str]:
    target = str(typed["target"])
    yield "    kind: logistic"
    if found.level == "loan":
        yield "    level: loan"
    yield f"    applies_to: [{', '.join(found.kinds)}]"
    yield "    title:"
    yield f"      en: {_quoted(TITLE.format(target=target))}"
    yield f"      zh_CN: {_quoted(catalogue('zh_CN').gettext(TITLE).format(target=target))}"
    yield f"    intercept: {found.lines[0].coefficient}"
    yield "    items:"
    shown = {(line.indicator, line.category): line.coefficient for line in found.lines}
    for term in found.terms:
        yield from _item(term, shown)
    yield "    fitted:"
    yield from _history(typed, found)


def _item(term: Term, shown: Mapping[tuple[str | None, str | None], str]) -> Iterator[str]:
    name = term.indicator.name
    yield f"      - indicator: {name}"
    if not term.is_category:
        yield f"        coefficient: {shown[name, None]}"
        return
    if term.digits is not None:
        yield f"        digits: {term.digits}"
    yield "        categories:"
    for level in term.levels:
        yield f"          {_quoted(level)}: {shown[name, level]}"
    yield f"        other: {shown.get((name, None), '0')}"


def _history(typed: Mapping[str, str | None], found: Fitted) -> Iterator[str]:
    for key in ("target", "on", "train", "test", "where"):
        if typed[key] is not None:
            yield f"      {key}: {_quoted(str(typed[key]))}"
    yield f"      level: {found.level}"
    yield f'      as_of: "{found.basis.as_of}"'
    yield f'      policy: "{found.basis.policy_digest}"'
    yield from _measured("training", found.train)
    if found.held_out is not None:
        yield from _measured("held_out", found.held_out)
    if found.psi is not None:
        yield f"      psi: {plain_millionths(found.psi)}"


def _measured(title: str, side: Measured) -> Iterator[str]:
    areas = {name: getattr(side, name) for name in ("auc", "gini", "ks")}
    told = [f"{name}: {plain_millionths(value)}" for name, value in areas.items() if value is not None]
    yield f"      {title}: {{{', '.join((f'n: {side.n}', f'events: {side.events}', *told))}}}"


def _quoted(text: str) -> str:
    """Return ``text`` as YAML reads it: JSON's quotes are YAML's."""
    return json.dumps(text, ensure_ascii=False)
