"""The page before a call: what is known of a customer, in the order an officer wants it."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from loancrm.i18n import N_
from loancrm.render.columns import Column
from loancrm.shell.customer_lines import page_lines
from loancrm.shell.pages import extra_lines
from loancrm.shell.queries import record_look

if TYPE_CHECKING:
    from loancrm.context import Context
    from loancrm.reports.customers import CustomerPage, LoanOfCustomer

HEAD = (
    Column("code", N_("code")),
    Column("name", N_("name")),
    Column("kind", N_("kind"), "code", vocabulary="customer_kind"),
    Column("officer", N_("officer")),
    Column("second_officer", N_("second officer")),
    Column("segment", N_("segment"), "code", vocabulary="segment"),
    Column("segment_since", N_("segment since"), "date"),
    Column("segment_rule", N_("rule")),
    Column("since_on", N_("customer since"), "date"),
    Column("version", N_("version"), "int"),
)
FIELDS = (
    Column("bank_number", N_("bank number")),
    Column("uscc", N_("USCC")),
    Column("resident_id", N_("resident ID"), mask="identifier"),
    Column("phone", N_("phone"), mask="phone"),
    Column("email", N_("e-mail"), mask="email"),
    Column("region", N_("region")),
    Column("industry", N_("industry")),
    Column("branch", N_("branch")),
    Column("service_tier", N_("tier"), "code", vocabulary="service_tier"),
    Column("pipeline_stage", N_("stage"), "code", vocabulary="pipeline_stage"),
    Column("source", N_("lead source")),
    Column("size_class", N_("size"), "code", vocabulary="size_class"),
    Column("employees", N_("employees"), "int"),
    Column("founded_on", N_("founded"), "date"),
    Column("legal_representative", N_("legal representative")),
    Column("actual_controller", N_("actual controller")),
    Column("school", N_("school")),
    Column("study_level", N_("level"), "code", vocabulary="study_level"),
    Column("major", N_("major")),
    Column("enrolled_on", N_("enrolled"), "date"),
    Column("graduates_on", N_("graduates"), "date"),
    Column("career_direction", N_("career direction")),
    Column("is_hardship", N_("in hardship"), "bool"),
)
REST = (
    Column("treatment", N_("treatment")),
    Column("classes", N_("classes"), "nested"),
    Column("next_contact_on", N_("next contact"), "date"),
    Column("next_contact_rule", N_("cadence")),
    Column("extra", N_("other columns"), "nested"),
    Column("loans", N_("loans"), "nested"),
    Column("reasons", N_("on the list"), "nested"),
    Column("follow_ups", N_("next steps"), "nested"),
    Column("last_contact", N_("last talk"), "nested"),
)


def show_customer(crm: Context, named: str, *, unmask: bool) -> None:
    """Show one customer: the page on a terminal, every field to a script."""
    from loancrm.reports.customers import page

    if unmask:
        record_look(crm, named, "customer show")
    with crm.view() as view:
        found = page(view, crm.policy(view), named)
    values = _values(found)
    if crm.format == "table":
        lines = page_lines(found, FIELDS, unmask=unmask, width=crm.width)
        crm.show([], (), header=[*lines, *extra_lines(found.fields["extra"]), "", _commands(found.code)])
        return
    if crm.format == "html":
        crm.show_one(values, [*HEAD, *FIELDS, *REST[:3]], title=found.code)
        return
    crm.show_one(values, [*HEAD, *FIELDS, *REST])


def _commands(code: str) -> str:
    return f"loancrm contact log {code} · history {code} · classify --explain {code}"


def _values(page: CustomerPage) -> dict[str, Any]:
    values = {**{name: getattr(page, name) for name in page.__slots__ if name != "fields"}, **page.fields}
    values["classes"] = [_plain(asdict(one)) for one in page.classes]
    values["loans"] = [_loan_json(loan) for loan in page.loans]
    values["reasons"] = [_plain(asdict(reason)) for reason in page.reasons]
    values["follow_ups"] = [_plain(asdict(step)) for step in page.follow_ups]
    values["last_contact"] = None if page.last_contact is None else _plain(asdict(page.last_contact))
    return values


def _loan_json(loan: LoanOfCustomer) -> dict[str, Any]:
    return _plain(asdict(loan))


def _plain(item: dict[str, Any]) -> dict[str, Any]:
    """Return a nested row as data: money as text, dates as ISO."""
    from loancrm.numerals import plain_money

    money = ("principal", "outstanding_principal", "overdue_principal", "amount")
    return {
        key: plain_money(value)
        if key in money and isinstance(value, int)
        else value.isoformat()
        if hasattr(value, "isoformat")
        else value
        for key, value in item.items()
    }
