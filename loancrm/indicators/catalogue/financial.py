"""Ratios of the newest financial statement, each also against a year and a quarter before.

The formulas are those of ``FORMULAS``; flows are a year's (``indicators.statements``). Where a line that a
ratio needs is not recorded, or it is divided by nothing, the ratio is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, func

from loancrm.dialect import days_between, quotient, rounded_millionths, rounded_sum
from loancrm.i18n import N_
from loancrm.indicators.catalogue import base
from loancrm.indicators.catalogue.base import COMPANIES, Indicator, Unit
from loancrm.indicators.newest import bureau, deposits, sales
from loancrm.indicators.sources import Sources
from loancrm.indicators.statements import statement

Lines = Any  # the columns of a statement
_figure = partial(base.figure, group="financial", kinds=COMPANIES, facts=("statement",))
_DAYS_OF_A_YEAR = 365
_NO_RATIO = N_("no statement that is recent enough, a line not recorded, or nothing to divide by")


@dataclass(frozen=True)
class Ratio:
    """A figure of one statement."""

    name: str
    unit: Unit
    meaning: str
    formula: str
    of: Callable[[Lines], ColumnElement[Any]]
    group: str = "financial"


def _share(part: Callable[[Lines], Any], whole: Callable[[Lines], Any]) -> Callable[[Lines], Any]:
    return lambda lines: rounded_millionths(part(lines), whole(lines))


def _days(part: str, whole: str) -> Callable[[Lines], Any]:
    return lambda lines: quotient(lines[part] * _DAYS_OF_A_YEAR, lines[whole])


def altman_z2(lines: Lines) -> ColumnElement[Any]:
    """Return Altman's Z″ in millionths: 6.56·WC/TA + 3.26·RE/TA + 6.72·EBIT/TA + 1.05·BE/TL.

    For private firms and emerging markets (E. I. Altman, "Predicting financial distress of companies:
    revisiting the Z-Score and ZETA models", 2000; without the constant 3.25). Below 1.1 distress, above 2.6
    safe, says the paper; a bank says it in its policy. The weights are in hundredths; what stands above
    total assets is added up before it is divided, and the sum of both quotients is rounded once.
    """
    working_capital = lines.current_assets - lines.current_liabilities
    of_assets = working_capital * 656 + lines.retained_earnings * 326 + lines.ebit * 672
    of_debt = lines.equity * 105
    return rounded_sum(of_assets, lines.total_assets, of_debt, lines.total_liabilities)


def cash_earned(lines: Lines) -> ColumnElement[Any]:
    """Return the cash of a year that debt can be served from, in minor units."""
    earned = lines.ebit + lines.depreciation - lines.tax
    left: ColumnElement[Any] = earned - lines.capital_expenditure - lines.distributions
    return left


def debt_service(lines: Lines) -> ColumnElement[Any]:
    """Return the interest and the debt that are due within a year, in minor units."""
    due: ColumnElement[Any] = lines.interest_expense + lines.short_term_debt
    return due


RATIOS = (
    Ratio(
        "current_ratio", "number", N_("current assets ÷ current liabilities"),
        "current_assets ÷ current_liabilities",
        _share(lambda x: x.current_assets, lambda x: x.current_liabilities),
    ),
    Ratio(
        "quick_ratio", "number", N_("current assets without inventory ÷ current liabilities"),
        "(current_assets − inventory) ÷ current_liabilities",
        _share(lambda x: x.current_assets - x.inventory, lambda x: x.current_liabilities),
    ),
    Ratio(
        "cash_ratio", "number", N_("cash ÷ current liabilities"), "cash ÷ current_liabilities",
        _share(lambda x: x.cash, lambda x: x.current_liabilities),
    ),
    Ratio(
        "debt_to_assets", "ratio", N_("total liabilities ÷ total assets"),
        "total_liabilities ÷ total_assets", _share(lambda x: x.total_liabilities, lambda x: x.total_assets),
    ),
    Ratio(
        "interest_cover", "number", N_("profit before interest and tax ÷ interest expense"),
        "ebit ÷ interest_expense", _share(lambda x: x.ebit, lambda x: x.interest_expense),
    ),
    Ratio(
        "net_margin", "ratio", N_("net profit ÷ revenue"), "net_profit ÷ revenue",
        _share(lambda x: x.net_profit, lambda x: x.revenue),
    ),
    Ratio(
        "gross_margin", "ratio", N_("revenue less cost of sales ÷ revenue"),
        "(revenue − cost_of_sales) ÷ revenue",
        _share(lambda x: x.revenue - x.cost_of_sales, lambda x: x.revenue),
    ),
    Ratio(
        "return_on_assets", "ratio", N_("net profit of a year ÷ total assets"),
        "net_profit × 12 ÷ months ÷ total_assets", _share(lambda x: x.net_profit, lambda x: x.total_assets),
    ),
    Ratio(
        "altman_z2", "number", N_("Altman's Z″ for private firms: the lower, the nearer to distress"),
        "6.56·(current_assets − current_liabilities) ÷ total_assets + 3.26·retained_earnings ÷ total_assets"
        " + 6.72·ebit ÷ total_assets + 1.05·equity ÷ total_liabilities [Altman 2000]",
        altman_z2,
    ),
    Ratio(
        "receivable_days", "days", N_("days of revenue that customers still owe"),
        "receivables × 365 ÷ (revenue × 12 ÷ months)", _days("receivables", "revenue"),
    ),
    Ratio(
        "inventory_days", "days", N_("days of sales, at cost, that lie in stock"),
        "inventory × 365 ÷ (cost_of_sales × 12 ÷ months)", _days("inventory", "cost_of_sales"),
    ),
    Ratio(
        "operating_cash_flow_to_current_liabilities", "ratio",
        N_("operating cash flow of a year ÷ current liabilities"),
        "operating_cash_flow × 12 ÷ months ÷ current_liabilities",
        _share(lambda x: x.operating_cash_flow, lambda x: x.current_liabilities),
    ),
    Ratio(
        "debt_to_revenue", "ratio", N_("interest-bearing debt ÷ revenue of a year"),
        "(short_term_debt + long_term_debt) ÷ (revenue × 12 ÷ months)",
        _share(lambda x: x.short_term_debt + x.long_term_debt, lambda x: x.revenue),
    ),
    Ratio(
        "dscr", "number", N_("cash earned in a year ÷ interest and debt due within a year"),
        "(ebit + depreciation − tax − capital_expenditure − distributions)"
        " ÷ (interest_expense + short_term_debt)",
        _share(cash_earned, debt_service), "capacity",
    ),
    Ratio("revenue", "money", N_("revenue of a year"), "revenue × 12 ÷ months", lambda x: x.revenue),
    Ratio("total_assets", "money", N_("total assets"), "total_assets", lambda x: x.total_assets),
    Ratio("equity", "money", N_("equity"), "equity", lambda x: x.equity),
)  # fmt: skip


def _change(ratio: Ratio, when: str) -> Callable[[Sources], ColumnElement[Any]]:
    def sql(sources: Sources) -> ColumnElement[Any]:
        now, before = ratio.of(statement(sources)), ratio.of(statement(sources, when))
        return rounded_millionths(now - before, func.abs(before))

    return sql


def _variants(ratio: Ratio) -> Iterator[Indicator]:
    """Yield a ratio, what it was a year before, and how it changed against a year and a quarter before."""
    name, source = ratio.name, N_("financial statements")
    same = partial(_figure, group=ratio.group)
    yield same(
        name, ratio.unit, ratio.meaning, source, lambda s: ratio.of(statement(s)), _NO_RATIO,
        formula=ratio.formula,
    )  # fmt: skip
    yield same(
        f"{name}_a_year_ago", ratio.unit, ratio.meaning, source,
        lambda s: ratio.of(statement(s, "a_year_ago")),
        N_("no statement of a year before the newest, a line not recorded, or nothing to divide by"),
        formula=ratio.formula, wording=N_("{meaning}, by the statement of a year before"),
        facts=("statement_a_year_ago",),
    )  # fmt: skip
    for ending, when, wording in (
        ("change", "a_year_ago", N_("{meaning}: change against a year before, as a share of it")),
        (
            "change_quarter",
            "a_quarter_ago",
            N_("{meaning}: change against a quarter before, as a share of it"),
        ),
    ):
        yield same(
            f"{name}_{ending}", "ratio", ratio.meaning, source, _change(ratio, when),
            N_("one of the two statements is not there or does not give the figure, or it was nothing"),
            formula=f"({name} − {name}₋₁) ÷ |{name}₋₁|", wording=wording,
            facts=("statement", f"statement_{when}"),
        )  # fmt: skip


def _owed(sources: Sources) -> ColumnElement[Any]:
    return sources.loans.c.outstanding_principal


FIGURES = (
    *(indicator for ratio in RATIOS for indicator in _variants(ratio)),
    _figure(
        "days_since_statement", "days", N_("days since the newest statement's period ended"),
        N_("financial statements"), lambda s: days_between(s.day, statement(s).effective_on),
        N_("no statement that is recent enough"), formula="as_of − period_end",
    ),
    _figure(
        "guarantees_to_equity", "ratio", N_("guarantees given ÷ equity"),
        N_("credit bureau reports, financial statements"),
        lambda s: rounded_millionths(bureau(s).guarantees_given, statement(s).equity),
        N_("no credit bureau report that says it, no recent statement with equity, or no equity"),
        formula="bureau.guarantees_given ÷ equity", facts=("bureau", "statement"),
    ),
    _figure(
        "sales_returned_to_loans", "ratio",
        N_("sales that came in over accounts here in 365 days ÷ outstanding principal"),
        N_("turnover, snapshots"), lambda s: rounded_millionths(sales(s).sales_inflow, _owed(s)),
        N_("no turnover in that time, nothing outstanding, or no known position"),
        formula="Σ turnover.sales_inflow ÷ outstanding_principal, 365 d", facts=("sales", "snapshot"),
    ),
    _figure(
        "deposits_to_loans", "ratio", N_("average deposits ÷ outstanding principal"),
        N_("turnover, snapshots"), lambda s: rounded_millionths(deposits(s).average_deposits, _owed(s)),
        N_("no turnover that says them, nothing outstanding, or no known position"),
        formula="turnover.average_deposits ÷ outstanding_principal", facts=("deposits", "snapshot"),
    ),
)  # fmt: skip
