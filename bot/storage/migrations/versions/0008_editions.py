"""Which edition of the knowledge all processes answer from."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

KEY = sa.String(400)


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "editions",
        sa.Column("what", KEY, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", KEY, nullable=False),
        sa.Column("language", KEY, nullable=False),
        sa.PrimaryKeyConstraint("what", name="pk_editions"),
    )
