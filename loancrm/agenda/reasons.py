"""A reason in words: why a customer is on the list, and the command that answers it."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row

from loancrm.agenda.base import UNKNOWN, Agenda
from loancrm.agenda.rank import terms
from loancrm.desk.hours import clock_text
from loancrm.i18n import N_, _, language
from loancrm.numerals import format_money, format_ratio
from loancrm.vocabulary import label


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason: its source (``kind``), band, points, day, rule and words.

    ``rule`` is the place in the policy that decided: ``due.maturity``, ``cadence.risk``. ``ref`` is the
    number of the thing that it is about, None where that is the customer: rule, ref and day make it one.
    ``ranked_by`` says what the points are for. ``step`` is how far it has come: the step
    of its ladder in days (60 of T-60), or that a promise is broken; None where it does not move on. Each of
    them is worth saying again. ``theme``: of a warning what it warns of, None of other kinds: it tells apart
    what is alike otherwise, and is no part of the data.
    """

    kind: str
    band: int
    points: int
    due_on: date
    days_late: int
    rule: str
    reason_code: str
    reason: str
    amount: int
    ref: str | None
    step: str | None
    command: str
    ranked_by: tuple[tuple[str, int], ...]
    theme: str | None = None


_OF_AN_AMOUNT = ("past_due", "bad_record", "maturity")  # kinds whose amount may not be known
_WORDS = {
    "follow_up": N_("next step: {text}"),
    "newly_past_due": N_("{ref} is {n} d past due, {amount} overdue: new, nobody has talked with them"),
    "past_due": N_("{ref} is {n} d past due, {amount} overdue: nobody has talked with them since"),
    "bad_record": N_(
        "{ref} is {n} d past due, {amount} overdue: tell them before a bad record goes to the credit bureau"
    ),
    "newly_past_due?": N_("{ref} is {n} d past due, nobody knows how much: new, nobody has talked with them"),
    "past_due?": N_("{ref} is {n} d past due, nobody knows how much: nobody has talked with them since"),
    "bad_record?": N_(
        "{ref} is {n} d past due, nobody knows how much: "
        "tell them before a bad record goes to the credit bureau"
    ),
    "maturity?": N_(
        "{ref} matures {due_on}, nobody knows how much is outstanding: source of repayment? (T-{n})"
    ),
    "maturity": N_("{ref} matures {due_on}, {amount} outstanding: source of repayment? (T-{n})"),
    "matured": N_("{ref} matured {due_on}, {amount} outstanding by data of {about}: was it paid?"),
    "instalment": N_("{ref}: {amount} due {due_on}"),
    "account_short": N_("{ref}: the accounts here are {amount} short of what is due {due_on}"),
    "rate_change": N_("{ref}: a new rate from {due_on} on; explain the old and the new amount (T-{n})"),
    "rate_due": N_("{ref}: its new rate of {due_on} is not agreed on yet"),
    "facility": N_("credit line {ref} of {amount} expires {due_on} (T-{n})"),
    "warning": N_("warning {ref} ({severity}): {text}"),
    "approval": N_("{ref}: the approval of {amount} expires {due_on} (T-{n})"),
    "approval_over": N_("{ref}: the approval of {amount} expired {due_on}: have it renewed, or end the case"),
    "undrawn": N_("{ref}: {amount} can be drawn until {due_on}, then it lapses (T-{n})"),
    "legal_clock": N_("{clock} of {about} ends {due_on}: a notice starts it anew (T-{n})"),
    "legal_clock_over": N_("{clock} of {about} ended {due_on}: see whether the right still stands"),
    "clock_expires": N_("{clock} of {about} ends {due_on}: have it renewed (T-{n})"),
    "promise_due": N_("promise of {amount} for {text} is due {due_on}"),
    "promise_broken": N_("promise for {text} of {due_on} is broken: {amount} did not come"),
    "promise_part_kept": N_("promise for {text} of {due_on} is kept in part: {amount} is missing"),
    "promise_unknown": N_("promise of {amount} for {text} was due {due_on}: no data since, did it come?"),
    "check_first": N_("{ref}: the first check after the draw is due {due_on}"),
    "check_regular": N_("{ref}: the regular check is due {due_on}"),
    "check_special": N_("{ref}: a special check is due {due_on}"),
    "document_due": N_("{about}: document {text} is missing, due {due_on}"),
    "condition_due": N_("{about}: condition {text} is not met, due {due_on}"),
    "statement": N_("the statement of the period up to {ref} is due {due_on}"),
    "stage": N_("{ref} stands at {stage} for longer than the target: since {due_on}"),
    "graduation": N_("graduates {due_on}: address, work and how to repay (T-{n})"),
    "subsidy_end": N_("{ref}: the interest subsidy ends {due_on} (T-{n})"),
    "grace_end": N_("{ref}: principal falls due for the first time {due_on}, {amount} (T-{n})"),
    "confirmation": N_("yearly confirmation by {due_on}: still studying, address, phone"),
    "answer_due": N_("feedback {ref} waits for a first answer: {text}"),
    "progress_due": N_("feedback {ref} waits for a further word to the customer: {text}"),
    "resolution_due": N_("feedback {ref} waits for its resolution: {text}"),
    "escalation": N_("feedback {ref} is to be told to level {level} ({role}): {text}"),
    "plan_step": N_("step {ref} of a ticket's plan: {text}"),
    "low_nps": N_("would not recommend us: {n} of 10 in {about}; call back by {due_on}"),
    "low_satisfaction": N_("not satisfied: {n} of 5 in {about}; call back by {due_on}"),
    "cadence": N_("last talked {days} d ago; cadence {rule}: every {target} d"),
    "never_contacted": N_("never talked with; cadence {rule}: every {target} d"),
    "no_next_step": N_("owes, and nothing brings them back: no cadence, no next step"),
    "finding_due": N_("finding {ref} is to be put right by {due_on}: {text}"),
    "incident_due": N_("incident {ref} is to be dealt with by {due_on}: {text}"),
    "limit_breach": N_("{limit} is over its limit: {share}, at most {at_most}"),
    "limit_near": N_("{limit} is near its limit: {share}, at most {at_most}"),
    "limit_action": N_("{limit}: {step} was to be done by {due_on} ({share}, at most {at_most})"),
    "referral": N_("brought {text} on {due_on}: thank them"),
    "offer_ends": N_("offer {ref} ends {due_on} and was not used: {text} (T-{n})"),
    "offer_waits": N_("offer {ref} ends {due_on} and is not approved yet: {text} (T-{n})"),
    "points": N_("{text} points can be spent until {due_on}, then they are lost (T-{n})"),
    "birthday": N_("birthday {due_on}"),
    "birthday_of": N_("birthday of {about}: {due_on}"),
    "anniversary": N_("founded on {ref}: anniversary {due_on}"),
    "festival": N_("{festival} {due_on}: a greeting"),
}
_COMMANDS = {
    "follow_up": "loancrm followup done {ref}",
    "answer_due": "loancrm feedback answer {ref} --text …",
    "progress_due": "loancrm feedback progress {ref} --text …",
    "resolution_due": "loancrm feedback resolve {ref} --text …",
    "escalation": "loancrm feedback escalate {ref}",
    "plan_step": "loancrm feedback plan-done {about}",
    "legal_clock": "loancrm clock list {customer}",
    "legal_clock_over": "loancrm clock list {customer}",
    "clock_expires": "loancrm clock list {customer}",
    "approval": "loancrm loan show {ref}",
    "approval_over": "loancrm loan show {ref}",
    "warning": "loancrm warning show {ref}",
    "check_first": "loancrm check record {customer} --loan {ref} --kind first --finding …",
    "check_regular": "loancrm check record {customer} --loan {ref} --finding …",
    "check_special": "loancrm check record {customer} --loan {ref} --kind special --finding …",
    "document_due": "loancrm loan meet-condition {loan} {text}",
    "condition_due": "loancrm loan meet-condition {loan} {text}",
    "stage": "loancrm loan show {ref}",
    "statement": "loancrm statement add {customer} --period-end {ref} …",
    "rate_due": "loancrm loan reprice-due {ref} --apply",
    "undrawn": "loancrm loan show {ref}",
    "limit_breach": "loancrm limit act {ref} ACTION --key {key} --by DAY",
    "limit_near": "loancrm limit act {ref} ACTION --key {key} --by DAY",
    "limit_action": "loancrm limit act {ref} ACTION --key {key} --by DAY",
    "offer_waits": "loancrm offer approve {ref}",
    "points": "loancrm loyalty show {customer}",
    "finding_due": "loancrm control rectification add --finding {ref} --state done",
    "incident_due": "loancrm control rectification add --incident {ref} --state done",
}
_LOG = "loancrm contact log {customer} --channel phone --purpose {purpose} --outcome reached"
_PURPOSES = {
    "newly_past_due": "collection",
    "past_due": "collection",
    "bad_record": "bad_record_notice",
    "promise_due": "collection",
    "promise_broken": "collection",
    "promise_part_kept": "collection",
    "promise_unknown": "collection",
    "maturity": "renewal",
    "matured": "renewal",
    "facility": "renewal",
    "cadence": "care",
    "never_contacted": "introduction",
    "referral": "care",
    "offer_ends": "marketing",
    "offer_waits": "marketing",
    "points": "care",
    "birthday": "care",
    "anniversary": "care",
    "festival": "care",
}
_REFS = {
    "follow_up": "U-{:05d}",
    "feedback": "F-{:05d}",
    "escalation": "F-{:05d}",
    "promise": "R-{:05d}",
    "legal_clock": "CK-{:05d}",
    "birthday": "PE-{:05d}",
    "low_answer": "SR-{:05d}",
    "offer": "O-{:05d}",
    "referral": "RF-{:05d}",
    "warning": "W-{:05d}",
}


