"""Expected losses and provisions on the command line."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from loancrm import parsing
from loancrm.i18n import N_, _, titled
from loancrm.numerals import format_money, format_rate, format_ratio, plain_millionths, plain_money
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
from loancrm.vocabulary import label

if TYPE_CHECKING:
    from loancrm.context import Context
    from loancrm.reports.provision import Provision

LINES = (
    Column("key", N_("group")),
    Column("name", N_("name"), table=False),
    Column("ifrs9_stage", N_("stage"), "int"),
    Column("loans", N_("loans"), "int"),
    Column("outstanding_principal", N_("outstanding"), "money"),
    Column("share", N_("share"), "ratio", table=False),
    Column("expected_loss", N_("expected loss"), "money"),
    Column("coverage", N_("of the balance"), "ratio"),
    Column("provision", N_("by class"), "money"),
    Column("scenarios", N_("scenarios"), "nested", table=False),
    Column("expected_loss_before", N_("on the earlier day"), "money"),
)
TOTALS = (
    Column("since", N_("since"), "date"),
    Column("loans", N_("loans"), "int"),
    Column("outstanding_principal", N_("outstanding"), "money"),
    Column("loans_without_stage", N_("without stage"), "int"),
    Column("expected_loss", N_("expected loss"), "money"),
    Column("expected_loss_before", N_("on the earlier day"), "money"),
    Column("scenarios", N_("scenarios"), "nested"),
    Column("classes", N_("classes"), "nested"),
    Column("by_class", N_("by class"), "money"),
    Column("general", N_("general"), "money"),
    Column("provision", N_("provision"), "money"),
    Column("npl", N_("non-performing"), "money"),
    Column("coverage", N_("coverage"), "ratio"),
    Column("expected_coverage", N_("expected loss ÷ NPL"), "ratio"),
    Column("recorded", N_("recorded"), "money"),
    Column("shortfall", N_("shortfall"), "money"),
    Column("largest", N_("largest loans"), "nested"),
    Column("basis", N_("basis"), "nested"),
)
FORMULAS = (
    N_("stage 1: PD × LGD × balance; stage 3: LGD × balance (IFRS 9, 5.5)"),
    N_("stage 2: sum over years of S(t−1) × PD × LGD × balance(t) ÷ (1 + rate)^t"),
    N_("balance(t): by the schedule of loans serviced here, else as it is today"),
    N_("PD: by the policy's default_from, else by stage; LGD: by collateral, else security"),
    N_("LGD with collateral: 1 − (value × (1 − haircut) − costs) ÷ balance, at least floor"),
    N_("LGD of a loan for which no security is recorded, not even unsecured: all of it"),
    N_("by class: balance × the policy's rate; general: at least that share of all loans"),
    N_("coverage: provisions ÷ non-performing; loans without a stage count in no loss"),
)


def show_provision(
    crm: Context,
    officer: str | None,
    *,
    by: str | None,
    digits: str | None,
    since: str | None,
    recorded: str | None,
    explain: bool,
) -> None:
    """Show expected losses by stage or group, and under them the provisions by class.

    Raises:
        InvalidInput: a day or an amount that cannot be read, or a day that is not earlier.
        UsageFault: loans cannot be grouped so.
    """
    from loancrm.reports.provision import Asked, provision

    then = earlier(since)
    booked = None if recorded is None else parsing.amount(recorded, "--recorded")
    asked = Asked(grouping_of(by, digits), then, booked, with_largest=explain)
    with crm.view() as view:
        refuse_later(then, view)
        officer_id = crm.officer_id(view, officer) if officer else None
        found = provision(view, crm.policy(view), asked, officer_id)
    rows = [{**asdict(line), "scenarios": _plain(line.scenarios)} for line in found.lines]
    if crm.format in SCREEN_FORMATS:
        rows = [{**row, "key": None if by is None else group_words(by, row)} for row in rows]
    left_out = {"key"} if by is None else {"ifrs9_stage"}
    if then is None:
        left_out.add("expected_loss_before")
    elif by is not None:
        left_out.add("provision")  # a page has no room for it
    columns = [one for one in LINES if crm.format not in SCREEN_FORMATS or one.key not in left_out]
    title = _title(found, by)
    amount = loans_words(found.loans, format_money(found.outstanding_principal))
    crm.show(
        rows,
        columns,
        title=title,
        header=[f"{title} · {amount}", basis_words(found.basis), ""],
        footer=["", *_under(found), *_how(found, explain=explain)],
        totals=_totals(found),
        totals_columns=TOTALS,
    )


def _title(found: Provision, by: str | None) -> str:
    if by is None:
        return _("Expected losses on {day}").format(day=found.basis.as_of)
    return _("Expected losses by {by} on {day}").format(by=by_words(by), day=found.basis.as_of)


def _plain(amounts: dict[str, int]) -> dict[str, str]:
    return {name: plain_money(amount) for name, amount in amounts.items()}


def _totals(found: Provision) -> dict[str, Any]:
    classes = [
        {
            "five_tier": one.five_tier,
            "loans": one.loans,
            "outstanding_principal": plain_money(one.outstanding_principal),
            "rate": plain_millionths(one.rate),
            "provision": plain_money(one.provision),
        }
        for one in found.classes
    ]
    largest = [
        {
            **one,
            **{name: plain_millionths(one[name]) for name in ("default_rate", "loss_given_default")},
            **{name: plain_money(one[name]) for name in ("outstanding_principal", "year_loss")},
        }
        for one in found.largest
    ]
    values = {column.key: getattr(found, column.key) for column in TOTALS}
    return {
        **values,
        "scenarios": _plain(found.scenarios),
        "classes": classes,
        "largest": largest,
        "basis": basis_json(found.basis),
    }


def _share(value: int | None) -> str:
    return "–" if value is None else format_ratio(value)


def _under(found: Provision) -> list[str]:
    if not found.lines:
        return []
    scenarios = " · ".join(f"{name} {format_money(amount)}" for name, amount in found.scenarios.items())
    lines = [
        _("expected loss {loss}: {share} of NPL").format(
            loss=format_money(found.expected_loss), share=_share(found.expected_coverage)
        ),
        _("scenarios: {scenarios}").format(scenarios=scenarios),
        *(
            titled(
                label("five_tier", one.five_tier),
                f"{format_money(one.outstanding_principal)} × {format_rate(one.rate)}"
                f" = {format_money(one.provision)}",
            )
            for one in found.classes
            if one.loans
        ),
        _("provisions {amount} ({general} of it general), coverage {coverage}").format(
            amount=format_money(found.provision),
            general=format_money(found.general),
            coverage=_share(found.coverage),
        ),
    ]
    if found.expected_loss_before is not None:
        words = _("{day}: expected loss {loss}")
        lines.append(words.format(day=found.since, loss=format_money(found.expected_loss_before)))
    if found.shortfall is not None and found.recorded is not None:
        words = _("recorded {amount}: {shortfall} short of the greater of the two")
        if found.shortfall <= 0:
            words = _("recorded {amount}: {shortfall} more than the greater of the two")
        lines.append(
            words.format(amount=format_money(found.recorded), shortfall=format_money(abs(found.shortfall)))
        )
    if found.loans_without_stage:
        lines.append(_("without a stage: {n}").format(n=found.loans_without_stage))
    return lines


def _how(found: Provision, *, explain: bool) -> list[str]:
    if not explain:
        return [_("how it is computed: --explain")]
    words = _("{loan} · {amount} · PD {default} · LGD {lost} · {loss} a year")
    loans = [
        words.format(
            loan=one["loan"],
            amount=format_money(one["outstanding_principal"]),
            default=format_ratio(one["default_rate"]),
            lost=format_ratio(one["loss_given_default"]),
            loss=format_money(one["year_loss"]),
        )
        for one in found.largest
    ]
    return ["", *(_(line) for line in FORMULAS), *(["", _("the largest of them:"), *loans] if loans else [])]
