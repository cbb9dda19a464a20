"""The book in groups on the command line: shares, beside an earlier day, and how concentrated it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from loancrm.i18n import N_, _
from loancrm.numerals import plain_money
from loancrm.render.columns import SCREEN_FORMATS, Column
from loancrm.shell.reports import (
    MOST_BARS,
    bars,
    basis_json,
    basis_words,
    by_words,
    earlier,
    group_code,
    group_words,
    how,
    key_digits,
    refuse_later,
    undated,
)
from loancrm.vocabulary import code_of, label

if TYPE_CHECKING:
    from loancrm.context import Context
    from loancrm.render.chart import Chart
    from loancrm.reports.concentration import Concentration, ConcentrationLine

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
    Column("share_before", N_("share before"), "ratio"),
)
CONCENTRATION_TOTALS = (
    Column("loans", N_("loans"), "int"),
    Column("total", N_("total"), "text"),
    Column("hhi", "HHI"),
    Column("effective_names", N_("effective names")),
    Column("since", N_("compared with"), "date"),
    Column("hhi_before", N_("HHI before")),
    Column("basis", N_("basis"), "nested"),
)
FORMULAS = (
    N_("share: of the measure, over all loans granted by the day; cancelled loans are left out"),
    N_("industry and region: lent to, else the customer's own"),
    N_("HHI: Σ (share in %)²; effective names: 10000 ÷ HHI"),
    N_("default rate: written off ÷ (settled + written off); loss rate: amount written off ÷ disbursed"),
)


def show_concentration(
    crm: Context,
    officer: str | None,
    *,
    by: str,
    measure: str,
    digits: str | None,
    since: str | None,
    explain: bool,
) -> None:
    """Show concentration with bars.

    Raises:
        UsageFault: loans cannot be grouped so, or no such measure.
        InvalidInput: the day to compare with is not before the one that is looked at.
    """
    from loancrm.reports.concentration import concentration

    by, measure, then = group_code(by), code_of("measure", measure, "--measure"), earlier(since)
    wanted = None if digits is None else key_digits(digits)
    with crm.view() as view:
        refuse_later(then, view)
        officer_id = crm.officer_id(view, officer) if officer else None
        found = concentration(
            view, crm.policy(view), by=by, measure=measure, digits=wanted, since=then, officer_id=officer_id
        )
    is_page = crm.format in SCREEN_FORMATS
    left_out = "share_before" if then is None else "bar"
    title = _("Concentration by {by} on {day}").format(by=by_words(by), day=found.basis.as_of)
    if then is not None:
        title = _("{title}, beside {day}").format(title=title, day=then)
    crm.show(
        (_row(line, by if is_page else None) for line in found.lines),  # perhaps a million
        [column for column in CONCENTRATION if not (is_page and column.key == left_out)],
        title=title,
        header=[
            f"{title} · {label('measure', measure)}",
            basis_words(found.basis),
            *undated(found.basis),
            "",
        ],
        footer=["", *_index_words(found), *how(FORMULAS, explain)],
        totals=_totals(found),
        totals_columns=CONCENTRATION_TOTALS,
        charts=_largest(found.lines[:MOST_BARS], by, title) if crm.format == "html" else (),
    )


def _totals(found: Concentration) -> dict[str, Any]:
    return {
        "loans": found.loans,
        "total": str(found.total) if found.measure == "loans" else plain_money(found.total),
        "hhi": tenths(found.hhi),
        "effective_names": tenths(found.effective_names),
        "since": found.since,
        "hhi_before": tenths(found.hhi_before),
        "basis": basis_json(found.basis),
    }


def _index_words(found: Concentration) -> list[str]:
    words = _("HHI {hhi} · {names} effective names")
    lines = [words.format(hhi=tenths(found.hhi) or "–", names=tenths(found.effective_names) or "–")]
    if found.since is not None:
        words = _("HHI on {day}: {hhi}")
        lines.append(words.format(day=found.since, hhi=tenths(found.hhi_before) or "–"))
    return lines


def _largest(lines: Sequence[ConcentrationLine], by: str, title: str) -> list[Chart]:
    """Return the largest groups by what is outstanding on them."""
    owing = [line for line in lines if line.outstanding_principal]
    return [bars(title, [(_row(one, by)["key"], one.outstanding_principal) for one in owing])]


def _row(line: ConcentrationLine, by: str | None) -> dict[str, Any]:
    """Return a line's values; with the words of its group where a person reads it, ``by`` being set."""
    row = {**{name: getattr(line, name) for name in line.__slots__}, "bar": line.share or 0}
    return row if by is None else {**row, "key": group_words(by, row)}


def tenths(value: int | None) -> str | None:
    """Return a number of tenths with its decimal."""
    return None if value is None else f"{value // 10}.{value % 10}"
