"""What a kind of fact means beyond its fields: a balance sheet balances, a consent covers a query."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from loancrm.agenda.checks import asks_for_a_visit
from loancrm.calendars import add_months, birthday_key
from loancrm.errors import InvalidInput
from loancrm.i18n import _
from loancrm.lending.floors import EXPECTED_LOSS, ONCE, RESTRUCTURED
from loancrm.models import Collateral, Consent, LoanTerms, table
from loancrm.numerals import format_money
from loancrm.policy import policy as policies
from loancrm.policy.parse import from_text
from loancrm.policy.policy import Policy
from loancrm.services import control_checks
from loancrm.unitofwork import UnitOfWork

if TYPE_CHECKING:
    from loancrm.services.plans import PlanSteps
    from loancrm.services.proceeds import Uses

Columns = dict[str, Any]
WHOLE = 1_000_000  # millionths: 100 %
RATINGS = range(1, 6)
PERIODS = range(1, 13)  # months of a statement: at most a year
# A month of a personal credit report of the People's Bank of China: / not opened, * nothing due, N normal,
# 1 to 7 months overdue, B bad debt, C settled, G ended otherwise, M covered, D repaid by a guarantor,
# Z paid in kind, # unknown. Recalled, not read again.
REPAYMENT_SIGNS = "/*N1234567BCGMDZ#"
MOST_MONTHS = 60
REPAYMENTS = re.compile(rf"[{re.escape(REPAYMENT_SIGNS)}]{{1,{MOST_MONTHS}}}")


@dataclass(frozen=True)
class Known:
    """What a check may ask for: the rows that a fact refers to, by field, and what rests in the store.

    ``withdrawals`` are the days on which bureau queries were taken back, by customer and person; ``owner_id``
    is the key of whose fact it is, ``officer_id`` that of the customer's lead officer. ``policy_on`` gives
    the policy that was in force on a day. What is taken all the same goes into ``warnings``, where somebody
    reads them; ``uses`` counts what the rows of a file say of the use of loans, ``steps`` how their plans
    stand.
    """

    uow: UnitOfWork
    refers: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    withdrawals: Mapping[tuple[int, str], tuple[date, ...]] = field(default_factory=dict)
    owner_id: int | None = None
    officer_id: int | None = None
    policy_on: Callable[[date], Policy] | None = None
    warnings: list[str] | None = None
    uses: Uses | None = None
    steps: PlanSteps | None = None

    def policy(self, on: date) -> Policy:
        """Return the policy that was in force on a day."""
        return policies.in_force(self.uow.view(on)) if self.policy_on is None else self.policy_on(on)


Check = Callable[[Known, Columns], None]


def withdrawals(uow: UnitOfWork, customer_ids: list[int]) -> dict[tuple[int, str], tuple[date, ...]]:
    """Return the days on which customers took back the consent to bureau queries, by customer and person."""
    rows = table(Consent)
    query = select(rows.c.customer_id, rows.c.person, rows.c.effective_on).where(
        rows.c.customer_id.in_(customer_ids),
        rows.c.purpose == "bureau_query",
        rows.c.is_withdrawn.is_(True),
        rows.c.voided_at.is_(None),
    )
    found: dict[tuple[int, str], tuple[date, ...]] = {}
    for row in uow.connection.execute(query):
        key = (row.customer_id, row.person)
        found[key] = (*found.get(key, ()), row.effective_on)
    return found


def _refuse(message: str, option: str, code: str) -> InvalidInput:
    return InvalidInput(message.format(field=option), field=option, code=code)


def _in_order(first: str, last: str, option: str) -> Check:
    """Return a check that the day ``last`` does not lie before ``first``."""

    def check(known: Known, columns: Columns) -> None:
        del known
        if columns[last] is not None and columns[first] is not None and columns[last] < columns[first]:
            raise _refuse(_("{field}: that day lies before the first one"), option, "days_reversed")

    return check


def _within(name: str, option: str, allowed: range) -> Check:
    def check(known: Known, columns: Columns) -> None:
        del known
        if columns[name] not in allowed:
            message = _("{field} is a whole number from {low} to {high}")
            shown = message.format(field=option, low=allowed[0], high=allowed[-1])
            raise InvalidInput(shown, field=option, code="out_of_range")

    return check


def _share(known: Known, columns: Columns) -> None:
    """Refuse a share of more than the whole."""
    del known
    if columns["share"] is not None and columns["share"] > WHOLE:
        raise _refuse(_("{field} is at most 100%"), "--share", "out_of_range")


def _balance(known: Known, columns: Columns) -> None:
    """Refuse a balance sheet whose assets are not liabilities and equity; the message says the difference."""
    del known
    names = ("total_assets", "total_liabilities", "equity")
    assets, liabilities, equity = (columns[name] for name in names)
    if None in (assets, liabilities, equity) or assets == liabilities + equity:
        return
    message = _("--total-assets is not --total-liabilities and --equity: the difference is {amount}")
    raise InvalidInput(
        message.format(amount=format_money(assets - liabilities - equity)),
        field="--total-assets",
        code="does_not_balance",
    )


def _consented(known: Known, columns: Columns) -> None:
    """Refuse a bureau report without a consent to bureau queries that held on its day."""
    consent, on = known.refers["consent"], columns["effective_on"]
    if consent["purpose"] != "bureau_query":
        raise _refuse(_("{field}: that consent is for something else"), "--consent", "no_consent")
    until = consent["expires_on"]
    if on < consent["effective_on"] or (until is not None and on > until):
        raise _refuse(
            _("{field}: that consent did not hold on the day of the query"), "--consent", "no_consent"
        )
    taken_back = known.withdrawals.get((consent["customer_id"], consent["person"]), ())
    if consent["is_withdrawn"] or any(consent["effective_on"] <= day <= on for day in taken_back):
        raise _refuse(_("{field}: that consent was taken back"), "--consent", "no_consent")


def _repayments(known: Known, columns: Columns) -> None:
    del known
    text = columns["repayment_string"]
    if text is not None and not REPAYMENTS.fullmatch(text):
        shown = _("{field}: one sign a month, of {signs}, at most {n}")
        option = "--repayment-string"
        message = shown.format(field=option, signs=REPAYMENT_SIGNS, n=MOST_MONTHS)
        raise InvalidInput(message, field=option, code="invalid_input")


def _scale(known: Known, columns: Columns) -> None:
    del known
    if columns["gpa"] is not None and columns["gpa"] > columns["gpa_scale"]:
        raise _refuse(_("{field} is above the best possible average"), "--gpa", "out_of_range")


def _result(known: Known, columns: Columns) -> None:
    del known
    if columns["result"] is not None and columns["done_on"] is None:
        raise _refuse(_("{field} goes with --done-on"), "--result", "missing")


def _clock(known: Known, columns: Columns) -> None:
    """Take over what a notice starts anew, and count the policy's period where no end was given."""
    old = known.refers.get("restarts")
    if old is not None:
        for name in ("kind", "loan_id", "collateral_id"):
            columns[name] = columns[name] or old[name]
        if columns["kind"] != old["kind"]:
            raise _refuse(_("{field}: a notice starts a clock of its own kind anew"), "--kind", "wrong_kind")
    if columns["kind"] is None:
        raise _refuse(_("{field} is needed"), "--kind", "missing")
    if columns["expires_on"] is None:
        columns["expires_on"] = _end(known, columns)


