"""In which group a draft was decided, so that its people can see and discard it."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add the column."""
    column = sa.Column("made_in", sa.String(400), nullable=False, server_default="")
    op.add_column("drafts", column)
    op.create_index("ix_drafts_made_in", "drafts", ["made_in"])
