"""Reads Telegram's updates: what is meant for us, by whom, and where the answer belongs. Pure."""

from dataclasses import dataclass, replace

from telegram import Chat, Message, Update, User

from bot.conversation.ports import Incoming
from bot.frontends.telegram.events import Event, language_of, read_event
from bot.frontends.telegram.heard import (
    Me,
    heard,
    mentions,
    named,
    people,
    quoted,
    replied_to,
    topic_of,
)
from bot.frontends.telegram.post import Place
from bot.model.language import FALLBACK, Language

ALLOWED_UPDATES = (
    *("message", "edited_message", "callback_query"),
    *("my_chat_member", "inline_query"),
)
ANONYMOUS_ADMINISTRATOR = 1087968824  # the user whom Telegram puts in the place of one
CHANNEL = 136817688  # the same for a channel that writes in a group


@dataclass(frozen=True, slots=True)
class Said:
    """Somebody wrote, or edited what they wrote."""

    incoming: Incoming
    place: Place
    question: int
    mentions: tuple[str, ...] = ()  # @names in it, in lower case and without the sign

    @property
    def conversation(self) -> str:
        """The key of the session."""
        return self.incoming.conversation


@dataclass(frozen=True, slots=True)
class Pressed:
    """Somebody pressed a button; `message` is the one it stands under, if it can be edited."""

    incoming: Incoming
    place: Place
    query: str
    message: int | None
    is_theirs: bool
    is_administrators: bool = False  # who asked was one of them, anonymous, or their channel

    @property
    def conversation(self) -> str:
        """The key of the session."""
        return self.incoming.conversation


@dataclass(frozen=True, slots=True)
class Strange:
    """Somebody sent in private what we do not read: a sticker, a photograph, a voice."""

    place: Place
    conversation: str
    language: Language
    album: str = ""


Talk = Said | Pressed | Strange
Reading = Talk | Event


def read_update(update: Update, me: Me) -> Reading | None:
    """What an update means for us; None when nothing."""
    reading = _read(update, me)
    if isinstance(reading, Said | Pressed):
        # Telegram gives what was not confirmed again, under the same number.
        incoming = replace(reading.incoming, id=f"tg:{update.update_id}")
        return replace(reading, incoming=incoming)
    return reading


def _read(update: Update, me: Me) -> Reading | None:
    if (event := read_event(update)) is not None:
        return event
    if update.callback_query is not None:
        return _pressed(update)
    if update.message is not None:
        return _said(update.message, me, is_edited=False)
    if update.edited_message is not None:
        return _said(update.edited_message, me, is_edited=True)
    return None


def _said(message: Message, me: Me, *, is_edited: bool) -> Reading | None:
    is_private = message.chat.type == Chat.PRIVATE
    sender = _sender(message)
    if sender is None or message.chat.type == Chat.CHANNEL or message.is_automatic_forward:
        return None
    language = language_of(message.from_user)
    conversation = _conversation(message.chat, sender)
    place = Place(message.chat.id, topic_of(message), None if is_private else message.message_id)
    text = message.text if message.text is not None else message.caption
    if text is None:
        if not is_private or is_edited or not _has_content(message):
            return None
        album = message.media_group_id or ""
        return Strange(place, conversation, language or FALLBACK, album)
    found = heard(text, message, me) if not is_private else named(text, me)
    if found is None:
        return None
    meant, hearing = found
    incoming = Incoming(
        conversation,
        text=meant,
        language_hint=language,
        is_private=is_private,
        is_edited=is_edited,
        person=f"tg:{sender}",
        chat=f"tg:{message.chat.id}",
        thread=str(topic_of(message) or ""),
        hearing=hearing,
        people=people(message),
        name=message.from_user.first_name if message.from_user is not None else "",
        message=str(message.message_id),
        replied=replied_to(message),
        quoted=quoted(message),
    )
    return Said(incoming, place, message.message_id, mentions(message, me))


def _sender(message: Message) -> int | None:
    """Who wrote: a person, or the group itself where an administrator is anonymous; no bots."""
    user = message.from_user
    if message.sender_chat is not None:
        return message.sender_chat.id
    return None if user is None or user.is_bot else user.id


def _has_content(message: Message) -> bool:
    """Whether a message without text is something that a person sent, and no service message.

    A kind that is newer than the library stands in `api_kwargs`.
    """
    is_known = message.effective_attachment is not None and message.successful_payment is None
    return is_known or bool(message.api_kwargs)


def _conversation(chat: Chat, sender: int) -> str:
    return f"tg:{chat.id}" if chat.type == Chat.PRIVATE else f"tg:{chat.id}:{sender}"


def _pressed(update: Update) -> Reading | None:
    query = update.callback_query
    if query is None or query.message is None:
        return None
    chat = query.message.chat
    message = query.message if isinstance(query.message, Message) else None
    if message is not None and not message.is_accessible:
        message = None
    is_private = chat.type == Chat.PRIVATE
    replied = message.reply_to_message if message is not None else None
    if replied is not None and replied.forum_topic_created is not None:
        replied = None
    question = replied.message_id if replied is not None and not is_private else None
    incoming = Incoming(
        _conversation(chat, query.from_user.id),
        action=query.data or "",
        shown=(message.text or message.caption or "") if message is not None else "",
        language_hint=language_of(query.from_user),
        is_private=is_private,
        person=f"tg:{query.from_user.id}",
        chat=f"tg:{chat.id}",
        thread=str((topic_of(message) if message is not None else None) or ""),
        name=query.from_user.first_name,
        message=str(question or ""),
        replied=str(query.message.message_id),
    )
    return Pressed(
        incoming,
        Place(chat.id, topic_of(message) if message is not None else None, question),
        query.id,
        message.message_id if message is not None else None,
        is_private or _is_asker(query.from_user, replied),
        _is_nobodys(replied),
    )


def _is_asker(user: User, question: Message | None) -> bool:
    """Whether the buttons are theirs. Where the question was deleted nobody can tell: then yes."""
    return question is None or question.from_user is None or question.from_user.id == user.id


def _is_nobodys(question: Message | None) -> bool:
    """Whether it was asked in the name of the group, or of a channel."""
    if question is None or question.from_user is None:
        return False
    return question.from_user.id in (ANONYMOUS_ADMINISTRATOR, CHANNEL)
