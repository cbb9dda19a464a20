"""loancrm relief: compare, apply."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from loancrm.commands.options import LoanArgument, OnOption
from loancrm.commands.term_options import ContractOption, NumberOption, PaidOption
from loancrm.i18n import N_
from loancrm.render.columns import Column
from loancrm.shell.app import App

app = App(help=N_("Relief for a loan: what each kind comes to, and giving one."))
COLUMNS = (
    Column("kind", N_("kind"), "code", vocabulary="relief", table=False),
    Column("kind_shown", N_("kind"), data=False),
    Column("is_allowed", N_("allowed"), "bool"),
    Column("first_instalment", N_("instalment"), "money"),
    Column("total_interest", N_("interest"), "money"),
    Column("loss", N_("loss"), "money"),
    Column("payment_to_income", N_("payment to income"), "ratio"),
    Column("dscr", N_("DSCR"), "number"),
    Column("says", N_("says"), below=True, data=False),
    Column("matures_on", N_("matures"), "date", table=False),
    Column("five_tier", N_("class"), "code", vocabulary="five_tier", table=False),
    Column("until", N_("until"), "date", table=False),
    Column("why_not", N_("why not"), table=False),
    Column("months", N_("months"), "int", table=False),
    Column("annual_rate", N_("rate"), "rate", table=False),
    Column("to_settle", N_("to settle"), "money", table=False),
    Column("first_due_on", N_("first due"), "date", table=False),
    Column("largest_instalment", N_("largest instalment"), "money", table=False),
    Column("instalments", N_("instalments"), "int", table=False),
    Column("dscr_missing", N_("no DSCR because"), table=False),
    Column("is_observed", N_("observed"), "bool", table=False),
)
MonthsOption = Annotated[str, typer.Option("--months", metavar="N", help=N_("how many months more"))]
RateOption = Annotated[
    str | None, typer.Option("--rate", metavar="RATE", help=N_("the new rate a year, such as 3.45%"))
]
ConsentFlag = Annotated[bool, typer.Option("--consent", help=N_("the guarantor has agreed"))]
CapitaliseFlag = Annotated[
    bool, typer.Option("--capitalise", help=N_("of a restructuring: unpaid interest becomes principal"))
]


@app.verb("rows", help=N_("Lay the kinds of relief for a loan side by side, with why one is not allowed."))
def compare(
    ctx: typer.Context,
    loan: LoanArgument,
    months: MonthsOption = "6",
    rate: RateOption = None,
    consent: ConsentFlag = False,
    capitalise: CapitaliseFlag = False,
) -> None:
    """Lay the kinds of relief side by side."""
    from loancrm.shell.relief import show_relief

    show_relief(ctx.obj, COLUMNS, loan, months, rate, has_consent=consent, is_capitalising=capitalise)


@app.verb(
    "change",
    name="apply",
    help=N_("Give relief: a new version of the schedule, or a new loan; the old one stays."),
)
def apply_(
    ctx: typer.Context,
    loan: LoanArgument,
    kind: Annotated[
        str,
        typer.Option(
            metavar="KIND",
            help=N_("deferral, extension, rate_cut, capitalisation, restructuring, renewal, refinancing, …"),
        ),
    ],
    why: Annotated[str, typer.Option(metavar="TEXT", help=N_("what made it necessary"))],
    months: MonthsOption = "0",
    rate: RateOption = None,
    consent: ConsentFlag = False,
    capitalise: CapitaliseFlag = False,
    number: NumberOption = None,
    contract: ContractOption = None,
    paid: PaidOption = None,
    contact: Annotated[
        str | None, typer.Option(metavar="CONTACT", help=N_("the conversation in which it was explained"))
    ] = None,
    on: OnOption = None,
) -> None:
    """Give relief."""
    typed = dict(locals())
    from loancrm.services.change_requests import relief_in
    from loancrm.services.relief import relieve as work
    from loancrm.shell.relief import relief_given

    crm: Any = ctx.obj
    receipt = crm.change(work, relief_in(typed), "relief apply")
    crm.receipt(receipt, *relief_given(receipt))