def _end(known: Known, columns: Columns) -> date:
    """Return the last day by the policy's period: of a seizure, by what was seized."""
    shape = known.policy(columns["effective_on"]).shape
    period = shape.legal_clocks.get(columns["kind"])
    if columns["kind"] == "seizure" and (seized := _collateral_kind(known, columns)) is not None:
        period = {str(kind): one for kind, one in shape.seizures.items()}.get(seized, period)
    if period is None:
        message = _("{field}: the policy has no period for this kind of clock; say until when it runs")
        raise _refuse(message, "--expires-on", "missing")
    return add_months(columns["effective_on"], period.months)


def _collateral_kind(known: Known, columns: Columns) -> str | None:
    """Return of which kind the collateral is that a clock is about; a notice takes over that of its clock."""
    named = known.refers.get("collateral")
    if named is not None:
        return str(named["kind"])
    if columns["collateral_id"] is None:
        return None
    rows = table(Collateral)
    query = select(rows.c.kind).where(rows.c.id == columns["collateral_id"])
    return str(known.uow.connection.scalar(query))


def _brought(known: Known, columns: Columns) -> None:
    """Refuse a referral by nobody, by two, or by the customer itself."""
    named = [columns[name] for name in ("referrer_id", "partner_id") if columns[name] is not None]
    if len(named) != 1:
        raise _refuse(_("{field} or --partner is needed, and not both"), "--referrer", "one_referrer")
    if columns["referrer_id"] is not None and columns["referrer_id"] == known.owner_id:
        raise _refuse(_("{field}: nobody brings themselves"), "--referrer", "own_referrer")


