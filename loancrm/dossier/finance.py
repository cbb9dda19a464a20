"""What is known of a customer's money: financial statements, turnover, other products, bureau reports."""

from __future__ import annotations

from loancrm.dossier.kinds import FactKind, Field
from loancrm.i18n import N_

COMPANIES = ("enterprise", "sole_proprietor")


def _line(name: str, label: str, *, is_listed: bool = False) -> Field:
    return Field(name, "signed_amount", label, is_listed=is_listed)


# The lines of the balance sheet, the income statement and the cash flow statement that figures need.
LINES = (
    _line("cash", N_("cash")),
    _line("receivables", N_("receivables")),
    _line("inventory", N_("inventory")),
    _line("current_assets", N_("current assets")),
    _line("fixed_assets", N_("fixed assets")),
    _line("total_assets", N_("total assets"), is_listed=True),
    _line("short_term_debt", N_("short-term debt")),
    _line("current_liabilities", N_("current liabilities")),
    _line("long_term_debt", N_("long-term debt")),
    _line("total_liabilities", N_("total liabilities"), is_listed=True),
    _line("retained_earnings", N_("retained earnings")),
    _line("equity", N_("equity"), is_listed=True),
    _line("revenue", N_("revenue"), is_listed=True),
    _line("cost_of_sales", N_("cost of sales")),
    _line("depreciation", N_("depreciation and amortisation")),
    _line("ebit", N_("profit before interest and tax")),
    _line("interest_expense", N_("interest expense")),
    _line("tax", N_("income tax")),
    _line("net_profit", N_("net profit"), is_listed=True),
    _line("operating_cash_flow", N_("operating cash flow")),
    _line("investing_cash_flow", N_("investing cash flow")),
    _line("financing_cash_flow", N_("financing cash flow")),
    _line("capital_expenditure", N_("capital expenditure")),
    _line("distributions", N_("distributions to owners")),
)
STATEMENT = FactKind(
    name="statement",
    plural="statements",
    model="Statement",
    prefix="FS",
    owner="customer",
    help=N_("Financial statements: balance sheet, income, cash flow."),
    added=N_("{number}: the statement of {on} of {owner} is recorded"),
    effective="period_end",
    known="filed_on",
    key=("period_end", "months"),
    kinds=COMPANIES,
    fields=(
        Field("period_end", "past_date", N_("last day of the period"), is_needed=True, heading=N_("until")),
        Field("months", "count", N_("months of the period"), default="12", heading=N_("months")),
        Field("filed_on", "past_date", N_("when the bank received it"), heading=N_("received")),
        Field("is_audited", "flag", N_("audited")),
        Field("is_consolidated", "flag", N_("of the whole group"), is_listed=False),
        Field("auditor", "text", N_("auditor"), is_listed=False),
        *LINES,
    ),
)
TURNOVER = FactKind(
    name="turnover",
    plural="turnovers",
    model="Turnover",
    prefix="TO",
    owner="customer",
    help=N_("Money over the customer's accounts here: turnover and average deposits."),
    added=N_("{number}: the turnover until {on} of {owner} is recorded"),
    effective="period_end",
    key=("period_end", "months"),
    fields=(
        Field("period_end", "past_date", N_("last day of the period"), is_needed=True, heading=N_("until")),
        Field("months", "count", N_("months of the period"), default="1", heading=N_("months")),
        Field("inflow", "amount", N_("money in")),
        Field("outflow", "amount", N_("money out")),
        Field("sales_inflow", "amount", N_("of it from sales")),
        Field("average_deposits", "amount", N_("average deposits")),
    ),
)
HOLDING = FactKind(
    name="holding",
    plural="holdings",
    model="Holding",
    prefix="HO",
    owner="customer",
    help=N_("Other products that the customer has here."),
    added=N_("{number}: {owner} has one more product since {on}"),
    effective="opened_on",
    fields=(
        Field("product", "text", N_("product"), is_needed=True),
        Field("opened_on", "past_date", N_("since"), is_needed=True),
        Field("closed_on", "past_date", N_("until")),
        Field("amount", "amount", N_("amount")),
        Field("note", "text", N_("note"), is_listed=False),
    ),
)
BUREAU = FactKind(
    name="bureau",
    plural="bureau_reports",
    model="BureauReport",
    prefix="BR",
    owner="customer",
    help=N_("Credit bureau reports, with the consent that they rest on."),
    added=N_("{number}: the bureau report of {on} on {owner} is recorded"),
    key=("on",),
    effective="on",
    fields=(
        Field("on", "past_date", N_("day of the query"), is_needed=True, heading=N_("day")),
        Field(
            "consent", "fact:consent", N_("the consent it rests on"), is_needed=True, heading=N_("consent")
        ),
        Field("outstanding_bad", "amount", N_("outstanding bad debt")),
        Field("outstanding_watch", "amount", N_("outstanding under watch")),
        Field("outstanding_elsewhere", "amount", N_("outstanding at other banks"), is_listed=False),
        Field("lenders", "count", N_("lending banks")),
        Field("guarantees_given", "amount", N_("guarantees given")),
        Field("queries", "count", N_("queries in the last six months")),
        Field("repayment_string", "text", N_("repayment record, newest month last"), is_listed=False),
        Field("overdue_elsewhere", "amount", N_("overdue at other banks"), is_listed=False),
        Field("payments_elsewhere", "amount", N_("due a month at other banks"), is_listed=False),
    ),
)
