"""The customer's page as lines of text: who, loans, why now, last talk, people, file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from loancrm.i18n import _, listed, noted, titled
from loancrm.numerals import format_money, format_ratio, plain_points
from loancrm.render.cells import on_screen
from loancrm.render.columns import Column, reader
from loancrm.shell.file_lines import file_sections, people_lines, size_line, study_line
from loancrm.shell.files import words_of
from loancrm.shell.pages import with_scheme
from loancrm.shell.queries import not_judged
from loancrm.typeset import display_width, wrapped
from loancrm.vocabulary import label

if TYPE_CHECKING:
    from loancrm.agenda.reasons import Reason
    from loancrm.reports.assessments import ScoreOfCustomer
    from loancrm.reports.customer_page import ClassOfCustomer, CustomerPage, LoanOfCustomer

DOT = " · "
_IN_HEAD = ("region", "industry", "service_tier")
_PEOPLE = ("legal_representative", "actual_controller", "phone", "email")

HANGING = 2  # how far the rest of a heading is set in


def page_lines(page: CustomerPage, columns: tuple[Column, ...], *, unmask: bool, width: int) -> list[str]:
    """Return the page of a customer in lines of at most ``width``; what is empty is left out."""
    fields = shown(page.fields, columns, unmask=unmask)
    return laid_out(heading(page, fields), _sections(page, fields, unmask=unmask), width)


def laid_out(head: Iterable[str], parts: Iterable[tuple[str, list[str]]], width: int) -> list[str]:
    """Return a heading and titled parts in lines of at most ``width``; what is empty is left out."""
    sections = [(title, [text for text in texts if text]) for title, texts in parts]
    left = max((display_width(title) for title, texts in sections if texts), default=0) + 2
    lines = []
    for text in head:
        first, *rest = wrapped(text, HANGING, width)
        lines += [first.strip(), *rest]
    lines.append("─" * min(width, 79))
    for title, texts in sections:
        for place, text in enumerate(texts):
            first, *rest = wrapped(text, left, width)
            shown_title = title if place == 0 else ""
            lines += [shown_title + " " * (left - display_width(shown_title)) + first.strip(), *rest]
    return lines


def shown(fields: dict[str, Any], columns: tuple[Column, ...], *, unmask: bool) -> dict[str, tuple[str, str]]:
    """Return title and text of each field that is known, masked where it is personal."""
    values = reader(columns, unmask=unmask)(fields)
    texts = {c.key: (c.title, on_screen(c, "UTC")(v)) for c, v in zip(columns, values, strict=True)}
    title, tags = texts["policy_tags"]
    texts["policy_tags"] = (title, listed(label("policy_tag", tag) for tag in tags.split(",") if tag))
    title, industry = texts["industry"]
    texts["industry"] = (title, with_scheme(industry) or "")
    return {key: pair for key, pair in texts.items() if pair[1]}


def heading(page: CustomerPage, fields: dict[str, tuple[str, str]]) -> Iterator[str]:
    """Yield who the customer is: kind, trade, place, since when; class, tier and officers."""
    since = _("customer since {day}").format(day=page.since_on)
    if page.fields["archived_on"] is not None:
        since = DOT.join([since, _("archived since {day}").format(day=page.fields["archived_on"])])
    known = [fields[name][1] for name in ("industry", "region") if name in fields]
    name = page.fields["name"]
    yield DOT.join([f"{page.code} {name}", label("customer_kind", page.kind), *known, since])
    parts = []
    if page.segment is not None:
        parts.append(
            _("{segment} since {day} (rule {rule})").format(
                segment=label("segment", page.segment), day=page.segment_since, rule=page.segment_rule
            )
        )
    if "service_tier" in fields:
        parts.append(f"{fields['service_tier'][0]} {fields['service_tier'][1]}")
    officers = " / ".join(code for code in (page.officer, page.second_officer) if code)
    yield DOT.join([*parts, f"{_('officer')} {officers or '–'}"])


def _sections(
    page: CustomerPage, fields: dict[str, tuple[str, str]], *, unmask: bool
) -> Iterator[tuple[str, list[str]]]:
    live = [loan for loan in page.loans if loan.status == "live"]
    ended = len(page.loans) - len(live)
    count = [_("{n} ended: loancrm loan list --all").format(n=ended)] if ended else []
    yield _("loans"), [*map(loan_line, live), *count]
    yield _("scores"), [score_line(one) for one in page.scores]
    yield _("why now"), [reason.reason for reason in page.reasons if not _is_ahead(page, reason)]
    yield _("next step"), [noted(f"{step.due_on} {step.what}", step.follow_up) for step in page.follow_ups]
    yield _("next talk"), [_cadence(page), _open_rules(page.next_contact_undecided)]
    yield _("last talk"), [_last_talk(page)]
    yield _("people"), [_pairs(fields, _PEOPLE), *people_lines(page.file, unmask=unmask)]
    yield from file_sections(page.file)
    rest = [key for key in fields if key not in (*_IN_HEAD, *_PEOPLE)]
    yield _("file"), [_pairs(fields, rest), size_line(page.file), study_line(page.file)]
    yield (
        _("to fill in"),
        [lacks(page), _open_rules(page.completeness.undecided if page.completeness else ())],
    )
    yield _("classes"), [DOT.join(map(_class, page.classes))]
    treatments = [
        titled(label(one.scheme, one.value), one.treatment) for one in page.classes if one.treatment
    ]
    yield _("treatment"), [page.treatment or "", *treatments]


def _is_ahead(page: CustomerPage, reason: Reason) -> bool:
    """Say whether a reason is the cadence's and not due yet: that is the next talk, and no reason now."""
    return reason.kind == "cadence" and reason.due_on > page.as_of


