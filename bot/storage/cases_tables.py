"""The tables of cases: desks, drafts, cases, letters, and who is who."""

from sqlalchemy import Column, ForeignKey, Integer, Table, UniqueConstraint

from bot.storage.schema import (
    INSTANT,
    KEY,
    LONG,
    METADATA,
    chat_column,
    conversation_column,
    kept,
    person_column,
)

DESKS = Table(
    "desks",
    METADATA,
    chat_column(primary_key=True),
    Column("reach", KEY, nullable=False),
    Column("language", KEY, nullable=False),
    Column("set_at", INSTANT, nullable=False),
    Column("ended_at", INSTANT),  # none: new cases come
)
# Groups whose cases go to helpers elsewhere.
LINKS = Table(
    "desk_links",
    METADATA,
    chat_column(primary_key=True),
    chat_column("desk_chat"),
    Column("linked_at", INSTANT, nullable=False),
)
# What lets a group do that: good for once, and for a while.
OFFERS = Table(
    "desk_offers",
    METADATA,
    Column("code", KEY, primary_key=True),
    chat_column("desk_chat"),
    person_column("author"),
    Column("made_at", INSTANT, nullable=False),
    info={"hidden": True, **kept("sessions", "made_at")},
)
# A question that was not answered, until its asker has said whether people may see it.
DRAFTS = Table(
    "case_drafts",
    METADATA,
    conversation_column(primary_key=True),
    person_column(),
    chat_column(),
    Column("text", LONG, nullable=False),
    Column("kept_at", INSTANT, nullable=False),
    info=kept("questions", "kept_at"),
)
CASES = Table(
    "cases",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=True),
    person_column(),
    chat_column(),
    chat_column("desk_chat"),
    Column("update_id", KEY, nullable=False),
    Column("language", KEY, nullable=False),
    Column("text", LONG, nullable=False),
    Column("facts", LONG, nullable=False),
    Column("thread", KEY, nullable=False),
    Column("message", KEY, nullable=False),
    Column("topic", KEY, nullable=False),
    Column("card", KEY, nullable=False),
    person_column("assignee", erase="blank"),
    Column("opened_at", INSTANT, nullable=False),
    Column("first_answer_at", INSTANT),
    Column("closed_at", INSTANT),  # none: open, and kept however old it is
    Column("waiting_since", INSTANT),
    UniqueConstraint("update_id"),
    info=kept("cases", "closed_at"),
    sqlite_autoincrement=True,  # the number of an erased case is nobody's after it
)
LETTERS = Table(
    "case_letters",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column(
        "case_number",
        Integer,
        ForeignKey("cases.number", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("way", KEY, nullable=False),
    Column("kind", KEY, nullable=False),
    chat_column(),
    Column("message", KEY, nullable=False),
    person_column("author"),
    Column("text", LONG, nullable=False),
    Column("arrived", KEY, nullable=False),  # "": on its way
    Column("written_at", INSTANT, nullable=False),
    UniqueConstraint("chat", "message"),
)
# Names are kept apart from cases, so that somebody who is forgotten is named nowhere.
NAMES = Table(
    "case_names",
    METADATA,
    chat_column(primary_key=True),
    person_column(primary_key=True, index=True),
    Column("name", LONG, nullable=False),
    Column("username", KEY, nullable=False, index=True),
    Column("seen_at", INSTANT, nullable=False),
    info=kept("cases", "seen_at"),
)
