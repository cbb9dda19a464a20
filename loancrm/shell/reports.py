"""The risk reports on the command line: columns, bars, basis and formulas."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from loancrm.errors import UsageFault
from loancrm.i18n import N_, _, n_
from loancrm.numerals import format_money
from loancrm.parsing import count
from loancrm.render.columns import Column
from loancrm.vocabulary import code_of, label

if TYPE_CHECKING:
    from loancrm.context import Context
    from loancrm.render.chart import Chart
    from loancrm.reports.basis import Basis
    from loancrm.reports.concentration import ConcentrationLine

MOST_BARS = 20
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
    "concentration": (
        N_("share: of the measure, over all loans granted by the day; cancelled loans are left out"),
        N_("industry and region: lent to, else the customer's own"),
        N_("HHI: Σ (share in %)²; effective names: 10000 ÷ HHI"),
        N_("default rate: written off ÷ (settled + written off); loss rate: amount written off ÷ disbursed"),
    ),
}


def _loans_words(n: int, amount: str) -> str:
    return n_("{n} loan, {amount}", "{n} loans, {amount}", n).format(n=n, amount=amount)


def bars(title: str, amounts: Sequence[tuple[str, int | None]]) -> Chart:
    """Return amounts as bars of a page, the first so many of them."""
    from loancrm.render.chart import Chart

    shown = amounts[:MOST_BARS]
    return Chart("bars", title, [name for name, _n in shown], [("", [n for _name, n in shown])], "money")


def bucket_words(code: str) -> str:
    """Return a bucket in words: ``31_60`` is 31–60, ``0`` current, ``361_plus`` over 360."""
    first, _underscore, last = code.partition("_")
    return span_words(int(first), None if last == "plus" else int(last or first))


def span_words(first: int | None, last: int | None) -> str:
    """Return days past due in words: 0 is current, no last day is open, no first one is unknown."""
    if first is None:
        return _("unknown")
    if first == 0:
        return _("current")
    return _("over {n}").format(n=first - 1) if last is None else f"{first}–{last}"


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
        "hhi": tenths(found.hhi),
        "effective_names": tenths(found.effective_names),
        "basis": basis_json(found.basis),
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
            basis_words(found.basis),
            *undated(found.basis),
            "",
        ],
        footer=["", index, *_formulas("concentration", explain)],
        totals=totals,
        totals_columns=CONCENTRATION_TOTALS,
        charts=_largest(found.lines[:MOST_BARS], by, title) if crm.format == "html" else (),
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


def _largest(lines: Sequence[ConcentrationLine], by: str, title: str) -> list[Chart]:
    """Return the largest groups by what is outstanding on them."""
    owing = [line for line in lines if line.outstanding_principal]
    return [bars(title, [(_concentration_row(one, by)["key"], one.outstanding_principal) for one in owing])]


def _concentration_row(line: ConcentrationLine, by: str | None) -> dict[str, Any]:
    """Return a line's values; with the words of its group where a person reads it, ``by`` being set."""
    row = {**{name: getattr(line, name) for name in line.__slots__}, "bar": line.share or 0}
    return row if by is None else {**row, "key": group_words(by, row)}


def group_words(by: str, row: dict[str, Any]) -> str:
    """Return a group of loans in words: the label of a code, or a key with its name."""
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


def tenths(value: int | None) -> str | None:
    """Return a number of tenths with its decimal."""
    return None if value is None else f"{value // 10}.{value % 10}"


def basis_words(basis: Basis) -> str:
    """Return the day of the data and the policy in one line."""
    if basis.data_on:
        data = _("data of {day}").format(day=basis.data_on)
    else:
        data = _("no snapshots") if basis.position == "snapshot" else _("balances of the ledger")
    policy = _("policy {name}").format(name=basis.policy)
    return f"{data} · {policy} · {basis.policy_digest}"


def undated(basis: Basis) -> list[str]:
    """Return the line that says how many ends have no day, if any has none."""
    if not basis.undated_ends:
        return []
    text = n_(
        "{n} end without a day counts on every day",
        "{n} ends without a day count on every day",
        basis.undated_ends,
    )
    return [text.format(n=basis.undated_ends)]


def basis_json(basis: Basis) -> dict[str, Any]:
    """Return what figures rest on, as JSON."""
    values = asdict(basis)
    return {key: value.isoformat() if hasattr(value, "isoformat") else value for key, value in values.items()}


def how(formulas: Sequence[str], explain: bool) -> list[str]:
    """Return how figures are computed, or how to ask for it."""
    return ["", *(_(line) for line in formulas)] if explain else [_("how it is computed: --explain")]


def _formulas(report: str, explain: bool) -> list[str]:
    return how(FORMULAS[report], explain)
