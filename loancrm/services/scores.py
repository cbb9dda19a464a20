"""Keeping scores: what the policy's cards say today becomes dated rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Annotated, Any

from sqlalchemy import Row

from loancrm.indicators.facts import customer_ids
from loancrm.models import Assessment
from loancrm.numerals import plain_millionths, plain_points
from loancrm.policy import policy as policies
from loancrm.policy.cards import Card
from loancrm.policy.policy import Policy
from loancrm.reports import lookup
from loancrm.reports.assessments import newest_by_customer
from loancrm.reports.scores import Scored, Scoring, cards_for
from loancrm.services.inputs import SPOOLED, Input, Receipt
from loancrm.spool import Spool
from loancrm.unitofwork import Change, UnitOfWork

CHUNK = 1_000
_COMPARED = (
    "score",
    "low",
    "high",
    "probability",
    "grade",
    "items",
    "has_event",
    "policy_version_id",
    "loan_id",
)


class ScoreIn(Input):
    """Whom to score (codes; empty is the whole book), by which card (None: each kind's own) and policy."""

    customers: tuple[str, ...] = ()
    card: str | None = None
    policy: str | None = None


class GradeMove(Receipt):
    """A customer whose grade is another one than the last that was kept."""

    customer: str
    card: str
    grade_before: str | None
    grade: str | None


class ScoreReceipt(Receipt):
    """How many were scored, how many were kept, and whose grade changed; the rest stands as it was today."""

    scored: int
    kept: int
    unchanged: int
    moved: Annotated[Sequence[GradeMove], *SPOOLED]
    cards: dict[str, int]
    policy: str


def run(uow: UnitOfWork, request: ScoreIn) -> ScoreReceipt:
    """Keep the score of every customer; one that is the same as today's earlier one is not kept again.

    Raises:
        NotFound: nobody is called so, or there is no such card.
        Conflict: several customers are.
        InvalidInput: the card is not for this kind of customer.
    """
    view = uow.view()
    policy = policies.choose(view, request.policy)
    people = [lookup.customer(view, named) for named in request.customers]
    for person in people:
        policy.card(request.card, person.kind)
    keeper = _Keeper(uow, policy, [person.id for person in people] or None)
    for card, kinds in cards_for(policy, request.card):
        keeper.keep(card, kinds)
    kept = sum(keeper.kept.values())
    return ScoreReceipt(
        scored=keeper.scored,
        kept=kept,
        unchanged=keeper.scored - kept,
        moved=keeper.moved,
        cards=keeper.kept,
        policy=policy.name,
    )


class _Keeper:
    """Writes the scores of one card after the other, and counts."""

    def __init__(self, uow: UnitOfWork, policy: Policy, ids: list[int] | None) -> None:
        self.uow = uow
        self.policy = policy
        self.ids = ids
        self.scored = 0
        self.kept: dict[str, int] = {}
        self.moved: Spool[GradeMove] = Spool(lambda values: GradeMove(**values))

    def keep(self, card: Card, kinds: tuple[str, ...]) -> None:
        """Keep what ``card`` says of customers of these kinds, a thousand at a time."""
        view = self.uow.view()
        scope = None if self.ids is None else customer_ids(view, ids=self.ids)
        book = (one for one in Scoring(view, self.policy, card, scope).book() if one.kind in kinds)
        while chunk := list(islice(book, CHUNK)):
            self.scored += len(chunk)
            before = newest_by_customer(view, card.name, [one.customer_id for one in chunk])
            if rows := list(self._new(chunk, before)):
                self._write(rows)
                self.kept[card.name] = self.kept.get(card.name, 0) + len(rows)

    def _new(self, chunk: list[Scored], before: Mapping[int, Row[Any]]) -> Iterator[dict[str, Any]]:
        """Yield the columns of each score that is not there yet as of today."""
        for scored in chunk:
            last = before.get(scored.customer_id)
            row = self._columns(scored, last)
            if last is not None and self._is_same(row, last):
                continue
            if last is not None and last.grade != row["grade"]:
                move = {"customer": scored.customer, "card": scored.card.name}
                self.moved.add({**move, "grade_before": last.grade, "grade": row["grade"]})
            yield row

    def _is_same(self, row: Mapping[str, Any], last: Row[Any]) -> bool:
        known = last._mapping
        return last.effective_on == self.uow.today and all(row[name] == known[name] for name in _COMPARED)

    def _columns(self, scored: Scored, last: Row[Any] | None) -> dict[str, Any]:
        result = scored.result
        has_event = scored.card.asks_for_new_grade(scored.values)
        is_event = has_event and last is not None and not last.has_event
        return {
            "customer_id": scored.customer_id,
            "card": scored.card.name,
            "score": result.score,
            "low": result.low,
            "high": result.high,
            "probability": result.probability,
            "grade": None if result.grade is None else result.grade.grade,
            "items": [
                {"indicator": part.indicator, "value": part.value, "points": part.points}
                for part in result.parts
            ],
            "has_event": has_event,
            "cause": "event" if is_event else "first" if last is None else "review",
            "policy_version_id": self.policy.version_id,
            "loan_id": scored.loan_id,
            "effective_on": self.uow.today,
        }

    def _write(self, rows: list[dict[str, Any]]) -> None:
        first = self.uow.next_numbers("assessment", len(rows))
        numbered = [{**row, "number": first + place} for place, row in enumerate(rows)]
        self.uow.insert_many(Assessment, numbered)
        keys = self.uow.ids_from(Assessment, first)
        self.uow.record(*(_change(key, row) for key, row in zip(keys, rows, strict=True)))


def _change(key: int, row: Mapping[str, Any]) -> Change:
    score, probability = row["score"], row["probability"]
    after = {
        "card": row["card"],
        "score": None if score is None else plain_points(score),
        "probability": None if probability is None else plain_millionths(probability),
        "grade": row["grade"],
    }
    return Change("create", Assessment, key, row["customer_id"], {}, after)
