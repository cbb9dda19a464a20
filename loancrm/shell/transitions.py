"""How loans moved between states from one day to another, on the command line."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from loancrm import parsing
from loancrm.errors import InvalidInput
from loancrm.i18n import N_, NP_, _
from loancrm.numerals import format_ratio
from loancrm.render.columns import SCREEN_FORMATS, Column
from loancrm.shell.reports import (
    basis_json,
    basis_words,
    bucket_words,
    by_words,
    group_words,
    grouping_of,
    how,
    loans_words,
    with_groups,
)
from loancrm.vocabulary import code_of, label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loancrm.context import Context
    from loancrm.reports.two_days import Moved

COLUMNS = (
    Column("before", N_("from"), data=True),
    Column("after", N_("to"), data=True),
    Column(
        "direction",
        NP_("of a class", "direction"),
        "code",
        vocabulary="direction_of_class",
        context="of a class",
    ),
    Column("loans", N_("loans"), "int"),
    Column("opening_balance", N_("opening balance"), "money"),
    Column("closing_balance", N_("closing balance"), "money", table=False),
    Column("share", N_("share"), "ratio"),
    Column("share_of_loans", N_("share of loans"), "ratio", table=False),
)
TOTALS = (
    Column("of", N_("of")),
    Column("since", N_("from"), "date"),
    Column("loans", N_("loans"), "int"),
    Column("opening_balance", N_("opening balance"), "money"),
    *(
        Column(name, label_, "ratio")
        for name, label_ in (
            ("better", N_("better")), ("same", N_("same")), ("worse", N_("worse")), ("ended", N_("ended")),
        )
    ),
    Column("basis", N_("basis"), "nested"),
)  # fmt: skip
FORMULAS = (
    N_("share: opening balance of the loans that moved so ÷ opening balance of the state they were in"),
    N_("loans that lived on the first day; how they ended is a state too, so that shares sum to 100%"),
    N_("class: the one that counts, the bank's where an extract gives it, else computed"),
)


def show_transitions(
    crm: Context,
    since: str,
    officer: str | None,
    *,
    of: str,
    by: str | None,
    digits: str | None,
    explain: bool,
) -> None:
    """Show where the loans of a day are now: pairs of states with balances, counts and shares.

    Raises:
        InvalidInput: the day is not before the one that is looked at.
        UsageFault: no such states, or loans cannot be grouped so.
    """
    from loancrm.reports.transitions import transitions, worse

    start, states = parsing.day(since, "--since"), code_of("states", of, "--of")
    with crm.view() as view:
        if start >= view.as_of:
            raise InvalidInput(_("--since is not before the day that is looked at"), field="--since")
        officer_id = crm.officer_id(view, officer) if officer else None
        policy = crm.policy(view)
        found = transitions(view, policy, start, states, officer_id, grouping_of(by, digits))
        largest = worse(view, policy, start, states, officer_id) if explain else ()
    rows = [asdict(line) for line in found.lines]
    if crm.format in SCREEN_FORMATS:
        rows = [_said(row, states, by) for row in rows]
    title = _("{states} from {since} to {day}").format(
        states=label("states", states), since=start, day=found.basis.as_of
    )
    if by is not None:
        title = _("{title} by {by}").format(title=title, by=by_words(by))
    totals = {"of": states, "since": start, "loans": found.loans, "opening_balance": found.opening_balance}
    crm.show(
        rows,
        COLUMNS if by is None and crm.format in SCREEN_FORMATS else with_groups(COLUMNS, by),
        title=title,
        header=[
            f"{title} · {loans_words(found.loans, _money(found.opening_balance))}",
            basis_words(found.basis),
            "",
        ],
        footer=["", *_summary(found), *how(FORMULAS, explain), *moved_words(largest, states)],
        totals={**totals, **found.shares, "basis": basis_json(found.basis)},
        totals_columns=TOTALS,
    )


def _said(row: dict[str, Any], states: str, by: str | None) -> dict[str, Any]:
    """Return a line as a page says it: the states, and the group, in words."""
    states_said = {name: state_words(states, row[name]) for name in ("before", "after")}
    return {**row, **states_said, "key": None if by is None else group_words(by, row)}


def _money(amount: int) -> str:
    from loancrm.numerals import format_money

    return format_money(amount)


def state_words(states: str, state: str) -> str:
    """Return a state in words: a class, a stage, a bucket, or how a loan ended."""
    if state == "unknown":
        return _("unknown")
    if state in ("settled", "written_off", "transferred", "cancelled"):
        return label("loan_status", state)
    if states == "class":
        return label("five_tier", state)
    return _("stage {n}").format(n=state) if states == "stage" else bucket_words(state)


def moved_words(moved: Sequence[Moved], states: str) -> list[str]:
    """Name the loans that stand worse, for the foot of a page."""
    loans = [
        _("{loan} from {before} to {after}: {amount}").format(
            loan=one.loan,
            before=state_words(states, one.before),
            after=state_words(states, one.after),
            amount=_money(one.closing_balance),
        )
        for one in moved
    ]
    return ["", _("the largest of them:"), *loans] if loans else []


def _summary(found: Any) -> list[str]:
    shares = {name: value for name, value in found.shares.items() if value is not None}
    return [
        " · ".join(
            f"{label('direction_of_class', name)} {format_ratio(value)}" for name, value in shares.items()
        )
    ]
