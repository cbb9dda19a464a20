"""Rules of a policy with their conditions read; what cannot be read is a problem with its place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from loancrm import strictyaml
from loancrm.errors import did_you_mean
from loancrm.i18n import _, listed, noted
from loancrm.policy.conditions import Condition
from loancrm.policy.parse import CUSTOMERS, Catalogue, ConditionFault, from_yaml

Place = tuple[str | int, ...]


def compiled(
    rules: Iterable[Any],
    path: Place,
    loaded: strictyaml.Loaded,
    problems: list[str],
    figures: Catalogue = CUSTOMERS,
) -> list[tuple[Any, Condition]]:
    """Return each rule with its condition over ``figures``; what cannot be read goes into ``problems``."""
    found: list[tuple[Any, Condition]] = []
    names: set[str] = set()
    for index, rule in enumerate(rules):
        place: Place = (*path, index)
        if rule.rule in names:
            problems.append(problem(loaded, (*place, "rule"), _("this rule's name is taken above")))
        names.add(rule.rule)
        try:
            found.append((rule, from_yaml(rule.when, (*place, "when"), figures)))
        except ConditionFault as fault:
            text = noted(fault.message, fault.hint) if fault.hint else fault.message
            problems.append(problem(loaded, fault.path, text))
    return found


def problem(loaded: strictyaml.Loaded, path: Place, text: str) -> str:
    """Return a problem in one line: file:line:column, the path in the policy, what is wrong."""
    dotted = ".".join(str(step) for step in path)
    return loaded.complaint(path, f"{dotted}: {text}")


def unknown(loaded: strictyaml.Loaded, path: Place, word: str, known: Sequence[str]) -> str:
    """Return the problem that ``word`` is none of the words that are ``known`` there, with the nearest."""
    text = _("must be one of {choices}").format(choices=listed(known))
    guess = did_you_mean(word, known)
    return problem(loaded, path, noted(text, guess) if guess else text)
