"""Groups that point their cases to helpers elsewhere, and desks that take nothing new."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

KEY = sa.String(400)


def upgrade() -> None:
    """Make the tables, and the column."""
    op.add_column("desks", sa.Column("ended_at", sa.Double(), nullable=True))
    op.create_table(
        "desk_links",
        sa.Column("chat", KEY, nullable=False),
        sa.Column("desk_chat", KEY, nullable=False),
        sa.Column("linked_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("chat", name="pk_desk_links"),
    )
    op.create_index("ix_desk_links_desk_chat", "desk_links", ["desk_chat"])
    op.create_table(
        "desk_offers",
        sa.Column("code", KEY, nullable=False),
        sa.Column("desk_chat", KEY, nullable=False),
        sa.Column("author", KEY, nullable=False),
        sa.Column("made_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_desk_offers"),
    )
    for column in ("desk_chat", "author"):
        op.create_index(f"ix_desk_offers_{column}", "desk_offers", [column])
