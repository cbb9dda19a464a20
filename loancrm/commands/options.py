"""Parameters that several commands take, each described once."""

from __future__ import annotations

from typing import Annotated

import typer

from loancrm.i18n import N_

CustomerArgument = Annotated[
    str, typer.Argument(metavar="CUSTOMER", help=N_("code, bank number, or part of the name"))
]
LoanArgument = Annotated[str, typer.Argument(metavar="LOAN", help=N_("number of the loan"))]
FileArgument = Annotated[str, typer.Argument(metavar="FILE", help=N_("the file"))]
OfficerOption = Annotated[
    str | None, typer.Option("--officer", metavar="OFFICER", help=N_("only this officer's"))
]
CustomerOption = Annotated[
    str | None, typer.Option("--customer", metavar="CUSTOMER", help=N_("only this customer's"))
]
OnOption = Annotated[
    str | None, typer.Option("--on", metavar="DAY", help=N_("when it took effect; default: today"))
]
AllFlag = Annotated[bool, typer.Option("--all", help=N_("ended and done ones too"))]
UnmaskFlag = Annotated[
    bool, typer.Option("--unmask", help=N_("show identifiers and phones in full; the look is recorded"))
]
YesFlag = Annotated[bool, typer.Option("--yes", help=N_("do not ask"))]
NoteOption = Annotated[
    str | None, typer.Option("--note", metavar="TEXT", help=N_("in a few words; - reads standard input"))
]
WhyOption = Annotated[str | None, typer.Option("--why", metavar="TEXT", help=N_("why, for the history"))]
DraftChannelOption = Annotated[
    str | None,
    typer.Option(
        "--channel",
        metavar="CHANNEL",
        help=N_("wechat, sms, email, letter or phone; default: as the customer prefers"),
    ),
]
LanguageOption = Annotated[
    str | None,
    typer.Option("--language", metavar="LANG", help=N_("of the draft: en or zh_CN; default: yours")),
]
AboutOption = Annotated[
    str | None,
    typer.Option(
        "--about", metavar="TEXT", help=N_("number of what it is about, or the name of the festival")
    ),
]
EventOption = Annotated[
    str,
    typer.Option(
        "--event", metavar="CONDITION", help=N_("what is to be foretold, such as days_past_due > 30")
    ),
]
HorizonOption = Annotated[
    str,
    typer.Option("--horizon", metavar="DAYS", help=N_("within how many days after a month end, such as 90d")),
]
ReplayFromOption = Annotated[
    str | None,
    typer.Option("--from", metavar="DAY", help=N_("month ends from then on; default: the last twelve")),
]
ReplayToOption = Annotated[
    str | None,
    typer.Option(
        "--to", metavar="DAY", help=N_("month ends until then; default: the last whose days are over")
    ),
]
GroupOption = Annotated[
    str | None,
    typer.Option(
        "--by", metavar="GROUP", help=N_("in groups: product, officer, branch, industry, region, …")
    ),
]

CompareOption = Annotated[
    str | None, typer.Option("--since", metavar="DAY", help=N_("compare with this earlier day"))
]
