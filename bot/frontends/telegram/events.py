"""Reads what happens to a group rather than what is said in it, and inline queries. Pure."""

from dataclasses import dataclass

from telegram import Chat, ChatMember, ChatMemberRestricted, Message, Update, User

from bot.frontends.telegram.post import Place
from bot.model.language import Language, language_named

IN_GROUP = (ChatMember.OWNER, ChatMember.ADMINISTRATOR, ChatMember.MEMBER)
GROUPS = (Chat.GROUP, Chat.SUPERGROUP)


@dataclass(frozen=True, slots=True)
class Moved:
    """A group became a supergroup."""

    old: int
    new: int


@dataclass(frozen=True, slots=True)
class Named:
    """A group has another name."""

    chat: int
    title: str


@dataclass(frozen=True, slots=True)
class Newcomers:
    """People who joined a group."""

    place: Place
    names: tuple[str, ...]
    language: Language | None


@dataclass(frozen=True, slots=True)
class Membership:
    """What the bot is in a group has changed."""

    chat: int
    title: str
    was_in: bool
    is_in: bool
    was_administrator: bool
    is_administrator: bool
    may_write: bool
    language: Language | None  # of who changed it


@dataclass(frozen=True, slots=True)
class Wanted:
    """Somebody types a question after the bot's name, in whatever chat."""

    query: str
    text: str
    person: str
    language: Language | None


Event = Moved | Named | Newcomers | Membership | Wanted


def lane_of(event: Event) -> str:
    """What an event is handled in order with: all that happens to one group, one after another."""
    match event:
        case Moved(old=chat) | Named(chat=chat) | Membership(chat=chat):
            return f"tg:{chat}"
        case Newcomers(place):
            return f"tg:{place.chat}"
        case Wanted(person=person):
            return f"inline:{person}"


def language_of(user: User | None) -> Language | None:
    """The language that a person has set in Telegram, be it one of ours or not."""
    return language_named(user.language_code or "") if user is not None else None


def read_event(update: Update) -> Event | None:
    """What an update tells of a group, or wants inline; None when it is something else."""
    if update.my_chat_member is not None:
        return _membership(update)
    if (query := update.inline_query) is not None:
        user = query.from_user
        return Wanted(query.id, query.query, f"tg:{user.id}", language_of(user))
    message = update.message
    if message is None or message.chat.type not in GROUPS:
        return None
    return _happened(message)


def _happened(message: Message) -> Event | None:
    chat = message.chat
    if message.migrate_to_chat_id:
        return Moved(chat.id, message.migrate_to_chat_id)
    if message.migrate_from_chat_id:
        return Moved(message.migrate_from_chat_id, chat.id)
    if message.new_chat_title:
        return Named(chat.id, message.new_chat_title)
    people = [user for user in message.new_chat_members if not user.is_bot]
    if not people:
        return None
    thread = message.message_thread_id if message.is_topic_message else None
    place = Place(chat.id, thread, message.message_id)
    languages = {language_of(user) for user in people}
    language = languages.pop() if len(languages) == 1 else None
    return Newcomers(place, tuple(user.first_name for user in people), language)


def _membership(update: Update) -> Membership | None:
    changed = update.my_chat_member
    if changed is None or changed.chat.type not in GROUPS:
        return None
    old, new = changed.old_chat_member, changed.new_chat_member
    return Membership(
        changed.chat.id,
        changed.chat.title or "",
        _is_in(old),
        _is_in(new),
        old.status == ChatMember.ADMINISTRATOR,
        new.status == ChatMember.ADMINISTRATOR,
        not isinstance(new, ChatMemberRestricted) or bool(new.can_send_messages),
        language_of(changed.from_user),
    )


def _is_in(member: ChatMember) -> bool:
    if isinstance(member, ChatMemberRestricted):
        return member.is_member
    return member.status in IN_GROUP
