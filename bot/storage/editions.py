"""Which edition of the knowledge all processes are to answer from."""

from sqlalchemy import Column, Integer, Table, select

from bot.conversation.curating.reloading import Edition
from bot.model.language import Language
from bot.storage.database import Database
from bot.storage.schema import KEY, METADATA
from bot.storage.upsert import insert

EDITIONS = Table(
    "editions",
    METADATA,
    Column("what", KEY, primary_key=True),
    Column("number", Integer, nullable=False),
    Column("name", KEY, nullable=False),
    Column("language", KEY, nullable=False),  # of who asked for it
    info={"hidden": True},  # tells nothing about anybody
)
KNOWLEDGE = "knowledge"


class StoredEditions:
    """Fulfils reloading.Editions."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def current(self) -> Edition:
        """The one that was published last."""
        query = select(EDITIONS).where(EDITIONS.c.what == KNOWLEDGE)
        async with self._database.read() as connection:
            row = (await connection.execute(query)).first()
        return Edition(row.number, row.name, Language(row.language)) if row else Edition()

    async def publish(self, name: str, language: Language) -> Edition:
        """The next one, from now on everybody's."""
        row = {"what": KNOWLEDGE, "number": 1, "name": name, "language": language}
        async with self._database.write() as connection:
            statement = insert(connection, EDITIONS).values(**row)
            statement = statement.on_conflict_do_update(
                index_elements=["what"],
                set_={"number": EDITIONS.c.number + 1, "name": name, "language": language},
            )
            returned = await connection.execute(statement.returning(EDITIONS.c.number))
            return Edition(returned.scalar_one(), name, language)
