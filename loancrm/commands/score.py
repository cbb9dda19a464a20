"""loancrm score: fit."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from loancrm.i18n import N_
from loancrm.shell.app import App

app = App(help=N_("Scorecards."))
Text = str | None


@app.callback()
def score() -> None:
    """Keep ``fit`` a word of its own while it is the only one."""


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
