"""Scores that were kept: the newest of each customer, their history, and which are due again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Date,
    Integer,
    Row,
    Select,
    Subquery,
    and_,
    case,
    exists,
    func,
    literal,
    or_,
    select,
)

from loancrm.dialect import add_days, days_between
from loancrm.i18n import language
from loancrm.indicators.facts import LOAN, customer_ids, customers_at, loans_at
from loancrm.indicators.figures import Figures
from loancrm.indicators.sources import Terms
from loancrm.models import Assessment, Officer, PolicyVersion, table
from loancrm.policy.cards import Card
from loancrm.policy.policy import Policy
from loancrm.reports.lookup import customer, customer_code
from loancrm.reports.scores import cards_for, is_scored
from loancrm.view import View

ASSESSMENT = table(Assessment)


@dataclass(frozen=True, slots=True)
class Kept:
    """A score that was kept: what it was, why it was made, by which policy; by a card of loans, of which."""

    assessment: str
    customer: str
    card: str
    on: date
    score: int | None
    low: int | None
    high: int | None
    probability: int | None
    grade: str | None
    cause: str
    policy_version: int | None
    policy: str | None
    items: Any
    loan: str | None


@dataclass(frozen=True, slots=True)
class ReviewLine:
    """A score that is due: ``reason_code`` is ``event`` or ``age`` of a kept one, or ``never_scored``."""

    customer: str
    name: str
    officer: str | None
    card: str
    score: int | None
    grade: str | None
    on: date | None
    due_on: date | None
    days_late: int | None
    reason_code: str


@dataclass(frozen=True, slots=True)
class ScoreOfCustomer:
    """The newest kept score of a customer by a card; points and probability in millionths.

    ``due_on`` is the day of its next review by its grade, None where the grade does not say or the policy has
    no such card any more; ``title`` is then the card's name.
    """

    assessment: str
    card: str
    title: str
    on: date
    score: int | None
    probability: int | None
    grade: str | None
    policy_version: int | None
    policy: str | None
    due_on: date | None
    is_due: bool


def assessment_code(number: int) -> str:
    """Return the code of a kept score's number: ``AS-00042``."""
    return f"AS-{number:05d}"


def newest(view: View, card: str | None = None, ids: Sequence[int] | None = None) -> Subquery:
    """Return the newest kept score of every customer (or of some) and card that is seen."""
    c = ASSESSMENT.c
    order = (c.effective_on.desc(), c.id.desc())
    place = func.row_number().over(partition_by=(c.customer_id, c.card), order_by=order)
    query = select(ASSESSMENT, place.label("place")).where(view.sees(ASSESSMENT))
    if card is not None:
        query = query.where(c.card == card)
    if ids is not None:
        query = query.where(c.customer_id.in_(ids))
    ranked = query.subquery("ranked")
    columns = [column for column in ranked.c if column.name != "place"]
    return select(*columns).where(ranked.c.place == 1).subquery("newest")


def newest_by_customer(view: View, card: str, ids: Sequence[int]) -> dict[int, Row[Any]]:
    """Return the newest kept score by a card of these customers, by the customer's key."""
    return {row.customer_id: row for row in view.rows(select(newest(view, card, ids)))}


def scores_of(view: View, policy: Policy, customer_id: int) -> Iterator[ScoreOfCustomer]:
    """Yield the newest kept score of a customer by each card, in the order of the policy's cards."""
    c, versions = ASSESSMENT.c, table(PolicyVersion)
    columns = (c.number, c.card, c.effective_on, c.score, c.probability, c.grade, c.policy_version_id)
    joined = ASSESSMENT.outerjoin(versions, versions.c.id == c.policy_version_id)
    query = select(*columns, versions.c.name.label("policy")).select_from(joined)
    query = query.where(c.customer_id == customer_id, view.sees(ASSESSMENT))
    found = {row.card: row for row in view.rows(query.order_by(c.effective_on, c.id))}
    for name in (*(card for card in policy.cards if card in found), *sorted(found.keys() - policy.cards)):
        row, card = found[name], policy.cards.get(name)
        days = {grade.grade: grade.review_days for grade in card.grades} if card else {}
        after = days.get(row.grade)
        due_on = None if after is None else row.effective_on + timedelta(days=after)
        yield ScoreOfCustomer(
            assessment=assessment_code(row.number),
            card=name,
            title=card.title.said(language()) if card else name,
            on=row.effective_on,
            score=row.score,
            probability=row.probability,
            grade=row.grade,
            policy_version=row.policy_version_id,
            policy=row.policy,
            due_on=due_on,
            is_due=due_on is not None and due_on <= view.as_of,
        )


def history(view: View, named: str, card: str | None = None) -> Iterator[Kept]:
    """Return the kept scores of a customer, newest first.

    Raises:
        NotFound: nobody is called so.
        Conflict: several are.
    """
    row = customer(view, named)
    c = ASSESSMENT.c
    query = _kept().where(c.customer_id == row.id, view.sees(ASSESSMENT))
    if card is not None:
        query = query.where(c.card == card)
    for kept in view.connection.execute(query.order_by(c.effective_on.desc(), c.id.desc())):
        yield _line(kept, customer_code(row.number))


def last_before(view: View, customer_id: int, card: str) -> tuple[date, Any] | None:
    """Return day and items of the newest score of a customer by a card that was kept before the day."""
    c = ASSESSMENT.c
    mine = select(c.effective_on, c["items"]).where(c.customer_id == customer_id, c.card == card)
    earlier = mine.where(view.knows(ASSESSMENT), c.effective_on < view.as_of)
    kept = view.one(earlier.order_by(c.effective_on.desc(), c.id.desc()).limit(1))
    return None if kept is None else (kept.effective_on, kept._mapping["items"])


