"""Kept in this process: enough for a terminal, and for a bot that may forget."""

from collections import OrderedDict

from bot.conversation.groups.group import GroupSettings
from bot.conversation.ports import Incoming
from bot.conversation.session import Session

MOST = 20_000  # conversations; the one that was silent longest goes first


class MemorySessions:
    """Fulfils ports.Sessions."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._sessions: OrderedDict[str, Session] = OrderedDict()

    async def load(self, incoming: Incoming) -> Session:
        """The session under this key, or a new one."""
        return self._sessions.get(incoming.conversation, Session())

    async def save(self, incoming: Incoming, session: Session) -> None:
        """Keep it; a session that remembers nothing takes no room."""
        self._sessions.pop(incoming.conversation, None)
        if session != Session():
            self._sessions[incoming.conversation] = session
            while len(self._sessions) > self._most:
                self._sessions.popitem(last=False)


class MemoryGroups:
    """Fulfils keeping.Groups."""

    def __init__(self) -> None:
        self._settings: dict[str, GroupSettings] = {}
        self._members: set[str] = set()
        self._titles: dict[str, str] = {}

    async def load(self, chat: str) -> GroupSettings:
        """What is set; the usual where nothing is."""
        return self._settings.get(chat, GroupSettings())

    async def save(self, chat: str, settings: GroupSettings) -> None:
        """Set it."""
        self._settings[chat] = settings

    async def joined(self, chat: str, title: str) -> None:
        """The bot is there."""
        self._members.add(chat)
        self._titles[chat] = title

    async def left(self, chat: str) -> None:
        """The bot is there no more."""
        self._members.discard(chat)

    async def moved(self, chat: str, to: str) -> None:
        """The settings go with the group."""
        if chat in self._settings:
            self._settings[to] = self._settings.pop(chat)
        if chat in self._members:
            self._members.remove(chat)
            self._members.add(to)

    async def members(self) -> tuple[str, ...]:
        """The groups that the bot is in."""
        return tuple(sorted(self._members))

    async def title(self, chat: str) -> str:
        """Its name."""
        return self._titles.get(chat, "")
