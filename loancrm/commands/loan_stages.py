"""loancrm loan: apply, and the steps until the money is paid out."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from loancrm.commands.loan import app
from loancrm.commands.options import CustomerArgument, LoanArgument, NoteOption, OfficerOption, OnOption
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
    PaidOption,
    PrepaymentOption,
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

AmountOption = Annotated[
    str | None,
    typer.Option("--amount", metavar="AMOUNT", help=N_("what is approved; default: as applied for")),
]
STAGES = (
    Column("stage", N_("stage"), "code", vocabulary="pipeline_stage"),
    Column("loans", N_("at it"), "int"),
    Column("amount", N_("amount"), "money"),
    Column("target_days", N_("target"), "int"),
    Column("late", N_("late"), "int"),
    Column("oldest_days", N_("oldest"), "int"),
    Column("done", N_("passed"), "int"),
    Column("median_days", N_("median days"), "int"),
    Column("within_target", N_("in time"), "ratio"),
    Column("median_before", N_("before"), "int", table=False),
    Column("median_after", N_("after"), "int", table=False),
    Column("is_bottleneck", N_("bottleneck"), "bool", table=False),
)
STUCK = (
    Column("loan", N_("loan")),
    Column("customer", N_("customer")),
    Column("name", N_("name")),
    Column("officer", N_("officer"), table=False),
    Column("stage", N_("stage"), "code", vocabulary="pipeline_stage"),
    Column("since", N_("since"), "date"),
    Column("days", N_("days"), "int"),
    Column("target_days", N_("target"), "int"),
    Column("amount", N_("amount"), "money"),
    Column("waits_for", N_("waits for"), table=False),
)


@app.verb("change", help=N_("Take an application in: the loan gets its number."))
def apply(
    ctx: typer.Context,
    customer: CustomerArgument,
    product: ProductOption,
    principal: PrincipalOption,
    instalments: InstalmentsOption = None,
    due_dates: DueDatesOption = None,
    rate: RateOption = None,
    reference: ReferenceOption = None,
    spread: SpreadOption = None,
    reprice: RepriceOption = None,
    number: NumberOption = None,
    contract: ContractOption = None,
    contract_kind: ContractKindOption = "single",
    facility: FacilityOption = None,
    security: SecurityOption = None,
    industry: IndustryOption = None,
    region: RegionOption = None,
    purpose: PurposeOption = None,
    repayment: RepaymentOption = None,
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
    prepayment: PrepaymentOption = None,
    on: OnOption = None,
) -> None:
    """Take an application in."""
    typed = dict(locals())
    from loancrm.services.applications import apply_in
    from loancrm.services.pipeline import apply as work

    crm: Any = ctx.obj
    crm.know_products()
    receipt = crm.change(work, apply_in(typed, crm.settings, crm.today), "loan apply")
    crm.receipt(
        receipt,
        _("application for loan {number} taken in").format(number=receipt.loan),
        *_waits(receipt),
        _("next: loancrm loan approve {number}").format(number=receipt.loan),
    )


def _waits(receipt: Any) -> list[str]:
    if not receipt.waits_for:
        return []
    return [_("still to be met: {names}").format(names=", ".join(receipt.waits_for))]


def _move(
    crm: Any, verb: str, stage: str, loan: str, on: str | None, note: str | None, *more: str | None
) -> Any:
    from loancrm.services.applications import stage_in
    from loancrm.services.pipeline import disburse as pay_out
    from loancrm.services.pipeline import move

    work = pay_out if stage == "disbursement" else move
    return crm.change(work, stage_in(loan, stage, on, note, *more), f"loan {verb}")


def _declare(verb: str, stage: str, text: str, sentence: str) -> None:
    """Add a step that says no more than that it was taken."""

    def step(ctx: typer.Context, loan: LoanArgument, on: OnOption = None, note: NoteOption = None) -> None:
        receipt = _move(ctx.obj, verb, stage, loan, on, note)
        ctx.obj.receipt(receipt, _(sentence).format(number=receipt.loan))

    step.__doc__ = text
    app.verb("change", name=verb, help=text)(step)


_declare(
    "investigate",
    "investigation",
    N_("Record that a loan was investigated."),
    N_("loan {number} was investigated"),
)
_declare("review", "review", N_("Record that a loan was reviewed."), N_("loan {number} was reviewed"))


@app.verb("change", help=N_("Approve a loan; a large one needs a second person."))
def approve(
    ctx: typer.Context,
    loan: LoanArgument,
    amount: AmountOption = None,
    on: OnOption = None,
    note: NoteOption = None,
) -> None:
    """Approve a loan."""
    receipt = _move(ctx.obj, "approve", "approval", loan, on, note, amount)
    ctx.obj.receipt(
        receipt,
        _("{who} approved loan {number}").format(who=receipt.by, number=receipt.loan),
        _("next: loancrm loan sign {number}").format(number=receipt.loan),
    )


@app.verb("change", help=N_("Record that the contract was signed."))
def sign(ctx: typer.Context, loan: LoanArgument, on: OnOption = None, note: NoteOption = None) -> None:
    """Record that the contract was signed."""
    receipt = _move(ctx.obj, "sign", "contract", loan, on, note)
    ctx.obj.receipt(
        receipt,
        _("the contract of loan {number} was signed").format(number=receipt.loan),
        *_waits(receipt),
        _("next: loancrm loan disburse {number}").format(number=receipt.loan),
    )


@app.verb("change", help=N_("Pay a loan out, or a part of it: its schedule takes up each draw."))
def disburse(
    ctx: typer.Context,
    loan: LoanArgument,
    amount: Annotated[
        str | None,
        typer.Option(
            "--amount", metavar="AMOUNT", help=N_("a part; default: all that is left of the approval")
        ),
    ] = None,
    paid: PaidOption = None,
    on: OnOption = None,
    note: NoteOption = None,
) -> None:
    """Pay a loan out."""
    receipt = _move(ctx.obj, "disburse", "disbursement", loan, on, note, amount, paid)
    ctx.obj.receipt(
        receipt,
        _("{amount} of loan {number} was paid out on {day}").format(
            amount=receipt.amount, number=receipt.loan, day=receipt.on
        ),
        _("next: loancrm loan schedule {number}").format(number=receipt.loan),
    )


_declare("decline", "declined", N_("Decline a loan."), N_("loan {number} was declined"))
_declare(
    "withdraw",
    "withdrawn",
    N_("Record that the customer withdrew an application."),
    N_("loan {number} was withdrawn"),
)


@app.verb("change", help=N_("Ask for a document or a condition."))
def require(
    ctx: typer.Context,
    loan: LoanArgument,
    name: Annotated[str, typer.Argument(metavar="NAME", help=N_("its name, such as business_licence"))],
    kind: Annotated[str, typer.Option(metavar="KIND", help=N_("document or condition"))] = "condition",
    due_on: Annotated[str | None, typer.Option("--due", metavar="DAY", help=N_("until when"))] = None,
    on: OnOption = None,
    note: NoteOption = None,
) -> None:
    """Ask for a document or a condition."""
    from loancrm.services.applications import requirement_in
    from loancrm.services.pipeline import require as work

    crm: Any = ctx.obj
    request = requirement_in(loan, name, "required", kind, on, due_on, note)
    receipt = crm.change(work, request, "loan require")
    crm.receipt(receipt, _("loan {number} now waits for {name}").format(number=receipt.loan, name=name))


@app.verb("change", name="meet-condition", help=N_("Record that a document is there, or a condition met."))
def meet_condition(
    ctx: typer.Context,
    loan: LoanArgument,
    name: Annotated[str, typer.Argument(metavar="NAME", help=N_("which one"))],
    waive: Annotated[bool, typer.Option("--waive", help=N_("it is done without; say why in --note"))] = False,
    on: OnOption = None,
    note: NoteOption = None,
) -> None:
    """Record that a document is there, or a condition met."""
    from loancrm.services.applications import requirement_in
    from loancrm.services.pipeline import require as work

    crm: Any = ctx.obj
    action = "waived" if waive else "met"
    receipt = crm.change(
        work, requirement_in(loan, name, action, None, on, None, note), "loan meet-condition"
    )
    crm.receipt(
        receipt, _("{name} of loan {number} is met").format(name=name, number=receipt.loan), *_waits(receipt)
    )


@app.verb("rows", help=N_("Show how long each stage takes, what stands at it, and where it is stuck."))
def stages(
    ctx: typer.Context,
    stuck: Annotated[bool, typer.Option("--stuck", help=N_("the loans that are past their target"))] = False,
    since: Annotated[str | None, typer.Option(metavar="DAY", help=N_("what was passed from then on"))] = None,
    changed_on: Annotated[
        str | None,
        typer.Option("--before-after", metavar="DAY", help=N_("compare what was before with after")),
    ] = None,
    officer: OfficerOption = None,
) -> None:
    """Show how long each stage takes."""
    from loancrm.shell.stages import show_stages, show_stuck

    if stuck:
        show_stuck(ctx.obj, STUCK, officer)
    else:
        show_stages(ctx.obj, STAGES, officer, since, changed_on)
