"""What the risk reports have in common on the command line: groups, days, basis, bars, formulas."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Any

from loancrm import parsing
from loancrm.errors import InvalidInput, UsageFault
from loancrm.i18n import N_, _, n_
from loancrm.render.columns import Column
from loancrm.vocabulary import code_of, label

if TYPE_CHECKING:
    from loancrm.render.chart import Chart
    from loancrm.reports.basis import Basis
    from loancrm.reports.grouping import Grouping
    from loancrm.view import View

MOST_BARS = 20
GROUP = (Column("key", N_("group")), Column("name", N_("name"), table=False))
MOST_MONTHS = 120


def loans_words(n: int, amount: str) -> str:
    """Return how many loans, and an amount."""
    return n_("{n} loan, {amount}", "{n} loans, {amount}", n).format(n=n, amount=amount)


def bars(title: str, amounts: Sequence[tuple[str, int | None]]) -> Chart:
    """Return amounts as bars of a page, the first so many of them."""
    from loancrm.render.chart import Chart

    shown = amounts[:MOST_BARS]
    return Chart("bars", title, [name for name, _n in shown], [("", [n for _name, n in shown])], "money")


def bucket_words(code: str) -> str:
    """Return a bucket in words: ``31_60`` is 31–60, ``0`` current, ``361_plus`` over 360."""
    first, _underscore, last = code.partition("_")
    return span_words(int(first), None if last == "plus" else int(last or first))


def span_words(first: int | None, last: int | None) -> str:
    """Return days past due in words: 0 is current, no last day is open, no first one is unknown."""
    if first is None:
        return _("unknown")
    if first == 0:
        return _("current")
    return _("over {n}").format(n=first - 1) if last is None else f"{first}–{last}"


def with_groups(columns: tuple[Column, ...], by: str | None) -> tuple[Column, ...]:
    """Return the columns with those of the group; without groups these come last, where they were added."""
    return (*columns, *GROUP) if by is None else (*GROUP, *columns)


def group_code(by: str) -> str:
    """Return the code of a grouping; ``extra.lender`` is a column of a file, by the profile's name for it."""
    name = by.removeprefix("extra.")
    if name == by:
        return code_of("grouping", by, "--by")
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", name):
        raise UsageFault(_("--by extra.NAME takes the name that the profile gave the column"), field="--by")
    return by


def by_words(by: str) -> str:
    """Return what is grouped by, in words."""
    return by if by.startswith("extra.") else label("grouping", by)


def grouping_of(by: str | None, digits: str | None) -> Grouping | None:
    """Return what ``--by`` and ``--digits`` ask for, None without groups.

    Raises:
        UsageFault: no such group, or ``--digits`` without one.
        InvalidInput: ``--digits`` is no such number.
    """
    from loancrm.reports.grouping import Grouping

    if by is None and digits is not None:
        raise UsageFault(_("--digits goes with --by"), field="--digits")
    return None if by is None else Grouping(group_code(by), None if digits is None else key_digits(digits))


def key_digits(digits: str) -> int:
    """Return to how many characters a key is cut.

    Raises:
        InvalidInput: it is no number, or is out of range.
    """
    return parsing.count(digits, "--digits", 1, 20)


def earlier(since: str | None) -> date | None:
    """Return the day that is compared with, None without one.

    Raises:
        InvalidInput: it is no day.
    """
    return None if since is None else parsing.day(since, "--since")


def refuse_later(since: date | None, view: View) -> None:
    """Refuse a day that is not before the one that is looked at.

    Raises:
        InvalidInput: it is not.
    """
    if since is not None and since >= view.as_of:
        raise InvalidInput(_("--since is not before the day that is looked at"), field="--since")


def group_words(by: str, row: dict[str, Any]) -> str:
    """Return a group of loans in words: the label of a code, or a key with its name."""
    from loancrm.reports.grouping import KEYS

    vocabulary = KEYS[by][2] if by in KEYS else None
    if row["key"] is None:
        return _("unknown")
    words = label(vocabulary, row["key"]) if vocabulary else row["key"]
    return f"{words} {row['name']}" if row["name"] else words


def basis_words(basis: Basis) -> str:
    """Return the day of the data and the policy in one line."""
    if basis.data_on:
        data = _("data of {day}").format(day=basis.data_on)
    else:
        data = _("no snapshots") if basis.position == "snapshot" else _("balances of the ledger")
    policy = _("policy {name}").format(name=basis.policy)
    return f"{data} · {policy} · {basis.policy_digest}"


def undated(basis: Basis) -> list[str]:
    """Return the line that says how many ends have no day, if any has none."""
    if not basis.undated_ends:
        return []
    text = n_(
        "{n} end without a day counts on every day",
        "{n} ends without a day count on every day",
        basis.undated_ends,
    )
    return [text.format(n=basis.undated_ends)]


def basis_json(basis: Basis) -> dict[str, Any]:
    """Return what figures rest on, as JSON."""
    values = asdict(basis)
    return {key: value.isoformat() if hasattr(value, "isoformat") else value for key, value in values.items()}


def how(formulas: Sequence[str], explain: bool) -> list[str]:
    """Return how figures are computed, or how to ask for it."""
    return ["", *(_(line) for line in formulas)] if explain else [_("how it is computed: --explain")]
