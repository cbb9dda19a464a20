"""Cases of the figures that are drawn from the customer's file, on 20 November 2026."""

from __future__ import annotations

from datetime import date

from loancrm.indicators.catalogue import INDICATORS
from loancrm.services import promises
from loancrm.services.promises import PromiseIn
from loancrm.services.warnings import WarningStepIn, step_warning
from tests.indicators.case import ONE, YUAN, Case, Facts, fact
from tests.indicators.statement_figures import change, figures
from tests.support import Book

# The lines of Altman's check value (Z″ = 2.8736), and what else a ratio needs; in yuan.
LINES = {
    "cash": 50, "receivables": 120, "inventory": 150, "current_assets": 450, "fixed_assets": 500,
    "total_assets": 1000, "short_term_debt": 100, "current_liabilities": 300, "long_term_debt": 150,
    "total_liabilities": 600, "retained_earnings": 200, "equity": 400, "revenue": 1200,
    "cost_of_sales": 900, "depreciation": 40, "ebit": 80, "interest_expense": 25, "tax": 10,
    "net_profit": 45, "operating_cash_flow": 75, "capital_expenditure": 30, "distributions": 20,
}  # fmt: skip
# The same firm nine months into 2026, a year before, and half a year into 2026.
NINE = LINES | {"cash": 70, "inventory": 130, "revenue": 1000, "ebit": 71, "net_profit": 38,
                "receivables": 95, "operating_cash_flow": 64, "total_assets": 1100, "equity": 500,
                "tax": 7}  # fmt: skip
YEAR_BEFORE = LINES | {"cash": 45, "inventory": 111, "revenue": 970, "ebit": 62, "net_profit": -17,
                       "equity": 370, "total_assets": 970, "current_liabilities": 311, "short_term_debt": 90,
                       "cost_of_sales": 780}  # fmt: skip
QUARTER_BEFORE = LINES | {"cash": 52, "inventory": 141, "revenue": 655, "ebit": 47, "net_profit": 21,
                          "equity": 450, "total_assets": 1050, "retained_earnings": 210,
                          "current_assets": 460, "cost_of_sales": 333,
                          "operating_cash_flow": -12}  # fmt: skip

BY_HAND = {
    "current_ratio": 1_500_000, "quick_ratio": 1_000_000, "cash_ratio": 166_667, "debt_to_assets": 600_000,
    "interest_cover": 3_200_000, "net_margin": 37_500, "gross_margin": 250_000, "return_on_assets": 45_000,
    "altman_z2": 2_873_600, "receivable_days": 37, "inventory_days": 61,
    "operating_cash_flow_to_current_liabilities": 250_000, "debt_to_revenue": 208_333, "dscr": 480_000,
    "revenue": 1200 * YUAN, "total_assets": 1000 * YUAN, "equity": 400 * YUAN, "days_since_statement": 324,
}  # fmt: skip
NO_STATEMENT = {
    name: None for name, one in INDICATORS.items() if set(one.facts) & {"statement", "statement_a_year_ago"}
}


def _compared() -> dict[str, int | None]:
    now, year, quarter = figures(NINE, 9), figures(YEAR_BEFORE, 9), figures(QUARTER_BEFORE, 6)
    expected: dict[str, int | None] = dict(now)
    for name in now:
        expected[f"{name}_a_year_ago"] = year[name]
        expected[f"{name}_change"] = change(now[name], year[name])
        expected[f"{name}_change_quarter"] = change(now[name], quarter[name])
    return expected


def statement(book: Book, c: str, end: str, months: int = 12, **lines: object) -> None:
    fact(book, "statement", c, period_end=end, months=months, **lines)


def one_statement(book: Book, c: str) -> None:
    statement(book, c, "2025-12-31", **LINES)


def three_statements(book: Book, c: str) -> None:
    """And one of two years before, which nothing is compared with."""
    statement(book, c, "2024-09-30", 9, **LINES)
    statement(book, c, "2025-09-30", 9, **YEAR_BEFORE)
    statement(book, c, "2026-06-30", 6, **QUARTER_BEFORE)
    statement(book, c, "2026-09-30", 9, **NINE)


