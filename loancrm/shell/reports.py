"""The risk reports on the command line: columns, bars, basis and formulas."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from loancrm.errors import UsageFault
from loancrm.i18n import N_, _, n_, titled
from loancrm.numerals import format_money, format_ratio
from loancrm.parsing import count
from loancrm.render.columns import Column
from loancrm.vocabulary import code_of, label

if TYPE_CHECKING:
    from loancrm.context import Context
    from loancrm.reports.basis import Basis
    from loancrm.reports.concentration import ConcentrationLine
    from loancrm.reports.portfolio import Portfolio

PORTFOLIO = (
    Column("as_of", N_("as of"), "date"),
    Column("customers", N_("customers"), "int"),
    Column("borrowers", N_("borrowers"), "int"),
    Column("live_loans", N_("live loans"), "int"),
    Column("live_disbursed", N_("disbursed on live loans"), "money"),
    Column("outstanding_principal", N_("outstanding principal"), "money"),
    Column("average_balance", N_("average balance"), "money"),
    Column("overdue_loans", N_("loans past due"), "int"),
    Column("overdue_principal", N_("overdue principal"), "money"),
    Column("unpaid_interest", N_("unpaid interest"), "money"),
    Column("arrears_rate", N_("arrears rate"), "ratio"),
    Column("par_1", "PAR1", "ratio"),
    Column("par_30", "PAR30", "ratio"),
    Column("par_60", "PAR60", "ratio"),
    Column("par_90", "PAR90", "ratio"),
    Column("npl", N_("non-performing"), "money"),
    Column("npl_ratio", N_("NPL ratio"), "ratio"),
    Column("over_90_to_npl", N_("over 90 days ÷ NPL"), "ratio"),
    Column("disbursed_in_month", N_("disbursed this month"), "money"),
    Column("disbursed_in_month_loans", N_("loans disbursed this month"), "int"),
    Column("settled_in_month_loans", N_("loans settled this month"), "int"),
    Column("written_off_in_month", N_("written off this month"), "money"),
    Column("settled", N_("loans settled so far"), "int"),
    Column("written_off", N_("loans written off so far"), "int"),
    Column("default_rate", N_("default rate"), "ratio"),
    Column("open_warnings", N_("open warnings"), "int"),
    Column("loans_without_position", N_("live loans without a recent position"), "int"),
    Column("classified_loans", N_("loans with the bank's class"), "int", table=False),
    Column("month_ago", N_("a month ago"), "nested"),
    Column("basis", N_("basis"), "nested"),
)
DELINQUENCY = (
    Column("bucket", N_("days past due"), data=True),
    Column("from_days", N_("from day"), "int", table=False),
    Column("to_days", N_("to day"), "int", table=False),
    Column("loans", N_("loans"), "int"),
    Column("customers", N_("customers"), "int", table=False),
    Column("outstanding_principal", N_("outstanding"), "money"),
    Column("overdue_principal", N_("overdue"), "money", table=False),
    Column("share", N_("share"), "ratio"),
    Column("bar", " ", "bar", data=False),
)
DELINQUENCY_TOTALS = (
    Column("loans", N_("loans"), "int"),
    Column("loans_without_position", N_("without position"), "int"),
    Column("outstanding_principal", N_("outstanding"), "money"),
    Column("par_1", "PAR1", "ratio"),
    Column("par_30", "PAR30", "ratio"),
    Column("par_60", "PAR60", "ratio"),
    Column("par_90", "PAR90", "ratio"),
    Column("basis", N_("basis"), "nested"),
)
CONCENTRATION = (
    Column("key", N_("group")),
    Column("name", N_("name"), table=False),
    Column("loans", N_("loans"), "int"),
    Column("live_loans", N_("live loans"), "int", table=False),
    Column("customers", N_("customers"), "int", table=False),
    Column("disbursed", N_("amount disbursed"), "money", table=False),
    Column("outstanding_principal", N_("outstanding"), "money"),
    Column("overdue_principal", N_("overdue"), "money", table=False),
    Column("share", N_("share"), "ratio"),
    Column("bar", " ", "bar", data=False),
    Column("settled", N_("settled"), "int", table=False),
    Column("written_off", N_("written off"), "int", table=False),
    Column("default_rate", N_("default rate"), "ratio"),
    Column("loss_rate", N_("loss rate"), "ratio", table=False),
)
CONCENTRATION_TOTALS = (
    Column("loans", N_("loans"), "int"),
    Column("total", N_("total"), "text"),
    Column("hhi", "HHI"),
    Column("effective_names", N_("effective names")),
    Column("basis", N_("basis"), "nested"),
)
FORMULAS = {
    "portfolio": (
        N_("live: from disbursement until written off, settled, or matured with nothing outstanding"),
        N_("outstanding: newest snapshot of each live loan, carried forward; without one it is not counted"),
        N_("PAR(x): balance of loans more than x days past due ÷ outstanding (CGAP 2003)"),
        N_("arrears rate: overdue principal ÷ outstanding principal"),
        N_("NPL ratio: substandard + doubtful + loss ÷ loans with a class, by the bank's class"),
        N_("default rate: loans written off ÷ (settled + written off)"),
        N_("a final status without a day counts on every day"),
    ),
    "delinquency": (
        N_("days past due: the newest snapshot's, as it stood on its day"),
        N_("PAR(x): whole balance of loans more than x days past due ÷ outstanding (CGAP 2003)"),
        N_("unknown: live loans without a recent snapshot, or without days past due in it"),
    ),
    "concentration": (
        N_("share: of the measure, over all loans granted by the day; cancelled loans are left out"),
        N_("industry and region: lent to, else the customer's own"),
        N_("HHI: Σ (share in %)²; effective names: 10000 ÷ HHI"),
        N_("default rate: written off ÷ (settled + written off); loss rate: amount written off ÷ disbursed"),
    ),
}


def show_portfolio(crm: Context, officer: str | None, *, explain: bool) -> None:
    """Show the portfolio, with the figures of a month ago for scripts and in the heading."""
    from loancrm.reports.portfolio import month_before, portfolio

    with crm.view() as view:
        policy = crm.policy(view)
        officer_id = crm.officer_id(view, officer) if officer else None
        now = portfolio(view, policy, officer_id)
        before = month_before(view, policy, officer_id)
    values = {**asdict(now), "as_of": now.basis.as_of, "basis": _basis_json(now.basis)}
    values["month_ago"] = _month_ago(before)
    title = _("Portfolio on {day}").format(day=now.basis.as_of)
    header = [f"{title} · {_basis_words(now.basis)}", *_undated(now.basis), ""]
    footer = ["", _pars(_("a month ago"), before), *_formulas("portfolio", explain)]
    crm.show_one(values, PORTFOLIO, title=title, header=header, footer=footer)


def _month_ago(before: Portfolio) -> dict[str, Any]:
    from loancrm.numerals import plain_millionths, plain_money

    owed = before.outstanding_principal
    pars = {
        f"par_{days}": None if value is None else plain_millionths(value)
        for days, value in _par_values(before).items()
    }
    return {
        "as_of": before.basis.as_of.isoformat(),
        "live_loans": before.live_loans,
        "outstanding_principal": None if owed is None else plain_money(owed),
        **pars,
    }


def _par_values(found: Portfolio) -> dict[int, int | None]:
    return {1: found.par_1, 30: found.par_30, 60: found.par_60, 90: found.par_90}


def _pars(title: str, found: Portfolio) -> str:
    pars = " · ".join(
        f"PAR{days} {format_ratio(value)}" for days, value in _par_values(found).items() if value is not None
    )
    owed = found.outstanding_principal
    amount = _("no position") if owed is None else format_money(owed)
    return f"{titled(title, _loans_words(found.live_loans, amount))}  {pars}".rstrip()


def _loans_words(n: int, amount: str) -> str:
    return n_("{n} loan, {amount}", "{n} loans, {amount}", n).format(n=n, amount=amount)


def show_delinquency(crm: Context, officer: str | None, *, explain: bool) -> None:
    """Show delinquency ageing with bars; PAR is in the totals, and under the table."""
    from loancrm.reports.delinquency import delinquency

    with crm.view() as view:
        officer_id = crm.officer_id(view, officer) if officer else None
        found = delinquency(view, crm.policy(view), officer_id)
    rows = [{**asdict(line), "bar": line.share or 0} for line in found.lines]
    if crm.format in ("table", "html"):
        rows = [{**row, "bucket": _bucket_words(row)} for row in rows if row["loans"] or row["bucket"] == "0"]
    totals = {
        "loans": found.loans,
        "loans_without_position": found.loans_without_position,
        "outstanding_principal": found.outstanding_principal,
        **{f"par_{days}": value for days, value in found.par.items()},
        "basis": _basis_json(found.basis),
    }
    title = _("Delinquency on {day}").format(day=found.basis.as_of)
    amount = format_money(found.outstanding_principal)
    words = _loans_words(found.loans, amount)
    pars = "   ".join(
        f"PAR{days} {format_ratio(value)}" for days, value in found.par.items() if value is not None
    )
    crm.show(
        rows,
        DELINQUENCY,
        title=title,
        header=[f"{title} · {words}", _basis_words(found.basis), ""],
        footer=["", pars, *_formulas("delinquency", explain)] if pars else _formulas("delinquency", explain),
        totals=totals,
        totals_columns=DELINQUENCY_TOTALS,
    )


def _bucket_words(row: dict[str, Any]) -> str:
    first, last = row["from_days"], row["to_days"]
    if first is None:
        return _("unknown")
    if first == 0:
        return _("current")
    return _("over {n}").format(n=first - 1) if last is None else f"{first}–{last}"


def bucket_words(code: str) -> str:
    """Return a bucket in words: ``31_60`` is 31–60, ``0`` current, ``361_plus`` over 360."""
    first, _underscore, last = code.partition("_")
    to_days = None if last == "plus" else int(last or first)
    return _bucket_words({"from_days": int(first), "to_days": to_days})


def show_concentration(
    crm: Context, officer: str | None, *, by: str, measure: str, digits: str | None, explain: bool
) -> None:
    """Show concentration with bars."""
    from loancrm.reports.concentration import concentration

    by, measure = _grouping(by), code_of("measure", measure, "--measure")
    wanted = None if digits is None else count(digits, "--digits", 1, 20)
    with crm.view() as view:
        officer_id = crm.officer_id(view, officer) if officer else None
        found = concentration(
            view, crm.policy(view), by=by, measure=measure, digits=wanted, officer_id=officer_id
        )
    is_page = crm.format in ("table", "html")
    rows = (_concentration_row(line, by if is_page else None) for line in found.lines)  # perhaps a million
    totals = {
        "loans": found.loans,
        "total": str(found.total) if measure == "loans" else format_money(found.total).replace(",", ""),
        "hhi": _tenths(found.hhi),
        "effective_names": _tenths(found.effective_names),
        "basis": _basis_json(found.basis),
    }
    title = _("Concentration by {by} on {day}").format(by=_by_words(by), day=found.basis.as_of)
    index = _("HHI {hhi} · {names} effective names").format(
        hhi=totals["hhi"] or "–", names=totals["effective_names"] or "–"
    )
    crm.show(
        rows,
        CONCENTRATION,
        title=title,
        header=[
            f"{title} · {label('measure', measure)}",
            _basis_words(found.basis),
            *_undated(found.basis),
            "",
        ],
        footer=["", index, *_formulas("concentration", explain)],
        totals=totals,
        totals_columns=CONCENTRATION_TOTALS,
    )


def _grouping(by: str) -> str:
    """Return the code of a grouping; ``extra.lender`` is a column of a file, by the profile's name for it."""
    name = by.removeprefix("extra.")
    if name == by:
        return code_of("grouping", by, "--by")
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", name):
        raise UsageFault(_("--by extra.NAME takes the name that the profile gave the column"), field="--by")
    return by


