"""Feedback: times, causes, what was done in full, how each ticket stands; links; measures against causes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from loancrm.migrations.columns import BIG_ID, fact

revision = "0021"
down_revision = "0020"

_TEXTS = ("business_line", "product", "service_stage", "department", "cause", "importance", "urgency")
_COUNTS = ("level", "days", "step")
_FILED = ("product", "service_stage", "department", "cause", "service_level")
_DUES = ("answer_due", "progress_due", "target", "escalate")
# How tickets stood until now: a row as it came, and one after each step, in the order of the steps.
_COMMON = "known_on, recorded_at, command_id, effective_on, voided_at, voided_by, feedback_id, minute, status"
_FILED_AS = (
    "business_line, product, service_stage, department, importance, urgency, priority, service_level,"
    " limit_on, answer_due_on, answer_due_minute, level, progressed, progressed_kept, reopened"
)
_OF_TICKET = (
    "f.business_line, f.product, f.service_stage, f.department, f.importance, f.urgency, {priority},"
    " f.service_level, f.resolve_due_on"
)
_AS_IT_CAME = (
    f"INSERT INTO feedback_state ({_COMMON}, {_FILED_AS})"  # noqa: S608 - our own names
    " SELECT f.known_on, f.recorded_at, f.command_id, f.effective_on, f.voided_at, f.voided_by, f.id, 540,"
    f" 'open', {_OF_TICKET}, f.answer_due_on, CASE WHEN f.answer_due_on IS NOT NULL THEN 1050 END, 0, 0, 0, 0"
    " FROM feedback f ORDER BY f.id"
)
_AFTER_STEPS = (
    f"INSERT INTO feedback_state ({_COMMON}, {_FILED_AS}, officer_id, answered_on, is_answer_kept,"  # noqa: S608
    " resolved_on) SELECT e.known_on, e.recorded_at, e.command_id, e.effective_on, e.voided_at, e.voided_by,"
    " f.id, 1050, CASE WHEN {resolved} IS NOT NULL THEN 'resolved' WHEN {answered} IS NOT NULL"
    f" THEN 'answered' ELSE 'open' END, {_OF_TICKET}, CASE WHEN {{first}} IS NULL THEN f.answer_due_on END,"
    " CASE WHEN {first} IS NULL AND f.answer_due_on IS NOT NULL THEN 1050 END, 0, 0, 0, 0,"
    " (SELECT p.officer_id FROM feedback_event p WHERE {before} AND p.action = 'assigned'"
    " ORDER BY p.effective_on DESC, p.id DESC LIMIT 1), {answered},"
    " CASE WHEN f.answer_due_on IS NOT NULL THEN {first} <= f.answer_due_on END, {resolved}"
    " FROM feedback_event e JOIN feedback f ON f.id = e.feedback_id ORDER BY f.id, e.effective_on, e.id"
)
_BEFORE = (
    "p.feedback_id = e.feedback_id AND (p.id = e.id OR p.voided_at IS NULL)"
    " AND (p.effective_on < e.effective_on OR p.effective_on = e.effective_on AND p.id <= e.id)"
)
_PRIORITY = (
    "CASE f.importance || ' ' || f.urgency WHEN 'high high' THEN 'critical' WHEN 'high medium' THEN 'high'"
    " WHEN 'medium high' THEN 'high' WHEN 'high low' THEN 'normal' WHEN 'medium medium' THEN 'normal'"
    " WHEN 'low high' THEN 'normal' ELSE 'low' END"
)


def upgrade() -> None:
    """Widen what is there, make the new tables, and say how the tickets of until now stood."""
    for name in _TEXTS:
        op.add_column("feedback_event", sa.Column(name, sa.String(), nullable=True))
    for name in ("minute", *_COUNTS, "rating"):
        op.add_column("feedback_event", sa.Column(name, sa.Integer(), nullable=True))
    op.add_column("feedback_event", sa.Column("due_on", sa.Date(), nullable=True))
    op.add_column("feedback", sa.Column("minute", sa.Integer(), nullable=True))
    op.add_column("feedback", sa.Column("cause", sa.String(), nullable=True))
    _state()
    _link()
    _measure()
    _fill()


def _state() -> None:
    name = "feedback_state"
    dues = [
        column
        for due in _DUES
        for column in (
            sa.Column(f"{due}_on", sa.Date(), nullable=True),
            sa.Column(f"{due}_minute", sa.Integer(), nullable=True),
        )
    ]
    op.create_table(
        name,
        *fact(name),
        sa.Column("feedback_id", BIG_ID, nullable=False),
        sa.Column("officer_id", BIG_ID, nullable=True),
        *(sa.Column(one, sa.Integer(), nullable=False) for one in ("minute", "level", "reopened")),
        *(sa.Column(one, sa.Integer(), nullable=False) for one in ("progressed", "progressed_kept")),
        *(
            sa.Column(one, sa.String(), nullable=False)
            for one in ("status", "business_line", "importance", "urgency", "priority")
        ),
        *(sa.Column(one, sa.String(), nullable=True) for one in _FILED),
        *(
            sa.Column(one, sa.Integer(), nullable=True)
            for one in (
                "answer_target",
                "progress_target",
                "resolve_target",
                "answer_minutes",
                "resolve_minutes",
            )
        ),
        *dues,
        *(sa.Column(one, sa.Date(), nullable=True) for one in ("limit_on", "answered_on", "resolved_on")),
        *(sa.Column(one, sa.Boolean(), nullable=True) for one in ("is_answer_kept", "is_resolve_kept")),
        sa.Column("rating", sa.Integer(), nullable=True),
        _key(name, "feedback_id", "feedback"),
        _key(name, "officer_id", "officer"),
    )
    _index(name, "feedback_id")
    _index(name, "officer_id")


def _link() -> None:
    name = "feedback_link"
    op.create_table(
        name,
        *fact(name),
        sa.Column("feedback_id", BIG_ID, nullable=False),
        sa.Column("other_id", BIG_ID, nullable=False),
        sa.Column("relation", sa.String(), nullable=False),
        _key(name, "feedback_id", "feedback"),
        _key(name, "other_id", "feedback"),
    )
    _index(name, "feedback_id")
    _index(name, "other_id")


def _measure() -> None:
    name = "measure"
    op.create_table(
        name,
        *fact(name),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("live_key", sa.String(), nullable=True),
        sa.Column("source_key", sa.String(), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        *(
            sa.Column(one, sa.String(), nullable=True)
            for one in ("business_line", "product", "service_stage", "note")
        ),
        sa.Column("officer_id", BIG_ID, nullable=True),
        _key(name, "officer_id", "officer"),
        *(
            sa.UniqueConstraint(one, name=op.f(f"uq_{name}_{one}"))
            for one in ("number", "live_key", "source_key")
        ),
    )


def _fill() -> None:
    connection = op.get_bind()
    connection.execute(sa.text(_AS_IT_CAME.format(priority=_PRIORITY)))
    did = f"(SELECT min(p.effective_on) FROM feedback_event p WHERE {_BEFORE} AND p.action "  # noqa: S608
    done = {action: f"{did} = '{action}')" for action in ("answered", "resolved")}
    first = f"{did} IN ('answered', 'resolved'))"
    words = _AFTER_STEPS.format(before=_BEFORE, priority=_PRIORITY, first=first, **done)
    connection.execute(sa.text(words))


def _key(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"))


def _index(table: str, *columns: str) -> None:
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns))