def the_longer_of_a_day(book: Book, c: str) -> None:
    statement(book, c, "2025-12-31", **LINES)
    statement(book, c, "2025-12-31", 3, revenue=300)


def a_statement_too_old(book: Book, c: str) -> None:
    statement(book, c, "2025-05-18", **LINES)  # 551 days before


def a_statement_just_recent_enough(book: Book, c: str) -> None:
    statement(book, c, "2025-05-19", **LINES)


def nothing_to_divide_by(book: Book, c: str) -> None:
    statement(
        book, c, "2025-12-31", **LINES | {"current_liabilities": 0, "interest_expense": 0, "revenue": 0}
    )


def a_year_of_losses(book: Book, c: str) -> None:
    """All over a third, so that rounding below nothing shows: −2/3 and −1/6."""
    lines = {"ebit": -200, "interest_expense": 300, "net_profit": -50, "revenue": 300, "equity": -100}
    statement(book, c, "2025-12-31", total_assets=200, total_liabilities=300, **lines)


def guarantees(book: Book, c: str) -> None:
    statement(book, c, "2025-12-31", equity=400)
    bureau(book, c, "2026-01-05", guarantees_given=100)


def bureau(book: Book, c: str, on: str, **values: object) -> None:
    consent = fact(book, "consent", c, person="张三", purpose="bureau_query", on="2025-01-01")
    fact(book, "bureau", c, on=on, consent=consent, **values)


def two_reports(book: Book, c: str) -> None:
    bureau(book, c, "2026-02-01", outstanding_bad=99, lenders=9, queries=9)
    bureau(book, c, "2026-11-10", outstanding_bad=10, outstanding_watch=20, outstanding_elsewhere=30,
           overdue_elsewhere=5, lenders=3, guarantees_given=40, queries=2)  # fmt: skip


def a_report_that_says_little(book: Book, c: str) -> None:
    bureau(book, c, "2026-11-20", lenders=0)


def repaid_as(*records: str | None) -> Facts:
    """Reports of 1, 2, … November, each with a repayment record."""

    def do(book: Book, c: str) -> None:
        for day, record in enumerate(records, 1):
            bureau(book, c, f"2026-11-{day:02}", repayment_string=record)

    return do


RECORDS = {
    "newest counts": (("7777", "NNN1N"), 1, 1),
    "two months late of 24": (("/////////***NNNN12NNNNNN",), 2, 2),
    "never late": (("*NNNNNNNNNNC",), 0, 0),
    "only months with nothing due": (("****",), 0, 0),
    "seven months and more": (("N1234567",), 7, 7),
    "bad debt is a month, as bad as the worst": (("N12BB",), 4, 7),
    "helped out of it": (("N1DZMG#",), 1, 1),
    "no month is known": (("//##",), None, None),
    "no record in the newest": (("N3", None), None, None),
}


def pledged(book: Book, c: str) -> None:
    """Worth 1000 and 200 after the claims of others; one below its claims, one released, one unknown."""
    for value, claims, released in (
        (1500, 500, None),
        (200, 0, None),
        (100, 300, None),
        (9000, 0, "2026-11-20"),
    ):
        piece = fact(book, "collateral", c, kind="real_estate", description="厂房", released_on=released)
        fact(book, "appraisal", c, collateral=piece, on="2025-01-01", value=1)
        fact(book, "appraisal", c, collateral=piece, on="2026-01-01", value=value, prior_claims=claims)
    fact(book, "collateral", c, kind="equipment", description="车床")
    book.owing(c, f"{c}-1", outstanding=900)


def pledged_for_nothing(book: Book, c: str) -> None:
    piece = fact(book, "collateral", c, kind="vehicle", description="货车")
    fact(book, "appraisal", c, collateral=piece, on="2026-01-01", value=0)
    book.owing(c, f"{c}-1", outstanding=900)


def clocks(book: Book, c: str) -> None:
    """One ran out, one was started anew by a notice, and two run."""

    def clock(until: str, **more: object) -> str:
        return fact(book, "clock", c, kind="limitation", started_on="2023-01-01", expires_on=until, **more)

    clock("2026-11-19")
    old = clock("2026-11-25")
    clock("2029-11-25", restarts=old)
    clock("2026-12-30")


