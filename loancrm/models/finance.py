"""What is known of a customer's money.

What the fields mean is said once, in ``loancrm.dossier``.
"""

from datetime import date

from sqlalchemy import Index

from loancrm.models.base import FileFact
from loancrm.models.columns import BIG_ID, ExactInteger, personal, plain, sensitive


class Statement(FileFact, table=True):
    """Financial statements: balance sheet, income, cash flow."""

    __tablename__ = "statement"
    __table_args__ = (Index(None, "customer_id", "effective_on"),)

    customer_id: int = plain(BIG_ID, foreign_key="customer.id")
    months: int = plain()
    is_audited: bool | None = plain(None, None)
    is_consolidated: bool | None = plain(None, None)
    auditor: str | None = personal(None, None)
    cash: int | None = plain(ExactInteger, None)
    receivables: int | None = plain(ExactInteger, None)
    inventory: int | None = plain(ExactInteger, None)
    current_assets: int | None = plain(ExactInteger, None)
    fixed_assets: int | None = plain(ExactInteger, None)
    total_assets: int | None = plain(ExactInteger, None)
    short_term_debt: int | None = plain(ExactInteger, None)
    current_liabilities: int | None = plain(ExactInteger, None)
    long_term_debt: int | None = plain(ExactInteger, None)
    total_liabilities: int | None = plain(ExactInteger, None)
    retained_earnings: int | None = plain(ExactInteger, None)
    equity: int | None = plain(ExactInteger, None)
    revenue: int | None = plain(ExactInteger, None)
    cost_of_sales: int | None = plain(ExactInteger, None)
    depreciation: int | None = plain(ExactInteger, None)
    ebit: int | None = plain(ExactInteger, None)
    interest_expense: int | None = plain(ExactInteger, None)
    tax: int | None = plain(ExactInteger, None)
    net_profit: int | None = plain(ExactInteger, None)
    operating_cash_flow: int | None = plain(ExactInteger, None)
    investing_cash_flow: int | None = plain(ExactInteger, None)
    financing_cash_flow: int | None = plain(ExactInteger, None)
    capital_expenditure: int | None = plain(ExactInteger, None)
    distributions: int | None = plain(ExactInteger, None)
    currency: str = plain()


class Turnover(FileFact, table=True):
    """Money over the customer's accounts here: turnover and average deposits."""

    __tablename__ = "turnover"
    __table_args__ = (Index(None, "customer_id", "effective_on"),)

    customer_id: int = plain(BIG_ID, foreign_key="customer.id")
    months: int = plain()
    inflow: int | None = plain(ExactInteger, None)
    outflow: int | None = plain(ExactInteger, None)
    sales_inflow: int | None = plain(ExactInteger, None)
    average_deposits: int | None = plain(ExactInteger, None)
    currency: str = plain()


class Holding(FileFact, table=True):
    """Other products that the customer has here."""

    __tablename__ = "holding"
    __table_args__ = (Index(None, "customer_id", "effective_on"),)

    customer_id: int = plain(BIG_ID, foreign_key="customer.id")
    product: str = plain()
    closed_on: date | None = plain(None, None)
    amount: int | None = plain(ExactInteger, None)
    note: str | None = sensitive(None, None)
    currency: str = plain()


class BureauReport(FileFact, table=True):
    """Credit bureau reports, with the consent that they rest on."""

    __tablename__ = "bureau_report"
    __table_args__ = (Index(None, "customer_id", "effective_on"),)

    customer_id: int = plain(BIG_ID, foreign_key="customer.id")
    consent_id: int = plain(BIG_ID, foreign_key="consent.id")
    outstanding_bad: int | None = plain(ExactInteger, None)
    outstanding_watch: int | None = plain(ExactInteger, None)
    outstanding_elsewhere: int | None = plain(ExactInteger, None)
    lenders: int | None = plain(None, None)
    guarantees_given: int | None = plain(ExactInteger, None)
    queries: int | None = plain(None, None)
    repayment_string: str | None = sensitive(None, None)
    overdue_elsewhere: int | None = plain(ExactInteger, None)
    payments_elsewhere: int | None = plain(ExactInteger, None)
    currency: str = plain()
