"""The simulation's days, written through the services as an officer or an import would have."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from typing import Any

from sqlalchemy import Row, insert, select, update

from loancrm.demo import desk, marketing, opinions, tickets
from loancrm.demo import events as happened
from loancrm.demo.keeper import Keeper
from loancrm.demo.opening import load_loans, request_of
from loancrm.models import Contact, Customer, Loan, Snapshot, table
from loancrm.models import Sequence as SequenceRow
from loancrm.reports import lookup
from loancrm.services import classification, customers, follow_ups, loans, officers
from loancrm.services.contacts import ContactIn
from loancrm.unitofwork import Change, UnitOfWork, new_uid


class Writer:
    """Writes events in order; remembers what the book calls each thing of the simulation."""

    def __init__(self) -> None:
        self._codes: dict[int, str] = {}  # client -> customer's code
        self._owners: dict[str, Row[Any]] = {}  # code -> the customer's row, for its key and kind
        self._officers: dict[str, int] = {}
        self._loans: dict[str, int] = {}  # number -> key
        self._steps: dict[int, str] = {}
        self._tickets: dict[int, str] = {}
        self._contacts = 0
        self._keeper = Keeper()
        self._talks: list[dict[str, Any]] = []
        self._talked: list[Change] = []
        self._old_loans: list[tuple[loans.LoanIn, int]] = []
        self._verbs: dict[type[happened.Event], Callable[[UnitOfWork, Any], None]] = {
            happened.Joined: self._join,
            happened.Left: self._leave,
            happened.Met: self._add,
            happened.Changed: self._change,
            happened.LineOpened: self._open_line,
            happened.Drawn: self._draw,
            happened.Filed: self._file,
            happened.Ended: self._end,
            happened.Talked: self._talk,
            happened.StepDone: self._step_done,
            happened.StepPutOff: self._step_put_off,
            happened.Heard: self._hear,
            happened.Handled: self._handle,
            happened.Measured: tickets.measure,
            happened.Extract: self._extract,
            happened.Marketed: self._market,
            happened.Surveyed: opinions.carry_out,
            happened.Applied: self._apply,
            happened.Staged: desk.step,
            happened.Paid: desk.pay,
            happened.Promised: self._promise,
            happened.Agreed: self._agree,
        }

    def write(self, uow: UnitOfWork, day: Sequence[happened.Event]) -> None:
        """Write what happened on the day of ``uow``'s clock."""
        for event in day:
            self._verbs[type(event)](uow, event)
        self._keep_talks(uow)
        self._keeper.write(uow, partial(self._owner, uow), partial(self._key_of, uow))
        load_loans(uow, [(request, self._owner(uow, who).id) for request, who in self._old_loans])
        self._old_loans.clear()

    def finish(self, uow: UnitOfWork) -> None:
        """Leave the sequence of contacts where the service will go on."""
        rows, following = table(SequenceRow), self._contacts + 1
        kept = update(rows).where(rows.c.name == "contact").values(next_value=following)
        if not uow.connection.execute(kept).rowcount:
            uow.connection.execute(insert(rows).values(name="contact", next_value=following))

    def _owner(self, uow: UnitOfWork, client: int) -> Row[Any]:
        code = self._codes[client]
        if code not in self._owners:
            rows, number = table(Customer), lookup.numbered(code, "C")
            self._owners[code] = uow.connection.execute(select(rows).where(rows.c.number == number)).one()
        return self._owners[code]

    def _key_of(self, uow: UnitOfWork, reading: str, named: str) -> int:
        return self._officers[named] if reading == "officer" else self._loan_id(uow, named)

    def _loan_id(self, uow: UnitOfWork, number: str) -> int:
        if number not in self._loans:
            rows = table(Loan)
            found = uow.connection.execute(select(rows.c.number, rows.c.id))
            self._loans = {row.number: row.id for row in found}
        return self._loans[number]

    def _join(self, uow: UnitOfWork, event: happened.Joined) -> None:
        officers.add(uow, officers.OfficerIn(code=event.code, name=event.name, branch=event.branch))
        self._officers[event.code] = int(lookup.officer(uow.view(), event.code).id)

    def _leave(self, uow: UnitOfWork, event: happened.Left) -> None:
        officers.edit(uow, officers.OfficerIn(code=event.code, is_active=False))

    def _add(self, uow: UnitOfWork, event: happened.Met) -> None:
        fields = {name: value for name, value in event.fields.items() if value is not None}
        request = customers.CustomerIn(
            kind=event.kind,
            fields=fields,
            officer=event.officer,
            second_officer=event.second_officer,
            since_on=event.since_on,
        )
        self._codes[event.client] = customers.add(uow, request).code

    def _change(self, uow: UnitOfWork, event: happened.Changed) -> None:
        request = customers.CustomerEdit(
            customer=self._codes[event.client], fields=event.fields, officer=event.officer
        )
        customers.edit(uow, request)

    def _open_line(self, uow: UnitOfWork, event: happened.LineOpened) -> None:
        request = loans.FacilityIn(
            customer=self._codes[event.client],
            number=event.number,
            limit_amount=event.limit,
            on=event.opened_on,
            expires_on=event.expires_on,
        )
        loans.add_facility(uow, request)

    def _draw(self, uow: UnitOfWork, event: happened.Drawn) -> None:
        request = request_of(event.terms, self._codes[event.terms.client])
        if event.terms.disbursed_on < uow.today:
            self._old_loans.append((request, event.terms.client))
        else:
            loans.add_loan(uow, request)

    def _file(self, uow: UnitOfWork, event: happened.Filed) -> None:
        del uow
        self._keeper.add(event)

    def _end(self, uow: UnitOfWork, event: happened.Ended) -> None:
        loans.close(uow, loans.LoanEnd(loan=event.loan, status=event.status, amount=event.amount))

    def _talk(self, uow: UnitOfWork, event: happened.Talked) -> None:
        """Write what ``contacts.log`` writes, many at once.

        That service answers with the next contact by cadence, which costs ten milliseconds each time:
        half a minute for the book. A test holds that both write the same.
        """
        owner, self._contacts = self._owner(uow, event.client), self._contacts + 1
        asked = ContactIn(
            customer=self._codes[event.client],
            channel=event.channel,
            direction=event.direction,
            purpose=event.purpose,
            outcome=event.outcome,
            note=event.note,
        )
        values = {
            **asked.model_dump(include={"channel", "direction", "purpose", "outcome", "note"}),
            "effective_on": uow.today,
        }
        known = {
            "id": self._contacts,
            "uid": new_uid(uow.clock.now),
            "number": self._contacts,
            "customer_id": owner.id,
            "officer_id": self._officers[event.officer],
        }
        self._talks.append({**known, **values})
        self._talked.append(Change("create", Contact, self._contacts, owner.id, {}, values))
        if event.step is not None and event.next_on is not None:
            self._keep_talks(uow)  # the step refers to its conversation, which must be there
            what = event.next_what or event.note or ""
            self._steps[event.step] = follow_ups.add_follow_up(
                uow, owner, event.next_on, what, contact_id=self._contacts
            )

    def _keep_talks(self, uow: UnitOfWork) -> None:
        uow.insert_many(Contact, self._talks)
        uow.record(*self._talked)
        self._talks.clear()
        self._talked.clear()

    def _market(self, uow: UnitOfWork, event: happened.Marketed) -> None:
        """Carry out what marketing does, once all that happened before it on the day is written."""
        self._keep_talks(uow)
        self._keeper.write(uow, partial(self._owner, uow), partial(self._key_of, uow))
        clients = {code: client for client, code in self._codes.items()}
        for talk in marketing.carry_out(uow, event, clients):
            self._talk(uow, talk)

    def _step_done(self, uow: UnitOfWork, event: happened.StepDone) -> None:
        follow_ups.done(uow, follow_ups.FollowUpDone(follow_up=self._steps[event.step], note=event.note))

    def _step_put_off(self, uow: UnitOfWork, event: happened.StepPutOff) -> None:
        request = follow_ups.FollowUpSnooze(follow_up=self._steps[event.step], until_on=event.until_on)
        follow_ups.snooze(uow, request)

    def _hear(self, uow: UnitOfWork, event: happened.Heard) -> None:
        is_student = self._owner(uow, event.client).kind == "student"
        self._tickets[event.ticket] = tickets.hear(
            uow, event, self._codes[event.client], is_student=is_student
        )

    def _handle(self, uow: UnitOfWork, event: happened.Handled) -> None:
        tickets.handle(uow, event, self._tickets[event.ticket])

    def _apply(self, uow: UnitOfWork, event: happened.Applied) -> None:
        desk.apply(uow, event, self._codes[event.client])

    def _promise(self, uow: UnitOfWork, event: happened.Promised) -> None:
        desk.promise(uow, event, self._last_talk(uow))

    def _agree(self, uow: UnitOfWork, event: happened.Agreed) -> None:
        desk.agree(uow, event, self._last_talk(uow))

    def _last_talk(self, uow: UnitOfWork) -> str:
        """Return the code of the newest conversation, which is in the book from now on."""
        self._keep_talks(uow)
        return lookup.contact_code(self._contacts)

    def _extract(self, uow: UnitOfWork, event: happened.Extract) -> None:
        """Write a day's snapshots as an import would: one statement, no audit row for each."""
        day = uow.today
        uow.insert_many(Snapshot, [self._snapshot(uow, position, day) for position in event.positions])

    def _snapshot(self, uow: UnitOfWork, position: happened.Position, day: date) -> dict[str, Any]:
        loan_id = self._loan_id(uow, position.loan)
        return {
            "loan_id": loan_id,
            "live_key": f"{loan_id}:{day.isoformat()}",
            "effective_on": day,
            "currency": uow.currency,
            "outstanding_principal": position.outstanding_principal,
            "overdue_principal": position.overdue_principal,
            "unpaid_interest": position.unpaid_interest,
            "days_past_due": position.days_past_due,
            "interest_days_past_due": position.interest_days_past_due,
            "five_tier": position.five_tier,
            "next_due_on": position.next_due_on,
            "next_due_amount": position.next_due_amount,
        }


def classify(uow: UnitOfWork) -> None:
    """Give every customer the segment of the policy's rules."""
    classification.classify(uow, classification.ClassifyIn())
