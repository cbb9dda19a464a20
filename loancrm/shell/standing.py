"""A loan's class explained on the command line, and floors worked out anew."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from loancrm.i18n import N_, _, n_
from loancrm.render.columns import Column
from loancrm.shell.pages import grace_on_a_page
from loancrm.vocabulary import label

if TYPE_CHECKING:
    from loancrm.context import Context

EXPLAINED = (
    Column("loan", N_("loan")),
    Column("customer", N_("customer")),
    Column("five_tier", N_("class"), "code", vocabulary="five_tier"),
    Column("bank_five_tier", N_("the bank"), "code", vocabulary="five_tier"),
    Column("computed_five_tier", N_("computed"), "code", vocabulary="five_tier"),
    Column("ifrs9_stage", N_("stage"), "int"),
    Column("trigger", N_("because of"), "code", vocabulary="standing_trigger"),
    Column("days_past_due", N_("days past due"), "int"),
    Column("days_after_grace", N_("after days of grace"), "int"),
    Column("basis_on", N_("data of"), "date"),
    Column("reasons", N_("reasons"), "nested"),
    Column("outlook", N_("what comes next"), "nested"),
)


def explain_loan(crm: Context, number: str) -> None:
    """Show why a loan is in its class and stage, until when, and what changes it next."""
    from loancrm.reports.explanation import explanation

    with crm.view() as view:
        found = explanation(view, crm.policy(view), number)
    values = asdict(found)
    footer = ["", *_reason_lines(found), *_outlook_lines(found)]
    crm.show_one(grace_on_a_page(crm, _plain(values)), EXPLAINED, title=found.loan, footer=footer)


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    """Return the values with the days of nested ones as text."""
    for name in ("reasons", "outlook"):
        values[name] = [
            {key: one.isoformat() if hasattr(one, "isoformat") else one for key, one in item.items()}
            for item in values[name]
        ]
    return values


def _reason_lines(found: Any) -> list[str]:
    lines = []
    for reason in found.reasons:
        parts = [
            label("standing_trigger", reason.trigger),
            label("five_tier", reason.five_tier),
            _("stage {n}").format(n=reason.stage),
        ]
        if reason.since is not None:
            parts.append(_("since {day}").format(day=reason.since))
        if reason.until is not None:
            parts.append(_("until {day}").format(day=reason.until))
        lines.append(" · ".join(parts))
    return lines


def _outlook_lines(found: Any) -> list[str]:
    words = {
        "unpaid": N_("when nothing is paid: {five_tier}, stage {stage}, from {day}"),
        "in_order": N_("when all is paid on time: {five_tier}, stage {stage}, from {day}"),
    }
    return [
        _(words[one.condition]).format(
            five_tier=label("five_tier", one.five_tier), stage=one.stage, day=one.on
        )
        for one in found.outlook
    ]


def reclassify_loans(crm: Context, numbers: tuple[str, ...]) -> None:
    """Work out what loans remember anew and say what is different."""
    from loancrm.services.standing import ReclassifyIn, reclassify

    request = ReclassifyIn(loans=numbers, policy=crm.settings.policy)
    receipt = crm.change(reclassify, request, "loan reclassify")
    lines = [
        f"{one.loan} {_ACTIONS[one.action]()} {one.on} {label('five_tier', one.five_tier)}"
        f" · {label('standing_trigger', one.trigger)}"
        + (f" · {_('until {day}').format(day=one.until)}" if one.until else "")
        for one in receipt.changes
    ]
    n = len(receipt.changes)
    counted = n_("{n} floor is different", "{n} floors are different", n).format(n=n)
    crm.receipt(receipt, "\n".join([*lines, counted]))


_ACTIONS = {"void": lambda: _("no longer:"), "written": lambda: _("from now on:")}
