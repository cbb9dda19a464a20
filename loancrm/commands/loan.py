"""loancrm loan: add, list, show, close."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Annotated, Any

import typer

from loancrm.commands.options import (
    AllFlag,
    CustomerArgument,
    CustomerOption,
    LoanArgument,
    OfficerOption,
    OnOption,
)
from loancrm.commands.term_options import (
    BalloonOption,
    ContractKindOption,
    ContractOption,
    DayCountOption,
    DueDatesOption,
    FacilityOption,
    FrequencyOption,
    HolidayShiftOption,
    IndustryOption,
    InstalmentsOption,
    InterestGraceOption,
    NumberOption,
    PrincipalGraceOption,
    PrincipalOption,
    ProductOption,
    PurposeOption,
    RateOption,
    RecurringGraceOption,
    ReferenceOption,
    RegionOption,
    RepaymentOption,
    RepriceOption,
    RoundingOption,
    RoundToOption,
    SecurityOption,
    SettlementDayOption,
    SpreadOption,
    SubsidyUntilOption,
    TableOption,
)
from loancrm.i18n import N_, _
from loancrm.render.columns import Column
from loancrm.shell.app import App

app = App(help=N_("Loans: one is one draw."))
COLUMNS = (
    Column("number", N_("loan")),
    Column("customer", N_("customer")),
    Column("name", N_("name")),
    Column("officer", N_("officer"), table=False),
    Column("contract", N_("contract"), table=False),
    Column("replaces", N_("repaid"), table=False),
    Column("replaced_by", N_("repaid by"), table=False),
    Column("product", N_("product"), "code", vocabulary="product", table=False),
    Column("status", N_("status"), "code", vocabulary="loan_state", table=False),
    Column("principal", N_("principal"), "money", table=False),
    Column("annual_rate", N_("rate"), "rate", table=False),
    Column("disbursed_on", N_("disbursed"), "date", table=False),
    Column("matures_on", N_("matures"), "date"),
    Column("outstanding_principal", N_("outstanding"), "money"),
    Column("overdue_principal", N_("overdue"), "money", table=False),
    Column("unpaid_interest", N_("unpaid interest"), "money", table=False),
    Column("penalty", N_("penalty and compound interest"), "money", table=False),
    Column("days_past_due", N_("days past due"), "int"),
    Column("bucket", N_("bucket"), table=False),
    Column("five_tier", N_("class"), "code", vocabulary="five_tier"),
    Column("computed_five_tier", N_("computed class"), "code", vocabulary="five_tier", table=False),
    Column("ifrs9_stage", N_("IFRS 9 stage"), "int", table=False),
    Column("pipeline_stage", N_("stage"), "code", vocabulary="pipeline_stage", table=False),
    Column("next_due_on", N_("next due"), "date", table=False),
    Column("next_due_amount", N_("amount due"), "money", table=False),
    Column("industry", N_("industry lent to"), table=False),
    Column("region", N_("region"), table=False),
    Column("basis", N_("basis"), "code", vocabulary="position", table=False),
    Column("basis_on", N_("data of"), "date", table=False),
)
PAGE_COLUMNS = (
    *(replace(column, table=True) for column in COLUMNS),
    Column("days_after_grace", N_("after days of grace"), "int"),
    Column("reference", N_("follows")),
    Column("spread", N_("spread"), "rate"),
    Column("repricing", N_("repriced"), "code", vocabulary="repricing"),
    Column("reprices_on", N_("next repricing"), "date"),
    Column("undrawn", N_("still to draw"), "money"),
    Column("draw_until", N_("to be drawn until"), "date"),
    Column("lapsed", N_("lapsed undrawn"), "money"),
    Column("next_check_kind", N_("next check"), "code", vocabulary="check_kind"),
    Column("next_check_on", N_("check due"), "date"),
    Column("next_check_rule", N_("rule of the check")),
    Column("last_check_on", N_("last check"), "date"),
    Column("extra", N_("other columns"), "nested"),
    Column("industry_scheme", N_("scheme of the industry"), table=False),
)
_ABOUT = {"ledger": "loan schedule", "snapshot": "snapshot list", None: "snapshot list"}


@app.verb("change", help=N_("Add a loan: its contract is made when it is not there yet."))
def add(
    ctx: typer.Context,
    customer: CustomerArgument,
    product: ProductOption,
    principal: PrincipalOption,
    number: NumberOption = None,
    contract: ContractOption = None,
    contract_kind: ContractKindOption = "single",
    facility: FacilityOption = None,
    rate: Annotated[
        str | None, typer.Option(metavar="RATE", help=N_("a year, such as 3.45% or 345bp"))
    ] = None,
    disbursed_on: Annotated[str | None, typer.Option(metavar="DAY", help=N_("day of disbursement"))] = None,
    matures_on: Annotated[str | None, typer.Option(metavar="DAY", help=N_("day of maturity"))] = None,
    security: SecurityOption = None,
    industry: IndustryOption = None,
    region: RegionOption = None,
    purpose: PurposeOption = None,
) -> None:
    """Add a loan."""
    typed = dict(locals())
    from loancrm.services.loans import add_loan
    from loancrm.services.requests import loan_in

    crm: Any = ctx.obj
    crm.know_products()
    receipt = crm.change(add_loan, loan_in(typed), "loan add")
    following = _("next: loancrm snapshot add {number} --outstanding …").format(number=receipt.number)
    if disbursed_on is None:
        following = _("without --disbursed-on it counts nowhere: loancrm undo, and add it again")
    crm.receipt(receipt, _("added loan {number}").format(number=receipt.number), following)


@app.verb("rows", name="list", help=N_("List loans with their positions."))
def list_(
    ctx: typer.Context,
    customer: CustomerOption = None,
    officer: OfficerOption = None,
    overdue: Annotated[bool, typer.Option("--overdue", help=N_("only what is past due"))] = False,
    where: Annotated[
        str | None,
        typer.Option(
            metavar="CONDITION", help=N_("such as: days_past_due > 30 and loan_product = working_capital")
        ),
    ] = None,
    all_: AllFlag = False,
) -> None:
    """List loans."""
    from loancrm.shell.queries import list_loans

    list_loans(ctx.obj, COLUMNS, officer=officer, where=where, customer=customer, all_=all_, overdue=overdue)


@app.verb("one", help=N_("Show a loan with its position."))
def show(ctx: typer.Context, loan: LoanArgument) -> None:
    """Show a loan."""
    from loancrm.reports.loans import loan_page
    from loancrm.shell.pages import extra_lines, in_words

    crm: Any = ctx.obj
    with crm.view() as view:
        found, more = loan_page(view, crm.policy(view), loan)
    footer = [
        "",
        *extra_lines(found.extra),
        f"loancrm {_ABOUT[found.basis]} {found.number} · customer show {found.customer}",
    ]
    crm.show_one(in_words(crm, {**asdict(found), **more}), PAGE_COLUMNS, title=found.number, footer=footer)


@app.verb("change", help=N_("Record how a loan ended."))
def close(
    ctx: typer.Context,
    loan: LoanArgument,
    status: Annotated[
        str, typer.Option(metavar="STATUS", help=N_("settled, written_off, transferred or cancelled"))
    ] = "settled",
    amount: Annotated[str | None, typer.Option(metavar="AMOUNT", help=N_("what was written off"))] = None,
    on: OnOption = None,
) -> None:
    """Record how a loan ended."""
    from loancrm.services.loans import close as work
    from loancrm.services.requests import loan_end

    crm: Any = ctx.obj
    receipt = crm.change(work, loan_end(loan, status, on, amount), "loan close")
    crm.receipt(receipt, _("closed loan {number}").format(number=receipt.number))


@app.verb("rows", help=N_("Work out a schedule and what it costs; nothing is stored."))
def quote(
    ctx: typer.Context,
    principal: PrincipalOption,
    rate: RateOption = None,
    reference: ReferenceOption = None,
    spread: SpreadOption = None,
    reprice: RepriceOption = None,
    instalments: InstalmentsOption = None,
    due_dates: DueDatesOption = None,
    repayment: RepaymentOption = None,
    from_on: Annotated[
        str | None, typer.Option("--from", metavar="DAY", help=N_("day of the draw; default: today"))
    ] = None,
    product: Annotated[
        str | None, typer.Option(metavar="PRODUCT", help=N_("terms of the product go for what is not said"))
    ] = None,
    frequency: FrequencyOption = None,
    day_count: DayCountOption = None,
    rounding: RoundingOption = None,
    round_to: RoundToOption = None,
    principal_grace: PrincipalGraceOption = None,
    interest_grace: InterestGraceOption = None,
    recurring_grace: RecurringGraceOption = None,
    balloon: BalloonOption = None,
    settlement_day: SettlementDayOption = None,
    holiday_shift: HolidayShiftOption = None,
    table: TableOption = None,
    subsidy_until: SubsidyUntilOption = None,
    draws: Annotated[
        str | None,
        typer.Option(
            metavar="DRAWS",
            help=N_("further draws, DAY:AMOUNT with commas; --principal is the first"),
        ),
    ] = None,
    fee: Annotated[str, typer.Option(metavar="AMOUNT", help=N_("taken off what is paid out"))] = "0",
    compare: Annotated[
        str | None,
        typer.Option(metavar="KINDS", help=N_("offers side by side, such as level,equal_principal,bullet")),
    ] = None,
    grade: Annotated[
        str | None,
        typer.Option(metavar="GRADE", help=N_("of the customer: the policy's least rate beside the offer")),
    ] = None,
    security: SecurityOption = None,
) -> None:
    """Work out a schedule."""
    typed = dict(locals())
    from loancrm.shell.quotes import show_quote

    show_quote(ctx.obj, typed)


@app.verb("one", help=N_("Say why a loan is in its class and stage, until when, and what changes it next."))
def explain(ctx: typer.Context, loan: LoanArgument) -> None:
    """Explain a loan's class and stage."""
    from loancrm.shell.standing import explain_loan

    explain_loan(ctx.obj, loan)


@app.verb(
    "change", help=N_("Work out anew what loans remember (observation, the way up), as after a new policy.")
)
def reclassify(
    ctx: typer.Context,
    loans: Annotated[
        list[str] | None, typer.Argument(metavar="[LOAN…]", help=N_("only these; default: the whole book"))
    ] = None,
) -> None:
    """Work out floors anew."""
    from loancrm.shell.standing import reclassify_loans

    reclassify_loans(ctx.obj, tuple(loans or ()))


# They add to the group, in the order in which help shows them.
from loancrm.commands import loan_stages  # noqa: E402, F401  # isort: skip
from loancrm.commands import loan_payments  # noqa: E402, F401  # isort: skip
from loancrm.commands import loan_changes  # noqa: E402, F401  # isort: skip
from loancrm.commands import loan_rates  # noqa: E402, F401  # isort: skip
