"""Telegram as people see it: chats, who writes in them, and what a chat shows now."""

import itertools
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
ENTITIES = re.compile(r"(?<!\S)/[A-Za-z0-9_]{1,32}(?:@\w+)?|(?<!\w)@\w{4,32}")


@dataclass
class Shown:
    """One message of the bot as it stands on the screen."""

    message_id: int
    text: str
    html: str
    entities: list[Json]
    rows: list[list[Json]]
    reply_to: int | None
    thread: int | None
    previews: bool
    document: tuple[str, bytes] | None
    edits: int

    @property
    def buttons(self) -> list[str]:
        """The labels of all buttons."""
        return [button["text"] for row in self.rows for button in row]


@dataclass
class Chat:
    """A private chat (its id is the person's), or a group."""

    id: int
    type: str = "private"
    title: str = ""
    topics: set[int] | None = None  # a forum's threads; None: no forum
    gone: str = ""  # why the bot may not write: a description of a 403
    migrated_to: int | None = None
    bot: int = 4242
    members: dict[int, str] = field(default_factory=dict)  # "administrator can_delete_messages"
    closed: set[int] = field(default_factory=set)  # threads
    messages: dict[int, Json] = field(default_factory=dict)

    @property
    def is_group(self) -> bool:
        """Whether the limit of groups holds here."""
        return self.type != "private"

    def status(self, user: int) -> str:
        """What somebody is here; whoever was not named otherwise is a member."""
        return self.members.get(user, "member")

    def bot_may(self, right: str) -> bool:
        """Whether the bot is an administrator with this right."""
        kind, *rights = self.status(self.bot).split()
        return kind == "creator" or (kind == "administrator" and right in rights)

    @property
    def bot_may_write(self) -> bool:
        """Whether nobody has forbidden it."""
        kind, *rights = self.status(self.bot).split()
        return kind != "restricted" or "can_send_messages" in rights

    def as_json(self) -> Json:
        """The Chat object of the Bot API."""
        chat: Json = {"id": self.id, "type": self.type}
        if self.is_group:
            chat["title"] = self.title
        else:
            chat["first_name"] = self.title
        if self.topics is not None:
            chat["is_forum"] = True
        return chat


class World:
    """All chats of one bot; what happens in them becomes updates through `emit`."""

    def __init__(self, username: str, emit: Callable[[str, Json], int]) -> None:
        self.bot: Json = {
            "id": 4242, "is_bot": True, "first_name": "Listonosz", "username": username,
            "can_join_groups": True, "can_read_all_group_messages": False,
            "supports_inline_queries": True,
        }  # fmt: skip
        self.emit = emit
        self.chats: dict[int, Chat] = {}
        self.callbacks: dict[str, float] = {}  # open queries and when each was pressed
        self.toasts: list[tuple[int, str]] = []  # who was told what
        self.inline: dict[str, float] = {}  # open inline queries and when each was asked
        self.answered: dict[str, Json] = {}  # what each of them got
        self.users: dict[int, Json] = {self.bot["id"]: self.bot}
        self._ids = itertools.count(1000)
        self._queries = itertools.count(1)

    def person(self, number: int, language: str = "pl", name: str = "Anna") -> "Person":
        """Somebody with a private chat open to the bot."""
        self.chats.setdefault(number, Chat(number, title=name))
        user: Json = {"id": number, "is_bot": False, "first_name": name}
        if language:
            user["language_code"] = language
        self.users[number] = user
        return Person(self, user)

    def user(self, number: int) -> Json | None:
        """Somebody whom Telegram knows."""
        return self.users.get(number)

    def nameless(self, chat: Chat) -> "Person":
        """An administrator who writes in the name of the group."""
        user = {"id": 1087968824, "is_bot": True, "first_name": "Group",
                "username": "GroupAnonymousBot"}  # fmt: skip
        return Person(self, user, chat.as_json())

    def channel(self, number: int = -1009, title: str = "Kanał") -> "Person":
        """Somebody who writes in groups in the name of a channel."""
        user = {"id": 136817688, "is_bot": True, "first_name": "Channel",
                "username": "Channel_Bot"}  # fmt: skip
        return Person(self, user, {"id": number, "type": "channel", "title": title})

    def sees(self, chat: Chat, message: Json) -> bool:
        """Whether Telegram shows a message to the bot (privacy mode of groups).

        By core.telegram.org/bots/faq, "What messages will my bot get?": a bare mention is not
        among it, and a command that names no bot is for the bot that spoke last.
        """
        is_open = not chat.is_group or self.bot["can_read_all_group_messages"]
        if is_open or chat.status(chat.bot).startswith("administrator"):
            return True
        text = message.get("text", message.get("caption"))
        if text is None and not message.keys() & {"photo", "document", "sticker", "voice"}:
            return True  # a service message
        replied = message.get("reply_to_message", {}).get("from", {}).get("id")
        command = re.match(r"/\w+(?:@(\w+))?", text or "")
        is_ours = command and command[1] in (None, self.bot["username"])
        return bool(is_ours) or replied == self.bot["id"]

    def makes_bot(self, chat: Chat, status: str, by: "Person") -> int:
        """Somebody adds the bot, removes it, or changes what it may do; the update's id."""
        from tests.doubles.botapi_groups import member_json

        old, chat.members[chat.bot] = chat.status(chat.bot), status
        if status in ("left", "kicked"):
            chat.gone = "bot was kicked from the supergroup chat"
        else:
            chat.gone = ""
        return self.emit(
            "my_chat_member",
            {
                "chat": chat.as_json(),
                "from": by.user,
                "date": int(time.time()),
                "old_chat_member": member_json(self.bot, old),
                "new_chat_member": member_json(self.bot, status),
            },
        )

    def migrates(self, old: Chat, new: Chat, by: "Person") -> None:
        """A group becomes a supergroup: Telegram tells it in both."""
        by.message(old, migrate_to_chat_id=new.id)
        old.migrated_to = new.id
        by.message(new, migrate_from_chat_id=old.id)

    def group(
        self, number: int = -1001, title: str = "Biuro", topics: set[int] | None = None
    ) -> Chat:
        """A supergroup that the bot is in; `topics` make it a forum."""
        return self.chats.setdefault(number, Chat(number, "supergroup", title, topics))

    def number(self) -> int:
        """A fresh message id."""
        return next(self._ids)

    def message(self, chat: Chat, sender: Json | None, **content: Any) -> Json:
        """Put a message on the screen."""
        message = {"message_id": self.number(), "date": int(time.time()), "chat": chat.as_json()}
        if sender is not None:
            message["from"] = sender
        message.update(content)
        chat.messages[message["message_id"]] = message
        return message

    def shown(self, chat: "int | Chat | Person") -> list[Shown]:
        """The bot's messages in this chat, oldest first, as they stand now."""
        number = chat if isinstance(chat, int) else chat.id
        bot = self.bot["id"]
        return [
            Shown(
                message["message_id"],
                message.get("text", message.get("caption", "")),
                message.get("_html", ""),
                message.get("entities", []),
                message.get("reply_markup", {}).get("inline_keyboard", []),
                message.get("reply_to_message", {}).get("message_id"),
                message.get("message_thread_id"),
                message.get("_previews", True),
                message.get("_document"),
                message.get("_edits", 0),
            )
            for message in self.chats[number].messages.values()
            if message.get("from", {}).get("id") == bot
        ]

    def channel_post(self, text: str) -> int:
        """Somebody posts in a channel that the bot is in."""
        channel = Chat(-1009, "channel", "Kanał")
        post = self.message(channel, None, text=text, sender_chat=channel.as_json())
        return self.emit("channel_post", public(post))


