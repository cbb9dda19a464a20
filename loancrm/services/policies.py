"""Policies: adopted word for word, from a day on."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from sqlalchemy import or_, select

from loancrm import parsing
from loancrm.desk.ticket import StepRefused
from loancrm.errors import Conflict, InvalidInput
from loancrm.i18n import _
from loancrm.models import Feedback, FeedbackEvent, PolicyVersion, table
from loancrm.policy.policy import Policy, read_file, read_policy
from loancrm.services.feedback import restate
from loancrm.services.inputs import Input, Receipt
from loancrm.unitofwork import Change, UnitOfWork
from loancrm.view import BEGINNING


class PolicyIn(Input):
    """A policy's text, the file it came from, and from when it rules."""

    text: str
    source: str
    on: date | None = None


class PolicyReceipt(Receipt):
    """The version as adopted."""

    version: int
    name: str
    digest: str
    effective_on: date
    is_new: bool


def policy_in(file: str, on: str | None) -> PolicyIn:
    """Return the policy in a file, to rule from the day that was typed.

    Raises:
        NotFound: there is no such file.
        InvalidInput: it is not a policy, or the day is none.
    """
    text = read_file(Path(file)).text
    return PolicyIn(text=text, source=file, on=None if on is None else parsing.day(on, "--on"))


def adopt(uow: UnitOfWork, request: PolicyIn) -> PolicyReceipt:
    """Adopt a policy; one that is in force already is left as it is.

    Raises:
        InvalidInput: it cannot be read, or its day is before the newest version's.
        Conflict: what was done about feedback since its day is not possible under it.
    """
    policy = read_policy(request.text, request.source)
    on = request.on or uow.today
    rows = table(PolicyVersion)
    query = select(rows.c.id, rows.c.digest, rows.c.effective_on).where(rows.c.voided_at.is_(None))
    newest = uow.connection.execute(query.order_by(rows.c.effective_on.desc(), rows.c.id.desc())).first()
    if newest is not None:
        if newest.digest == policy.digest and newest.effective_on <= on:
            return PolicyReceipt(
                version=newest.id,
                name=policy.name,
                digest=policy.digest,
                effective_on=newest.effective_on,
                is_new=False,
            )
        if on < newest.effective_on:
            message = _("--on: version {number} rules from {day} on; adopt from that day or later")
            raise InvalidInput(message.format(number=newest.id, day=newest.effective_on), field="--on")
    receipt = _write(uow, policy, on)
    _restate_feedback(uow, on)
    return receipt


def _restate_feedback(uow: UnitOfWork, since: date) -> None:
    """Give the feedback that something happened to from a day on the deadlines of the policy of its days."""
    rows, events = table(Feedback), table(FeedbackEvent)
    later = select(events.c.feedback_id).where(events.c.effective_on >= since, events.c.voided_at.is_(None))
    query = select(rows.c.id).where(or_(rows.c.effective_on >= since, rows.c.id.in_(later)))
    try:
        restate(uow, sorted(uow.connection.scalars(query.where(rows.c.voided_at.is_(None)))))
    except StepRefused:
        message = _("--on: what was done about feedback since then is not possible under this policy")
        raise Conflict(message, field="--on", hint=_("adopt it from a later day")) from None


def adopt_first(uow: UnitOfWork, text: str, source: str) -> None:
    """Adopt the policy of a new book: it rules from the beginning."""
    policy = read_policy(text, source)
    _write(uow, policy, BEGINNING)


def _write(uow: UnitOfWork, policy: Policy, on: date) -> PolicyReceipt:
    values = {"name": policy.name, "digest": policy.digest, "effective_on": on}
    known_on = BEGINNING if on == BEGINNING else uow.today
    key = uow.insert(
        PolicyVersion,
        text=policy.text,
        data=json.dumps(policy.data, ensure_ascii=False),
        known_on=known_on,
        **values,
    )
    uow.record(Change("create", PolicyVersion, key, None, {}, values))
    return PolicyReceipt(version=key, name=policy.name, digest=policy.digest, effective_on=on, is_new=True)
