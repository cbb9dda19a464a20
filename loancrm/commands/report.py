"""loancrm report: what stands in the book, how it moves, how good it is; reports of customers' voice."""

from __future__ import annotations

from typing import Annotated

import typer

from loancrm.commands.options import CompareOption, GroupOption, OfficerOption
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
StatesOption = Annotated[
    str, typer.Option("--of", metavar="STATES", help=N_("class, bucket (of days past due) or stage"))
]
ExplainFlag = Annotated[bool, typer.Option("--explain", help=N_("how each figure is computed"))]


@app.verb("one", help=N_("The portfolio on one page: balance, count, quality, growth."))
def portfolio(
    ctx: typer.Context,
    figure: Annotated[
        str | None,
        typer.Argument(metavar="FIGURE", help=N_("the loans behind a figure: npl_ratio, par_30, …")),
    ] = None,
    by: GroupOption = None,
    digits: DigitsOption = None,
    since: CompareOption = None,
    officer: OfficerOption = None,
    explain: ExplainFlag = False,
) -> None:
    """Show the portfolio, its groups, or the loans behind one of its figures."""
    from loancrm.shell.portfolio import PortfolioAsked, show_portfolio

    show_portfolio(ctx.obj, officer, PortfolioAsked(figure, by, digits, since), explain=explain)


@app.verb("rows", help=N_("Live loans by days past due, and portfolio at risk."))
def delinquency(
    ctx: typer.Context,
    by: GroupOption = None,
    digits: DigitsOption = None,
    since: CompareOption = None,
    officer: OfficerOption = None,
    explain: ExplainFlag = False,
) -> None:
    """Show delinquency ageing."""
    from loancrm.shell.delinquency import show_delinquency

    show_delinquency(ctx.obj, officer, by=by, digits=digits, since=since, explain=explain)


@app.verb("rows", name="five-tier", help=N_("Live loans by five-tier class, and the NPL ratio."))
def five_tier(
    ctx: typer.Context,
    officer: OfficerOption = None,
    differences: Annotated[
        bool, typer.Option("--differences", help=N_("the loans that the bank classes otherwise"))
    ] = False,
    by: GroupOption = None,
    digits: DigitsOption = None,
    since: CompareOption = None,
    explain: ExplainFlag = False,
) -> None:
    """Show the book by class."""
    from loancrm.shell.five_tier import FiveTierAsked, show_five_tier

    asked = FiveTierAsked(by=by, digits=digits, since=since, differing=differences)
    show_five_tier(ctx.obj, officer, asked, explain=explain)


@app.verb("rows", help=N_("How loans moved between classes, buckets or stages since a day: roll rates."))
def transitions(
    ctx: typer.Context,
    since: SinceOption,
    of: StatesOption = "class",
    by: GroupOption = None,
    digits: DigitsOption = None,
    officer: OfficerOption = None,
    explain: ExplainFlag = False,
) -> None:
    """Show how loans moved between states."""
    from loancrm.shell.transitions import show_transitions

    show_transitions(ctx.obj, since, officer, of=of, by=by, digits=digits, explain=explain)


@app.verb("rows", help=N_("Portfolio at risk of the book or its groups, today and at month ends."))
def par(
    ctx: typer.Context,
    by: GroupOption = None,
    months: Annotated[str, typer.Option(metavar="N", help=N_("month ends before the day, too"))] = "0",
    digits: DigitsOption = None,
    since: CompareOption = None,
    officer: OfficerOption = None,
    explain: ExplainFlag = False,
) -> None:
    """Show portfolio at risk."""
    from loancrm.shell.par import show_par

    show_par(ctx.obj, officer, by=by, digits=digits, months=months, since=since, explain=explain)


@app.verb("rows", name="roll-rates", help=N_("How balances roll from bucket to bucket, month by month."))
def roll_rates(
    ctx: typer.Context,
    months: Annotated[str, typer.Option(metavar="N", help=N_("over so many months that are over"))] = "12",
    of: StatesOption = "bucket",
    by: GroupOption = None,
    digits: DigitsOption = None,
    since: CompareOption = None,
    officer: OfficerOption = None,
    explain: ExplainFlag = False,
) -> None:
    """Show roll rates."""
    from loancrm.shell.roll_rates import RollsAsked, show_roll_rates

    asked = RollsAsked(of=of, months=months, by=by, digits=digits, since=since)
    show_roll_rates(ctx.obj, officer, asked, explain=explain)


@app.verb("rows", help=N_("Migration rates between two days, as banks report them."))
def migration(
    ctx: typer.Context,
    since: SinceOption,
    by: GroupOption = None,
    digits: DigitsOption = None,
    officer: OfficerOption = None,
    explain: ExplainFlag = False,
) -> None:
    """Show how loans moved between classes."""
    from loancrm.shell.migration import show_migration

    show_migration(ctx.obj, since, officer, by=by, digits=digits, explain=explain)


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
    since: CompareOption = None,
    officer: OfficerOption = None,
    explain: ExplainFlag = False,
) -> None:
    """Show concentration."""
    from loancrm.shell.concentration import show_concentration

    show_concentration(ctx.obj, officer, by=by, measure=measure, digits=digits, since=since, explain=explain)


