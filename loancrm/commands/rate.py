"""loancrm rate: add, list, void."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from loancrm.commands.options import OnOption, WhyOption
from loancrm.i18n import N_, _
from loancrm.render.columns import Column
from loancrm.shell.app import App

app = App(help=N_("Published rates that loans follow, such as LPR-1Y."))
COLUMNS = (
    Column("series", N_("series")),
    Column("on", N_("from"), "date"),
    Column("annual_rate", N_("rate"), "rate"),
    Column("change", N_("change"), "rate"),
)
SeriesArgument = Annotated[
    str, typer.Argument(metavar="SERIES", help=N_("name of the series, such as LPR-1Y or LPR-5Y"))
]


@app.verb("change", help=N_("Write down a published rate; loancrm import rates takes many."))
def add(
    ctx: typer.Context,
    series: SeriesArgument,
    rate: Annotated[str, typer.Argument(metavar="RATE", help=N_("a year, such as 3.00%"))],
    on: OnOption = None,
) -> None:
    """Write down a published rate."""
    typed = dict(locals())
    from loancrm.services.rates import add as work
    from loancrm.services.rates import rate_in

    crm: Any = ctx.obj
    receipt = crm.change(work, rate_in(typed), "rate add")
    crm.receipt(
        receipt,
        _("{series} from {day} on is written down").format(series=receipt.series, day=receipt.on),
        _("next: loancrm loan reprice-due"),
    )


@app.verb("rows", name="list", help=N_("List published rates, the newest first."))
def list_(
    ctx: typer.Context,
    series: Annotated[
        str | None, typer.Option(metavar="SERIES", help=N_("only this one, such as LPR-1Y"))
    ] = None,
) -> None:
    """List published rates."""
    from loancrm.reports.rates import rates

    crm: Any = ctx.obj
    with crm.view() as view:
        crm.show(rates(view, series), COLUMNS, title=_("published rates"))


@app.verb("change", help=N_("Take back a published rate that was wrong."))
def void(
    ctx: typer.Context,
    series: SeriesArgument,
    on: Annotated[str, typer.Option("--on", metavar="DAY", help=N_("the day from which it counts"))],
    why: WhyOption = None,
) -> None:
    """Take back a published rate."""
    from loancrm.services.rates import rate_void
    from loancrm.services.rates import void as work

    crm: Any = ctx.obj
    receipt = crm.change(work, rate_void(series, on, why), "rate void")
    crm.receipt(receipt, _("{series} of {day} is void").format(series=receipt.series, day=receipt.on))
