"""From what was typed to requests: the one place where the words of a command line become values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from loancrm import parsing
from loancrm.errors import UsageFault
from loancrm.i18n import _
from loancrm.identity import clean_note, clean_text
from loancrm.services.agenda import StandInFor
from loancrm.services.contacts import ContactIn, ContactVoid
from loancrm.services.follow_ups import FollowUpDone, FollowUpIn, FollowUpSnooze
from loancrm.services.loans import FacilityIn, LoanEnd, LoanIn, SnapshotIn, SnapshotVoid
from loancrm.vocabulary import code_of

Typed = Mapping[str, Any]


def _day(text: str | None, field: str) -> date | None:
    return None if text is None else parsing.day(text, field)


def _text(text: str | None, field: str) -> str | None:
    return None if text is None else clean_text(text, field)


def _note(text: str | None, field: str) -> str | None:
    return None if text is None else clean_note(text, field)


def _code(vocabulary: str, text: str | None, field: str) -> str | None:
    return None if text is None else code_of(vocabulary, text, field)


def _amount(text: str | None, field: str) -> int | None:
    return None if text is None else parsing.amount(text, field)


def _count(text: str | None, field: str) -> int | None:
    return None if text is None else parsing.count(text, field, 0, 99_999)


def _hour(text: str | None) -> int | None:
    return None if text is None else parsing.count(text, "--at", 0, 23)


def contact_in(typed: Typed) -> ContactIn:
    """Return the conversation that was typed."""
    return ContactIn(
        customer=typed["customer"],
        on=_day(typed["on"], "--on"),
        channel=code_of("channel", typed["channel"], "--channel"),
        direction=code_of("direction", typed["direction"], "--direction"),
        purpose=code_of("purpose", typed["purpose"], "--purpose"),
        outcome=code_of("outcome", typed["outcome"], "--outcome"),
        note=_note(typed["note"], "--note"),
        officer=typed["officer"],
        next_on=_day(typed["next_on"], "--next"),
        next_what=_text(typed["next_what"], "--next-what"),
        hour=typed["hour"] if "hour" in typed else _hour(typed.get("at")),
    )


def contact_void(contact: str, why: str | None) -> ContactVoid:
    """Return which contact is void."""
    return ContactVoid(contact=contact, why=_text(why, "--why"))


def follow_up_in(
    customer: str, on: str, what: str, officer: str | None, every: str | None = None, after: str | None = None
) -> FollowUpIn:
    """Return the next step that was typed; ``every`` and ``after`` (done) say how it repeats."""
    if every is not None and after is not None:
        raise UsageFault(_("--every and --after-done exclude each other"), field="--every")
    typed, field = (every, "--every") if every is not None else (after, "--after-done")
    return FollowUpIn(
        customer=customer,
        due_on=parsing.day(on, "--on"),
        what=clean_text(what, "--what"),
        officer=officer,
        repeats=None if typed is None else "fixed" if every is not None else "after_done",
        every=None if typed is None else parsing.interval(typed, field),
    )


def stand_in_for(officer: str | None, to: str, from_: str, until: str, today: date) -> StandInFor:
    """Return who does whose work."""
    if officer is None:
        raise UsageFault(_("who is away? name --officer or --me"), field="--officer")
    return StandInFor(
        officer=officer,
        stand_in=to,
        from_on=parsing.day_ahead(from_, "--from", today),
        until_on=parsing.day_ahead(until, "--until", today),
    )


def follow_up_done(follow_up: str, on: str | None, note: str | None) -> FollowUpDone:
    """Return which step was done."""
    return FollowUpDone(follow_up=follow_up, on=_day(on, "--on"), note=_note(note, "--note"))


def follow_up_snooze(follow_up: str, until: str, note: str | None) -> FollowUpSnooze:
    """Return which step is put off."""
    until_on = parsing.day(until, "--until")
    return FollowUpSnooze(follow_up=follow_up, until_on=until_on, note=_note(note, "--note"))


def facility_in(typed: Typed) -> FacilityIn:
    """Return the credit line that was typed."""
    return FacilityIn(
        customer=typed["customer"],
        number=_text(typed["number"], "--number"),
        limit_amount=parsing.positive_amount(typed["limit"], "--limit-amount"),
        is_revolving=typed["revolving"],
        on=_day(typed["on"], "--on"),
        expires_on=_day(typed["expires_on"], "--expires-on"),
    )


def loan_in(typed: Typed) -> LoanIn:
    """Return the loan that was typed."""
    return LoanIn(
        customer=typed["customer"],
        number=_text(typed["number"], "--number"),
        contract=_text(typed["contract"], "--contract"),
        contract_kind=code_of("contract_kind", typed["contract_kind"], "--contract-kind"),
        facility=_text(typed["facility"], "--facility"),
        product=code_of("product", typed["product"], "--product"),
        security=_code("security", typed["security"], "--security"),
        principal=parsing.positive_amount(typed["principal"], "--principal"),
        annual_rate=None if typed["rate"] is None else parsing.rate(typed["rate"], "--rate"),
        disbursed_on=_day(typed["disbursed_on"], "--disbursed-on"),
        matures_on=_day(typed["matures_on"], "--matures-on"),
        industry=_text(typed["industry"], "--industry"),
        region=_text(typed["region"], "--region"),
        purpose=_text(typed["purpose"], "--purpose"),
    )


def loan_end(loan: str, status: str, on: str | None, amount: str | None) -> LoanEnd:
    """Return how a loan ended."""
    code = code_of("loan_status", status, "--status")
    return LoanEnd(loan=loan, status=code, on=_day(on, "--on"), amount=_amount(amount, "--amount"))


def snapshot_in(typed: Typed) -> SnapshotIn:
    """Return the snapshot that was typed."""
    return SnapshotIn(
        loan=typed["loan"],
        on=_day(typed["on"], "--on"),
        outstanding_principal=parsing.amount(typed["outstanding"], "--outstanding"),
        overdue_principal=_amount(typed["overdue_principal"], "--overdue-principal"),
        unpaid_interest=_amount(typed["unpaid_interest"], "--unpaid-interest"),
        days_past_due=_count(typed["days_past_due"], "--days-past-due"),
        interest_days_past_due=_count(typed["interest_days_past_due"], "--interest-days-past-due"),
        five_tier=_code("five_tier", typed["five_tier"], "--class"),
        next_due_on=_day(typed["next_due_on"], "--next-due-on"),
        next_due_amount=_amount(typed["next_due_amount"], "--next-due-amount"),
    )


def snapshot_void(loan: str, on: str) -> SnapshotVoid:
    """Return which snapshot is void."""
    return SnapshotVoid(loan=loan, on=parsing.day(on, "--on"))
