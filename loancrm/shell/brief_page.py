"""The brief before a call or a visit: on a screen, as a page to print, and to scripts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from loancrm.i18n import N_, _, listed, noted, titled
from loancrm.numerals import format_money
from loancrm.render.columns import Column
from loancrm.shell.customer_lines import heading, lacks, laid_out, loan_line, score_line, shown
from loancrm.shell.customer_page import FIELDS, page_values, plain, say_if_merged
from loancrm.shell.file_lines import answered, people_lines, wishes
from loancrm.shell.queries import record_look
from loancrm.vocabulary import LABELS, label

if TYPE_CHECKING:
    from loancrm.context import Context
    from loancrm.reports.brief import BriefFigure, CustomerBrief, NextDate
    from loancrm.reports.contacts import ContactLine
    from loancrm.reports.customer_page import CustomerPage

COLUMNS = (
    Column("code", N_("code")),
    Column("name", N_("name")),
    Column("kind", N_("kind"), "code", vocabulary="customer_kind"),
    Column("industry", N_("industry")),
    Column("region", N_("region")),
    Column("since_on", N_("customer since"), "date"),
    Column("segment", N_("segment"), "code", vocabulary="segment"),
    Column("service_tier", N_("tier"), "code", vocabulary="service_tier"),
    Column("officer", N_("officer")),
    Column("second_officer", N_("second officer")),
    Column("phone", N_("phone"), mask="phone"),
    Column("preferred_channel", N_("preferred channel"), "code", vocabulary="channel"),
    Column("treatment", N_("treatment")),
    Column("may_care", N_("consent to contact"), "bool"),
    Column("may_offer", N_("consent to marketing"), "bool"),
    Column("people", N_("people"), "nested"),
    Column("loans", N_("loans"), "nested"),
    Column("figures", N_("figures"), "nested"),
    Column("scores", N_("scores"), "nested"),
    Column("reasons", N_("on the list"), "nested"),
    Column("talks", N_("talks"), "nested"),
    Column("surveys", N_("surveys"), "nested"),
    Column("open_points", N_("open points"), "nested"),
    Column("completeness", N_("complete"), "nested"),
    Column("needs", N_("needs"), "nested"),
    Column("plans", N_("plans"), "nested"),
    Column("benefits", N_("benefits"), "nested"),
    Column("held_back", N_("held back"), "nested"),
    Column("dates", N_("next dates"), "nested"),
)
PARTS = (Column("part", N_("part")), Column("text", N_("text")))


def show_brief(crm: Context, named: str, *, unmask: bool) -> None:
    """Show the brief of one customer."""
    from loancrm.reports.brief import customer_brief

    if unmask:
        record_look(crm, named, "customer brief")
    with crm.view() as view:
        found = customer_brief(view, crm.policy(view), named)
    page = found.page
    say_if_merged(crm, named, page.code)
    if crm.format == "table":
        head = heading(page, shown(page.fields, FIELDS, unmask=unmask))
        lines = laid_out(head, _parts(found, unmask=unmask), crm.width)
        crm.show([], (), header=[*lines, "", _commands(page)])
    elif crm.format == "html":
        head = heading(page, shown(page.fields, FIELDS, unmask=unmask))
        crm.show(_rows(found, unmask=unmask), PARTS, title=page.code, header=[*head])
    else:
        crm.show_one(_values(found, unmask=unmask), COLUMNS, title=page.code)


def _commands(page: CustomerPage) -> str:
    return f"loancrm contact log {page.code} --channel … · contact draft {page.code} --for …"


def _rows(found: CustomerBrief, *, unmask: bool) -> Iterator[dict[str, str]]:
    """Yield the lines of the page, the name of a part beside its first one."""
    for title, texts in _parts(found, unmask=unmask):
        for place, text in enumerate(text for text in texts if text):
            yield {"part": title if place == 0 else "", "text": text}


def _parts(found: CustomerBrief, *, unmask: bool) -> Iterator[tuple[str, list[str]]]:
    page = found.page
    live = [loan for loan in page.loans if loan.status == "live"]
    yield _("people"), [_reached(page, unmask=unmask), *people_lines(page.file, unmask=unmask)]
    yield _("loans"), [loan_line(loan) for loan in live]
    yield _("figures"), [text for text in map(_figure, found.figures) if text]
    yield _("scores"), [score_line(one) for one in page.scores]
    yield _("why now"), [reason.reason for reason in page.reasons]
    yield _("talks"), [_talk(one) for one in found.talks] or [_("none yet")]
    yield _("surveys"), [answered(one) for one in page.file.surveys]
    yield _("open points"), [noted(_dated(one.due_on, one.what), one.code) for one in found.open_points]
    yield _("to fill in"), [lacks(page)]
    yield from wishes(page.file)
    yield _("treatment"), [page.treatment or "", *_treatments(page)]
    yield _("to offer"), [] if found.held_back else [listed(found.benefits)]
    yield _("not now"), [*_not_now(found)]
    yield _("next dates"), [_date(one) for one in found.dates]


def _reached(page: CustomerPage, *, unmask: bool) -> str:
    """Return the customer's own phone and how it likes to be reached."""
    fields = shown(page.fields, FIELDS, unmask=unmask)
    names = ("phone", "preferred_channel", "legal_representative")
    return " · ".join(" ".join(fields[name]) for name in names if name in fields)


