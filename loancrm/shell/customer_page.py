"""The page before a call: what is known of a customer, in the order an officer wants it."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from loancrm.i18n import N_, _
from loancrm.industries import scheme_of
from loancrm.render.columns import Column
from loancrm.shell.customer_lines import page_lines
from loancrm.shell.file_lines import answered, size_figures
from loancrm.shell.files import file_values
from loancrm.shell.pages import extra_lines, with_scheme
from loancrm.shell.queries import record_look

if TYPE_CHECKING:
    from loancrm.context import Context
    from loancrm.reports.assessments import ScoreOfCustomer
    from loancrm.reports.customer_page import CustomerPage, LoanOfCustomer

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
    Column("registration_number", N_("registration number")),
    Column("development_stage", N_("development stage"), "code", vocabulary="development_stage"),
    Column("policy_tags", N_("policy tags")),
    Column("preferred_channel", N_("preferred channel"), "code", vocabulary="channel"),
    Column("family_income", N_("family income"), "code", vocabulary="income_band"),
    Column("graduated_on", N_("graduated"), "date"),
    Column("employment", N_("employment"), "code", vocabulary="employment"),
    Column("archived_on", N_("archived"), "date"),
)
YEAR_OF_STUDY = Column("year_of_study", N_("year of study"), "int")
REST = (
    Column("size_computed", N_("size, computed"), "code", vocabulary="size_class"),
    Column("size_computed_from", N_("computed from")),
    Column("treatment", N_("treatment")),
    Column("classes", N_("classes"), "nested"),
    Column("scores", N_("scores"), "nested"),
    Column("next_contact_on", N_("next contact"), "date"),
    Column("next_contact_rule", N_("cadence")),
    Column("next_contact_undecided", N_("not judged"), "nested"),
    Column("extra", N_("other columns"), "nested"),
    Column("loans", N_("loans"), "nested"),
    Column("reasons", N_("on the list"), "nested"),
    Column("follow_ups", N_("next steps"), "nested"),
    Column("last_contact", N_("last talk"), "nested"),
    Column("completeness", N_("complete"), "nested"),
    Column("people", N_("people"), "nested"),
    Column("next_clock", N_("next clock"), "nested"),
    Column("last_check", N_("last check"), "nested"),
    Column("next_check", N_("next check"), "nested"),
    Column("statement", N_("statement"), "nested"),
    Column("collateral", N_("collateral"), "nested"),
    Column("consents", N_("consents"), "nested"),
    Column("needs", N_("needs"), "nested"),
    Column("plans", N_("plans"), "nested"),
    Column("connections", N_("connections"), "nested"),
    Column("referral", N_("brought by"), "nested"),
    Column("income", N_("income"), "nested"),
    Column("events", N_("invitations"), "nested"),
    Column("warnings", N_("warnings"), "nested"),
    Column("surveys", N_("surveys"), "nested"),
    YEAR_OF_STUDY,
    Column("size_figures", N_("computed from"), "nested"),
    Column("industry_scheme", N_("scheme of the industry")),
)
ON_A_PAGE = (*REST[:6], YEAR_OF_STUDY, Column("answered", N_("surveys")))


def show_customer(crm: Context, named: str, *, unmask: bool) -> None:
    """Show one customer: the page on a terminal, every field to a script."""
    from loancrm.reports.customer_page import page

    if unmask:
        record_look(crm, named, "customer show")
    with crm.view() as view:
        found = page(view, crm.policy(view), named)
    say_if_merged(crm, named, found.code)
    values = page_values(found, unmask=unmask)
    if crm.format == "table":
        lines = page_lines(found, FIELDS, unmask=unmask, width=crm.width)
        crm.show([], (), header=[*lines, *extra_lines(found.fields["extra"]), "", _commands(found.code)])
        return
    if crm.format == "html":
        values["industry"] = with_scheme(values["industry"])
        values["size_computed_from"] = size_figures(found.file) or None
        values["answered"] = "; ".join(map(answered, found.file.surveys)) or None
        crm.show_one(values, [*HEAD, *FIELDS, *ON_A_PAGE], title=found.code)
        return
    crm.show_one(values, [*HEAD, *FIELDS, *REST])


def say_if_merged(crm: Context, named: str, code: str) -> None:
    """Say that the code that was typed is another customer's by now."""
    from loancrm.reports.lookup import customer_code, numbered

    number = numbered(named, "C")
    if number is not None and customer_code(number) != code:
        crm.say(_("{old} was merged into {code}").format(old=customer_code(number), code=code))


def _commands(code: str) -> str:
    return f"loancrm contact log {code} · history {code} · classify --explain {code}"


def page_values(page: CustomerPage, *, unmask: bool) -> dict[str, Any]:
    """Return the page as scripts read it."""
    names = [name for name in page.__slots__ if name not in ("fields", "file")]
    values = {**{name: getattr(page, name) for name in names}, **page.fields}
    values["classes"] = [plain(asdict(one)) for one in page.classes]
    values["scores"] = [_score_json(one) for one in page.scores]
    values["loans"] = [_loan_json(loan) for loan in page.loans]
    values["reasons"] = [_reason_json(reason) for reason in page.reasons]
    values["follow_ups"] = [plain(asdict(step)) for step in page.follow_ups]
    values["last_contact"] = None if page.last_contact is None else plain(asdict(page.last_contact))
    values["completeness"] = None if page.completeness is None else file_values(page.completeness)
    for name, found in asdict(page.file).items():
        values[name] = _file_json(found, unmask=unmask)
    values["industry_scheme"] = scheme_of(values["industry"])
    return values


def _file_json(found: Any, *, unmask: bool) -> Any:
    """Return a part of the file as data; phones are masked."""
    from loancrm.identity import mask_phone

    if isinstance(found, tuple | list):
        return [_file_json(one, unmask=unmask) for one in found]
    if not isinstance(found, dict):
        return found
    line = plain(found)
    if line.get("phone") and not unmask:
        line["phone"] = mask_phone(line["phone"])
    return line


def _loan_json(loan: LoanOfCustomer) -> dict[str, Any]:
    return plain(asdict(loan))


def _score_json(one: ScoreOfCustomer) -> dict[str, Any]:
    from loancrm.numerals import plain_millionths, plain_points

    score, chance = one.score, one.probability
    return plain(asdict(one)) | {
        "score": None if score is None else plain_points(score),
        "probability": None if chance is None else plain_millionths(chance),
    }


def _reason_json(reason: Any) -> dict[str, Any]:
    values = plain(asdict(reason))
    del values["theme"]
    return values


def plain(item: dict[str, Any]) -> dict[str, Any]:
    """Return a nested row as data: money as text, dates as ISO."""
    from loancrm.numerals import plain_money

    money = (
        *("principal", "outstanding_principal", "overdue_principal", "amount", "value"),
        *("next_due_amount", "total_assets", "equity", "revenue", "net_profit", "monthly_amount"),
    )
    return {
        key: plain_money(value)
        if key in money and isinstance(value, int)
        else value.isoformat()
        if hasattr(value, "isoformat")
        else value
        for key, value in item.items()
    }