def a_clock_of_today(book: Book, c: str) -> None:
    fact(book, "clock", c, kind="seizure", started_on="2023-11-20", expires_on="2026-11-20")


def studies(book: Book, c: str) -> None:
    """3.2 of 4 in January; 82 of 100 in July, which is 2 better than 80."""
    fact(book, "academic", c, on="2026-01-20", gpa="3.2", gpa_scale=4)
    fact(book, "academic", c, on="2026-07-10", gpa=82, gpa_scale=100, credits_earned="60.5",
         credits_expected=70, failed_courses=2, standing="warning")  # fmt: skip


def a_first_record_that_says_little(book: Book, c: str) -> None:
    fact(book, "academic", c, on="2026-07-10", failed_courses=0)


def own_income_and_two_loans(book: Book, c: str) -> None:
    """1,000 and 250 fall due next against 5,000 a month of the student's own; 36,000 are owed."""
    fact(book, "income", c, on="2026-11-10", earner="household", basis="actual", monthly_amount=9000)
    fact(book, "income", c, on="2026-06-01", monthly_amount=4000)
    fact(book, "income", c, on="2026-10-01", basis="actual", monthly_amount=5000)
    book.owing(c, f"{c}-1", outstanding=30_000, next_amount=1000)
    book.owing(c, f"{c}-2", outstanding=6_000, next_amount=250)


def income_of_the_household(book: Book, c: str) -> None:
    """9,600 are owed against 96,000 a year; one loan does not say what falls due next."""
    fact(book, "income", c, on="2026-11-10", earner="household", monthly_amount=8000)
    book.owing(c, f"{c}-1", outstanding=9_000, next_amount=100)
    book.owing(c, f"{c}-2", outstanding=600)


def brought_and_bringing(book: Book, c: str) -> None:
    """Brought by another customer, first told of a partner; brought two itself, one of them told twice."""
    one, other = book.customer(), book.customer()
    partner = fact(book, "partner", None, name=f"{c}资助中心", kind="aid_centre")
    fact(book, "referral", c, on="2026-01-10", partner=partner)
    fact(book, "referral", c, on="2026-02-10", referrer=one)
    for day in ("2026-03-01", "2026-03-02"):
        fact(book, "referral", one, on=day, referrer=c)
    fact(book, "referral", other, on="2026-03-01", referrer=c)


def brought_by_a_partner(book: Book, c: str) -> None:
    partner = fact(book, "partner", None, name=f"{c}资助中心", kind="aid_centre")
    fact(book, "referral", c, on="2026-01-10", partner=partner)


def rated(book: Book, c: str) -> None:
    for place, criterion in enumerate(RATED, 1):
        fact(book, "rating", c, criterion=criterion, on="2026-01-01", value=5)
        fact(book, "rating", c, criterion=criterion, on="2026-11-01", value=1 + place % 5)


RATED = ("industry_outlook", "business_stability", "credit_record", "ability_to_repay", "cooperation",
         "contribution", "overall")  # fmt: skip


def money_here(book: Book, c: str) -> None:
    """A year to June, two months after it, one of them within the year's own, and one long ago."""

    def turnover(end: str, months: int, **values: object) -> None:
        fact(book, "turnover", c, period_end=end, months=months, **values)

    turnover("2026-06-30", 12, sales_inflow=1000)
    turnover("2026-05-31", 1, sales_inflow=90, average_deposits=30)
    turnover("2026-08-31", 1, sales_inflow=150, average_deposits=50)
    turnover("2026-09-30", 1, sales_inflow=50)
    turnover("2025-11-20", 1, sales_inflow=777)
    book.owing(c, f"{c}-1", outstanding=400)


def money_of_nobody_who_owes(book: Book, c: str) -> None:
    fact(book, "turnover", c, period_end="2026-09-30", sales_inflow=50, average_deposits=70)


