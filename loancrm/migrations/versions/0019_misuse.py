"""What misuse costs, as agreed; a deviation of a payment keeps another floor than a mark of the loan."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from loancrm.migrations.columns import ExactInteger, exact

revision = "0019"
down_revision = "0018"

# A floor that no mark gave can only have come from the use of the loan.
_APART = """
UPDATE loan_standing SET track = 'deviation',
    trigger = CASE WHEN trigger = 'misuse' THEN 'deviation' ELSE trigger END
WHERE track = 'misuse' AND NOT EXISTS (
    SELECT 1 FROM class_mark m JOIN loan l ON l.customer_id = m.customer_id
    WHERE l.id = loan_standing.loan_id AND m.kind = 'misuse' AND (m.loan_id IS NULL OR m.loan_id = l.id))
"""


def upgrade() -> None:
    """Add the rate, and tell the floors apart that are kept; where both gave one it is found anew in time."""
    with op.batch_alter_table("loan_terms") as rows:
        rows.add_column(sa.Column("misuse_rate", ExactInteger(), nullable=True))
        if op.get_bind().dialect.name == "sqlite":
            for check in exact("loan_terms", "misuse_rate"):
                rows.create_check_constraint(op.f(str(check.name)), check.sqltext)
    op.execute(sa.text(_APART))
