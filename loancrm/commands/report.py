"""loancrm report: portfolio, delinquency, concentration, quality, officers, growth, churn and others."""

from __future__ import annotations

from typing import Annotated

import typer

from loancrm.commands.options import OfficerOption
from loancrm.i18n import N_
from loancrm.shell.app import App

app = App(help=N_("Reports, as of any day."))
SinceOption = Annotated[str, typer.Option("--since", metavar="DAY", help=N_("the earlier day"))]
DigitsOption = Annotated[
    str | None,
    typer.Option("--digits", metavar="N", help=N_("cut the key to so many characters: C34 by 1 is C")),
]
FromOption = Annotated[
    str | None, typer.Option("--from", metavar="DAY", help=N_("the first day; default: three months before"))
]
ToOption = Annotated[
    str | None, typer.Option("--to", metavar="DAY", help=N_("the last day; default: the day looked at"))
]
ExplainFlag = Annotated[bool, typer.Option("--explain", help=N_("how each figure is computed"))]


@app.verb("one", help=N_("The portfolio on one page: balance, count, quality, growth."))
def portfolio(ctx: typer.Context, officer: OfficerOption = None, explain: ExplainFlag = False) -> None:
    """Show the portfolio."""
    from loancrm.shell.reports import show_portfolio

    show_portfolio(ctx.obj, officer, explain=explain)


@app.verb("rows", help=N_("Live loans by days past due, and portfolio at risk."))
def delinquency(ctx: typer.Context, officer: OfficerOption = None, explain: ExplainFlag = False) -> None:
    """Show delinquency ageing."""
    from loancrm.shell.reports import show_delinquency

    show_delinquency(ctx.obj, officer, explain=explain)


@app.verb("rows", name="five-tier", help=N_("Live loans by five-tier class, and the NPL ratio."))
def five_tier(
    ctx: typer.Context,
    officer: OfficerOption = None,
    differences: Annotated[
        bool, typer.Option("--differences", help=N_("the loans that the bank classes otherwise"))
    ] = False,
    by: Annotated[
        str | None,
        typer.Option(metavar="GROUP", help=N_("in groups: product, officer, branch, industry, region, …")),
    ] = None,
    digits: DigitsOption = None,
    explain: ExplainFlag = False,
) -> None:
    """Show the book by class."""
    from loancrm.shell.standing import show_five_tier

    show_five_tier(ctx.obj, officer, by=by, digits=digits, differing=differences, explain=explain)


@app.verb("rows", help=N_("How loans moved between classes, buckets or stages since a day: roll rates."))
def transitions(
    ctx: typer.Context,
    since: SinceOption,
    of: Annotated[
        str, typer.Option("--of", metavar="STATES", help=N_("class, bucket (of days past due) or stage"))
    ] = "class",
    officer: OfficerOption = None,
    explain: ExplainFlag = False,
) -> None:
    """Show how loans moved between states."""
    from loancrm.shell.transitions import show_transitions

    show_transitions(ctx.obj, since, officer, of=of, explain=explain)


@app.verb("rows", help=N_("Migration rates between two days, as banks report them."))
def migration(
    ctx: typer.Context,
    since: SinceOption,
    officer: OfficerOption = None,
) -> None:
    """Show how loans moved between classes."""
    from loancrm.shell.migration import show_migration

    show_migration(ctx.obj, since, officer)


@app.verb("rows", help=N_("The book in groups: shares, concentration, default and loss rates."))
def concentration(
    ctx: typer.Context,
    by: Annotated[
        str,
        typer.Option(metavar="GROUP", help=N_("industry, region, customer, officer, segment, product, …")),
    ] = "industry",
    measure: Annotated[
        str, typer.Option(metavar="MEASURE", help=N_("outstanding, disbursed, overdue or loans"))
    ] = "outstanding",
    digits: DigitsOption = None,
    officer: OfficerOption = None,
    explain: ExplainFlag = False,
) -> None:
    """Show concentration."""
    from loancrm.shell.reports import show_concentration

    show_concentration(ctx.obj, officer, by=by, measure=measure, digits=digits, explain=explain)


@app.verb("rows", help=N_("What is contradictory or missing in the book, by named check."))
def quality(ctx: typer.Context, officer: OfficerOption = None) -> None:
    """Show what is contradictory or missing."""
    from loancrm.shell.reports import show_quality

    show_quality(ctx.obj, officer)


@app.verb("rows", help=N_("Each officer's work: how much, how quickly, how well; each figure with its n."))
def officer(
    ctx: typer.Context,
    officer: OfficerOption = None,
    team: Annotated[
        bool, typer.Option("--team", help=N_("all of the branch of --officer, or of --me"))
    ] = False,
    from_: FromOption = None,
    to: ToOption = None,
    explain: ExplainFlag = False,
) -> None:
    """Show each officer's work."""
    from loancrm.shell.officer_report import show_officers

    show_officers(ctx.obj, officer, from_, to, team=team, explain=explain)


@app.verb("rows", help=N_("Growth: who came and went, what was lent, against before and last year."))
def growth(
    ctx: typer.Context,
    by: Annotated[
        str | None,
        typer.Option(metavar="GROUP", help=N_("in groups: segment, product, source, region, officer, …")),
    ] = None,
    against: Annotated[
        str | None,
        typer.Option(metavar="SERIES", help=N_("the series of the market's total; default: the policy's")),
    ] = None,
    funnel: Annotated[
        bool, typer.Option("--funnel", help=N_("how far applications got, and how long each stage took"))
    ] = False,
    retention: Annotated[
        bool, typer.Option("--retention", help=N_("who stayed, by what they had said before"))
    ] = False,
    from_: FromOption = None,
    to: ToOption = None,
    explain: ExplainFlag = False,
) -> None:
    """Show growth."""
    from loancrm.shell.growth import show_growth

    part = "funnel" if funnel else "retention" if retention else None
    show_growth(ctx.obj, from_, to, by=by, against=against, part=part, explain=explain)


@app.verb("rows", help=N_("Customers lost: of those active at the start, by count and by balance."))
def churn(
    ctx: typer.Context,
    by: Annotated[
        str | None,
        typer.Option(metavar="GROUP", help=N_("in groups: segment, source, region, officer, kind, …")),
    ] = None,
    officer: OfficerOption = None,
    from_: Annotated[
        str | None, typer.Option("--from", metavar="DAY", help=N_("the first day; default: a year before"))
    ] = None,
    to: ToOption = None,
    explain: ExplainFlag = False,
) -> None:
    """Show churn."""
    from loancrm.shell.churn import show_churn

    show_churn(ctx.obj, officer, from_, to, by=by, explain=explain)


@app.verb("rows", help=N_("Who brought whom, and what came of it; chains are not counted twice."))
def referrals(ctx: typer.Context, officer: OfficerOption = None, explain: ExplainFlag = False) -> None:
    """Show referrals."""
    from loancrm.shell.referrals import show_referrals

    show_referrals(ctx.obj, officer, explain=explain)
