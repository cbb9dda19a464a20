"""A process of the concurrency test: reads a number, adds one, writes it and says so in the audit trail."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime

from loancrm.models import Customer
from loancrm.services.inputs import Input, Receipt
from loancrm.store import Order, Store
from loancrm.unitofwork import Change, Clock, UnitOfWork

COUNTER = "count"


class Step(Input):
    """Which process, and its how manieth step."""

    process: int
    step: int


class Counted(Receipt):
    """The number that the step was given."""

    number: int


def count(uow: UnitOfWork, request: Step) -> Counted:
    """Take the next number and record it."""
    number = uow.next_number(COUNTER)
    after = {"number": number, "process": request.process, "step": request.step}
    uow.record(Change("change", Customer, 0, None, {}, after))
    return Counted(number=number)


def main(path: str, process: int, steps: int) -> None:
    """Count so many times, and print the numbers."""
    store = Store(path)
    clock = Clock(datetime.now(UTC), date(2026, 11, 21), is_fixed=True)
    for step in range(steps):
        order = Order(name="count", actor=f"process {process}", clock=clock)
        print(store.change(count, Step(process=process, step=step), order).number)  # noqa: T201
    store.close()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
