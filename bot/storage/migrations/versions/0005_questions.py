"""Questions for a curator, votes about answers, drafts, and counts by the day."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

KEY = sa.String(400)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "questions",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("update_id", KEY, nullable=False),
        sa.Column("person", KEY, nullable=False),
        sa.Column("chat", KEY, nullable=False),
        sa.Column("counted_in", KEY, nullable=False),
        sa.Column("language", KEY, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("topic", KEY, nullable=False),
        sa.Column("fate", KEY, nullable=False),
        sa.Column("state", sa.Integer(), nullable=False),
        sa.Column("marks", KEY, nullable=False),
        sa.Column("asked_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_questions"),
        sa.UniqueConstraint("update_id", name="uq_questions_update_id"),
    )
    for column in ("person", "chat", "asked_at"):
        op.create_index(f"ix_questions_{column}", "questions", [column])
    op.create_table(
        "votes",
        sa.Column("question", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("person", KEY, nullable=False),
        sa.Column("is_up", sa.Boolean(), nullable=False),
        sa.Column("voted_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("question", "person", name="pk_votes"),
    )
    op.create_index("ix_votes_person", "votes", ["person"])
    op.create_table(
        "drafts",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("draft", sa.Text(), nullable=False),
        sa.Column("author", KEY, nullable=False),
        sa.Column("made_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_drafts"),
    )
    op.create_index("ix_drafts_author", "drafts", ["author"])
    op.create_table(
        "counts",
        sa.Column("day", KEY, nullable=False),
        sa.Column("chat", KEY, nullable=False),
        sa.Column("what", KEY, nullable=False),
        sa.Column("topic", KEY, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "chat", "what", "topic", name="pk_counts"),
    )
    op.create_index("ix_counts_chat", "counts", ["chat"])