def _mark(known: Known, columns: Columns) -> None:
    """Refuse a mark that says nothing: a loss without its share, or the end of what only happens once."""
    kind, share = columns["kind"], columns["expected_loss"]
    if (kind == EXPECTED_LOSS and not columns["is_lifted"]) != (share is not None):
        raise _refuse(
            _("{field} goes with --kind expected_loss, and only with it"), "--expected-loss", "missing"
        )
    if share is not None and share > WHOLE:
        raise _refuse(_("{field} is at most 100%"), "--expected-loss", "out_of_range")
    if columns["is_lifted"] and kind in ONCE:
        raise _refuse(
            _("{field}: this happens once; void it where it was wrong"), "--is-lifted", "happens_once"
        )
    if kind == RESTRUCTURED:
        _restructured_elsewhere(known)


def _restructured_elsewhere(known: Known) -> None:
    """A loan that is kept elsewhere says so by a mark; of one that is serviced here its terms say it."""
    loan = known.refers.get("loan")
    if loan is None:
        raise _refuse(_("{field} is needed"), "--loan", "missing")
    terms = table(LoanTerms)
    query = select(terms.c.id).where(terms.c.loan_id == loan["id"], terms.c.voided_at.is_(None))
    if known.uow.connection.execute(query.limit(1)).first() is not None:
        raise _refuse(
            _("{field}: this loan is serviced here; loancrm relief apply restructures it"),
            "--loan",
            "serviced",
        )


def _use(known: Known, columns: Columns) -> None:
    """Refuse what the policy, or the loan, does not allow of the use of a loan."""
    from loancrm.services.proceeds import Uses, check_use

    uses = Uses(known.uow) if known.uses is None else known.uses
    check_use(policies.in_force(known.uow.view()), known.refers["loan"], columns, uses)


def _in_turn(known: Known, columns: Columns) -> None:
    """Refuse what does not follow on how a plan stands; what is typed was asked before it is written."""
    if known.steps is not None:
        known.steps.take(known.refers["plan"], columns["step"], columns["effective_on"], columns["note"])


def _birthday(known: Known, columns: Columns) -> None:
    """Keep when the birthday is kept, so that a day finds it."""
    del known
    born_on = columns["birthday"]
    columns["birthday_key"] = None if born_on is None else birthday_key(born_on, columns["calendar"])


def _officers(known: Known, columns: Columns) -> None:
    """Take the customer's officer where none was named; an on-site check may need a second one."""
    columns["officer_id"] = columns["officer_id"] or known.officer_id
    second = columns["second_officer_id"]
    if second is not None and second == columns["officer_id"]:
        raise _refuse(_("{field}: two officers are two persons"), "--second", "same_officer")
    judgement = known.policy(columns["effective_on"]).checks.one_officer_on_site
    if columns["is_on_site"] and second is None and _matters(known, judgement):
        message = _("the policy asks for two officers on site; name the other with --second")
        _judge(known, judgement, message, "--second")


