"""Answers to lines of the day's list on the command line: done, snooze, skip, wait; and ``log N``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from loancrm.agenda.reasons import purpose_of
from loancrm.errors import UsageFault
from loancrm.i18n import _, n_
from loancrm.parsing import count, day_ahead
from loancrm.services.agenda import AnswerIn, answer
from loancrm.shell.shown import line_of

if TYPE_CHECKING:
    from loancrm.context import Context
    from loancrm.services.agenda import Action, LineKey


def answer_line(
    crm: Context,
    numbers: list[str],
    action: Action,
    *,
    officer: str | None,
    why: str | None,
    until: str | None = None,
) -> None:
    """Answer lines of the list by their numbers, and say what became of them."""
    until_on = None if until is None else day_ahead(until, "--until", crm.today)
    lines = tuple(_line(crm, officer, number) for number in numbers)
    request = AnswerIn(lines=lines, action=action, until_on=until_on, why=why, officer=crm.settings.me)
    name = {"done": "done", "snoozed": "snooze", "skipped": "skip", "awaits_data": "wait"}[action]
    receipt = crm.change(answer, request, f"today {name}")
    crm.receipt(receipt, _said(receipt))


def _said(receipt: Any) -> str:
    n, until = receipt.lines, receipt.until_on
    match receipt.action:
        case "done":
            return n_("{n} line is done", "{n} lines are done", n).format(n=n)
        case "skipped":
            return n_("{n} line is passed over", "{n} lines are passed over", n).format(n=n)
        case "snoozed":
            text = n_("{n} line comes back on {day}", "{n} lines come back on {day}", n)
        case _:
            text = n_(
                "{n} line waits for the next data, until {day} at most",
                "{n} lines wait for the next data, until {day} at most",
                n,
            )
    return text.format(n=n, day=until)


def _line(crm: Context, officer: str | None, number: str) -> LineKey:
    return line_of(crm, officer, count(number, "N", 1))[0]


def log_line(crm: Context, typed: dict[str, Any]) -> None:
    """Log a conversation with line N's customer, or with a customer by name."""
    from loancrm.services.contacts import log
    from loancrm.services.requests import contact_in

    who, purpose = typed["who"], typed["purpose"]
    if re.fullmatch(r"[0-9]{1,5}", who):
        line, code = line_of(crm, typed["officer"], count(who, "N", 1))
        who, purpose = line.customer, purpose or purpose_of(code)
    next_on = typed["next_on"]
    if next_on is not None:
        next_on = day_ahead(next_on, "--next", crm.today).isoformat()
    if not typed["note"]:
        raise UsageFault(_('say what was talked about: loancrm log 1 "pays on Friday"'), field="TEXT")
    request = contact_in(
        {
            **typed,
            "customer": who,
            "purpose": purpose or "service",
            "next_on": next_on,
            "on": None,
            "officer": None,
            "hour": crm.hour,
        }
    )
    receipt = crm.change(log, request, "log")
    if receipt.next_due_on is None:
        due = _("no further contact is asked for")
    else:
        due = _("due next {day} by {rule}").format(day=receipt.next_due_on, rule=receipt.next_due_rule)
    said = _("logged {contact} with {customer}").format(contact=receipt.contact, customer=receipt.customer)
    crm.receipt(receipt, said, due)
