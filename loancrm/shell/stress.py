"""The book under a scenario, on the command line: the assumptions, then before and after."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from loancrm.errors import UsageFault
from loancrm.i18n import N_, _
from loancrm.numerals import MILLION, format_money, format_number, format_ratio, plain_millionths, plain_money
from loancrm.render.columns import SCREEN_FORMATS, Column
from loancrm.shell.five_tier import class_words
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
    from loancrm.policy.stress import StressShape
    from loancrm.reports.stress import Stress

BASIS_POINT = MILLION // 10_000
LINES = (
    Column("key", N_("group")),
    Column("name", N_("name"), table=False),
    Column("five_tier", N_("class"), data=True),
    Column("loans", N_("loans"), "int"),
    Column("balance_before", N_("outstanding"), "money"),
    Column("balance_after", N_("balance after"), "money"),
    Column("npl_before", N_("non-performing"), "money", table=False),
    Column("npl_after", N_("non-performing after"), "money", table=False),
    Column("expected_loss_before", N_("expected loss"), "money"),
    Column("expected_loss_after", N_("loss after"), "money"),
    Column("provision_before", N_("provision"), "money", table=False),
    Column("provision_after", N_("provision after"), "money", table=False),
    Column("balance_earlier", N_("outstanding on the earlier day"), "money", table=False),
    Column("expected_loss_after_earlier", N_("on the earlier day"), "money"),
)
TOTALS = (
    Column("scenario", N_("scenario")),
    Column("assumptions", N_("assumptions"), "nested"),
    Column("loans", N_("loans"), "int"),
    Column("outstanding_principal", N_("outstanding"), "money"),
    Column("npl_before", N_("non-performing"), "money"),
    Column("npl_after", N_("non-performing after"), "money"),
    Column("npl_ratio_before", N_("NPL ratio"), "ratio"),
    Column("npl_ratio_after", N_("NPL ratio after"), "ratio"),
    Column("expected_loss_before", N_("expected loss"), "money"),
    Column("expected_loss_after", N_("loss after"), "money"),
    Column("provision_before", N_("provision"), "money"),
    Column("provision_after", N_("provision after"), "money"),
    Column("floating_balance", N_("at floating rates"), "money"),
    Column("interest_more", N_("interest more a year"), "money"),
    Column("largest", N_("largest loans"), "nested"),
    Column("basis", N_("basis"), "nested"),
    Column("since", N_("since"), "date"),
    Column("earlier", N_("on the earlier day"), "nested"),
)
SUMS = (
    "outstanding_principal",
    "npl_before",
    "npl_after",
    "expected_loss_before",
    "expected_loss_after",
    "provision_before",
    "provision_after",
)
FORMULAS = (
    N_("PD after: PD × the factors that fit the loan, one at most"),
    N_("a change counts in proportion: half of 100 basis points is half of its effect"),
    N_("after: of what performs, PD after − PD of the balance is substandard in a year"),
    N_("non-performing loans are as bad as the share lost makes them by the policy"),
    N_("on the earlier day: the loss after the same scenario, of the book as it was then"),
    N_("losses and provisions as in report provision, losses by the class of today"),
)


def show_stress(
    crm: Context,
    officer: str | None,
    *,
    scenario: str | None,
    by: str | None,
    digits: str | None,
    since: str | None,
    explain: bool,
) -> None:
    """Show the book before and after the scenario of a file; with an earlier day, beside that one's.

    Raises:
        UsageFault: no file was named, or loans cannot be grouped so.
        NotFound: there is no such file.
        InvalidInput: it is no scenario: every problem with its place; or the earlier day is not earlier.
    """
    from loancrm.policy.stress import read_scenario
    from loancrm.reports.stress import beside, stress

    if scenario is None:
        raise UsageFault(
            _("--scenario FILE is needed: what is assumed"),
            field="--scenario",
            hint=_("an example is examples/scenarios/export_slump.yaml"),
        )
    assumed, grouping = read_scenario(Path(scenario)), grouping_of(by, digits)
    then = earlier(since)
    with crm.view() as view:
        refuse_later(then, view)
        policy, officer_id = crm.policy(view), crm.officer_id(view, officer) if officer else None
        on_day = partial(
            stress,
            policy=policy,
            shock=assumed.shock,
            rate_change=assumed.rate_change,
            grouping=grouping,
            officer_id=officer_id,
        )
        found = on_day(view, with_largest=explain)
        if then is not None:
            found = beside(found, on_day(view.at(then)))
    left_out = {"key"} if by is None else {"five_tier", "balance_after"}
    left_out.add("expected_loss_after_earlier" if then is None else "balance_after")  # no room for both
    title = _title(found, assumed.name, by)
    is_page = crm.format in SCREEN_FORMATS
    amount = loans_words(found.loans, format_money(found.outstanding_principal))
    crm.show(
        _rows(found, by, is_page=is_page),
        [column for column in LINES if not (is_page and column.key in left_out)],
        title=title,
        header=[f"{title} · {amount}", basis_words(found.basis), *_assumptions(assumed), ""],
        footer=["", *_under(found), *_how(found, explain=explain)],
        totals=_totals(found, assumed),
        totals_columns=TOTALS,
    )


def _title(found: Stress, scenario: str, by: str | None) -> str:
    if by is None:
        return _("{scenario} on {day}").format(scenario=scenario, day=found.basis.as_of)
    words = _("{scenario} by {by} on {day}")
    return words.format(scenario=scenario, by=by_words(by), day=found.basis.as_of)


def _rows(found: Stress, by: str | None, *, is_page: bool) -> list[dict[str, Any]]:
    rows = [asdict(line) for line in found.lines]
    if not is_page:
        return rows
    if by is not None:
        return [{**row, "key": group_words(by, row)} for row in rows]
    return [{**row, "five_tier": class_words(row["five_tier"])} for row in rows]


def _assumptions(assumed: StressShape) -> list[str]:
    """Return what is assumed, a line each."""
    shock, lines = assumed.shock, []
    if assumed.default is not None:
        each = [f"{code} × {format_number(times)}" for code, times in shock.industries]
        words = _("assumed: default × {all}").format(all=format_number(shock.default))
        lines.append(" · ".join([words, *each]))
    if assumed.collateral is not None:
        words = _("assumed: collateral {change}")
        lines.append(words.format(change=_signed(assumed.collateral)))
    if assumed.reference_rate is not None:
        words = _("assumed: published rates {change} bp, default of floating loans × {times}")
        change = f"{assumed.rate_change // BASIS_POINT:+d}"
        lines.append(words.format(change=change, times=format_number(shock.floating)))
    if assumed.graduate_employment is not None:
        words = _("assumed: graduates with a job {change}, default of students × {times}")
        change = _signed(assumed.graduate_employment.change)
        lines.append(words.format(change=change, times=format_number(shock.students)))
    return lines


def _signed(change: int) -> str:
    return f"{'+' if change > 0 else ''}{format_ratio(change)}"


def _totals(found: Stress, assumed: StressShape) -> dict[str, Any]:
    shock = assumed.shock
    values = {column.key: getattr(found, column.key, None) for column in TOTALS}
    assumptions = {
        "default": plain_millionths(shock.default),
        "industries": {code: plain_millionths(times) for code, times in shock.industries},
        "collateral": plain_millionths(shock.collateral),
        "reference_rate": plain_millionths(assumed.rate_change),
        "floating": plain_millionths(shock.floating),
        "students": plain_millionths(shock.students),
    }
    beside = {"scenario": assumed.name, "assumptions": assumptions}
    return {
        **values,
        **beside,
        "largest": [_plain(one) for one in found.largest],
        "basis": basis_json(found.basis),
        "since": None if found.earlier is None else found.earlier.basis.as_of,
        "earlier": None if found.earlier is None else _sums(found.earlier),
    }


def _sums(found: Stress) -> dict[str, Any]:
    """Return the sums of the day that is compared with."""
    ratios = {name: _rate(getattr(found, name)) for name in ("npl_ratio_before", "npl_ratio_after")}
    return {"loans": found.loans, **{name: plain_money(getattr(found, name)) for name in SUMS}, **ratios}


def _plain(one: dict[str, Any]) -> dict[str, Any]:
    """Return a loan's rates and amounts as a script reads them."""
    money = ("outstanding_principal", "year_loss_before", "year_loss_after")
    return {
        name: plain_money(value) if name in money else value if isinstance(value, str) else _rate(value)
        for name, value in one.items()
    }