def _from_the_desk(known: Known, columns: Columns) -> None:
    """Say that the policy asks for a visit to a customer with such loans."""
    policy = known.policy(columns["effective_on"])
    judgement = policy.checks.from_the_desk
    if columns["is_on_site"] or known.owner_id is None or not _matters(known, judgement):
        return
    view = known.uow.view(columns["effective_on"])
    rule = asks_for_a_visit(view, policy, known.owner_id, columns["loan_id"], columns["kind"])
    if rule is not None:
        message = _("rule {rule} of the policy asks for a check at the customer's: --on-site")
        _judge(known, judgement, message.format(rule=rule), "--on-site")


def _matters(known: Known, judgement: str) -> bool:
    return judgement == "refuse" or (judgement == "warn" and known.warnings is not None)


def _judge(known: Known, judgement: str, message: str, option: str) -> None:
    """Refuse what is against the policy, or take it with a warning."""
    if judgement == "refuse":
        raise InvalidInput(message, field=option, code="against_policy")
    assert known.warnings is not None
    known.warnings.append(message)


def _planned(known: Known, columns: Columns) -> None:
    """An event of the past is known of since its day, not since somebody typed it."""
    del known
    columns["effective_on"] = min(columns["effective_on"], columns["held_on"])


def _came(known: Known, columns: Columns) -> None:
    """Refuse that somebody came to an event that is still to come."""
    event = known.refers.get("event")
    if event is None or columns["step"] not in ("attended", "no_show", "followed"):
        return
    if columns["effective_on"] < event["held_on"]:
        message = _("the event is on {day}: nobody came yet").format(day=event["held_on"])
        raise InvalidInput(message, field="--on", code="future_date")


def _campaign(known: Known, columns: Columns) -> None:
    """Refuse a condition that cannot be read, and a campaign that goes to nobody."""
    del known
    from_text(columns["condition"])
    if columns["hold_out"] >= WHOLE:
        raise _refuse(_("{field} is less than 100%"), "--hold-out", "out_of_range")


CHECKS: Mapping[str, tuple[Check, ...]] = {
    "statement": (_within("months", "--months", PERIODS), _balance),
    "turnover": (_within("months", "--months", PERIODS),),
    "holding": (_in_order("effective_on", "closed_on", "--closed-on"),),
    "bureau": (_consented, _repayments),
    "academic": (_scale,),
    "person": (_share, _birthday),
    "consent": (_in_order("effective_on", "expires_on", "--expires-on"),),
    "connection": (_share,),
    "plan_step": (_in_turn,),
    "collateral": (_in_order("effective_on", "released_on", "--released-on"),),
    "appraisal": (_in_order("effective_on", "valid_until", "--valid-until"),),
    "guarantor": (_in_order("effective_on", "expires_on", "--expires-on"),),
    "proceeds": (_use,),
    "clock": (_clock, _in_order("effective_on", "expires_on", "--expires-on")),
    "mark": (_mark,),
    "warning": (_in_order("effective_on", "expected_by", "--expected-by"),),
    "check": (_officers, _from_the_desk, _in_order("effective_on", "next_on", "--next")),
    "event": (_planned,),
    "guest": (_came,),
    "campaign": (_campaign,),
    "rating": (_within("value", "--value", RATINGS),),
    "training": (_result,),
    "referral": (_brought,),
    "control_check": (control_checks.controlled, control_checks.counted),
    "control_finding": (control_checks.found, control_checks.controlled, control_checks.by_severity),
    "control_incident": (control_checks.by_severity, control_checks.recovered),
    "control_rectification": (control_checks.about_one, control_checks.in_turn),
    "control_lesson": (control_checks.about_one, control_checks.controlled),
}


def check(kind: str, known: Known, columns: Columns) -> None:
    """Check a fact of ``kind``; what follows from others or from the policy is filled in.

    Raises:
        InvalidInput: it cannot be so.
    """
    for one in CHECKS.get(kind, ()):
        one(known, columns)
