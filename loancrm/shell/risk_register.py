"""The risk register on the command line: what is open, whose it is, and what is new since a day."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from loancrm.i18n import N_, _, n_, titled
from loancrm.numerals import format_money, plain_money
from loancrm.render.columns import Column
from loancrm.shell.reports import (
    basis_json,
    basis_words,
    by_words,
    earlier,
    group_words,
    grouping_of,
    how,
    refuse_later,
)
from loancrm.vocabulary import code_of, label

if TYPE_CHECKING:
    from datetime import date

    from loancrm.context import Context
    from loancrm.policy.policy import Policy
    from loancrm.reports.register_groups import RegisterGroup
    from loancrm.reports.risk_register import RegisterLine
    from loancrm.view import View

MOST_NAMED = 10  # of what is new or gone, on a page
REGISTER = (
    Column("kind", N_("kind"), "code", vocabulary="register_kind"),
    Column("number", N_("number")),
    Column("severity", N_("severity"), "code", vocabulary="control_severity"),
    Column("customer", N_("customer")),
    Column("state", N_("state"), "code", vocabulary="register_state"),
    Column("owner", N_("owner")),
    Column("opened_on", N_("since"), "date", table=False),
    Column("due_on", N_("due"), "date"),
    Column("days_late", N_("days late"), "int", table=False),
    Column("amount", N_("amount"), "money", table=False),
    Column("what", N_("what"), below=True),
    Column("is_new", N_("new"), "bool", table=False),
    Column("key", N_("group"), table=False),
)
REGISTER_TOTALS = (
    Column("open", N_("open"), "int"),
    Column("late", N_("late"), "int"),
    Column("by_kind", N_("by kind"), "nested"),
    Column("by_severity", N_("by severity"), "nested"),
    Column("since", N_("compared with"), "date"),
    Column("gone", N_("gone"), "nested"),
    Column("basis", N_("basis"), "nested"),
    Column("groups", N_("groups"), "nested"),
)
FORMULAS = (
    N_("incidents and findings: until they are put right or accepted; limits: near or broken on the day"),
    N_("warnings: raised and not closed; playbooks: begun and not ended, due by their next step"),
    N_("days late: after the day by which it was to be done, as it was put off last"),
    N_("groups: by the customer's own; by officer, by who answers; a customer's balance counts once"),
    N_("amount: lost and not recovered in an incident; what a limit is exceeded by"),
)


def show_register(
    crm: Context,
    officer: str | None,
    *,
    kind: str | None,
    by: str | None,
    digits: str | None,
    since: str | None,
    explain: bool,
) -> None:
    """Show the risk register, all of it or what one officer owns; with a day what is new, and what is gone.

    Raises:
        UsageFault: no such kind, or customers cannot be grouped so.
        NotFound: no such officer.
        InvalidInput: a day that cannot be read, or that is not earlier.
    """
    from loancrm.reports.basis import basis
    from loancrm.reports.register_groups import grouped
    from loancrm.reports.risk_register import beside

    grouping = grouping_of(by, digits)
    wanted, then = None if kind is None else code_of("register_kind", kind, "--kind"), earlier(since)
    gone: list[RegisterLine] = []
    groups: list[RegisterGroup] = []
    with crm.view() as view:
        refuse_later(then, view)
        policy, owner = crm.policy(view), _owner(view, officer)
        found = _wanted(view, policy, wanted, owner)
        if then is not None:
            found, gone = beside(found, _wanted(view.at(then), policy, wanted, owner))
        if grouping is not None:
            found, groups = grouped(view, policy, found, grouping)
        rests_on = basis(view, policy)
    title = _("Risk register on {day}").format(day=rests_on.as_of)
    crm.show(
        [asdict(line) for line in found],
        REGISTER,
        title=title,
        header=[title, basis_words(rests_on), *_summary(found), *_moved(found, gone, then), ""],
        footer=[
            *([""] if found else []),
            *_by_group(groups, by),
            *([""] if groups and not explain else []),
            *how(FORMULAS, explain),
        ],
        totals={
            **_totals(found, gone),
            "since": then,
            "basis": basis_json(rests_on),
            "groups": [_group_json(one) for one in groups],
        },
        totals_columns=REGISTER_TOTALS,
    )


def _totals(found: list[RegisterLine], gone: list[RegisterLine]) -> dict[str, Any]:
    return {
        "open": len(found),
        "late": sum(1 for line in found if line.days_late),
        "by_kind": dict(Counter(line.kind for line in found)),
        "by_severity": dict(Counter(line.severity for line in found if line.severity)),
        "gone": [line.number for line in gone],
    }


def _owner(view: View, officer: str | None) -> str | None:
    """Return the code of an officer as it is written in the book.

    Raises:
        NotFound: nobody is called so.
    """
    from loancrm.reports import lookup

    return str(lookup.officer(view, officer).code) if officer else None


def _wanted(view: View, policy: Policy, kind: str | None, owner: str | None) -> list[RegisterLine]:
    from loancrm.reports.risk_register import risk_register

    lines = risk_register(view, policy)
    return [line for line in lines if kind in (None, line.kind) and owner in (None, line.owner)]


def _summary(found: list[RegisterLine]) -> list[str]:
    """Return a line that says how many of each kind are open, and how many of all are late."""
    late = sum(1 for line in found if line.days_late)
    by_kind = Counter(line.kind for line in found)
    parts = [titled(label("register_kind", kind), str(n)) for kind, n in by_kind.items()]
    return [" · ".join([*parts, titled(_("late"), str(late))])] if parts else []


def _by_group(groups: list[RegisterGroup], by: str | None) -> list[str]:
    """Return a line for each group: how much is open and late in it, and what its customers owe."""
    if by is None:
        return []
    lines = [_("by {by}:").format(by=by_words(by))]
    for one in groups:
        words = [group_words(by, asdict(one)), titled(_("open"), str(one.open))]
        words += [titled(_("late"), str(one.late))] if one.late else []
        words += [n_("{n} new", "{n} new", one.new).format(n=one.new)] if one.new else []
        if one.customers:
            owed = format_money(one.outstanding_principal)
            n = one.customers
            words.append(n_("{n} customer owes {owed}", "{n} customers owe {owed}", n).format(n=n, owed=owed))
        lines.append("  " + " · ".join(words))
    return lines


def _group_json(one: RegisterGroup) -> dict[str, Any]:
    amounts = ("outstanding_principal", "amount")
    return {**asdict(one), **{name: plain_money(getattr(one, name)) for name in amounts}}


def _moved(found: list[RegisterLine], gone: list[RegisterLine], then: date | None) -> list[str]:
    """Return what is new since the day that is compared with, and what is open no more."""
    if then is None:
        return []
    words = _("since {day}: {new} new, {gone} gone")
    lines = [words.format(day=then, new=sum(bool(line.is_new) for line in found), gone=len(gone))]
    new = [line.number for line in found if line.is_new]
    for title, numbers in ((_("new"), new), (_("gone"), [line.number for line in gone])):
        if numbers:
            lines.append(titled(title, ", ".join(numbers[:MOST_NAMED])))
    return lines
