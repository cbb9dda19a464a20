"""loancrm import: a verb for each kind of file."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from loancrm.commands.options import FileArgument
from loancrm.i18n import N_
from loancrm.shell.app import App

app = App(help=N_("Take files in: a dry run unless --apply."))


ProfileOption = Annotated[
    str,
    typer.Option(
        "--profile", metavar="NAME|FILE", help=N_("which column becomes what: a name in config, or a file")
    ),
]
ApplyFlag = Annotated[bool, typer.Option("--apply", help=N_("keep it; without this nothing is stored"))]
PartialFlag = Annotated[
    bool, typer.Option("--partial", help=N_("leave out rows that cannot be taken (exit code 9)"))
]
RejectsOption = Annotated[
    str | None,
    typer.Option("--rejects", metavar="FILE", help=N_("where rows that are left out go, with --partial")),
]
DayOption = Annotated[
    str | None,
    typer.Option("--on", metavar="DAY", help=N_("the day that the file speaks of, where no column says")),
]


def _options(
    profile: ProfileOption,
    apply: ApplyFlag = False,
    partial: PartialFlag = False,
    rejects: RejectsOption = None,
    on: DayOption = None,
) -> None:
    """Hold the signature."""


def _payment_options(
    profile: ProfileOption,
    apply: ApplyFlag = False,
    partial: PartialFlag = False,
    rejects: RejectsOption = None,
    on: DayOption = None,
    assert_balance: Annotated[
        bool,
        typer.Option("--assert-balance", help=N_("reject what does not leave the file's payment.balance")),
    ] = False,
) -> None:
    """Hold the signature."""


def _mode(apply: ApplyFlag = False, partial: PartialFlag = False) -> None:
    """Hold the signature."""


def _declare(kind: str, text: str, options: Any = _options) -> None:
    def take(ctx: typer.Context, file: FileArgument) -> None:
        from loancrm.shell.imports import take_file

        crm: Any = ctx.obj
        take_file(crm, kind, file, crm.given)

    take.__doc__ = text
    app.verb("change", name=kind, options=options, help=text)(take)


_declare("customers", N_("Take in a list of customers."))
_declare("loans", N_("Take in a list of loans; their customers are found or made."))
_declare("snapshots", N_("Take in an extract of the core system: what each loan owed at the end of a day."))
_declare("payments", N_("Take in payments of loans that are serviced here."), _payment_options)
_declare("contacts", N_("Take in conversations."))
_declare("feedback", N_("Take in complaints, suggestions, enquiries and praise."))
_declare("officers", N_("Take in the bank's officers."))
_declare("rates", N_("Take in published reference rates."))
_declare("statements", N_("Take in financial statements."))
_declare("turnovers", N_("Take in turnover and average deposits."))
_declare("holdings", N_("Take in other products that customers have here."))
_declare("bureau_reports", N_("Take in credit bureau reports, with the numbers of their consents."))
_declare("academic_records", N_("Take in students' grades and credits."))
_declare("incomes", N_("Take in what students or their households earn."))
_declare("people", N_("Take in people at customers, with their roles."))
_declare("consents", N_("Take in what customers consented to."))
_declare("connections", N_("Take in groups, guarantee circles and families."))
_declare("needs", N_("Take in what customers need money for."))
_declare("plans", N_("Take in service plans."))
_declare("plan_steps", N_("Take in what became of service plans, step by step."))
_declare("collaterals", N_("Take in what secures loans."))
_declare("appraisals", N_("Take in what collateral is worth."))
_declare("guarantors", N_("Take in who answers for loans."))
_declare("proceeds", N_("Take in what loans were used for."))
_declare("clocks", N_("Take in legal clocks."))
_declare("marks", N_("Take in what lowers the class of loans beside days past due."))
_declare("checks", N_("Take in post-loan checks."))
_declare("ratings", N_("Take in officers' views of customers."))
_declare("series", N_("Take in published series: industry, macro, job market."))
_declare("partners", N_("Take in schools, aid centres and other partners."))
_declare("referrals", N_("Take in who brought whom."))
_declare("events", N_("Take in events for customers."))
_declare("guests", N_("Take in who was invited to events, and who came."))
_declare("measures", N_("Take in what is done against causes of complaints."))
_declare("warnings", N_("Take in warnings that were heard of."))
_declare("trainings", N_("Take in trainings and examinations of the staff."))
_declare("recognitions", N_("Take in incentives and recognition of the staff."))
_declare("answers", N_("Take in what customers answered in surveys, a column a question."))
_declare("indicators", N_("Take in ready-made figures about customers, a column each."))


@app.verb(
    "change",
    options=_mode,
    help=N_("Take in the newest files of a folder, each by the profile that is for it."),
)
def yesterday(
    ctx: typer.Context, folder: Annotated[str, typer.Argument(metavar="FOLDER", help=N_("the folder"))]
) -> None:
    """Take in the newest files of a folder."""
    from loancrm.shell.folder import take_folder

    crm: Any = ctx.obj
    take_folder(crm, folder, crm.given)


@app.verb("plain", help=N_("Draft a profile from a file's header and print it."))
def profile(
    ctx: typer.Context,
    file: FileArgument,
    kind: Annotated[
        str | None,
        typer.Option(metavar="KIND", help=N_("customers, loans, snapshots, contacts, …; default: a guess")),
    ] = None,
) -> None:
    """Draft a profile."""
    from loancrm.shell.folder import print_draft

    print_draft(ctx.obj, file, kind)
