"""The state of the simulation: customers, what is planned for which day, and what happened."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Any

from loancrm.demo.dice import stream
from loancrm.demo.events import Changed, Event, LineOpened
from loancrm.demo.loans import Loan
from loancrm.demo.span import Span

Action = Callable[[date], None]
IN_TALKS = ("enquiry", "application", "investigation", "review", "approval", "contract", "disbursement")


@dataclass
class Client:
    """A customer or prospect. ``fields`` are the columns of the file as they stand.

    ``strain`` says how hard paying is: 0 easy, above 1 hopeless. A steady one meets no shock, so that
    what is planted for its loans comes out on its day.
    """

    ref: int
    kind: str
    fields: dict[str, Any]
    officer: str
    since_on: date
    dice: Random
    due_day: int
    strain: float = 0.0
    second_officer: str | None = None
    is_steady: bool = False
    is_insolvent: bool = False
    fails_from: date | None = None
    loans: list[Loan] = field(default_factory=list)
    line: LineOpened | None = None
    contract: str | None = None
    has_case: bool = False
    last_real_on: date | None = None

    @property
    def is_student(self) -> bool:
        """Say whether this is a student."""
        return self.kind == "student"

    @property
    def stage(self) -> str:
        """The stage of the pipeline."""
        return str(self.fields["pipeline_stage"])

    @property
    def region(self) -> str:
        """The city."""
        return str(self.fields["region"])

    @property
    def is_in_arrears(self) -> bool:
        """Say whether anything is unpaid."""
        return any(loan.unpaid for loan in self.loans)


class World:
    """Everything that the parts of the simulation share."""

    def __init__(self, span: Span, seed: int) -> None:
        self.span = span
        self.seed = seed
        self.clients: list[Client] = []
        self.events: defaultdict[date, list[Event]] = defaultdict(list)
        self._plans: defaultdict[date, list[Action]] = defaultdict(list)
        self.partners: list[int] = []  # the facts that say who they are
        self.checked: dict[int, date] = {}  # client -> the last first or regular check
        self._numbers: Counter[str] = Counter()

    def dice(self, *names: object) -> Random:
        """Return a stream of chance of its own."""
        return stream(self.seed, *names)

    def tell(self, day: date, event: Event) -> None:
        """Record that ``event`` happened on ``day``."""
        self.events[day].append(event)

    def plan(self, day: date, action: Action) -> None:
        """Do ``action`` on ``day``; what lies after the last day never happens."""
        if day <= self.span.last_day:
            self._plans[day].append(action)

    def carry_out(self, day: date) -> None:
        """Do what is planned for ``day``, and what that plans for the same day."""
        todo = self._plans[day]
        while todo:
            todo.pop(0)(day)

    def number(self, kind: str) -> int:
        """Return the next number of a kind of thing, from 1."""
        self._numbers[kind] += 1
        return self._numbers[kind]

    def change(self, day: date, client: Client, **fields: Any) -> None:
        """Change a customer's file."""
        client.fields.update(fields)
        self.tell(day, Changed(client.ref, fields))