def _class(one: ClassOfCustomer) -> str:
    named = f"{label('scheme', one.scheme)} {label(one.scheme, one.value)}"
    return named if one.rule is None else noted(named, one.rule)


def score_line(one: ScoreOfCustomer) -> str:
    """Return a kept score in a line: what it was, of which day and policy, and when it is due again."""
    parts = []
    if one.score is not None:
        parts.append(_("{score} points").format(score=plain_points(one.score)))
    if one.probability is not None:
        parts.append(_("probability {p}").format(p=format_ratio(one.probability)))
    if one.grade is not None:
        parts.append(_("grade {grade}").format(grade=one.grade))
    kept = _("kept {day}").format(day=one.on)
    parts.append(kept if one.policy is None else noted(kept, one.policy))
    if one.is_due:
        parts.append(_("review due since {day}").format(day=one.due_on))
    return titled(one.title, DOT.join(parts))


def lacks(page: CustomerPage) -> str:
    """Return how complete the file is, and what it lacks."""
    found = page.completeness
    if found is None or not found.missing:
        return ""
    share = format_ratio(found.completeness or 0)
    return titled(_("{share} complete").format(share=share), listed(map(words_of, found.missing)))


def _pairs(fields: dict[str, tuple[str, str]], keys: Any) -> str:
    return DOT.join(f"{fields[key][0]} {fields[key][1]}" for key in keys if key in fields)


def _cadence(page: CustomerPage) -> str:
    if page.next_contact_on is None:
        return ""
    words = _("by {day} (cadence {rule})")
    return words.format(day=page.next_contact_on, rule=page.next_contact_rule)


def _open_rules(rules: tuple[str, ...]) -> str:
    return not_judged(rules) if rules else ""


def _last_talk(page: CustomerPage) -> str:
    talk = page.last_contact
    if talk is None:
        return _("none yet")
    words = listed([f"{talk.on} {label('channel', talk.channel)}", label("outcome", talk.outcome)])
    return noted(titled(words, talk.note) if talk.note else words, talk.officer or "–")


def loan_line(loan: LoanOfCustomer) -> str:
    """Return a loan in a line: number, product, what is owed, how late, class, maturity."""
    parts = [f"{loan.number} {label('product', loan.product)}"]
    if loan.outstanding_principal is None:
        parts.append(_("no recent position"))
    else:
        owed, principal = format_money(loan.outstanding_principal), format_money(loan.principal)
        parts.append(_("{owed} of {principal}").format(owed=owed, principal=principal))
    if loan.days_past_due:
        parts.append(_("{n} d past due").format(n=loan.days_past_due))
    if loan.five_tier:
        parts.append(label("five_tier", loan.five_tier))
    if loan.matures_on:
        parts.append(_("matures {day}").format(day=loan.matures_on))
    return DOT.join(parts)
