"""What facts of internal control mean beyond their fields: steps of the policy, days, what they are about."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from loancrm.errors import Conflict, InvalidInput, did_you_mean
from loancrm.i18n import _, listed
from loancrm.models import ControlRectification, table

if TYPE_CHECKING:
    from loancrm.services.dossier_checks import Known

Columns = dict[str, Any]


def controlled(known: Known, columns: Columns) -> None:
    """Refuse a step of the work that the policy does not control."""
    step = columns["step"]
    if step is None:
        return
    names = tuple(one.step for one in known.policy(columns["effective_on"]).control.steps)
    if step not in names:
        message = _("{option}: known are {known}").format(option="--step", known=listed(names))
        raise InvalidInput(message, field="--step", hint=did_you_mean(step, names), code="unknown_step")


def counted(known: Known, columns: Columns) -> None:
    """Refuse more cases in which something was wrong than were looked at."""
    del known
    if columns["exceptions"] > columns["cases"]:
        message = _("{field} is at most the number of cases").format(field="--exceptions")
        raise InvalidInput(message, field="--exceptions", code="out_of_range")


def found(known: Known, columns: Columns) -> None:
    """Fill in the step of the check and the customer of the loan that a finding is about."""
    check, loan = known.refers.get("found_by"), known.refers.get("loan")
    if columns["step"] is None and check is not None:
        columns["step"] = check["step"]
    if loan is None:
        return
    if columns["customer_id"] not in (None, loan["customer_id"]):
        message = _("{field}: that is another customer's").format(field="--loan")
        raise Conflict(message, field="--loan")
    columns["customer_id"] = loan["customer_id"]


def by_severity(known: Known, columns: Columns) -> None:
    """Fill in until when it is to be put right; refuse a day before the fact."""
    on = columns["effective_on"]
    if columns["due_on"] is None:
        columns["due_on"] = on + timedelta(days=known.policy(on).control.rectify_days[columns["severity"]])
    if columns["due_on"] < on:
        message = _("{field}: that day lies before the first one").format(field="--by")
        raise InvalidInput(message, field="--by", code="days_reversed")


def recovered(known: Known, columns: Columns) -> None:
    """Refuse that more came back than was lost."""
    del known
    if (columns["recovered"] or 0) > (columns["loss"] or 0):
        message = _("{field} is at most what was lost").format(field="--recovered")
        raise InvalidInput(message, field="--recovered", code="out_of_range")


def about_one(known: Known, columns: Columns) -> None:
    """Refuse what is about both a finding and an incident, or about neither."""
    del known
    if (columns["finding_id"] is None) == (columns["incident_id"] is None):
        message = _("say either --finding or --incident")
        raise InvalidInput(message, field="--finding", code="one_of_two")


def in_turn(known: Known, columns: Columns) -> None:
    """Refuse a step that what it is about does not wait for: what is done is opened again first."""
    name = "finding" if columns["finding_id"] is not None else "incident"
    whole = known.refers[name]
    if columns["effective_on"] < whole["effective_on"]:
        message = _("{field}: that day lies before the first one").format(field="--on")
        raise InvalidInput(message, field="--on", code="days_reversed")
    state = _state(known, f"{name}_id", whole["id"], columns["effective_on"])
    is_over = state in ("done", "accepted")
    if is_over != (columns["state"] == "reopened"):
        message = _("it is closed: --state reopened opens it again") if is_over else _("it is not closed")
        raise Conflict(message, field="--state", code="closed" if is_over else "open")
    if (columns["state"] == "postponed") != (columns["until_on"] is not None):
        message = _("--until goes with postponed, and postponed with --until")
        raise InvalidInput(message, field="--until", code="incomplete")
    if columns["until_on"] is not None and columns["until_on"] < columns["effective_on"]:
        message = _("{field}: that day lies before the first one").format(field="--until")
        raise InvalidInput(message, field="--until", code="days_reversed")


def _state(known: Known, column: str, key: int, on: date) -> str | None:
    rows = table(ControlRectification)
    query = select(rows.c.state).where(
        rows.c[column] == key, rows.c.voided_at.is_(None), rows.c.effective_on <= on
    )
    last_first = rows.c.effective_on.desc(), rows.c.id.desc()
    state: str | None = known.uow.connection.scalar(query.order_by(*last_first).limit(1))
    return state
