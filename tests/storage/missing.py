"""What a migration has yet to do for the tables as they are declared: `python -m` prints it."""

from alembic.autogenerate import produce_migrations, render_python_code
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, pool

import bot.storage.store  # noqa: F401 declares every table
from bot.storage.migrate import upgrade
from bot.storage.schema import METADATA


def main() -> None:
    """Upgrade an empty database, and compare."""
    engine = create_engine("sqlite://", poolclass=pool.StaticPool)
    with engine.begin() as connection:
        upgrade(connection, "head", "memory")
        found = produce_migrations(MigrationContext.configure(connection), METADATA)
        if found.upgrade_ops:
            print(render_python_code(found.upgrade_ops))


if __name__ == "__main__":
    main()
