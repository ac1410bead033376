"""Sessions kept in this process: enough for a terminal, and for a bot that may forget."""

from collections import OrderedDict

from bot.conversation.session import Session

MOST = 20_000  # conversations; the one that was silent longest goes first


class MemorySessions:
    """Fulfils ports.Sessions."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._sessions: OrderedDict[str, Session] = OrderedDict()

    async def load(self, conversation: str) -> Session:
        """The session under this key, or a new one."""
        return self._sessions.get(conversation, Session())

    async def save(self, conversation: str, session: Session) -> None:
        """Keep it; a session that remembers nothing takes no room."""
        self._sessions.pop(conversation, None)
        if session != Session():
            self._sessions[conversation] = session
            while len(self._sessions) > self._most:
                self._sessions.popitem(last=False)
