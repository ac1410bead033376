"""What is watched for whom, and what is known of it."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables."""
    key = sa.String(400)
    op.create_table(
        "watches",
        sa.Column("chat", key, nullable=False),
        sa.Column("target", key, nullable=False),
        sa.Column("kind", key, nullable=False),
        sa.Column("shown", sa.Text(), nullable=False),
        sa.Column("thread", key, nullable=False),
        sa.Column("language", key, nullable=False),
        sa.Column("person", key, nullable=False),
        sa.Column("since", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("chat", "target", name="pk_watches"),
    )
    op.create_index("ix_watches_person", "watches", ["person"])
    op.create_table(
        "watched",
        sa.Column("target", key, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("target", name="pk_watched"),
    )