_STATES = {
    "promise_part_kept": "part_kept",
    "promise_broken": "broken",
    "promise_unknown": "unknown",
    "legal_clock_over": "over",
    "matured": "over",
    "approval_over": "over",
}


def purpose_of(reason_code: str) -> str:
    """Return what a conversation about a reason is for."""
    return _PURPOSES.get(reason_code, "service")


def own_ref(kind: str, ref: str | None) -> str:
    """Return a reason's ``ref`` as its source gives it, empty where it is the customer: 87 for F-00087."""
    if ref is None or kind not in _REFS:
        return ref or ""
    return str(int(ref.rsplit("-", 1)[1]))


def full_ref(kind: str, ref: str | None) -> str | None:
    """Return the ``ref`` of a source as it is written: F-00087 for 87."""
    return ref if ref is None or kind not in _REFS else _REFS[kind].format(int(ref))


def make_reason(agenda: Agenda, customer: str, row: Row[Any], classes: dict[str, str | None]) -> Reason:
    """Return the words of a row of the sources for ``customer`` (a code)."""
    ref = full_ref(row.kind, row.ref)
    template = _COMMANDS.get(row.reason_code, _LOG)
    text = _quoted(row.text)
    command = template.format(
        customer=customer, ref=_quoted(ref), text=text, about=row.about, loan=_quoted(row.about),
        purpose=purpose_of(row.reason_code), key=text or customer,
    )  # fmt: skip
    is_cadence = row.kind == "cadence"
    return Reason(
        kind=row.kind,
        band=row.band,
        points=row.points,
        due_on=row.due_on,
        days_late=max(0, (agenda.view.as_of - row.late_on).days),
        rule=f"cadence.{agenda.policy.cadence[row.n].rule}" if is_cadence else f"due.{row.kind}",
        reason_code=row.reason_code,
        reason=_said(agenda, customer, row, ref),
        amount=row.amount,
        ref=ref,
        step=_STATES.get(row.reason_code) or _ladder_step(agenda, row),
        command=command,
        ranked_by=tuple(terms(agenda, row, classes)),
        theme=_warned(agenda, row)["text"] if row.kind == "warning" else None,
    )


