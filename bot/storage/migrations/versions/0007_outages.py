"""Who asked about trouble where, how many usually do, outages, and the cards that tell of them."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Make the tables."""
    key = sa.String(400)
    op.create_table(
        "outage_asks",
        sa.Column("place", key, nullable=False),
        sa.Column("symptom", key, nullable=False),
        sa.Column("person", key, nullable=False),
        sa.Column("chat", key, nullable=False),
        sa.Column("desk_chat", key, nullable=False),
        sa.Column("thread", key, nullable=False),
        sa.Column("language", key, nullable=False),
        sa.Column("is_own", sa.Boolean(), nullable=False),
        sa.Column("counted_at", sa.Double(), nullable=False),
        sa.Column("asked_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("place", "symptom", "person", name="pk_outage_asks"),
    )
    for column in ("person", "chat", "desk_chat", "asked_at"):
        op.create_index(f"ix_outage_asks_{column}", "outage_asks", [column])
    op.create_table(
        "outage_counts",
        sa.Column("scope_chat", key, nullable=False),
        sa.Column("place", key, nullable=False),
        sa.Column("symptom", key, nullable=False),
        sa.Column("hour", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("scope_chat", "place", "symptom", "hour", name="pk_outage_counts"),
    )
    op.create_index("ix_outage_counts_scope_chat", "outage_counts", ["scope_chat"])
    op.create_table(
        "outages",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("scope_chat", key, nullable=False),
        sa.Column("place", key, nullable=False),
        sa.Column("state", key, nullable=False),
        sa.Column("course", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("helper", key, nullable=False),
        sa.Column("began_at", sa.Double(), nullable=False),
        sa.Column("ended_at", sa.Double()),
        sa.PrimaryKeyConstraint("number", name="pk_outages"),
        sqlite_autoincrement=True,
    )
    for column in ("scope_chat", "helper"):
        op.create_index(f"ix_outages_{column}", "outages", [column])
    is_open = sa.text("ended_at IS NULL")
    op.create_index(
        "ix_outages_open",
        "outages",
        ["scope_chat", "place"],
        unique=True,
        sqlite_where=is_open,
        postgresql_where=is_open,
    )
    op.create_table(
        "outage_cards",
        sa.Column("outage", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("chat", key, nullable=False),
        sa.Column("messages", key, nullable=False),
        sa.Column("shown", key, nullable=False),
        sa.Column("sent_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("outage", "chat", name="pk_outage_cards"),
    )
    op.create_index("ix_outage_cards_chat", "outage_cards", ["chat"])
