"""The loans behind a figure of the portfolio, on the command line."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from loancrm.errors import UsageFault, did_you_mean
from loancrm.i18n import N_, _, listed
from loancrm.numerals import format_money
from loancrm.render.columns import SCREEN_FORMATS, Column
from loancrm.shell.portfolio import FIGURES, FORMULAS
from loancrm.shell.reports import basis_words, how, loans_words

if TYPE_CHECKING:
    from loancrm.context import Context

COLUMNS = (
    Column("loan", N_("loan")),
    Column("customer", N_("customer")),
    Column("name", N_("name")),
    Column("officer", N_("officer"), table=False),
    Column("five_tier", N_("class"), "code", vocabulary="five_tier"),
    Column("days_past_due", N_("days past due"), "int"),
    Column("status", N_("status"), "code", vocabulary="loan_status", table=False),
    Column("matures_on", N_("matures"), "date", table=False),
    Column("outstanding_principal", N_("outstanding"), "money", table=False),
    Column("amount", N_("counts with"), "money"),
)


def show_loans_behind(crm: Context, officer: str | None, figure: str, *, explain: bool) -> None:
    """Show every loan that counts in a figure, what most counts first.

    Raises:
        UsageFault: the figure is unknown, or is not one of loans.
    """
    from loancrm.reports.portfolio_loans import KNOWN, loans_behind

    if figure not in KNOWN:
        raise UsageFault(
            _("FIGURE: loans stand behind {figures}").format(figures=listed(KNOWN)),
            field="FIGURE",
            hint=did_you_mean(figure, KNOWN),
        )
    with crm.view() as view:
        officer_id = crm.officer_id(view, officer) if officer else None
        found = loans_behind(view, crm.policy(view), figure, officer_id)
    title = _("Loans behind {figure} on {day}").format(figure=_called(figure), day=found.basis.as_of)
    amount = loans_words(len(found.lines), format_money(found.total))
    footer = ["", *how(FORMULAS, explain)] if crm.format in SCREEN_FORMATS else []
    crm.show(
        [asdict(line) for line in found.lines],
        COLUMNS,
        title=title,
        header=[f"{title} · {amount}", basis_words(found.basis), ""],
        footer=footer,
        whole=True,
    )


def _called(figure: str) -> str:
    """Return what the portfolio calls a figure."""
    labels = {key: text for _title, figures in FIGURES for key, text, _kind in figures}
    return _(labels[figure])
