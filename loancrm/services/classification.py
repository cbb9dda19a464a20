"""Classifying customers: the moves of the policy's rules become dated rows."""

from __future__ import annotations

from itertools import islice

from sqlalchemy import bindparam, update

from loancrm.models import Customer, CustomerSegment, table
from loancrm.policy import policy as policies
from loancrm.reports import lookup
from loancrm.reports.classification import Classification, Move
from loancrm.services.inputs import Input, Receipt
from loancrm.unitofwork import Change, UnitOfWork

CHUNK = 1_000


class ClassifyIn(Input):
    """Whom to classify (codes; empty is the whole book) by which policy (None: the one in force)."""

    customers: tuple[str, ...] = ()
    policy: str | None = None


class MoveReceipt(Receipt):
    """One customer's move."""

    customer: str
    name: str
    previous: str | None
    segment: str
    rule: str
    reason: str


class ClassifyReceipt(Receipt):
    """How many customers were looked at, who moved, and how many each segment holds now."""

    customers: int
    moved: tuple[MoveReceipt, ...]
    segments: dict[str, int]
    policy: str


def classify(uow: UnitOfWork, request: ClassifyIn) -> ClassifyReceipt:
    """Give every customer the segment of the first rule that holds; history is kept."""
    view = uow.view()
    policy = policies.choose(view, request.policy)
    ids = [lookup.customer(view, named).id for named in request.customers] or None
    classification = Classification(view, policy, ids)
    counts = classification.counts()
    moves = list(classification.moves())
    remaining = iter(moves)
    while chunk := list(islice(remaining, CHUNK)):
        _write(uow, chunk, policy.version_id)
    return ClassifyReceipt(
        customers=sum(counts.values()),
        moved=tuple(receipt(move) for move in moves),
        segments=counts,
        policy=policy.name,
    )


def receipt(move: Move) -> MoveReceipt:
    """Return a move as scripts read it."""
    return MoveReceipt(
        customer=move.customer,
        name=move.name,
        previous=move.previous,
        segment=move.segment,
        rule=move.rule,
        reason=move.reason,
    )


def _write(uow: UnitOfWork, moves: list[Move], policy_version_id: int | None) -> None:
    uow.insert_many(
        CustomerSegment,
        [
            {
                "customer_id": move.customer_id,
                "segment": move.segment,
                "previous": move.previous,
                "rule": move.rule,
                "figures": dict(move.figures),
                "policy_version_id": policy_version_id,
                "effective_on": uow.today,
            }
            for move in moves
        ],
    )
    rows = table(Customer)
    statement = update(rows).where(rows.c.id == bindparam("key")).values(segment=bindparam("now"))
    uow.connection.execute(statement, [{"key": move.customer_id, "now": move.segment} for move in moves])
    uow.record(*(_change(move) for move in moves))


def _change(move: Move) -> Change:
    before, after = {"segment": move.previous}, {"segment": move.segment, "rule": move.rule}
    return Change("change", Customer, move.customer_id, move.customer_id, before, after)
