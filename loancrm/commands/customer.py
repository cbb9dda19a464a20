"""loancrm customer: add, list, show, edit, find, brief, indicators."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from loancrm.commands.options import CustomerArgument, OfficerOption, OnOption, UnmaskFlag, WhyOption
from loancrm.i18n import N_, _, listed
from loancrm.render.columns import Column
from loancrm.shell.app import App
from loancrm.vocabulary import label

app = App(help=N_("Customers and prospects."))


def _field(metavar: str, text: str, *names: str) -> Any:
    return typer.Option(*names, metavar=metavar, help=text)


Text = str | None
Kind = Annotated[Text, _field("KIND", N_("enterprise, sole_proprietor or student"), "--kind")]
Name = Annotated[Text, _field("NAME", N_("registered or full name"))]
BankNumber = Annotated[Text, _field("NUMBER", N_("the bank's customer number"))]
Uscc = Annotated[Text, _field("CODE", N_("unified social credit code"))]
ResidentId = Annotated[Text, _field("NUMBER", N_("resident ID number"))]
Phone = Annotated[Text, _field("NUMBER", N_("phone number"))]
Email = Annotated[Text, _field("ADDRESS", N_("e-mail address"))]
Region = Annotated[Text, _field("TEXT", N_("province or city"))]
Industry = Annotated[Text, _field("CODE", N_("industry, GB/T 4754-2017, such as C34"))]
Branch = Annotated[Text, _field("TEXT", N_("branch or department"))]
Tier = Annotated[Text, _field("TIER", N_("key, general, prospective or leaving"), "--tier")]
Stage = Annotated[Text, _field("STAGE", N_("prospect, enquiry, application, … repayment, closed"))]
Source = Annotated[Text, _field("TEXT", N_("where the lead came from"))]
Size = Annotated[Text, _field("SIZE", N_("large, medium, small or micro"), "--size")]
Employees = Annotated[Text, _field("N", N_("number of employees"))]
Founded = Annotated[Text, _field("DAY", N_("day of founding"))]
LegalRepresentative = Annotated[Text, _field("NAME", N_("legal representative"))]
Controller = Annotated[Text, _field("NAME", N_("actual controller"))]
School = Annotated[Text, _field("NAME", N_("school"))]
Level = Annotated[Text, _field("LEVEL", N_("vocational, undergraduate, master or doctor"), "--level")]
Major = Annotated[Text, _field("TEXT", N_("major"))]
Enrolled = Annotated[Text, _field("DAY", N_("day of enrolment"))]
Graduates = Annotated[Text, _field("DAY", N_("day of graduation"))]
Career = Annotated[Text, _field("TEXT", N_("career direction"))]
Hardship = Annotated[Text, _field("YES|NO", N_("recognised as in hardship"), "--hardship")]
Registration = Annotated[Text, _field("NUMBER", N_("number in the commercial register"))]
Development = Annotated[Text, _field("STAGE", N_("founding, growth, mature or decline"))]
Tags = Annotated[
    Text, _field("TAGS", N_("inclusive, agricultural, green, technology, first_time; by commas"))
]
Preferred = Annotated[Text, _field("CHANNEL", N_("preferred channel"))]
Income = Annotated[Text, _field("BAND", N_("income of the family: very_low, low, middle or high"))]
Graduated = Annotated[Text, _field("DAY", N_("day on which the studies really ended"))]
Employment = Annotated[
    Text, _field("STATE", N_("employed, civil_service, self_employed, further_study, seeking or none"))
]
Officer = Annotated[Text, _field("OFFICER", N_("lead officer"))]
ArchivedFlag = Annotated[bool, typer.Option("--archived", help=N_("only archived ones"))]
AllFlag = Annotated[bool, typer.Option("--all", help=N_("archived ones too"))]
SecondOfficer = Annotated[Text, _field("OFFICER", N_("second officer"))]
WhereOption = Annotated[
    Text, _field("CONDITION", N_("such as: days_past_due > 30 and segment in (risk, mass_market)"))
]

LIST_COLUMNS = (
    Column("code", N_("code")),
    Column("name", N_("name")),
    Column("kind", N_("kind"), "code", vocabulary="customer_kind", table=False),
    Column("officer", N_("officer")),
    Column("segment", N_("segment"), "code", vocabulary="segment"),
    Column("service_tier", N_("tier"), "code", vocabulary="service_tier", table=False),
    Column("pipeline_stage", N_("stage"), "code", vocabulary="pipeline_stage", table=False),
    Column("region", N_("region"), table=False),
    Column("industry", N_("industry"), table=False),
    Column("phone", N_("phone"), mask="phone", table=False),
    Column("archived_on", N_("archived"), "date", table=False),
    Column("live_loans", N_("loans"), "int", table=False),
    Column("outstanding_principal", N_("outstanding"), "money"),
    Column("days_past_due", N_("days past due"), "int"),
    Column("days_since_contact", N_("days since contact"), "int"),
)


def _file(
    name: Name = None,
    officer: Officer = None,
    second_officer: SecondOfficer = None,
    bank_number: BankNumber = None,
    uscc: Uscc = None,
    resident_id: ResidentId = None,
    phone: Phone = None,
    email: Email = None,
    region: Region = None,
    industry: Industry = None,
    branch: Branch = None,
    service_tier: Tier = None,
    pipeline_stage: Stage = None,
    source: Source = None,
    size_class: Size = None,
    employees: Employees = None,
    founded_on: Founded = None,
    legal_representative: LegalRepresentative = None,
    actual_controller: Controller = None,
    school: School = None,
    study_level: Level = None,
    major: Major = None,
    enrolled_on: Enrolled = None,
    graduates_on: Graduates = None,
    career_direction: Career = None,
    is_hardship: Hardship = None,
    registration_number: Registration = None,
    development_stage: Development = None,
    policy_tags: Tags = None,
    preferred_channel: Preferred = None,
    family_income: Income = None,
    graduated_on: Graduated = None,
    employment: Employment = None,
) -> None:
    """Declare the fields of a customer's file: options of add and of edit, read into Context.given."""