def _by_words(by: str) -> str:
    return by if by.startswith("extra.") else label("grouping", by)


def _concentration_row(line: ConcentrationLine, by: str | None) -> dict[str, Any]:
    """Return a line's values; with the words of its group where a person reads it, ``by`` being set."""
    row = {**{name: getattr(line, name) for name in line.__slots__}, "bar": line.share or 0}
    return row if by is None else {**row, "key": _group_words(by, row)}


def _group_words(by: str, row: dict[str, Any]) -> str:
    from loancrm.reports.grouping import KEYS

    vocabulary = KEYS[by][2] if by in KEYS else None
    if row["key"] is None:
        return _("unknown")
    words = label(vocabulary, row["key"]) if vocabulary else row["key"]
    return f"{words} {row['name']}" if row["name"] else words


QUALITY = (
    Column("check", N_("check")),
    Column("meaning", N_("what it is"), fold=True),
    Column("count", N_("rows"), "int"),
    Column("examples", N_("examples"), "nested"),
    Column("first", N_("examples"), data=False),
)


def show_quality(crm: Context, officer: str | None) -> None:
    """Show what is contradictory or missing in the book."""
    from loancrm.reports.quality import quality

    with crm.view() as view:
        officer_id = crm.officer_id(view, officer) if officer else None
        found = quality(view, crm.policy(view), officer_id)
        title = _("Data quality on {day}").format(day=view.as_of)
    rows = [{**asdict(line), "first": ", ".join(line.examples[:2])} for line in found]
    footer = [] if rows else [_("nothing is contradictory or missing")]
    crm.show(rows, QUALITY, title=title, header=[title], footer=footer)


def _tenths(value: int | None) -> str | None:
    return None if value is None else f"{value // 10}.{value % 10}"


def _basis_words(basis: Basis) -> str:
    if basis.data_on:
        data = _("data of {day}").format(day=basis.data_on)
    else:
        data = _("no snapshots") if basis.position == "snapshot" else _("balances of the ledger")
    policy = _("policy {name}").format(name=basis.policy)
    return f"{data} · {policy} · {basis.policy_digest}"


def _undated(basis: Basis) -> list[str]:
    if not basis.undated_ends:
        return []
    text = n_(
        "{n} end without a day counts on every day",
        "{n} ends without a day count on every day",
        basis.undated_ends,
    )
    return [text.format(n=basis.undated_ends)]


def _basis_json(basis: Basis) -> dict[str, Any]:
    values = asdict(basis)
    return {key: value.isoformat() if hasattr(value, "isoformat") else value for key, value in values.items()}


def _formulas(report: str, explain: bool) -> Sequence[str]:
    if not explain:
        return [_("how it is computed: --explain")]
    return ["", *(_(formula) for formula in FORMULAS[report])]