@app.verb("rows", help=N_("What is contradictory or missing in the book, by named check."))
def quality(ctx: typer.Context, officer: OfficerOption = None) -> None:
    """Show what is contradictory or missing."""
    from loancrm.shell.quality import show_quality

    show_quality(ctx.obj, officer)


@app.verb(
    "rows", help=N_("Feedback in figures: kinds, clocks kept, what is open by age, officers, channels.")
)
def feedback(
    ctx: typer.Context,
    since: Annotated[
        str | None,
        typer.Option("--from", metavar="DAY", help=N_("from this day on; default: 90 days before")),
    ] = None,
    until: Annotated[
        str | None,
        typer.Option(
            "--to", metavar="DAY", help=N_("before this day; default: with the day that is looked at")
        ),
    ] = None,
    officer: OfficerOption = None,
    explain: ExplainFlag = False,
) -> None:
    """Show feedback in figures."""
    from loancrm.shell.feedback_figures import show_summary

    show_summary(ctx.obj, officer, since, until, explain=explain)


@app.verb("rows", help=N_("What surveys found: CSAT, CES and NPS with intervals, against the wave before."))
def satisfaction(
    ctx: typer.Context,
    survey: Annotated[
        str | None, typer.Option("--survey", metavar="SURVEY", help=N_("only this survey"))
    ] = None,
    by: Annotated[
        str | None, typer.Option(metavar="GROUP", help=N_("in groups: segment, officer or region"))
    ] = None,
    explain: ExplainFlag = False,
) -> None:
    """Show satisfaction."""
    from loancrm.shell.satisfaction import show_satisfaction

    show_satisfaction(ctx.obj, survey, by, explain=explain)


@app.verb("rows", help=N_("What customers bring: interest less funding, expected loss and service."))
def value(
    ctx: typer.Context,
    by: Annotated[
        str, typer.Option(metavar="GROUP", help=N_("customer, segment, officer, product or region"))
    ] = "segment",
    from_: Annotated[
        str | None, typer.Option("--from", metavar="DAY", help=N_("first day; default: a year before"))
    ] = None,
    to: Annotated[
        str | None, typer.Option("--to", metavar="DAY", help=N_("the day after the last; default: today"))
    ] = None,
    officer: OfficerOption = None,
    explain: ExplainFlag = False,
) -> None:
    """Show contribution and lifetime value."""
    from loancrm.shell.value import show_value

    show_value(ctx.obj, officer, by=by, from_=from_, to=to, explain=explain)


@app.verb("rows", help=N_("Customers by recency, frequency and monetary value, ranked from 1 to 5."))
def rfm(ctx: typer.Context, officer: OfficerOption = None) -> None:
    """Show RFM."""
    from loancrm.shell.value import show_rfm

    show_rfm(ctx.obj, officer)


@app.verb("rows", name="next-products", help=N_("Which product may come next for whom, and why."))
def next_products(
    ctx: typer.Context,
    rule: Annotated[
        str | None, typer.Option("--rule", metavar="RULE", help=N_("only by this rule of the policy"))
    ] = None,
    officer: OfficerOption = None,
) -> None:
    """Show hints at next products."""
    from loancrm.shell.value import show_next_products

    show_next_products(ctx.obj, officer, rule)


@app.verb("rows", help=N_("What loyalty points, rewards and offers came to, and what they cost."))
def loyalty(
    ctx: typer.Context,
    from_: Annotated[
        str | None, typer.Option("--from", metavar="DAY", help=N_("first day; default: a year before"))
    ] = None,
    to: Annotated[
        str | None, typer.Option("--to", metavar="DAY", help=N_("the day after the last; default: today"))
    ] = None,
    officer: OfficerOption = None,
) -> None:
    """Show what loyalty costs."""
    from loancrm.shell.loyalty import show_cost

    show_cost(ctx.obj, officer, from_, to)


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


@app.verb("rows", help=N_("Limits of the book: what each group owes, at most, headroom, what is done."))
def limits(
    ctx: typer.Context,
    all_: Annotated[bool, typer.Option("--all", help=N_("every group, not the worst only"))] = False,
    explain: ExplainFlag = False,
) -> None:
    """Show limits."""
    from loancrm.shell.control import show_limits

    show_limits(ctx.obj, all_=all_, explain=explain)


@app.verb("rows", name="risk-register", help=N_("What is open: incidents, findings, limits, warnings, …"))
def risk_register(
    ctx: typer.Context,
    kind: Annotated[
        str | None,
        typer.Option(metavar="KIND", help=N_("incident, finding, limit, warning or playbook")),
    ] = None,
    by: GroupOption = None,
    digits: DigitsOption = None,
    since: CompareOption = None,
    officer: OfficerOption = None,
    explain: ExplainFlag = False,
) -> None:
    """Show the risk register."""
    from loancrm.shell.risk_register import show_register

    show_register(ctx.obj, officer, kind=kind, by=by, digits=digits, since=since, explain=explain)


# They add to the group, in the order in which help shows them.
from loancrm.commands import report_risk, report_files  # noqa: E402, F401  # isort: skip
