"""The committee's page: the portfolio on one page, against a month and a year before, with charts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from loancrm.errors import UsageFault
from loancrm.i18n import N_, _, n_, titled
from loancrm.numerals import MILLION, format_ratio
from loancrm.render.cells import in_json
from loancrm.render.columns import Column, Figure, Kind
from loancrm.render.sheet import Section
from loancrm.shell.par import par_chart
from loancrm.shell.reports import (
    basis_json,
    basis_words,
    bucket_words,
    earlier,
    group_words,
    grouping_of,
    how,
    refuse_later,
    undated,
)

if TYPE_CHECKING:
    from loancrm.context import Context
    from loancrm.policy.policy import Policy
    from loancrm.render.chart import Chart
    from loancrm.reports.committee import CommitteePage, OnDay
    from loancrm.view import View

MONTHS_DRAWN, BARS = 12, 10
TENTH = MILLION // 10  # a tenth, as points are kept
# Section by section: key, label, kind.
FIGURES: tuple[tuple[str, tuple[tuple[str, str, Kind], ...]], ...] = (
    (
        N_("Balance and growth"),
        (
            ("customers", N_("customers"), "int"),
            ("borrowers", N_("borrowers"), "int"),
            ("live_loans", N_("live loans"), "int"),
            ("live_disbursed", N_("disbursed on live loans"), "money"),
            ("outstanding_principal", N_("outstanding principal"), "money"),
            ("average_balance", N_("average balance"), "money"),
            ("disbursed_in_month", N_("disbursed this month"), "money"),
            ("disbursed_in_month_loans", N_("loans disbursed this month"), "int"),
            ("settled_in_month_loans", N_("loans settled this month"), "int"),
            ("settled", N_("loans settled so far"), "int"),
        ),
    ),
    (
        N_("Quality"),
        (
            ("overdue_loans", N_("loans past due"), "int"),
            ("overdue_principal", N_("overdue principal"), "money"),
            ("unpaid_interest", N_("unpaid interest"), "money"),
            ("new_overdue_loans", N_("newly past due this month"), "int"),
            ("new_overdue", N_("balance newly past due"), "money"),
            ("arrears_rate", N_("arrears rate"), "ratio"),
            ("par_1", "PAR1", "ratio"),
            ("par_30", "PAR30", "ratio"),
            ("par_60", "PAR60", "ratio"),
            ("par_90", "PAR90", "ratio"),
            ("npl", N_("non-performing"), "money"),
            ("npl_ratio", N_("NPL ratio"), "ratio"),
            ("over_90_to_npl", N_("over 90 days ÷ NPL"), "ratio"),
            ("provision", N_("provision"), "money"),
            ("coverage", N_("coverage"), "ratio"),
            ("open_warnings", N_("open warnings"), "int"),
            ("written_off_in_month", N_("written off this month"), "money"),
            ("written_off", N_("loans written off so far"), "int"),
            ("default_rate", N_("default rate"), "ratio"),
        ),
    ),
    (
        N_("Collection this month"),
        (
            ("interest_collected", N_("interest collected"), "money"),
            ("matured", N_("fell due at maturity"), "money"),
            ("maturity_unknown", N_("of it, no data since"), "money"),
            ("collected_at_maturity", N_("collected at maturity"), "ratio"),
        ),
    ),
    (
        N_("Concentration"),
        (
            ("top_customer", N_("largest name"), "text"),
            ("top_customer_share", N_("its share"), "ratio"),
            ("top_10_share", N_("ten largest names"), "ratio"),
            ("top_industry", N_("largest industry"), "text"),
            ("top_industry_share", N_("its share"), "ratio"),
            ("industry_hhi", N_("HHI of industries"), "points"),
        ),
    ),
    (
        N_("Data"),
        (
            ("loans_without_position", N_("without a recent position"), "int"),
            ("classified_loans", N_("with the bank's class"), "int"),
        ),
    ),
)
GROWTH: tuple[tuple[str, str, Kind], ...] = (
    ("balance_growth_month", N_("growth of the balance in a month"), "ratio"),
    ("balance_growth_year", N_("growth of the balance in a year"), "ratio"),
    ("loans_growth_month", N_("growth of the count in a month"), "ratio"),
    ("loans_growth_year", N_("growth of the count in a year"), "ratio"),
    ("balance_growth_since", N_("growth of the balance since the earlier day"), "ratio"),
    ("loans_growth_since", N_("growth of the count since the earlier day"), "ratio"),
)
_PLAIN = tuple(Column(key, label, kind) for _title, some in FIGURES for key, label, kind in some)
PORTFOLIO = (
    Column("as_of", N_("as of"), "date"),
    *_PLAIN,
    *(Column(key, label, kind) for key, label, kind in GROWTH),
    Column("month_ago", N_("a month ago"), "nested"),
    Column("year_ago", N_("a year ago"), "nested"),
    Column("since", N_("on the earlier day"), "nested"),
    Column("basis", N_("basis"), "nested"),
)
FORMULAS = (
    N_("live: from disbursement until written off, settled, or matured with nothing outstanding"),
    N_("outstanding: newest snapshot of each live loan, carried forward; without one it is not counted"),
    N_("PAR(x): balance of loans more than x days past due ÷ outstanding (CGAP 2003)"),
    N_("arrears rate: overdue principal ÷ outstanding principal"),
    N_("NPL ratio: substandard + doubtful + loss ÷ loans with a class, by the bank's class, else ours"),
    N_("provision: the policy's rate of each class of its balance, and the general one; coverage: ÷ NPL"),
    N_("default rate: loans written off ÷ (settled + written off)"),
    N_("newly past due: not past due on the eve of the month, and past due on the day"),
    N_("interest collected: with penalty, since the first of the month, of loans serviced here"),
    N_("collected at maturity: of what loans that matured this month owed on its eve, what is paid"),
    N_("what was carried forward from before its maturity counts as no data since, not as unpaid"),
    N_("HHI: Σ (share in %)² of the industries lent to; shares of the outstanding principal"),
    N_("growth: against the same day a month and a year ago, a month's end against a month's end"),
    N_("growth of the balance is left out where loans lack a recent position on one of the days"),
    N_("a final status without a day counts on every day"),
)


@dataclass(frozen=True, slots=True)
class PortfolioAsked:
    """What is asked for: a figure whose loans are shown, or groups, and the earlier day to compare with."""

    figure: str | None = None
    by: str | None = None
    digits: str | None = None
    since: str | None = None

    def check_figure_alone(self) -> None:
        """Refuse a figure in groups or beside another day.

        Raises:
            UsageFault: it is asked so.
        """
        for option, value in (("--by", self.by), ("--digits", self.digits), ("--since", self.since)):
            if value is not None:
                raise UsageFault(_("{option} does not go with FIGURE").format(option=option), field=option)


def show_portfolio(crm: Context, officer: str | None, asked: PortfolioAsked, *, explain: bool) -> None:
    """Show the portfolio beside that of a month and a year ago, or of the earlier day that is asked for.

    Of a figure the loans behind it, by group a line a group.

    Raises:
        UsageFault: the figure is unknown, or is not one of loans; loans cannot be grouped so; figure and
            groups, or an earlier day, in one.
        InvalidInput: a day that cannot be read, or that is not earlier.
    """
    if asked.figure is not None:
        from loancrm.shell.portfolio_loans import show_loans_behind

        asked.check_figure_alone()
        show_loans_behind(crm, officer, asked.figure, explain=explain)
        return
    then, grouping = earlier(asked.since), grouping_of(asked.by, asked.digits)
    if grouping is not None and asked.by is not None:
        from loancrm.shell.portfolio_groups import show_groups

        show_groups(crm, officer, asked.by, grouping, then, explain=explain)
        return
    from loancrm.reports.committee import committee_page

    with crm.view() as view:
        refuse_later(then, view)
        policy = crm.policy(view)
        officer_id = crm.officer_id(view, officer) if officer else None
        found = committee_page(view, policy, officer_id, then)
        charts = _charts(view, policy, officer_id) if crm.format == "html" else []
    basis = found.now.portfolio.basis
    title = _("Portfolio on {day}").format(day=basis.as_of)
    crm.show_one(
        _values(found),
        PORTFOLIO,
        title=title,
        header=[title, basis_words(basis), *undated(basis), ""],
        footer=[
            "",
            *_names(found.now),
            *_lacking(found),
            *how(FORMULAS, explain),
            _("the loans behind a figure: loancrm report portfolio npl_ratio"),
        ],
        sections=_sections(found, indent="  " if crm.format == "table" else ""),
        charts=charts,
    )


def _figures(day: OnDay) -> dict[str, Any]:
    """Return all figures of a day by key; an index in points."""
    values = {**asdict(day.portfolio), **asdict(day.flows), **asdict(day.largest)}
    found = day.largest.industry_hhi
    values["industry_hhi"] = None if found is None else found * TENTH
    return {column.key: values[column.key] for column in _PLAIN}


def _values(found: CommitteePage) -> dict[str, Any]:
    basis = found.now.portfolio.basis
    return {
        "as_of": basis.as_of,
        **_figures(found.now),
        **{key: getattr(found, key) for key, _label, _kind in GROWTH},
        "month_ago": _then(found.month_ago),
        "year_ago": _then(found.year_ago),
        "since": None if found.since is None else _then(found.since),
        "basis": basis_json(basis),
    }


def _then(day: OnDay) -> dict[str, Any]:
    values = _figures(day)
    plain = {column.key: in_json(column)(values[column.key]) for column in _PLAIN}
    return {"as_of": day.portfolio.basis.as_of.isoformat(), **plain}


def _sections(found: CommitteePage, *, indent: str) -> list[Section]:
    """Return the figures part by part, a row a figure and a column a day."""
    days = _days(found)
    columns = (
        Column("figure", N_("figure")),
        *(Column(f"day_{n}", day.portfolio.basis.as_of.isoformat(), "figure") for n, day in enumerate(days)),
    )
    values = [_figures(day) for day in days]
    sections = []
    for place, (title, figures) in enumerate(FIGURES):
        rows = [
            _row(indent + _(label), [Figure(kind, one[key]) for one in values])
            for key, label, kind in figures
            if any(one[key] is not None for one in values)
        ]
        if place == 0:
            rows[5:5] = list(_growth(found, indent))
        sections.append(Section(_(title), columns, rows))
    return sections


def _growth(found: CommitteePage, indent: str) -> Iterator[dict[str, Any]]:
    """Yield how much more there is than on each day before."""
    for label, what in ((N_("more since then"), "balance"), (N_("more loans since then"), "loans")):
        against = ("month", "year") if found.since is None else ("since",)
        grown = [getattr(found, f"{what}_growth_{day}") for day in against]
        if any(one is not None for one in grown):
            yield _row(2 * indent + _(label), [Figure("ratio", one) for one in (None, *grown)])


def _days(found: CommitteePage) -> tuple[OnDay, ...]:
    """Return the days of the page, the one that is looked at first."""
    if found.since is not None:
        return found.now, found.since
    return found.now, found.month_ago, found.year_ago


def _row(label: str, figures: list[Figure]) -> dict[str, Any]:
    return {"figure": label, **{f"day_{n}": one for n, one in enumerate(figures)}}


def _names(now: OnDay) -> list[str]:
    """Return the largest name and industry in words."""
    found = now.largest
    lines = []
    if found.top_customer_share is not None:
        words = f"{found.top_customer} {found.top_customer_name} {format_ratio(found.top_customer_share)}"
        lines.append(titled(_("largest name"), words))
    return lines


def _lacking(found: CommitteePage) -> Iterator[str]:
    """Yield for each day with loans that lack a position that they are in no amount."""
    for day in _days(found):
        if lacking := day.portfolio.loans_without_position:
            yield n_(
                "{day}: {n} of {all} loans lacks a recent position; amounts and shares are of the others",
                "{day}: {n} of {all} loans lack a recent position; amounts and shares are of the others",
                lacking,
            ).format(day=day.portfolio.basis.as_of, n=lacking, all=day.portfolio.live_loans)


def _charts(view: View, policy: Policy, officer_id: int | None) -> list[Chart]:
    """Return the pictures of a page: the balance and PAR over a year, ageing, and the largest industries."""
    from loancrm.render.chart import Chart
    from loancrm.reports.concentration import concentration
    from loancrm.reports.delinquency import delinquency
    from loancrm.reports.par import par

    late = delinquency(view, policy, officer_id)
    spread = concentration(view, policy, by="industry", officer_id=officer_id)
    largest = [line for line in spread.lines if line.outstanding_principal][:BARS]
    months = par(view, policy, None, MONTHS_DRAWN, officer_id).lines
    days = [f"{line.on:%Y-%m}" if line.on != view.as_of else line.on.isoformat() for line in months]
    owed = [line.outstanding_principal for line in months]
    return [
        Chart("lines", _("Outstanding principal"), days, [(_("outstanding"), owed)], "money"),
        par_chart(days, months),
        Chart(
            "bars",
            _("Outstanding by days past due"),
            [bucket_words(line.bucket) for line in late.lines if line.share is not None],
            [("", [line.share for line in late.lines if line.share is not None])],
        ),
        Chart(
            "bars",
            _("Largest industries"),
            [group_words("industry", asdict(line)) for line in largest],
            [("", [line.share for line in largest])],
        ),
    ]
