"""What happens in the simulation, day by day: frozen records that the writer turns into services' calls.

``client`` is the simulation's own number of a customer, ``step`` of a follow-up, ``ticket`` of feedback.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from loancrm.demo.loans import Terms
from loancrm.lending.terms import Terms as Agreement


@dataclass(frozen=True, slots=True)
class Joined:
    """An officer who works here from now on."""

    code: str
    name: str
    branch: str


@dataclass(frozen=True, slots=True)
class Left:
    """An officer who works here no more."""

    code: str


@dataclass(frozen=True, slots=True)
class Met:
    """A customer or prospect whom the bank knows from now on."""

    client: int
    kind: str
    fields: dict[str, Any]
    officer: str
    second_officer: str | None
    since_on: date


@dataclass(frozen=True, slots=True)
class Changed:
    """A change to a customer's file: fields, or the officer."""

    client: int
    fields: dict[str, Any] = field(default_factory=dict)
    officer: str | None = None


@dataclass(frozen=True, slots=True)
class LineOpened:
    """A credit line. ``limit`` in minor units."""

    client: int
    number: str
    limit: int
    opened_on: date
    expires_on: date


@dataclass(frozen=True, slots=True)
class Drawn:
    """A loan was disbursed."""

    terms: Terms


@dataclass(frozen=True, slots=True)
class Ended:
    """A loan was settled, or written off with ``amount``."""

    loan: str
    status: str
    amount: int | None = None


@dataclass(frozen=True, slots=True)
class Filed:
    """A dated fact that came into a file; ``key`` is by what others of the simulation name it.

    ``owner`` is a customer of the simulation, an officer's code, or None: the book.
    """

    owner: int | str | None
    kind: str
    key: int
    on: date
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Talked:
    """A conversation or an attempt at one; ``step`` is the follow-up that it left."""

    client: int
    channel: str
    direction: str
    purpose: str
    outcome: str
    note: str | None
    officer: str
    step: int | None = None
    next_on: date | None = None
    next_what: str | None = None


@dataclass(frozen=True, slots=True)
class StepDone:
    """A follow-up was done."""

    step: int
    note: str | None


@dataclass(frozen=True, slots=True)
class StepPutOff:
    """A follow-up was put off."""

    step: int
    until_on: date


@dataclass(frozen=True, slots=True)
class Heard:
    """Feedback came in."""

    ticket: int
    client: int
    channel: str
    kind: str
    service_stage: str | None
    department: str
    importance: str
    urgency: str
    text: str
    about: str | None = None
    product: str | None = None
    cause: str | None = None
    minute: int | None = None


@dataclass(frozen=True, slots=True)
class Handled:
    """Something was done about a ticket: it was assigned (``to``), planned (``due_on``), resolved."""

    ticket: int
    action: str
    text: str | None = None
    to: str | None = None
    minute: int | None = None
    rating: int | None = None
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class Measured:
    """The bank began to do something against a cause."""

    title: str
    cause: str
    officer: str


@dataclass(frozen=True, slots=True)
class Position:
    """What the core system says of one loan at the end of a day. Amounts in minor units."""

    loan: str
    outstanding_principal: int
    overdue_principal: int
    unpaid_interest: int
    days_past_due: int
    interest_days_past_due: int
    five_tier: str
    next_due_on: date | None
    next_due_amount: int | None


@dataclass(frozen=True, slots=True)
class Extract:
    """The data of a day: every live loan, or those that are overdue."""

    positions: tuple[Position, ...]


@dataclass(frozen=True, slots=True)
class Surveyed:
    """The wave that opens on a day goes on: it opens, or answers come; ``seed`` is that of the simulation."""

    what: str
    wave: int
    opens_on: date
    seed: int


@dataclass(frozen=True, slots=True)
class Marketed:
    """An event or a campaign goes on: ``what`` happens with number ``number`` of them.

    What comes of it depends on the book of the day; ``seed`` is that of the simulation.
    """

    what: str
    number: int
    seed: int
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Applied:
    """An application for a loan that is carried here."""

    client: int
    number: str
    terms: Agreement
    product: str
    region: str
    purpose: str
    officer: str


@dataclass(frozen=True, slots=True)
class Staged:
    """A step of an application, or that a condition called ``name`` was asked for (``required``)."""

    loan: str
    step: str
    officer: str
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Paid:
    """Money for a loan that is carried here, in minor units; None: what is due, or all of it (``payoff``)."""

    loan: str
    amount: int | None
    kind: str = "repayment"


@dataclass(frozen=True, slots=True)
class Promised:
    """A promise to pay, made in the conversation before it."""

    loan: str
    amount: int
    due_on: date


@dataclass(frozen=True, slots=True)
class Agreed:
    """Relief that was given, explained in the conversation before it."""

    loan: str
    kind: str
    months: int
    why: str


Event = (
    Joined
    | Left
    | Met
    | Changed
    | LineOpened
    | Drawn
    | Filed
    | Ended
    | Talked
    | StepDone
    | StepPutOff
    | Heard
    | Handled
    | Measured
    | Extract
    | Marketed
    | Surveyed
    | Applied
    | Staged
    | Paid
    | Promised
    | Agreed
)