def _quoted(text: str | None) -> str | None:
    """Return what somebody typed as a shell takes it: a command of the list is there to be copied."""
    return text if text is None or re.fullmatch(r"[\w@%+=:,./-]+", text) else shlex.quote(text)


def _ladder_step(agenda: Agenda, row: Row[Any]) -> str | None:
    """Return the step that was reached, in days; before the first one, what is looked ahead to."""
    steps: object = getattr(getattr(agenda.due, row.kind), "days_before", None)
    if not isinstance(steps, tuple):
        return None
    ahead = (row.due_on - agenda.view.as_of).days
    return str(min((step for step in steps if ahead <= step), default=max(steps) + agenda.within))


def _said(agenda: Agenda, customer: str, row: Row[Any], ref: str | None) -> str:
    words: dict[str, Any] = {
        "text": row.text,
        "ref": ref,
        "about": row.about,
        "n": row.n,
        "amount": format_money(row.amount),
        "due_on": row.due_on,
    }
    match row.kind:
        case "cadence":
            cadence = agenda.policy.cadence[row.n]
            target = cadence.target_days or 0
            days = (agenda.view.as_of - row.due_on).days + target
            words |= {"rule": cadence.rule, "target": target, "days": days}
        case "legal_clock":
            words |= {"clock": label("clock_kind", row.text), "about": row.about or customer}
        case "escalation":
            words |= {"level": row.about, "role": _role(agenda, int(row.about))}
        case "stage":
            words["stage"] = label("pipeline_stage", row.text)
        case "warning" | "limit":
            words |= (_warned if row.kind == "warning" else _limit)(agenda, row)
        case "referral":
            words["text"] = f"C-{row.n:05d}"
        case "festival":
            words["festival"] = label("festival", row.ref)
    text = _(_WORDS[_wording(row, ref)]).format(**words)
    if row.kind == "feedback" and (time := _hour(agenda, row)):
        text = _("{reason} (by {time})").format(reason=text, time=time)
    if row.is_cut:
        text = _("{reason}; the class is cut at the month's end").format(reason=text)
    return text


