"""Alembic's own entrance: runs the migrations in the transaction that bot.storage.migrate began."""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    # One transaction around everything, begun and ended by us, in SQLite too.
    transactional_ddl=False,
)
context.run_migrations()
