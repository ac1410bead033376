"""Sessions kept in this process: enough for a terminal, and for a bot that may forget."""

from collections import OrderedDict

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
