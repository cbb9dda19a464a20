"""What is done about a limit that is near or broken, recorded with the figures as they stood."""

from __future__ import annotations

from datetime import date

from loancrm import identity, parsing
from loancrm.errors import Conflict, InvalidInput, NotFound, did_you_mean
from loancrm.i18n import _
from loancrm.policy import policy as policies
from loancrm.reports.limits import LimitLine, limits
from loancrm.services.dossier import FactIn, FactReceipt, add_fact
from loancrm.services.inputs import Input, happened_on
from loancrm.unitofwork import UnitOfWork
from loancrm.vocabulary import code_of


class LimitActIn(Input):
    """What is done about which group of which limit, by whom and until when."""

    limit: str
    key: str | None = None
    action: str
    officer: str | None = None
    due_on: date | None = None
    note: str | None = None
    on: date | None = None


def limit_act_in(
    limit: str,
    action: str,
    key: str | None,
    officer: str | None,
    by: str | None,
    note: str | None,
    on: str | None,
) -> LimitActIn:
    """Return what was typed."""
    return LimitActIn(
        limit=limit,
        key=key,
        action=code_of("limit_step", action, "ACTION"),
        officer=officer,
        due_on=None if by is None else parsing.day(by, "--by"),
        note=None if note is None else identity.clean_text(note, "--note"),
        on=None if on is None else parsing.day(on, "--on"),
    )


def act(uow: UnitOfWork, request: LimitActIn) -> FactReceipt:
    """Record what is done about a limit, with the share and the limit as they stood on the day.

    Without a key the worst group of the limit is meant.

    Raises:
        NotFound: the policy has no such limit, or nobody of that group owes anything.
        InvalidInput: it is to be done by a day before it was decided.
        Conflict: the group is neither near nor beyond its limit, unless an action is closed.
    """
    on = happened_on(uow, request.on)
    if request.due_on is not None and request.due_on < on:
        message = _("{field}: that day lies before the first one").format(field="--by")
        raise InvalidInput(message, field="--by", code="days_reversed")
    line = _line(uow, request, on)
    if line.state == "ok" and request.action != "closed":
        raise Conflict(
            _("{limit} of {key} is not near").format(limit=line.limit, key=line.key),
            hint=_("loancrm report limits shows what is"),
            code="not_near",
        )
    values = {
        "limit_name": line.limit,
        "key": line.key,
        "action": request.action,
        "share": line.share,
        "at_most": line.at_most,
        "state": line.state,
        "officer": request.officer or line.owner,
        "due_on": request.due_on,
        "note": request.note,
    }
    return add_fact(uow, FactIn(kind="limit_action", owner=None, on=on, values=values))


def _line(uow: UnitOfWork, request: LimitActIn, on: date) -> LimitLine:
    policy = policies.in_force(uow.view(on))
    if policy.limits.limit(request.limit) is None:
        names = tuple(one.limit for one in policy.limits.limits)
        hint = did_you_mean(request.limit, names) or _("loancrm report limits lists them")
        raise NotFound(_("the policy has no such limit"), field="LIMIT", hint=hint)
    lines = [line for line in limits(uow.view(on), policy, all_=True).lines if line.limit == request.limit]
    found = next((line for line in lines if request.key in (None, line.key)), None)
    if found is None:
        message = _("nobody of this group owes anything")
        raise NotFound(message, field="--key", hint=_("loancrm report limits --all shows the groups"))
    return found
