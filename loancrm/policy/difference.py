"""How one policy differs from another, key by key, in words.

Rules are compared by their names, so that a rule that only moved is said to have moved.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from loancrm.i18n import N_, _, language, listed

NAMES = (
    "rule",
    "name",
    "indicator",
    "grade",
    "criterion",
    "playbook",
    "branch",
    "role",
    "step",
    "limit",
    "when",
)  # by which the items of a list are known, the first they have
SECTIONS = {
    "name": N_("name"),
    "review_by": N_("review"),
    "data": N_("data"),
    "contacts": N_("contacts"),
    "segments": N_("segments"),
    "classes": N_("classes"),
    "treatments": N_("treatment"),
    "cadence": N_("cadence"),
    "due": N_("daily list"),
    "feedback": N_("feedback"),
    "delinquency": N_("buckets"),
    "legal_clocks": N_("legal clocks"),
    "seizures": N_("seizures"),
    "duplicates": N_("duplicates"),
    "file": N_("file"),
    "outreach": N_("calls and messages"),
    "scorecards": N_("scorecards"),
    "fit": N_("fitted cards"),
    "screening": N_("screening"),
    "surveys": N_("surveys"),
    "churn": N_("customers who leave"),
    "growth": N_("growth"),
    "playbooks": N_("playbooks"),
    "control": N_("internal control"),
    "limits": N_("limits"),
}
MISSING = object()


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where two policies differ: ``change`` is changed, added, removed or reordered."""

    section: str
    place: str
    change: str
    before: str | None
    after: str | None
    text: str


def differences(old: Any, new: Any) -> Iterator[Difference]:
    """Return what ``new`` says otherwise than ``old``, both as plain values, in the order of the file."""
    for path, change, before, after in _compare((), old, new):
        yield _difference(path, change, before, after)


Found = Iterator[tuple[tuple[str, ...], str, Any, Any]]


def _compare(path: tuple[str, ...], old: Any, new: Any) -> Found:
    if old == new and type(old) is type(new):
        return
    if old is MISSING:
        yield path, "added", None, new
    elif new is MISSING:
        yield path, "removed", old, None
    elif isinstance(old, Mapping) and isinstance(new, Mapping):
        yield from _keys(path, old, new)
    elif (key := _name_of(old, new)) is not None:
        yield from _items(path, key, old, new)
    else:
        yield path, "changed", old, new


def _keys(path: tuple[str, ...], old: Mapping[str, Any], new: Mapping[str, Any]) -> Found:
    for key in dict.fromkeys((*old, *new)):
        yield from _compare((*path, str(key)), old.get(key, MISSING), new.get(key, MISSING))


def _name_of(old: Any, new: Any) -> str | None:
    """Return the key by which the items of two lists are known, None where they have none."""
    if not isinstance(old, list) or not isinstance(new, list) or not (old or new):
        return None
    return next((key for key in NAMES if _names_all(key, old) and _names_all(key, new)), None)


def _names_all(key: str, items: list[Any]) -> bool:
    names = [item.get(key) if isinstance(item, Mapping) else None for item in items]
    return all(isinstance(name, str) for name in names) and len(set(names)) == len(names)


def _items(path: tuple[str, ...], key: str, old: list[Any], new: list[Any]) -> Found:
    before, after = ({item[key]: item for item in items} for items in (old, new))
    yield from _keys(path, before, after)
    kept = [name for name in before if name in after]
    moved = [name for name in after if name in before]
    if kept != moved:
        yield path, "reordered", kept, moved


def _difference(path: tuple[str, ...], change: str, before: Any, after: Any) -> Difference:
    was, now = _plain(before), _plain(after)
    texts = {
        "changed": _("{place}: {before} → {after}"),
        "added": _("{place}: added, {after}"),
        "removed": _("{place}: removed, it was {before}"),
        "reordered": _("{place}: in another order, {after}"),
    }
    words = texts[change].format(place=_place(path), before=was, after=now)
    return Difference(path[0] if path else "", ".".join(path), change, was, now, words)


def _place(path: tuple[str, ...]) -> str:
    """Return a path as people read it: the section in words, then the keys."""
    first = _(SECTIONS[path[0]]) if path and path[0] in SECTIONS else "".join(path[:1])
    return " › ".join((first, *path[1:]))


def _plain(value: Any) -> str | None:
    """Return what stands in the file in one line; of a text in two languages, that in use."""
    if value is None:
        return None
    if isinstance(value, Mapping):
        if value.keys() == {"en", "zh_CN"}:
            return str(value[language() if language() in value else "en"])
        return listed(f"{key} {_plain(item)}" for key, item in value.items())
    if isinstance(value, list):
        return listed(_plain(item) or "–" for item in value)
    return str(value).lower() if isinstance(value, bool) else str(value)
