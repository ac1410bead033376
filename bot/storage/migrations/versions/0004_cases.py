"""Cases that people answer: desks of helpers, drafts, cases, letters, names."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

KEY = sa.String(400)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "desks",
        sa.Column("chat", KEY, nullable=False),
        sa.Column("reach", KEY, nullable=False),
        sa.Column("language", KEY, nullable=False),
        sa.Column("set_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("chat", name="pk_desks"),
    )
    op.create_table(
        "case_drafts",
        sa.Column("conversation", KEY, nullable=False),
        sa.Column("person", KEY, nullable=False),
        sa.Column("chat", KEY, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("kept_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("conversation", name="pk_case_drafts"),
    )
    op.create_table(
        "case_names",
        sa.Column("chat", KEY, nullable=False),
        sa.Column("person", KEY, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("username", KEY, nullable=False),
        sa.Column("seen_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("chat", "person", name="pk_case_names"),
    )
    _make_cases()
    _make_letters()
    for table, columns in {
        "case_drafts": ("chat", "person"),
        "case_names": ("person", "username"),
        "cases": ("assignee", "chat", "desk_chat", "person"),
        "case_letters": ("author", "case_number", "chat"),
    }.items():
        for column in columns:
            op.create_index(f"ix_{table}_{column}", table, [column])


def _make_cases() -> None:
    op.create_table(
        "cases",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("person", KEY, nullable=False),
        sa.Column("chat", KEY, nullable=False),
        sa.Column("desk_chat", KEY, nullable=False),
        sa.Column("update_id", KEY, nullable=False),
        sa.Column("language", KEY, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("thread", KEY, nullable=False),
        sa.Column("message", KEY, nullable=False),
        sa.Column("topic", KEY, nullable=False),
        sa.Column("card", KEY, nullable=False),
        sa.Column("assignee", KEY, nullable=False),
        sa.Column("opened_at", sa.Double(), nullable=False),
        sa.Column("first_answer_at", sa.Double(), nullable=True),
        sa.Column("closed_at", sa.Double(), nullable=True),
        sa.Column("waiting_since", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("number", name="pk_cases"),
        sa.UniqueConstraint("update_id", name="uq_cases_update_id"),
        sqlite_autoincrement=True,
    )


def _make_letters() -> None:
    op.create_table(
        "case_letters",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("case_number", sa.Integer(), nullable=False),
        sa.Column("way", KEY, nullable=False),
        sa.Column("kind", KEY, nullable=False),
        sa.Column("chat", KEY, nullable=False),
        sa.Column("message", KEY, nullable=False),
        sa.Column("author", KEY, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("arrived", KEY, nullable=False),
        sa.Column("written_at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_number"],
            ["cases.number"],
            name="fk_case_letters_case_number",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("number", name="pk_case_letters"),
        sa.UniqueConstraint("chat", "message", name="uq_case_letters_chat"),
    )