def _figure(one: BriefFigure) -> str:
    """Return a figure with last year's; one that is missing in both is left out."""
    if one.value is None and one.a_year_ago is None:
        return ""
    name = label("field", one.name) if one.name in LABELS["field"] else one.name
    now = _value(one.name, one.value)
    before = _("a year ago {value}").format(value=_value(one.name, one.a_year_ago))
    return noted(f"{name} {now}", before)


def _value(name: str, raw: Any) -> str:
    from loancrm.reports.classification import figure_text

    return _("missing") if raw is None else figure_text(name, raw)


def _talk(one: ContactLine) -> str:
    words = listed([f"{one.on} {label('channel', one.channel)}", label("outcome", one.outcome)])
    return noted(titled(words, one.note) if one.note else words, one.officer or "–")


def _dated(day: Any, text: str) -> str:
    return text if day is None else f"{day} {text}"


def _treatments(page: CustomerPage) -> Iterator[str]:
    for one in page.classes:
        if one.treatment:
            yield titled(label(one.scheme, one.value), one.treatment)


def _not_now(found: CustomerBrief) -> Iterator[str]:
    """Yield why nothing is offered, and to what nobody consented."""
    for _rule, why in found.held_back:
        yield _("offers are held back: {why}").format(why=why)
    if not found.may_care:
        yield _("no consent to contact: no greetings, no offers; what is owed or asked may be talked about")
    elif not found.may_offer:
        yield _("no consent to marketing: no offers by message; answer what is asked")


def _date(one: NextDate) -> str:
    parts = [f"{one.on} {label('next_date', one.what)}", one.ref]
    if one.amount is not None:
        parts.append(format_money(one.amount))
    return " · ".join(part for part in parts if part)


def _values(found: CustomerBrief, *, unmask: bool) -> dict[str, Any]:
    from loancrm.reports.indicators import as_data

    values = page_values(found.page, unmask=unmask)
    return {column.key: values.get(column.key) for column in COLUMNS} | {
        "may_care": found.may_care,
        "may_offer": found.may_offer,
        "figures": [
            {
                "name": one.name,
                "unit": one.unit,
                "value": None if one.value is None else as_data(one.unit, one.value),
                "a_year_ago": None if one.a_year_ago is None else as_data(one.unit, one.a_year_ago),
            }
            for one in found.figures
        ],
        "talks": [plain(one._asdict()) for one in found.talks],
        "open_points": [plain(asdict(one)) for one in found.open_points],
        "benefits": list(found.benefits),
        "held_back": [{"rule": rule, "why": why} for rule, why in found.held_back],
        "dates": [plain(asdict(one)) for one in found.dates],
    }
