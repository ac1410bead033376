"""The tables of outages: who asked of late, how many ask usually, the outages, and their cards."""

from sqlalchemy import Boolean, Column, Index, Integer, Table

from bot.storage.schema import INSTANT, KEY, LONG, METADATA, chat_column, kept, person_column

# Who asked: for hours only, to count a person once and to tell them when it is over.
ASKS = Table(
    "outage_asks",
    METADATA,
    Column("place", KEY, primary_key=True),
    Column("symptom", KEY, primary_key=True),
    person_column(primary_key=True, index=True),
    chat_column(),
    chat_column("desk_chat"),
    Column("thread", KEY, nullable=False),
    Column("language", KEY, nullable=False),
    Column("is_own", Boolean, nullable=False),
    Column("counted_at", INSTANT, nullable=False),
    Column("asked_at", INSTANT, nullable=False, index=True),
    info=kept("questions", "asked_at"),
)
# People by the hour, and no person in it; place "" stands for an hour in which the bot was there.
COUNTS = Table(
    "outage_counts",
    METADATA,
    chat_column("scope_chat", primary_key=True, index=True),
    Column("place", KEY, primary_key=True),
    Column("symptom", KEY, primary_key=True),
    Column("hour", Integer, primary_key=True, autoincrement=False),
    Column("people", Integer, nullable=False),
)
OUTAGES = Table(
    "outages",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=True),
    chat_column("scope_chat"),
    Column("place", KEY, nullable=False),
    Column("state", KEY, nullable=False),
    Column("course", LONG, nullable=False),
    Column("version", Integer, nullable=False),
    person_column("helper", erase="blank"),  # who decided
    Column("began_at", INSTANT, nullable=False),
    Column("ended_at", INSTANT),  # none: open, and kept however old it is
    info=kept("cases", "ended_at"),
    sqlite_autoincrement=True,  # a button of an old one never means a new one
)
Index(
    "ix_outages_open",
    OUTAGES.c.scope_chat,
    OUTAGES.c.place,
    unique=True,
    sqlite_where=OUTAGES.c.ended_at.is_(None),
    postgresql_where=OUTAGES.c.ended_at.is_(None),
)
CARDS = Table(
    "outage_cards",
    METADATA,
    Column("outage", Integer, primary_key=True, autoincrement=False),
    chat_column(primary_key=True, index=True),
    Column("messages", KEY, nullable=False),
    Column("shown", KEY, nullable=False),
    Column("sent_at", INSTANT, nullable=False),
    info={"hidden": True, **kept("cases", "sent_at")},  # means to an end
)