def _wording(row: Row[Any], ref: str | None) -> str:
    """Return which of the words say it."""
    if row.text == UNKNOWN and row.kind in _OF_AN_AMOUNT:
        return f"{row.reason_code}{UNKNOWN}"
    return "birthday_of" if row.reason_code == "birthday" and ref else str(row.reason_code)


def _hour(agenda: Agenda, row: Row[Any]) -> str | None:
    """Return until when a ticket's deadline runs; nothing of what has passed, or runs until work ends."""
    if row.about is None or row.due_on < agenda.view.as_of:
        return None
    time, hours = clock_text(int(row.about)), agenda.policy.feedback.hours or ("",)
    return None if hours[-1].endswith(f"-{time}") else time


def _warned(agenda: Agenda, row: Row[Any]) -> dict[str, Any]:
    """Return the words of a warning: its severity, and its rule in the policy's words, or what was heard."""
    rule = agenda.policy.warnings.rule(row.text) if row.n else None
    text = str(row.text) if rule is None else rule.label.said(language())
    return {"severity": label("warning_severity", row.about), "text": text}


def _limit(agenda: Agenda, row: Row[Any]) -> dict[str, Any]:
    """Return the words of a limit: what it is, of which group, its share, and what was to be done."""
    rule = agenda.policy.limits.limit(row.ref)
    assert rule is not None
    called = rule.said(language())
    return {
        "limit": f"{called} {row.text}" if row.text else called,
        "share": format_ratio(row.n),
        "at_most": format_ratio(rule.at_most),
        "step": label("limit_step", row.about) if row.about else "",
    }


def _role(agenda: Agenda, level: int) -> str:
    """Return who stands at a level of escalation, as the policy calls them."""
    found = next(one for one in agenda.policy.feedback.escalation or () if one.level == level)
    return found.to.said(language())
