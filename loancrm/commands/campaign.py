"""loancrm campaign: add, list, void, members, result."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from loancrm.dossier.events import CAMPAIGN
from loancrm.i18n import N_, _
from loancrm.render.columns import Column
from loancrm.shell.campaigns import start_campaign
from loancrm.shell.facts import fact_app

app = fact_app(CAMPAIGN, start_campaign)
MEMBERS = (
    Column("customer", N_("customer")),
    Column("name", N_("name")),
    Column("officer", N_("officer"), table=False),
    Column("arm", N_("group"), "code", vocabulary="campaign_arm"),
    Column("reason", N_("reason"), "code", vocabulary="hold_back"),
    Column("on", N_("since"), "date", table=False),
)
CampaignArgument = Annotated[
    str, typer.Argument(metavar="CAMPAIGN", help=N_("number of the campaign, such as CA-00001"))
]


@app.verb("rows", help=N_("List whom a campaign went to, who was left out, and who was held back and why."))
def members(
    ctx: typer.Context,
    campaign: CampaignArgument,
    group: Annotated[
        str | None, typer.Option(metavar="GROUP", help=N_("only these: member, comparison or held_back"))
    ] = None,
) -> None:
    """List the customers of a campaign."""
    from loancrm.reports.campaigns import members as listed
    from loancrm.vocabulary import code_of

    crm: Any = ctx.obj
    arm = code_of("campaign_arm", group, "--group") if group else None
    with crm.view() as view:
        crm.show(listed(view, campaign, arm), MEMBERS, title=_("members"))


@app.verb("rows", help=N_("Show what followed a campaign, among its members and among those left out."))
def result(
    ctx: typer.Context,
    campaign: CampaignArgument,
    within: Annotated[
        str, typer.Option(metavar="DAYS", help=N_("how many days after it count, such as 60d"))
    ] = "60d",
    explain: Annotated[bool, typer.Option("--explain", help=N_("how it is computed"))] = False,
) -> None:
    """Show what followed a campaign."""
    from loancrm.shell.campaigns import show_result

    show_result(ctx.obj, campaign, within, explain=explain)
