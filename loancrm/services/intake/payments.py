"""Payments out of a file: matched to loans by number, by reference, or by payer and amount."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import Row, select

from loancrm.i18n import _
from loancrm.identity import name_key
from loancrm.indicators.facts import CUSTOMER, LOAN
from loancrm.lending.ledger import Payment
from loancrm.models import Contract, InstalmentRow, PaymentRow, table
from loancrm.numerals import format_money
from loancrm.reports.ledger import Kept, kept_of
from loancrm.services.intake.by_hand import ByHand
from loancrm.services.intake.talks import SeenBefore, digest_of, plain
from loancrm.services.intake.tally import Item, Tally, standing
from loancrm.services.ledger import rewrite
from loancrm.services.payments import settle
from loancrm.services.standing import restand_touched
from loancrm.services.too_much import problem, surely_fit
from loancrm.unitofwork import UnitOfWork


class Payments:
    """Takes chunks of a list of payments; ``asserts_balance``: what the file says is left must be so."""

    def __init__(self, uow: UnitOfWork, tally: Tally, on: date | None, *, asserts_balance: bool) -> None:
        self._uow = uow
        self._tally = tally
        self._on = on
        self._asserts = asserts_balance
        self._before = SeenBefore(uow, table(PaymentRow))
        self._by_hand = ByHand(uow, tally)

    def take(self, items: list[Item]) -> None:
        """Take one chunk, and replay the loans that it is about."""
        days = {item.line: self._day(item) for item in items}
        loans = self._match(standing(items))
        facts = kept_of(self._uow.view(), sorted({row.id for row in loans.values()}))
        for item in standing(items):
            self._check(item, loans.get(item.line), days[item.line], facts)
        taken = self._by_hand.others(standing(items), loans, days)
        keys = self._before.keys([_said(item, loans[item.line], days[item.line]) for item in taken])
        news = [(item, key) for item, key in zip(taken, keys, strict=True) if key is not None]
        self._tally.known += len(taken) - len(news)
        certain = _certain([item for item, _key in news], loans, days, facts)
        news = [
            (item, key)
            for item, key in news
            if self._fits(item, loans[item.line], days, facts, is_certain=loans[item.line].id in certain)
        ]
        self._tally.new += len(news)
        self._write(news, loans, days)

    def _day(self, item: Item) -> date:
        on = item.values.get("payment.on") or self._on
        if on is None:
            reason = _("the day of the payment is missing; map payment.on or give --on")
            self._tally.reject(item, "payment.on", "required", reason)
            return self._uow.today
        if on > self._uow.today:
            self._tally.reject(item, "payment.on", "future_date", _("is still to come"))
        return on

    # ── whose it is ─────────────────────────────────────────────────────────────────────────

    def _match(self, items: list[Item]) -> dict[int, Row[Any]]:
        """Return the loan of each row by its line; a row without one is rejected."""
        numbers = {text for item in items for text in _numbers(item)}
        by_number = self._by_number(numbers)
        found = {
            item.line: loan
            for item in items
            if (loan := next((by_number[text] for text in _numbers(item) if text in by_number), None))
        }
        rest = [item for item in items if item.line not in found and not item.values.get("loan.number")]
        found |= self._by_payer(rest)
        for item in items:
            if item.line not in found:
                self._unmatched(item)
        return found

    def _by_number(self, numbers: set[str]) -> dict[str, Row[Any]]:
        """Return loans by their number, and by that of their contract where it has one loan only."""
        contract = table(Contract)
        loans = self._uow.connection.execute(select(LOAN).where(LOAN.c.live_key.in_(numbers))).all()
        found = {row.number: row for row in loans}
        query = (
            select(LOAN, contract.c.number.label("contract"))
            .join(contract, contract.c.id == LOAN.c.contract_id)
            .where(contract.c.live_key.in_(numbers), LOAN.c.voided_at.is_(None))
        )
        under: dict[str, list[Row[Any]]] = defaultdict(list)
        for row in self._uow.connection.execute(query):
            under[row.contract].append(row)
        return {name: rows[0] for name, rows in under.items() if len(rows) == 1} | found

    def _by_payer(self, items: list[Item]) -> dict[int, Row[Any]]:
        """Return the loan whose customer paid just what an instalment asks for, where there is one only."""
        keys = {
            item.line: name_key(item.values["payment.payer"])
            for item in items
            if "payment.payer" in item.values
        }
        due = table(InstalmentRow)
        asked = (due.c.principal_due + due.c.interest_due).label("asked")
        query = (
            select(CUSTOMER.c.name_key, asked, LOAN)
            .join(LOAN, LOAN.c.customer_id == CUSTOMER.c.id)
            .join(due, due.c.loan_id == LOAN.c.id)
            .where(CUSTOMER.c.name_key.in_(set(keys.values())), CUSTOMER.c.voided_at.is_(None))
            .where(due.c.voided_at.is_(None), LOAN.c.voided_at.is_(None))
        )
        candidates: dict[tuple[str, int], dict[int, Row[Any]]] = defaultdict(dict)
        for row in self._uow.connection.execute(query) if keys else ():
            candidates[row.name_key, row.asked][row.id] = row
        found = {}
        for item in items:
            named = candidates.get((keys.get(item.line, ""), item.values["payment.amount"]), {}).values()
            on = item.values.get("payment.on") or self._on
            fits = [loan for loan in named if on is None or loan.closed_on is None or on <= loan.closed_on]
            if len(fits) == 1:
                found[item.line] = fits[0]
        return found

    def _unmatched(self, item: Item) -> None:
        if item.values.get("loan.number"):
            self._tally.reject(item, "loan.number", "unknown_loan", _("there is no such loan"))
            return
        reason = _("no loan, or several, fit by reference, or by payer and amount")
        self._tally.reject(item, "payment.reference", "unmatched", reason)

    # ── what it must be, and what it becomes ────────────────────────────────────────────────

    def _check(self, item: Item, loan: Row[Any] | None, on: date, facts: dict[int, Kept]) -> None:
        if loan is None:
            return
        if item.values["payment.amount"] <= 0:
            self._tally.reject(item, "payment.amount", "not_above_zero", _("must be above zero"))
        elif loan.id not in facts:
            reason = _("the loan is not serviced here; its balances come as snapshots")
            self._tally.reject(item, "loan.number", "not_serviced", reason)
        elif on < loan.disbursed_on:
            self._tally.reject(item, "payment.on", "before_disbursement", _("is before the disbursement"))
        elif loan.closed_on is not None and on > loan.closed_on:
            self._tally.reject(item, "payment.on", "after_end", _("is after the loan ended"))

    def _fits(
        self, item: Item, loan: Row[Any], days: dict[int, date], facts: dict[int, Kept], *, is_certain: bool
    ) -> bool:
        """Say whether the loan takes the payment, after those before it in the file, and count it in."""
        known, on, amount = facts[loan.id], days[item.line], item.values["payment.amount"]
        reason = None if is_certain else problem(known, amount, on)
        if reason is not None:
            if problem(known, amount, on, may_end=True) is None:  # just what pays it off before its last day
                way_out = f"loancrm loan payoff {loan.number} --on {on}"
                reason = f"{reason}; {_('take it out of the file: {command}').format(command=way_out)}"
            self._tally.reject(item, "payment.amount", "too_much", reason)
            return False
        last = len(known.payments) + len(known.versions)
        after = replace(known, payments=(*known.payments, Payment(on, amount, last + 1)))
        if self._asserts and not self._is_balanced(item, after, on):
            return False
        facts[loan.id] = after
        return True

    def _is_balanced(self, item: Item, after: Kept, on: date) -> bool:
        """Say whether the loan has the balance of the file after this payment."""
        balance = after.owes(on).outstanding_principal
        wanted = item.values.get("payment.balance")
        if wanted is not None and balance != wanted:
            reason = _("{amount} would be left after it").format(amount=format_money(balance))
            self._tally.reject(item, "payment.balance", "other_balance", reason)
            return False
        return True

    def _write(self, news: list[tuple[Item, str]], loans: dict[int, Row[Any]], days: dict[int, date]) -> None:
        if not news:
            return
        first = self._uow.next_numbers("payment", len(news))
        rows = []
        for number, (item, key) in enumerate(news, first):
            loan, on, given = loans[item.line], days[item.line], item.part("payment")
            self._tally.spoke_of(on)
            who = {"payer": given.get("payer"), "reference": given.get("reference")}
            what = {"loan_id": loan.id, "currency": loan.currency, "amount": given["amount"]}
            rows.append({**who, **what, "number": number, "source_key": key, "effective_on": on})
        self._uow.insert_many(PaymentRow, rows)
        touched = {loans[item.line].id: loans[item.line] for item, _key in news}
        for loan in touched.values():
            newest = max(days[item.line] for item, _key in news if loans[item.line].id == loan.id)
            settle(self._uow, loan, rewrite(self._uow, loan), newest)
        restand_touched(self._uow, list(touched))


def _certain(
    items: list[Item], loans: dict[int, Row[Any]], days: dict[int, date], facts: dict[int, Kept]
) -> set[int]:
    """Return the keys of the loans that take all their rows for certain: a replay a row would take long."""
    given: dict[int, list[Payment]] = defaultdict(list)
    for item in items:
        known = facts[loans[item.line].id]
        place = len(known.payments) + len(known.versions) + 1 + len(given[loans[item.line].id])
        given[loans[item.line].id].append(Payment(days[item.line], item.values["payment.amount"], place))
    return {
        loan_id
        for loan_id, payments in given.items()
        if all(one.amount > 0 for one in payments) and surely_fit(facts[loan_id], payments)
    }


def _numbers(item: Item) -> list[str]:
    """Return what may name the loan: its number, else the reference."""
    given = item.values.get("loan.number") or item.values.get("payment.reference")
    return [given] if given else []


def _said(item: Item, loan: Row[Any], on: date) -> str:
    return digest_of(["payment", loan.number, on.isoformat(), plain(item.part("payment"))])