def _kept() -> Select[Any]:
    versions = table(PolicyVersion)
    joined = ASSESSMENT.outerjoin(versions, versions.c.id == ASSESSMENT.c.policy_version_id)
    joined = joined.outerjoin(LOAN, LOAN.c.id == ASSESSMENT.c.loan_id)
    return select(ASSESSMENT, versions.c.name.label("policy"), LOAN.c.number.label("loan")).select_from(
        joined
    )


def _line(row: Row[Any], code: str) -> Kept:
    return Kept(
        assessment=assessment_code(row.number),
        customer=code,
        card=row.card,
        on=row.effective_on,
        score=row.score,
        low=row.low,
        high=row.high,
        probability=row.probability,
        grade=row.grade,
        cause=row.cause,
        policy_version=row.policy_version_id,
        policy=row.policy,
        items=row._mapping["items"],
        loan=row.loan,
    )


# ── which are due again ─────────────────────────────────────────────────────────────────────────


def review_due(
    view: View, policy: Policy, *, card: str | None = None, officer_id: int | None = None
) -> list[ReviewLine]:
    """Return the scores that are due: events first, then the latest, then who was never scored.

    A kept score is due ``review_days`` of its grade after it was kept, or when the event that asks for a new
    grade holds now and did not when it was kept. Who has none by the card of its kind (or by ``card``) is
    due too. Archived customers are left out.

    Raises:
        NotFound: there is no such card.
    """
    cards = tuple(policy.cards.values()) if card is None else (policy.named_card(card),)
    names = sorted({name for one in cards if one.regrade_when for name in one.regrade_when.indicators()})
    scope = None if officer_id is None else customer_ids(view, officer_id=officer_id)
    figures = Figures(view, policy.terms, names, attributes=("officer_id", "archived_on"), scope=scope)
    kept, people = newest(view), figures.customers.c
    due_on = add_days(kept.c.effective_on, _review_days(cards, kept))
    late = days_between(literal(view.as_of, Date()), due_on)
    event = and_(_event(cards, kept, figures), ~kept.c.has_event)
    officer = table(Officer)
    code = select(officer.c.code).where(officer.c.id == people.officer_id).scalar_subquery()
    named = (people.number, people.name, code.label("officer"), kept.c.card, kept.c.score, kept.c.grade)
    is_event = case((event, 1), else_=0).label("is_event")
    query = figures.select(
        *named, kept.c.effective_on, due_on.label("due_on"), late.label("late"), is_event
    ).where(
        kept.c.customer_id == people.id,
        people.archived_on.is_(None),
        kept.c.card.in_([one.name for one in cards]),
        or_(late >= 0, event),
    )
    order = (is_event.desc(), func.coalesce(late, -1).desc(), people.number, kept.c.card)
    due = [_review_line(row) for row in view.rows(query.order_by(*order))]
    return [*due, *_never_scored(view, policy.terms, cards_for(policy, card), scope)]


def _never_scored(
    view: View, terms: Terms, cards: Iterable[tuple[Card, tuple[str, ...]]], scope: Select[Any] | None
) -> Iterator[ReviewLine]:
    """Yield who has no kept score by the card of its kind, by code; a card of loans is for who has any."""
    people, officer = customers_at(view, "name", "officer_id", "archived_on", scope=scope).c, table(Officer)
    code = select(officer.c.code).where(officer.c.id == people.officer_id).scalar_subquery()
    for card, kinds in cards:
        known = (ASSESSMENT.c.customer_id == people.id, ASSESSMENT.c.card == card.name, view.sees(ASSESSMENT))
        query = select(people.number, people.name, code.label("officer")).where(
            people.kind.in_(kinds), people.archived_on.is_(None), ~exists().where(*known)
        )
        if card.level == "loan":
            loan = loans_at(view, stale_after_days=terms.stale_after_days, scope=scope, name="scored").c
            query = query.where(people.id.in_(select(loan.customer_id).where(is_scored(loan))))
        for row in view.rows(query.order_by(people.number)):
            yield ReviewLine(
                customer=customer_code(row.number),
                name=row.name,
                officer=row.officer,
                card=card.name,
                score=None,
                grade=None,
                on=None,
                due_on=None,
                days_late=None,
                reason_code="never_scored",
            )


def _review_line(row: Row[Any]) -> ReviewLine:
    return ReviewLine(
        customer=customer_code(row.number),
        name=row.name,
        officer=row.officer,
        card=row.card,
        score=row.score,
        grade=row.grade,
        on=row.effective_on,
        due_on=row.due_on,
        days_late=row.late if row.late is not None and row.late >= 0 else None,
        reason_code="event" if row.is_event else "age",
    )


def _review_days(cards: tuple[Card, ...], kept: Subquery) -> ColumnElement[int]:
    """Return how many days a kept score stands, NULL where its grade does not say."""
    cases = [
        (and_(kept.c.card == card.name, kept.c.grade == grade.grade), literal(grade.review_days, Integer()))
        for card in cards
        for grade in card.grades
        if grade.review_days is not None
    ]
    return case(*cases, else_=None) if cases else literal(None, Integer())


def _event(cards: tuple[Card, ...], kept: Subquery, figures: Figures) -> ColumnElement[bool]:
    """Return whether the event of the card holds; an unknown one does not."""
    cases = [
        (and_(kept.c.card == card.name, card.regrade_when.sql(figures.columns)), literal(True, Boolean()))
        for card in cards
        if card.regrade_when is not None
    ]
    return case(*cases, else_=literal(False, Boolean())) if cases else literal(False, Boolean())