@app.verb(
    "change",
    options=_file,
    help=N_("Add a customer or prospect; asks for what is missing on a terminal."),
)
def add(
    ctx: typer.Context,
    kind: Kind = None,
    prospect: Annotated[bool, typer.Option("--prospect", help=N_("not a customer yet"))] = False,
    since: Annotated[Text, _field("DAY", N_("customer since; default: today"))] = None,
) -> None:
    """Add a customer or prospect."""
    from loancrm.services.customer_requests import new_customer
    from loancrm.services.customers import add as work
    from loancrm.shell.prompts import fill_in_customer, warn_of_industry

    crm: Any = ctx.obj
    typed = fill_in_customer(crm, {**crm.given, "kind": kind, "prospect": prospect, "since": since})
    receipt = crm.change(work, new_customer(typed, crm.reading, crm.settings.me), "customer add")
    for code in receipt.similar:
        crm.say(_("perhaps the same as {code}: loancrm customer show {code}").format(code=code))
    next_step = _("next: loancrm contact log {code} …").format(code=receipt.code)
    warn_of_industry(crm, crm.given.get("industry"))
    crm.receipt(receipt, _("added {code}").format(code=receipt.code), next_step)


@app.verb("change", options=_file, help=N_("Change a customer's file; every change is kept with its day."))
def edit(
    ctx: typer.Context,
    customer: CustomerArgument,
    on: OnOption = None,
    expect_version: Annotated[
        Text, _field("N", N_("refuse if somebody changed the customer since this version"))
    ] = None,
    clear: Annotated[
        list[str] | None, typer.Option(metavar="FIELD", help=N_("empty this field, such as phone"))
    ] = None,
) -> None:
    """Change a customer's file."""
    from loancrm.services.customer_requests import changed_customer
    from loancrm.services.customers import edit as work
    from loancrm.shell.prompts import warn_of_industry

    crm: Any = ctx.obj
    typed = {"customer": customer, "on": on, "expect_version": expect_version, "clear": clear}
    kind = crm.ask(_kind_of, customer)
    receipt = crm.change(work, changed_customer(kind, {**crm.given, **typed}, crm.reading), "customer edit")
    warn_of_industry(crm, crm.given.get("industry"))
    fields = listed(label("field", name) for name in receipt.changed) or _("nothing")
    crm.receipt(receipt, _("{code}: changed {fields}").format(code=receipt.code, fields=fields))