def _rate(value: int | None) -> str | None:
    return None if value is None else plain_millionths(value)


def _under(found: Stress) -> list[str]:
    if found.npl_ratio_before is None or found.npl_ratio_after is None:
        return []
    lines = [
        _("NPL ratio {before} → {after}").format(
            before=format_ratio(found.npl_ratio_before), after=format_ratio(found.npl_ratio_after)
        ),
        _("expected loss {before} → {after}").format(
            before=format_money(found.expected_loss_before), after=format_money(found.expected_loss_after)
        ),
        _("provisions {before} → {after}").format(
            before=format_money(found.provision_before), after=format_money(found.provision_after)
        ),
    ]
    then = found.earlier
    if then is not None and then.npl_ratio_before is not None and then.npl_ratio_after is not None:
        words = _("{day}: NPL ratio {before} → {after}, expected loss {loss} → {more}")
        lines.append(
            words.format(
                day=then.basis.as_of,
                before=format_ratio(then.npl_ratio_before),
                after=format_ratio(then.npl_ratio_after),
                loss=format_money(then.expected_loss_before),
                more=format_money(then.expected_loss_after),
            )
        )
    if found.interest_more:
        words = _("at floating rates {balance}: {interest} more interest a year")
        interest = format_money(found.interest_more)
        lines.append(words.format(balance=format_money(found.floating_balance), interest=interest))
    return lines


def _how(found: Stress, *, explain: bool) -> list[str]:
    if not explain:
        return [_("how it is computed: --explain")]
    words = _("{loan} · {amount} · PD {before} → {after} · {loss} → {more} a year")
    loans = [
        words.format(
            loan=one["loan"],
            amount=format_money(one["outstanding_principal"]),
            before=format_ratio(one["default_rate_before"]),
            after=format_ratio(one["default_rate_after"]),
            loss=format_money(one["year_loss_before"]),
            more=format_money(one["year_loss_after"]),
        )
        for one in found.largest
    ]
    named = ["", _("the loans that it hits hardest:"), *loans] if loans else []
    return ["", *(_(line) for line in FORMULAS), *named]
