"""A reason in words: why a customer is on the list, and the command that answers it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row

from loancrm.i18n import N_, _
from loancrm.numerals import format_money
from loancrm.policy.policy import Policy
from loancrm.view import View


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason: its source (``kind``), band, day, rule and words.

    ``rule`` is the place in the policy that decided: ``due.maturity``, ``cadence.risk``. ``ref`` is the number of
    the thing that it is about, None where that is the customer: rule, ref and day make a reason one.
    """

    kind: str
    band: int
    due_on: date
    days_late: int
    rule: str
    reason_code: str
    reason: str
    amount: int
    ref: str | None
    command: str


_WORDS = {
    "follow_up": N_("next step: {text}"),
    "newly_past_due": N_("{ref} is {n} d past due, {amount} overdue: new, nobody has talked with them"),
    "past_due": N_("{ref} is {n} d past due, {amount} overdue: nobody has talked with them since"),
    "maturity": N_("{ref} matures {due_on}, {amount} outstanding: source of repayment? (T-{n})"),
    "instalment": N_("{ref}: {amount} due {due_on}"),
    "facility": N_("credit line {ref} of {amount} expires {due_on} (T-{n})"),
    "answer_due": N_("feedback {ref} waits for a first answer: {text}"),
    "resolution_due": N_("feedback {ref} waits for its resolution: {text}"),
    "cadence": N_("last talked {days} d ago; cadence {rule}: every {target} d"),
    "never_contacted": N_("never talked with; cadence {rule}: every {target} d"),
}
_COMMANDS = {
    "follow_up": "loancrm followup done {ref}",
    "answer_due": "loancrm feedback answer {ref} --text …",
    "resolution_due": "loancrm feedback resolve {ref} --text …",
}
_LOG = "loancrm contact log {customer} --channel phone --purpose {purpose} --outcome reached"
_PURPOSES = {
    "newly_past_due": "collection",
    "past_due": "collection",
    "maturity": "renewal",
    "facility": "renewal",
    "instalment": "service",
    "cadence": "care",
    "never_contacted": "introduction",
}
_REFS = {"follow_up": "U-{:05d}", "feedback": "F-{:05d}"}


def make_reason(view: View, policy: Policy, customer: str, row: Row[Any]) -> Reason:
    """Return the words of a row of the sources for ``customer`` (a code)."""
    days_late = max(0, (view.as_of - row.late_on).days)
    ref = row.ref if row.ref is None or row.kind not in _REFS else _REFS[row.kind].format(int(row.ref))
    words: dict[str, Any] = {
        "text": row.text,
        "ref": ref,
        "n": row.n,
        "amount": format_money(row.amount),
        "due_on": row.due_on,
    }
    rule = f"due.{row.kind}"
    if row.kind == "cadence":
        cadence = policy.cadence[row.n]
        rule = f"cadence.{cadence.rule}"
        target = cadence.target_days or 0
        words |= {"rule": cadence.rule, "target": target, "days": (view.as_of - row.due_on).days + target}
    template = _COMMANDS.get(row.reason_code, _LOG)
    command = template.format(customer=customer, ref=ref, purpose=_PURPOSES.get(row.reason_code))
    return Reason(
        kind=row.kind,
        band=row.band,
        due_on=row.due_on,
        days_late=days_late,
        rule=rule,
        reason_code=row.reason_code,
        reason=_(_WORDS[row.reason_code]).format(**words),
        amount=row.amount,
        ref=ref,
        command=command,
    )