def products(book: Book, c: str) -> None:
    """Payroll twice, a card that was closed today, insurance closed tomorrow."""
    for product, closed in (
        ("代发工资", None),
        ("代发工资", None),
        ("信用卡", "2026-11-20"),
        ("财产保险", None),
    ):
        fact(book, "holding", c, product=product, opened_on="2026-01-01", closed_on=closed)


def in_two_groups(book: Book, c: str) -> None:
    """With one other in both groups, which owes 300, and a third that owes 100; itself 600."""
    for name in ("甲集团", "乙集团"):
        fact(book, "connection", c, kind="group", name=name)
    both, one, elsewhere = book.customer(), book.customer(), book.customer()
    for name in ("甲集团", "乙集团"):
        fact(book, "connection", both, kind="group", name=name)
    fact(book, "connection", one, kind="group", name="乙集团")
    fact(book, "connection", elsewhere, kind="supply_chain", name="乙集团")
    fact(book, "connection", elsewhere, kind="guarantee_circle", name="丙担保圈")
    fact(book, "connection", c, kind="guarantee_circle", name="丙担保圈")
    for who, owed in ((c, 600), (both, 300), (one, 100), (elsewhere, 9000)):
        book.owing(who, f"G{who}", outstanding=owed)


def a_circle_in_arrears(book: Book, c: str) -> None:
    """Itself 60 days past due, of the others one 31 days; a third is in another circle."""
    others = [book.customer() for _ in range(3)]
    for who in (c, *others[:2]):
        fact(book, "connection", who, kind="guarantee_circle", name="甲担保圈")
    fact(book, "connection", others[2], kind="guarantee_circle", name="乙担保圈")
    for who, days in zip((c, *others), (60, 31, 0, 99), strict=True):
        book.owing(who, f"K{who}", dpd=days)


def promises_of_half_a_year(book: Book, c: str) -> None:
    """Of two promises one was kept by what the arrears fell; one of before half a year does not count."""
    loan = f"{c}-1"
    book.loan(c, loan)
    for on, overdue in (
        ("2026-05-01", 900),
        ("2026-05-14", 900),
        ("2026-10-01", 900),
        ("2026-10-15", 400),
        ("2026-11-10", 400),
    ):
        book.snapshot(loan, on=on, overdue=overdue, dpd=5)
    for on, due, amount in (
        ("2026-05-01", "2026-05-10", 500),
        ("2026-10-01", "2026-10-13", 500),
        ("2026-10-15", "2026-10-30", 100),
    ):
        request = PromiseIn(
            loan=loan, amount=amount * YUAN, due_on=date.fromisoformat(due), on=date.fromisoformat(on)
        )
        book.do(promises.add, request)


def warned_of(book: Book, c: str) -> None:
    """Two signals, of which one is closed."""
    for signal in ("法院公告", "供应商诉讼"):
        number = fact(book, "warning", c, kind="legal", signal=signal, source="news")
    book.do(step_warning, WarningStepIn(warning=number, step="closed", verdict="false"))


def a_group_without_position(book: Book, c: str) -> None:
    fact(book, "connection", c, kind="group", name="丁集团")
    book.loan(c, f"{c}-1")


def a_group_without_loans(book: Book, c: str) -> None:
    fact(book, "connection", c, kind="group", name="戊集团")


def two_years_of_snapshots(book: Book, c: str) -> None:
    """12 days 91 days ago, 33 92 days ago, 50 729 days ago, 99 730 days ago; one that says nothing."""
    book.loan(c, f"{c}-1", disbursed="2024-01-15")
    for on, dpd in (("2026-08-21", 12), ("2026-08-20", 33), ("2024-11-21", 50), ("2024-11-20", 99),
                    ("2026-05-01", 0), ("2026-04-01", 0), ("2026-03-01", None)):  # fmt: skip
        book.snapshot(f"{c}-1", on, dpd=dpd)


def never_on_time(book: Book, c: str) -> None:
    book.owing(c, f"{c}-1", dpd=5)


def complaints(book: Book, c: str) -> None:
    """Of the year: an open one of 10 days, a resolved one of 364; an open one of 365 days; an enquiry."""
    book.feedback(c, "complaint", "2026-11-10")
    book.step("resolve", book.feedback(c, "complaint", "2025-11-21"))
    book.feedback(c, "complaint", "2025-11-20")
    book.feedback(c, "enquiry", "2024-11-20")


