"""``warning backtest`` on the command line: a line a rule, and what rules without thought would have told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from loancrm.errors import NotFound, UsageFault, did_you_mean
from loancrm.i18n import N_, _, n_, titled
from loancrm.numerals import format_money, format_ratio, plain_millionths
from loancrm.render.columns import SCREEN_FORMATS, Column
from loancrm.shell.backtest import (
    aligned,
    explained,
    plainly,
    read_event,
    read_horizon,
    read_period,
    span_words,
)
from loancrm.shell.reports import basis_json, basis_words
from loancrm.typeset import wrapped

if TYPE_CHECKING:
    from loancrm.context import Context
    from loancrm.policy.policy import Policy
    from loancrm.policy.warnings import WarningRule
    from loancrm.reports.warning_backtest import Baseline, Counted, RulesTested, RuleTested

RATIOS, MONEY = ("precision", "recall"), ("balance_caught",)
RULES = (
    Column("rule", N_("rule"), fold=True),
    Column("kind", N_("kind"), "code", vocabulary="warning_kind", table=False),
    Column("severity", N_("severity"), "code", vocabulary="warning_severity", table=False),
    Column("horizon_days", N_("horizon"), "int", table=False),
    Column("alerts", N_("alerts"), "int"),
    Column("hits", N_("hits"), "int"),
    Column("precision", N_("precision"), "ratio"),
    Column("recall", N_("recall"), "ratio"),
    Column("lift", N_("lift"), "number"),
    Column("median_lead_days", N_("median lead"), "int"),
    Column("onsets_caught", N_("events caught"), "int", table=False),
    Column("balance_caught", N_("balance caught"), "money"),
    Column("late", N_("late"), "int", table=False),
    Column("unknown", N_("unknown"), "int", table=False),
    Column("months", N_("months"), "nested"),
    Column("baseline", N_("baseline"), "nested"),
)
TOTALS = (
    Column("event", N_("event")),
    Column("since", N_("from"), "date"),
    Column("until", N_("to"), "date"),
    Column("days", N_("month ends"), "int"),
    Column("basis", N_("basis"), "nested"),
)
FORMULAS = (
    N_("case: a customer at a month end for whom the event does not hold, by what was known then or is now"),
    N_("alert: a case for which the rule holds by what was known then; hit: the event comes in the horizon"),
    N_("event: it holds at a later month end within the horizon, or on its last day, by what is known now"),
    N_("precision: hits ÷ alerts; recall: hits ÷ cases with the event; lift: precision ÷ share of all cases"),
    N_("median lead: days from the first alert to the event, of the events caught, each counted once"),
    N_("balance caught: what the customers of these events owed at the last month end before, as known then"),
)


def show_backtest(
    crm: Context,
    rule: str | None,
    typed: dict[str, str | None],
    *,
    every: bool,
    explain: bool,
) -> None:
    """Show what the rules, or one of them, would have told.

    Raises:
        UsageFault: neither a rule nor all of them are asked for, or both.
        NotFound: no such rule.
        InvalidInput: a day or horizon cannot be, or is not over.
    """
    from loancrm.reports.warning_backtest import RulesAsked, backtest_rules

    if (rule is None) is not every:
        raise UsageFault(_("name a rule, or --all for all of them"), field="--all")
    crm.know_products()
    since, until = read_period(typed["since"], typed["until"])
    event, horizon = read_event(str(typed["event"])), typed["horizon"]
    days = None if horizon is None else read_horizon(horizon)
    with crm.view() as view:
        policy = crm.policy(view)
        asked = RulesAsked(_rules(policy, rule), event, days, since, until)
        found = backtest_rules(view, policy, asked)
    _show(crm, found, str(typed["event"]), explained(crm, FORMULAS, explain=explain))


def _rules(policy: Policy, name: str | None) -> tuple[WarningRule, ...]:
    rules = policy.warnings.rules
    if name is None:
        if not rules:
            raise NotFound(_("policy {name} has no warnings").format(name=policy.name), code="no_rule")
        return tuple(rules)
    found = policy.warnings.rule(name)
    if found is None:
        message = _("policy {name} has no warning {rule}").format(name=policy.name, rule=name)
        raise NotFound(message, hint=did_you_mean(name, [one.rule for one in rules]), code="no_rule")
    return (found,)


def _show(crm: Context, found: RulesTested, event: str, how: Sequence[str]) -> None:
    title = _("Back-test of warnings from {since} to {until}").format(since=found.since, until=found.until)
    horizons = sorted({one.horizon_days for one in found.rules})
    within = str(horizons[0]) if len(horizons) == 1 else f"{horizons[0]}-{horizons[-1]}"
    rows = [_row(one) for one in found.rules]
    columns: Sequence[Column] = RULES
    if crm.format in SCREEN_FORMATS:
        rows.sort(key=lambda row: (-row["hits"], row["rule"]))
        lifts = {one.rule.rule: one.counted.lift for one in found.rules}
        rows = [{**row, "lift": lifts[row["rule"]]} for row in rows]
        columns = tuple(replace(one, kind="points") if one.key == "lift" else one for one in RULES)
    crm.show(
        rows,
        columns,
        title=title,
        header=[title, span_words(event, within, found.days), basis_words(found.basis), ""],
        footer=["", *_baselines(found.rules, crm.width), "", *how],
        totals={
            "event": event,
            "since": found.since,
            "until": found.until,
            "days": found.days,
            "basis": basis_json(found.basis),
        },
        totals_columns=TOTALS,
        whole=True,
    )


def _row(one: RuleTested) -> dict[str, Any]:
    counted = asdict(one.counted)
    return {
        **counted,
        "rule": one.rule.rule,
        "kind": one.rule.kind,
        "severity": one.rule.severity,
        "horizon_days": one.horizon_days,
        "lift": _number(one.counted.lift),
        "late": one.late,
        "unknown": one.unknown,
        "months": one.months,
        "baseline": _baseline(one.baseline),
    }


def _number(value: int | None) -> str | None:
    return None if value is None else plain_millionths(value)


def _baseline(found: Baseline) -> dict[str, Any]:
    without = {
        name: plainly(getattr(found, name), (*RATIOS, "lift"), MONEY)
        for name in ("past_due", "always", "never")
    }
    return {**plainly(found, ("share",), ("balance",)), **without}


def _baselines(rules: Sequence[RuleTested], width: int) -> list[str]:
    """Return what the rules are compared with, a block for each horizon."""
    lines: list[str] = []
    for horizon in sorted({one.horizon_days for one in rules}):
        found = next(one.baseline for one in rules if one.horizon_days == horizon)
        cases = n_("{n} case", "{n} cases", found.cases).format(n=f"{found.cases:,}")
        words = _(
            "{cases}; after {events} ({share}) it came within {days} days: {onsets} times, {balance} owed"
        )
        share = "–" if found.share is None else format_ratio(found.share)
        text = words.format(
            cases=cases,
            days=horizon,
            events=f"{found.events:,}",
            share=share,
            onsets=f"{found.onsets:,}",
            balance=format_money(found.balance),
        )
        lines += wrapped(text, 0, width)
        heads = [_("without a rule"), _("alerts"), _("hits"), _("precision"), _("recall"), _("median lead")]
        names = (
            ("past_due", _("days past due > 0")),
            ("always", _("alerting always")),
            ("never", _("alerting never")),
        )
        lines += aligned([heads, *(_line(label, getattr(found, name)) for name, label in names)])
        if found.unknown:
            told = f"{found.unknown:,} {_('of whom it is unknown whether it came')}"
            lines += wrapped(titled(_("left out"), told), 0, width)
    return lines


def _line(label: str, one: Counted) -> list[str]:
    shares = ["–" if value is None else format_ratio(value) for value in (one.precision, one.recall)]
    lead = "–" if one.median_lead_days is None else str(one.median_lead_days)
    return [label, f"{one.alerts:,}", f"{one.hits:,}", *shares, lead]
