"""Tickets on the screen: what a step did, the list, a ticket's page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from loancrm.i18n import _, titled
from loancrm.parsing import day
from loancrm.render.columns import Column
from loancrm.vocabulary import code_of, label

if TYPE_CHECKING:
    from loancrm.reports.ticket import FeedbackPage, FeedbackStepLine

FILTERS = {
    "priority": ("feedback_priority", "--priority"),
    "cause": ("feedback_cause", "--cause"),
    "business_line": ("business_line", "--line"),
    "product": ("product", "--product"),
    "service_stage": ("service_stage", "--service-stage"),
}


_DAYS = (("since", "--from"), ("until", "--to"))


def record_ticket(crm: Any, typed: dict[str, Any]) -> None:
    """File a ticket and say when the first answer is due."""
    from loancrm.services.feedback import record
    from loancrm.services.ticket_requests import feedback_in
    from loancrm.shell.prompts import read_note

    crm.know_products()
    typed["text"] = read_note(typed["text"], editor=False, field="--text") or ""
    receipt = crm.change(record, feedback_in(typed), "feedback record")
    _say(crm, receipt, _("recorded {ticket}"))


def take_step(crm: Any, verb: str, typed: Mapping[str, Any], sentence: str) -> None:
    """Carry out a step on a ticket and say what is due next."""
    from loancrm.services import tickets
    from loancrm.services.ticket_requests import feedback_step

    receipt = crm.change(getattr(tickets, verb), feedback_step(typed["feedback"], typed), f"feedback {verb}")
    _say(crm, receipt, sentence)


def take_triage(crm: Any, typed: Mapping[str, Any]) -> None:
    """File a ticket anew and say its priority."""
    from loancrm.services.ticket_requests import triage_in
    from loancrm.services.tickets import triage

    crm.know_products()
    receipt = crm.change(triage, triage_in(typed["feedback"], typed), "feedback triage")
    priority = label("feedback_priority", receipt.priority)
    _say(crm, receipt, _("filed {ticket} anew: priority {priority}"), priority=priority)


def _say(crm: Any, receipt: Any, sentence: str, **words: str) -> None:
    """Show a ticket's receipt with the deadline that comes next."""
    answered = receipt.status != "open"
    clock = receipt.target_on or receipt.resolve_due_on
    due = clock if answered else receipt.answer_due_on or clock
    notes = []
    if receipt.status in ("open", "answered") and due is not None:
        said = _("to resolve by {day}") if answered else _("first answer by {day}")
        notes.append(said.format(day=due))
    crm.receipt(receipt, sentence.format(ticket=receipt.feedback, **words), *notes)


def list_tickets(crm: Any, typed: Mapping[str, Any], columns: Sequence[Column]) -> None:
    """List the tickets that are wanted."""
    from loancrm.reports.feedback import TicketFilter, feedback

    crm.know_products()
    filed = {
        name: code_of(vocabulary, typed[name], field)
        for name, (vocabulary, field) in FILTERS.items()
        if typed[name] is not None
    }
    if typed["department"] is not None:
        filed["department"] = typed["department"]
    coded = {
        name: None if typed[name] is None else code_of(vocabulary, typed[name], f"--{name}")
        for name, vocabulary in (
            ("kind", "feedback_kind"),
            ("channel", "channel"),
            ("status", "feedback_status"),
        )
    }
    since, until = (None if typed[name] is None else day(typed[name], field) for name, field in _DAYS)
    wanted = TicketFilter(filed, **coded, since=since, until=until, is_late=typed["late"])
    with crm.view() as view:
        officer_id = crm.officer_id(view, typed["officer"]) if typed["officer"] else None
        rows = feedback(view, customer=typed["customer"], officer_id=officer_id, wanted=wanted)
        crm.show(rows, columns, title=_("feedback"))


def page_values(page: FeedbackPage) -> dict[str, Any]:
    """Return a ticket's page as one row."""
    return {
        **asdict(page.ticket),
        "service_level": page.service_level,
        "about": page.about,
        **{
            name: [asdict(one) for one in getattr(page, name)]
            for name in ("clocks", "plan", "links", "steps")
        },
    }


def page_lines(page: FeedbackPage) -> Sequence[str]:
    """Return the clocks of a ticket, its plan, its links and what was done, in words."""
    parts = [
        [_clock_line(asdict(one)) for one in page.clocks],
        [_plan_line(asdict(one)) for one in page.plan],
        [f"{label('ticket_link', one.relation)} {one.feedback}" for one in page.links],
        [_step_line(one) for one in page.steps],
    ]
    return [line for part in parts if part for line in ("", *part)]


def _clock_line(clock: Mapping[str, Any]) -> str:
    said = [label("clock_state", clock["state"])]
    if clock["minutes"] is not None:
        said.append(_("{hours} working hours").format(hours=_hours(clock["minutes"])))
    if clock["target_minutes"] is not None:
        said.append(_("of {hours}").format(hours=_hours(clock["target_minutes"])))
    if clock["due_on"] is not None:
        moment = " ".join(str(one) for one in (clock["due_on"], clock["due_at"]) if one)
        said.append(_("until {day}").format(day=moment))
    return titled(label("ticket_clock", clock["clock"]), " · ".join(said))


def _hours(minutes: int) -> str:
    return f"{minutes / 60:.1f}".removesuffix(".0")


def _plan_line(step: Mapping[str, Any]) -> str:
    words = _("step {step} by {day}, {officer}: {what} ({status})")
    status = label("plan_status", step["status"])
    return words.format(
        step=step["step"], day=step["due_on"], officer=step["officer"], what=step["what"], status=status
    )


def _step_line(step: FeedbackStepLine) -> str:
    words = [step.on, step.at, label("feedback_action", step.action)]
    if step.level is not None:
        words.append(_("level {level}").format(level=step.level))
    if step.days is not None:
        words.append(_("{days} days").format(days=step.days))
    words += [_filed(name, value) for name, value in step.filed.items()]
    if step.rating is not None:
        words.append(_("rating {n} of 5").format(n=step.rating))
    return " ".join(part for part in (*words, step.officer, step.text) if part)


def _filed(name: str, value: str) -> str:
    vocabularies = {"importance": "level", "urgency": "level", "cause": "feedback_cause"}
    shown = value if name == "department" else label(vocabularies.get(name, name), value)
    return f"{label('field', name)} {shown}"
