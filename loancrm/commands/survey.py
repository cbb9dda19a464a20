"""loancrm survey: define, list, show, invite, invitations, form, sheet, profile, record, responses, void."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from loancrm.commands.options import CustomerOption, OfficerOption, OnOption, WhyOption
from loancrm.i18n import N_, _
from loancrm.render.columns import Column
from loancrm.shell.app import App

app = App(help=N_("Surveys: what customers are asked, who was invited, and what they answered."))
LINES = (
    Column("survey", N_("survey")),
    Column("title", N_("called")),
    Column("opens_on", N_("opens"), "date", table=False),
    Column("closes_on", N_("closes"), "date"),
    Column("state", N_("state"), "code", vocabulary="survey_state"),
    Column("questions", N_("questions"), "int", table=False),
    Column("invited", N_("invited"), "int"),
    Column("answered", N_("of them answered"), "int"),
    Column("responses", N_("responses"), "int"),
)
INVITATIONS = (
    Column("invitation", N_("invitation")),
    Column("customer", N_("customer")),
    Column("name", N_("name")),
    Column("officer", N_("officer"), table=False),
    Column("segment", N_("segment"), "code", vocabulary="segment"),
    Column("on", N_("invited"), "date", table=False),
    Column("answered_on", N_("answered"), "date"),
)
RESPONSES = (
    Column("response", N_("response")),
    Column("survey", N_("survey")),
    Column("customer", N_("customer")),
    Column("name", N_("name")),
    Column("officer", N_("officer"), table=False),
    Column("on", N_("day"), "date"),
    Column("channel", N_("channel"), "code", vocabulary="channel", table=False),
    Column("overall", N_("overall"), "int"),
    Column("nps", "NPS", "int"),
    Column("answers", N_("answers"), "nested", table=False),
    Column("comment", N_("comment"), below=True),
)
SurveyArgument = Annotated[
    str, typer.Argument(metavar="SURVEY", help=N_("code of the survey, such as S-2026Q1"))
]
SurveyOption = Annotated[str | None, typer.Option("--survey", metavar="SURVEY", help=N_("only this survey"))]
LanguageOption = Annotated[
    str | None,
    typer.Option("--language", metavar="LANG", help=N_("one of the survey's languages; default: the first")),
]


@app.verb("change", help=N_("Define a survey from its file; faults are told with file, line and column."))
def define(
    ctx: typer.Context, file: Annotated[str, typer.Argument(metavar="FILE", help=N_("a survey file (YAML)"))]
) -> None:
    """Define a survey."""
    from loancrm.shell.surveys import define as define_

    define_(ctx.obj, file)


@app.verb("rows", name="list", help=N_("List surveys, the newest first."))
def list_(ctx: typer.Context) -> None:
    """List surveys."""
    from loancrm.shell.surveys import show_list

    show_list(ctx.obj, LINES)


@app.verb("one", help=N_("Show a survey: what it asks on which scales, of whom, and what it came to."))
def show(ctx: typer.Context, survey: SurveyArgument) -> None:
    """Show a survey."""
    from loancrm.shell.surveys import show_survey

    show_survey(ctx.obj, survey, LINES)


@app.verb("change", help=N_("Draw the sample by lot and invite it, or invite customers by name."))
def invite(
    ctx: typer.Context,
    survey: SurveyArgument,
    customers: Annotated[
        list[str] | None,
        typer.Argument(metavar="[CUSTOMER…]", help=N_("code, bank number, or part of the name")),
    ] = None,
    on: OnOption = None,
) -> None:
    """Invite customers."""
    from loancrm.shell.surveys import invite as invite_

    invite_(ctx.obj, survey, tuple(customers or ()), on)


@app.verb("rows", help=N_("List who was invited, by code; names stand here only, never on a form."))
def invitations(
    ctx: typer.Context,
    survey: SurveyArgument,
    open_: Annotated[bool, typer.Option("--open", help=N_("only those that nobody answered yet"))] = False,
) -> None:
    """List invitations."""
    from loancrm.reports.surveys import invitations as listed
    from loancrm.reports.surveys import survey as find

    crm: Any = ctx.obj
    with crm.view() as view:
        rows = listed(view, find(view, survey).id, open_only=open_)
        crm.show(rows, INVITATIONS, title=_("invitations"))


@app.verb("file", help=N_("Print the form: Markdown, or HTML into --output FORM.html."))
def form(
    ctx: typer.Context,
    survey: SurveyArgument,
    language: LanguageOption = None,
    each: Annotated[
        bool, typer.Option("--each", help=N_("one form for each open invitation, with its code on it"))
    ] = False,
) -> None:
    """Print a form."""
    from loancrm.shell.survey_forms import write_form

    write_form(ctx.obj, survey, language, each=each)


@app.verb("rows", help=N_("The answer sheet: a row for each open invitation by code, no names."))
def sheet(ctx: typer.Context, survey: SurveyArgument) -> None:
    """Show the answer sheet."""
    from loancrm.shell.survey_forms import show_sheet

    show_sheet(ctx.obj, survey)


@app.verb("plain", help=N_("Print the profile by which a filled answer sheet is imported."))
def profile(ctx: typer.Context, survey: SurveyArgument) -> None:
    """Print a profile."""
    from loancrm.shell.survey_forms import print_profile

    print_profile(ctx.obj, survey)


@app.verb("change", help=N_("Record what a customer answered: process=4 speed=2 nps=9."))
def record(
    ctx: typer.Context,
    survey: SurveyArgument,
    customer: Annotated[
        str, typer.Argument(metavar="CUSTOMER", help=N_("code, bank number, name, or code of an invitation"))
    ],
    answers: Annotated[
        list[str],
        typer.Argument(
            metavar="QUESTION=ANSWER…", help=N_("what was answered; of another bank: bank.speed=3")
        ),
    ],
    on: OnOption = None,
    channel: Annotated[
        str | None, typer.Option(metavar="CHANNEL", help=N_("phone, visit, wechat, branch, …"))
    ] = None,
    comment: Annotated[
        str | None, typer.Option(metavar="TEXT", help=N_("in the customer's words; - reads standard input"))
    ] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help=N_("void what the customer answered before"))
    ] = False,
) -> None:
    """Record answers."""
    typed = {name: value for name, value in locals().items() if name != "ctx"}
    from loancrm.shell.surveys import record as record_

    record_(ctx.obj, typed)


@app.verb("rows", help=N_("List what was answered, the newest first."))
def responses(
    ctx: typer.Context,
    survey: SurveyOption = None,
    customer: CustomerOption = None,
    officer: OfficerOption = None,
) -> None:
    """List responses."""
    from loancrm.shell.surveys import show_responses

    show_responses(ctx.obj, survey, customer, officer, RESPONSES)


@app.verb("change", help=N_("Void a response, or a survey that nobody answered yet."))
def void(
    ctx: typer.Context,
    what: Annotated[str, typer.Argument(metavar="SURVEY|RESPONSE", help=N_("a survey's code, or SR-…"))],
    why: WhyOption = None,
) -> None:
    """Void a response or a survey."""
    from loancrm.shell.surveys import void as void_

    void_(ctx.obj, what, why)
