"""How a student gets on."""

from __future__ import annotations

from functools import partial
from typing import Any

from sqlalchemy import ColumnElement

from loancrm.dialect import quotient, rounded_millionths
from loancrm.i18n import N_
from loancrm.indicators.catalogue import base
from loancrm.indicators.catalogue.base import STUDENTS, Sql
from loancrm.indicators.newest import academic
from loancrm.indicators.sources import Sources

_NOT_SAID = N_("no academic record, or the newest does not say it")
_figure = partial(base.figure, group="academic", kinds=STUDENTS, facts=("academic",))


def _newest(name: str) -> Sql:
    return lambda sources: academic(sources)[name]


def _gpa_change(sources: Sources) -> ColumnElement[Any]:
    """The average before is put on the newest record's scale."""
    now, before = academic(sources), academic(sources, 2)
    change: ColumnElement[Any] = now.gpa - quotient(before.gpa * now.gpa_scale, before.gpa_scale)
    return change


FIGURES = (
    _figure(
        "gpa", "number", N_("grade point average of the newest record, on that record's scale"),
        N_("academic records"), _newest("gpa"), _NOT_SAID, formula="gpa",
    ),
    _figure(
        "gpa_share", "ratio", N_("grade point average ÷ best possible average"),
        N_("academic records"),
        lambda s: rounded_millionths(academic(s).gpa, academic(s).gpa_scale), _NOT_SAID,
        formula="gpa ÷ gpa_scale",
    ),
    _figure(
        "gpa_change", "number", N_("grade point average less that of the record before"),
        N_("academic records"), _gpa_change,
        N_("fewer than two academic records, or one of the two does not say it"),
        formula="gpa − gpa₋₁ × gpa_scale ÷ gpa_scale₋₁", facts=("academic", "academic_before"),
    ),
    _figure(
        "credits_behind", "number", N_("credits expected less credits earned; negative when ahead"),
        N_("academic records"), lambda s: academic(s).credits_expected - academic(s).credits_earned,
        _NOT_SAID, formula="credits_expected − credits_earned",
    ),
    _figure(
        "failed_courses", "count", N_("courses failed, by the newest record"),
        N_("academic records"), _newest("failed_courses"), _NOT_SAID, formula="failed_courses",
    ),
    _figure(
        "academic_standing", "code", N_("standing by the newest academic record"),
        N_("academic records"), _newest("standing"), _NOT_SAID, formula="standing",
        vocabulary="academic_standing",
    ),
)  # fmt: skip
