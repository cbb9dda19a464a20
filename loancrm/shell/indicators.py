"""Indicators on the command line: the catalogue, and one customer's figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from loancrm.dossier import KINDS
from loancrm.i18n import N_, _, listed
from loancrm.numerals import format_money
from loancrm.render.columns import Column
from loancrm.vocabulary import LABELS, label

if TYPE_CHECKING:
    from loancrm.context import Context
    from loancrm.reports.indicators import FactLine, FigureLine

FIGURE_COLUMNS = (
    Column("name", N_("indicator")),
    Column("group", N_("group"), "code", vocabulary="indicator_group", table=False),
    Column("value", N_("value"), table=False),
    Column("shown", N_("value"), data=False),
    Column("unit", N_("unit"), "code", vocabulary="unit", table=False),
    Column("missing_code", N_("code"), table=False),
    Column("missing", N_("missing because"), fold=True),
)
EXPLAINED_COLUMNS = (
    *FIGURE_COLUMNS,
    Column("meaning", N_("meaning")),
    Column("formula", N_("formula")),
    Column("facts", N_("facts"), "nested"),
)
_OF_A_CUSTOMER = {"size_class": "size_class"}  # codes of the customer's own row
FACT_COLUMNS = (
    Column("fact", N_("fact")),
    Column("number", N_("number")),
    Column("on", N_("day"), "date"),
    Column("says", N_("says"), below=True),
)


def show_catalogue(crm: Context, name: str | None, columns: Sequence[Column]) -> None:
    """Show every indicator, or the one called ``name`` with all that is said of it, or both of that name."""
    from loancrm.reports.policies import indicator_lines

    rows = list(indicator_lines(name))
    if len(rows) > 1 or crm.format != "table":
        crm.show(rows, columns, title=_("indicators"))
        return
    (row,) = rows
    whole = [replace(c, kind="text" if c.kind == "nested" else c.kind, table=True) for c in columns]
    kinds = listed(label("customer_kind", kind) for kind in row.kinds)
    crm.show_one({**asdict(row), "kinds": kinds}, whole, title=row.name)


def show_figures(crm: Context, named: str, *, every: bool) -> None:
    """Show the figures of a customer."""
    from loancrm.reports.indicators import CustomerFigures

    with crm.view() as view:
        figures = CustomerFigures(view, crm.policy(view), named)
        rows = [_row(line) for line in figures.lines(figures.names(every=every))]
    crm.show(rows, FIGURE_COLUMNS, title=_("indicators of {code}").format(code=figures.code))


def explain_figure(crm: Context, named: str, name: str) -> None:
    """Show one figure of a customer with the facts behind it."""
    from loancrm.reports.indicators import CustomerFigures

    with crm.view() as view:
        figures = CustomerFigures(view, crm.policy(view), named)
        (line,) = figures.lines([name])
        facts = figures.facts(name)
    if crm.format != "table":
        as_data = [{"fact": f.fact, "number": f.number, "on": f.on, "values": f.values} for f in facts]
        crm.show([{**_row(line), "facts": as_data}], EXPLAINED_COLUMNS, title=name)
        return
    said = _row(line)["shown"] or line.missing
    header = [
        f"{figures.code} · {name} · {said}",
        *wrap(line.meaning, crm.width),
        *wrap(line.formula, crm.width),
        "",
    ]
    rows = [{"fact": _noun(f.fact), "number": f.number, "on": f.on, "says": _said(f)} for f in facts]
    crm.show(rows, FACT_COLUMNS, title=name, header=header, whole=True)


def _row(line: FigureLine) -> dict[str, Any]:
    from loancrm.indicators.figures import find
    from loancrm.reports.classification import figure_text

    row = {column.key: getattr(line, column.key, None) for column in EXPLAINED_COLUMNS}
    if line.raw is not None:
        vocabulary = find(line.name).vocabulary
        row["shown"] = figure_text(line.name, line.raw) if vocabulary is None else label(vocabulary, line.raw)
    return row


def _noun(fact: str) -> str:
    nouns = {"loan": _("loan"), "snapshot": _("snapshot"), "ledger": _("ledger"),
             "instalment": _("instalment"), "customer": _("customer"), "facility": _("credit line"),
             "contact": _("contact"), "feedback": _("ticket"), "imported": _("imported figure"),
             "peers": _("customers of the industry")}  # fmt: skip
    return nouns.get(fact) or label("fact_kind", fact)


def _said(fact: FactLine) -> str:
    """Return what a fact says, in one line."""
    return " · ".join(
        f"{_named(fact.fact, name)} {_worded(fact, name, value)}" for name, value in fact.values.items()
    )


def _worded(fact: FactLine, name: str, value: str) -> str:
    """Return a code in words, yes and no too, an amount as a page shows it; anything else as it is."""
    if name == "on_time":
        return _("yes") if value == "yes" else _("no")
    if name in fact.amounts:
        return format_money(fact.amounts[name])
    kind = fact.fact
    readings = {field.name: field.reading for field in KINDS[kind].fields} if kind in KINDS else {}
    vocabulary = _OF_A_CUSTOMER.get(name, "") if kind == "customer" else ""
    vocabulary = vocabulary or readings.get(name, "").partition("code:")[2]
    return label(vocabulary, value) if vocabulary else value


def _named(fact: str, name: str) -> str:
    """Return what a field is called: by the fact's kind, or as a column of the book."""
    for field in KINDS[fact].fields if fact in KINDS else ():
        if field.name == name:
            return _(field.label)
    return label("field", name) if name in LABELS["field"] else name
