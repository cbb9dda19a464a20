"""The watch-list on the command line: who is on it, and why."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from loancrm.errors import UsageFault, did_you_mean
from loancrm.i18n import N_, _, language, listed, n_
from loancrm.numerals import format_money, plain_money
from loancrm.render.columns import SCREEN_FORMATS, Column
from loancrm.shell.reports import (
    basis_json,
    basis_words,
    by_words,
    earlier,
    group_words,
    grouping_of,
    loans_words,
    refuse_later,
)

if TYPE_CHECKING:
    from loancrm.context import Context
    from loancrm.policy.policy import Policy
    from loancrm.reports.watch_list import WatchGroup, WatchList

LINES = (
    Column("loan", N_("loan")),
    Column("customer", N_("customer")),
    Column("name", N_("name"), table=False),
    Column("officer", N_("officer"), table=False),
    Column("segment", N_("segment"), "code", vocabulary="segment", table=False),
    Column("five_tier", N_("class"), "code", vocabulary="five_tier", table=False),
    Column("ifrs9_stage", N_("stage"), "int"),
    Column("days_past_due", N_("days past due"), "int"),
    Column("outstanding_principal", N_("outstanding"), "money"),
    Column("overdue_principal", N_("overdue"), "money", table=False),
    Column("matures_on", N_("matures"), "date", table=False),
    Column("why", N_("why"), data=False, fold=True),
    Column("reason_codes", N_("reason codes"), "nested", table=False),
    Column("reasons", N_("reasons"), "nested", table=False),
    Column("is_new", N_("new"), "bool", table=False),
    Column("key", N_("group"), table=False),
)
TOTALS = (
    Column("since", N_("since"), "date"),
    Column("customers", N_("customers"), "int"),
    Column("outstanding_principal", N_("outstanding"), "money"),
    Column("by_reason", N_("by reason"), "nested"),
    Column("gone", N_("gone"), "nested"),
    Column("basis", N_("basis"), "nested"),
    Column("groups", N_("groups"), "nested"),
)


def show_watch_list(
    crm: Context,
    officer: str | None,
    *,
    rule: str | None,
    by: str | None,
    digits: str | None,
    since: str | None,
    explain: bool,
) -> None:
    """Show the loans on the watch-list; with a day what is new on it, and what left it.

    Raises:
        UsageFault: the policy has no such rule, or loans cannot be grouped so.
        InvalidInput: a day that cannot be read, or that is not earlier.
    """
    from loancrm.reports.watch_list import watch_list

    then, grouping = earlier(since), grouping_of(by, digits)
    with crm.view() as view:
        refuse_later(then, view)
        policy = crm.policy(view)
        _known(policy, rule)
        officer_id = crm.officer_id(view, officer) if officer else None
        found = watch_list(
            view, policy, language(), since=then, rule=rule, officer_id=officer_id, grouping=grouping
        )
    rows = [{**asdict(line), "why": _why(line)} for line in found.lines]
    title = _("Watch-list on {day}").format(day=found.basis.as_of)
    amount = loans_words(len(found.lines), format_money(found.outstanding_principal))
    totals = {column.key: getattr(found, column.key) for column in TOTALS}
    crm.show(
        rows,
        LINES,
        title=title,
        header=[f"{title} · {amount}", basis_words(found.basis), ""],
        footer=["", *_by_group(found, by), *_under(found, policy), *_how(policy, explain=explain)]
        if crm.format in SCREEN_FORMATS
        else [],
        totals={
            **totals,
            "gone": list(found.gone),
            "basis": basis_json(found.basis),
            "groups": [_group_json(one) for one in found.groups],
        },
        totals_columns=TOTALS,
    )


def _known(policy: Policy, rule: str | None) -> None:
    names = tuple(one.rule for one in policy.risk.watch_list)
    if rule is not None and rule not in names:
        raise UsageFault(
            _("--rule: known are {rules}").format(rules=listed(names)),
            field="--rule",
            hint=did_you_mean(rule, names),
        )


def _why(line: Any) -> str:
    words = listed(line.reasons)
    return _("new: {reasons}").format(reasons=words) if line.is_new else words


def _by_group(found: WatchList, by: str | None) -> list[str]:
    """Return a line for each group: how much of it is watched, and what is new of that."""
    if by is None:
        return []
    lines = [_("by {by}:").format(by=by_words(by))]
    for one in found.groups:
        words = [
            group_words(by, asdict(one)),
            loans_words(one.loans, format_money(one.outstanding_principal)),
        ]
        words += [n_("{n} new", "{n} new", one.new).format(n=one.new)] if one.new else []
        lines.append("  " + " · ".join(words))
    return [*lines, ""]


def _group_json(one: WatchGroup) -> dict[str, Any]:
    amounts = ("outstanding_principal", "overdue_principal")
    return {**asdict(one), **{name: plain_money(getattr(one, name)) for name in amounts}}


def _under(found: WatchList, policy: Policy) -> list[str]:
    texts = {one.rule: one.text.said(language()) for one in policy.risk.watch_list}
    lines = [" · ".join(f"{texts[name]} {n}" for name, n in found.by_reason.items())] if found.lines else []
    if found.since is not None:
        new = sum(bool(line.is_new) for line in found.lines)
        words = _("since {day}: {new} new, {gone} gone")
        lines.append(words.format(day=found.since, new=new, gone=len(found.gone)))
    return lines


def _how(policy: Policy, *, explain: bool) -> list[str]:
    if not explain:
        return [_("how it is computed: --explain")]
    from loancrm.policy.conditions import said

    rules = [f"{one.rule}: {said(one.when)}" for one in policy.risk.watch_list]
    n = len(rules)
    words = n_("live loans for which {n} rule holds:", "live loans for which one of {n} rules holds:", n)
    return ["", words.format(n=n), *rules]
