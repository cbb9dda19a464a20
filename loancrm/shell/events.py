"""Events on the screen: an event's page, and what invitations and attendance come to in a sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from loancrm.i18n import _, listed
from loancrm.shell.queries import say_left_out, say_unjudged
from loancrm.vocabulary import label

if TYPE_CHECKING:
    from loancrm.context import Context
    from loancrm.render.columns import Column


def show_event(crm: Context, event: str, columns: Sequence[Column]) -> None:
    """Show an event with what became of its invitations."""
    from loancrm.reports.events import event_page

    with crm.view() as view:
        page = event_page(view, event)
    footer = [
        "",
        *by_reason(page.held_back_by),
        f"loancrm event guests {page.event} · event follow {page.event}",
    ]
    crm.show_one(page, columns, title=page.event, footer=footer)


def by_reason(counts: Mapping[str, int]) -> list[str]:
    """Return the line that says how many were held back for each reason; none where nobody was."""
    words = [f"{label('hold_back', reason)} {n}" for reason, n in counts.items()]
    return [_("held back: {reasons}").format(reasons=listed(words))] if words else []


def invite(crm: Context, event: str, customers: tuple[str, ...], where: str | None, on: str | None) -> None:
    """Invite customers and say how many were, and who was held back."""
    from loancrm.parsing import day
    from loancrm.services.events import InviteIn
    from loancrm.services.events import invite as work

    crm.know_products()
    request = InviteIn(
        event=event, customers=customers, where=where, on=None if on is None else day(on, "--on")
    )
    receipt = crm.change(work, request, "event invite")
    said = _("{event}: {n} invited, {held_back} held back, {known} had an invitation")
    counts = {"n": receipt.invited, "held_back": receipt.held_back, "known": receipt.known}
    notes = [
        *by_reason(receipt.held_back_by),
        _("next: loancrm event guests {event}").format(event=receipt.event),
    ]
    crm.receipt(receipt, said.format(event=receipt.event, **counts), *notes)
    say_left_out(crm, receipt.undecided)
    say_unjudged(crm, receipt.undecided_rules)


def attend(crm: Context, typed: Mapping[str, Any]) -> None:
    """Record a step of invitations and say how many stand there now."""
    from loancrm.parsing import day
    from loancrm.services.events import StepIn, take_step
    from loancrm.shell.prompts import read_note
    from loancrm.vocabulary import code_of

    on = typed["on"]
    request = StepIn(
        event=typed["event"],
        customers=typed["customers"],
        step=code_of("guest_answer", typed["as_"], "--as"),
        on=None if on is None else day(on, "--on"),
        note=read_note(typed["note"], editor=False),
        rest=typed["rest"],
    )
    receipt = crm.change(take_step, request, "event attend")
    said = _("{event}: {n} {step}").format(
        event=receipt.event, n=receipt.customers, step=label("guest_step", receipt.step)
    )
    notes = (
        [_("{n} of them came without an invitation").format(n=receipt.uninvited)] if receipt.uninvited else []
    )
    crm.receipt(receipt, said, *notes)


def follow(crm: Context, event: str, note: str | None, next_on: str | None, next_what: str | None) -> None:
    """Log conversations and next steps, and say how many."""
    from loancrm.identity import clean_text
    from loancrm.parsing import day
    from loancrm.services.events import FollowIn
    from loancrm.services.events import follow as work
    from loancrm.shell.prompts import read_note

    request = FollowIn(
        event=event,
        note=read_note(note, editor=False),
        next_on=None if next_on is None else day(next_on, "--next"),
        next_what=None if next_what is None else clean_text(next_what, "--next-what"),
    )
    receipt = crm.change(work, request, "event follow")
    said = _("{event}: {n} conversations and {steps} next steps are written")
    crm.receipt(receipt, said.format(event=receipt.event, n=receipt.contacts, steps=receipt.follow_ups))