def _kind_of(view: Any, named: str) -> str:
    from loancrm.reports import lookup

    return str(lookup.customer(view, named).kind)


@app.verb("rows", name="list", help=N_("List customers with a few figures."))
def list_(
    ctx: typer.Context,
    officer: OfficerOption = None,
    kind: Kind = None,
    where: WhereOption = None,
    archived: ArchivedFlag = False,
    all_: AllFlag = False,
    unmask: UnmaskFlag = False,
) -> None:
    """List customers."""
    from loancrm.shell.queries import list_customers

    asked: dict[str, Any] = {"officer": officer, "kind": kind, "where": where}
    list_customers(ctx.obj, LIST_COLUMNS, **asked, archived=archived, all_=all_, unmask=unmask)


@app.verb(
    "rows",
    help=N_("Find customers by code, name or pinyin (a part will do), bank number, or end of the phone."),
)
def find(
    ctx: typer.Context,
    text: Annotated[str, typer.Argument(metavar="TEXT", help=N_("what to look for"))],
    officer: OfficerOption = None,
    archived: ArchivedFlag = False,
    all_: AllFlag = False,
    unmask: UnmaskFlag = False,
) -> None:
    """Find customers."""
    from loancrm.shell.queries import list_customers

    asked: dict[str, Any] = {"officer": officer, "find": text}
    list_customers(ctx.obj, LIST_COLUMNS, **asked, archived=archived, all_=all_, unmask=unmask)


@app.verb("rows", help=N_("Find pairs of customers that may be one, with a score and the reasons."))
def duplicates(
    ctx: typer.Context,
    customer: Annotated[Text, typer.Argument(metavar="[CUSTOMER]", help=N_("only of this customer"))] = None,
) -> None:
    """Find pairs of customers that may be one."""
    from loancrm.shell.care import show_duplicates

    show_duplicates(ctx.obj, customer)


@app.verb(
    "change", help=N_("Make two customers one: the second becomes the first, and its code still finds it.")
)
def merge(
    ctx: typer.Context,
    customer: CustomerArgument,
    other: Annotated[str, typer.Argument(metavar="OTHER", help=N_("the one that becomes it"))],
    why: WhyOption = None,
    force: Annotated[bool, typer.Option("--force", help=N_("although their numbers differ"))] = False,
) -> None:
    """Make two customers one."""
    from loancrm.services.care_requests import merge_in
    from loancrm.services.merging import merge as work
    from loancrm.shell.care import merged

    crm: Any = ctx.obj
    receipt = crm.change(work, merge_in(customer, other, why, force=force), "customer merge")
    crm.receipt(receipt, *merged(receipt))


@app.verb("rows or change", help=N_("Give an officer's customers to another, with a brief of each."))
def handover(
    ctx: typer.Context,
    source: Annotated[str, typer.Option("--from", metavar="OFFICER", help=N_("whose they are"))],
    target: Annotated[str, typer.Option("--to", metavar="OFFICER", help=N_("who takes over"))],
    customers: Annotated[
        list[str] | None, typer.Option("--customer", metavar="CUSTOMER", help=N_("only this one; repeatable"))
    ] = None,
    on: OnOption = None,
    where: WhereOption = None,
) -> None:
    """Give an officer's customers to another."""
    from loancrm.shell.care import hand_over

    typed = {"source": source, "target": target, "customers": customers, "on": on, "where": where}
    hand_over(ctx.obj, typed)


