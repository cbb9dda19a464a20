"""Playbooks with their steps and outcomes; internal control; what is done about limits."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from loancrm.migrations.columns import BIG_ID, ExactInteger, exact, fact

revision = "0026"
down_revision = "0025"

Columns = dict[str, Any]  # name -> type
TEXT, COUNT, DAY = sa.String, sa.Integer, sa.Date


def upgrade() -> None:
    """Make the tables."""
    _playbooks()
    _control()


def _playbooks() -> None:
    _make(
        "playbook_run",
        {"playbook": TEXT},
        {"warning": TEXT, "reason": TEXT, "plan": TEXT, "relief": TEXT, "months": COUNT},
        {"customer_id": ("customer", True)},
        [["customer_id", "effective_on"], ["effective_on"]],
    )
    _make(
        "playbook_step",
        {"step": TEXT, "needs_contact": sa.Boolean},
        {"branch": TEXT},
        {"run_id": ("playbook_run", True), "follow_up_id": ("follow_up", True)},
        [["run_id"], ["follow_up_id"]],
        is_numbered=False,
    )
    _make(
        "playbook_event",
        {"action": TEXT, "currency": TEXT},
        {"branch": TEXT, "outcome": TEXT, "loss": ExactInteger, "note": TEXT},
        {
            "run_id": ("playbook_run", True),
            "step_id": ("playbook_step", False),
            "contact_id": ("contact", False),
        },
        [["run_id", "action"], ["step_id"]],
        is_numbered=False,
    )


def _control() -> None:
    _make(
        "control_check",
        {"step": TEXT, "cases": COUNT, "exceptions": COUNT},
        {"note": TEXT},
        {"officer_id": ("officer", False)},
        [["step", "effective_on"]],
    )
    _make(
        "control_finding",
        {"severity": TEXT, "what": TEXT, "due_on": DAY},
        {"step": TEXT},
        {
            "found_by_id": ("control_check", False),
            "customer_id": ("customer", False),
            "loan_id": ("loan", False),
            "officer_id": ("officer", False),
        },
        [["customer_id"], ["due_on"], ["found_by_id"]],
    )
    _make(
        "control_incident",
        {"kind": TEXT, "severity": TEXT, "what": TEXT, "due_on": DAY, "currency": TEXT},
        {"happened_on": DAY, "loss": ExactInteger, "recovered": ExactInteger},
        {"customer_id": ("customer", False), "officer_id": ("officer", False)},
        [["customer_id"], ["due_on"]],
    )
    about = {"finding_id": ("control_finding", False), "incident_id": ("control_incident", False)}
    of_it = [["finding_id"], ["incident_id"]]
    _make("control_rectification", {"state": TEXT}, {"until_on": DAY, "note": TEXT}, about, of_it)
    _make("control_lesson", {"what": TEXT}, {"step": TEXT}, about, of_it)
    _make(
        "limit_action",
        {"limit_name": TEXT, "action": TEXT, "state": TEXT},
        {"key": TEXT, "share": ExactInteger, "at_most": ExactInteger, "due_on": DAY, "note": TEXT},
        {"officer_id": ("officer", False)},
        [["limit_name", "key", "effective_on"]],
    )


def _make(
    table: str,
    needed: Columns,
    optional: Columns,
    references: dict[str, tuple[str, bool]],
    indexes: list[list[str]],
    *,
    is_numbered: bool = True,
) -> None:
    """Make a table; ``references`` say to which table, and whether they are needed."""
    columns = {**needed, **optional}
    keys = ("live_key", "source_key") if is_numbered else ()
    unique = ("number", *keys) if is_numbered else ()
    op.create_table(
        table,
        *fact(table),
        *([sa.Column("number", sa.Integer, nullable=False)] if is_numbered else []),
        *(sa.Column(name, sa.String) for name in keys),
        *(sa.Column(name, BIG_ID, nullable=not must) for name, (_other, must) in references.items()),
        *(sa.Column(name, type_, nullable=name in optional) for name, type_ in columns.items()),
        *(
            sa.ForeignKeyConstraint([name], [f"{other}.id"], name=op.f(f"fk_{table}_{name}"))
            for name, (other, _must) in references.items()
        ),
        *(sa.UniqueConstraint(name, name=op.f(f"uq_{table}_{name}")) for name in unique),
        *exact(table, *(name for name, type_ in columns.items() if type_ is ExactInteger)),
    )
    for names in indexes:
        op.create_index(op.f(f"ix_{table}_{'_'.join(names)}"), table, names)
