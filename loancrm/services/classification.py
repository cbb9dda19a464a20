"""Classifying customers: the moves of the policy's rules become dated rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Annotated, Any

from pydantic import Field
from sqlalchemy import bindparam, select, update

from loancrm.indicators.facts import CLASSES_KEPT
from loancrm.models import Customer, CustomerAttribute, CustomerClass, CustomerSegment, table
from loancrm.policy import policy as policies
from loancrm.policy.classes import SEGMENT, TYPED
from loancrm.reports import lookup
from loancrm.reports.classification import Classification, Counts, Move
from loancrm.services.inputs import SPOOLED, Input, Receipt
from loancrm.spool import Spool
from loancrm.unitofwork import Change, UnitOfWork
from loancrm.view import BEGINNING

CHUNK = 1_000


class ClassifyIn(Input):
    """Whom to classify (codes; empty is the whole book) by which policy (None: the one in force).

    ``schemes`` are those to decide; None is all that the policy has rules for.
    """

    customers: tuple[str, ...] = ()
    policy: str | None = None
    schemes: tuple[str, ...] | None = None


class MoveReceipt(Receipt):
    """One customer's move to another segment."""

    customer: str
    name: str
    previous: str | None
    segment: str
    rule: str
    reason: str


class ClassMoveReceipt(Receipt):
    """One customer's move to another class of a scheme."""

    customer: str
    name: str
    previous: str | None
    value: str
    rule: str
    reason: str


class SchemeReceipt(Receipt):
    """Who moved in a scheme, how many each class holds, and of how many an officer typed it."""

    moved: Annotated[Sequence[ClassMoveReceipt], *SPOOLED]
    counts: dict[str, int]
    typed: int


class ClassifyReceipt(Receipt):
    """How many customers were looked at, who moved, and how many each segment and class holds now."""

    customers: int
    moved: Annotated[Sequence[MoveReceipt], *SPOOLED]
    segments: dict[str, int]
    policy: str
    classes: dict[str, SchemeReceipt] = Field(default_factory=dict)


def classify(uow: UnitOfWork, request: ClassifyIn) -> ClassifyReceipt:
    """Give every customer the classes of the first rules that hold; history is kept."""
    view = uow.view()
    policy = policies.choose(view, request.policy)
    ids = [lookup.customer(view, named).id for named in request.customers] or None
    classification = Classification(view, policy, ids, request.schemes)
    counts = classification.counts()
    moves = classification.spooled_moves()  # all is read before anything is written
    for scheme, moved in moves.items():
        remaining = iter(moved)
        while chunk := list(islice(remaining, CHUNK)):
            _write(uow, scheme, chunk, policy.version_id)
    return receipt(policy.name, counts, moves)


def receipt(policy: str, counts: Counts, moves: Mapping[str, Spool[Move]]) -> ClassifyReceipt:
    """Return what was found as scripts read it: the segments, and below them the other schemes."""
    return ClassifyReceipt(
        customers=counts.customers,
        moved=moves[SEGMENT].seen_as(lambda move: MoveReceipt(segment=move.value, **_shared(move)))
        if SEGMENT in moves
        else (),
        segments=dict(counts.classes.get(SEGMENT, {})),
        policy=policy,
        classes={
            scheme: SchemeReceipt(
                moved=moves[scheme].seen_as(lambda move: ClassMoveReceipt(value=move.value, **_shared(move))),
                counts=dict(classes),
                typed=counts.typed.get(scheme, 0),
            )
            for scheme, classes in counts.classes.items()
            if scheme != SEGMENT
        },
    )


def _shared(move: Move) -> dict[str, Any]:
    return {name: getattr(move, name) for name in ("customer", "name", "previous", "rule", "reason")}


def _write(uow: UnitOfWork, scheme: str, moves: list[Move], policy_version_id: int | None) -> None:
    """Write the dated rows, the customers' copies and the audit trail of one scheme."""
    is_segment = scheme == SEGMENT
    model, key = (CustomerSegment, SEGMENT) if is_segment else (CustomerClass, "value")
    uow.insert_many(
        model,
        [
            {
                "customer_id": move.customer_id,
                key: move.value,
                "previous": move.previous,
                "rule": move.rule,
                "figures": move.figures,
                "policy_version_id": policy_version_id,
                "effective_on": uow.today,
                **({} if is_segment else {"scheme": scheme}),
            }
            for move in moves
        ],
    )
    if scheme in TYPED:
        _write_attributes(uow, scheme, moves)
    if is_segment or scheme in (*CLASSES_KEPT, *TYPED):
        _copy(uow, scheme, moves)
    uow.record(*(_change(move) for move in moves))


def _write_attributes(uow: UnitOfWork, scheme: str, moves: list[Move]) -> None:
    """Write what an officer could have typed as that is written: with the first, what held until then."""
    rows = table(CustomerAttribute)
    keys = [move.customer_id for move in moves]
    query = select(rows.c.customer_id).where(rows.c.customer_id.in_(keys), rows.c.name == scheme)
    dated = set(uow.connection.scalars(query.where(rows.c.voided_at.is_(None))))
    first = [move for move in moves if move.customer_id not in dated]
    shared = {"name": scheme}
    uow.insert_many(
        CustomerAttribute,
        [
            {**shared, "customer_id": move.customer_id, "value": move.previous}
            | {"effective_on": BEGINNING, "known_on": BEGINNING}
            for move in first
        ],
    )
    uow.insert_many(
        CustomerAttribute,
        [
            {**shared, "customer_id": move.customer_id, "value": move.value, "effective_on": uow.today}
            for move in moves
        ],
    )


def _copy(uow: UnitOfWork, scheme: str, moves: list[Move]) -> None:
    rows = table(Customer)
    values: dict[str, Any] = {scheme: bindparam("now")}
    if scheme in TYPED:  # an edit of the file, as when it is typed
        values["version"] = rows.c.version + 1
    statement = update(rows).where(rows.c.id == bindparam("key")).values(values)
    uow.connection.execute(statement, [{"key": move.customer_id, "now": move.value} for move in moves])


def _change(move: Move) -> Change:
    before, after = {move.scheme: move.previous}, {move.scheme: move.value, "rule": move.rule}
    return Change("change", Customer, move.customer_id, move.customer_id, before, after)