def a_line_with_room(book: Book, c: str) -> None:
    book.facility(c, 1000)
    book.owing(c, f"{c}-1", outstanding=250)


def a_line_not_drawn(book: Book, c: str) -> None:
    book.facility(c, 1000)


def a_line_drawn_up(book: Book, c: str) -> None:
    book.facility(c, 250)
    book.owing(c, f"{c}-1", outstanding=250)


def nothing(book: Book, c: str) -> None:
    pass


FILE_CASES = {
    "a statement, by hand": Case(one_statement, {**BY_HAND, "altman_z2_change": None}),
    "statements of a year and a quarter before": Case(three_statements, _compared()),
    "of one day, the statement over more months": Case(the_longer_of_a_day, {"revenue": 1200 * YUAN}),
    "a statement of 551 days ago": Case(a_statement_too_old, NO_STATEMENT | {"days_since_statement": None}),
    "a statement of 550 days ago": Case(
        a_statement_just_recent_enough, {"altman_z2": 2_873_600, "days_since_statement": 550}
    ),
    "a statement with nothing to divide by": Case(
        nothing_to_divide_by,
        {"current_ratio": None, "quick_ratio": None, "interest_cover": None, "net_margin": None,
         "receivable_days": None, "debt_to_revenue": None, "revenue": 0, "debt_to_assets": 600_000},
    ),
    "a statement of a loss": Case(
        a_year_of_losses,
        {"interest_cover": -666_667, "net_margin": -166_667, "debt_to_assets": 1_500_000,
         "return_on_assets": -250_000, "equity": -100 * YUAN, "current_ratio": None, "altman_z2": None},
    ),
    "a student has no statement": Case(nothing, NO_STATEMENT, kind="student"),
    "guarantees given": Case(guarantees, {"guarantees_to_equity": 250_000}),
    "two bureau reports": Case(
        two_reports,
        {"outstanding_bad": 10 * YUAN, "outstanding_watch": 20 * YUAN, "outstanding_elsewhere": 30 * YUAN,
         "overdue_elsewhere": 5 * YUAN, "lending_banks": 3, "guarantees_given": 40 * YUAN,
         "bureau_queries": 2, "days_since_bureau_report": 10, "guarantees_to_equity": None},
    ),
    "a bureau report that says little": Case(
        a_report_that_says_little,
        {"outstanding_bad": None, "outstanding_watch": None, "outstanding_elsewhere": None,
         "overdue_elsewhere": None, "lending_banks": 0, "guarantees_given": None, "bureau_queries": None,
         "days_since_bureau_report": 0},
    ),
    **{
        f"a repayment record: {what}, {kind}": Case(
            repaid_as(*records), {"bureau_late_months": late, "bureau_worst_late": worst}, kind=kind
        )
        for what, (records, late, worst) in RECORDS.items()
        for kind in ("student", "sole_proprietor")
    },
    "a company has no personal report": Case(
        repaid_as("N12"),
        {"bureau_late_months": None, "bureau_worst_late": None}
    ),
    "collateral": Case(
        pledged, {"collateral_value": 1200 * YUAN, "ltv": 750_000, "collateral_not_appraised": 1}
    ),
    "collateral worth nothing": Case(
        pledged_for_nothing, {"collateral_value": 0, "ltv": None, "collateral_not_appraised": 0}
    ),
    "nothing pledged": Case(
        nothing,
        {"collateral_value": None, "ltv": None, "collateral_not_appraised": 0, "days_to_legal_clock": None,
         "products_held": 0, "average_deposits": None, "group_exposure": None, "guarantee_circle_size": 0,
         "complaints_12m": 0, "days_oldest_open_complaint": None, "worst_days_past_due_24m": None,
         "worst_days_past_due_3m": None, "on_time_share": None, "headroom": None,
         "sales_returned_to_loans": None, "deposits_to_loans": None},
    ),
    "legal clocks": Case(clocks, {"days_to_legal_clock": 40}),
    "a legal clock of today": Case(a_clock_of_today, {"days_to_legal_clock": 0}),
    "two academic records": Case(
        studies,
        {"gpa": 82 * ONE, "gpa_share": 820_000, "gpa_change": 2 * ONE, "credits_behind": 9_500_000,
         "failed_courses": 2, "academic_standing": "warning"},
        kind="student",
    ),
    "an academic record that says little": Case(
        a_first_record_that_says_little,
        {"gpa": None, "gpa_share": None, "gpa_change": None, "credits_behind": None, "failed_courses": 0,
         "academic_standing": None},
        kind="student",
    ),
    "an income of their own": Case(
        own_income_and_two_loans,
        {"monthly_income": 5000 * YUAN, "payment_to_income": 250_000, "debt_to_income": 600_000},
        kind="student",
    ),
    "an income of the household": Case(
        income_of_the_household,
        {"monthly_income": 8000 * YUAN, "payment_to_income": None, "debt_to_income": 100_000},
        kind="student",
    ),
    "no income": Case(
        nothing,
        {"monthly_income": None, "payment_to_income": None, "debt_to_income": None, "referred_by": None,
         "customers_brought": 0},
        kind="student",
    ),
    "brought by a customer": Case(brought_and_bringing, {"referred_by": "customer", "customers_brought": 2}),
    "brought by a partner": Case(brought_by_a_partner, {"referred_by": "partner", "customers_brought": 0}),
    "ratings": Case(
        rated, {f"rating_{criterion}": 1 + place % 5 for place, criterion in enumerate(RATED, 1)}
    ),
    "no ratings": Case(nothing, {f"rating_{criterion}": None for criterion in RATED}),
    "money over the accounts here": Case(
        money_here,
        {"sales_returned_to_loans": 3_000_000, "deposits_to_loans": 125_000, "average_deposits": 50 * YUAN},
    ),
    "money of somebody who owes nothing": Case(
        money_of_nobody_who_owes,
        {"sales_returned_to_loans": None, "deposits_to_loans": None, "average_deposits": 70 * YUAN},
    ),
    "products": Case(products, {"products_held": 2}),
    "two groups": Case(
        in_two_groups,
        {"group_exposure": 1000 * YUAN, "outstanding_principal": 600 * YUAN, "guarantee_circle_size": 2},
    ),
    "a guarantee circle": Case(
        a_circle_in_arrears, {"circle_days_past_due": 31, "guarantee_circle_size": 3, "group_exposure": None}
    ),
    "promises not kept": Case(
        promises_of_half_a_year, {"broken_promises_6m": 1, "circle_days_past_due": None}
    ),
    "warnings": Case(warned_of, {"open_warnings": 1, "broken_promises_6m": 0}),
    "no warnings": Case(nothing, {"open_warnings": 0}),
    "a group without a position": Case(a_group_without_position, {"group_exposure": None}),
    "a group without loans": Case(a_group_without_loans, {"group_exposure": 0}),
    "two years of snapshots": Case(
        two_years_of_snapshots,
        {"worst_days_past_due_3m": 12, "worst_days_past_due_6m": 33, "worst_days_past_due_24m": 50,
         "on_time_share": 500_000},
    ),
    "never on time": Case(never_on_time, {"on_time_share": 0, "worst_days_past_due_3m": 5}),
    "complaints": Case(complaints, {"complaints_12m": 2, "days_oldest_open_complaint": 365}),
    "a line with room": Case(a_line_with_room, {"headroom": 750 * YUAN}),
    "a line that is not drawn has all of it": Case(a_line_not_drawn, {"headroom": 1000 * YUAN}),
    "a line drawn up": Case(a_line_drawn_up, {"headroom": 0, "line_utilisation": ONE}),
    "a company's stage": Case(
        nothing, {"development_stage": "growth", "family_income": None, "employment": None},
        fields={"development_stage": "growth"},
    ),
    "a student's means": Case(
        nothing, {"development_stage": None, "family_income": "low", "employment": "employed"},
        kind="student", fields={"family_income": "low", "employment": "employed"},
    ),
}  # fmt: skip
