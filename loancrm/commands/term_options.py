"""The options of a draw and of what is agreed of it, for adding a loan, a quote and an application."""

from __future__ import annotations

from typing import Annotated

import typer

from loancrm.i18n import N_

PrincipalOption = Annotated[
    str, typer.Option("--principal", metavar="AMOUNT", help=N_("amount drawn, such as 2000000"))
]
RateOption = Annotated[
    str | None,
    typer.Option("--rate", metavar="RATE", help=N_("a year, such as 3.45% or 345bp; default: the product's")),
]
InstalmentsOption = Annotated[
    str | None, typer.Option("--instalments", metavar="N", help=N_("how many; --due-dates says it too"))
]
ReferenceOption = Annotated[
    str | None,
    typer.Option("--reference", metavar="SERIES", help=N_("published rate that is followed, such as LPR-1Y")),
]
SpreadOption = Annotated[
    str | None, typer.Option("--spread", metavar="SPREAD", help=N_("over it, such as +50bp or -30bp"))
]
RepriceOption = Annotated[
    str | None,
    typer.Option(
        "--reprice",
        metavar="RULE",
        help=N_("when it is looked up: at_draw, yearly, half_yearly, quarterly, monthly or anniversary"),
    ),
]
RepaymentOption = Annotated[
    str | None,
    typer.Option(
        "--repayment",
        metavar="KIND",
        help=N_("level, equal_principal, bullet, balloon, single, flat or custom"),
    ),
]
FrequencyOption = Annotated[
    str | None, typer.Option("--frequency", metavar="SPAN", help=N_("month, quarter, year, week, 2week, 15d"))
]
DayCountOption = Annotated[
    str | None,
    typer.Option("--day-count", metavar="RULE", help=N_("30/360, act/360, act/365, act/364, act/act")),
]
RoundingOption = Annotated[
    str | None, typer.Option("--rounding", metavar="RULE", help=N_("half_up, half_even, ceiling, floor"))
]
RoundToOption = Annotated[
    str | None, typer.Option("--round-to", metavar="AMOUNT", help=N_("what an instalment is a multiple of"))
]
PrincipalGraceOption = Annotated[
    str | None, typer.Option("--principal-grace", metavar="N", help=N_("first instalments of interest only"))
]
InterestGraceOption = Annotated[
    str | None,
    typer.Option("--interest-grace", metavar="N", help=N_("first instalments whose interest comes later")),
]
RecurringGraceOption = Annotated[
    str | None,
    typer.Option(
        "--recurring-grace", metavar="N", help=N_("instalments of interest only between two of principal")
    ),
]
BalloonOption = Annotated[
    str | None, typer.Option("--balloon", metavar="AMOUNT", help=N_("left for the last instalment"))
]
SettlementDayOption = Annotated[
    str | None,
    typer.Option("--settlement-day", metavar="N", help=N_("interest settles on that day, due the day after")),
]
HolidayShiftOption = Annotated[
    str | None,
    typer.Option(
        "--holiday-shift", metavar="RULE", help=N_("none, following, preceding, modified_following")
    ),
]
TableOption = Annotated[
    str | None,
    typer.Option("--table", metavar="AMOUNTS", help=N_("principal of each instalment, with commas")),
]
DueDatesOption = Annotated[
    str | None,
    typer.Option(
        "--due-dates", metavar="DAYS", help=N_("own due days with commas, the last one of maturity")
    ),
]
PaidOption = Annotated[
    str | None,
    typer.Option(
        "--paid",
        metavar="AMOUNT",
        help=N_("what the customer paid that day for the loan that is repaid"),
    ),
]
PrepaymentOption = Annotated[
    str | None,
    typer.Option(
        "--prepayment",
        metavar="CHOICE",
        help=N_("smaller, shorter, next or skip: what the rest becomes when money comes early"),
    ),
]
SubsidyUntilOption = Annotated[
    str | None,
    typer.Option("--subsidy-until", metavar="DAY", help=N_("the state owes the interest until then")),
]

ProductOption = Annotated[
    str,
    typer.Option(
        "--product", metavar="PRODUCT", help=N_("working_capital, fixed_asset, … tuition, living, …")
    ),
]
NumberOption = Annotated[
    str | None, typer.Option("--number", metavar="NUMBER", help=N_("the bank's loan number"))
]
ContractOption = Annotated[
    str | None, typer.Option("--contract", metavar="NUMBER", help=N_("contract number"))
]
ContractKindOption = Annotated[
    str, typer.Option("--contract-kind", metavar="KIND", help=N_("of a new contract: single or maximum"))
]
FacilityOption = Annotated[
    str | None, typer.Option("--facility", metavar="NUMBER", help=N_("credit line of a new contract"))
]
SecurityOption = Annotated[
    str | None,
    typer.Option("--security", metavar="KIND", help=N_("unsecured, guarantee, mortgage or pledge")),
]
IndustryOption = Annotated[
    str | None,
    typer.Option("--industry", metavar="CODE", help=N_("industry lent to; default: the customer's")),
]
RegionOption = Annotated[
    str | None, typer.Option("--region", metavar="TEXT", help=N_("region lent to; default: the customer's"))
]
PurposeOption = Annotated[str | None, typer.Option("--purpose", metavar="TEXT", help=N_("use of the money"))]
