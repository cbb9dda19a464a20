"""What officers do about warnings: acknowledge, act, close with a verdict."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy import select

from loancrm import identity, parsing
from loancrm.dossier import KINDS
from loancrm.errors import Conflict, InvalidInput
from loancrm.i18n import _
from loancrm.indicators.warnings import state_columns
from loancrm.reports import dossier as facts
from loancrm.services.dossier import FactIn, add_fact
from loancrm.services.inputs import Input, Receipt, happened_on
from loancrm.unitofwork import UnitOfWork
from loancrm.vocabulary import code_of, label

# From which states an officer takes a warning to another one; a cleared one can still be judged.
STEPS: Mapping[str, tuple[str, ...]] = {
    "acknowledged": ("open",),
    "acted": ("open", "acknowledged", "acted", "cleared"),
    "closed": ("open", "acknowledged", "acted", "cleared"),
}


class WarningStepIn(Input):
    """A step of the warning with a number, on a day (None: today); closing has a verdict."""

    warning: str
    step: str
    verdict: str | None = None
    note: str | None = None
    on: date | None = None


class WarningReceipt(Receipt):
    """The warning and how it stands now."""

    warning: str
    customer: str
    state: str
    verdict: str | None
    on: date


def warning_step(
    warning: str, step: str, note: str | None, on: str | None, verdict: str | None = None
) -> WarningStepIn:
    """Return the step that was typed."""
    return WarningStepIn(
        warning=warning,
        step=step,
        verdict=None if verdict is None else code_of("warning_verdict", verdict, "VERDICT"),
        note=None if note is None else identity.clean_text(note, "--note"),
        on=None if on is None else parsing.day(on, "--on"),
    )


def step_warning(uow: UnitOfWork, request: WarningStepIn) -> WarningReceipt:
    """Write what an officer did about a warning.

    Raises:
        NotFound: there is no such warning.
        InvalidInput: the day lies before the warning, or before what was done last.
        Conflict: the warning is not where this can be done.
    """
    kind, view = KINDS["warning"], uow.view()
    row, on = facts.fact(view, kind, request.warning), happened_on(uow, request.on)
    number = kind.code(row.number)
    rows = facts.fact_table(kind)
    stands = view.one(select(*state_columns(view, rows)).where(rows.c.id == row.id))
    assert stands is not None
    if stands.state not in STEPS[request.step]:
        message = _("{number} is {state} since {day}")
        state = label("warning_state", stands.state)
        raise Conflict(message.format(number=number, state=state, day=stands.state_on), code="wrong_state")
    if on < max(row.effective_on, stands.state_on):
        message = _("{field}: that day lies before the first one").format(field="--on")
        raise InvalidInput(message, field="--on")
    owner = facts.owner_code(kind, facts.owner_of(view, kind, row))
    said = {name: getattr(request, name) for name in ("step", "verdict", "note")}
    add_fact(uow, FactIn(kind="warning_step", owner=owner, on=on, values={"warning": number, **said}))
    # What is done about a warning that its rule cleared does not open it again: state_columns says so too.
    state = "cleared" if stands.state == "cleared" and request.step != "closed" else request.step
    return WarningReceipt(warning=number, customer=owner or "", state=state, verdict=request.verdict, on=on)
