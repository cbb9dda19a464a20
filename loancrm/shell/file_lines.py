"""What a customer's file says, in a few lines of the customer's page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from loancrm.i18n import _, listed, noted
from loancrm.identity import mask_phone
from loancrm.numerals import format_money
from loancrm.vocabulary import label

if TYPE_CHECKING:
    from loancrm.reports.customer_file import CustomerFile

DOT = " · "


def people_lines(file: CustomerFile, *, unmask: bool) -> list[str]:
    """Return the people at a customer in one line, with their roles."""
    words = []
    for one in file.people:
        phone = one["phone"] if unmask or not one["phone"] else mask_phone(one["phone"])
        prefers = label("channel", one["preferred_channel"]) if one["preferred_channel"] else None
        parts = [one["name"], label("person_role", one["role"]), one["position"], phone]
        text = " ".join(part for part in parts if part)
        words.append(noted(text, _("prefers {channel}").format(channel=prefers)) if prefers else text)
    return [DOT.join(words)] if words else []


def file_sections(file: CustomerFile) -> Iterator[tuple[str, list[str]]]:
    """Yield the parts of the file, each with its lines; what is empty has none."""
    yield _("warnings"), [_warning(one) for one in file.warnings]
    yield _("next clock"), [_clock(file.next_clock)] if file.next_clock else []
    checks = [_last_check(file.last_check) if file.last_check else "", _next_check(file.next_check)]
    yield _("checks"), [text for text in checks if text]
    yield _("statement"), [_statement(file.statement)] if file.statement else []
    yield _("collateral"), [_collateral(file.collateral)] if file.collateral else []
    yield from wishes(file)
    yield _("consents"), [DOT.join(map(_consent, file.consents))]
    belongs = [f"{label('connection_kind', one['kind'])} {one['name']}" for one in file.connections]
    yield _("connections"), [DOT.join(belongs)]
    yield _("brought by"), [_referral(file.referral)] if file.referral else []
    yield _("income"), [_income(file.income)] if file.income else []
    visits = [
        noted(f"{one['title']} {one['held_on']}", label("guest_step", one["state"])) for one in file.events
    ]
    yield _("invitations"), [DOT.join(visits)]
    yield _("surveys"), [answered(one) for one in file.surveys]


def answered(one: dict[str, Any]) -> str:
    """Return a response to a survey in a line: overall, NPS, ease, dimensions; what was low is said."""
    told = [
        (role, label("survey_role", role), one[role])
        for role in ("overall", "nps", "ces")
        if one[role] is not None
    ]
    told += [(dimension["code"], dimension["title"], dimension["value"]) for dimension in one["dimensions"]]
    words = [
        noted(f"{name} {value}", _("low")) if code in one["low"] else f"{name} {value}"
        for code, name, value in told
    ]
    return DOT.join((f"{one['on']} {one['survey']}", *words))


def _warning(one: dict[str, Any]) -> str:
    words = (label("warning_severity", one["severity"]), one["text"], str(one["raised_on"]))
    return f"{one['warning']} {DOT.join(words)}"


def wishes(file: CustomerFile) -> Iterator[tuple[str, list[str]]]:
    """Yield what the customer needs, and what was planned for it."""
    yield _("needs"), [DOT.join(_wish(label("need_kind", need["kind"]), need) for need in file.needs)]
    plans = [noted(_wish(plan["offer"], plan), label("plan_state", plan["state"])) for plan in file.plans]
    yield _("plans"), [DOT.join(plans)]


def size_line(file: CustomerFile) -> str:
    """Return the size class that was computed, with what it was computed from; empty without one."""
    if file.size_computed is None:
        return ""
    deciding = listed(label("field", name) for name in (file.size_computed_from or "").split(","))
    words = _("size {size} by {deciding}, computed from {figures}")
    size = label("size_class", file.size_computed)
    return words.format(size=size, deciding=deciding, figures=size_figures(file))


def size_figures(file: CustomerFile) -> str:
    """Return the figures that the size class is computed from, with the statement; empty without one."""
    read = file.size_figures
    if read is None:
        return ""
    sums = {name: format_money(read[name]) for name in ("revenue", "total_assets") if read[name] is not None}
    staff = {} if read["employees"] is None else {"employees": f"{read['employees']:,}"}
    told = {"industry": read["industry"], **staff, **sums}
    words = listed(f"{label('field', name)} {value}" for name, value in told.items())
    return noted(words, f"{read['statement']} {read['period_end']}") if read["statement"] else words


def study_line(file: CustomerFile) -> str:
    """Return in which year of study a student is; empty where that is not known."""
    year = file.year_of_study
    return "" if year is None else _("year of study {n}").format(n=year)


def _clock(clock: dict[str, Any]) -> str:
    words = _("{kind} until {day}").format(kind=label("clock_kind", clock["kind"]), day=clock["expires_on"])
    return DOT.join(part for part in (words, clock["loan"], clock["what"]) if part)


def _last_check(check: dict[str, Any]) -> str:
    place = _("on site") if check["is_on_site"] else None
    result = label("check_result", check["result"]) if check["result"] else None
    words = noted(str(check["on"]), label("check_kind", check["kind"]))
    return DOT.join(part for part in (words, place, check["loan"], result, check["finding"]) if part)


def _next_check(check: dict[str, Any] | None) -> str:
    """Return when the next post-loan check is due, and by which rule."""
    if check is None:
        return ""
    words = _("{kind} of {loan} due {day}, rule {rule}")
    kind = label("check_kind", check["kind"])
    return words.format(kind=kind, loan=check["loan"], day=check["due_on"], rule=check["rule"])


def _referral(referral: dict[str, Any]) -> str:
    """Return who brought the customer, and when."""
    code = referral["referrer"] or referral["partner"]
    return DOT.join((f"{code} {referral['name']}", str(referral["on"])))


def _income(income: dict[str, Any]) -> str:
    words = _("{amount} a month").format(amount=format_money(income["monthly_amount"]))
    of = listed((label("earner", income["earner"]), label("income_basis", income["basis"])))
    return DOT.join((noted(words, of), str(income["on"])))


def _statement(statement: dict[str, Any]) -> str:
    parts = [_("of {day}").format(day=statement["period_end"])]
    lines = [
        name for name in ("total_assets", "equity", "revenue", "net_profit") if statement[name] is not None
    ]
    parts += [f"{label('field', name)} {format_money(statement[name])}" for name in lines]
    if statement["is_audited"]:
        parts.append(_("audited"))
    return DOT.join(parts)


def _collateral(collateral: dict[str, Any]) -> str:
    pieces = _("{n} pieces").format(n=collateral["pieces"])
    if collateral["value"] is None:
        return DOT.join((pieces, _("not appraised")))
    worth = _("worth {amount} after prior claims").format(amount=format_money(collateral["value"]))
    return DOT.join((pieces, worth))


def _wish(what: str, wish: dict[str, Any]) -> str:
    return what if wish["amount"] is None else f"{what} {format_money(wish['amount'])}"


def _consent(consent: dict[str, Any]) -> str:
    words = f"{consent['person']} {label('consent_purpose', consent['purpose'])}"
    until = consent["expires_on"]
    return words if until is None else noted(words, _("until {day}").format(day=until))