@app.verb("change", help=N_("Put a customer away: out of lists and the daily list, still in every report."))
def archive(
    ctx: typer.Context, customer: CustomerArgument, on: OnOption = None, why: WhyOption = None
) -> None:
    """Put a customer away."""
    from loancrm.services.archive import archive as work
    from loancrm.services.care_requests import archive_in

    crm: Any = ctx.obj
    receipt = crm.change(work, archive_in(customer, on, why), "customer archive")
    crm.receipt(receipt, _("{code} is archived; customer list --archived shows it").format(code=receipt.code))


@app.verb("change", help=N_("Take an archived customer back into the lists."))
def unarchive(
    ctx: typer.Context, customer: CustomerArgument, on: OnOption = None, why: WhyOption = None
) -> None:
    """Take a customer back."""
    from loancrm.services.archive import unarchive as work
    from loancrm.services.care_requests import archive_in

    crm: Any = ctx.obj
    receipt = crm.change(work, archive_in(customer, on, why), "customer unarchive")
    crm.receipt(receipt, _("{code} is back in the lists").format(code=receipt.code))


@app.verb("rows", help=N_("List customers whose files lack what the policy asks for."))
def incomplete(ctx: typer.Context, officer: OfficerOption = None, where: WhereOption = None) -> None:
    """List incomplete files."""
    from loancrm.shell.files import show_incomplete

    show_incomplete(ctx.obj, officer, where)


@app.verb("file", help=N_("Write customers and the people there as vCards, for a telephone's address book."))
def vcards(ctx: typer.Context, officer: OfficerOption = None, unmask: UnmaskFlag = False) -> None:
    """Write vCards."""
    from loancrm.shell.elsewhere import write_cards

    write_cards(ctx.obj, officer=officer, unmask=unmask)


@app.verb("one", help=N_("Show what to know before a call."))
def show(ctx: typer.Context, customer: CustomerArgument, unmask: UnmaskFlag = False) -> None:
    """Show the page of one customer."""
    from loancrm.shell.customer_page import show_customer

    show_customer(ctx.obj, customer, unmask=unmask)


@app.verb("one", help=N_("What to know before a call or a visit, to offer and to leave: one page."))
def brief(ctx: typer.Context, customer: CustomerArgument, unmask: UnmaskFlag = False) -> None:
    """Show the brief of one customer."""
    from loancrm.shell.brief_page import show_brief

    show_brief(ctx.obj, customer, unmask=unmask)


@app.verb("rows", help=N_("Show a customer's figures, and why one is missing."))
def indicators(
    ctx: typer.Context,
    customer: CustomerArgument,
    explain: Annotated[Text, _field("NAME", N_("this figure with the facts that it is drawn from"))] = None,
    every: Annotated[
        bool, typer.Option("--all", help=N_("also what figures were before, and those of other kinds"))
    ] = False,
) -> None:
    """Show the figures of a customer."""
    from loancrm.shell.indicators import explain_figure, show_figures

    if explain is None:
        show_figures(ctx.obj, customer, every=every)
    else:
        explain_figure(ctx.obj, customer, explain)


@app.verb("one", name="value", help=N_("What a customer brings and is worth, and what to offer next."))
def value_of(
    ctx: typer.Context,
    customer: CustomerArgument,
    from_: Annotated[Text, _field("DAY", N_("first day; default: a year before"), "--from")] = None,
    to: Annotated[Text, _field("DAY", N_("the day after the last; default: today"), "--to")] = None,
) -> None:
    """Show the worth of a customer."""
    from loancrm.shell.value import show_customer_value

    show_customer_value(ctx.obj, customer, from_, to)
