"""What the credit bureau says."""

from __future__ import annotations

from functools import partial

from loancrm.dialect import days_between
from loancrm.i18n import N_
from loancrm.indicators.catalogue import base
from loancrm.indicators.catalogue.base import Indicator, Unit
from loancrm.indicators.newest import bureau

_figure = partial(base.figure, group="bureau", facts=("bureau",))


def _line(name: str, unit: Unit, meaning: str, column: str | None = None) -> Indicator:
    """Return a line of the newest report."""
    key = column or name
    return _figure(
        name, unit, meaning, N_("credit bureau reports"), lambda s: bureau(s)[key],
        N_("no credit bureau report, or the newest does not say it"), formula=f"bureau.{key}",
    )  # fmt: skip


FIGURES = (
    _line("outstanding_bad", "money", N_("bad debt by the newest bureau report")),
    _line("outstanding_watch", "money", N_("debt under watch by the newest bureau report")),
    _line("outstanding_elsewhere", "money", N_("debt at other banks by the newest bureau report")),
    _line("overdue_elsewhere", "money", N_("overdue at other banks by the newest bureau report")),
    _line("lending_banks", "count", N_("lending banks by the newest bureau report"), "lenders"),
    _line("guarantees_given", "money", N_("guarantees given by the newest bureau report")),
    _line("bureau_queries", "count", N_("queries of six months by the newest bureau report"), "queries"),
    _figure(
        "days_since_bureau_report", "days", N_("days since the newest bureau report"),
        N_("credit bureau reports"), lambda s: days_between(s.day, bureau(s).effective_on),
        N_("no credit bureau report"), formula="as_of − max(bureau.on)",
    ),
)  # fmt: skip