@dataclass
class Person:
    """One person; what they do becomes an update, whose id is returned."""

    world: World
    user: Json
    speaks_as: Json | None = None  # the group or channel in whose name

    @property
    def id(self) -> int:
        """Their number, and that of their private chat."""
        return int(self.user["id"])

    def chat(self, chat: Chat | None) -> Chat:
        """That chat, or the private one."""
        return chat if chat is not None else self.world.chats[self.id]

    def message(
        self,
        chat: Chat | None = None,
        *,
        reply_to: int | None = None,
        thread: int | None = None,
        **content: Any,
    ) -> Json:
        """They send a message of any kind; the whole message."""
        where = self.chat(chat)
        if reply_to is not None:
            replied = public(where.messages[reply_to])
            replied.pop("reply_to_message", None)
            content["reply_to_message"] = replied
        if thread is not None:
            content |= {"message_thread_id": thread, "is_topic_message": True}
        if self.speaks_as is not None:
            content["sender_chat"] = self.speaks_as
        message = self.world.message(where, self.user, **content)
        if self.world.sees(where, message):
            self.world.emit("message", public(message))
        return message

    def joins(self, chat: Chat) -> Json:
        """They come into a group."""
        return self.message(chat, new_chat_members=[self.user])

    def asks_inline(self, text: str) -> str:
        """They type after the bot's name in some chat; the query's id."""
        query = f"inline-{next(self.world._queries)}"
        self.world.inline[query] = time.monotonic()
        content = {"id": query, "from": self.user, "query": text, "offset": ""}
        self.world.emit("inline_query", content)
        return query

    def writes(
        self,
        text: str,
        chat: Chat | None = None,
        *,
        reply_to: int | None = None,
        thread: int | None = None,
    ) -> int:
        """They write; the id of the message."""
        content: Json = {"text": text}
        if entities := entities_of(text):
            content["entities"] = entities
        message = self.message(chat, reply_to=reply_to, thread=thread, **content)
        return int(message["message_id"])

    def edits(self, message_id: int, text: str, chat: Chat | None = None) -> int:
        """They edit what they wrote; the update's id."""
        message = self.chat(chat).messages[message_id]
        message |= {"text": text, "edit_date": int(time.time()), "entities": entities_of(text)}
        if not self.world.sees(self.chat(chat), message):
            return 0
        return self.world.emit("edited_message", public(message))

    def presses(self, label: str, message_id: int | None = None, chat: Chat | None = None) -> str:
        """They press the button with this label (of the newest message that has it); query id."""
        where = self.chat(chat)
        for message in reversed(list(where.messages.values())):
            if message_id not in (None, message["message_id"]):
                continue
            for row in message.get("reply_markup", {}).get("inline_keyboard", []):
                for button in row:
                    if label in button["text"] and "callback_data" in button:
                        return self.presses_data(button["callback_data"], message)
        raise AssertionError(f"no such button is shown: {label}")

    def presses_data(self, data: str, message: Json) -> str:
        """They press a button with this data, be it still shown or not."""
        query = f"{self.id}-{next(self.world._queries)}"
        self.world.callbacks[query] = time.monotonic()
        self.world.emit(
            "callback_query",
            {
                "id": query,
                "from": self.user,
                "message": public(message),
                "chat_instance": "1",
                "data": data,
            },
        )
        return query


def public(message: Json) -> Json:
    """The message as it goes over the wire: without what only the double keeps."""
    return {key: value for key, value in message.items() if not key.startswith("_")}


def entities_of(text: str) -> list[Json]:
    """Commands and mentions as Telegram marks them."""
    found = []
    for match in ENTITIES.finditer(text):
        before = len(text[: match.start()].encode("utf-16-le")) // 2
        kind = "bot_command" if match.group().startswith("/") else "mention"
        found.append({"type": kind, "offset": before, "length": len(match.group())})
    return found
