"""loancrm score: a customer by the policy's cards; diff, list, run, history, review-due, fit, backtest."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from loancrm.commands.options import (
    CustomerArgument,
    EventOption,
    HorizonOption,
    OfficerOption,
    ReplayFromOption,
    ReplayToOption,
)
from loancrm.i18n import N_
from loancrm.shell.app import App

app = App(help=N_("Customers by the policy's scorecards: score CUSTOMER, or a verb."), has_usual=True)
CardOption = Annotated[
    str | None,
    typer.Option(
        "--card", metavar="CARD", help=N_("scorecard; default: the first for this kind of customer")
    ),
]


@app.verb("one", help=N_("Score a customer: points per figure, what is missing, and what the grade allows."))
def show(ctx: typer.Context, customer: CustomerArgument, card: CardOption = None) -> None:
    """Score a customer."""
    from loancrm.shell.scores import show_score

    show_score(ctx.obj, customer, card)


@app.verb("rows", help=N_("Compare a customer's score with that of an earlier day, figure by figure."))
def diff(
    ctx: typer.Context,
    customer: CustomerArgument,
    since: Annotated[str, typer.Option(metavar="DAY", help=N_("the earlier day"))],
    card: CardOption = None,
) -> None:
    """Compare a score with an earlier one."""
    from loancrm.shell.score_changes import show_difference

    show_difference(ctx.obj, customer, since, card)


@app.verb(
    "rows", name="what-if", help=N_("Score a customer with other figures: name=value, or name=missing.")
)
def what_if(
    ctx: typer.Context,
    customer: CustomerArgument,
    figures: Annotated[list[str], typer.Argument(metavar="NAME=VALUE…", help=N_("figures as they would be"))],
    card: CardOption = None,
) -> None:
    """Score a customer as it would be."""
    from loancrm.shell.score_changes import show_what_if

    show_what_if(ctx.obj, customer, figures, card)


@app.verb("rows", name="list", help=N_("Score the book: every customer by the card of its kind."))
def list_(ctx: typer.Context, card: CardOption = None, officer: OfficerOption = None) -> None:
    """List scores."""
    from loancrm.shell.score_book import show_list

    show_list(ctx.obj, card, officer)


@app.verb("change", help=N_("Keep today's scores, with the figures and the policy they were made of."))
def run(
    ctx: typer.Context,
    customers: Annotated[
        list[str] | None,
        typer.Argument(metavar="[CUSTOMER…]", help=N_("only these; default: the whole book")),
    ] = None,
    card: CardOption = None,
) -> None:
    """Keep scores."""
    from loancrm.shell.score_book import keep_scores

    keep_scores(ctx.obj, tuple(customers or ()), card)


@app.verb("rows", help=N_("List a customer's kept scores, newest first."))
def history(ctx: typer.Context, customer: CustomerArgument, card: CardOption = None) -> None:
    """List kept scores."""
    from loancrm.shell.score_book import show_history

    show_history(ctx.obj, customer, card)


@app.verb(
    "rows", name="review-due", help=N_("List scores that are due: by age, by an event, or never made yet.")
)
def review_due(ctx: typer.Context, card: CardOption = None, officer: OfficerOption = None) -> None:
    """List reviews due."""
    from loancrm.shell.score_book import show_due

    crm: Any = ctx.obj
    show_due(crm, card, officer)


Text = str | None


def _option(metavar: str, text: str) -> Any:
    return typer.Option(metavar=metavar, help=text)


@app.verb(
    "rows",
    help=N_("Estimate a logistic card on the book's own history; --output card.yaml writes it to review."),
)
def fit(
    ctx: typer.Context,
    target: Annotated[str, _option("CONDITION", N_("what is foretold, such as loan_status = written_off"))],
    on: Annotated[str, _option("FIGURES", N_("figures to foretell it from, separated by commas"))],
    train: Annotated[
        Text, _option("CONDITION", N_("cases to learn from, such as disbursed_on < 2003-01-01; default: all"))
    ] = None,
    test: Annotated[
        Text, _option("CONDITION", N_("cases to measure on; default: all that it does not learn from"))
    ] = None,
    where: Annotated[Text, _option("CONDITION", N_("only these cases"))] = None,
    level: Annotated[str, _option("LEVEL", N_("loan or customer: what a case is"))] = "loan",
    digits: Annotated[
        Text, _option("N", N_("of an industry code, so many digits; default: the policy's"))
    ] = None,
    minimum: Annotated[
        Text, _option("N", N_("categories with fewer cases go together; default: the policy's"))
    ] = None,
    cut: Annotated[
        Text, _option("SHARE", N_("from which chance on it is foretold; default: the share in training"))
    ] = None,
    card: Annotated[str, _option("NAME", N_("name of the card that is written"))] = "fitted",
) -> None:
    """Estimate a logistic card."""
    typed = {name: value for name, value in locals().items() if name != "ctx"}
    from loancrm.shell.fitting import show_fit

    show_fit(ctx.obj, typed)


@app.verb("rows", help=N_("Test the cards on the past: scored each month as known then, against what came."))
def backtest(
    ctx: typer.Context,
    event: EventOption,
    card: Annotated[
        str | None, typer.Argument(metavar="[CARD]", help=N_("scorecard; default: those of the book"))
    ] = None,
    since: ReplayFromOption = None,
    until: ReplayToOption = None,
    horizon: HorizonOption = "90d",
    explain: Annotated[bool, typer.Option("--explain", help=N_("how each figure is computed"))] = False,
) -> None:
    """Test the cards on the past."""
    from loancrm.shell.score_backtest import show_backtest

    typed = {"event": event, "card": card, "since": since, "until": until, "horizon": horizon}
    show_backtest(ctx.obj, typed, explain=explain)
