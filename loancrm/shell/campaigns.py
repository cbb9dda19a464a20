"""Campaigns on the screen: what one was begun with, and what followed it."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from loancrm.i18n import N_, _
from loancrm.render.columns import Column
from loancrm.shell.queries import say_left_out, say_unjudged
from loancrm.vocabulary import label

if TYPE_CHECKING:
    from loancrm.context import Context
    from loancrm.dossier.kinds import FactKind
    from loancrm.reports.campaigns import CampaignResult

RESULT = (
    Column("outcome", N_("what followed"), "code", vocabulary="campaign_outcome"),
    Column("members", N_("members"), "int", table=False),
    Column("member_hits", N_("of the members"), "int"),
    Column("member_share", N_("share"), "ratio"),
    Column("compared", N_("compared"), "int", table=False),
    Column("compared_hits", N_("of those compared"), "int"),
    Column("compared_share", N_("share"), "ratio"),
    Column("difference", N_("differ by"), "ratio"),
    Column("low", N_("low end"), "ratio"),
    Column("high", N_("high end"), "ratio"),
    Column("cost_per_hit", N_("cost per one"), "money", table=False),
    Column("cost_per_more", N_("cost per one more"), "money", table=False),
    Column("basis", N_("basis"), "code", vocabulary="campaign_basis", table=False),
    Column("frozen_on", N_("from the day after"), "date", table=False),
    Column("until", N_("until"), "date", table=False),
    Column("is_over", N_("all days have passed"), "bool", table=False),
)
FORMULAS = (
    N_("each customer counts once in a line: whether it followed within the days, not how often"),
    N_("shares and their difference with its 95 % interval: Wilson 1927, Newcombe 1998 (method 10)"),
    N_("cost per one: cost ÷ members of whom it holds; cost per one more: cost ÷ (members · difference),"),
    N_("  only where the whole interval lies above nought"),
)


def start_campaign(crm: Any, kind: FactKind, typed: dict[str, Any]) -> None:
    """Begin a campaign and say how many are members, compared and held back."""
    from loancrm.services.campaigns import start
    from loancrm.services.dossier_requests import fact_in
    from loancrm.shell.events import by_reason

    crm.know_products()
    receipt = crm.change(start, fact_in(kind, None, typed, crm.reading), "campaign add")
    said = _("{number}: {members} members, {comparison} left out to compare, {held_back} held back")
    counts = {name: getattr(receipt, name) for name in ("number", "members", "comparison", "held_back")}
    next_ = _("next: loancrm campaign result {number}").format(number=receipt.number)
    crm.receipt(receipt, said.format(**counts), *by_reason(receipt.held_back_by), next_)
    say_left_out(crm, receipt.undecided)
    say_unjudged(crm, receipt.undecided_rules)


def show_result(crm: Context, campaign: str, within: str, *, explain: bool) -> None:
    """Show what followed a campaign, with how many that rests on."""
    from loancrm.parsing import duration_days
    from loancrm.reports.campaigns import result

    with crm.view() as view:
        found = result(view, campaign, duration_days(within, "--within"))
    shared = {name: getattr(found, name) for name in ("basis", "frozen_on", "until", "is_over")}
    rows = [{**asdict(line), **shared} for line in found.outcomes]
    footer = ["", *(_(line) for line in FORMULAS)] if explain else ["", _("how it is computed: --explain")]
    crm.show(rows, RESULT, title=found.campaign, header=[*_header(found), ""], footer=footer)


def _header(found: CampaignResult) -> list[str]:
    when = _("{campaign} {title} · {day} to {until}")
    lines = [
        when.format(campaign=found.campaign, title=found.title, day=found.frozen_on, until=found.until),
        _("{n} members against {other} compared ({basis})").format(
            n=found.members, other=found.compared, basis=label("campaign_basis", found.basis)
        ),
    ]
    if not found.is_over:
        lines.append(_("the {days} days are not over yet").format(days=found.days))
    return lines
