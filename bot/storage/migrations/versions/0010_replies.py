"""Which messages answer which question."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

KEY = sa.String(400)


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "replies",
        sa.Column("chat", KEY, nullable=False),
        sa.Column("message", KEY, nullable=False),
        sa.Column("person", KEY, nullable=False),
        sa.Column("update_id", KEY, nullable=False),
        sa.Column("digest", KEY, nullable=False),
        sa.Column("answers", sa.Text(), nullable=False),
        sa.Column("replied_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("chat", "message", name="pk_replies"),
    )
    for column in ("person", "replied_at"):
        op.create_index(f"ix_replies_{column}", "replies", [column])
