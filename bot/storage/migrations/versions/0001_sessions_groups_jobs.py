"""The first tables: sessions, groups with their helpers, and jobs for later."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make them."""
    key = sa.String(400)
    op.create_table(
        "sessions",
        sa.Column("conversation", key, nullable=False),
        sa.Column("person", key, nullable=False),
        sa.Column("chat", key, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("update_id", key, nullable=False),
        sa.Column("state_before", sa.Text(), nullable=False),
        sa.Column("used_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("conversation", name="pk_sessions"),
    )
    for column in ("chat", "person", "used_at"):
        op.create_index(f"ix_sessions_{column}", "sessions", [column])
    op.create_table(
        "groups",
        sa.Column("chat", key, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("settings", sa.Text(), nullable=False),
        sa.Column("is_member", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("chat", name="pk_groups"),
    )
    op.create_table(
        "group_helpers",
        sa.Column("chat", key, nullable=False),
        sa.Column("person", key, nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("chat", "person", name="pk_group_helpers"),
    )
    op.create_index("ix_group_helpers_person", "group_helpers", ["person"])
    op.create_table(
        "jobs",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("kind", key, nullable=False),
        sa.Column("key", key, nullable=False),
        sa.Column("due_at", sa.Double(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("chat", key, nullable=False),
        sa.Column("person", key, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("leased_until", sa.Double(), nullable=False),
        sa.Column("token", key, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_jobs"),
        sa.UniqueConstraint("kind", "key", name="uq_jobs_kind"),
    )
    for column in ("chat", "due_at", "person"):
        op.create_index(f"ix_jobs_{column}", "jobs", [column])
