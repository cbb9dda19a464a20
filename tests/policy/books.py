"""Random books, written row by row: missing values, facts to come, voided facts, values at bounds."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from loancrm import models
from loancrm.models import (
    Contact,
    Customer,
    CustomerClass,
    CustomerSegment,
    Facility,
    Feedback,
    FeedbackEvent,
    Loan,
    LoanStatus,
    Snapshot,
)
from loancrm.unitofwork import UnitOfWork
from tests.support import TODAY, clock_on

AMOUNTS = (0, 1, 99_999_999, 100_000_000, 100_000_001, 50_000_000)
DAYS = (None, 0, 1, 3, 6, 7, 8, 14, 15, 30, 31, 32, 365)
AGES = (-20, -1, 0, 1, 30, 44, 45, 46, 90, 182, 183, 184, 364, 365, 366, 730)  # days before today
CLASSES = (
    ("credit_standing", "watch"),
    ("credit_standing", "good"),
    ("life_cycle", "lost"),
    ("service_tier", "key"),
    ("student_need", "books"),
)
VOIDED = (None, None, None, -1, 0, 5)


@dataclass
class Fact:
    """A row to write: how many days before today it took effect, was known, and was voided."""

    age: int
    known: int
    voided: int | None
    values: dict[str, Any]


@dataclass
class Person:
    """A customer with facts."""

    values: dict[str, Any]
    since: int
    known: int
    loans: list[tuple[Fact, Fact | None, list[Fact]]] = field(default_factory=list)
    contacts: list[Fact] = field(default_factory=list)
    feedback: list[tuple[Fact, Fact | None]] = field(default_factory=list)
    lines: list[Fact] = field(default_factory=list)
    segments: list[Fact] = field(default_factory=list)
    classes: list[Fact] = field(default_factory=list)
    filed: list[tuple[str, Fact]] = field(default_factory=list)  # the table, and the row
    pledged: list[tuple[Fact, list[Fact]]] = field(default_factory=list)  # collateral and its appraisals


@st.composite
def facts(draw: st.DrawFn, **values: st.SearchStrategy[Any]) -> Fact:
    age = draw(st.sampled_from(AGES))
    return Fact(
        age,
        draw(st.sampled_from((age, age, age, min(age, 0)))),
        draw(st.sampled_from(VOIDED)),
        {name: draw(value) for name, value in values.items()},
    )


amounts = st.sampled_from(AMOUNTS)
snapshots = facts(
    outstanding_principal=amounts,
    overdue_principal=st.sampled_from((None, 0)),
    unpaid_interest=st.one_of(st.none(), amounts),
    days_past_due=st.sampled_from(DAYS),
    interest_days_past_due=st.sampled_from((None, None, 0, 10)),
)
ends = facts(status=st.sampled_from(("settled", "written_off", "cancelled")))
loans = facts(
    principal=st.just(100_000_000),
    product=st.just("working_capital"),
    matures=st.sampled_from((None, -400, -1, 0, 1, 90, 91)),
    disbursed=st.sampled_from((True, True, True, False)),
)


lines = st.one_of(st.none(), st.sampled_from((0, 1, 7, 50_000_000, 100_000_001, -3)))
counts = st.one_of(st.none(), st.sampled_from((0, 1, 2, 9)))
# What a file may hold, by table; each has its own columns.
FILED = {
    "Statement": facts(
        months=st.sampled_from((3, 9, 12)),
        **dict.fromkeys(
            ("current_assets", "current_liabilities", "inventory", "total_assets", "total_liabilities",
             "equity", "retained_earnings", "ebit", "revenue", "interest_expense", "net_profit"),
            lines,
        ),
    ),
    "Turnover": facts(months=st.sampled_from((1, 12)), sales_inflow=lines, average_deposits=lines),
    "BureauReport": facts(outstanding_bad=lines, lenders=counts, guarantees_given=lines),
    "AcademicRecord": facts(
        gpa=st.sampled_from((None, 0, 3_200_000)),
        gpa_scale=st.sampled_from((4_000_000, 5_000_000)),
        failed_courses=counts,
        standing=st.sampled_from((None, "good", "warning")),
    ),
    "Holding": facts(product=st.sampled_from(("a", "b")), closed_on=st.sampled_from((None, TODAY))),
    "Rating": facts(criterion=st.sampled_from(("overall", "cooperation")), value=st.sampled_from((1, 3, 5))),
    "Connection": facts(
        kind=st.sampled_from(("group", "guarantee_circle")), name=st.sampled_from(("甲", "乙"))
    ),
    "Need": facts(kind=st.sampled_from(("tuition", "books"))),
    "LegalClock": facts(kind=st.just("limitation"), expires_on=st.sampled_from((None, TODAY))),
}  # fmt: skip
pledges = facts(
    kind=st.just("vehicle"), description=st.just("x"), released_on=st.sampled_from((None, None, TODAY))
)
appraisals = facts(value=amounts, prior_claims=amounts)


@st.composite
def filed(draw: st.DrawFn) -> tuple[str, Fact]:
    model = draw(st.sampled_from(sorted(FILED)))
    return model, draw(FILED[model])


@st.composite
def people(draw: st.DrawFn) -> Person:
    kind = draw(st.sampled_from(("enterprise", "sole_proprietor", "student")))

    def maybe(*choices: Any) -> Any:
        return draw(st.sampled_from((None, *choices)))

    day = TODAY - timedelta(days=draw(st.sampled_from(AGES)))
    values = {
        "kind": kind,
        "region": maybe("北京", "上海", "New York"),
        "industry": maybe("C34"),
        "size_class": maybe("small", "large"),
        "employees": maybe(0, 1, 250),
        "founded_on": maybe(day),
        "graduates_on": maybe(day),
        "study_level": maybe("master", "undergraduate"),
        "is_hardship": maybe(True, False),
        "service_tier": maybe("key", "general"),
        "pipeline_stage": maybe("prospect", "review", "repayment", "closed"),
    }
    person = Person(values, draw(st.sampled_from((800, 400, 1, 0, -1))), draw(st.sampled_from((800, 0, -1))))
    few = draw(st.integers(0, 2))
    person.loans = [
        (draw(loans), draw(st.one_of(st.none(), ends)), draw(st.lists(snapshots, max_size=3)))
        for _ in range(few)
    ]
    person.contacts = draw(
        st.lists(facts(outcome=st.sampled_from(("reached", "no_answer", "promised"))), max_size=2)
    )
    closed = st.one_of(st.none(), facts())
    ticket = facts(kind=st.sampled_from(("complaint", "praise", "enquiry")))
    person.feedback = draw(st.lists(st.tuples(ticket, closed), max_size=2))
    person.lines = draw(
        st.lists(facts(limit_amount=amounts, expires=st.sampled_from((None, -1, 0, 1, 90))), max_size=2)
    )
    person.segments = draw(st.lists(facts(segment=st.sampled_from(("risk", "quality"))), max_size=2))
    given = st.sampled_from(CLASSES).map(lambda pair: {"scheme": pair[0], "value": pair[1]})
    person.classes = draw(st.lists(facts(given=given), max_size=3))
    person.filed = draw(st.lists(filed(), max_size=6))
    person.pledged = draw(st.lists(st.tuples(pledges, st.lists(appraisals, max_size=2)), max_size=2))
    return person


books = st.lists(people(), max_size=4)


class Writer:
    """Writes people into an open transaction."""

    def __init__(self, uow: UnitOfWork) -> None:
        self.uow = uow
        self.made = 0
        self.numbers = 20_000

    def write(self, book: list[Person]) -> None:
        for person in book:
            self._person(person)

    def _row(self, model: Any, fact: Fact, **values: Any) -> int:
        self.made += 1
        own = dict(values)
        if fact.voided is not None:
            own["voided_at"] = clock_on(_day(fact.voided)).now
            own["voided_by"] = self.uow.command_id
        return self.uow.insert(model, effective_on=_day(fact.age), known_on=_day(fact.known), **own)

    def _person(self, person: Person) -> None:
        self.made += 1
        customer = self.uow.insert(
            Customer,
            number=self.made,
            name=f"客户{self.made}",
            name_key=f"客户{self.made}",
            since_on=_day(person.since),
            known_on=_day(person.known),
            **person.values,
        )
        for loan, end, positions in person.loans:
            self._loan(customer, loan, end, positions)
        for fact in person.contacts:
            values = {"channel": "phone", "direction": "out", "purpose": "care", "number": self.made + 10_000}
            self._row(Contact, fact, customer_id=customer, **values, **fact.values)
        for ticket, closed in person.feedback:
            self._ticket(customer, ticket, closed)
        for fact in person.lines:
            expires = fact.values["expires"]
            self._row(
                Facility,
                fact,
                customer_id=customer,
                number=f"CL{self.made}",
                currency="CNY",
                limit_amount=fact.values["limit_amount"],
                expires_on=None if expires is None else TODAY + timedelta(days=expires),
            )
        for fact in person.segments:
            self._row(CustomerSegment, fact, customer_id=customer, rule="drawn", **fact.values)
        for fact in person.classes:
            self._row(CustomerClass, fact, customer_id=customer, rule="drawn", **fact.values["given"])
        for name, fact in person.filed:
            self._filed(getattr(models, name), customer, fact)
        for fact, appraised in person.pledged:
            piece = self._filed(models.Collateral, customer, fact)
            for appraisal in appraised:
                self._filed(models.Appraisal, customer, appraisal, collateral_id=piece)
        self._copies(customer, person)

    def _filed(self, model: Any, customer: int, fact: Fact, **more: Any) -> int:
        """Write a row of the customer's file; what its table wants and nobody asks for is made up."""
        columns = models.table(model).c
        if "currency" in columns:
            more["currency"] = "CNY"
        if "consent_id" in columns:
            consent = {"person": "x", "purpose": "bureau_query"}
            more["consent_id"] = self._filed(
                models.Consent, customer, Fact(fact.age, fact.known, None, consent)
            )
        self.numbers += 1
        values = {**fact.values, **more}
        return self._row(model, fact, customer_id=customer, number=self.numbers, **values)

    def _copies(self, customer: int, person: Person) -> None:
        """Copy the newest segment and classes to the customer."""
        drawn = [("segment", fact.values["segment"], fact) for fact in person.segments]
        drawn += [(*fact.values["given"].values(), fact) for fact in person.classes]
        for name in ("segment", "credit_standing", "life_cycle"):
            standing = [
                (-fact.age, place, value)
                for place, (scheme, value, fact) in enumerate(drawn)
                if scheme == name and fact.voided is None
            ]
            if standing:
                self.uow.update(Customer, customer, **{name: max(standing)[2]})

    def _loan(self, customer: int, loan: Fact, end: Fact | None, positions: list[Fact]) -> None:
        values = dict(loan.values)
        matures, disbursed = values.pop("matures"), values.pop("disbursed")
        key = self._row(
            Loan,
            loan,
            customer_id=customer,
            number=f"L{self.made}",
            currency="CNY",
            disbursed_on=_day(loan.age) if disbursed else None,
            matures_on=None if matures is None else TODAY + timedelta(days=matures),
            **values,
        )
        if end is not None:
            self._row(LoanStatus, end, loan_id=key, currency="CNY", **end.values)
        for fact in positions:
            self._row(Snapshot, fact, loan_id=key, currency="CNY", **fact.values)

    def _ticket(self, customer: int, ticket: Fact, closed: Fact | None) -> None:
        values = {"channel": "phone", "business_line": "corporate", "importance": "low", "urgency": "low"}
        key = self._row(
            Feedback, ticket, customer_id=customer, number=self.made, text="x", **values, **ticket.values
        )
        if closed is not None:
            self._row(FeedbackEvent, closed, feedback_id=key, action="resolved")


def _day(age: int) -> date:
    return TODAY - timedelta(days=age)
