"""Whom a message of Telegram's is for, what it answers, and whom it names. Pure."""

import re
from dataclasses import dataclass

from telegram import Message, MessageEntity

from bot.conversation.groups.group import Hearing

COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@([A-Za-z0-9_]{1,64}))?(?=\s|$)")


@dataclass(frozen=True, slots=True)
class Me:
    """The bot as Telegram knows it, and the commands that it takes in a group."""

    id: int
    username: str
    group_commands: frozenset[str]


def topic_of(message: Message) -> int | None:
    """The forum topic; General has none, and a thread of replies outside a forum is no topic."""
    return message.message_thread_id if message.is_topic_message else None


def _unnamed(text: str, me: Me) -> str | None:
    """A command without the bot's name; None for a command to another bot."""
    command = COMMAND.match(text)
    if command is None or command[2] is None:
        return text
    if command[2].lower() != me.username.lower():
        return None
    return f"/{command[1]}{text[command.end() :]}"


def named(text: str, me: Me) -> tuple[str, Hearing] | None:
    """What is said in private; None for a command to another bot."""
    meant = _unnamed(text, me)
    return None if meant is None else (meant, Hearing.ADDRESSED)


def heard(text: str, message: Message, me: Me) -> tuple[str, Hearing] | None:
    """What is said in a group, and to whom; None for a command to another bot."""
    if command := COMMAND.match(text):
        is_known = command[2] is not None or command[1].lower() in me.group_commands
        return named(text, me) if is_known else None
    mention = re.compile(rf"(?<!\w)@{re.escape(me.username)}(?!\w)[,:]?", re.IGNORECASE)
    rest, times = mention.subn(" ", text)
    if times:
        # A bare mention under somebody's message asks us to answer that message.
        return " ".join(rest.split()) or quoted(message), Hearing.ADDRESSED
    replied = message.reply_to_message
    # In a forum every message "replies" to the one that opened the topic.
    if replied is None or replied.forum_topic_created is not None:
        is_aside = bool(mentions(message, me)) or message.forward_origin is not None
        return text, Hearing.ASIDE if is_aside or message.via_bot else Hearing.OVERHEARD
    is_ours = replied.from_user is not None and replied.from_user.id == me.id
    return text, Hearing.ADDRESSED if is_ours else Hearing.ASIDE


def mentions(message: Message, me: Me) -> tuple[str, ...]:
    """The @names of others."""
    read = message.parse_entities if message.text is not None else message.parse_caption_entities
    found = [text for kind, text in read().items() if kind.type == MessageEntity.MENTION]
    names = (name.removeprefix("@").lower() for name in found)
    return tuple(name for name in names if name != me.username.lower())


def replied_to(message: Message) -> str:
    """The message that it answers; "" where it answers none."""
    replied = message.reply_to_message
    is_real = replied is not None and replied.forum_topic_created is None
    return str(replied.message_id) if replied is not None and is_real else ""


def people(message: Message) -> tuple[tuple[str, str], ...]:
    """Whom a message replies to, and whom it names that have no @name."""
    replied = message.reply_to_message
    users = [replied.from_user] if replied and replied.forum_topic_created is None else []
    users += [entity.user for entity in (*message.entities, *message.caption_entities)]
    found = {f"tg:{user.id}": user.first_name for user in users if user and not user.is_bot}
    return tuple(found.items())


def quoted(message: Message) -> str:
    """What somebody wrote in the message that this one replies to; our own words are none."""
    replied = message.reply_to_message
    if replied is None:
        return ""
    is_bots = replied.from_user is not None and replied.from_user.is_bot
    if is_bots and replied.sender_chat is None:
        return ""
    return replied.text or replied.caption or ""
